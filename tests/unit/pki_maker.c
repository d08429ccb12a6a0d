#include "unit/pki_maker.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

enum { RSA_BITS = 2048, DEFAULT_SERIAL = 4096 };

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "cannot make %s\n", what);
    ERR_print_errors_fp(stderr);
    abort();
}

EVP_PKEY *pki_key_new(enum pki_key_kind kind)
{
    EVP_PKEY *key = NULL;
    switch (kind) {
    case PKI_KEY_P256:
        key = EVP_EC_gen("P-256");
        break;
    case PKI_KEY_P384:
        key = EVP_EC_gen("P-384");
        break;
    case PKI_KEY_P521:
        key = EVP_EC_gen("P-521");
        break;
    case PKI_KEY_RSA:
    case PKI_KEY_RSA_PSS:
        key = EVP_RSA_gen(RSA_BITS);
        break;
    case PKI_KEY_ED25519:
        key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        break;
    }
    need(key, "a key");
    return key;
}

/* A context that signs as `identity` does. */
static EVP_MD_CTX *signing_context(const struct pki_identity *identity, const EVP_MD *digest)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    const EVP_MD *used = digest ? digest : EVP_sha256();
    if (identity->kind == PKI_KEY_ED25519)
        used = NULL;
    need(context && EVP_DigestSignInit(context, &key_context, used, NULL, identity->key) == 1,
         "a signing context");
    if (identity->kind == PKI_KEY_RSA_PSS)
        need(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1,
             "PSS padding");
    return context;
}

X509_EXTENSION *pki_extension_make(const char *text, X509 *issuer, X509 *subject)
{
    const char *value = strchr(text, '=');
    need(value && value[1] != '\0', "an extension without a value");
    char *name = strndup(text, (size_t)(value - text));
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &context, name, value + 1);
    need(extension, text);
    free(name);
    return extension;
}

static void add_features(X509 *x509, const struct pki_certificate *spec)
{
    for (size_t i = 0; i < 2 && spec->features[i].data; i++) {
        const struct pki_feature *feature = &spec->features[i];
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        need(value && ASN1_OCTET_STRING_set(value, feature->data, (int)feature->size) == 1,
             "an extension value");
        X509_EXTENSION *extension =
            X509_EXTENSION_create_by_NID(NULL, NID_tlsfeature, feature->critical, value);
        need(extension && X509_add_ext(x509, extension, -1) == 1, "a TLS Feature extension");
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(value);
    }
}

static void set_raw_time(ASN1_TIME *time, const char *text)
{
    need(ASN1_STRING_set(time, text, (int)strlen(text)) == 1, "a time");
    time->type = V_ASN1_GENERALIZEDTIME;
}

static void set_validity(X509 *x509, const struct pki_certificate *spec)
{
    const int64_t not_before_s =
        spec->not_before_s ? spec->not_before_s : PKI_NOW_S - 30 * (int64_t)PKI_DAY_S;
    const int64_t not_after_s =
        spec->not_after_s ? spec->not_after_s : PKI_NOW_S + 60 * (int64_t)PKI_DAY_S;
    need(ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)not_before_s) &&
             ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)not_after_s),
         "a validity");
    if (spec->raw_not_after)
        set_raw_time(X509_getm_notAfter(x509), spec->raw_not_after);
}

static void set_subject(X509 *x509, const struct pki_certificate *spec)
{
    if (spec->subject)
        need(X509_set_subject_name(x509, spec->subject) == 1, "a subject");
    else if (spec->name)
        need(X509_NAME_add_entry_by_NID(X509_get_subject_name(x509), NID_commonName, MBSTRING_UTF8,
                                        (const unsigned char *)spec->name, -1, -1, 0) == 1,
             "a common name");
}

