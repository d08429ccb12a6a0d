#include "net/resolver.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "loop/resolver_world.h"

enum { TIMEOUT_MS = 400, SLACK_MS = 200, SERVERS_MAX = 3 };

#define STATUS(id) MST_DNS_STATUS_##id

/* One name asked of one server. */
struct answer_row {
    const char *title, *name;
    enum mst_dns_status a;
    unsigned a_count;
    enum mst_dns_status aaaa;
    unsigned aaaa_count;
    enum mst_dns_status or_both; /* c-ares versions differ */
    bool only_a, only_aaaa;
    unsigned at_least_ms;
};

#define BOTH(status) .a = STATUS(status), .aaaa = STATUS(status)
#define LABEL_64 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"

static const struct answer_row answer_rows[] = {
    {"an IPv4 address", "v4.test", STATUS(OK), 1, STATUS(NODATA), 0},
    {"an IPv6 address", "v6.test", STATUS(NODATA), 0, STATUS(OK), 1},
    {"addresses of both kinds", "both.test", STATUS(OK), 2, STATUS(OK), 3},
    {"upper case", "BOTH.Test", STATUS(OK), 2, STATUS(OK), 3},
    {"A alone", "both.test", STATUS(OK), 2, STATUS(NOT_ASKED), 0, .only_a = true},
    {"AAAA alone", "both.test", STATUS(NOT_ASKED), 0, STATUS(OK), 3, .only_aaaa = true},
    {"more addresses than are kept", "many.test", STATUS(OK), 16, STATUS(OK), 14},
    {"hundreds of addresses over TCP", "flood.test", STATUS(OK), 16, STATUS(OK), 16},
    {"a chain of aliases", "chain.test", STATUS(OK), 1, STATUS(OK), 1},
    {"aliases that lead to no address", "dangling.test", BOTH(NODATA)},
    {"aliases that lead to no name", "lostchain.test", BOTH(NXDOMAIN)},
    {"no such name", "nxdomain.test", BOTH(NXDOMAIN)},
    {"no address", "nodata.test", BOTH(NODATA)},
    {"SERVFAIL", "servfail.test", BOTH(SERVFAIL)},
    {"REFUSED", "refused.test", BOTH(REFUSED)},
    {"NOTIMP", "notimp.test", BOTH(SERVFAIL)},
    {"a rarer response code", "yxdomain.test", BOTH(SERVFAIL)},
    {"FORMERR", "formerr.test", BOTH(BAD_ANSWER)},
    {"SERVFAIL for A and nothing for AAAA", "halffail.test", STATUS(SERVFAIL), 0, STATUS(NODATA),
     0},
    {"an address and REFUSED for AAAA", "halfok.test", STATUS(OK), 1, STATUS(REFUSED), 0},
    {"silence", "silent.test", BOTH(TIMEOUT), .at_least_ms = TIMEOUT_MS * 3 / 4},
    {"a record longer than the message", "garbage.test", BOTH(BAD_ANSWER)},
    {"a message of five bytes", "short.test", BOTH(BAD_ANSWER), .or_both = STATUS(TIMEOUT)},
    {"another's answer first", "spoofed.test", STATUS(OK), 1, STATUS(OK), 1},
    {"truncated over UDP, whole over TCP", "truncated.test", STATUS(OK), 1, STATUS(OK), 1},
    {"no answer to the first try over TCP", "deaf.test", STATUS(OK), 1, STATUS(OK), 1},
    {"an answer to the first try after the second", "late.test", STATUS(OK), 1, STATUS(OK), 1,
     .at_least_ms = 290},
    {"a label that is too long", LABEL_64 ".test", BOTH(NXDOMAIN)},
    {"an empty label", "a..test", BOTH(NXDOMAIN)},
};

static void test_answer(void **state)
{
    const struct answer_row *row = *state;
    struct world world;
    struct inquiry inquiry = {0};
    world_start(&world);
    world_resolve_with(&world, &world.peer.endpoint, 1, TIMEOUT_MS, !row->only_aaaa, !row->only_a);
    ask(&world, &inquiry, row->name);
    run(&world);
    assert_int_equal(inquiry.calls, 1);
    const bool other = row->or_both && inquiry.result.a.status == row->or_both;
    check_answer(&inquiry.result.a, other ? row->or_both : row->a, row->a_count, MST_FAMILY_IPV4);
    check_answer(&inquiry.result.aaaa, other ? row->or_both : row->aaaa, row->aaaa_count,
                 MST_FAMILY_IPV6);
    assert_in_range(inquiry.result.elapsed_ms, row->at_least_ms,
                    TIMEOUT_MS + SLACK_MS + world.late_ms);
    world_close(&world);
}

/* Several servers. */
enum server { NONE, ALIVE, MUTE, DEAD };

struct servers_row {
    const char *title;
    enum server servers[SERVERS_MAX];
    unsigned timeout_ms;
    enum mst_dns_status status;
    unsigned at_least_ms;
};

