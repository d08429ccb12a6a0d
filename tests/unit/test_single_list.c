#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "pki/single_list.h"
#include "unit/single_rows.h"

static void read_list(const uint8_t *data, size_t size, enum who subject, enum who issuer,
                      struct mst_single_list *list)
{
    struct mst_certificate *about = staple_world_wrap(subject);
    struct mst_certificate *above = staple_world_wrap(issuer);
    memset(list, 0xff, sizeof *list);
    mst_single_list_read(data, size, about, above, list);
    assert_int_equal(ERR_peek_error(), 0);
    mst_certificate_free(above);
    mst_certificate_free(about);
}

static void make_and_read(const struct single_row *rows, size_t count, enum who subject,
                          enum who issuer, struct mst_single_list *list)
{
    struct pki_response response = staple_world_response();
    size_t size = 0;
    response.single_count = 0;
    single_rows_add(&response, rows, count);
    uint8_t *data = pki_response_make(&response, &size);
    read_list(data, size, subject, issuer, list);
    assert_int_equal(list->total, response.single_count);
    free(data);
}

static const struct {
    const char *name;
    struct single_row single;
    const char *hash;
    size_t hash_length; /* in hex */
    const char *serial;
    enum mst_certificate_status status;
    enum mst_mismatch for_leaf, for_issuer;
} rows[] = {
    {"ours", OLD(GOOD), "sha1", 40, "1003", MST_CERTIFICATE_STATUS_GOOD, MATCH, MATCH},
    {"SHA-256", SINGLE(.status = UNKNOWN, .this_update_s = OLD_S, BY("SHA256")), "sha256", 64,
     "1003", MST_CERTIFICATE_STATUS_UNKNOWN, MATCH, MATCH},
    {"SHA-512", SINGLE(.status = GOOD, .this_update_s = OLD_S, BY("SHA512")), "sha512", 128, "1003",
     MST_CERTIFICATE_STATUS_GOOD, MATCH, MATCH},
    {"MD5", SINGLE(.status = GOOD, .this_update_s = OLD_S, BY("MD5")), "", 32, "1003",
     MST_CERTIFICATE_STATUS_GOOD, HASH, HASH},
    {"another serial", SINGLE(.status = REVOKED, .reason = 2, .this_update_s = OLD_S, OTHER_SERIAL),
     "sha1", 40, "07", MST_CERTIFICATE_STATUS_REVOKED, SERIAL, MATCH},
    {"a negative serial", SINGLE(.status = GOOD, .this_update_s = OLD_S, .serial = -4099), "sha1",
     40, "-1003", MST_CERTIFICATE_STATUS_GOOD, SERIAL, MATCH},
    {"another name", SINGLE(.status = GOOD, .this_update_s = OLD_S, OTHER_NAME), "sha1", 40, "1003",
     MST_CERTIFICATE_STATUS_GOOD, NAME, NAME},
    {"another key", SINGLE(.status = GOOD, .this_update_s = OLD_S, OTHER_KEY), "sha1", 40, "1003",
     MST_CERTIFICATE_STATUS_GOOD, KEY, KEY},
};

