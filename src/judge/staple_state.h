/* The state of one staple: facts, a time and a policy in, one word and its times out. Pure. */
#ifndef MST_JUDGE_STAPLE_STATE_H
#define MST_JUDGE_STAPLE_STATE_H

#include "model/finding.h"

/* Judges the staple about `subject` at `now_s`. Precedence as mozilla::pkix: parse, responder
 * status, signer and signature, match, certificate status, time. */
void mst_judge_staple(const struct mst_staple_facts *staple,
                      const struct mst_certificate_facts *subject, int64_t now_s,
                      const struct mst_policy *policy, struct mst_staple_judgement *ret_judgement);

#endif
