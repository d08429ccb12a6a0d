#include "scan/probe_event.h"

void mst_probe_on_resolved(void *owner, const struct mst_dns_result *result)
{
    struct mst_probe *probe = owner;
    probe->request = NULL;
    mst_probe_advance(probe,
                      &(struct mst_probe_event){.kind = MST_PROBE_EVENT_RESOLVED, .dns = result});
}

static void on_connected(struct mst_stream *stream)
{
    mst_probe_advance(MST_CONTAINER_OF(stream, struct mst_probe, stream),
                      &(struct mst_probe_event){.kind = MST_PROBE_EVENT_CONNECTED});
}

static void on_received(struct mst_stream *stream, const uint8_t *bytes, size_t length)
{
    mst_probe_advance(MST_CONTAINER_OF(stream, struct mst_probe, stream),
                      &(struct mst_probe_event){
                          .kind = MST_PROBE_EVENT_RECEIVED, .bytes = bytes, .length = length});
}

static void on_failed(struct mst_stream *stream, const struct mst_failure *failure)
{
    mst_probe_advance(
        MST_CONTAINER_OF(stream, struct mst_probe, stream),
        &(struct mst_probe_event){.kind = MST_PROBE_EVENT_FAILED, .failure = failure});
}

static void on_closed(struct mst_stream *stream)
{
    mst_probe_advance(MST_CONTAINER_OF(stream, struct mst_probe, stream),
                      &(struct mst_probe_event){.kind = MST_PROBE_EVENT_CLOSED});
}

static void on_deadline(uv_timer_t *timer)
{
    mst_probe_advance(MST_CONTAINER_OF(timer, struct mst_probe, timer),
                      &(struct mst_probe_event){.kind = MST_PROBE_EVENT_DEADLINE});
}

/* Time is up by the clock, but a busy loop may not yet have read what came in time: timers run
 * before sockets are polled, so one more turn lets that arrive first. */
void mst_probe_on_time_up(uv_timer_t *timer)
{
    (void)uv_timer_start(timer, on_deadline, 1, 0);
}

void mst_probe_on_nothing_to_close(uv_timer_t *timer)
{
    mst_probe_advance(MST_CONTAINER_OF(timer, struct mst_probe, timer),
                      &(struct mst_probe_event){.kind = MST_PROBE_EVENT_CLOSED});
}

const struct mst_stream_events mst_probe_stream_events = {
    .connected = on_connected,
    .received = on_received,
    .failed = on_failed,
    .closed = on_closed,
};
