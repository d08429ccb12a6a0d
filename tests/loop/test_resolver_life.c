#include "net/resolver.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "loop/resolver_world.h"

enum { TIMEOUT_MS = 400, SLACK_MS = 200 };

#define STATUS(id) MST_DNS_STATUS_##id

static void test_thousands_at_once(void **state)
{
    enum { NAMES = 6000, LONG_MS = 10000 };
    (void)state;
    struct world world;
    struct inquiry *inquiries = mst_alloc(NAMES, sizeof *inquiries);
    world_open(&world, LONG_MS);
    for (unsigned i = 0; i < NAMES; i++)
        ask_numbered(&world, &inquiries[i], "v4", i);
    run(&world);
    for (unsigned i = 0; i < NAMES; i++) {
        const struct mst_dns_result *result = &inquiries[i].result;
        assert_int_equal(inquiries[i].calls, 1);
        check_answer(&result->a, STATUS(OK), 1, MST_FAMILY_IPV4);
        check_answer(&result->aaaa, STATUS(NODATA), 0, MST_FAMILY_IPV6);
        assert_int_equal(result->a.addresses[0].bytes[2], i >> 8);
        assert_int_equal(result->a.addresses[0].bytes[3], i & 0xff);
    }
    world_close(&world);
    free(inquiries);
}

static void on_prepare(uv_prepare_t *prepare)
{
    ++*(unsigned *)prepare->data;
}

/* A channel that is full of questions nobody answers: the others wait, and come to their turn,
 * without the loop turning in vain. */
static void test_full_channel(void **state)
{
    enum { SILENT = 4500, NAMES = SILENT + 100, TURNS_MAX = 2000 };
    (void)state;
    struct world world;
    struct inquiry *inquiries = mst_alloc(NAMES, sizeof *inquiries);
    unsigned turns = 0;
    uv_prepare_t prepare = {.data = &turns};
    world_open(&world, TIMEOUT_MS);
    (void)uv_prepare_init(&world.loop, &prepare);
    (void)uv_prepare_start(&prepare, on_prepare);
    uv_unref((uv_handle_t *)&prepare);
    for (unsigned i = 0; i < NAMES; i++)
        ask_numbered(&world, &inquiries[i], i < SILENT ? "silent" : "v4", i);
    run(&world);
    for (unsigned i = 0; i < NAMES; i++) {
        assert_int_equal(inquiries[i].calls, 1);
        assert_int_equal(inquiries[i].result.a.status, i < SILENT ? STATUS(TIMEOUT) : STATUS(OK));
        assert_in_range(inquiries[i].result.elapsed_ms, 0, TIMEOUT_MS + SLACK_MS + world.late_ms);
    }
    assert_in_range(turns, 1, TURNS_MAX);
    uv_close((uv_handle_t *)&prepare, NULL);
    world_close(&world);
    free(inquiries);
}

/* One name's answer that cannot be read must not cost the others theirs. */
static void test_garbage_among_many(void **state)
{
    enum { NAMES = 40 };
    (void)state;
    struct world world;
    struct inquiry inquiries[NAMES] = {0};
    struct inquiry garbage = {0};
    world_open(&world, TIMEOUT_MS * 5);
    for (unsigned i = 0; i < NAMES; i++)
        ask_numbered(&world, &inquiries[i], "late", i);
    ask(&world, &garbage, "garbage.test");
    run(&world);
    assert_int_equal(garbage.calls, 1);
    check_answer(&garbage.result.a, STATUS(BAD_ANSWER), 0, MST_FAMILY_IPV4);
    for (unsigned i = 0; i < NAMES; i++)
        check_answer(&inquiries[i].result.a, STATUS(OK), 1, MST_FAMILY_IPV4);
    world_close(&world);
}

/* What the owner does to a request. */
enum moment { AT_ONCE, ASKED, FROM_ANOTHER };

struct forget_row {
    const char *title, *name;
    enum moment moment;
};

static const struct forget_row forget_rows[] = {
    {"before it is submitted", "v4.test", AT_ONCE},
    {"while it is outstanding", "silent.test", ASKED},
    {"while its answer is on the way", "late.test", ASKED},
    {"while it is asked over TCP", "flood.test", ASKED},
    {"from within another's", "v4.test", FROM_ANOTHER},
};

static void forget_other(struct inquiry *inquiry)
{
    if (inquiry->other->request)
        mst_dns_request_forget(inquiry->other->request);
    inquiry->other->request = NULL;
}

