#include "minting.h"

#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "base/cleanup.h"
#include "require.h"

EVP_PKEY *lab_mint_key(enum lab_key kind)
{
    EVP_PKEY *key = NULL;
    switch (kind) {
    case LAB_KEY_P256:
        key = EVP_EC_gen("P-256");
        break;
    case LAB_KEY_P384:
        key = EVP_EC_gen("P-384");
        break;
    case LAB_KEY_P521:
        key = EVP_EC_gen("P-521");
        break;
    case LAB_KEY_ED25519:
        key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        break;
    case LAB_KEY_RSA:
        key = EVP_RSA_gen(2048);
        break;
    }
    lab_require(key, "making a key");
    return key;
}

const EVP_MD *lab_digest_for(const EVP_PKEY *key)
{
    enum { P384_BITS = 384, P521_BITS = 521 };
    if (EVP_PKEY_is_a(key, "ED25519"))
        return NULL;
    if (!EVP_PKEY_is_a(key, "EC"))
        return EVP_sha256();
    switch (EVP_PKEY_get_bits(key)) {
    case P384_BITS:
        return EVP_sha384();
    case P521_BITS:
        return EVP_sha512();
    default:
        return EVP_sha256();
    }
}

uint8_t *lab_bytes_from_hex(const char *hex, size_t *ret_length)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = strlen(hex) / 2;
    uint8_t *bytes = mst_alloc(length + 1, 1);
    for (size_t i = 0; i < 2 * length; i++) {
        const char *digit = strchr(digits, hex[i]);
        lab_require(digit, "reading hex");
        bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | (uint8_t)(digit - digits));
    }
    *ret_length = length;
    return bytes;
}

static void set_serial(X509 *certificate, uint64_t serial)
{
    /* Eight bytes of fixed length: the first is neither zero nor negative. */
    if (serial == 0) {
        lab_require(RAND_bytes((unsigned char *)&serial, sizeof serial) == 1, "drawing a serial");
        serial = (serial & INT64_MAX) | UINT64_C(1) << 62;
    }
    lab_require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial),
                "setting a serial");
}

static void set_names(X509 *certificate, const struct lab_mint *mint)
{
    X509_NAME *name = X509_NAME_new();
    lab_require(
        name &&
            X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                                       (const unsigned char *)"Muststaple Lab", -1, -1, 0) &&
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                       (const unsigned char *)mint->common_name, -1, -1, 0) &&
            X509_set_subject_name(certificate, name),
        "naming a certificate");
    const X509_NAME *issuer =
        mint->issuer ? X509_get_subject_name(mint->issuer->certificate) : name;
    lab_require(X509_set_issuer_name(certificate, issuer), "naming an issuer");
    X509_NAME_free(name);
}

static void add(X509 *certificate, X509V3_CTX *context, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
    lab_require(extension && X509_add_ext(certificate, extension, -1), value);
    X509_EXTENSION_free(extension);
}

static void add_alternative_name(X509 *certificate, X509V3_CTX *context,
                                 const struct lab_mint *mint)
{
    if (!mint->dns_name && !mint->ip_address)
        return;
    MST_AUTO_FREE char *value = mint->dns_name ? mst_format("DNS:%s", mint->dns_name)
                                               : mst_format("IP:%s", mint->ip_address);
    add(certificate, context, NID_subject_alt_name, value);
}

static void add_feature(X509 *certificate, const struct lab_mint *mint)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *value = lab_bytes_from_hex(mint->feature_hex, &length);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    lab_require(octets && ASN1_OCTET_STRING_set(octets, value, (int)length), "feature bytes");
    X509_EXTENSION *extension =
        X509_EXTENSION_create_by_NID(NULL, NID_tlsfeature, mint->feature_critical, octets);
    lab_require(extension && X509_add_ext(certificate, extension, -1), "adding a TLS feature");
    if (mint->feature_twice)
        lab_require(X509_add_ext(certificate, extension, -1), "adding a TLS feature again");
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
}

static const char *key_usage(const struct lab_mint *mint)
{
    if (mint->key_usage)
        return mint->key_usage;
    return mint->ca ? "critical,keyCertSign,cRLSign,digitalSignature" : "critical,digitalSignature";
}

static void add_extensions(X509 *certificate, const struct lab_mint *mint)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, mint->issuer ? mint->issuer->certificate : certificate, certificate,
                   NULL, NULL, 0);
    if (!mint->without_constraints)
        add(certificate, &context, NID_basic_constraints,
            mint->ca ? "critical,CA:TRUE" : "CA:FALSE");
    add(certificate, &context, NID_key_usage, key_usage(mint));
    add(certificate, &context, NID_subject_key_identifier, "hash");
    add(certificate, &context, NID_authority_key_identifier, "keyid:always");
    if (mint->extended_key_usage || !mint->ca)
        add(certificate, &context, NID_ext_key_usage,
            mint->extended_key_usage ? mint->extended_key_usage : "serverAuth");
    if (mint->nocheck)
        add(certificate, &context, NID_id_pkix_OCSP_noCheck, "ignored");
    add_alternative_name(certificate, &context, mint);
    if (mint->ocsp_url) {
        MST_AUTO_FREE char *access =
            mint->first_ocsp_url
                ? mst_format("OCSP;URI:%s,OCSP;URI:%s", mint->first_ocsp_url, mint->ocsp_url)
                : mst_format("OCSP;URI:%s", mint->ocsp_url);
        add(certificate, &context, NID_info_access, access);
    }
    if (mint->feature_hex)
        add_feature(certificate, mint);
}

X509 *lab_mint_certificate(const struct lab_mint *mint)
{
    X509 *certificate = X509_new();
    lab_require(certificate && X509_set_version(certificate, X509_VERSION_3), "a certificate");
    set_serial(certificate, mint->serial);
    set_names(certificate, mint);
    lab_require(X509_time_adj_ex(X509_getm_notBefore(certificate), 0, (long)mint->from_s, NULL) &&
                    X509_time_adj_ex(X509_getm_notAfter(certificate), 0, (long)mint->to_s, NULL) &&
                    X509_set_pubkey(certificate, mint->key),
                "filling a certificate");
    add_extensions(certificate, mint);
    EVP_PKEY *signing_key = mint->issuer ? mint->issuer->key : mint->key;
    lab_require(X509_sign(certificate, signing_key, lab_digest_for(signing_key)),
                "signing a certificate");
    return certificate;
}

void lab_identity_release(struct lab_identity *identity)
{
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
    *identity = (struct lab_identity){0};
}
