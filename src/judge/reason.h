/* Why a verdict is what it is: the fine names. Pure. */
#ifndef MST_JUDGE_REASON_H
#define MST_JUDGE_REASON_H

#include "judge/case.h"

/* Every reason that applies; a good staple on a clean chain has none. */
mst_word_set mst_reasons(const struct mst_case *given, enum mst_verdict verdict);

/* The one reason that a staple's state stands for; MST_REASON_COUNT for a good staple. */
enum mst_reason mst_reason_for_staple(const struct mst_staple_facts *staple,
                                      const struct mst_staple_judgement *judgement);

/* The one reason that a leaf's TLS Feature extension gives; MST_REASON_COUNT when there is none. */
enum mst_reason mst_reason_for_feature(const struct mst_tls_feature_facts *feature);

#endif
