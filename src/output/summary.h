/* The closing summary: as JSON for programs, short and aligned for people. */
#ifndef MST_OUTPUT_SUMMARY_H
#define MST_OUTPUT_SUMMARY_H

#include <muststaple/status.h>
#include <stdio.h>

#include "model/sink.h"

/* What the tally cannot know. Borrowed strings. */
struct mst_summary_run {
    int64_t started_ms, ended_ms; /* wall clock */
    int64_t elapsed_ms;           /* monotonic */
    uint64_t records_written;     /* of those counted, as many as reached the output */
    bool interrupted;             /* some target lacks its true record */
    size_t option_count;
    const char *const *option_names; /* "concurrency", ... as on the command line, no dashes */
    const char *const *option_values;
    size_t version_count;
    const char *const *version_names; /* "muststaple", "openssl", ... */
    const char *const *version_values;
};

/* Writes the JSON summary to `path` by way of a temporary file beside it, so that it is there whole
 * or not at all. "-" and devices are written directly. */
enum mst_status mst_summary_write(struct mst_sink *tally, const struct mst_summary_run *run,
                                  const char *path, struct mst_error *error);

/* Whether that would find a place at `path` now, to be asked before a scan: MST_ERROR_USAGE when
 * not. Changes nothing. */
enum mst_status mst_summary_check(const char *path, struct mst_error *error);

/* The same, short, for people: plain ASCII, at most 80 columns. To be freed. */
char *mst_summary_text(struct mst_sink *tally, const struct mst_summary_run *run);

#endif