static void test_each(void **state)
{
    (void)state;
    const struct {
        enum who subject, issuer;
    } against[] = {{LEAF, ISSUER}, {NOBODY, ISSUER}, {LEAF, NOBODY}, {NOBODY, NOBODY}};
    for (size_t i = 0; i < MST_COUNT_OF(against) * MST_COUNT_OF(rows); i++) {
        const size_t row = i / MST_COUNT_OF(against);
        const enum who subject = against[i % MST_COUNT_OF(against)].subject;
        const enum who issuer = against[i % MST_COUNT_OF(against)].issuer;
        const bool revoked = rows[row].status == MST_CERTIFICATE_STATUS_REVOKED;
        struct mst_single_list list;
        print_message("%s, %d, %d\n", rows[row].name, (int)subject, (int)issuer);
        make_and_read(&rows[row].single, 1, subject, issuer, &list);
        assert_int_equal(list.count, 1);
        const struct mst_single_facts *facts = &list.items[0];
        assert_string_equal(facts->certid_hash, rows[row].hash);
        assert_int_equal(strlen(facts->issuer_name_hash), rows[row].hash_length);
        assert_int_equal(strlen(facts->issuer_key_hash), rows[row].hash_length);
        assert_string_equal(facts->serial, rows[row].serial);
        assert_int_equal(facts->status, rows[row].status);
        assert_int_equal(facts->this_update_s, OLD_S);
        assert_int_equal(facts->next_update_s, PKI_NOW_S + 3 * DAY);
        assert_int_equal(facts->revoked_at_s, revoked ? PKI_NOW_S - DAY : MST_TIME_NONE);
        assert_int_equal(facts->revocation_reason, revoked ? MST_REVOCATION_REASON_KEY_COMPROMISE
                                                           : MST_REVOCATION_REASON_NONE);
        assert_int_equal(facts->mismatch, issuer == NOBODY    ? MATCH
                                          : subject == NOBODY ? rows[row].for_issuer
                                                              : rows[row].for_leaf);
        mst_single_list_release(&list);
    }
}

static void test_hashes(void **state)
{
    (void)state;
    const struct single_row single = OLD(GOOD);
    struct mst_single_list list;
    uint8_t digest[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned length = 0;
    make_and_read(&single, 1, LEAF, ISSUER, &list);
    assert_int_equal(
        X509_pubkey_digest(staple_world_get(ISSUER)->x509, EVP_sha1(), digest, &length), 1);
    mst_hex(digest, length, hex);
    assert_string_equal(list.items[0].issuer_key_hash, hex);
    assert_int_equal(X509_NAME_digest(X509_get_subject_name(staple_world_get(ISSUER)->x509),
                                      EVP_sha1(), digest, &length),
                     1);
    mst_hex(digest, length, hex);
    assert_string_equal(list.items[0].issuer_name_hash, hex);
    mst_single_list_release(&list);
}

/* In the order of the response, and a time that cannot be read is none. */
static void test_several(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    struct mst_single_list list;
    size_t size = 0;
    response.single_count = 3;
    for (size_t i = 1; i < 3; i++)
        response.singles[i] = response.singles[0];
    response.singles[0].serial = 3;
    response.singles[0].raw_this_update = "20200101000000.5Z";
    response.singles[1].serial = 1;
    response.singles[1].raw_next_update = "20200101000000+0000";
    response.singles[2].serial = 2;
    response.singles[2].next_update_s = PKI_ABSENT_S;
    uint8_t *data = pki_response_make(&response, &size);
    read_list(data, size, LEAF, ISSUER, &list);
    assert_int_equal(list.total, 3);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].serial, "03");
    assert_string_equal(list.items[1].serial, "01");
    assert_string_equal(list.items[2].serial, "02");
    assert_int_equal(list.items[0].this_update_s, MST_TIME_NONE);
    assert_int_equal(list.items[0].next_update_s, PKI_NOW_S + 3 * DAY);
    assert_int_equal(list.items[1].next_update_s, MST_TIME_NONE);
    assert_int_equal(list.items[2].next_update_s, MST_TIME_NONE);
    mst_single_list_release(&list);
    free(data);
}

static uint8_t *make_many(size_t count, size_t *ret_size)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    ASN1_TIME *now = ASN1_TIME_set(NULL, PKI_NOW_S);
    for (size_t i = 0; i < count; i++) {
        OCSP_CERTID *id =
            OCSP_cert_to_id(NULL, staple_world_get(LEAF)->x509, staple_world_get(ISSUER)->x509);
        assert_non_null(
            OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL, now, now));
        OCSP_CERTID_free(id);
    }
    assert_int_equal(OCSP_basic_sign(basic, staple_world_get(ISSUER)->x509,
                                     staple_world_get(ISSUER)->key, EVP_sha256(), NULL,
                                     OCSP_NOCERTS),
                     1);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    unsigned char *bytes = NULL;
    const int length = i2d_OCSP_RESPONSE(response, &bytes);
    assert_true(length > 0);
    uint8_t *copy = malloc((size_t)length);
    assert_non_null(copy);
    memcpy(copy, bytes, (size_t)length);
    OPENSSL_free(bytes);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    ASN1_TIME_free(now);
    *ret_size = (size_t)length;
    return copy;
}