struct pki_identity pki_issue(const struct pki_certificate *spec)
{
    struct pki_identity identity = {spec->kind, NULL, X509_new()};
    if (spec->key_of) {
        identity.kind = spec->key_of->kind;
        identity.key = spec->key_of->key;
        need(EVP_PKEY_up_ref(identity.key) == 1, "a key again");
    } else {
        identity.key = pki_key_new(spec->kind);
    }
    const struct pki_identity *issuer = spec->issuer ? spec->issuer : &identity;
    X509 *x509 = identity.x509;
    need(x509 && X509_set_version(x509, spec->version_1 ? X509_VERSION_1 : X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(x509),
                              spec->serial ? spec->serial : DEFAULT_SERIAL) == 1 &&
             X509_set_pubkey(x509, identity.key) == 1,
         "a certificate");
    set_subject(x509, spec);
    need(X509_set_issuer_name(x509, X509_get_subject_name(issuer->x509)) == 1, "an issuer");
    set_validity(x509, spec);
    for (size_t i = 0; i < PKI_EXTENSIONS_MAX && spec->extensions[i]; i++) {
        X509_EXTENSION *extension = pki_extension_make(spec->extensions[i], issuer->x509, x509);
        need(X509_add_ext(x509, extension, -1) == 1, "an extension");
        X509_EXTENSION_free(extension);
    }
    add_features(x509, spec);
    EVP_MD_CTX *context = signing_context(issuer, spec->digest);
    need(X509_sign_ctx(x509, context) > 0, "a signature");
    EVP_MD_CTX_free(context);
    return identity;
}

struct pki_identity pki_issue_ca(const char *name, const struct pki_identity *issuer)
{
    const struct pki_certificate spec = {
        .name = name,
        .issuer = issuer,
        .not_before_s = PKI_NOW_S - 3650 * (int64_t)PKI_DAY_S,
        .not_after_s = PKI_NOW_S + 3650 * (int64_t)PKI_DAY_S,
        .extensions = {"basicConstraints=critical,CA:TRUE",
                       "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"},
    };
    return pki_issue(&spec);
}

void pki_identity_release(struct pki_identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->x509);
    *identity = (struct pki_identity){0};
}

static ASN1_TIME *time_new(int64_t time_s, int64_t otherwise_s)
{
    if (time_s == PKI_ABSENT_S)
        return NULL;
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)(time_s ? time_s : otherwise_s));
    need(time, "a time");
    return time;
}

static void cut_hash(OCSP_CERTID *id, bool of_name)
{
    ASN1_OCTET_STRING *name = NULL;
    ASN1_OCTET_STRING *key = NULL;
    (void)OCSP_id_get0_info(&name, NULL, &key, NULL, id);
    ASN1_OCTET_STRING *hash = of_name ? name : key;
    ASN1_OCTET_STRING *whole = ASN1_OCTET_STRING_dup(hash);
    need(whole && ASN1_OCTET_STRING_set(hash, ASN1_STRING_get0_data(whole),
                                        ASN1_STRING_length(whole) - 1) == 1,
         "a short hash");
    ASN1_OCTET_STRING_free(whole);
}

static OCSP_CERTID *make_cert_id(const struct pki_single *spec)
{
    X509_NAME *wrong_name = X509_NAME_new();
    ASN1_BIT_STRING *wrong_key = ASN1_BIT_STRING_new();
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    need(wrong_name && wrong_key && serial && ASN1_INTEGER_set(serial, spec->serial) == 1,
         "a CertID");
    OCSP_CERTID *id =
        OCSP_cert_id_new(spec->hash ? spec->hash : EVP_sha1(),
                         spec->wrong_name ? wrong_name : X509_get_issuer_name(spec->subject),
                         spec->wrong_key ? wrong_key : X509_get0_pubkey_bitstr(spec->issuer),
                         spec->serial ? serial : X509_get0_serialNumber(spec->subject));
    need(id, "a CertID");
    if (spec->short_name)
        cut_hash(id, true);
    if (spec->short_key)
        cut_hash(id, false);
    X509_NAME_free(wrong_name);
    ASN1_BIT_STRING_free(wrong_key);
    ASN1_INTEGER_free(serial);
    return id;
}

