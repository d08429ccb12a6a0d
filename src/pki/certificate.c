#include "pki/certificate.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "pki/algorithm.h"
#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/name.h"
#include "pki/serial.h"
#include "pki/time.h"
#include "pki/tls_feature.h"

enum { URLS_MAX = 16, URL_LENGTH_MAX = 1024, S_PER_DAY = 86400 };

struct certificate {
    struct mst_certificate base;
    X509 *x509;
    char sha256[MST_SHA256_HEX_SIZE];
};

static const struct certificate *certificate_of(const struct mst_certificate *base)
{
    return (const struct certificate *)base;
}

static void destroy(struct mst_certificate *base)
{
    struct certificate *certificate = (struct certificate *)base;
    X509_free(certificate->x509);
    free(certificate);
}

struct mst_certificate *mst_certificate_wrap(X509 *x509)
{
    struct certificate *certificate = mst_alloc(1, sizeof *certificate);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    certificate->base.destroy = destroy;
    certificate->x509 = x509;
    (void)X509_up_ref(x509);
    if (X509_digest(x509, EVP_sha256(), digest, &length) == 1)
        mst_hex(digest, length, certificate->sha256);
    ERR_clear_error();
    return &certificate->base;
}

X509 *mst_certificate_x509(const struct mst_certificate *certificate)
{
    return certificate_of(certificate)->x509;
}

/* OpenSSL also reads BER; what it would write is DER. */
static bool is_encoded_as(const X509 *x509, const uint8_t *der, size_t length)
{
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *again = NULL;
    const int again_length = i2d_X509(x509, &again);
    return again_length > 0 && (size_t)again_length == length && memcmp(again, der, length) == 0;
}

struct mst_certificate *mst_certificate_from_der(const uint8_t *der, size_t length)
{
    struct mst_certificate *certificate = NULL;
    const unsigned char *at = der;
    if (!der || length == 0 || length > INT_MAX)
        return NULL;
    MST_CLEANUP(mst_cleanup_x509) X509 *x509 = d2i_X509(NULL, &at, (long)length);
    if (x509 && is_encoded_as(x509, der, length))
        certificate = mst_certificate_wrap(x509);
    ERR_clear_error();
    return certificate;
}

uint8_t *mst_certificate_to_der(const struct mst_certificate *certificate, size_t *ret_length)
{
    const X509 *x509 = mst_certificate_x509(certificate);
    const int length = i2d_X509(x509, NULL);
    uint8_t *der = length > 0 ? mst_try_alloc((size_t)length) : NULL;
    if (!der)
        return NULL;
    unsigned char *at = der;
    *ret_length = (size_t)i2d_X509(x509, &at);
    return der;
}

void mst_certificate_sha256(const struct mst_certificate *certificate,
                            char text[MST_SHA256_HEX_SIZE])
{
    memcpy(text, certificate_of(certificate)->sha256, MST_SHA256_HEX_SIZE);
}

static const char http[] = "http://";

/* Adds the URL of a general name that is one; whether it is http. */
static bool add_url(struct mst_texts *urls, const GENERAL_NAME *name)
{
    if (name->type != GEN_URI || urls->count >= URLS_MAX)
        return false;
    const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
    const size_t length = (size_t)ASN1_STRING_length(uri);
    MST_AUTO_FREE char *url = mst_text_sanitize(ASN1_STRING_get0_data(uri), length, URL_LENGTH_MAX);
    mst_texts_add(urls, url);
    return strlen(url) > sizeof http - 1 && strncasecmp(url, http, sizeof http - 1) == 0;
}

static void read_ocsp_urls(const X509 *x509, struct mst_certificate_facts *facts)
{
    MST_CLEANUP(mst_cleanup_info_access)
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *description = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(description->method) == NID_ad_OCSP &&
            add_url(&facts->ocsp_urls, description->location))
            facts->has_http_ocsp_url = true;
    }
}

static void read_crl_urls(const X509 *x509, struct mst_certificate_facts *facts)
{
    MST_CLEANUP(mst_cleanup_dist_points)
    CRL_DIST_POINTS *points = X509_get_ext_d2i(x509, NID_crl_distribution_points, NULL, NULL);
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;
        if (!name || name->type != 0)
            continue;
        for (int j = 0; j < sk_GENERAL_NAME_num(name->name.fullname); j++)
            (void)add_url(&facts->crl_urls, sk_GENERAL_NAME_value(name->name.fullname, j));
    }
}

/* CA/B Forum Baseline Requirements 1.6.1, "Short-lived Subscriber Certificate". The validity period
 * includes its last second (RFC 5280 4.1.2.5). */
static bool is_short_lived(int64_t not_before_s, int64_t not_after_s)
{
    static const struct {
        int64_t from_s;
        int64_t days;
    } limits[] = {{1773532800 /* 2026-03-15 */, 7}, {1710460800 /* 2024-03-15 */, 10}};
    if (not_before_s == MST_TIME_NONE || not_after_s < not_before_s)
        return false;
    for (size_t i = 0; i < MST_COUNT_OF(limits); i++)
        if (not_before_s >= limits[i].from_s)
            return not_after_s - not_before_s + 1 <= limits[i].days * S_PER_DAY;
    return false;
}

void mst_certificate_read(const struct mst_certificate *certificate,
                          struct mst_certificate_facts *ret_facts)
{
    X509 *x509 = mst_certificate_x509(certificate);
    struct mst_certificate_facts facts = {
        .subject = mst_name_text(X509_get_subject_name(x509)),
        .issuer = mst_name_text(X509_get_issuer_name(x509)),
        .serial = mst_serial_text(X509_get0_serialNumber(x509)),
        .not_before_s = mst_time_from_asn1(X509_get0_notBefore(x509)),
        .not_after_s = mst_time_from_asn1(X509_get0_notAfter(x509)),
    };
    const X509_ALGOR *algorithm = NULL;
    X509_get0_signature(NULL, &algorithm, x509);
    mst_certificate_sha256(certificate, facts.sha256);
    mst_algorithm_key_name(X509_get0_pubkey(x509), facts.key, sizeof facts.key);
    mst_algorithm_signature_name(algorithm, facts.signature, sizeof facts.signature);
    read_ocsp_urls(x509, &facts);
    read_crl_urls(x509, &facts);
    facts.short_lived = is_short_lived(facts.not_before_s, facts.not_after_s);
    mst_tls_feature_read(X509_get0_extensions(x509), &facts.tls_feature);
    *ret_facts = facts;
    ERR_clear_error();
}
