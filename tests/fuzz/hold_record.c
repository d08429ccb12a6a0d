#include "fuzz/hold_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "examine.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_staple.h"
#include "fuzz/people.h"
#include "output/record.h"
#include "output/stored_record.h"

static struct mst_examiner *examiner(void)
{
    static struct mst_examiner *examiner;
    static const struct mst_policy policy = {.at_s = MST_TIME_NONE,
                                             .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                             .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
    if (!examiner)
        FUZZ_REQUIRE(mst_examiner_new(fuzz_people()->root_file, &policy, &examiner, NULL) ==
                     MST_OK);
    return examiner;
}

static void hold_connection(const struct mst_connection_finding *finding)
{
    if (!finding->examined)
        return;
    const struct hold_known known = {.subject = true, .issuer = finding->chain.issuer_known};
    hold_certificate(&finding->certificate);
    hold_chain(&finding->chain);
    hold_staple(&finding->staple, known);
    FUZZ_REQUIRE(finding->judgement.verdict != MST_VERDICT_NONE);
    for (size_t i = 0; i < finding->intermediate_staple_count; i++)
        FUZZ_REQUIRE(finding->intermediate_staples[i].position > 0 &&
                     finding->intermediate_staples[i].position < finding->chain.sha256_count);
}

void hold_line(const char *line, size_t length)
{
    FUZZ_REQUIRE(line && length > 1 && strlen(line) == length);
    FUZZ_REQUIRE(strchr(line, '\n') == line + length - 1);
    FUZZ_REQUIRE(mst_text_is_utf8(line, length));
}

/* The record of the evidence, to be freed. */
static char *write_record(const struct mst_evidence *evidence, size_t *ret_length)
{
    struct mst_finding finding;
    mst_examine(examiner(), evidence, &finding);
    hold_no_errors();
    FUZZ_REQUIRE(finding.outcome < MST_OUTCOME_COUNT);
    FUZZ_REQUIRE((finding.outcome == MST_OUTCOME_EXAMINED) == (finding.rolled_up != NULL));
    for (size_t i = 0; i < finding.connection_count; i++)
        hold_connection(&finding.connections[i]);
    char *line = mst_record_line(&finding, true, ret_length);
    hold_no_errors();
    hold_line(line, *ret_length);
    mst_finding_release(&finding);
    return line;
}

void hold_record(const struct mst_evidence *evidence)
{
    char reason[MST_STORED_REASON_SIZE] = "";
    struct mst_stored_record stored;
    size_t length = 0;
    size_t length_again = 0;
    char *line = write_record(evidence, &length);
    if (!mst_stored_record_read(line, length - 1, &stored, reason)) {
        (void)fprintf(stderr, "%s\n%s", reason, line);
        FUZZ_REQUIRE(!"a record of our own is refused");
    }
    hold_no_errors();
    char *again = write_record(&stored.evidence, &length_again);
    if (strcmp(line, again) != 0) {
        (void)fprintf(stderr, "%s%s", line, again);
        FUZZ_REQUIRE(!"a record judged again is another");
    }
    free(again);
    free(line);
    mst_stored_record_release(&stored);
}
