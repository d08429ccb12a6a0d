#include "staple_maker.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "require.h"

enum { HOUR_S = 3600 };

static const char unknown_extension_oid[] = "1.3.6.1.4.1.55555.1.1";

struct lab_staple_times lab_staple_times(const struct lab_staple *staple, int64_t now_s)
{
    bool usual = staple->this_update_h == 0 && staple->next_update_h == 0;
    int64_t from_h = usual ? -1 : staple->this_update_h;
    int64_t to_h = usual ? 168 : staple->next_update_h;
    return (struct lab_staple_times){
        .this_update_s = now_s + from_h * HOUR_S,
        .next_update_s = staple->no_next_update ? 0 : now_s + to_h * HOUR_S,
    };
}

/* Changes the last byte of the first occurrence of `pattern`. */
static void patch(uint8_t *bytes, size_t size, const char *pattern, size_t length, uint8_t last)
{
    uint8_t *found = memmem(bytes, size, pattern, length);
    lab_require(found, "finding what to damage");
    found[length - 1] = last;
}

/* A CertID whose hash algorithm nobody knows: the OID of SHA-1 with another last arc. */
static OCSP_CERTID *with_unknown_hash(OCSP_CERTID *certid)
{
    uint8_t *der = NULL;
    int length = i2d_OCSP_CERTID(certid, &der);
    lab_require(length > 0, "encoding a CertID");
    patch(der, (size_t)length, "\x2b\x0e\x03\x02\x1a", 5, 0x7f);
    OCSP_CERTID_free(certid);
    const uint8_t *cursor = der;
    OCSP_CERTID *changed = d2i_OCSP_CERTID(NULL, &cursor, length);
    lab_require(changed, "decoding a CertID");
    OPENSSL_free(der);
    return changed;
}

static OCSP_CERTID *make_certid(enum lab_certid_fault fault, const EVP_MD *digest,
                                const struct lab_pki *pki, enum lab_ca ca, const X509 *subject)
{
    const X509 *issuer = pki->authorities[ca].ca.certificate;
    const X509 *other = pki->authorities[LAB_CA_OTHER].ca.certificate;
    const X509 *name_of = fault == LAB_CERTID_WRONG_ISSUER_NAME ? other : issuer;
    const X509 *key_of = fault == LAB_CERTID_WRONG_ISSUER_KEY ? other : issuer;
    ASN1_INTEGER *serial = ASN1_INTEGER_dup(X509_get0_serialNumber(subject));
    lab_require(serial, "copying a serial");
    if (fault == LAB_CERTID_WRONG_SERIAL)
        lab_require(ASN1_INTEGER_set_uint64(serial, 4711), "setting a serial");
    OCSP_CERTID *certid = OCSP_cert_id_new(digest, X509_get_subject_name(name_of),
                                           X509_get0_pubkey_bitstr(key_of), serial);
    lab_require(certid, "making a CertID");
    ASN1_INTEGER_free(serial);
    return fault == LAB_CERTID_UNKNOWN_HASH ? with_unknown_hash(certid) : certid;
}

OCSP_SINGLERESP *lab_staple_add_single(OCSP_BASICRESP *basic, OCSP_CERTID *certid, int status,
                                       int reason, struct lab_staple_times times)
{
    ASN1_TIME *this_update = ASN1_TIME_set(NULL, times.this_update_s);
    ASN1_TIME *next_update = times.next_update_s ? ASN1_TIME_set(NULL, times.next_update_s) : NULL;
    OCSP_SINGLERESP *single = OCSP_basic_add1_status(basic, certid, status, reason, this_update,
                                                     this_update, next_update);
    lab_require(single, "adding a SingleResponse");
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    return single;
}

static X509_EXTENSION *make_extension(bool critical, size_t size)
{
    ASN1_OBJECT *object = OBJ_txt2obj(unknown_extension_oid, 1);
    MST_AUTO_FREE uint8_t *zeros = mst_alloc(size, 1);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    lab_require(object && octets && ASN1_OCTET_STRING_set(octets, zeros, (int)size), "extension");
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, octets);
    lab_require(extension, "making an extension");
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(object);
    return extension;
}

