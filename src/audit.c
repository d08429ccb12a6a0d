/* The composition root: source -> workers -> examine -> sinks. */
#include <muststaple/audit.h>

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

#include "audit_config.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "crew.h"
#include "input/exclude_file.h"
#include "input/feed.h"
#include "net/resolver.h"
#include "output/jsonl.h"
#include "output/summary.h"
#include "output/tally.h"
#include "run_files.h"
#include "run_report.h"

enum {
    PROGRESS_EVERY_MS = 500,
    FEED_AHEAD_MIN = 1024,
    STOP_AT_ONCE = 2, /* calls of mst_audit_stop; the first one finishes what is in flight */
};

struct mst_audit {
    struct mst_audit_config config;
    struct mst_audit_plan plan;
    struct mst_exclusion exclusion;
    struct mst_policy policy;
    struct mst_source *source;
    struct mst_sink *records, *tally;
    struct mst_crew *crew;
    uv_loop_t loop; /* of the thread in mst_audit_run: progress, stopping, the end */
    uv_async_t nudge;
    uv_timer_t ticker;
    bool loop_is_open, resolver_library;
    bool incomplete; /* at the end: something read, or to be read, has no true record */
    int64_t started_ms, started_monotonic_ms, ended_ms, elapsed_ms;
    atomic_int stop; /* times mst_audit_stop was called */
};

/* Something changed at an edge or with the workers: the audit's own loop looks what. Any thread. */
static void nudge(void *context)
{
    struct mst_audit *audit = context;
    (void)uv_async_send(&audit->nudge);
}

/* ---- making it ---- */

static enum mst_status check_files(const struct mst_audit_config *config, struct mst_error *error)
{
    const struct mst_run_files files = {.paths = config->paths,
                                        .path_count = config->path_count,
                                        .exclude_path = config->exclude_path,
                                        .ca_file = config->ca_file,
                                        .output_path = config->output_path,
                                        .summary_path = config->summary_path};
    return mst_run_files_check(&files, error);
}

static enum mst_status open_input(struct mst_audit *audit, struct mst_error *error)
{
    const struct mst_audit_config *config = &audit->config;
    const size_t ahead =
        audit->plan.concurrency < FEED_AHEAD_MIN ? FEED_AHEAD_MIN : audit->plan.concurrency;
    const struct mst_feed_options options = {.paths = config->paths,
                                             .path_count = config->path_count,
                                             .default_port = config->port,
                                             .skip = config->skip,
                                             .limit = config->limit,
                                             .ahead = ahead,
                                             .wake = {nudge, audit}};
    return mst_feed_new(&options, &audit->source, error);
}

static void on_nudge(uv_async_t *handle);
static void on_tick(uv_timer_t *ticker);

static enum mst_status open_loop(struct mst_audit *audit, struct mst_error *error)
{
    int result = uv_loop_init(&audit->loop);
    if (result == 0) {
        audit->loop_is_open = true;
        (void)uv_timer_init(&audit->loop, &audit->ticker);
        result = uv_async_init(&audit->loop, &audit->nudge, on_nudge);
    }
    if (result != 0)
        return mst_error_set(error, MST_ERROR_RESOURCES, "cannot make an event loop: %s",
                             uv_strerror(result));
    audit->nudge.data = audit->ticker.data = audit;
    return MST_OK;
}

static enum mst_status hire_crew(struct mst_audit *audit, struct mst_error *error)
{
    const struct mst_crew_options options = {.config = &audit->config,
                                             .plan = &audit->plan,
                                             .policy = &audit->policy,
                                             .exclusion = &audit->exclusion,
                                             .source = audit->source,
                                             .news = {nudge, audit}};
    return mst_crew_new(&options, &audit->crew, error);
}

static void free_audit(struct mst_audit **audit)
{
    mst_audit_free(*audit);
}

