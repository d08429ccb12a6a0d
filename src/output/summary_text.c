#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "output/summary.h"
#include "output/tally_counts.h"

enum { TOP_ISSUERS = 5, NAME_WIDTH = 44, MS_PER_S = 1000, S_PER_MINUTE = 60, S_PER_HOUR = 3600 };

static void row(FILE *out, const char *name, uint64_t count, uint64_t of)
{
    if (count == 0)
        return;
    (void)fprintf(out, "  %-*s %12llu", NAME_WIDTH, name, (unsigned long long)count);
    if (of > 0)
        (void)fprintf(out, "  %5.1f %%", 100.0 * (double)count / (double)of);
    (void)fputc('\n', out);
}

static void heading(FILE *out, const char *text, uint64_t count)
{
    (void)fprintf(out, "\n%-*s %12llu\n", NAME_WIDTH + 2, text, (unsigned long long)count);
}

static uint64_t sum(const uint64_t *counts, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += counts[i];
    return total;
}

static void words(FILE *out, const struct mst_word *list, const uint64_t *counts, size_t count,
                  uint64_t of)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].name)
            row(out, list[i].name, counts[i], of);
}

static void elapsed(FILE *out, int64_t elapsed_ms)
{
    const long long seconds = elapsed_ms / MS_PER_S;
    if (seconds < S_PER_MINUTE)
        (void)fprintf(out, "%.1f s", (double)elapsed_ms / MS_PER_S);
    else if (seconds < S_PER_HOUR)
        (void)fprintf(out, "%lld min %02lld s", seconds / S_PER_MINUTE, seconds % S_PER_MINUTE);
    else
        (void)fprintf(out, "%lld h %02lld min", seconds / S_PER_HOUR,
                      seconds % S_PER_HOUR / S_PER_MINUTE);
}

static void headline(FILE *out, const struct mst_tally_snapshot *snapshot,
                     const struct mst_summary_run *run)
{
    (void)fprintf(out, "%s%llu targets in ", run->interrupted ? "Incomplete: " : "",
                  (unsigned long long)snapshot->records);
    elapsed(out, run->elapsed_ms);
    if (run->elapsed_ms > 0)
        (void)fprintf(out, " (%.1f/s)",
                      (double)snapshot->records * MS_PER_S / (double)run->elapsed_ms);
    (void)fprintf(out, ", %llu examined\n",
                  (unsigned long long)snapshot->outcomes[MST_OUTCOME_EXAMINED]);
}

static void clients(FILE *out, const struct mst_tally_counts *counts, uint64_t examined)
{
#define CLIENT_NAME(ID, name) #name,
    static const char *const names[] = {MST_CLIENTS(CLIENT_NAME)};
    uint64_t refusals = 0;
    for (size_t i = 0; i < MST_CLIENT_COUNT; i++)
        refusals += counts->clients[i].refuses;
    if (refusals == 0)
        return;
    (void)fputs("\nRefused by\n", out);
    for (size_t i = 0; i < MST_CLIENT_COUNT; i++)
        row(out, names[i], counts->clients[i].refuses, examined);
}

static void examined_part(FILE *out, const struct mst_tally_counts *counts)
{
    const struct mst_tally_snapshot *snapshot = &counts->snapshot;
    const uint64_t examined = snapshot->outcomes[MST_OUTCOME_EXAMINED];
    if (examined == 0)
        return;
    heading(out, "Examined", examined);
    words(out, mst_verdict_word(0), snapshot->verdicts, MST_VERDICT_COUNT, examined);
    const uint64_t reasons = sum(snapshot->reasons, MST_REASON_COUNT);
    if (reasons > 0)
        (void)fputs("\nReasons\n", out);
    words(out, mst_reason_word(0), snapshot->reasons, MST_REASON_COUNT, examined);
    const uint64_t warnings = sum(snapshot->warnings, MST_WARNING_COUNT);
    if (warnings > 0)
        (void)fputs("\nWarnings\n", out);
    words(out, mst_warning_word(0), snapshot->warnings, MST_WARNING_COUNT, examined);
    clients(out, counts, examined);
}