static const struct servers_row servers_rows[] = {
    {"one, dead", {DEAD}, 1000, STATUS(RESOLVER_UNREACHABLE)},
    {"two, both dead", {DEAD, DEAD}, 1000, STATUS(RESOLVER_UNREACHABLE)},
    {"two, the first dead", {DEAD, ALIVE}, 1000, STATUS(OK)},
    {"two, the second dead", {ALIVE, DEAD}, 1000, STATUS(OK)},
    {"two, the first mute", {MUTE, ALIVE}, 1000, STATUS(OK)},
    {"three, the last alive", {MUTE, DEAD, ALIVE}, 1500, STATUS(OK)},
    {"one, mute, little time", {MUTE}, 150, STATUS(TIMEOUT), 100},
    {"one, mute, more time", {MUTE}, 1500, STATUS(TIMEOUT), 1200},
    {"three, all mute", {MUTE, MUTE, MUTE}, 1000, STATUS(TIMEOUT), 750},
};

static void test_servers(void **state)
{
    enum { NAMES = 8 };
    const struct servers_row *row = *state;
    struct world world;
    struct dns_peer mute[SERVERS_MAX];
    struct mst_endpoint servers[SERVERS_MAX];
    size_t count = 0;
    world_start(&world);
    for (size_t i = 0; i < SERVERS_MAX; i++) {
        dns_peer_start(&mute[i], &world.loop);
        mute[i].mute = true;
    }
    for (; count < SERVERS_MAX && row->servers[count] != NONE; count++) {
        servers[count] = row->servers[count] == MUTE ? mute[count].endpoint : world.peer.endpoint;
        if (row->servers[count] == DEAD)
            servers[count].address.bytes[3] = (uint8_t)(100 + count); /* nobody listens there */
    }
    world_resolve_with(&world, servers, count, row->timeout_ms, true, false);
    struct inquiry inquiries[NAMES] = {0};
    for (unsigned i = 0; i < NAMES; i++)
        ask_numbered(&world, &inquiries[i], "v4", i);
    run(&world);
    for (unsigned i = 0; i < NAMES; i++) {
        assert_int_equal(inquiries[i].calls, 1);
        check_answer(&inquiries[i].result.a, row->status, row->status == STATUS(OK),
                     MST_FAMILY_IPV4);
        assert_in_range(inquiries[i].result.elapsed_ms, row->at_least_ms,
                        row->timeout_ms + SLACK_MS + world.late_ms);
    }
    for (size_t i = 0; i < SERVERS_MAX; i++)
        dns_peer_stop(&mute[i]);
    world_close(&world);
}

/* Where the system's servers come from. */
struct system_row {
    const char *title, *text;
    enum mst_status status;
};

static const struct system_row system_rows[] = {
    {"one server", "nameserver 127.0.0.53\n", MST_OK},
    {"two servers and options",
     "search a.test\nnameserver 127.0.0.1\nnameserver ::1\noptions rotate", MST_OK},
    {"no file", NULL, MST_ERROR_RESOLVER},
    {"an empty file", "", MST_ERROR_RESOLVER},
    {"a comment", "# nameserver 127.0.0.1\n; nameserver 127.0.0.1\n", MST_ERROR_RESOLVER},
    {"a server without an address", "nameserver \nnameservers 127.0.0.1\n", MST_ERROR_RESOLVER},
};

static void test_system(void **state)
{
    const struct system_row *row = *state;
    char path[] = "/tmp/muststaple-resolv-XXXXXX";
    MST_AUTO_CLOSE const int fd = mkstemp(path);
    assert_true(fd >= 0);
    if (row->text)
        assert_int_equal(write(fd, row->text, strlen(row->text)), strlen(row->text));
    else
        assert_int_equal(unlink(path), 0);
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    const struct mst_resolver_options options = {
        .system_file = path, .timeout_ms = TIMEOUT_MS, .ask_a = true};
    struct mst_resolver *resolver = NULL;
    struct mst_error error = {0};
    assert_int_equal(mst_resolver_new(&loop, &options, &resolver, &error), row->status);
    assert_int_equal(error.status, row->status);
    assert_int_equal(strstr(error.text, path) != NULL, row->status != MST_OK);
    mst_resolver_close(resolver);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    (void)unlink(path);
}

/* A resolver that answers most names at once must not be given up early over the slow ones. */
static void test_slow_after_quick(void **state)
{
    enum { QUICK = 50, LONG_MS = 2500 };
    (void)state;
    struct world world;
    struct inquiry quick[QUICK] = {0};
    struct inquiry slow = {0};
    world_open(&world, LONG_MS);
    for (unsigned i = 0; i < QUICK; i++)
        ask_numbered(&world, &quick[i], "both", i);
    run(&world);
    ask(&world, &slow, "verylate.test");
    run(&world);
    assert_int_equal(slow.calls, 1);
    check_answer(&slow.result.a, STATUS(OK), 1, MST_FAMILY_IPV4);
    assert_in_range(slow.result.elapsed_ms, 1450, LONG_MS);
    world_close(&world);
}

int main(void)
{
    enum { TESTS_MAX = 100 };
    static struct CMUnitTest tests[TESTS_MAX] = {cmocka_unit_test(test_slow_after_quick)};
    size_t count = 1;
    ADD_ROWS(tests, count, answer_rows, test_answer);
    ADD_ROWS(tests, count, servers_rows, test_servers);
    ADD_ROWS(tests, count, system_rows, test_system);
    (void)signal(SIGPIPE, SIG_IGN);
    if (mst_resolver_library_init(NULL) != MST_OK)
        return EXIT_FAILURE;
    const int failures = _cmocka_run_group_tests("resolver", tests, count, NULL, NULL);
    mst_resolver_library_cleanup();
    return failures;
}
