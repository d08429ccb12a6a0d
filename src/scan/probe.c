#include "scan/probe.h"

#include <stdio.h>

#include "base/clock.h"
#include "scan/probe_event.h"

/* ---- what the handlers are made of ---- */

static struct mst_connection *current(struct mst_probe *probe)
{
    return &probe->evidence.connections[probe->evidence.connection_count - 1];
}

static int64_t stage_elapsed_ms(const struct mst_probe *probe)
{
    return (int64_t)(uv_now(probe->world->loop) - probe->stage_begun_ms);
}

static int64_t remaining_ms(const struct mst_probe *probe)
{
    const int64_t spent = (int64_t)(uv_now(probe->world->loop) - probe->begun_ms);
    return spent < probe->world->timeout_ms ? probe->world->timeout_ms - spent : 0;
}

static struct mst_failure failure_of(enum mst_stage stage, enum mst_failure_code code)
{
    return (struct mst_failure){.stage = stage, .code = code};
}

static enum mst_probe_state connect_next(struct mst_probe *probe,
                                         const struct mst_endpoint *endpoint)
{
    struct mst_evidence *evidence = &probe->evidence;
    struct mst_connection *connection = &evidence->connections[evidence->connection_count++];
    *connection = (struct mst_connection){
        .endpoint = *endpoint, .attempt = 1, .connect_ms = -1, .handshake_ms = -1};
    if (!mst_stream_open(&probe->stream, probe->world->loop, probe->world->buffer, endpoint,
                         &mst_probe_stream_events, &probe->stream_is_open, &connection->failure))
        return MST_PROBE_CLOSING;
    probe->stream_is_open = true;
    return MST_PROBE_CONNECTING;
}

static enum mst_probe_state resolve(struct mst_probe *probe)
{
    struct mst_evidence *evidence = &probe->evidence;
    if (probe->world->resolver) {
        probe->request = mst_resolver_ask(probe->world->resolver, evidence->target->host,
                                          mst_probe_on_resolved, probe);
        return MST_PROBE_RESOLVING;
    }
    evidence->dns.a.status = evidence->dns.aaaa.status = MST_DNS_STATUS_RESOLVER_UNREACHABLE;
    evidence->failure = failure_of(MST_STAGE_DNS, MST_FAILURE_CODE_RESOLVER_UNREACHABLE);
    (void)snprintf(evidence->failure.detail, sizeof evidence->failure.detail,
                   "the system names no resolver");
    probe->over = true;
    return MST_PROBE_CLOSING;
}

/* Does what the plan says next. */
static enum mst_probe_state follow_plan(struct mst_probe *probe)
{
    struct mst_endpoint endpoint = {0};
    struct mst_failure failure = {.stage = MST_STAGE_NONE};
    const enum mst_plan_step step =
        mst_plan_next(&probe->evidence, &probe->world->rules, &endpoint, &failure);
    if (step == MST_PLAN_CONNECT && remaining_ms(probe) > 0)
        return connect_next(probe, &endpoint);
    if (step == MST_PLAN_RESOLVE)
        return resolve(probe);
    if (step == MST_PLAN_CONNECT) {
        failure = failure_of(MST_STAGE_CONNECT, MST_FAILURE_CODE_TIMEOUT);
        (void)snprintf(failure.detail, sizeof failure.detail, "no time was left for %s",
                       probe->evidence.connection_count ? "the next address" : "a connection");
    }
    if (failure.stage != MST_STAGE_NONE)
        probe->evidence.failure = failure;
    probe->over = true;
    return MST_PROBE_CLOSING;
}

/* Sends what the session has to say; false when the connection is broken. */
static bool flush(struct mst_probe *probe, struct mst_failure *ret_failure)
{
    size_t length = 0;
    const uint8_t *bytes = mst_session_output(probe->session, &length);
    if (length == 0)
        return true;
    const bool sent = mst_stream_send(&probe->stream, bytes, length, ret_failure);
    mst_session_output_taken(probe->session, length);
    return sent;
}

/* Takes what the handshake has shown, however it ended, and lets the session go. */
static enum mst_probe_state end_handshake(struct mst_probe *probe,
                                          const struct mst_failure *failure)
{
    struct mst_connection *connection = current(probe);
    connection->handshake_ms = stage_elapsed_ms(probe);
    connection->bytes_in = probe->stream.bytes_in;
    mst_session_harvest(probe->session, &connection->handshake);
    if (failure)
        connection->failure = *failure;
    mst_session_free(probe->session);
    probe->session = NULL;
    return MST_PROBE_CLOSING;
}

