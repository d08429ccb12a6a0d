/* Where targets come from. An implementation is shared by all workers: `next` may be called from
 * any thread, takes its own lock for a moment and never waits. */
#ifndef MST_MODEL_SOURCE_H
#define MST_MODEL_SOURCE_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/target.h"

enum mst_source_next {
    MST_SOURCE_TARGET, /* here is one */
    MST_SOURCE_LATER,  /* none yet: the wake function will be called when there may be */
    MST_SOURCE_END,    /* no more, ever */
};

struct mst_source {
    const struct mst_source_ops *ops;
};

struct mst_source_ops {
    /* Gives the next target away (to be freed with mst_target_free). Invalid lines come too. */
    enum mst_source_next (*next)(struct mst_source *source, struct mst_target **ret_target);

    /* Stops reading: `next` gives what is already there, then END. Any thread. */
    void (*stop)(struct mst_source *source);

    /* Targets there are in all, or 0 while that is not known. Any thread. */
    uint64_t (*total)(struct mst_source *source);

    /* Whether everything there is was given. Any thread. */
    bool (*exhausted)(struct mst_source *source);

    /* After END: how the reading itself went. */
    enum mst_status (*finish)(struct mst_source *source, struct mst_error *error);

    void (*free)(struct mst_source *source);
};

#endif
