#include "output/summary.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"
#include "output/json.h"
#include "output/tally_counts.h"
#include "output/whole_file.h"

enum { SUMMARY_VERSION = 1 };

static const char what[] = "the summary";

/* Every word with its count, zeros too, so that two summaries have the same fields. */
static json_t *words(const struct mst_word *list, const uint64_t *counts, size_t count)
{
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 0; i < count; i++)
        if (list[i].name)
            ok &= mst_json_put_count(object, list[i].name, counts[i]);
    return mst_json_checked(object, ok);
}

/* Only what happened: not every code goes with every stage. */
static json_t *stage_failures(const uint64_t counts[MST_FAILURE_CODE_COUNT])
{
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 1; i < MST_FAILURE_CODE_COUNT; i++)
        if (counts[i] > 0)
            ok &= mst_json_put_count(object, mst_failure_code_word(i)->name, counts[i]);
    return mst_json_checked(object, ok);
}

static json_t *failures(const struct mst_tally_counts *counts)
{
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 1; i < MST_STAGE_COUNT; i++)
        ok &= mst_json_put(object, mst_stage_word(i)->name, stage_failures(counts->failures[i]));
    return mst_json_checked(object, ok);
}

static json_t *clients(const struct mst_tally_counts *counts)
{
#define CLIENT_NAME(ID, name) #name,
    static const char *const names[] = {MST_CLIENTS(CLIENT_NAME)};
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 0; i < MST_CLIENT_COUNT; i++) {
        json_t *client = json_object();
        ok &= mst_json_put_count(client, "accepts", counts->clients[i].accepts);
        ok &= mst_json_put_count(client, "refuses", counts->clients[i].refuses);
        ok &= mst_json_put_count(client, "depends_on_fetch", counts->clients[i].depends_on_fetch);
        ok &= mst_json_put(object, names[i], client);
    }
    return mst_json_checked(object, ok);
}

static json_t *funnel(const struct mst_tally_group *group)
{
#define STEP_NAME(id, name, of) name,
#define STEP_OF(id, name, of) MST_FUNNEL_##of,
    static const char *const names[] = {MST_FUNNEL_STEPS(STEP_NAME)};
    static const enum mst_funnel of[] = {MST_FUNNEL_STEPS(STEP_OF)};
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 0; i < MST_FUNNEL_COUNT; i++) {
        json_t *step = json_object();
        ok &= mst_json_put_count(step, "count", group->funnel[i]);
        ok &= mst_json_put_count(step, "of", group->funnel[of[i]]);
        ok &= mst_json_put(object, names[i], step);
    }
    return mst_json_checked(object, ok);
}

static json_t *remaining(const struct mst_tally_group *group)
{
#define REMAINING_NAME(id, name, below_s) name,
    static const char *const names[] = {MST_REMAININGS(REMAINING_NAME)};
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 0; i < MST_REMAINING_COUNT; i++)
        ok &= mst_json_put_count(object, names[i], group->remaining[i]);
    return mst_json_checked(object, ok);
}

static bool put_group(json_t *object, const struct mst_tally_group *group)
{
    bool ok = mst_json_put(object, "funnel", funnel(group));
    ok &= mst_json_put(object, "verdicts",
                       words(mst_verdict_word(0), group->verdicts, MST_VERDICT_COUNT));
    ok &= mst_json_put(object, "staple_remaining", remaining(group));
    return ok;
}

static json_t *issuers(const struct mst_tally_counts *counts)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < counts->issuer_count; i++) {
        const struct mst_issuer_counts *issuer = &counts->issuers[i];
        json_t *object = json_object();
        ok &= mst_json_put_text(object, "issuer", issuer->name ? issuer->name : "other");
        ok &= put_group(object, &issuer->group);
        ok &= json_array_append_new(array, object) == 0;
    }
    return mst_json_checked(array, ok);
}