static void set_raw_times(OCSP_SINGLERESP *single, const struct pki_single *spec)
{
    ASN1_GENERALIZEDTIME *revoked_at = NULL;
    ASN1_GENERALIZEDTIME *this_update = NULL;
    ASN1_GENERALIZEDTIME *next_update = NULL;
    (void)OCSP_single_get0_status(single, NULL, &revoked_at, &this_update, &next_update);
    if (spec->raw_this_update)
        set_raw_time(this_update, spec->raw_this_update);
    if (spec->raw_next_update)
        set_raw_time(next_update, spec->raw_next_update);
    if (spec->raw_revoked_at)
        set_raw_time(revoked_at, spec->raw_revoked_at);
}

static void add_single(OCSP_BASICRESP *basic, const struct pki_single *spec)
{
    ASN1_TIME *revoked_at = time_new(0, PKI_NOW_S - PKI_DAY_S);
    ASN1_TIME *this_update = time_new(spec->this_update_s, PKI_NOW_S - PKI_HOUR_S);
    ASN1_TIME *next_update = time_new(spec->next_update_s, PKI_NOW_S + 3 * (int64_t)PKI_DAY_S);
    OCSP_CERTID *id = make_cert_id(spec);
    OCSP_SINGLERESP *single = OCSP_basic_add1_status(basic, id, spec->status, spec->reason - 1,
                                                     revoked_at, this_update, next_update);
    need(single, "a SingleResponse");
    set_raw_times(single, spec);
    if (spec->extension) {
        X509_EXTENSION *extension = pki_extension_make(spec->extension, NULL, NULL);
        need(OCSP_SINGLERESP_add_ext(single, extension, -1) == 1, "an extension");
        X509_EXTENSION_free(extension);
    }
    OCSP_CERTID_free(id);
    ASN1_TIME_free(revoked_at);
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
}

static void set_produced_at(OCSP_BASICRESP *basic, const char *raw)
{
    ASN1_GENERALIZEDTIME *produced_at =
        (ASN1_GENERALIZEDTIME *)(uintptr_t)OCSP_resp_get0_produced_at(basic);
    if (raw)
        set_raw_time(produced_at, raw);
    else
        need(ASN1_GENERALIZEDTIME_set(produced_at, PKI_NOW_S - PKI_HOUR_S), "producedAt");
}

static void sign(OCSP_BASICRESP *basic, const struct pki_response *spec)
{
    unsigned long flags = OCSP_NOTIME;
    if (spec->by_key)
        flags |= OCSP_RESPID_KEY;
    if (!spec->embed_signer)
        flags |= OCSP_NOCERTS;
    for (size_t i = 0; i < PKI_EMBEDDED_MAX && spec->embedded[i]; i++)
        need(OCSP_basic_add1_cert(basic, (X509 *)(uintptr_t)spec->embedded[i]) == 1,
             "an embedded certificate");
    EVP_MD_CTX *context = signing_context(spec->signer, spec->digest);
    need(OCSP_basic_sign_ctx(basic, spec->signer->x509, context, NULL, flags) == 1,
         "a signed response");
    EVP_MD_CTX_free(context);
    if (spec->break_signature) {
        ASN1_OCTET_STRING *signature =
            (ASN1_OCTET_STRING *)(uintptr_t)OCSP_resp_get0_signature(basic);
        signature->data[signature->length - 1] ^= 1;
    }
}

OCSP_BASICRESP *pki_basic_make(const struct pki_response *spec)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    need(basic, "a response");
    for (size_t i = 0; i < spec->single_count; i++)
        add_single(basic, &spec->singles[i]);
    set_produced_at(basic, spec->raw_produced_at);
    if (spec->extension) {
        X509_EXTENSION *extension = pki_extension_make(spec->extension, NULL, NULL);
        need(OCSP_BASICRESP_add_ext(basic, extension, -1) == 1, "an extension");
        X509_EXTENSION_free(extension);
    }
    sign(basic, spec);
    return basic;
}

/* OpenSSL's bytes as ones of malloc's. */
static uint8_t *take_bytes(unsigned char *bytes, int length, size_t *ret_size)
{
    need(length > 0, "an encoding");
    uint8_t *copy = malloc((size_t)length);
    need(copy, "a copy");
    memcpy(copy, bytes, (size_t)length);
    OPENSSL_free(bytes);
    *ret_size = (size_t)length;
    return copy;
}

