#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "unit/single_rows.h"

static const struct {
    const char *text;
    int64_t time_s; /* MST_TIME_NONE: malformed */
} raw_times[] = {
    {"20200101000000Z", 1577836800},
    {"99991231235959Z", 253402300799},
    {"19500101000000Z", -631152000},
    {"20200101000000.5Z", MST_TIME_NONE},
    {"20300101000000.0Z", MST_TIME_NONE},
    {"20200101000000+0000", MST_TIME_NONE},
    {"20300101010000+0100", MST_TIME_NONE},
    {"20300101000000z", MST_TIME_NONE},
    {"203001010000Z", MST_TIME_NONE},
    {"300101000000Z", MST_TIME_NONE},
    {"20300101000000", MST_TIME_NONE},
    {"20301301000000Z", MST_TIME_NONE},
    {"2030-01-01", MST_TIME_NONE},
    {"soon", MST_TIME_NONE},
    {"", MST_TIME_NONE},
};

/* Each form in either place. What is no time at all may also be OpenSSL's to refuse. */
static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * MST_COUNT_OF(raw_times); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        const bool is_next = i % 2 != 0;
        const char *text = raw_times[i / 2].text;
        const int64_t time_s = raw_times[i / 2].time_s;
        print_message("%s \"%s\"\n", is_next ? "nextUpdate" : "thisUpdate", text);
        if (is_next)
            response.singles[0].raw_next_update = text;
        else
            response.singles[0].raw_this_update = text;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.malformed, time_s == MST_TIME_NONE);
        assert_int_equal(facts.malformed_detail != NULL, time_s == MST_TIME_NONE);
        assert_int_equal(is_next ? facts.next_update_s : facts.this_update_s, time_s);
        mst_staple_facts_release(&facts);
    }
}

static void test_no_next_update(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    response.singles[0].next_update_s = PKI_ABSENT_S;
    staple_world_read(&response, &facts);
    assert_false(facts.malformed);
    assert_int_equal(facts.this_update_s, PKI_NOW_S - PKI_HOUR_S);
    assert_int_equal(facts.next_update_s, MST_TIME_NONE);
    mst_staple_facts_release(&facts);
}

/* Times of a SingleResponse about somebody else do not matter, where OpenSSL lets the response be
 * read at all, nor does that of a revocation. */
static void test_whose_times(void **state)
{
    (void)state;
    static const struct {
        const char *this_update, *revoked_at;
        bool readable; /* to every OpenSSL */
        enum mst_certificate_status status;
    } rows[] = {
        {"20200101000000.5Z", NULL, true, MST_CERTIFICATE_STATUS_NONE},
        {"whenever", NULL, false, MST_CERTIFICATE_STATUS_NONE},
        {NULL, "20200101000000.5Z", true, MST_CERTIFICATE_STATUS_REVOKED},
        {NULL, "20200101000000+0000", true, MST_CERTIFICATE_STATUS_REVOKED},
        {NULL, "long ago", false, MST_CERTIFICATE_STATUS_REVOKED},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        response.singles[0].serial = rows[i].this_update ? 7 : 0;
        response.singles[0].raw_this_update = rows[i].this_update;
        response.singles[0].status = rows[i].revoked_at ? REVOKED : GOOD;
        response.singles[0].raw_revoked_at = rows[i].revoked_at;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.malformed, !rows[i].readable && !pki_reads_bad_times());
        if (!facts.malformed)
            assert_int_equal(facts.certificate_status, rows[i].status);
        assert_int_equal(facts.revoked_at_s, MST_TIME_NONE);
        mst_staple_facts_release(&facts);
    }
}

static void test_critical_extensions(void **state)
{
    (void)state;
    static const struct {
        const char *name, *in_response, *in_single;
        long serial; /* of the one that carries it; 0: ours */
        bool critical;
    } rows[] = {
        {"none", NULL, NULL, 0, false},
        {"unknown in the response", "1.2.3.4=DER:0500", NULL, 0, false},
        {"unknown in the single", NULL, "1.2.3.4=DER:0500", 0, false},
        {"critical in the response", "1.2.3.4=critical,DER:0500", NULL, 0, true},
        {"critical nonce", "1.3.6.1.5.5.7.48.1.2=critical,DER:040100", NULL, 0, true},
        {"critical in the single", NULL, "1.2.3.4=critical,DER:0500", 0, true},
        {"critical in another's single", NULL, "1.2.3.4=critical,DER:0500", 7, false},
        {"critical SCTs", NULL, "1.3.6.1.4.1.11129.2.4.5=critical,DER:04020000", 0, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        print_message("%s\n", rows[i].name);
        response.single_count = 2;
        response.singles[1] = response.singles[0];
        response.extension = rows[i].in_response;
        response.singles[1].extension = rows[i].in_single;
        response.singles[1].serial = rows[i].serial;
        staple_world_read(&response, &facts);
        assert_false(facts.malformed);
        assert_int_equal(facts.signer_fault, MST_SIGNER_FAULT_NONE);
        assert_int_equal(facts.critical_extension, rows[i].critical);
        assert_int_equal(facts.certificate_status, MST_CERTIFICATE_STATUS_GOOD);
        mst_staple_facts_release(&facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_no_next_update),
        cmocka_unit_test(test_whose_times),
        cmocka_unit_test(test_critical_extensions),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
