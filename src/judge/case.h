/* Everything that a verdict depends on, and what is wrong with the chain however anybody judges it.
 * Pure. */
#ifndef MST_JUDGE_CASE_H
#define MST_JUDGE_CASE_H

#include "model/finding.h"

/* All borrowed. */
struct mst_case {
    const struct mst_certificate_facts *certificate; /* the leaf's */
    const struct mst_chain_facts *chain;
    const struct mst_staple_facts *staple; /* the leaf's */
    const struct mst_staple_judgement *staple_judgement;
    const struct mst_intermediate_staple *intermediate_staples;
    size_t intermediate_staple_count;
    bool handshake_failed; /* after the certificate had been received */
    int64_t now_s;
    const struct mst_policy *policy;
};

/* The leaf's own dates, both inclusive (RFC 5280 4.1.2.5). */
bool mst_case_leaf_is_expired(const struct mst_case *given);
bool mst_case_leaf_is_not_yet_valid(const struct mst_case *given);

/* Only dates stand between the leaf and a trusted root, and an issuing certificate's is one of
 * them, whatever the leaf's are. */
bool mst_case_issuer_is_expired(const struct mst_case *given);
bool mst_case_issuer_is_not_yet_valid(const struct mst_case *given);

/* No path to a trusted root, at any time. */
bool mst_case_is_untrusted(const struct mst_case *given);

bool mst_case_name_differs(const struct mst_case *given);

#endif
