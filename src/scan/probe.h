/* One target in flight: from the target to its evidence. Probes live in a worker's slab; whoever
 * owns it hands them out. Nothing is judged here. */
#ifndef MST_SCAN_PROBE_H
#define MST_SCAN_PROBE_H

#include <uv.h>

#include "base/list.h"
#include "model/evidence.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "scan/plan.h"
#include "tls/session.h"

struct mst_probe;

/* The evidence is complete and everything is closed: take the evidence (mst_evidence_release is the
 * taker's) and use the probe again. Called exactly once for each start, from the loop, never from
 * within mst_probe_start. */
typedef void mst_probe_done_fn(struct mst_probe *probe);

/* What all probes of a worker share. */
struct mst_probe_world {
    uv_loop_t *loop;
    struct mst_resolver *resolver; /* NULL: there is none, names stay unresolved */
    struct mst_tls_context *tls;
    struct mst_stream_buffer *buffer;
    struct mst_plan_rules rules;
    int64_t connect_timeout_ms, handshake_timeout_ms;
    int64_t timeout_ms; /* the whole target */
    mst_probe_done_fn *done;
    void *owner;
};

/* Named after what is awaited. */
enum mst_probe_state {
    MST_PROBE_IDLE,
    MST_PROBE_RESOLVING,
    MST_PROBE_CONNECTING,
    MST_PROBE_HANDSHAKING,
    MST_PROBE_CLOSING,
};

struct mst_probe {
    struct mst_list link; /* the owner's, while idle */
    const struct mst_probe_world *world;
    enum mst_probe_state state;
    struct mst_evidence evidence;
    uint64_t begun_ms;       /* loop time of the start */
    uint64_t stage_begun_ms; /* loop time when the state was entered */
    bool over;               /* no further connection, whatever the plan says */
    bool stream_is_open;     /* has a handle to close */
    uv_timer_t timer;
    struct mst_stream stream;
    struct mst_session *session;
    struct mst_dns_request *request;
};

/* Makes a zeroed probe idle; its timer stays on the loop until mst_probe_stop. */
void mst_probe_init(struct mst_probe *probe, const struct mst_probe_world *world);

/* Begins. Takes the target, which must be valid. */
void mst_probe_start(struct mst_probe *probe, struct mst_target *target);

/* Ends it soon with what was seen: failure INTERNAL / INTERRUPTED. Nothing when idle. */
void mst_probe_abort(struct mst_probe *probe);

/* Closes the timer of an idle probe; the memory may go once the loop has run its close callbacks.
 */
void mst_probe_stop(struct mst_probe *probe);

#endif
