#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "unit/staple_world.h"

#define BASIC "1.3.6.1.5.5.7.48.1.1"

static void test_good(void **state)
{
    (void)state;
    const struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    staple_world_read(&response, &facts);
    assert_int_equal(facts.delivery, MST_DELIVERY_SENT);
    assert_in_range(facts.size, 100, 1000);
    assert_false(facts.oversize);
    assert_int_equal(strlen(facts.sha256), MST_SHA256_HEX_SIZE - 1);
    assert_false(facts.malformed);
    assert_null(facts.malformed_detail);
    assert_int_equal(facts.responder_status, MST_RESPONDER_STATUS_SUCCESSFUL);
    assert_int_equal(facts.signer_fault, MST_SIGNER_FAULT_NONE);
    assert_int_equal(facts.signer_kind, MST_SIGNER_KIND_ISSUER);
    assert_string_equal(facts.signature, "ecdsa-with-SHA256");
    assert_int_equal(facts.certificates, 0);
    assert_int_equal(facts.produced_at_s, PKI_NOW_S - PKI_HOUR_S);
    assert_int_equal(facts.singles, 1);
    assert_int_equal(facts.matching, 1);
    assert_int_equal(facts.certificate_status, MST_CERTIFICATE_STATUS_GOOD);
    assert_int_equal(facts.revocation_reason, MST_REVOCATION_REASON_NONE);
    assert_int_equal(facts.revoked_at_s, MST_TIME_NONE);
    assert_int_equal(facts.this_update_s, PKI_NOW_S - PKI_HOUR_S);
    assert_int_equal(facts.next_update_s, PKI_NOW_S + 3 * PKI_DAY_S);
    mst_staple_facts_release(&facts);
}

static void assert_says_nothing(const struct mst_staple_facts *facts)
{
    assert_int_equal(facts->signer_fault, MST_SIGNER_FAULT_NONE);
    assert_null(facts->signer_subject);
    assert_int_equal(facts->matching, 0);
    assert_int_equal(facts->signer_not_after_s, MST_TIME_NONE);
    assert_int_equal(facts->produced_at_s, MST_TIME_NONE);
    assert_int_equal(facts->revoked_at_s, MST_TIME_NONE);
    assert_int_equal(facts->this_update_s, MST_TIME_NONE);
    assert_int_equal(facts->next_update_s, MST_TIME_NONE);
}

static void test_no_bytes(void **state)
{
    (void)state;
    static uint8_t large[MST_STAPLE_SIZE_MAX + 1] = {0x30};
    static const struct {
        struct mst_staple staple;
        bool oversize, digest, malformed;
    } rows[] = {
        {{MST_DELIVERY_NONE, NULL, 0}, false, false, false},
        {{MST_DELIVERY_NOT_ACKNOWLEDGED, NULL, 0}, false, false, false},
        {{MST_DELIVERY_ACKNOWLEDGED_NOT_SENT, NULL, 0}, false, false, false},
        {{MST_DELIVERY_EMPTY, NULL, 0}, false, false, false},
        {{MST_DELIVERY_EMPTY, large, 0}, false, false, false},
        {{MST_DELIVERY_SENT, NULL, MST_STAPLE_SIZE_MAX + 1}, true, false, false},
        {{MST_DELIVERY_SENT, large, MST_STAPLE_SIZE_MAX + 1}, true, true, false},
        {{MST_DELIVERY_SENT, large, MST_STAPLE_SIZE_MAX}, false, true, true},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_staple_facts facts;
        mst_staple_read(&rows[i].staple, NULL, NULL, PKI_NOW_S, &facts);
        assert_int_equal(facts.delivery, rows[i].staple.delivery);
        assert_int_equal(facts.size, rows[i].staple.size);
        assert_int_equal(facts.oversize, rows[i].oversize);
        assert_int_equal(facts.sha256[0] != '\0', rows[i].digest);
        assert_int_equal(facts.malformed, rows[i].malformed);
        assert_int_equal(facts.responder_status, MST_RESPONDER_STATUS_NONE);
        assert_says_nothing(&facts);
        mst_staple_facts_release(&facts);
    }
}

