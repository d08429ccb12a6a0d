#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "pki/certificate.h"
#include "pki/response_issuer.h"
#include "unit/staple_world.h"

enum { NAMED = 0, UNNAMED = 1, BY_KEY = 2, EMBEDDED = 4, BROKEN = 8 };
enum { CANDIDATES_MAX = 32, TRIED = 24, STRANGERS = 100 * TRIED };

struct row {
    const char *name;
    enum who signer;
    unsigned how; /* UNNAMED: the CertID is about nobody's certificate */
    enum who candidates[4];
    size_t repeated; /* the first of them as often before the others */
    enum who found;
};

static const struct row rows[] = {
    {"the issuer alone", ISSUER, NAMED, {ISSUER}, 0, ISSUER},
    {"the issuer among others", ISSUER, NAMED, {ROOT, STRANGER, ISSUER}, 0, ISSUER},
    {"signed by another", STRANGER, NAMED, {STRANGER, ISSUER}, 0, ISSUER},
    {"badly signed", ISSUER, BROKEN, {ROOT, ISSUER}, 0, ISSUER},
    {"a namesake", ISSUER, NAMED, {IMPOSTOR, ISSUER}, 0, ISSUER},
    {"the same key by another name", ISSUER, NAMED, {ALIAS, ISSUER}, 0, ISSUER},
    {"by its signature", ISSUER, UNNAMED, {ROOT, ISSUER}, 0, ISSUER},
    {"by its signature and key", ISSUER, UNNAMED | BY_KEY, {ROOT, ISSUER}, 0, ISSUER},
    {"by the right one of two names", ISSUER, UNNAMED, {IMPOSTOR, ISSUER}, 0, ISSUER},
    {"by its delegate", DELEGATE, UNNAMED | EMBEDDED, {STRANGER, ISSUER}, 0, ISSUER},
    {"by an expired delegate", EXPIRED_DELEGATE, UNNAMED | EMBEDDED, {ISSUER}, 0, NOBODY},
    {"meant, and badly signed", ISSUER, UNNAMED | BROKEN, {ROOT, ISSUER}, 0, ISSUER},
    {"meant, and signed by another", IMPOSTOR, UNNAMED, {ROOT, ISSUER}, 0, ISSUER},
    {"as many names as are tried", ISSUER, UNNAMED, {IMPOSTOR, ISSUER}, 23, ISSUER},
    {"more names than are tried", ISSUER, UNNAMED, {IMPOSTOR, ISSUER}, 24, IMPOSTOR},
    {"nobody's", ISSUER, UNNAMED, {ROOT, STRANGER}, 0, NOBODY},
    {"nobody to ask", ISSUER, NAMED, {NOBODY}, 0, NOBODY},
};

static size_t wrap_candidates(const struct row *row, struct mst_certificate **candidates)
{
    size_t count = 0;
    for (size_t i = 0; i < row->repeated; i++)
        candidates[count++] = staple_world_wrap(row->candidates[0]);
    for (size_t i = row->repeated > 0 ? 1 : 0; i < 4 && row->candidates[i] != NOBODY; i++)
        candidates[count++] = staple_world_wrap(row->candidates[i]);
    return count;
}

static void check(const struct row *row)
{
    struct mst_certificate *candidates[CANDIDATES_MAX];
    struct pki_response response = staple_world_response();
    size_t size = 0;
    response.signer = staple_world_get(row->signer);
    response.by_key = (row->how & BY_KEY) != 0;
    response.embed_signer = (row->how & EMBEDDED) != 0;
    response.break_signature = (row->how & BROKEN) != 0;
    response.singles[0].wrong_key = (row->how & UNNAMED) != 0;
    uint8_t *data = pki_response_make(&response, &size);
    const size_t count = wrap_candidates(row, candidates);
    print_message("%s\n", row->name);
    const struct mst_certificate *found =
        mst_response_issuer_find(data, size, candidates, count, PKI_NOW_S);
    if (row->found == NOBODY) {
        assert_null(found);
    } else {
        char wanted[MST_SHA256_HEX_SIZE];
        char got[MST_SHA256_HEX_SIZE];
        struct mst_certificate *expected = staple_world_wrap(row->found);
        assert_non_null(found);
        mst_certificate_sha256(expected, wanted);
        mst_certificate_sha256(found, got);
        assert_string_equal(got, wanted);
        mst_certificate_free(expected);
    }
    assert_int_equal(ERR_peek_error(), 0);
    for (size_t i = 0; i < count; i++)
        mst_certificate_free(candidates[i]);
    free(data);
}

static void test_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        check(&rows[i]);
}

/* The CPU time that `times` searches take among so many of the same candidate. */
static int64_t search_ns(enum who who, size_t count, size_t times)
{
    struct mst_certificate *candidate = staple_world_wrap(who);
    struct mst_certificate *candidates[STRANGERS];
    struct pki_response response = staple_world_response();
    struct timespec before;
    struct timespec after;
    size_t size = 0;
    response.signer = staple_world_get(ISSUER);
    response.singles[0].wrong_key = true;
    uint8_t *data = pki_response_make(&response, &size);
    for (size_t i = 0; i < count; i++)
        candidates[i] = candidate;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    for (size_t i = 0; i < times; i++)
        (void)mst_response_issuer_find(data, size, candidates, count, PKI_NOW_S);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    free(data);
    mst_certificate_free(candidate);
    return (after.tv_sec - before.tv_sec) * INT64_C(1000000000) + after.tv_nsec - before.tv_nsec;
}

/* Files may hold thousands of certificates that a response has nothing to do with. */
static void test_strangers_cost_no_signature(void **state)
{
    (void)state;
    const int64_t strangers_ns = search_ns(STRANGER, STRANGERS, 1);
    const int64_t signatures_ns = search_ns(IMPOSTOR, TRIED, STRANGERS / TRIED);
    print_message("%lld ns, %lld ns\n", (long long)strangers_ns, (long long)signatures_ns);
    assert_true(strangers_ns < signatures_ns / 2);
}

static void test_no_response(void **state)
{
    (void)state;
    static const struct {
        const uint8_t *data;
        size_t size;
    } nothing[] = {
        {NULL, 0},
        {(const uint8_t *)"", 0},
        {(const uint8_t *)"0\x03\x0a\x01\x03", 5},
        {(const uint8_t *)"hello", 5},
        {(const uint8_t *)"", MST_STAPLE_SIZE_MAX + 1},
    };
    struct mst_certificate *issuer = staple_world_wrap(ISSUER);
    for (size_t i = 0; i < MST_COUNT_OF(nothing); i++) {
        assert_null(
            mst_response_issuer_find(nothing[i].data, nothing[i].size, &issuer, 1, PKI_NOW_S));
        assert_int_equal(ERR_peek_error(), 0);
    }
    mst_certificate_free(issuer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_found),
                                       cmocka_unit_test(test_strangers_cost_no_signature),
                                       cmocka_unit_test(test_no_response)};
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