enum mst_status mst_audit_new(const struct mst_audit_config *config, struct mst_audit **ret_audit,
                              struct mst_error *error)
{
    struct mst_audit *audit MST_CLEANUP(free_audit) = mst_alloc(1, sizeof *audit);
    audit->config = *config;
    audit->policy = (struct mst_policy){
        .at_s = config->at_given ? config->at_s : MST_TIME_NONE,
        .max_age_s = config->max_age_s,
        .min_remaining_s = config->min_remaining_s,
    };
    enum mst_status status = mst_audit_plan_make(config, &audit->plan, error);
    if (status == MST_OK)
        status = check_files(config, error);
    if (status != MST_OK)
        return status;
    audit->tally = mst_tally_new();
    status = open_loop(audit, error);
    if (status == MST_OK && config->exclude_path)
        status = mst_exclude_file_read(config->exclude_path, &audit->exclusion, error);
    if (status == MST_OK)
        status = mst_resolver_library_init(error);
    if (status == MST_OK) {
        audit->resolver_library = true;
        status = open_input(audit, error);
    }
    if (status == MST_OK)
        status = hire_crew(audit, error);
    if (status == MST_OK && config->summary_path)
        status = mst_summary_check(config->summary_path, error);
    if (status == MST_OK)
        status =
            mst_run_files_open_records(config->output_path, config->raw,
                                       (struct mst_wake){nudge, audit}, &audit->records, error);
    if (status == MST_OK)
        mst_crew_set_sinks(audit->crew, audit->records, audit->tally);
    if (status != MST_OK)
        return status;
    *ret_audit = MST_STEAL(audit);
    return MST_OK;
}

/* ---- running it: the calling thread's loop ---- */

/* What the tally knows of the progress. */
static struct mst_audit_progress read_progress(struct mst_sink *tally)
{
    struct mst_tally_snapshot counts;
    mst_tally_snapshot(tally, &counts);
    const uint64_t *verdicts = counts.verdicts;
    return (struct mst_audit_progress){
        .done = counts.records,
        .examined = counts.outcomes[MST_OUTCOME_EXAMINED],
        .must_staple_ok = verdicts[MST_VERDICT_MUST_STAPLE_OK],
        .must_staple_not_ok = verdicts[MST_VERDICT_MUST_STAPLE_BROKEN] +
                              verdicts[MST_VERDICT_MUST_STAPLE_REVOKED] +
                              verdicts[MST_VERDICT_MUST_STAPLE_IMPOSSIBLE] +
                              verdicts[MST_VERDICT_MUST_STAPLE_MALFORMED],
        .stapled = verdicts[MST_VERDICT_STAPLED],
        .stapled_not_ok = verdicts[MST_VERDICT_STAPLED_BAD] + verdicts[MST_VERDICT_STAPLED_REVOKED],
    };
}

static void report_progress(struct mst_audit *audit)
{
    if (!audit->config.on_progress)
        return;
    struct mst_audit_progress progress = read_progress(audit->tally);
    progress.elapsed_ms = mst_clock_monotonic_ms() - audit->started_monotonic_ms;
    progress.total = audit->source->ops->total(audit->source);
    progress.in_flight = mst_crew_in_flight(audit->crew);
    progress.stopping = atomic_load_explicit(&audit->stop, memory_order_relaxed) > 0;
    audit->config.on_progress(audit->config.progress_context, &progress);
}

static void on_tick(uv_timer_t *ticker)
{
    report_progress(ticker->data);
}

static void on_nudge(uv_async_t *handle)
{
    struct mst_audit *audit = handle->data;
    const int stop = atomic_load(&audit->stop);
    if (stop > 0)
        mst_crew_stop(audit->crew, stop >= STOP_AT_ONCE);
    if (stop > 0 || mst_crew_resolver_is_gone(audit->crew))
        audit->source->ops->stop(audit->source);
    mst_crew_wake(audit->crew);
    /* A reader that does not read must not keep a second mst_audit_stop from being heard. */
    if (mst_crew_has_ended(audit->crew) &&
        (stop >= STOP_AT_ONCE || audit->records->ops->drain(audit->records)))
        uv_stop(&audit->loop);
}

/* Whether a target that was read, or would have been, lacks its true record. */
static bool is_incomplete(const struct mst_audit *audit)
{
    struct mst_tally_snapshot counts;
    mst_tally_snapshot(audit->tally, &counts);
    return !audit->source->ops->exhausted(audit->source) ||
           counts.outcomes[MST_OUTCOME_INTERRUPTED] > 0 ||
           counts.records != mst_jsonl_written(audit->records);
}

/* Why the scan could not do all its work, beyond its edges. */
static enum mst_status outcome(const struct mst_audit *audit, struct mst_error *error)
{
    if (mst_crew_resolver_is_gone(audit->crew))
        return mst_error_set(error, MST_ERROR_RESOLVER,
                             "no resolver answers: check the network, or name one with --resolver");
    struct mst_tally_snapshot counts;
    mst_tally_snapshot(audit->tally, &counts);
    if (counts.records > 0 && counts.records == counts.outcomes[MST_OUTCOME_INVALID])
        return mst_error_set(error, MST_ERROR_USAGE,
                             "no line of the input is a target: it should be text with one host "
                             "a line");
    if (atomic_load(&audit->stop) > 0 && audit->incomplete)
        return mst_error_set(error, MST_ERROR_INTERRUPTED,
                             "interrupted: what was done is written, the rest was not scanned");
    const uint64_t starved = counts.failure_codes[MST_FAILURE_CODE_LOCAL_LIMIT] +
                             counts.failure_codes[MST_FAILURE_CODE_OUT_OF_RESOURCES];
    if (starved > 0)
        return mst_error_set(
            error, MST_ERROR_RESOURCES,
            "this machine ran out of descriptors, ports or memory for %llu targets: "
            "lower --concurrency and scan them again",
            (unsigned long long)starved);
    return MST_OK;
}

