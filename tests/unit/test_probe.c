/* The probe, driven by a list of events: whatever happens in whatever order, it ends exactly once,
 * with the right failure and nothing left open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "scan/probe.h"
#include "unit/scan_fakes.h"

/* One letter an event. */
enum step {
    STEP_RESOLVE = 'r', /* two addresses come */
    STEP_NO_NAME = 'n', /* NXDOMAIN comes */
    STEP_CONNECT = 'c', /* the connection stands */
    STEP_REFUSE = 'f',  /* the connection is refused */
    STEP_RESET = 'R',   /* the connection stood and was reset at once */
    STEP_MORE = 'm',    /* bytes come, the session wants more */
    STEP_DONE = 'd',    /* bytes come, the session is done */
    STEP_FAIL = 'x',    /* bytes come, the session fails */
    STEP_EOF = 'e',     /* the peer closes */
    STEP_CLOSED = 'k',  /* the close callback comes */
    STEP_TIME = 't',    /* time passes until the deadline */
    STEP_TURN = '.',    /* one turn of the loop */
    STEP_ABORT = 'a',
    STEP_NO_SOCKET = 's', /* from now on no socket can be made */
    STEP_NO_HANDLE = 'S', /* likewise, and there is no handle to close */
    STEP_NO_SEND = 'w',   /* from now on sending fails */
};

static struct {
    uv_loop_t loop;
    struct mst_probe_world world;
    struct mst_probe probe;
    struct mst_exclusion exclusion;
    struct mst_evidence evidence;
    unsigned done;
} bench;

static void done(struct mst_probe *probe)
{
    bench.evidence = probe->evidence;
    probe->evidence = (struct mst_evidence){0};
    bench.done++;
}

static void resolve(enum mst_dns_status status, size_t count)
{
    struct mst_dns_result result = {.a = {.status = status, .count = count},
                                    .aaaa = {.status = MST_DNS_STATUS_NODATA}};
    for (size_t i = 0; i < count; i++) {
        result.a.addresses[i].family = MST_FAMILY_IPV4;
        result.a.addresses[i].bytes[0] = 1;
        result.a.addresses[i].bytes[3] = (uint8_t)i;
    }
    scan_fakes.resolved(scan_fakes.resolved_owner, &result);
}

static void receive(enum mst_session_state next)
{
    static const uint8_t bytes[] = {22};
    scan_fakes.next_session_state = next;
    scan_fakes.stream->bytes_in += sizeof bytes;
    scan_fakes.stream->events->received(scan_fakes.stream, bytes, sizeof bytes);
}

static void fail_stream(enum mst_stage stage, enum mst_failure_code code)
{
    const struct mst_failure failure = {.stage = stage, .code = code};
    scan_fakes.stream->events->failed(scan_fakes.stream, &failure);
}

/* Runs the loop until the armed timer has fired. */
static void let_time_pass(void)
{
    const enum mst_probe_state before = bench.probe.state;
    for (int i = 0; i < 1000 && bench.probe.state == before; i++)
        (void)uv_run(&bench.loop, UV_RUN_ONCE);
}

static void play(enum step step)
{
    switch (step) {
    case STEP_RESOLVE:
        resolve(MST_DNS_STATUS_OK, 2);
        break;
    case STEP_NO_NAME:
        resolve(MST_DNS_STATUS_NXDOMAIN, 0);
        break;
    case STEP_CONNECT:
        scan_fakes.stream->events->connected(scan_fakes.stream);
        break;
    case STEP_REFUSE:
        fail_stream(MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED);
        break;
    case STEP_RESET:
        fail_stream(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_RESET);
        break;
    case STEP_MORE:
        receive(MST_SESSION_WANTS_INPUT);
        break;
    case STEP_DONE:
        receive(MST_SESSION_DONE);
        break;
    case STEP_FAIL:
        receive(MST_SESSION_FAILED);
        break;
    case STEP_EOF:
        fail_stream(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_CLOSED);
        break;
    case STEP_CLOSED:
        assert_true(scan_fakes.closing);
        scan_fakes_finish_close();
        break;
    case STEP_TIME:
        let_time_pass();
        break;
    case STEP_TURN:
        (void)uv_run(&bench.loop, UV_RUN_NOWAIT);
        break;
    case STEP_ABORT:
        mst_probe_abort(&bench.probe);
        break;
    case STEP_NO_SOCKET:
    case STEP_NO_HANDLE:
        scan_fakes.open_fails = true;
        scan_fakes.open_needs_close = step == STEP_NO_SOCKET;
        break;
    case STEP_NO_SEND:
        scan_fakes.send_fails = true;
        break;
    }
}

#define NO_FAILURE MST_STAGE_NONE, MST_FAILURE_CODE_NONE

