/* The sink that counts: the numbers of the closing summary. */
#ifndef MST_OUTPUT_TALLY_H
#define MST_OUTPUT_TALLY_H

#include <stdint.h>

#include "model/sink.h"

struct mst_tally;

/* A tally is a sink and can be asked at any time, from any thread. */
struct mst_sink *mst_tally_new(void);

/* What the live line and --fail-on need; cheap. */
struct mst_tally_snapshot {
    uint64_t records;
    uint64_t outcomes[MST_OUTCOME_COUNT];
    uint64_t failure_codes[MST_FAILURE_CODE_COUNT];
    uint64_t verdicts[MST_VERDICT_COUNT];
    uint64_t reasons[MST_REASON_COUNT];
    uint64_t warnings[MST_WARNING_COUNT];
};
void mst_tally_snapshot(struct mst_sink *tally, struct mst_tally_snapshot *ret_snapshot);

#endif
