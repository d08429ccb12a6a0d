/* How an edge tells the workers that something changed: a target came, room was made, the output
 * failed. May be called from any thread, also while nobody waits. */
#ifndef MST_MODEL_WAKE_H
#define MST_MODEL_WAKE_H

typedef void mst_wake_fn(void *context);

struct mst_wake {
    mst_wake_fn *wake; /* may be NULL */
    void *context;
};

static inline void mst_wake_up(const struct mst_wake *wake)
{
    if (wake->wake)
        wake->wake(wake->context);
}

#endif