/* Nothing when no rank was given. */
static json_t *ranks(const struct mst_tally_counts *counts)
{
#define RANK_NAME(id, name, up_to) name,
    static const char *const names[] = {MST_RANK_BUCKETS(RANK_NAME)};
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < MST_RANK_COUNT && counts->ranked > 0; i++) {
        json_t *object = json_object();
        ok &= mst_json_put_text(object, "bucket", names[i]);
        ok &= put_group(object, &counts->ranks[i]);
        ok &= json_array_append_new(array, object) == 0;
    }
    return mst_json_checked(array, ok);
}

/* Names and values; the values of a name that comes again are joined by commas. */
static json_t *pairs(const char *const *names, const char *const *values, size_t count)
{
    json_t *object = json_object();
    bool ok = object != NULL;
    for (size_t i = 0; i < count; i++) {
        const char *before = json_string_value(json_object_get(object, names[i]));
        MST_AUTO_FREE char *joined = before ? mst_format("%s,%s", before, values[i]) : NULL;
        ok &= mst_json_put_text(object, names[i], joined ? joined : values[i]);
    }
    return mst_json_checked(object, ok);
}

static bool put_run(json_t *object, const struct mst_summary_run *run)
{
    char started[MST_RFC3339_SIZE];
    char ended[MST_RFC3339_SIZE];
    mst_time_format_ms(run->started_ms, started);
    mst_time_format_ms(run->ended_ms, ended);
    bool ok = mst_json_put_text(object, "started", started);
    ok &= mst_json_put_text(object, "ended", ended);
    ok &= mst_json_put_number(object, "elapsed_ms", run->elapsed_ms);
    ok &= mst_json_put_bool(object, "interrupted", run->interrupted);
    ok &= mst_json_put_count(object, "records_written", run->records_written);
    ok &= mst_json_put(object, "options",
                       pairs(run->option_names, run->option_values, run->option_count));
    ok &= mst_json_put(object, "versions",
                       pairs(run->version_names, run->version_values, run->version_count));
    return ok;
}

static bool put_counts(json_t *object, const struct mst_tally_counts *counts)
{
    const struct mst_tally_snapshot *snapshot = &counts->snapshot;
    bool ok = mst_json_put_count(object, "records", snapshot->records);
    ok &= mst_json_put(object, "outcomes",
                       words(mst_outcome_word(0), snapshot->outcomes, MST_OUTCOME_COUNT));
    ok &= mst_json_put(object, "failures", failures(counts));
    ok &= put_group(object, &counts->all);
    ok &= mst_json_put(
        object, "staple_states",
        words(mst_staple_state_word(0), counts->staple_states, MST_STAPLE_STATE_COUNT));
    ok &= mst_json_put(object, "reasons",
                       words(mst_reason_word(0), snapshot->reasons, MST_REASON_COUNT));
    ok &= mst_json_put(object, "warnings",
                       words(mst_warning_word(0), snapshot->warnings, MST_WARNING_COUNT));
    ok &= mst_json_put(object, "clients", clients(counts));
    ok &= mst_json_put(object, "issuers", issuers(counts));
    ok &= mst_json_put(object, "ranks", ranks(counts));
    return ok;
}

static char *summary_json(struct mst_sink *tally, const struct mst_summary_run *run)
{
    MST_CLEANUP(mst_tally_counts_release) struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    json_t *object = json_object();
    bool ok = mst_json_put_count(object, "v", SUMMARY_VERSION);
    ok &= mst_json_put_text(object, "type", "summary");
    ok &= put_run(object, run);
    ok &= put_counts(object, &counts);
    char *text = ok ? json_dumps(object, JSON_INDENT(2)) : NULL;
    json_decref(object);
    return text;
}

enum mst_status mst_summary_write(struct mst_sink *tally, const struct mst_summary_run *run,
                                  const char *path, struct mst_error *error)
{
    MST_AUTO_FREE char *json = summary_json(tally, run);
    if (!json)
        return mst_error_set(error, MST_ERROR_RESOURCES, "no memory for the summary");
    MST_AUTO_FREE char *text = mst_format("%s\n", json);
    return mst_whole_file_write(path, what, text, strlen(text), error);
}

enum mst_status mst_summary_check(const char *path, struct mst_error *error)
{
    return mst_whole_file_check(path, what, error);
}
