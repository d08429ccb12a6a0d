/* What holds of a staple's facts and of what is concluded from them, whatever the bytes were. */
#ifndef MST_TESTS_FUZZ_HOLD_STAPLE_H
#define MST_TESTS_FUZZ_HOLD_STAPLE_H

#include "judge/case.h"

/* What a staple was read against. */
struct hold_known {
    bool subject, issuer;
};

void hold_staple(const struct mst_staple_facts *facts, struct hold_known known);
void hold_single_list(const struct mst_single_list *list, const struct mst_staple_facts *facts,
                      struct hold_known known);
void hold_same_staple(const struct mst_staple_facts *left, const struct mst_staple_facts *right);

/* Judges the case at several times, the first of them twice, and holds state, reasons, verdict and
 * clients against each other. The case's own `staple_judgement` is not looked at, and its `now_s`
 * is the first of the times. */
void hold_case(const struct mst_case *given);

#endif
