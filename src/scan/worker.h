/* One thread with its own loop, resolver, TLS context and slab of probes. Takes targets from the
 * source as long as it may, and gives every target's evidence away exactly once. */
#ifndef MST_SCAN_WORKER_H
#define MST_SCAN_WORKER_H

#include <muststaple/status.h>
#include <stdbool.h>

#include "model/evidence.h"
#include "model/source.h"
#include "net/resolver.h"
#include "scan/plan.h"
#include "tls/context.h"

/* How much a worker may do, asked before each start and after each wake. */
enum mst_worker_pace {
    MST_WORKER_GO,     /* start targets */
    MST_WORKER_HOLD,   /* start none now; a wake follows when that changes */
    MST_WORKER_FINISH, /* start none any more; finish what is in flight, then end */
    MST_WORKER_ABORT,  /* interrupt what is in flight, then end */
};

struct mst_worker_options {
    struct mst_source *source; /* shared by all workers */
    struct mst_plan_rules rules;
    struct mst_resolver_options resolver;
    enum mst_tls_version tls_version;
    int64_t connect_timeout_ms, handshake_timeout_ms, timeout_ms;
    uint32_t concurrency; /* of this worker, at least 1 */
    void *context;
    enum mst_worker_pace (*pace)(void *context);
    /* Whether a connection may begin at `now_ms`, a time of the monotonic clock: 0, or the
     * milliseconds after which to ask again. */
    int64_t (*may_begin)(void *context, int64_t now_ms);
    /* Connections were begun that could not wait to be asked for. */
    void (*began_more)(void *context, unsigned count);
    /* Takes the evidence's contents (mst_evidence_release). From the worker's thread. */
    void (*accept)(void *context, struct mst_evidence *evidence);
    /* From the worker's thread: a probe was started. */
    void (*started)(void *context);
    /* The last thing the thread does. */
    void (*ended)(void *context);
};

struct mst_worker;

/* Makes everything that can fail, in the caller's thread; nothing runs yet. */
enum mst_status mst_worker_new(const struct mst_worker_options *options,
                               struct mst_worker **ret_worker, struct mst_error *error);

enum mst_status mst_worker_start(struct mst_worker *worker, struct mst_error *error);

/* Looks again whether there is something to do. Any thread, also a signal handler. */
void mst_worker_wake(struct mst_worker *worker);

/* Waits for the thread, which ends by itself when source or pace say so. */
void mst_worker_join(struct mst_worker *worker);

/* After the join, or when it was never started. NULL is allowed. Gives the number of handles that
 * were left open on the loop, which is always 0. */
unsigned mst_worker_free(struct mst_worker *worker);

#endif