static const struct {
    const char *about;
    const char *events;
    unsigned connections;
    enum mst_stage stage; /* of the last connection, or of the evidence when there is none */
    enum mst_failure_code code;
} rows[] = {
    {"a handshake", "rcmmdk.", 1, NO_FAILURE},
    {"no such name", "n.", 0, MST_STAGE_DNS, MST_FAILURE_CODE_NXDOMAIN},
    {"refused twice", "rfkfk.", 2, MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED},
    {"refused, then a handshake", "rfkcdk.", 2, NO_FAILURE},
    {"connecting takes too long, twice", "rtktk.", 2, MST_STAGE_CONNECT, MST_FAILURE_CODE_TIMEOUT},
    {"reset before the loop saw it stand", "rRk.", 1, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_RESET},
    {"silent after the connection", "rctk.", 1, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_TIMEOUT},
    {"a byte now and then does not move the deadline", "rcmmmtk.", 1, MST_STAGE_HANDSHAKE,
     MST_FAILURE_CODE_TIMEOUT},
    {"the handshake fails", "rcmxk.", 1, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_PROTOCOL_ERROR},
    {"the peer closes", "rcek.", 1, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_PROTOCOL_ERROR},
    {"sending fails at once", "rwck.", 1, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_RESET},
    {"no socket to be had", "sr k k.", 2, MST_STAGE_CONNECT, MST_FAILURE_CODE_LOCAL_LIMIT},
    {"no handle to be had", "Sr...", 2, MST_STAGE_CONNECT, MST_FAILURE_CODE_LOCAL_LIMIT},
    {"stopped while resolving", "a.", 0, MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED},
    {"stopped while connecting", "rak.", 1, MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED},
    {"stopped in the handshake", "rcmak.", 1, MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED},
    {"stopped while closing keeps what was seen", "rcdak.", 1, NO_FAILURE},
    {"stopped between two addresses", "rfak.", 1, MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED},
    {"stopped twice", "rcaak.", 1, MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED},
};

static struct mst_target *make_target(void)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->input = mst_strdup("a.test");
    (void)snprintf(target->host, sizeof target->host, "a.test");
    (void)snprintf(target->sni, sizeof target->sni, "a.test");
    target->port = 443;
    return target;
}

static void play_row(size_t i)
{
    scan_fakes = (struct scan_fakes){0};
    bench.done = 0;
    mst_probe_start(&bench.probe, make_target());
    assert_int_equal(bench.done, 0);
    for (const char *at = rows[i].events; *at; at++) {
        if (*at == ' ')
            continue;
        if (bench.done > 0 && *at != STEP_TURN)
            fail_msg("%s: done before '%s'", rows[i].about, at);
        play((enum step) * at);
    }
}

static void check_row(size_t i)
{
    const struct mst_evidence *evidence = &bench.evidence;
    if (bench.done != 1)
        fail_msg("%s: done %u times", rows[i].about, bench.done);
    if (evidence->connection_count != rows[i].connections)
        fail_msg("%s: %zu connections", rows[i].about, evidence->connection_count);
    const struct mst_failure *failure =
        rows[i].connections ? &evidence->connections[rows[i].connections - 1].failure
                            : &evidence->failure;
    if (failure->stage != rows[i].stage || failure->code != rows[i].code)
        fail_msg("%s: stage %d, code %d", rows[i].about, failure->stage, failure->code);
    assert_int_equal(bench.probe.state, MST_PROBE_IDLE);
    assert_int_equal(scan_fakes.sessions, scan_fakes.sessions_freed);
    assert_false(scan_fakes.closing);
}

static void test_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        play_row(i);
        check_row(i);
        mst_evidence_release(&bench.evidence);
    }
}

/* Whatever the resolver does, the target ends in its time. */
static void test_silent_resolver(void **state)
{
    (void)state;
    scan_fakes = (struct scan_fakes){0};
    bench.done = 0;
    const int64_t before_ms = bench.world.timeout_ms;
    bench.world.timeout_ms = 20;
    mst_probe_start(&bench.probe, make_target());
    play(STEP_TIME);
    play(STEP_TURN);
    bench.world.timeout_ms = before_ms;
    assert_int_equal(bench.done, 1);
    assert_true(scan_fakes.forgotten);
    assert_int_equal(bench.evidence.failure.stage, MST_STAGE_DNS);
    assert_int_equal(bench.evidence.failure.code, MST_FAILURE_CODE_TIMEOUT);
    mst_evidence_release(&bench.evidence);
}

static void test_no_resolver(void **state)
{
    (void)state;
    scan_fakes = (struct scan_fakes){0};
    bench.done = 0;
    bench.world.resolver = NULL;
    mst_probe_start(&bench.probe, make_target());
    bench.world.resolver = (struct mst_resolver *)&scan_fakes;
    assert_int_equal(bench.done, 0);
    play(STEP_TURN);
    assert_int_equal(bench.done, 1);
    assert_int_equal(bench.evidence.failure.stage, MST_STAGE_DNS);
    assert_int_equal(bench.evidence.failure.code, MST_FAILURE_CODE_RESOLVER_UNREACHABLE);
    assert_int_equal(bench.evidence.dns.a.status, MST_DNS_STATUS_RESOLVER_UNREACHABLE);
    mst_evidence_release(&bench.evidence);
}

static int set_up(void **state)
{
    (void)state;
    bench.world = (struct mst_probe_world){.loop = &bench.loop,
                                           .resolver = (struct mst_resolver *)&scan_fakes,
                                           .rules = {.exclusion = &bench.exclusion},
                                           .connect_timeout_ms = 20,
                                           .handshake_timeout_ms = 20,
                                           .timeout_ms = 60000,
                                           .done = done};
    const int result = uv_loop_init(&bench.loop);
    mst_probe_init(&bench.probe, &bench.world);
    return result;
}

static int tear_down(void **state)
{
    (void)state;
    mst_probe_stop(&bench.probe);
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    return uv_loop_close(&bench.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_events),
                                       cmocka_unit_test(test_silent_resolver),
                                       cmocka_unit_test(test_no_resolver)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
