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
void mst_examiner_free(struct mst_examiner *examiner);

/* Judges every examinable connection at policy->at_s, or, when that is MST_TIME_NONE, at the moment
 * the evidence was completed (started + elapsed). `ret_finding` borrows the evidence; release it
 * with mst_finding_release. */
void mst_examine(struct mst_examiner *examiner, const struct mst_evidence *evidence,
                 struct mst_finding *ret_finding);

#endif
