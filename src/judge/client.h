/* The clients themselves, one source each. Inside judge/ only. */
#ifndef MST_JUDGE_CLIENT_H
#define MST_JUDGE_CLIENT_H

#include "judge/case.h"

/* A reason to refuse, and what the client calls it. */
struct mst_client_rule {
    bool (*refuses)(const struct mst_case *given);
    const char *error;
};

/* The error of the first rule that refuses, or NULL. */
const char *mst_client_first_error(const struct mst_client_rule *rules, size_t count,
                                   const struct mst_case *given);

/* An outcome without a fetch: accepted when `error` is NULL. */
struct mst_client_outcome mst_client_outcome(const char *error);

struct mst_client_outcome mst_client_rfc(const struct mst_case *given);
struct mst_client_outcome mst_client_firefox(const struct mst_case *given);
struct mst_client_outcome mst_client_gnutls(const struct mst_case *given);

#endif
