/* Evidence in, finding out. No network, no clock, no JSON: the same evidence at the same time under
 * the same policy gives the same finding, live or from a stored run. */
#ifndef MST_EXAMINE_H
#define MST_EXAMINE_H

#include <muststaple/status.h>

#include "model/finding.h"

/* Holds the trusted roots and whatever is worth keeping between targets. One per worker. */
struct mst_examiner;

enum mst_status mst_examiner_new(const char *ca_file, const struct mst_policy *policy,
                                 struct mst_examiner **ret_examiner, struct mst_error *error);

/* As above without roots: trust is not asked. Every chain counts as trusted, and issuers are found
 * among the certificates of the chain alone. */
enum mst_status mst_examiner_new_without_roots(const struct mst_policy *policy,
                                               struct mst_examiner **ret_examiner,
                                               struct mst_error *error);

void mst_examiner_free(struct mst_examiner *examiner);

/* Judges every examinable connection at policy->at_s, or, when that is MST_TIME_NONE, at the moment
 * the evidence was completed (started + elapsed). `ret_finding` borrows the evidence; release it
 * with mst_finding_release. */
void mst_examine(struct mst_examiner *examiner, const struct mst_evidence *evidence,
                 struct mst_finding *ret_finding);

/* One examinable connection by itself, judged at `now_s`, as mst_examine judges each. The
 * certificate must be for `host`, a name or an address as text; NULL: that is not asked and counts
 * as so. Release with mst_connection_finding_release. */
void mst_examine_connection(struct mst_examiner *examiner, const struct mst_connection *seen,
                            const char *host, int64_t now_s,
                            struct mst_connection_finding *ret_finding);

/* The issuer of the handshake's leaf, as it is found when a staple is examined; NULL when it is not
 * known, else to be freed with mst_certificate_free. */
struct mst_certificate *mst_examine_find_issuer(struct mst_examiner *examiner,
                                                const struct mst_handshake *handshake);

#endif
