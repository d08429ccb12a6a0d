/* The verdict on one connection, with every reason and warning. Pure: facts in, words out. */
#ifndef MST_JUDGE_VERDICT_H
#define MST_JUDGE_VERDICT_H

#include "judge/case.h"

/* Verdict, reasons, warnings and what each client would do (through clients.h). */
void mst_judge(const struct mst_case *given, struct mst_judgement *ret_judgement);

/* How bad a verdict is: of two, the higher one speaks for both. */
unsigned mst_verdict_severity(enum mst_verdict verdict);

#endif
