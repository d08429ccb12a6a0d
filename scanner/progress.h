/* The live line on a terminal: done / total, rate, in flight, time left, verdicts so far. */
#ifndef MST_SCANNER_PROGRESS_H
#define MST_SCANNER_PROGRESS_H

#include <muststaple/audit.h>
#include <stdbool.h>

struct progress {
    bool enabled; /* only on a terminal */
    bool shown;
    uint64_t done; /* records, at the last look */
};

/* Enabled when standard error is a terminal and nobody asked for quiet. */
void progress_init(struct progress *progress, bool quiet);

/* A mst_audit_progress_fn; `context` is a struct progress. */
void progress_show(void *context, const struct mst_audit_progress *now);

/* Takes the line away, so that what follows starts on a clean one. */
void progress_clear(struct progress *progress);

#endif
