/* Workers on real loops and sockets: every target's evidence comes exactly once, whatever the peers
 * do and however the worker is stopped, and no handle stays open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "scan/pacer.h"
#include "scan/worker.h"

enum { TARGETS_MAX = 2000 };

/* What listens where a target points. */
enum peer { PEER_NONE, PEER_SILENT, PEER_COUNT };

struct bench {
    struct mst_source source;
    atomic_uint asked, given, total, later_every;
    enum peer peer;
    uint16_t ports[PEER_COUNT];
    int silent_fd;
    atomic_int pace;
    struct mst_pacer pacer;
    atomic_uint started, ended, accepted, twice;
    atomic_uchar seen[TARGETS_MAX + 1];
    atomic_uint codes[MST_FAILURE_CODE_COUNT];
    struct mst_exclusion exclusion;
    struct mst_worker *worker;
};

static struct bench bench;

static struct mst_target *make_target(unsigned line)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->line = line;
    target->input = mst_strdup("127.0.0.1");
    (void)snprintf(target->host, sizeof target->host, "127.0.0.1");
    (void)mst_address_parse("127.0.0.1", &target->address);
    target->port = bench.ports[bench.peer];
    if (line % 7 == 0)
        target->invalid =
            (struct mst_failure){.stage = MST_STAGE_INPUT, .code = MST_FAILURE_CODE_BAD_HOST};
    return target;
}

static enum mst_source_next next(struct mst_source *source, struct mst_target **ret_target)
{
    (void)source;
    const unsigned later_every = atomic_load(&bench.later_every);
    if (later_every && atomic_fetch_add(&bench.asked, 1) % later_every == 0) {
        mst_worker_wake(bench.worker);
        return MST_SOURCE_LATER;
    }
    const unsigned line = atomic_fetch_add(&bench.given, 1) + 1;
    if (line > atomic_load(&bench.total))
        return MST_SOURCE_END;
    *ret_target = make_target(line);
    return MST_SOURCE_TARGET;
}

static const struct mst_source_ops source_ops = {.next = next};

static enum mst_worker_pace pace(void *context)
{
    (void)context;
    return (enum mst_worker_pace)atomic_load(&bench.pace);
}

static void accept_evidence(void *context, struct mst_evidence *evidence)
{
    (void)context;
    if (atomic_exchange(&bench.seen[evidence->target->line], 1))
        atomic_fetch_add(&bench.twice, 1);
    const struct mst_failure *failure =
        evidence->connection_count ? &evidence->connections[0].failure : &evidence->failure;
    atomic_fetch_add(&bench.codes[failure->code], 1);
    atomic_fetch_add(&bench.accepted, 1);
    mst_evidence_release(evidence);
}

static void count_started(void *context)
{
    (void)context;
    atomic_fetch_add(&bench.started, 1);
}

static void count_ended(void *context)
{
    (void)context;
    atomic_fetch_add(&bench.ended, 1);
}

