#include "pki/response_issuer.h"

#include <openssl/err.h>

#include "pki/cert_id.h"
#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/response.h"
#include "pki/signer.h"

/* Names are for everybody to take, and each that fits costs a signature. */
enum { SIGNERS_TRIED_MAX = 24 };

static bool is_named(OCSP_BASICRESP *basic, const struct mst_certificate *issuer)
{
    struct mst_cert_id_wanted wanted = {.issuer = mst_certificate_x509(issuer)};
    for (int i = 0; i < OCSP_resp_count(basic); i++) {
        const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic, i));
        if (mst_cert_id_compare(&wanted, id).mismatch == MST_MISMATCH_NONE)
            return true;
    }
    return false;
}

static const struct mst_certificate *find_signer(const OCSP_BASICRESP *basic,
                                                 struct mst_certificate *const *issuers,
                                                 size_t count, int64_t now_s)
{
    const struct mst_certificate *meant = NULL;
    int tried = 0;
    for (size_t i = 0; i < count && tried < SIGNERS_TRIED_MAX; i++) {
        const enum mst_signer_fault fault =
            mst_signer_try(basic, mst_certificate_x509(issuers[i]), now_s);
        if (fault == MST_SIGNER_FAULT_NONE)
            return issuers[i];
        if (fault == MST_SIGNER_FAULT_BAD_SIGNATURE && !meant)
            meant = issuers[i];
        if (fault != MST_SIGNER_FAULT_UNKNOWN)
            tried++;
    }
    return meant;
}

static const struct mst_certificate *
find(OCSP_BASICRESP *basic, struct mst_certificate *const *issuers, size_t count, int64_t now_s)
{
    for (size_t i = 0; i < count; i++)
        if (is_named(basic, issuers[i]))
            return issuers[i];
    return find_signer(basic, issuers, count, now_s);
}

const struct mst_certificate *mst_response_issuer_find(const uint8_t *data, size_t size,
                                                       struct mst_certificate *const *issuers,
                                                       size_t count, int64_t now_s)
{
    enum mst_responder_status status = MST_RESPONDER_STATUS_NONE;
    MST_CLEANUP(mst_cleanup_ocsp_basic) OCSP_BASICRESP *basic = NULL;
    const struct mst_certificate *issuer = NULL;
    if (data && size > 0 && size <= MST_STAPLE_SIZE_MAX &&
        !mst_response_parse(data, size, &status, &basic) && basic)
        issuer = find(basic, issuers, count, now_s);
    ERR_clear_error();
    return issuer;
}