static enum mst_probe_state after_session(struct mst_probe *probe, enum mst_session_state session)
{
    struct mst_failure broken = {.stage = MST_STAGE_NONE};
    if (session == MST_SESSION_DONE)
        mst_session_close(probe->session);
    const bool sent = flush(probe, &broken);
    if (session == MST_SESSION_DONE)
        return end_handshake(probe, NULL);
    if (session == MST_SESSION_FAILED) {
        const struct mst_failure failure = *mst_session_failure(probe->session);
        return end_handshake(probe, &failure);
    }
    return sent ? MST_PROBE_HANDSHAKING : end_handshake(probe, &broken);
}

/* ---- handlers: an event in a state gives the next state ---- */

static enum mst_probe_state when_idle(struct mst_probe *probe, const struct mst_probe_event *event)
{
    return event->kind == MST_PROBE_EVENT_START ? follow_plan(probe) : MST_PROBE_IDLE;
}

static enum mst_probe_state resolving_ended(struct mst_probe *probe, struct mst_failure failure)
{
    mst_dns_request_forget(probe->request);
    probe->request = NULL;
    probe->evidence.dns.elapsed_ms = stage_elapsed_ms(probe);
    probe->evidence.failure = failure;
    probe->over = true;
    return MST_PROBE_CLOSING;
}

static enum mst_probe_state when_resolving(struct mst_probe *probe,
                                           const struct mst_probe_event *event)
{
    switch (event->kind) {
    case MST_PROBE_EVENT_RESOLVED:
        probe->evidence.dns = *event->dns;
        return follow_plan(probe);
    case MST_PROBE_EVENT_DEADLINE:
        probe->evidence.dns.a.status = MST_DNS_STATUS_TIMEOUT;
        probe->evidence.dns.aaaa.status = MST_DNS_STATUS_TIMEOUT;
        return resolving_ended(probe, failure_of(MST_STAGE_DNS, MST_FAILURE_CODE_TIMEOUT));
    case MST_PROBE_EVENT_ABORT:
        return resolving_ended(probe, failure_of(MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED));
    default:
        return MST_PROBE_RESOLVING;
    }
}

static enum mst_probe_state begin_handshake(struct mst_probe *probe)
{
    struct mst_connection *connection = current(probe);
    connection->connect_ms = stage_elapsed_ms(probe);
    probe->stage_begun_ms = uv_now(probe->world->loop);
    probe->session = mst_session_new(probe->world->tls, probe->evidence.target->sni);
    if (!probe->session) {
        connection->failure = failure_of(MST_STAGE_INTERNAL, MST_FAILURE_CODE_OUT_OF_RESOURCES);
        return MST_PROBE_CLOSING;
    }
    return after_session(probe, mst_session_start(probe->session));
}

static enum mst_probe_state when_connecting(struct mst_probe *probe,
                                            const struct mst_probe_event *event)
{
    struct mst_connection *connection = current(probe);
    switch (event->kind) {
    case MST_PROBE_EVENT_CONNECTED:
        return begin_handshake(probe);
    case MST_PROBE_EVENT_FAILED:
        connection->failure = *event->failure;
        if (event->failure->stage != MST_STAGE_CONNECT) /* it stood for a moment */
            connection->connect_ms = stage_elapsed_ms(probe);
        return MST_PROBE_CLOSING;
    case MST_PROBE_EVENT_DEADLINE:
        connection->failure = failure_of(MST_STAGE_CONNECT, MST_FAILURE_CODE_TIMEOUT);
        return MST_PROBE_CLOSING;
    case MST_PROBE_EVENT_ABORT:
        connection->failure = failure_of(MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED);
        probe->over = true;
        return MST_PROBE_CLOSING;
    default:
        return MST_PROBE_CONNECTING;
    }
}

/* The TCP connection ended under the handshake: the session knows what that means at this point. */
static enum mst_probe_state handshake_cut_off(struct mst_probe *probe,
                                              const struct mst_failure *failure)
{
    const bool reset = failure->code == MST_FAILURE_CODE_RESET;
    if (!reset && failure->code != MST_FAILURE_CODE_CLOSED)
        return end_handshake(probe, failure);
    if (mst_session_end(probe->session, reset) == MST_SESSION_DONE)
        return end_handshake(probe, NULL);
    const struct mst_failure told = *mst_session_failure(probe->session);
    return end_handshake(probe, &told);
}

static enum mst_probe_state when_handshaking(struct mst_probe *probe,
                                             const struct mst_probe_event *event)
{
    struct mst_failure failure;
    switch (event->kind) {
    case MST_PROBE_EVENT_RECEIVED:
        return after_session(probe, mst_session_feed(probe->session, event->bytes, event->length));
    case MST_PROBE_EVENT_FAILED:
        return handshake_cut_off(probe, event->failure);
    case MST_PROBE_EVENT_DEADLINE:
        failure = failure_of(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_TIMEOUT);
        return end_handshake(probe, &failure);
    case MST_PROBE_EVENT_ABORT:
        failure = failure_of(MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED);
        probe->over = true;
        return end_handshake(probe, &failure);
    default:
        return MST_PROBE_HANDSHAKING;
    }
}