static void test_responder_statuses(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
        enum mst_responder_status status;
        bool malformed;
    } rows[] = {
        {{0x30, 3, 10, 1, 0}, 5, MST_RESPONDER_STATUS_SUCCESSFUL, true},
        {{0x30, 3, 10, 1, 1}, 5, MST_RESPONDER_STATUS_MALFORMED_REQUEST, false},
        {{0x30, 3, 10, 1, 2}, 5, MST_RESPONDER_STATUS_INTERNAL_ERROR, false},
        {{0x30, 3, 10, 1, 3}, 5, MST_RESPONDER_STATUS_TRY_LATER, false},
        {{0x30, 3, 10, 1, 4}, 5, MST_RESPONDER_STATUS_RESERVED, false},
        {{0x30, 3, 10, 1, 5}, 5, MST_RESPONDER_STATUS_SIG_REQUIRED, false},
        {{0x30, 3, 10, 1, 6}, 5, MST_RESPONDER_STATUS_UNAUTHORIZED, false},
        {{0x30, 3, 10, 1, 7}, 5, MST_RESPONDER_STATUS_UNKNOWN, false},
        {{0x30, 3, 10, 1, 0x7f}, 5, MST_RESPONDER_STATUS_UNKNOWN, false},
        {{0x30, 3, 10, 1, 0xff}, 5, MST_RESPONDER_STATUS_UNKNOWN, false},
        {{0x30, 4, 10, 2, 1, 0}, 6, MST_RESPONDER_STATUS_UNKNOWN, false},
        {{0x30, 7, 10, 5, 1, 0, 0, 0, 0}, 9, MST_RESPONDER_STATUS_UNKNOWN, false}, /* 2^32 */
        {{0x30, 7, 10, 5, 1, 0, 0, 0, 3}, 9, MST_RESPONDER_STATUS_UNKNOWN, false},
        {{0x30, 3, 10, 1, 3, 0}, 6, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 4, 10, 1, 3}, 5, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 0x81, 3, 10, 1, 3}, 6, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 4, 10, 0x81, 1, 3}, 6, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 0x80, 10, 1, 3, 0, 0}, 7, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 3, 2, 1, 3}, 5, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 2, 10, 0}, 4, MST_RESPONDER_STATUS_NONE, true},
        {{0x30, 0}, 2, MST_RESPONDER_STATUS_NONE, true},
        {{0}, 1, MST_RESPONDER_STATUS_NONE, true},
        {"HTTP/1.1 200", 12, MST_RESPONDER_STATUS_NONE, true},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        uint8_t bytes[sizeof rows[i].bytes];
        struct mst_staple_facts facts;
        memcpy(bytes, rows[i].bytes, sizeof bytes);
        print_message("row %zu\n", i);
        staple_world_read_bytes(bytes, rows[i].size, ISSUER, &facts);
        assert_int_equal(facts.responder_status, rows[i].status);
        assert_int_equal(facts.malformed, rows[i].malformed);
        assert_int_equal(facts.malformed_detail != NULL, rows[i].malformed);
        assert_says_nothing(&facts);
        assert_int_equal(ERR_peek_error(), 0);
        mst_staple_facts_release(&facts);
    }
}

/* A way to spoil a BasicOCSPResponse of ours before it is put into a response. */
typedef uint8_t *spoil_fn(const uint8_t *basic, size_t size, size_t *ret_size);

static uint8_t *copy_with(const uint8_t *bytes, size_t size, size_t at, const uint8_t *added,
                          size_t added_size, size_t *ret_size)
{
    uint8_t *copy = malloc(size + added_size + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, at);
    if (added_size > 0)
        memcpy(copy + at, added, added_size);
    memcpy(copy + at + added_size, bytes + at, size - at);
    *ret_size = size + added_size;
    return copy;
}

static uint8_t *as_is(const uint8_t *basic, size_t size, size_t *ret_size)
{
    return copy_with(basic, size, size, NULL, 0, ret_size);
}

static uint8_t *one_byte_more(const uint8_t *basic, size_t size, size_t *ret_size)
{
    static const uint8_t byte[] = {0};
    return copy_with(basic, size, size, byte, sizeof byte, ret_size);
}

static uint8_t *twice(const uint8_t *basic, size_t size, size_t *ret_size)
{
    return copy_with(basic, size, size, basic, size, ret_size);
}

static uint8_t *one_byte_less(const uint8_t *basic, size_t size, size_t *ret_size)
{
    return as_is(basic, size - 1, ret_size);
}

