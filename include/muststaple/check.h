/* A check: certificates, certificate requests and OCSP responses in files, judged without a
 * network, by the code that judges a scan.
 *
 *     struct mst_check_config config;
 *     mst_check_config_init(&config);
 *     config.paths = paths; config.path_count = 1;
 *     struct mst_check *check = NULL;
 *     if (mst_check_new(&config, &check, &error) == MST_OK)
 *         text = mst_check_text(check);
 *     mst_check_free(check);
 */
#ifndef MUSTSTAPLE_CHECK_H
#define MUSTSTAPLE_CHECK_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strings are borrowed until mst_check_free. "-" is standard input, for one of them at most. */
struct mst_check_config {
    const char *const *paths; /* files of any kind, each document in them judged for itself */
    size_t path_count;
    const char *cert_path;   /* a certificate, or a chain, leaf first; NULL: none */
    const char *issuer_path; /* issuing certificates; NULL: none */
    const char *staple_path; /* an OCSP response; NULL: none */
    const char *ca_file;     /* verify chains against these roots, PEM; NULL: trust is not asked */
    const char *host;        /* the name or address the certificate must be for; NULL: not asked */
    bool at_given;
    int64_t at_s; /* judge at this time; else now */
    int64_t max_age_s, min_remaining_s;
};

struct mst_check;

/* The defaults that `muststaple check --help` names. */
MST_API void mst_check_config_init(struct mst_check_config *config);

/* Reads and judges everything. `cert_path` and `staple_path` together are judged as a scan judges a
 * host that sends them. A response without `cert_path` is judged for its issuer alone: one among
 * `paths`, or `staple_path`, which then may not have `paths` beside it. On failure (also a file
 * that cannot be read or holds nothing of the kind) `error` has the line to show. */
MST_API enum mst_status mst_check_new(const struct mst_check_config *config,
                                      struct mst_check **ret_check, struct mst_error *error);

/* One JSON object a line, as docs/check.md describes them; to be freed. NULL without memory. */
MST_API char *mst_check_json(const struct mst_check *check);

/* The same for people: aligned text; to be freed. */
MST_API char *mst_check_text(const struct mst_check *check);

/* Whether everything that was checked is good (docs/check.md, "Exit status"). */
MST_API bool mst_check_is_good(const struct mst_check *check);

MST_API void mst_check_free(struct mst_check *check);

#ifdef __cplusplus
}
#endif

#endif
