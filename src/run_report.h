/* What a run says of itself when it is over. */
#ifndef MST_RUN_REPORT_H
#define MST_RUN_REPORT_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sink.h"

struct mst_run_report {
    struct mst_sink *tally;
    int64_t started_ms, ended_ms, elapsed_ms;
    uint64_t records_written;
    bool interrupted;
    const char *const *option_names; /* borrowed */
    const char *const *option_values;
    size_t option_count;
};

/* Writes the JSON summary to `path` (NULL: nowhere). Gives how the run ended: `status`, of which
 * `error` tells already, or, when that is MST_OK, how writing went. */
enum mst_status mst_run_report_write(const struct mst_run_report *report, const char *path,
                                     enum mst_status status, struct mst_error *error);

/* The summary for people, to be freed. */
char *mst_run_report_text(const struct mst_run_report *report);

/* See mst_audit_count; `tally` may be NULL. */
bool mst_run_report_count(struct mst_sink *tally, const char *word, uint64_t *ret_count);

#endif