static void failures_part(FILE *out, const struct mst_tally_counts *counts)
{
    const struct mst_tally_snapshot *snapshot = &counts->snapshot;
    const uint64_t others = snapshot->records - snapshot->outcomes[MST_OUTCOME_EXAMINED];
    if (others > 0) {
        heading(out, "Not examined", others);
        for (size_t i = 0; i < MST_OUTCOME_COUNT; i++)
            if (i != MST_OUTCOME_EXAMINED)
                row(out, mst_outcome_word(i)->name, snapshot->outcomes[i], snapshot->records);
    }
    const uint64_t failures =
        sum(&counts->failures[0][0], MST_STAGE_COUNT * MST_FAILURE_CODE_COUNT);
    if (failures == 0)
        return;
    heading(out, "Failures", failures);
    for (size_t stage = 1; stage < MST_STAGE_COUNT; stage++)
        for (size_t code = 1; code < MST_FAILURE_CODE_COUNT; code++) {
            char name[NAME_WIDTH + 1];
            (void)snprintf(name, sizeof name, "%s %s", mst_stage_word(stage)->name,
                           mst_failure_code_word(code)->name);
            row(out, name, counts->failures[stage][code], snapshot->records);
        }
}

static void staples_part(FILE *out, const struct mst_tally_counts *counts)
{
#define REMAINING_NAME(id, name, below_s) name,
    static const char *const names[] = {MST_REMAININGS(REMAINING_NAME)};
    const uint64_t stapled = counts->all.funnel[MST_FUNNEL_STAPLED];
    if (stapled == 0)
        return;
    heading(out, "Staples sent, by the time left", stapled);
    for (size_t i = 0; i < MST_REMAINING_COUNT; i++)
        row(out, names[i], counts->all.remaining[i], stapled);
}

/* A name from a certificate, fit for any terminal: printable ASCII, cut to the column. */
static void plain_name(const char *name, char text[NAME_WIDTH + 1])
{
    size_t length = 0;
    for (; name[length] && length < NAME_WIDTH; length++)
        text[length] = (char)(name[length] >= ' ' && name[length] < 0x7f ? name[length] : '?');
    text[length] = '\0';
    if (name[length])
        memcpy(text + NAME_WIDTH - 3, "...", 3);
}

static void group_row(FILE *out, const char *name, const struct mst_tally_group *group)
{
    const uint64_t *steps = group->funnel;
    if (steps[MST_FUNNEL_EXAMINED] == 0)
        return;
    (void)fprintf(out, "  %-*s %9llu %9llu %9llu\n", NAME_WIDTH, name,
                  (unsigned long long)steps[MST_FUNNEL_EXAMINED],
                  (unsigned long long)steps[MST_FUNNEL_MUST_STAPLE],
                  (unsigned long long)steps[MST_FUNNEL_STAPLED]);
}

static void group_heading(FILE *out, const char *text)
{
    (void)fprintf(out, "\n%-*s  examined mst-stapl   stapled\n", NAME_WIDTH + 2, text);
}

static void groups_part(FILE *out, const struct mst_tally_counts *counts)
{
#define RANK_NAME(id, name, up_to) name,
    static const char *const ranks[] = {MST_RANK_BUCKETS(RANK_NAME)};
    uint64_t ranked = 0;
    for (size_t i = 0; i < MST_RANK_COUNT; i++)
        ranked += counts->ranks[i].funnel[MST_FUNNEL_EXAMINED];
    if (ranked > 0)
        group_heading(out, "Rank up to");
    for (size_t i = 0; i < MST_RANK_COUNT; i++)
        group_row(out, ranks[i], &counts->ranks[i]);
    if (counts->issuer_count > 0)
        group_heading(out, "Issuers with the most certificates");
    for (size_t i = 0; i < counts->issuer_count && i < TOP_ISSUERS; i++) {
        char name[NAME_WIDTH + 1];
        plain_name(counts->issuers[i].name ? counts->issuers[i].name : "other", name);
        group_row(out, name, &counts->issuers[i].group);
    }
}

char *mst_summary_text(struct mst_sink *tally, const struct mst_summary_run *run)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return mst_strdup("");
    MST_CLEANUP(mst_tally_counts_release) struct mst_tally_counts counts;
    mst_tally_copy(tally, &counts);
    headline(out, &counts.snapshot, run);
    examined_part(out, &counts);
    failures_part(out, &counts);
    staples_part(out, &counts);
    groups_part(out, &counts);
    if (fclose(out) != 0) {
        free(text);
        return mst_strdup("");
    }
    return text;
}