static void test_many(void **state)
{
    (void)state;
    static const struct {
        size_t made, total, count;
    } many[] = {
        {MST_SINGLES_LISTED_MAX, MST_SINGLES_LISTED_MAX, MST_SINGLES_LISTED_MAX},
        {MST_SINGLES_LISTED_MAX + 1, MST_SINGLES_LISTED_MAX + 1, MST_SINGLES_LISTED_MAX},
        {500, 500, MST_SINGLES_LISTED_MAX},
        {1000, 0, 0}, /* more than 64 KiB */
    };
    for (size_t i = 0; i < MST_COUNT_OF(many); i++) {
        struct mst_single_list list;
        size_t size = 0;
        uint8_t *data = make_many(many[i].made, &size);
        read_list(data, size, LEAF, ISSUER, &list);
        assert_int_equal(list.total, many[i].total);
        assert_int_equal(list.count, many[i].count);
        mst_single_list_release(&list);
        free(data);
    }
}

static void test_nothing_to_list(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const uint8_t *data;
        size_t size;
    } nothing[] = {
        {"no bytes", NULL, 0},
        {"zero bytes", (const uint8_t *)"", 0},
        {"no response", (const uint8_t *)"HTTP/1.1 200 OK", 15},
        {"an error", (const uint8_t *)"0\x03\x0a\x01\x03", 5},
        {"no content", (const uint8_t *)"0\x03\x0a\x01\x00", 5},
        {"bytes left out", NULL, MST_STAPLE_SIZE_MAX + 1},
    };
    for (size_t i = 0; i < MST_COUNT_OF(nothing); i++) {
        struct mst_single_list list;
        print_message("%s\n", nothing[i].name);
        read_list(nothing[i].data, nothing[i].size, LEAF, ISSUER, &list);
        assert_int_equal(list.total, 0);
        assert_int_equal(list.count, 0);
        mst_single_list_release(&list);
    }
}

/* A hash of more bytes than any has is cut. */
static void test_long_hash(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    OCSP_BASICRESP *basic = pki_basic_make(&response);
    static const uint8_t bytes[3000] = {0xab};
    ASN1_OCTET_STRING *name = NULL;
    ASN1_OCTET_STRING *key = NULL;
    (void)OCSP_id_get0_info(
        &name, NULL, &key, NULL,
        (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic, 0)));
    assert_int_equal(ASN1_OCTET_STRING_set(name, bytes, sizeof bytes), 1);
    assert_int_equal(ASN1_OCTET_STRING_set(key, NULL, 0), 1);
    assert_int_equal(OCSP_basic_sign(basic, staple_world_get(ISSUER)->x509,
                                     staple_world_get(ISSUER)->key, EVP_sha256(), NULL,
                                     OCSP_NOCERTS),
                     1);
    OCSP_RESPONSE *whole = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    unsigned char *data = NULL;
    const int length = i2d_OCSP_RESPONSE(whole, &data);
    struct mst_single_list list;
    read_list(data, (size_t)length, LEAF, ISSUER, &list);
    assert_int_equal(list.count, 1);
    assert_int_equal(strlen(list.items[0].issuer_name_hash), MST_HASH_HEX_SIZE - 1);
    assert_string_equal(list.items[0].issuer_key_hash, "");
    assert_int_equal(list.items[0].mismatch, NAME);
    mst_single_list_release(&list);
    OPENSSL_free(data);
    OCSP_RESPONSE_free(whole);
    OCSP_BASICRESP_free(basic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each),      cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_several),   cmocka_unit_test(test_many),
        cmocka_unit_test(test_long_hash), cmocka_unit_test(test_nothing_to_list),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
