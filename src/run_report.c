#include "run_report.h"

#include <muststaple/version.h>

#include <stdlib.h>

#include "base/mem.h"
#include "output/summary.h"
#include "output/tally.h"

/* The run as the summary wants it; the two arrays are owned by the caller. */
static struct mst_summary_run run_of(const struct mst_run_report *report,
                                     const char **version_names, const char **version_values)
{
    size_t count = 0;
    const struct mst_version *versions = mst_versions(&count);
    for (size_t i = 0; i < count; i++) {
        version_names[i] = versions[i].name;
        version_values[i] = versions[i].value;
    }
    return (struct mst_summary_run){.started_ms = report->started_ms,
                                    .ended_ms = report->ended_ms,
                                    .elapsed_ms = report->elapsed_ms,
                                    .records_written = report->records_written,
                                    .interrupted = report->interrupted,
                                    .option_count = report->option_count,
                                    .option_names = report->option_names,
                                    .option_values = report->option_values,
                                    .version_count = count,
                                    .version_names = version_names,
                                    .version_values = version_values};
}

enum { VERSIONS_MAX = 8 };

enum mst_status mst_run_report_write(const struct mst_run_report *report, const char *path,
                                     enum mst_status status, struct mst_error *error)
{
    if (!path)
        return status;
    struct mst_error unwritten;
    const char *names[VERSIONS_MAX];
    const char *values[VERSIONS_MAX];
    const struct mst_summary_run run = run_of(report, names, values);
    const enum mst_status written = mst_summary_write(report->tally, &run, path, &unwritten);
    if (status != MST_OK || written == MST_OK)
        return status;
    *error = unwritten;
    return written;
}

char *mst_run_report_text(const struct mst_run_report *report)
{
    const char *names[VERSIONS_MAX];
    const char *values[VERSIONS_MAX];
    const struct mst_summary_run run = run_of(report, names, values);
    return mst_summary_text(report->tally, &run);
}

bool mst_run_report_count(struct mst_sink *tally, const char *word, uint64_t *ret_count)
{
    struct mst_tally_snapshot counts = {0};
    if (tally)
        mst_tally_snapshot(tally, &counts);
    const struct {
        const char *noun;
        const uint64_t *counts;
    } lists[] = {{"verdict", counts.verdicts},
                 {"reason", counts.reasons},
                 {"warning", counts.warnings},
                 {"outcome", counts.outcomes},
                 {"failure_code", counts.failure_codes}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        size_t member = 0;
        if (!mst_vocabulary_find(lists[i].noun, word, &member))
            continue;
        *ret_count = lists[i].counts[member];
        return true;
    }
    return false;
}