static uint8_t *nothing(const uint8_t *basic, size_t size, size_t *ret_size)
{
    (void)size;
    return as_is(basic, 0, ret_size);
}

enum { LONG_HEADER = 4 }; /* 30 82 xx xx, as our responses are long enough to have */

/* Puts bytes in front of ResponseData's fields and mends both lengths. */
static uint8_t *in_front(const uint8_t *basic, size_t size, const uint8_t *added, size_t added_size,
                         size_t *ret_size)
{
    assert_int_equal(basic[1], 0x82);
    const uint8_t *data = basic + LONG_HEADER;
    const size_t header = (data[1] & 0x80) ? 2 + (data[1] & 0x7f) : 2;
    const unsigned char *at = data;
    long length = 0;
    int tag = 0;
    int class = 0;
    (void)ASN1_get_object(&at, &length, &tag, &class, (long)(size - LONG_HEADER));
    size_t fields_size = 0;
    size_t data_size = 0;
    size_t all_size = 0;
    uint8_t *fields = copy_with(at, (size_t)length, 0, added, added_size, &fields_size);
    uint8_t *new_data = pki_der_wrap(0x30, fields, fields_size, &data_size);
    uint8_t *all = copy_with(data + header + length, size - LONG_HEADER - header - (size_t)length,
                             0, new_data, data_size, &all_size);
    uint8_t *result = pki_der_wrap(0x30, all, all_size, ret_size);
    free(fields);
    free(new_data);
    free(all);
    return result;
}

static uint8_t *explicit_version_0(const uint8_t *basic, size_t size, size_t *ret_size)
{
    static const uint8_t version[] = {0xa0, 3, 2, 1, 0};
    return in_front(basic, size, version, sizeof version, ret_size);
}

static uint8_t *version_1(const uint8_t *basic, size_t size, size_t *ret_size)
{
    static const uint8_t version[] = {0xa0, 3, 2, 1, 1};
    return in_front(basic, size, version, sizeof version, ret_size);
}

static uint8_t *version_256(const uint8_t *basic, size_t size, size_t *ret_size)
{
    static const uint8_t version[] = {0xa0, 4, 2, 2, 1, 0};
    return in_front(basic, size, version, sizeof version, ret_size);
}

static uint8_t *indefinite_length(const uint8_t *basic, size_t size, size_t *ret_size)
{
    static const uint8_t head[] = {0x30, 0x80};
    static const uint8_t end[] = {0, 0};
    size_t open_size = 0;
    uint8_t *open =
        copy_with(basic + LONG_HEADER, size - LONG_HEADER, 0, head, sizeof head, &open_size);
    uint8_t *result = copy_with(open, open_size, open_size, end, sizeof end, ret_size);
    free(open);
    return result;
}

static uint8_t *long_length(const uint8_t *basic, size_t size, size_t *ret_size)
{
    const uint8_t head[] = {0x30, 0x83, 0, basic[2], basic[3]};
    return copy_with(basic + LONG_HEADER, size - LONG_HEADER, 0, head, sizeof head, ret_size);
}

static void test_spoilt(void **state)
{
    (void)state;
    static const struct {
        const char *name, *type;
        spoil_fn *spoil;
        const char *detail;
    } rows[] = {
        {"as it should be", BASIC, as_is, NULL},
        {"explicit version v1", BASIC, explicit_version_0, NULL},
        {"no responseBytes", "", as_is, "successful without responseBytes"},
        {"another type", "1.3.6.1.5.5.7.48.1.2", as_is,
         "the response type is not id-pkix-ocsp-basic"},
        {"empty", BASIC, nothing, "the BasicOCSPResponse cannot be read"},
        {"cut", BASIC, one_byte_less, "the BasicOCSPResponse cannot be read"},
        {"trailing byte inside", BASIC, one_byte_more,
         "not DER, or bytes after the BasicOCSPResponse"},
        {"twice", BASIC, twice, "not DER, or bytes after the BasicOCSPResponse"},
        {"indefinite length", BASIC, indefinite_length,
         "not DER, or bytes after the BasicOCSPResponse"},
        {"length longer than needed", BASIC, long_length,
         "not DER, or bytes after the BasicOCSPResponse"},
        {"version 2", BASIC, version_1, "the version is not v1"},
        {"version 257", BASIC, version_256, "the version is not v1"},
    };
    struct pki_response response = staple_world_response();
    response.embed_signer = true;
    OCSP_BASICRESP *made = pki_basic_make(&response);
    unsigned char *basic = NULL;
    const int basic_size = i2d_OCSP_BASICRESP(made, &basic);
    assert_true(basic_size > 0);
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_staple_facts facts;
        size_t spoilt_size = 0;
        size_t size = 0;
        print_message("%s\n", rows[i].name);
        uint8_t *spoilt = rows[i].spoil(basic, (size_t)basic_size, &spoilt_size);
        uint8_t *data = pki_response_wrap(rows[i].type, spoilt, spoilt_size, &size);
        staple_world_read_bytes(data, size, ISSUER, &facts);
        assert_int_equal(facts.responder_status, MST_RESPONDER_STATUS_SUCCESSFUL);
        assert_int_equal(facts.malformed, rows[i].detail != NULL);
        if (rows[i].detail) {
            assert_string_equal(facts.malformed_detail, rows[i].detail);
            assert_says_nothing(&facts);
        } else {
            assert_int_equal(facts.matching, 1);
        }
        assert_int_equal(ERR_peek_error(), 0);
        mst_staple_facts_release(&facts);
        free(data);
        free(spoilt);
    }
    OPENSSL_free(basic);
    OCSP_BASICRESP_free(made);
}

