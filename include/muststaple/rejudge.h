/* A rejudgement: records that a scan with raw bytes wrote are judged again, at another time or
 * under another policy, without a network. At the same time under the same policy each record comes
 * out as it was.
 *
 *     struct mst_rejudge_config config;
 *     mst_rejudge_config_init(&config);
 *     config.paths = paths; config.path_count = 1; config.output_path = "again.jsonl";
 *     struct mst_rejudge *rejudge = NULL;
 *     if (mst_rejudge_new(&config, &rejudge, &error) == MST_OK)
 *         status = mst_rejudge_run(rejudge, &error);
 *     mst_rejudge_free(rejudge);
 */
#ifndef MUSTSTAPLE_REJUDGE_H
#define MUSTSTAPLE_REJUDGE_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strings are borrowed until mst_rejudge_free. */
struct mst_rejudge_config {
    const char *const *paths; /* files of records, "-" standard input */
    size_t path_count;
    const char *ca_file;      /* PEM; NULL: the system's roots */
    const char *output_path;  /* "-" standard output */
    const char *summary_path; /* NULL: none */
    bool raw;                 /* keep the raw bytes in the new records */
    bool at_given;
    int64_t at_s; /* judge at this time; else each at the time it was seen */
    int64_t max_age_s, min_remaining_s;

    /* Shown in the summary as the options of the run; pairs of name and value. */
    const char *const *option_names;
    const char *const *option_values;
    size_t option_count;
};

struct mst_rejudge;

/* The defaults that `muststaple rejudge --help` names. */
MST_API void mst_rejudge_config_init(struct mst_rejudge_config *config);

/* Opens the input, the output and the roots. On failure `error` has the line to show. */
MST_API enum mst_status mst_rejudge_new(const struct mst_rejudge_config *config,
                                        struct mst_rejudge **ret_rejudge, struct mst_error *error);

/* Runs to the end. A line that cannot be judged again (no record, a torn last line, longer than
 * 16 MiB, an examined target without raw bytes) is passed over and makes it end with
 * MST_ERROR_INPUT, with MST_ERROR_USAGE when that is so of every line; `error` counts them and
 * names the first. All others are written whole, in the order of the input. Call once. */
MST_API enum mst_status mst_rejudge_run(struct mst_rejudge *rejudge, struct mst_error *error);

/* Ends a run after the record in hand; the second time, without waiting for a reader of the output
 * that does not read. From a signal handler or any thread. */
MST_API void mst_rejudge_stop(struct mst_rejudge *rejudge);

/* After the run, as for an audit: the summary for people, to be freed; and how many records carry a
 * word. */
MST_API char *mst_rejudge_summary_text(const struct mst_rejudge *rejudge);
MST_API bool mst_rejudge_count(const struct mst_rejudge *rejudge, const char *word,
                               uint64_t *ret_count);

/* After the run: how many lines there were, blank ones not counted. */
MST_API uint64_t mst_rejudge_line_count(const struct mst_rejudge *rejudge);

MST_API void mst_rejudge_free(struct mst_rejudge *rejudge);

#ifdef __cplusplus
}
#endif

#endif
