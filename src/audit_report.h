/* What an audit says of itself when it is over, and how it is doing meanwhile. */
#ifndef MST_AUDIT_REPORT_H
#define MST_AUDIT_REPORT_H

#include <muststaple/audit.h>

#include "model/sink.h"

struct mst_audit_report {
    const struct mst_audit_config *config;
    struct mst_sink *tally;
    int64_t started_ms, ended_ms, elapsed_ms;
    uint64_t records_written;
    bool interrupted;
};

/* The JSON summary, to config->summary_path. */
enum mst_status mst_audit_report_write(const struct mst_audit_report *report,
                                       struct mst_error *error);

/* The summary for people, to be freed. */
char *mst_audit_report_text(const struct mst_audit_report *report);

/* Fills what the tally knows of the progress, and zeroes the rest. */
void mst_audit_progress_read(struct mst_sink *tally, struct mst_audit_progress *ret_progress);

/* See mst_audit_count; `tally` may be NULL. */
bool mst_audit_report_count(struct mst_sink *tally, const char *word, uint64_t *ret_count);

#endif
