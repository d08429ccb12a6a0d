#include "output/tally.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "output/tally_counts.h"
#include "unit/sample_finding.h"

static void set_text(char **text, const char *value)
{
    free(*text);
    *text = mst_strdup(value);
}

static void test_empty(void **state)
{
    (void)state;
    struct mst_sink *tally = mst_tally_new();
    struct mst_tally_snapshot snapshot;
    mst_tally_snapshot(tally, &snapshot);
    assert_int_equal(snapshot.records, 0);
    assert_int_equal(tally->ops->state(tally), MST_SINK_OPEN);
    struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    assert_int_equal(counts.issuer_count, 0);
    mst_tally_counts_release(&counts);
    assert_int_equal(tally->ops->finish(tally, true, NULL), MST_OK);
    tally->ops->free(tally);
}

/* A change to the examined sample and the steps of the funnel it gets to. */
struct step_row {
    bool must_staple, has_url;
    enum mst_delivery delivery;
    enum mst_staple_state state;
    const char *steps; /* one digit for each step */
};

static const struct step_row step_rows[] = {
    {true, true, MST_DELIVERY_SENT, MST_STAPLE_STATE_GOOD, "11111111111"},
    {true, true, MST_DELIVERY_SENT, MST_STAPLE_STATE_EXPIRED, "11111111010"},
    {true, false, MST_DELIVERY_NOT_ACKNOWLEDGED, MST_STAPLE_STATE_ABSENT, "11111010000"},
    {true, true, MST_DELIVERY_EMPTY, MST_STAPLE_STATE_EMPTY, "11111110000"},
    {false, true, MST_DELIVERY_SENT, MST_STAPLE_STATE_GOOD, "11111101100"},
    {false, false, MST_DELIVERY_NOT_ACKNOWLEDGED, MST_STAPLE_STATE_ABSENT, "11111000000"},
};

static void expect_steps(const struct sample *sample, const char *steps)
{
    struct mst_sink *tally = mst_tally_new();
    tally->ops->accept(tally, &sample->finding);
    struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    char found[MST_FUNNEL_COUNT + 1] = "";
    for (size_t i = 0; i < MST_FUNNEL_COUNT; i++)
        found[i] = (char)('0' + counts.all.funnel[i]);
    assert_string_equal(found, steps);
    mst_tally_counts_release(&counts);
    tally->ops->free(tally);
}

static void test_funnel_of_the_examined(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(step_rows); i++) {
        struct sample sample;
        sample_examined(&sample);
        struct mst_connection_finding *connection = &sample.finding.connections[0];
        connection->certificate.tls_feature.must_staple = step_rows[i].must_staple;
        connection->certificate.has_http_ocsp_url = step_rows[i].has_url;
        connection->staple.delivery = step_rows[i].delivery;
        connection->staple_judgement.state = step_rows[i].state;
        expect_steps(&sample, step_rows[i].steps);
        sample_release(&sample);
    }
}

static void test_funnel_of_the_others(void **state)
{
    (void)state;
    struct sample sample;
    sample_unresolved(&sample);
    expect_steps(&sample, "11000000000");
    sample.evidence.dns.aaaa.count = 1;
    expect_steps(&sample, "11100000000");
    sample.evidence.dns.aaaa.count = 0;
    sample.evidence.target->address.family = MST_FAMILY_IPV4;
    expect_steps(&sample, "11100000000");
    sample.evidence.connection_count = 1;
    sample.evidence.connections[0].connect_ms = -1;
    expect_steps(&sample, "11100000000");
    sample.evidence.connections[0].connect_ms = 0;
    expect_steps(&sample, "11110000000");
    sample.evidence.connection_count = 0;
    sample.evidence.target->address.family = MST_FAMILY_NONE;
    sample.evidence.target->invalid.stage = MST_STAGE_INPUT;
    expect_steps(&sample, "10000000000");
    sample_release(&sample);
}