static void add_others(OCSP_BASICRESP *basic, const struct lab_staple *staple,
                       const OCSP_CERTID *certid, struct lab_staple_times times)
{
    for (int i = 0; i < staple->others; i++) {
        OCSP_CERTID *other = OCSP_CERTID_dup(certid);
        ASN1_INTEGER *serial = NULL;
        lab_require(other && OCSP_id_get0_info(NULL, NULL, NULL, &serial, other) &&
                        ASN1_INTEGER_set(serial, 1000 + i),
                    "another serial");
        (void)lab_staple_add_single(basic, other, V_OCSP_CERTSTATUS_GOOD, 0, times);
        OCSP_CERTID_free(other);
    }
}

static const EVP_MD *digest_of(enum lab_hash hash)
{
    switch (hash) {
    case LAB_HASH_SHA256:
        return EVP_sha256();
    case LAB_HASH_SHA384:
        return EVP_sha384();
    case LAB_HASH_SHA512:
        return EVP_sha512();
    default:
        return EVP_sha1();
    }
}

static void add_revoked(OCSP_BASICRESP *basic, OCSP_CERTID *certid, struct lab_staple_times times)
{
    (void)lab_staple_add_single(basic, certid, V_OCSP_CERTSTATUS_REVOKED,
                                OCSP_REVOKED_STATUS_KEYCOMPROMISE, times);
}

/* Writes the end of nextUpdate anew: OpenSSL would only write what DER allows. */
static void set_zone(OCSP_SINGLERESP *single, const char *zone)
{
    ASN1_GENERALIZEDTIME *next_update = NULL;
    (void)OCSP_single_get0_status(single, NULL, NULL, NULL, &next_update);
    lab_require(next_update, "a nextUpdate");
    MST_AUTO_FREE char *text = mst_format("%.*s%s", ASN1_STRING_length(next_update) - 1,
                                          (const char *)ASN1_STRING_get0_data(next_update), zone);
    lab_require(ASN1_STRING_set(next_update, text, -1), "writing a nextUpdate");
}

static void add_single(OCSP_BASICRESP *basic, const struct lab_staple *staple, OCSP_CERTID *certid,
                       struct lab_staple_times times)
{
    OCSP_SINGLERESP *single =
        lab_staple_add_single(basic, certid, staple->status, staple->reason, times);
    if (staple->next_update_zone)
        set_zone(single, staple->next_update_zone);
    if (staple->critical_in_single) {
        X509_EXTENSION *extension = make_extension(true, 4);
        lab_require(OCSP_SINGLERESP_add_ext(single, extension, -1), "adding an extension");
        X509_EXTENSION_free(extension);
    }
}

static void add_singles(OCSP_BASICRESP *basic, const struct lab_staple *staple,
                        const struct lab_pki *pki, enum lab_ca ca, const X509 *subject,
                        struct lab_staple_times times)
{
    if (staple->no_single)
        return;
    OCSP_CERTID *certid =
        make_certid(staple->certid_fault, digest_of(staple->certid_hash), pki, ca, subject);
    add_others(basic, staple, certid, times);
    if (staple->also == LAB_ALSO_REVOKED_FIRST)
        add_revoked(basic, certid, times);
    add_single(basic, staple, certid, times);
    if (staple->also == LAB_ALSO_REVOKED)
        add_revoked(basic, certid, times);
    OCSP_CERTID_free(certid);
    if (staple->also == LAB_ALSO_SHA256) {
        certid = make_certid(staple->certid_fault, EVP_sha256(), pki, ca, subject);
        (void)lab_staple_add_single(basic, certid, staple->status, staple->reason, times);
        OCSP_CERTID_free(certid);
    }
}

static void add_response_extension(OCSP_BASICRESP *basic, bool critical, size_t size)
{
    X509_EXTENSION *extension = make_extension(critical, size);
    lab_require(OCSP_BASICRESP_add_ext(basic, extension, -1), "adding an extension");
    X509_EXTENSION_free(extension);
}

