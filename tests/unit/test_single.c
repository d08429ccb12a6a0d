#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "unit/single_rows.h"

static void read_singles(const struct single_row *singles, size_t count,
                         struct mst_staple_facts *facts)
{
    struct pki_response response = staple_world_response();
    response.single_count = 0;
    single_rows_add(&response, singles, count);
    staple_world_read(&response, facts);
    assert_false(facts->malformed);
    assert_int_equal(facts->signer_fault, MST_SIGNER_FAULT_NONE);
    assert_int_equal(facts->singles, response.single_count);
}

static const struct {
    const char *name;
    struct single_row singles[3];
    size_t matching;
    const char *hash;
    enum mst_mismatch mismatch;
} matches[] = {
    {"SHA-1", {ABOUT(BY("SHA1"))}, 1, "sha1", MATCH},
    {"SHA-256", {ABOUT(BY("SHA256"))}, 1, "sha256", MATCH},
    {"SHA-384", {ABOUT(BY("SHA384"))}, 1, "sha384", MATCH},
    {"SHA-512", {ABOUT(BY("SHA512"))}, 1, "sha512", MATCH},
    {"MD5", {ABOUT(BY("MD5"))}, 0, "", HASH},
    {"SHA-224", {ABOUT(BY("SHA224"))}, 0, "", HASH},
    {"serial", {ABOUT(OTHER_SERIAL)}, 0, "sha1", SERIAL},
    {"negative serial", {ABOUT(.serial = -4099)}, 0, "sha1", SERIAL},
    {"serial, SHA-256", {ABOUT(OTHER_SERIAL, BY("SHA256"))}, 0, "sha256", SERIAL},
    {"name", {ABOUT(OTHER_NAME)}, 0, "sha1", NAME},
    {"key", {ABOUT(OTHER_KEY)}, 0, "sha1", KEY},
    {"name and key", {ABOUT(OTHER_NAME, OTHER_KEY)}, 0, "sha1", NAME},
    {"key and serial", {ABOUT(OTHER_KEY, OTHER_SERIAL)}, 0, "sha1", KEY},
    {"serial is nearer than key", {ABOUT(OTHER_KEY), ABOUT(OTHER_SERIAL)}, 0, "sha1", SERIAL},
    {"key is nearer than name", {ABOUT(OTHER_KEY), ABOUT(OTHER_NAME)}, 0, "sha1", KEY},
    {"name is nearer than hash", {ABOUT(BY("MD5")), ABOUT(OTHER_NAME)}, 0, "sha1", NAME},
    {"the hash of the nearest",
     {ABOUT(OTHER_KEY), ABOUT(OTHER_SERIAL, BY("SHA512"))},
     0,
     "sha512",
     SERIAL},
    {"the first of the nearest",
     {ABOUT(.serial = 8), ABOUT(OTHER_SERIAL, BY("SHA256"))},
     0,
     "sha1",
     SERIAL},
    {"match after a near one", {ABOUT(OTHER_SERIAL), ABOUT(BY("SHA256"))}, 1, "sha256", MATCH},
    {"match before a near one", {ABOUT(BY("SHA256")), ABOUT(OTHER_SERIAL)}, 1, "sha256", MATCH},
    {"both hashes", {ABOUT(BY("SHA256")), ABOUT(BY("SHA1"))}, 2, "sha256", MATCH},
};

static void test_matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(matches); i++) {
        struct mst_staple_facts facts;
        print_message("%s\n", matches[i].name);
        read_singles(matches[i].singles, MST_COUNT_OF(matches[i].singles), &facts);
        assert_int_equal(facts.matching, matches[i].matching);
        assert_int_equal(facts.mismatch, matches[i].mismatch);
        assert_string_equal(facts.certid_hash, matches[i].hash);
        assert_int_equal(facts.certificate_status, matches[i].matching
                                                       ? MST_CERTIFICATE_STATUS_GOOD
                                                       : MST_CERTIFICATE_STATUS_NONE);
        assert_int_equal(facts.this_update_s == MST_TIME_NONE, matches[i].matching == 0);
        assert_int_equal(facts.next_update_s == MST_TIME_NONE, matches[i].matching == 0);
        assert_false(facts.conflicting);
        mst_staple_facts_release(&facts);
    }
}

