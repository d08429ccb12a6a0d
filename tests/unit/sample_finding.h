/* A finding put together by hand, for the tests of what is made from findings. */
#ifndef MST_TESTS_SAMPLE_FINDING_H
#define MST_TESTS_SAMPLE_FINDING_H

#include "model/finding.h"

enum { SAMPLE_NOW_S = 1700000000 }; /* 2023-11-14T22:13:20Z */

struct sample {
    struct mst_evidence evidence;
    struct mst_finding finding;
};

/* Line 7 of the input, "3,Example.com": examined over one TLS 1.3 connection, Must-Staple with a
 * good staple. Everything may be changed afterwards; release it with sample_release. */
void sample_examined(struct sample *sample);

/* Line 8, "nowhere.example": the name does not exist. */
void sample_unresolved(struct sample *sample);

void sample_release(struct sample *sample);

#endif