OCSP_RESPONSE *lab_staple_sign(OCSP_BASICRESP *basic, const struct lab_identity *signer,
                               enum lab_signing signing, STACK_OF(X509) * certificates,
                               unsigned long flags)
{
    const EVP_MD *digest = signing == LAB_SIGNING_SHA1 ? EVP_sha1() : lab_digest_for(signer->key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL; /* the other one's */
    lab_require(
        context && EVP_DigestSignInit(context, &key_context, digest, NULL, signer->key) == 1 &&
            (signing != LAB_SIGNING_PSS ||
             (EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
            OCSP_basic_sign_ctx(basic, signer->certificate, context, certificates, flags),
        "signing an OCSP response");
    EVP_MD_CTX_free(context);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    lab_require(response, "wrapping an OCSP response");
    return response;
}

/* What is embedded beside the signer. */
static STACK_OF(X509) *
    list_certificates(const struct lab_staple *staple, const struct lab_pki *pki, enum lab_ca ca)
{
    STACK_OF(X509) *certificates = sk_X509_new_null();
    lab_require(certificates, "a list of certificates");
    if (staple->superfluous)
        lab_require(sk_X509_push(certificates, pki->root.certificate), "listing certificates");
    if (staple->signer == LAB_SIGNER_INDIRECT_DELEGATE)
        lab_require(sk_X509_push(certificates, pki->authorities[ca].below.certificate),
                    "listing certificates");
    return certificates;
}

static OCSP_RESPONSE *make_response(const struct lab_staple *staple, const struct lab_pki *pki,
                                    enum lab_ca ca, const X509 *subject,
                                    struct lab_staple_times times)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    lab_require(basic, "making an OCSP response");
    add_singles(basic, staple, pki, ca, subject, times);
    if (staple->critical_in_response)
        add_response_extension(basic, true, 4);
    if (staple->padding)
        add_response_extension(basic, false, staple->padding);
    unsigned long flags = staple->by_name ? 0 : OCSP_RESPID_KEY;
    bool bare = staple->signer == LAB_SIGNER_ISSUER || staple->without_certificates;
    if (bare && !staple->superfluous)
        flags |= OCSP_NOCERTS;
    STACK_OF(X509) *certificates = list_certificates(staple, pki, ca);
    OCSP_RESPONSE *response = lab_staple_sign(basic, lab_pki_signer(pki, ca, staple->signer),
                                              staple->signing, certificates, flags);
    sk_X509_free(certificates);
    OCSP_BASICRESP_free(basic);
    return response;
}

static uint8_t *damage(enum lab_staple_damage kind, uint8_t *der, size_t *size)
{
    static const uint8_t nulls[] = {5, 0, 5, 0};
    switch (kind) {
    case LAB_DAMAGE_NONE:
        break;
    case LAB_DAMAGE_TRAILING_BYTES:
        der = OPENSSL_realloc(der, *size + sizeof nulls);
        lab_require(der, "growing a response");
        (void)memcpy(der + *size, nulls, sizeof nulls);
        *size += sizeof nulls;
        break;
    case LAB_DAMAGE_SIGNATURE:
        der[*size - 1] ^= 1; /* without certificates the signature comes last */
        break;
    case LAB_DAMAGE_SIGNATURE_ALGORITHM:
        patch(der, *size, "\x2a\x86\x48\xce\x3d\x04\x03\x02", 8, 0x7f);
        break;
    case LAB_DAMAGE_RESPONSE_TYPE:
        patch(der, *size, "\x2b\x06\x01\x05\x05\x07\x30\x01\x01", 9, 0x7f);
        break;
    case LAB_DAMAGE_CUT:
        *size /= 2;
        break;
    }
    return der;
}

static uint8_t *make_raw(const char *hex, size_t *ret_size)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *bytes = lab_bytes_from_hex(hex, &length);
    uint8_t *copy = OPENSSL_malloc(length + 1);
    lab_require(copy, "copying a staple");
    (void)memcpy(copy, bytes, length);
    *ret_size = length;
    return copy;
}

uint8_t *lab_staple_make(const struct lab_staple *staple, const struct lab_pki *pki, enum lab_ca ca,
                         const X509 *subject, int64_t now_s, size_t *ret_size)
{
    *ret_size = 0;
    if (staple->kind == LAB_STAPLE_NONE)
        return NULL;
    if (staple->kind == LAB_STAPLE_RAW)
        return make_raw(staple->raw_hex, ret_size);
    OCSP_RESPONSE *response =
        make_response(staple, pki, ca, subject, lab_staple_times(staple, now_s));
    uint8_t *der = NULL;
    int length = i2d_OCSP_RESPONSE(response, &der);
    lab_require(length > 0, "encoding an OCSP response");
    OCSP_RESPONSE_free(response);
    size_t size = (size_t)length;
    der = damage(staple->damage, der, &size);
    *ret_size = size;
    return der;
}
