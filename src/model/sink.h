/* Where findings go. An implementation is shared by all workers: `accept` may be called from any
 * thread and never waits for the outside. */
#ifndef MST_MODEL_SINK_H
#define MST_MODEL_SINK_H

#include <muststaple/status.h>

#include "model/finding.h"

enum mst_sink_state {
    MST_SINK_OPEN,   /* send more */
    MST_SINK_FULL,   /* send only what is in flight; the wake function tells when there is room */
    MST_SINK_FAILED, /* nothing can be written any more; the wake function has told */
};

struct mst_sink {
    const struct mst_sink_ops *ops;
};

struct mst_sink_ops {
    /* Takes note of a finding, which remains the caller's. Accepts also when FULL. */
    void (*accept)(struct mst_sink *sink, const struct mst_finding *finding);

    enum mst_sink_state (*state)(struct mst_sink *sink);

    /* No `accept` comes any more. True when everything is written, or nothing can be; else the wake
     * function tells when to ask again. */
    bool (*drain)(struct mst_sink *sink);

    /* Writes what is left and closes; says how it all went. Called once, when no `accept` can come
     * any more. `at_once`: give up what cannot be written now, but leave whole lines. */
    enum mst_status (*finish)(struct mst_sink *sink, bool at_once, struct mst_error *error);

    void (*free)(struct mst_sink *sink);
};

#endif
