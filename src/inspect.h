/* Documents in, inspections out: the same judgement as a scan's, of what lies in files. No network,
 * no clock, no JSON, no files. */
#ifndef MST_INSPECT_H
#define MST_INSPECT_H

#include <muststaple/status.h>

#include "model/inspection.h"
#include "pki/document.h"

struct mst_inspect_options {
    const char *ca_file; /* NULL: trust is not asked */
    const char *host;    /* NULL: not asked */
    int64_t now_s;
    struct mst_policy policy; /* its `at_s` is not looked at */
};

struct mst_inspector;

enum mst_status mst_inspector_new(const struct mst_inspect_options *options,
                                  struct mst_inspector **ret_inspector, struct mst_error *error);
void mst_inspector_free(struct mst_inspector *inspector);

/* A certificate: chain[0] is it, the others are what was given beside it and may be its issuers;
 * `staple` NULL: none was given. As examine does with a handshake that showed both. */
void mst_inspect_certificate(struct mst_inspector *inspector, struct mst_certificate *const *chain,
                             size_t length, const struct mst_document *staple,
                             struct mst_inspection *ret_inspection);

void mst_inspect_request(struct mst_inspector *inspector, const struct mst_document *request,
                         struct mst_inspection *ret_inspection);

/* A response for its issuer alone: the first of `issuers` that its CertIDs or its signer speak of;
 * none of them, or none given: the issuer is not known. */
void mst_inspect_response(struct mst_inspector *inspector, const struct mst_document *response,
                          struct mst_certificate *const *issuers, size_t issuer_count,
                          struct mst_inspection *ret_inspection);

#endif
