#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "pki/certificate_x509.h"
#include "unit/pki_maker.h"

#define DAY ((int64_t)PKI_DAY_S)

/* Issues, puts through DER as a peer's certificate is, and reads. */
static void read_issued(const struct pki_certificate *spec, struct mst_certificate_facts *facts)
{
    struct pki_identity identity = pki_issue(spec);
    size_t size = 0;
    uint8_t *der = pki_certificate_der(identity.x509, &size);
    struct mst_certificate *certificate = mst_certificate_from_der(der, size);
    assert_non_null(certificate);
    mst_certificate_read(certificate, facts);
    assert_int_equal(ERR_peek_error(), 0);
    mst_certificate_free(certificate);
    free(der);
    pki_identity_release(&identity);
}

static void assert_unreadable(const struct pki_certificate *spec)
{
    struct pki_identity identity = pki_issue(spec);
    size_t size = 0;
    uint8_t *der = pki_certificate_der(identity.x509, &size);
    assert_null(mst_certificate_from_der(der, size));
    free(der);
    pki_identity_release(&identity);
}

static void test_facts(void **state)
{
    (void)state;
    static const uint8_t feature[] = {0x30, 3, 2, 1, 5};
    struct pki_identity issuer = pki_issue_ca("Test Issuer", NULL);
    struct mst_certificate_facts facts;
    const struct pki_certificate spec = {
        .name = "must.example",
        .issuer = &issuer,
        .serial = 0xabcdef,
        .extensions = {"authorityInfoAccess=OCSP;URI:http://ocsp.example/,"
                       "caIssuers;URI:http://ca.example/,OCSP;URI:ldap://ocsp.example",
                       "crlDistributionPoints=URI:http://crl.example/1,URI:http://crl.example/2"},
        .features = {{feature, sizeof feature, false}},
    };
    read_issued(&spec, &facts);
    assert_string_equal(facts.subject, "CN=must.example");
    assert_string_equal(facts.issuer, "CN=Test Issuer");
    assert_string_equal(facts.serial, "abcdef");
    assert_int_equal(strspn(facts.sha256, "0123456789abcdef"), MST_SHA256_HEX_SIZE - 1);
    assert_int_equal(facts.not_before_s, PKI_NOW_S - 30 * DAY);
    assert_int_equal(facts.not_after_s, PKI_NOW_S + 60 * DAY);
    assert_string_equal(facts.key, "EC P-256");
    assert_string_equal(facts.signature, "ecdsa-with-SHA256");
    assert_int_equal(facts.ocsp_urls.count, 2);
    assert_string_equal(facts.ocsp_urls.items[0], "http://ocsp.example/");
    assert_string_equal(facts.ocsp_urls.items[1], "ldap://ocsp.example");
    assert_int_equal(facts.crl_urls.count, 2);
    assert_string_equal(facts.crl_urls.items[0], "http://crl.example/1");
    assert_string_equal(facts.crl_urls.items[1], "http://crl.example/2");
    assert_true(facts.has_http_ocsp_url);
    assert_false(facts.short_lived);
    assert_true(facts.tls_feature.present);
    assert_true(facts.tls_feature.must_staple);
    mst_certificate_facts_release(&facts);
    pki_identity_release(&issuer);
}

static void test_no_extensions(void **state)
{
    (void)state;
    const struct pki_certificate spec = {.kind = PKI_KEY_ED25519};
    struct mst_certificate_facts facts;
    read_issued(&spec, &facts);
    assert_string_equal(facts.subject, "");
    assert_string_equal(facts.issuer, "");
    assert_string_equal(facts.serial, "1000");
    assert_string_equal(facts.key, "Ed25519");
    assert_string_equal(facts.signature, "ED25519");
    assert_int_equal(facts.ocsp_urls.count, 0);
    assert_int_equal(facts.crl_urls.count, 0);
    assert_false(facts.has_http_ocsp_url);
    assert_false(facts.tls_feature.present);
    assert_false(facts.tls_feature.must_staple);
    mst_certificate_facts_release(&facts);
}