struct remaining_row {
    int64_t remaining_s;
    enum mst_remaining bucket;
};

static const struct remaining_row remaining_rows[] = {
    {MST_TIME_NONE, MST_REMAINING_NONE},
    {INT64_MIN + 1, MST_REMAINING_EXPIRED},
    {0, MST_REMAINING_EXPIRED},
    {1, MST_REMAINING_UNDER_1H},
    {3599, MST_REMAINING_UNDER_1H},
    {3600, MST_REMAINING_UNDER_6H},
    {6 * 3600, MST_REMAINING_UNDER_12H},
    {12 * 3600, MST_REMAINING_UNDER_1D},
    {86400, MST_REMAINING_UNDER_2D},
    {2 * 86400, MST_REMAINING_UNDER_3D},
    {3 * 86400, MST_REMAINING_UNDER_4D},
    {4 * 86400, MST_REMAINING_UNDER_7D},
    {7 * 86400 - 1, MST_REMAINING_UNDER_7D},
    {7 * 86400, MST_REMAINING_FROM_7D},
    {INT64_MAX, MST_REMAINING_FROM_7D},
};

static void test_remaining(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(remaining_rows); i++) {
        struct sample sample;
        sample_examined(&sample);
        sample.finding.connections[0].staple_judgement.remaining_s = remaining_rows[i].remaining_s;
        struct mst_sink *tally = mst_tally_new();
        tally->ops->accept(tally, &sample.finding);
        struct mst_tally_counts counts;
        mst_tally_copy(tally, &counts);
        for (size_t j = 0; j < MST_REMAINING_COUNT; j++)
            assert_int_equal(counts.all.remaining[j], j == remaining_rows[i].bucket);
        mst_tally_counts_release(&counts);
        tally->ops->free(tally);
        sample_release(&sample);
    }
}

struct rank_row {
    uint64_t rank;
    int bucket; /* -1: none */
};

static const struct rank_row rank_rows[] = {
    {0, -1},
    {1, MST_RANK_1K},
    {1000, MST_RANK_1K},
    {1001, MST_RANK_10K},
    {10001, MST_RANK_100K},
    {100001, MST_RANK_1M},
    {1000000, MST_RANK_1M},
    {1000001, MST_RANK_BEYOND},
    {UINT64_MAX, MST_RANK_BEYOND},
};

static void test_ranks(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rank_rows); i++) {
        struct sample sample;
        sample_examined(&sample);
        sample.evidence.target->rank = rank_rows[i].rank;
        struct mst_sink *tally = mst_tally_new();
        tally->ops->accept(tally, &sample.finding);
        struct mst_tally_counts counts;
        mst_tally_copy(tally, &counts);
        assert_int_equal(counts.ranked, rank_rows[i].bucket >= 0);
        for (int j = 0; j < MST_RANK_COUNT; j++)
            assert_int_equal(counts.ranks[j].funnel[MST_FUNNEL_EXAMINED], j == rank_rows[i].bucket);
        mst_tally_counts_release(&counts);
        tally->ops->free(tally);
        sample_release(&sample);
    }
}