static const struct {
    const char *name;
    struct single_row singles[4];
    int64_t this_update_s;
    enum mst_certificate_status status;
    bool conflicting;
} statuses[] = {
    {"good", {OLD(GOOD)}, OLD_S, MST_CERTIFICATE_STATUS_GOOD, false},
    {"revoked", {OLD(REVOKED)}, OLD_S, MST_CERTIFICATE_STATUS_REVOKED, false},
    {"unknown", {OLD(UNKNOWN)}, OLD_S, MST_CERTIFICATE_STATUS_UNKNOWN, false},
    {"newer revoked", {OLD(GOOD), NEW(REVOKED)}, NEW_S, MST_CERTIFICATE_STATUS_REVOKED, true},
    {"newer good", {OLD(REVOKED), NEW(GOOD)}, OLD_S, MST_CERTIFICATE_STATUS_REVOKED, true},
    {"older revoked", {NEW(GOOD), OLD(REVOKED)}, OLD_S, MST_CERTIFICATE_STATUS_REVOKED, true},
    {"older good", {NEW(UNKNOWN), OLD(GOOD)}, OLD_S, MST_CERTIFICATE_STATUS_GOOD, true},
    {"all three",
     {NEW(UNKNOWN), NEW(GOOD), OLD(REVOKED)},
     OLD_S,
     MST_CERTIFICATE_STATUS_REVOKED,
     true},
    {"revoked twice",
     {OLD(REVOKED), NEW(GOOD), NEW(REVOKED)},
     NEW_S,
     MST_CERTIFICATE_STATUS_REVOKED,
     true},
    {"good and unknown of one time",
     {OLD(GOOD), OLD(UNKNOWN)},
     OLD_S,
     MST_CERTIFICATE_STATUS_GOOD,
     true},
    {"good twice", {NEW(GOOD), OLD(GOOD)}, NEW_S, MST_CERTIFICATE_STATUS_GOOD, false},
    {"good twice, newer last", {OLD(GOOD), NEW(GOOD)}, NEW_S, MST_CERTIFICATE_STATUS_GOOD, false},
    {"another's revocation",
     {SINGLE(.status = REVOKED, OTHER_SERIAL), OLD(GOOD)},
     OLD_S,
     MST_CERTIFICATE_STATUS_GOOD,
     false},
};

static void test_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(statuses); i++) {
        struct mst_staple_facts facts;
        print_message("%s\n", statuses[i].name);
        read_singles(statuses[i].singles, MST_COUNT_OF(statuses[i].singles), &facts);
        assert_int_equal(facts.certificate_status, statuses[i].status);
        assert_int_equal(facts.conflicting, statuses[i].conflicting);
        assert_int_equal(facts.this_update_s, statuses[i].this_update_s);
        assert_int_equal(facts.revoked_at_s, statuses[i].status == MST_CERTIFICATE_STATUS_REVOKED
                                                 ? PKI_NOW_S - DAY
                                                 : MST_TIME_NONE);
        mst_staple_facts_release(&facts);
    }
}

static void test_reasons(void **state)
{
    (void)state;
    static const struct {
        int reason; /* CRLReason + 1 */
        enum mst_revocation_reason word;
    } rows[] = {
        {0, MST_REVOCATION_REASON_NONE},
        {1, MST_REVOCATION_REASON_UNSPECIFIED},
        {2, MST_REVOCATION_REASON_KEY_COMPROMISE},
        {3, MST_REVOCATION_REASON_CA_COMPROMISE},
        {4, MST_REVOCATION_REASON_AFFILIATION_CHANGED},
        {5, MST_REVOCATION_REASON_SUPERSEDED},
        {6, MST_REVOCATION_REASON_CESSATION_OF_OPERATION},
        {7, MST_REVOCATION_REASON_CERTIFICATE_HOLD},
        {8, MST_REVOCATION_REASON_OTHER},
        {9, MST_REVOCATION_REASON_REMOVE_FROM_CRL},
        {10, MST_REVOCATION_REASON_PRIVILEGE_WITHDRAWN},
        {11, MST_REVOCATION_REASON_AA_COMPROMISE},
        {12, MST_REVOCATION_REASON_OTHER},
        {100000, MST_REVOCATION_REASON_OTHER},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct single_row single = SINGLE(.status = REVOKED, .reason = rows[i].reason);
        struct mst_staple_facts facts;
        read_singles(&single, 1, &facts);
        assert_int_equal(facts.revocation_reason, rows[i].word);
        mst_staple_facts_release(&facts);
    }
}

/* A hash that is not as long as its algorithm makes it is no difference but a fault, as far as
 * mozilla::pkix would look: below the right serial number, and issuerKeyHash below the right name.
 */
static void test_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct single_row singles[2];
        bool malformed;
    } lengths[] = {
        {"name", {ABOUT(.short_name = true)}, true},
        {"key", {ABOUT(.short_key = true)}, true},
        {"key, SHA-256", {ABOUT(.short_key = true, BY("SHA256"))}, true},
        {"name of another serial number", {ABOUT(.short_name = true, OTHER_SERIAL)}, false},
        {"key of another serial number", {ABOUT(.short_key = true, OTHER_SERIAL)}, false},
        {"key of another name", {ABOUT(.short_key = true, OTHER_NAME)}, false},
        {"key of an unknown hash", {ABOUT(.short_key = true, BY("MD5"))}, false},
        {"beside a good one", {ABOUT(BY("SHA1")), ABOUT(.short_name = true)}, true},
        {"another's beside a good one",
         {ABOUT(BY("SHA1")), ABOUT(.short_name = true, OTHER_SERIAL)},
         false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(lengths); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        response.single_count = 0;
        single_rows_add(&response, lengths[i].singles, MST_COUNT_OF(lengths[i].singles));
        staple_world_read(&response, &facts);
        print_message("%s\n", lengths[i].name);
        assert_int_equal(facts.malformed, lengths[i].malformed);
        assert_int_equal(facts.signer_fault, MST_SIGNER_FAULT_NONE);
        mst_staple_facts_release(&facts);
    }
}