uint8_t *pki_response_make(const struct pki_response *spec, size_t *ret_size)
{
    OCSP_BASICRESP *basic = pki_basic_make(spec);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    unsigned char *bytes = NULL;
    const int length = i2d_OCSP_RESPONSE(response, &bytes);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    return take_bytes(bytes, length, ret_size);
}

uint8_t *pki_der_wrap(unsigned identifier, const uint8_t *content, size_t size, size_t *ret_size)
{
    enum { TAG_BITS = 0x1f };
    const int total = ASN1_object_size(0, (int)size, (int)(identifier & TAG_BITS));
    uint8_t *bytes = malloc((size_t)total);
    need(total > 0 && bytes, "an element");
    unsigned char *at = bytes;
    ASN1_put_object(&at, 0, (int)size, (int)(identifier & TAG_BITS), 0);
    if (size > 0)
        memcpy(at, content, size);
    bytes[0] = (uint8_t)identifier;
    *ret_size = (size_t)total;
    return bytes;
}

/* Wraps and frees what was wrapped. */
static uint8_t *wrap_again(unsigned identifier, uint8_t *content, size_t *size)
{
    uint8_t *bytes = pki_der_wrap(identifier, content, *size, size);
    free(content);
    return bytes;
}

static uint8_t *join(uint8_t *first, size_t first_size, uint8_t *second, size_t *size)
{
    uint8_t *bytes = malloc(first_size + *size);
    need(bytes, "bytes");
    memcpy(bytes, first, first_size);
    memcpy(bytes + first_size, second, *size);
    *size += first_size;
    free(first);
    free(second);
    return bytes;
}

uint8_t *pki_response_wrap(const char *type, const uint8_t *basic, size_t size, size_t *ret_size)
{
    enum { SEQUENCE = 0x30, OCTET_STRING = 0x04, RESPONSE_BYTES = 0xa0 };
    static const uint8_t successful[] = {0x0a, 0x01, 0x00};
    size_t status_size = sizeof successful;
    uint8_t *status = malloc(status_size);
    need(status, "a status");
    memcpy(status, successful, status_size);
    *ret_size = 0;
    if (type[0] == '\0') {
        *ret_size = status_size;
        return wrap_again(SEQUENCE, status, ret_size);
    }
    ASN1_OBJECT *object = OBJ_txt2obj(type, 1);
    unsigned char *encoded = NULL;
    size_t object_size = 0;
    const int object_length = i2d_ASN1_OBJECT(object, &encoded);
    uint8_t *object_bytes = take_bytes(encoded, object_length, &object_size);
    ASN1_OBJECT_free(object);
    uint8_t *bytes = pki_der_wrap(OCTET_STRING, basic, size, ret_size);
    bytes = join(object_bytes, object_size, bytes, ret_size);
    bytes = wrap_again(SEQUENCE, bytes, ret_size);
    bytes = wrap_again(RESPONSE_BYTES, bytes, ret_size);
    bytes = join(status, status_size, bytes, ret_size);
    return wrap_again(SEQUENCE, bytes, ret_size);
}

uint8_t *pki_certificate_der(const X509 *x509, size_t *ret_size)
{
    unsigned char *bytes = NULL;
    const int length = i2d_X509(x509, &bytes);
    return take_bytes(bytes, length, ret_size);
}

char *pki_pem_file(const X509 *const *certificates)
{
    const char *directory = getenv("TMPDIR");
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/muststaple-test-XXXXXX", directory ? directory : "/tmp");
    const int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    need(file, "a temporary file");
    for (size_t i = 0; certificates[i]; i++)
        need(PEM_write_X509(file, certificates[i]) == 1, "a PEM file");
    need(fclose(file) == 0, "a PEM file");
    return strdup(path);
}

bool pki_reads_bad_times(void)
{
    static const uint8_t der[] = {V_ASN1_GENERALIZEDTIME, 4, 's', 'o', 'o', 'n'};
    const uint8_t *at = der;
    ASN1_GENERALIZEDTIME *time = d2i_ASN1_GENERALIZEDTIME(NULL, &at, sizeof der);
    const bool reads = time != NULL;
    ASN1_GENERALIZEDTIME_free(time);
    ERR_clear_error();
    return reads;
}