static void test_ocsp_urls(void **state)
{
    (void)state;
    static const struct {
        const char *extension, *url;
        size_t count;
        bool http;
    } rows[] = {
        {"authorityInfoAccess=OCSP;URI:http://o.example", "http://o.example", 1, true},
        {"authorityInfoAccess=OCSP;URI:HTTP://o.example", "HTTP://o.example", 1, true},
        {"authorityInfoAccess=OCSP;URI:https://o.example", "https://o.example", 1, false},
        {"authorityInfoAccess=OCSP;URI:http:/o.example", "http:/o.example", 1, false},
        {"authorityInfoAccess=OCSP;URI:http://", "http://", 1, false},
        {"authorityInfoAccess=OCSP;URI:x,OCSP;URI:http://o", "x", 2, true},
        {"authorityInfoAccess=OCSP;DNS:http://o.example", NULL, 0, false},
        {"authorityInfoAccess=caIssuers;URI:http://o.example", NULL, 0, false},
        {"authorityInfoAccess=critical,OCSP;URI:http://o.example", "http://o.example", 1, true},
        {"authorityInfoAccess=DER:30", NULL, 0, false},
        {"authorityInfoAccess=DER:3000", NULL, 0, false},
        /* OCSP; URI "http://o\0.example\xff" */
        {"authorityInfoAccess=DER:301f301d06082b060105050730018611"
         "687474703a2f2f6f002e6578616d706cff",
         "http://o\xef\xbf\xbd.exampl\xef\xbf\xbd", 1, true},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate spec = {.name = "leaf", .extensions = {rows[i].extension}};
        struct mst_certificate_facts facts;
        print_message("%s\n", rows[i].extension);
        read_issued(&spec, &facts);
        assert_int_equal(facts.ocsp_urls.count, rows[i].count);
        if (rows[i].url)
            assert_string_equal(facts.ocsp_urls.items[0], rows[i].url);
        assert_int_equal(facts.has_http_ocsp_url, rows[i].http);
        mst_certificate_facts_release(&facts);
    }
}

static void test_crl_points_without_urls(void **state)
{
    (void)state;
    static const char *const points[] = {
        "2.5.29.31=DER:3010300ea00ca10a300806035504030c0161", /* relative to the issuer's name */
        "2.5.29.31=DER:3006300481020006",                     /* reasons alone */
        "2.5.29.31=DER:3000",
        "2.5.29.31=DER:0500",
    };
    for (size_t i = 0; i < MST_COUNT_OF(points); i++) {
        const struct pki_certificate spec = {.name = "leaf", .extensions = {points[i]}};
        struct mst_certificate_facts facts;
        read_issued(&spec, &facts);
        assert_int_equal(facts.crl_urls.count, 0);
        mst_certificate_facts_release(&facts);
    }
}

/* Many and long URLs are cut down. */
static void test_url_bounds(void **state)
{
    (void)state;
    enum { URLS = 100, URL_SIZE = 32, LENGTH = 5000 };
    static const char points[] = "crlDistributionPoints=URI:http://";
    char *access = mst_alloc(URLS, URL_SIZE);
    char *longest = mst_alloc(LENGTH + sizeof points, 1);
    size_t used = 0;
    for (int i = 0; i < URLS; i++)
        used += (size_t)snprintf(access + used, URL_SIZE * URLS - used, "%sOCSP;URI:http://%d",
                                 i ? "," : "authorityInfoAccess=", i);
    memcpy(longest, points, sizeof points - 1);
    memset(longest + sizeof points - 1, 'a', LENGTH);
    const struct pki_certificate spec = {.name = "leaf", .extensions = {access, longest}};
    struct mst_certificate_facts facts;
    read_issued(&spec, &facts);
    assert_int_equal(facts.ocsp_urls.count, 16);
    assert_string_equal(facts.ocsp_urls.items[15], "http://15");
    assert_int_equal(facts.crl_urls.count, 1);
    assert_in_range(strlen(facts.crl_urls.items[0]), 1000, 1027);
    mst_certificate_facts_release(&facts);
    free(access);
    free(longest);
}

static void test_serials(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *text;
    } rows[] = {
        {"0", "00"},
        {"7F", "7f"},
        {"-1", "-01"},
        {"-8000", "-8000"},
        {"0102030405060708090A0B0C0D0E0F1011121314", "0102030405060708090a0b0c0d0e0f1011121314"}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct pki_identity identity = pki_issue(&(struct pki_certificate){.name = "leaf"});
        BIGNUM *number = NULL;
        assert_true(BN_hex2bn(&number, rows[i].hex) > 0);
        assert_non_null(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(identity.x509)));
        BN_free(number);
        struct mst_certificate *certificate = mst_certificate_wrap(identity.x509);
        struct mst_certificate_facts facts;
        mst_certificate_read(certificate, &facts);
        assert_string_equal(facts.serial, rows[i].text);
        mst_certificate_facts_release(&facts);
        mst_certificate_free(certificate);
        pki_identity_release(&identity);
    }
}