static void test_forget(void **state)
{
    const struct forget_row *row = *state;
    struct world world;
    struct inquiry first = {.then = forget_other};
    struct inquiry second = {.then = forget_other};
    first.other = &second;
    second.other = &first;
    world_open(&world, TIMEOUT_MS);
    ask(&world, &first, row->name);
    if (row->moment == FROM_ANOTHER)
        ask(&world, &second, row->name);
    if (row->moment == ASKED)
        run_until_asked(&world, 2);
    if (row->moment != FROM_ANOTHER)
        mst_dns_request_forget(first.request);
    const int64_t before_ms = mst_clock_monotonic_ms();
    run(&world);
    assert_in_range(mst_clock_monotonic_ms() - before_ms, 0, TIMEOUT_MS / 2);
    assert_int_equal(first.calls + second.calls, row->moment == FROM_ANOTHER);
    /* The late answer finds nobody; the resolver is as good as before. */
    struct inquiry third = {0};
    ask(&world, &third, "late.test");
    run(&world);
    assert_int_equal(third.calls, 1);
    assert_int_equal(third.result.a.status, STATUS(OK));
    assert_int_equal(first.calls + second.calls, row->moment == FROM_ANOTHER);
    world_close(&world);
}

static void test_forget_many(void **state)
{
    enum { NAMES = 5000 };
    (void)state;
    struct world world;
    struct inquiry *inquiries = mst_alloc(NAMES, sizeof *inquiries);
    world_open(&world, TIMEOUT_MS * 10);
    for (unsigned i = 0; i < NAMES; i++) {
        inquiries[i].then = forget_other;
        inquiries[i].other = &inquiries[i ^ 1];
        ask_numbered(&world, &inquiries[i], "v4", i);
    }
    run(&world);
    for (unsigned i = 0; i < NAMES; i += 2)
        assert_int_equal(inquiries[i].calls + inquiries[i + 1].calls, 1);
    world_close(&world);
    free(inquiries);
}

static void ask_other(struct inquiry *inquiry)
{
    ask(inquiry->world, inquiry->other, "both.test");
}

static void test_ask_from_within(void **state)
{
    (void)state;
    struct world world;
    struct inquiry third = {0};
    struct inquiry second = {.then = ask_other, .other = &third};
    struct inquiry first = {.then = ask_other, .other = &second};
    world_open(&world, TIMEOUT_MS);
    ask(&world, &first, "a..test");
    run(&world);
    assert_int_equal(first.calls, 1);
    assert_int_equal(second.calls, 1);
    assert_int_equal(third.calls, 1);
    assert_int_equal(third.result.aaaa.count, 3);
    world_close(&world);
}

/* Closing, whatever is going on. */
struct close_row {
    const char *title, *name;
    unsigned names;
    unsigned questions; /* that the server has seen when it happens */
    bool from_within;
};

static const struct close_row close_rows[] = {
    {"with nothing asked", NULL},
    {"with names that wait", "v4.test", 10},
    {"with questions outstanding", "silent.test", 10, .questions = 20},
    {"with more names than a channel bears", "silent.test", 5000, .questions = 4000},
    {"with a connection open", "flood.test", 10, .questions = 20},
    {"from within an answer", "v4.test", 300, .from_within = true},
    {"from within an answer that c-ares gives at once", "a..test", 3, .from_within = true},
};

static void close_world(struct inquiry *inquiry)
{
    mst_resolver_close(inquiry->world->resolver);
    inquiry->world->resolver = NULL;
}

static void test_close(void **state)
{
    const struct close_row *row = *state;
    struct world world;
    struct inquiry inquiry = {.then = row->from_within ? close_world : NULL};
    enum { LONGER_THAN_THE_TEST_MS = 120000 }; /* nothing may end by itself on a slow machine */
    world_open(&world, LONGER_THAN_THE_TEST_MS);
    for (unsigned i = 0; i < row->names; i++)
        ask(&world, &inquiry, row->name);
    run_until_asked(&world, row->questions);
    if (row->from_within)
        run(&world);
    world_close(&world);
    assert_int_equal(inquiry.calls, row->from_within);
}

static void test_close_nothing(void **state)
{
    (void)state;
    mst_resolver_close(NULL);
    assert_true(strchr(mst_resolver_library_version(), '.') != NULL);
}

int main(void)
{
    enum { TESTS_MAX = 100 };
    static struct CMUnitTest tests[TESTS_MAX] = {
        cmocka_unit_test(test_thousands_at_once), cmocka_unit_test(test_full_channel),
        cmocka_unit_test(test_forget_many),       cmocka_unit_test(test_ask_from_within),
        cmocka_unit_test(test_close_nothing),     cmocka_unit_test(test_garbage_among_many),
    };
    size_t count = 6;
    ADD_ROWS(tests, count, forget_rows, test_forget);
    ADD_ROWS(tests, count, close_rows, test_close);
    (void)signal(SIGPIPE, SIG_IGN);
    if (mst_resolver_library_init(NULL) != MST_OK)
        return EXIT_FAILURE;
    const int failures = _cmocka_run_group_tests("resolver_life", tests, count, NULL, NULL);
    mst_resolver_library_cleanup();
    return failures;
}
