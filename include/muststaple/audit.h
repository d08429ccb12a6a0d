/* An audit: targets in, exactly one record out for each, streamed as JSON lines.
 *
 *     struct mst_audit_config config;
 *     mst_audit_config_init(&config);
 *     config.paths = paths; config.path_count = 1; config.output_path = "results.jsonl";
 *     struct mst_audit *audit = NULL;
 *     if (mst_audit_new(&config, &audit, &error) == MST_OK)
 *         status = mst_audit_run(audit, &error);
 *     mst_audit_free(audit);
 *
 * The library never prints, reads the environment or exits. It ignores no signal by itself: SIGPIPE
 * must be ignored by the program. */
#ifndef MUSTSTAPLE_AUDIT_H
#define MUSTSTAPLE_AUDIT_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is going on, from time to time. Counts are of records, since the start. */
struct mst_audit_progress {
    int64_t elapsed_ms;
    uint64_t total; /* targets in all input; 0 while not known */
    uint64_t done;
    uint64_t in_flight;
    uint64_t examined;
    uint64_t must_staple_ok, must_staple_not_ok; /* of the examined */
    uint64_t stapled, stapled_not_ok;            /* of those without Must-Staple */
    bool stopping;
};

typedef void mst_audit_progress_fn(void *context, const struct mst_audit_progress *progress);

/* Strings are borrowed until mst_audit_free. Times in milliseconds unless the name says seconds. */
struct mst_audit_config {
    const char *const *paths; /* files of targets, "-" standard input */
    size_t path_count;
    uint16_t port; /* where a target names none */
    uint64_t skip, limit;

    const char *const *resolvers; /* "ADDR", "ADDR:PORT", "[V6]:PORT"; none: the system's */
    size_t resolver_count;
    bool ipv4, ipv6;
    int64_t dns_timeout_ms;

    uint32_t concurrency; /* in flight, all threads together; 0: from the open-file limit */
    uint32_t rate;        /* new connections a second, all threads together; 0: no limit */
    uint32_t threads;     /* 0: one per core */

    int64_t connect_timeout_ms, handshake_timeout_ms, timeout_ms;

    const char *ca_file; /* PEM; NULL: the system's roots */
    int tls_version;     /* 0: any, 12: TLS 1.2 only, 13: TLS 1.3 only */

    bool allow_private;
    const char *exclude_path; /* NULL: none */

    const char *output_path;  /* "-" standard output */
    const char *summary_path; /* NULL: none */
    bool raw;

    bool at_given;
    int64_t at_s; /* judge at this time */
    int64_t max_age_s, min_remaining_s;

    mst_audit_progress_fn *on_progress; /* every half second and at the end, from mst_audit_run */
    void *progress_context;

    /* Shown in the summary as the options of the run; pairs of name and value. */
    const char *const *option_names;
    const char *const *option_values;
    size_t option_count;
};

struct mst_audit;

/* The defaults that `muststaple scan --help` names. */
MST_API void mst_audit_config_init(struct mst_audit_config *config);

/* Checks everything that can be checked before the first packet: opens the input, the output, the
 * roots and the exclude list. On failure `error` has the line to show. */
MST_API enum mst_status mst_audit_new(const struct mst_audit_config *config,
                                      struct mst_audit **ret_audit, struct mst_error *error);

/* Runs to the end. Whatever it returns, what was done is written whole. Call once. */
MST_API enum mst_status mst_audit_run(struct mst_audit *audit, struct mst_error *error);

/* Asks a running audit to stop: the first time nothing new is started and what is in flight is
 * finished, the second time what is in flight is recorded as interrupted and it ends at once. May
 * be called from a signal handler or any thread. */
MST_API void mst_audit_stop(struct mst_audit *audit);

/* After the run: the summary for people, to be freed with free(). */
MST_API char *mst_audit_summary_text(const struct mst_audit *audit);

/* After the run: how many records carry `word`, a verdict, reason, warning, outcome or failure code
 * by its name. False when there is no such word. Also works without a run, to check a word (audit
 * NULL, count 0). */
MST_API bool mst_audit_count(const struct mst_audit *audit, const char *word, uint64_t *ret_count);

MST_API void mst_audit_free(struct mst_audit *audit);

#ifdef __cplusplus
}
#endif

#endif