static void test_huge_serial(void **state)
{
    (void)state;
    enum { BYTES = 40000 };
    static uint8_t bytes[BYTES];
    memset(bytes, 0x5a, sizeof bytes);
    struct pki_identity identity = pki_issue(&(struct pki_certificate){.name = "leaf"});
    assert_int_equal(ASN1_STRING_set(X509_get_serialNumber(identity.x509), bytes, BYTES), 1);
    struct mst_certificate *certificate = mst_certificate_wrap(identity.x509);
    struct mst_certificate_facts facts;
    mst_certificate_read(certificate, &facts);
    assert_int_equal(strlen(facts.serial), 512 + 3);
    mst_certificate_facts_release(&facts);
    mst_certificate_free(certificate);
    pki_identity_release(&identity);
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        int64_t not_before_s, not_after_s;
        const char *raw;
        int64_t expected_after_s;
        bool is_no_time; /* and OpenSSL may refuse the certificate */
    } rows[] = {
        {PKI_NOW_S, PKI_NOW_S + 1, NULL, PKI_NOW_S + 1},
        {PKI_NOW_S, 253402300799, NULL, 253402300799},
        {-86400, -1, NULL, -1},
        {-2208988800, 1, NULL, 1},
        {PKI_NOW_S, 0, "20200101000000Z", 1577836800},
        {PKI_NOW_S, 0, "20200101000000.5Z", MST_TIME_NONE},
        {PKI_NOW_S, 0, "20200101000000+0000", MST_TIME_NONE},
        {PKI_NOW_S, 0, "tomorrow", MST_TIME_NONE, true},
        {PKI_NOW_S, 0, "", MST_TIME_NONE, true},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate spec = {
            .name = "leaf",
            .not_before_s = rows[i].not_before_s,
            .not_after_s = rows[i].not_after_s,
            .raw_not_after = rows[i].raw,
        };
        struct mst_certificate_facts facts;
        if (rows[i].is_no_time && !pki_reads_bad_times()) {
            assert_unreadable(&spec);
            continue;
        }
        read_issued(&spec, &facts);
        assert_int_equal(facts.not_before_s, rows[i].not_before_s);
        assert_int_equal(facts.not_after_s, rows[i].expected_after_s);
        assert_false(facts.short_lived && facts.not_after_s == MST_TIME_NONE);
        mst_certificate_facts_release(&facts);
    }
}

static void test_short_lived(void **state)
{
    (void)state;
    enum { MARCH_2024 = 1710460800, MARCH_2026 = 1773532800 };
    static const struct {
        int64_t not_before_s, lifetime_s; /* the last second included */
        bool short_lived;
    } rows[] = {
        {MARCH_2024 - 1, 7 * DAY, false},
        {MARCH_2024, 10 * DAY, true},
        {MARCH_2024, 10 * DAY + 1, false},
        {MARCH_2026 - 1, 10 * DAY, true},
        {MARCH_2026, 10 * DAY, false},
        {MARCH_2026, 7 * DAY, true},
        {MARCH_2026, 7 * DAY + 1, false},
        {MARCH_2026, 1, true},
        {MARCH_2026, 0, false},
        {MARCH_2026, -365 * DAY, false},
        {PKI_NOW_S, 6 * DAY, true},
        {PKI_NOW_S, 90 * DAY, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate spec = {
            .name = "leaf",
            .not_before_s = rows[i].not_before_s,
            .not_after_s = rows[i].not_before_s + rows[i].lifetime_s - 1,
        };
        struct mst_certificate_facts facts;
        print_message("row %zu\n", i);
        read_issued(&spec, &facts);
        assert_int_equal(facts.short_lived, rows[i].short_lived);
        mst_certificate_facts_release(&facts);
    }
}

/* A name that ends early for who stops at NUL, and bytes that are no UTF-8. */
static void test_hostile_names(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
        int length, type;
    } rows[] = {
        {"good.example\0.bad.example", "CN=good.example\\00.bad.example", 25,
         V_ASN1_PRINTABLESTRING},
        {"a\0b", "CN=a\\00b", 3, V_ASN1_UTF8STRING},
        {"a\xff\x80", "CN=a\xc3\xbf\xef\xbf\xbd", 3, V_ASN1_T61STRING},
        {"a\xff", "CN=a\xc3\xbf", 2, V_ASN1_IA5STRING},
        {"\xff\xfd", "CN=#030300FFFD", 2, V_ASN1_BIT_STRING},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        X509_NAME *name = X509_NAME_new();
        assert_int_equal(X509_NAME_add_entry_by_NID(name, NID_commonName, rows[i].type,
                                                    (const unsigned char *)rows[i].bytes,
                                                    rows[i].length, -1, 0),
                         1);
        const struct pki_certificate spec = {.subject = name};
        struct mst_certificate_facts facts;
        read_issued(&spec, &facts);
        assert_string_equal(facts.subject, rows[i].text);
        mst_certificate_facts_release(&facts);
        X509_NAME_free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),         cmocka_unit_test(test_no_extensions),
        cmocka_unit_test(test_ocsp_urls),     cmocka_unit_test(test_url_bounds),
        cmocka_unit_test(test_serials),       cmocka_unit_test(test_huge_serial),
        cmocka_unit_test(test_times),         cmocka_unit_test(test_short_lived),
        cmocka_unit_test(test_hostile_names), cmocka_unit_test(test_crl_points_without_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
