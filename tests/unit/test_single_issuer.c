#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "unit/single_rows.h"

/* Without a subject, for the issuer alone. */
static const struct {
    const char *name;
    struct single_row singles[4];
    size_t matching;
    enum mst_mismatch mismatch;
    const char *hash;
    enum mst_certificate_status status;
    int64_t this_update_s;
} issuer_rows[] = {
    {"one", {OLD(GOOD)}, 1, MATCH, "sha1", MST_CERTIFICATE_STATUS_GOOD, OLD_S},
    {"another serial number",
     {SINGLE(.status = GOOD, .this_update_s = OLD_S, OTHER_SERIAL)},
     1,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"SHA-256",
     {SINGLE(.status = UNKNOWN, .this_update_s = OLD_S, BY("SHA256"))},
     1,
     MATCH,
     "sha256",
     MST_CERTIFICATE_STATUS_UNKNOWN,
     OLD_S},
    {"several, one revoked",
     {NEW(GOOD), SINGLE(.status = REVOKED, .this_update_s = OLD_S, OTHER_SERIAL), NEW(UNKNOWN)},
     3,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_REVOKED,
     OLD_S},
    {"good and unknown",
     {OLD(UNKNOWN), NEW(GOOD)},
     2,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     NEW_S},
    {"the first to end, last",
     {SINGLE(.status = GOOD, .this_update_s = NEW_S, .next_update_s = PKI_NOW_S + 2 * DAY),
      SINGLE(.status = GOOD, .this_update_s = OLD_S, .next_update_s = PKI_NOW_S + DAY)},
     2,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"the first to end, first",
     {SINGLE(.status = GOOD, .this_update_s = OLD_S, .next_update_s = PKI_NOW_S + DAY),
      SINGLE(.status = GOOD, .this_update_s = NEW_S, .next_update_s = PKI_NOW_S + 2 * DAY)},
     2,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"one without end",
     {NEW(GOOD), SINGLE(.status = GOOD, .this_update_s = OLD_S, .next_update_s = PKI_ABSENT_S)},
     2,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"one of another issuer",
     {SINGLE(.status = REVOKED, OTHER_NAME), OLD(GOOD)},
     1,
     MATCH,
     "sha1",
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"another name", {ABOUT(OTHER_NAME)}, 0, NAME, "sha1", MST_CERTIFICATE_STATUS_NONE, 0},
    {"another key", {ABOUT(OTHER_KEY)}, 0, KEY, "sha1", MST_CERTIFICATE_STATUS_NONE, 0},
    {"MD5", {ABOUT(BY("MD5"))}, 0, HASH, "", MST_CERTIFICATE_STATUS_NONE, 0},
};

static void test_issuer_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(issuer_rows); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        size_t size = 0;
        response.single_count = 0;
        single_rows_add(&response, issuer_rows[i].singles, MST_COUNT_OF(issuer_rows[i].singles));
        print_message("%s\n", issuer_rows[i].name);
        uint8_t *data = pki_response_make(&response, &size);
        staple_world_read_about(data, size, NOBODY, ISSUER, &facts);
        assert_false(facts.malformed);
        assert_int_equal(facts.signer_fault, MST_SIGNER_FAULT_NONE);
        assert_int_equal(facts.singles, response.single_count);
        assert_int_equal(facts.matching, issuer_rows[i].matching);
        assert_int_equal(facts.mismatch, issuer_rows[i].mismatch);
        assert_string_equal(facts.certid_hash, issuer_rows[i].hash);
        assert_int_equal(facts.certificate_status, issuer_rows[i].status);
        assert_false(facts.conflicting);
        if (issuer_rows[i].matching > 0)
            assert_int_equal(facts.this_update_s, issuer_rows[i].this_update_s);
        assert_int_equal(facts.first_by_name_and_serial.status, MST_CERTIFICATE_STATUS_NONE);
        mst_staple_facts_release(&facts);
        free(data);
    }
}

/* What a client sees that does not look at the issuer's key. */
static const struct {
    const char *name;
    struct single_row singles[4];
    enum mst_certificate_status status;
    int64_t this_update_s;
} firsts[] = {
    {"ours", {OLD(GOOD)}, MST_CERTIFICATE_STATUS_GOOD, OLD_S},
    {"the first of two", {OLD(GOOD), NEW(REVOKED)}, MST_CERTIFICATE_STATUS_GOOD, OLD_S},
    {"the other order", {NEW(REVOKED), OLD(GOOD)}, MST_CERTIFICATE_STATUS_REVOKED, NEW_S},
    {"unknown first", {OLD(UNKNOWN), NEW(GOOD)}, MST_CERTIFICATE_STATUS_UNKNOWN, OLD_S},
    {"another key before ours",
     {SINGLE(.status = REVOKED, .this_update_s = NEW_S, OTHER_KEY), OLD(GOOD)},
     MST_CERTIFICATE_STATUS_REVOKED,
     NEW_S},
    {"another serial before ours",
     {SINGLE(.status = REVOKED, .this_update_s = NEW_S, OTHER_SERIAL), OLD(GOOD)},
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"another name before ours",
     {SINGLE(.status = REVOKED, .this_update_s = NEW_S, OTHER_NAME), OLD(GOOD)},
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"an unknown hash before ours",
     {SINGLE(.status = REVOKED, .this_update_s = NEW_S, BY("MD5")), OLD(GOOD)},
     MST_CERTIFICATE_STATUS_GOOD,
     OLD_S},
    {"two hashes",
     {SINGLE(.status = GOOD, .this_update_s = NEW_S, BY("SHA512")), OLD(REVOKED)},
     MST_CERTIFICATE_STATUS_GOOD,
     NEW_S},
    {"another serial alone", {ABOUT(OTHER_SERIAL)}, MST_CERTIFICATE_STATUS_NONE, MST_TIME_NONE},
};

static void test_first_by_name_and_serial(void **state)
{
    (void)state;
    /* The issuer makes no difference. */
    static const enum who issuers[] = {ISSUER, NOBODY};
    for (size_t i = 0; i < 2 * MST_COUNT_OF(firsts); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        size_t size = 0;
        response.single_count = 0;
        single_rows_add(&response, firsts[i / 2].singles, MST_COUNT_OF(firsts[i / 2].singles));
        print_message("%s\n", firsts[i / 2].name);
        uint8_t *data = pki_response_make(&response, &size);
        staple_world_read_about(data, size, LEAF, issuers[i % 2], &facts);
        const struct mst_answer *answer = &facts.first_by_name_and_serial;
        const bool there = firsts[i / 2].status != MST_CERTIFICATE_STATUS_NONE;
        assert_int_equal(answer->status, firsts[i / 2].status);
        assert_int_equal(answer->this_update_s, firsts[i / 2].this_update_s);
        assert_int_equal(answer->next_update_s, there ? PKI_NOW_S + 3 * DAY : MST_TIME_NONE);
        mst_staple_facts_release(&facts);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_issuer_alone),
        cmocka_unit_test(test_first_by_name_and_serial),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