/* A loopback socket with a port of its own; listening when asked to, else nothing answers there. */
static int bind_port(bool listening, uint16_t *ret_port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    if (listening)
        assert_int_equal(listen(fd, 4096), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static int64_t may_begin(void *context, int64_t now_ms)
{
    (void)context;
    return mst_pacer_take(&bench.pacer, now_ms);
}

static void began_more(void *context, unsigned count)
{
    (void)context;
    mst_pacer_charge(&bench.pacer, count);
}

static struct mst_worker *make_worker(uint32_t concurrency, double rate)
{
    mst_pacer_init(&bench.pacer, rate, (int64_t)(uv_hrtime() / 1000000));
    static const struct mst_endpoint nobody = {
        .address = {.family = MST_FAMILY_IPV4, .bytes = {127, 0, 0, 1}}, .port = 9};
    const struct mst_worker_options options = {
        .source = &bench.source,
        .rules = {.allow_private = true, .exclusion = &bench.exclusion},
        .resolver = {.servers = &nobody, .server_count = 1, .timeout_ms = 1000, .ask_a = true},
        .connect_timeout_ms = 2000,
        .handshake_timeout_ms = 300,
        .timeout_ms = 5000,
        .concurrency = concurrency,
        .pace = pace,
        .may_begin = may_begin,
        .began_more = began_more,
        .accept = accept_evidence,
        .started = count_started,
        .ended = count_ended,
    };
    struct mst_error error;
    struct mst_worker *worker = NULL;
    assert_int_equal(mst_worker_new(&options, &worker, &error), MST_OK);
    return worker;
}

static const struct row {
    const char *about;
    unsigned total;
    enum peer peer;
    uint32_t concurrency;
    unsigned later_every;
    double rate;
    enum mst_worker_pace first, then; /* `then` follows after 50 ms */
    enum mst_failure_code code;       /* of all that were valid and finished */
    bool all;                         /* whether all targets are done */
} rows[] = {
    {"nothing to do", 0, PEER_NONE, 4, 0, 0, MST_WORKER_GO, MST_WORKER_GO, MST_FAILURE_CODE_REFUSED,
     true},
    {"refused, many at once", 2000, PEER_NONE, 500, 0, 0, MST_WORKER_GO, MST_WORKER_GO,
     MST_FAILURE_CODE_REFUSED, true},
    {"refused, one at a time", 50, PEER_NONE, 1, 0, 0, MST_WORKER_GO, MST_WORKER_GO,
     MST_FAILURE_CODE_REFUSED, true},
    {"a source that is not always ready", 300, PEER_NONE, 20, 3, 0, MST_WORKER_GO, MST_WORKER_GO,
     MST_FAILURE_CODE_REFUSED, true},
    {"paced", 60, PEER_NONE, 20, 0, 300, MST_WORKER_GO, MST_WORKER_GO, MST_FAILURE_CODE_REFUSED,
     true},
    {"silent peers end by the deadline", 200, PEER_SILENT, 200, 0, 0, MST_WORKER_GO, MST_WORKER_GO,
     MST_FAILURE_CODE_TIMEOUT, true},
    {"held at first", 100, PEER_NONE, 20, 0, 0, MST_WORKER_HOLD, MST_WORKER_GO,
     MST_FAILURE_CODE_REFUSED, true},
    {"finishing what is in flight", 2000, PEER_SILENT, 10, 0, 0, MST_WORKER_GO, MST_WORKER_FINISH,
     MST_FAILURE_CODE_TIMEOUT, false},
    {"interrupted", 2000, PEER_SILENT, 10, 0, 0, MST_WORKER_GO, MST_WORKER_ABORT,
     MST_FAILURE_CODE_INTERRUPTED, false},
};

static void reset(const struct row *row)
{
    for (size_t i = 0; i < MST_COUNT_OF(bench.seen); i++)
        atomic_store(&bench.seen[i], 0);
    for (size_t i = 0; i < MST_COUNT_OF(bench.codes); i++)
        atomic_store(&bench.codes[i], 0);
    atomic_store(&bench.asked, 0);
    atomic_store(&bench.given, 0);
    atomic_store(&bench.started, 0);
    atomic_store(&bench.ended, 0);
    atomic_store(&bench.accepted, 0);
    atomic_store(&bench.total, row->total);
    atomic_store(&bench.later_every, row->later_every);
    atomic_store(&bench.pace, row->first);
    bench.peer = row->peer;
    bench.source.ops = &source_ops;
}

static void run_row(const struct row *row)
{
    reset(row);
    struct mst_error error;
    bench.worker = make_worker(row->concurrency, row->rate);
    assert_int_equal(mst_worker_start(bench.worker, &error), MST_OK);
    (void)usleep(50000);
    atomic_store(&bench.pace, row->then);
    mst_worker_wake(bench.worker);
    mst_worker_join(bench.worker);
    mst_worker_wake(bench.worker); /* still allowed */
    assert_int_equal(mst_worker_free(bench.worker), 0);
}

static void check_row(const struct row *row)
{
    const unsigned accepted = atomic_load(&bench.accepted);
    const unsigned invalid = atomic_load(&bench.codes[MST_FAILURE_CODE_BAD_HOST]);
    const unsigned expected = atomic_load(&bench.codes[row->code]);
    if (atomic_load(&bench.twice) != 0 || atomic_load(&bench.ended) != 1 ||
        accepted != atomic_load(&bench.started) || expected + invalid != accepted ||
        (row->all ? accepted != row->total : accepted >= row->total || accepted == 0))
        fail_msg("%s: %u started, %u accepted, %u invalid, %u as expected, %u twice", row->about,
                 atomic_load(&bench.started), accepted, invalid, expected,
                 atomic_load(&bench.twice));
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        run_row(&rows[i]);
        check_row(&rows[i]);
    }
}

/* One target is done, the next waits for its turn when the order to stop comes: both are told. */
static void test_stopped_while_waiting_for_a_turn(void **state)
{
    static const struct row row = {"",   100,           PEER_NONE,         10, 0,
                                   0.01, MST_WORKER_GO, MST_WORKER_FINISH, 0,  false};
    (void)state;
    run_row(&row);
    assert_int_equal(atomic_load(&bench.accepted), 2);
    assert_int_equal(atomic_load(&bench.started), 2);
    assert_int_equal(atomic_load(&bench.codes[MST_FAILURE_CODE_REFUSED]), 1);
    assert_int_equal(atomic_load(&bench.codes[MST_FAILURE_CODE_INTERRUPTED]), 1);
}

static void test_never_started(void **state)
{
    (void)state;
    reset(&rows[0]);
    assert_int_equal(mst_worker_free(make_worker(10, 0)), 0);
}

static int set_up(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    struct mst_error error;
    const int unused_fd = bind_port(false, &bench.ports[PEER_NONE]);
    (void)unused_fd; /* stays bound, so that nobody else listens there meanwhile */
    bench.silent_fd = bind_port(true, &bench.ports[PEER_SILENT]);
    return mst_resolver_library_init(&error) == MST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    mst_resolver_library_cleanup();
    return close(bench.silent_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_stopped_while_waiting_for_a_turn),
                                       cmocka_unit_test(test_never_started)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