static enum mst_status finish(struct mst_audit *audit, struct mst_error *error)
{
    const bool at_once = atomic_load(&audit->stop) >= STOP_AT_ONCE;
    struct mst_error told[3] = {{.status = MST_OK}};
    enum mst_status results[] = {
        audit->records->ops->finish(audit->records, at_once, &told[0]),
        audit->source->ops->finish(audit->source, &told[1]),
        MST_OK,
    };
    audit->incomplete = is_incomplete(audit);
    results[2] = outcome(audit, &told[2]);
    audit->ended_ms = mst_clock_wall_ms();
    audit->elapsed_ms = mst_clock_monotonic_ms() - audit->started_monotonic_ms;
    for (size_t i = 0; i < MST_COUNT_OF(results); i++) {
        if (results[i] == MST_OK)
            continue;
        *error = told[i];
        return results[i];
    }
    return MST_OK;
}

static struct mst_run_report report_of(const struct mst_audit *audit)
{
    return (struct mst_run_report){.tally = audit->tally,
                                   .started_ms = audit->started_ms,
                                   .ended_ms = audit->ended_ms,
                                   .elapsed_ms = audit->elapsed_ms,
                                   .records_written = mst_jsonl_written(audit->records),
                                   .interrupted = audit->incomplete,
                                   .option_names = audit->config.option_names,
                                   .option_values = audit->config.option_values,
                                   .option_count = audit->config.option_count};
}

enum mst_status mst_audit_run(struct mst_audit *audit, struct mst_error *error)
{
    struct mst_error local = {.status = MST_OK};
    audit->started_ms = mst_clock_wall_ms();
    audit->started_monotonic_ms = mst_clock_monotonic_ms();
    const enum mst_status started = mst_crew_start(audit->crew, &local);
    (void)uv_timer_start(&audit->ticker, on_tick, PROGRESS_EVERY_MS, PROGRESS_EVERY_MS);
    (void)uv_run(&audit->loop, UV_RUN_DEFAULT);
    (void)uv_timer_stop(&audit->ticker);
    mst_crew_join(audit->crew);
    enum mst_status status = finish(audit, started == MST_OK ? &local : &(struct mst_error){0});
    if (started != MST_OK)
        status = started;
    report_progress(audit);
    const struct mst_run_report report = report_of(audit);
    status = mst_run_report_write(&report, audit->config.summary_path, status, &local);
    if (error)
        *error = local;
    return status;
}

void mst_audit_stop(struct mst_audit *audit)
{
    atomic_fetch_add(&audit->stop, 1);
    (void)uv_async_send(&audit->nudge);
}

char *mst_audit_summary_text(const struct mst_audit *audit)
{
    const struct mst_run_report report = report_of(audit);
    return mst_run_report_text(&report);
}

bool mst_audit_count(const struct mst_audit *audit, const char *word, uint64_t *ret_count)
{
    return mst_run_report_count(audit ? audit->tally : NULL, word, ret_count);
}

static void free_loop(struct mst_audit *audit)
{
    if (!audit->loop_is_open)
        return;
    uv_close((uv_handle_t *)&audit->ticker, NULL);
    if (audit->nudge.data)
        uv_close((uv_handle_t *)&audit->nudge, NULL);
    (void)uv_run(&audit->loop, UV_RUN_DEFAULT);
    const int result = uv_loop_close(&audit->loop);
    assert(result == 0);
    (void)result;
}

static void free_edge_sink(struct mst_sink *sink)
{
    if (sink)
        sink->ops->free(sink);
}

void mst_audit_free(struct mst_audit *audit)
{
    if (!audit)
        return;
    if (audit->source)
        audit->source->ops->free(audit->source);
    free_edge_sink(audit->records);
    free_edge_sink(audit->tally);
    mst_crew_free(audit->crew);
    free_loop(audit);
    if (audit->resolver_library)
        mst_resolver_library_cleanup();
    mst_exclusion_release(&audit->exclusion);
    mst_audit_plan_release(&audit->plan);
    free(audit);
}
