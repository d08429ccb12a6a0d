/* What one SingleResponse of an OCSP response says, whomever it is about. */
#ifndef MST_PKI_SINGLE_STATEMENT_H
#define MST_PKI_SINGLE_STATEMENT_H

#include <openssl/ocsp.h>

#include "model/facts.h"

struct mst_single_statement {
    enum mst_certificate_status status;
    enum mst_revocation_reason reason;
    int64_t revoked_at_s, this_update_s, next_update_s;
    /* thisUpdate, or a nextUpdate that is there, is not as RFC 5280 4.1.2.5.2 wants it. The time of
     * a revocation does not matter: revoked is revoked. */
    bool unreadable;
};

struct mst_single_statement mst_single_statement_read(OCSP_SINGLERESP *single);

#endif