static void test_no_single(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    response.single_count = 0;
    staple_world_read(&response, &facts);
    assert_true(facts.malformed);
    assert_string_equal(facts.malformed_detail, "no SingleResponse");
    mst_staple_facts_release(&facts);
}

static void test_produced_at(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_s;
        bool malformed;
    } rows[] = {
        {"20200101000000Z", 1577836800, false},       {"20200101000000.5Z", MST_TIME_NONE, true},
        {"20200101000000+0000", MST_TIME_NONE, true}, {"200101000000Z", MST_TIME_NONE, true},
        {"99991231235959Z", 253402300799, false},     {"now", MST_TIME_NONE, true},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        response.raw_produced_at = rows[i].text;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.produced_at_s, rows[i].time_s);
        assert_int_equal(facts.malformed, rows[i].malformed);
        mst_staple_facts_release(&facts);
    }
}

/* Every shorter and every slightly damaged form is read to the end without harm, and none passes
 * for what was signed. */
static void test_damaged(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    size_t size = 0;
    response.signer = staple_world_get(DELEGATE);
    response.embed_signer = true;
    uint8_t *data = pki_response_make(&response, &size);
    for (size_t i = 1; i < size; i++) {
        /* In a block of its own, so that a read past the end is seen. */
        uint8_t *cut = malloc(i);
        struct mst_staple_facts facts;
        assert_non_null(cut);
        memcpy(cut, data, i);
        staple_world_read_bytes(cut, i, ISSUER, &facts);
        assert_true(facts.malformed);
        assert_int_equal(ERR_peek_error(), 0);
        mst_staple_facts_release(&facts);
        free(cut);
    }
    for (size_t i = 0; i < size; i++) {
        struct mst_staple_facts facts;
        data[i] ^= 0x41;
        staple_world_read_bytes(data, size, ISSUER, &facts);
        assert_true(facts.malformed || facts.signer_fault != MST_SIGNER_FAULT_NONE ||
                    facts.responder_status != MST_RESPONDER_STATUS_SUCCESSFUL);
        assert_int_equal(ERR_peek_error(), 0);
        mst_staple_facts_release(&facts);
        data[i] ^= 0x41;
    }
    free(data);
}

static void test_trailing(void **state)
{
    (void)state;
    const struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    size_t size = 0;
    size_t longer_size = 0;
    uint8_t *data = pki_response_make(&response, &size);
    uint8_t *longer = one_byte_more(data, size, &longer_size);
    staple_world_read_bytes(longer, longer_size, ISSUER, &facts);
    assert_true(facts.malformed);
    assert_string_equal(facts.malformed_detail, "bytes after the OCSPResponse");
    assert_int_equal(facts.responder_status, MST_RESPONDER_STATUS_NONE);
    mst_staple_facts_release(&facts);
    free(longer);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_no_bytes),
        cmocka_unit_test(test_responder_statuses),
        cmocka_unit_test(test_spoilt),
        cmocka_unit_test(test_no_single),
        cmocka_unit_test(test_produced_at),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_trailing),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
