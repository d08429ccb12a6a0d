/* What happens to a probe, and how callbacks become it. Inside scan/ only. */
#ifndef MST_SCAN_PROBE_EVENT_H
#define MST_SCAN_PROBE_EVENT_H

#include "scan/probe.h"

enum mst_probe_event_kind {
    MST_PROBE_EVENT_START,
    MST_PROBE_EVENT_RESOLVED,
    MST_PROBE_EVENT_CONNECTED,
    MST_PROBE_EVENT_RECEIVED,
    MST_PROBE_EVENT_FAILED,
    MST_PROBE_EVENT_DEADLINE,
    MST_PROBE_EVENT_ABORT,
    MST_PROBE_EVENT_CLOSED,
};

struct mst_probe_event {
    enum mst_probe_event_kind kind;
    const struct mst_dns_result *dns;  /* RESOLVED */
    const uint8_t *bytes;              /* RECEIVED */
    size_t length;                     /* RECEIVED */
    const struct mst_failure *failure; /* FAILED */
};

/* Lets the probe act on an event: the one place where its state changes (in probe.c). */
void mst_probe_advance(struct mst_probe *probe, const struct mst_probe_event *event);

/* The adapters: for mst_resolver_ask with the probe as owner, for mst_stream_open with the probe's
 * stream, and for the probe's timer. */
mst_resolved_fn mst_probe_on_resolved;
extern const struct mst_stream_events mst_probe_stream_events;
void mst_probe_on_time_up(uv_timer_t *timer);
void mst_probe_on_nothing_to_close(uv_timer_t *timer);

#endif