/* The times of all that match, whichever of them counts. */
static void test_times(void **state)
{
    (void)state;
    enum { SOON_S = PKI_NOW_S + PKI_DAY_S, LATE_S = PKI_NOW_S + 2 * PKI_DAY_S };
    static const struct {
        const char *name;
        struct single_row singles[3];
        struct mst_matching_times times;
    } rows[] = {
        {"none",
         {ABOUT(OTHER_SERIAL)},
         {MST_TIME_NONE, MST_TIME_NONE, MST_TIME_NONE, MST_TIME_NONE, false}},
        {"one",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = SOON_S)},
         {NEW_S, SOON_S, NEW_S, MST_TIME_NONE, false}},
        {"one without nextUpdate",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = PKI_ABSENT_S)},
         {NEW_S, MST_TIME_NONE, MST_TIME_NONE, NEW_S, false}},
        {"two",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = SOON_S),
          ABOUT(.this_update_s = OLD_S, .next_update_s = LATE_S)},
         {NEW_S, SOON_S, OLD_S, MST_TIME_NONE, false}},
        {"two, the other way round",
         {ABOUT(.this_update_s = OLD_S, .next_update_s = LATE_S, BY("SHA256")),
          ABOUT(.this_update_s = NEW_S, .next_update_s = SOON_S)},
         {NEW_S, SOON_S, OLD_S, MST_TIME_NONE, false}},
        {"unknown counts too",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = LATE_S),
          SINGLE(.status = UNKNOWN, .this_update_s = OLD_S, .next_update_s = NEW_S)},
         {NEW_S, NEW_S, OLD_S, MST_TIME_NONE, false}},
        {"one of three without nextUpdate",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = LATE_S),
          ABOUT(.this_update_s = OLD_S, .next_update_s = PKI_ABSENT_S),
          ABOUT(.this_update_s = NEW_S, .next_update_s = PKI_ABSENT_S)},
         {NEW_S, LATE_S, NEW_S, OLD_S, false}},
        {"one ends before it begins",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = LATE_S),
          ABOUT(.this_update_s = NEW_S, .next_update_s = NEW_S - 1)},
         {NEW_S, NEW_S - 1, NEW_S, MST_TIME_NONE, true}},
        {"one ends as it begins",
         {ABOUT(.this_update_s = NEW_S, .next_update_s = NEW_S)},
         {NEW_S, NEW_S, NEW_S, MST_TIME_NONE, false}},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct mst_matching_times *expected = &rows[i].times;
        struct mst_staple_facts facts;
        print_message("%s\n", rows[i].name);
        read_singles(rows[i].singles, MST_COUNT_OF(rows[i].singles), &facts);
        const struct mst_matching_times *times = &facts.matching_times;
        assert_int_equal(times->latest_this_update_s, expected->latest_this_update_s);
        assert_int_equal(times->earliest_next_update_s, expected->earliest_next_update_s);
        assert_int_equal(times->earliest_this_update_s, expected->earliest_this_update_s);
        assert_int_equal(times->earliest_this_update_only_s, expected->earliest_this_update_only_s);
        assert_int_equal(times->ends_before_it_begins, expected->ends_before_it_begins);
        mst_staple_facts_release(&facts);
    }
}

/* Twenty, and the last one is ours. */
static void test_blanket(void **state)
{
    (void)state;
    struct single_row singles[20];
    struct mst_staple_facts facts;
    for (size_t i = 0; i < 19; i++)
        singles[i] = (struct single_row)SINGLE(.status = GOOD, .serial = 100 + (long)i);
    singles[19] = (struct single_row)SINGLE(.status = REVOKED, .reason = 2);
    read_singles(singles, MST_COUNT_OF(singles), &facts);
    assert_int_equal(facts.singles, 20);
    assert_int_equal(facts.matching, 1);
    assert_int_equal(facts.certificate_status, MST_CERTIFICATE_STATUS_REVOKED);
    assert_int_equal(facts.revocation_reason, MST_REVOCATION_REASON_KEY_COMPROMISE);
    assert_false(facts.conflicting);
    mst_staple_facts_release(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches), cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_reasons), cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_times),   cmocka_unit_test(test_blanket),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