static void test_words(void **state)
{
    (void)state;
    struct mst_sink *tally = mst_tally_new();
    struct sample examined;
    struct sample unresolved;
    sample_examined(&examined);
    sample_unresolved(&unresolved);
    for (int i = 0; i < 2; i++)
        tally->ops->accept(tally, &examined.finding);
    tally->ops->accept(tally, &unresolved.finding);
    struct mst_tally_snapshot snapshot;
    mst_tally_snapshot(tally, &snapshot);
    assert_int_equal(snapshot.records, 3);
    assert_int_equal(snapshot.outcomes[MST_OUTCOME_EXAMINED], 2);
    assert_int_equal(snapshot.outcomes[MST_OUTCOME_UNRESOLVED], 1);
    assert_int_equal(snapshot.failure_codes[MST_FAILURE_CODE_NXDOMAIN], 1);
    assert_int_equal(snapshot.verdicts[MST_VERDICT_MUST_STAPLE_OK], 2);
    assert_int_equal(snapshot.verdicts[MST_VERDICT_NONE], 0);
    assert_int_equal(snapshot.warnings[MST_WARNING_FEATURE_NOT_INHERITED], 2);
    assert_int_equal(snapshot.warnings[MST_WARNING_STAPLE_SHA1_SIGNATURE], 2);
    assert_int_equal(snapshot.warnings[MST_WARNING_FEATURE_CRITICAL], 0);
    struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    assert_int_equal(counts.failures[MST_STAGE_DNS][MST_FAILURE_CODE_NXDOMAIN], 1);
    assert_int_equal(counts.staple_states[MST_STAPLE_STATE_GOOD], 2);
    assert_int_equal(counts.clients[MST_CLIENT_RFC].accepts, 2);
    assert_int_equal(counts.clients[MST_CLIENT_FIREFOX].refuses, 2);
    assert_int_equal(counts.clients[MST_CLIENT_FIREFOX].depends_on_fetch, 2);
    mst_tally_counts_release(&counts);
    tally->ops->free(tally);
    sample_release(&examined);
    sample_release(&unresolved);
}

static void test_issuers_are_sorted_and_bounded(void **state)
{
    (void)state;
    enum { NAMES = MST_TALLY_ISSUERS_MAX + 50 };
    struct mst_sink *tally = mst_tally_new();
    struct sample sample;
    sample_examined(&sample);
    char **issuer = &sample.finding.connections[0].certificate.issuer;
    for (int i = 0; i < NAMES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "CN=CA %04d", i);
        set_text(issuer, name);
        tally->ops->accept(tally, &sample.finding);
    }
    set_text(issuer, "CN=CA 0500");
    tally->ops->accept(tally, &sample.finding);
    set_text(issuer, NULL);
    tally->ops->accept(tally, &sample.finding);
    struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    assert_int_equal(counts.issuer_count, MST_TALLY_ISSUERS_MAX + 1);
    assert_string_equal(counts.issuers[0].name, "CN=CA 0500");
    assert_int_equal(counts.issuers[0].group.funnel[MST_FUNNEL_EXAMINED], 2);
    assert_string_equal(counts.issuers[1].name, "CN=CA 0000");
    const struct mst_issuer_counts *others = &counts.issuers[MST_TALLY_ISSUERS_MAX];
    assert_null(others->name);
    assert_int_equal(others->group.funnel[MST_FUNNEL_EXAMINED], 51);
    assert_int_equal(others->group.verdicts[MST_VERDICT_MUST_STAPLE_OK], 51);
    mst_tally_counts_release(&counts);
    tally->ops->free(tally);
    sample_release(&sample);
}

enum { WRITERS = 3, EACH = 2000 };

static void *run_writer(void *context)
{
    struct mst_sink *tally = context;
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < EACH; i++)
        tally->ops->accept(tally, &sample.finding);
    sample_release(&sample);
    return NULL;
}

static void test_many_threads(void **state)
{
    (void)state;
    struct mst_sink *tally = mst_tally_new();
    pthread_t threads[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_writer, tally), 0);
    struct mst_tally_snapshot snapshot;
    do
        mst_tally_snapshot(tally, &snapshot);
    while (snapshot.records < (uint64_t)WRITERS * EACH);
    for (size_t i = 0; i < WRITERS; i++)
        (void)pthread_join(threads[i], NULL);
    assert_int_equal(snapshot.verdicts[MST_VERDICT_MUST_STAPLE_OK], WRITERS * EACH);
    tally->ops->free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_funnel_of_the_examined),
        cmocka_unit_test(test_funnel_of_the_others),
        cmocka_unit_test(test_remaining),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_issuers_are_sorted_and_bounded),
        cmocka_unit_test(test_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