static bool has_more_to_try(const struct mst_probe *probe)
{
    struct mst_endpoint endpoint;
    struct mst_failure failure;
    return mst_plan_next(&probe->evidence, &probe->world->rules, &endpoint, &failure) ==
           MST_PLAN_CONNECT;
}

static enum mst_probe_state when_closing(struct mst_probe *probe,
                                         const struct mst_probe_event *event)
{
    if (event->kind == MST_PROBE_EVENT_ABORT) {
        if (!probe->over && has_more_to_try(probe))
            probe->evidence.failure = failure_of(MST_STAGE_INTERNAL, MST_FAILURE_CODE_INTERRUPTED);
        probe->over = true;
        return MST_PROBE_CLOSING;
    }
    if (event->kind != MST_PROBE_EVENT_CLOSED)
        return MST_PROBE_CLOSING;
    probe->stream_is_open = false;
    return probe->over ? MST_PROBE_IDLE : follow_plan(probe);
}

/* ---- the one place where the state changes ---- */

typedef enum mst_probe_state handler_fn(struct mst_probe *probe,
                                        const struct mst_probe_event *event);

static handler_fn *const handlers[] = {
    [MST_PROBE_IDLE] = when_idle,
    [MST_PROBE_RESOLVING] = when_resolving,
    [MST_PROBE_CONNECTING] = when_connecting,
    [MST_PROBE_HANDSHAKING] = when_handshaking,
    [MST_PROBE_CLOSING] = when_closing,
};

static void arm(struct mst_probe *probe, int64_t stage_timeout_ms)
{
    const int64_t left_ms = remaining_ms(probe);
    const int64_t timeout_ms = stage_timeout_ms < left_ms ? stage_timeout_ms : left_ms;
    (void)uv_timer_start(&probe->timer, mst_probe_on_time_up, (uint64_t)timeout_ms, 0);
}

/* The evidence is complete: `done` comes last, since it may start the probe again. */
static void finish(struct mst_probe *probe)
{
    (void)uv_timer_stop(&probe->timer);
    probe->evidence.elapsed_ms = (int64_t)(uv_now(probe->world->loop) - probe->begun_ms);
    probe->world->done(probe);
}

/* Waits for the close callback, or for the next turn of the loop when nothing is to be closed. */
static void close_all(struct mst_probe *probe)
{
    if (probe->stream_is_open) {
        (void)uv_timer_stop(&probe->timer);
        mst_stream_close(&probe->stream);
    } else {
        (void)uv_timer_start(&probe->timer, mst_probe_on_nothing_to_close, 0, 0);
    }
}

void mst_probe_advance(struct mst_probe *probe, const struct mst_probe_event *event)
{
    const enum mst_probe_state before = probe->state;
    const enum mst_probe_state after = handlers[before](probe, event);
    if (after == before && event->kind != MST_PROBE_EVENT_CLOSED)
        return;
    probe->state = after;
    probe->stage_begun_ms = uv_now(probe->world->loop);
    const struct mst_probe_world *world = probe->world;
    switch (after) {
    case MST_PROBE_IDLE:
        finish(probe);
        break;
    case MST_PROBE_RESOLVING:
        arm(probe, world->timeout_ms); /* the resolver ends a question in time once it is asked */
        break;
    case MST_PROBE_CONNECTING:
        arm(probe, world->connect_timeout_ms);
        break;
    case MST_PROBE_HANDSHAKING:
        arm(probe, world->handshake_timeout_ms);
        break;
    case MST_PROBE_CLOSING:
        close_all(probe);
        break;
    }
}

/* ---- life cycle ---- */

void mst_probe_init(struct mst_probe *probe, const struct mst_probe_world *world)
{
    *probe = (struct mst_probe){.world = world, .state = MST_PROBE_IDLE};
    mst_list_init(&probe->link);
    (void)uv_timer_init(world->loop, &probe->timer);
}

void mst_probe_start(struct mst_probe *probe, struct mst_target *target)
{
    probe->evidence = (struct mst_evidence){.target = target, .started_ms = mst_clock_wall_ms()};
    probe->begun_ms = probe->stage_begun_ms = uv_now(probe->world->loop);
    probe->over = false;
    mst_probe_advance(probe, &(struct mst_probe_event){.kind = MST_PROBE_EVENT_START});
}

void mst_probe_abort(struct mst_probe *probe)
{
    mst_probe_advance(probe, &(struct mst_probe_event){.kind = MST_PROBE_EVENT_ABORT});
}

void mst_probe_stop(struct mst_probe *probe)
{
    uv_close((uv_handle_t *)&probe->timer, NULL);
}
