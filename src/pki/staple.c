#include "pki/staple.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/response.h"
#include "pki/signer.h"
#include "pki/single.h"
#include "pki/time.h"

static void read_basic(OCSP_BASICRESP *basic, const X509 *subject, X509 *issuer, int64_t now_s,
                       struct mst_staple_facts *facts)
{
    facts->produced_at_s = mst_time_from_asn1(OCSP_resp_get0_produced_at(basic));
    facts->critical_extension = OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0;
    mst_signer_read(basic, issuer, now_s, facts);
    facts->malformed_detail = mst_single_read(basic, subject, issuer, facts);
}

static void read_digest(const struct mst_staple *staple, struct mst_staple_facts *facts)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(staple->data, staple->size, digest, &length, EVP_sha256(), NULL) == 1)
        mst_hex(digest, length, facts->sha256);
}

void mst_staple_read(const struct mst_staple *staple, const struct mst_certificate *subject,
                     const struct mst_certificate *issuer, int64_t now_s,
                     struct mst_staple_facts *ret_facts)
{
    struct mst_staple_facts facts = {
        .delivery = staple->delivery,
        .size = staple->size,
        .oversize = staple->size > MST_STAPLE_SIZE_MAX,
        .signer_not_after_s = MST_TIME_NONE,
        .produced_at_s = MST_TIME_NONE,
        .revoked_at_s = MST_TIME_NONE,
        .this_update_s = MST_TIME_NONE,
        .next_update_s = MST_TIME_NONE,
        .first_by_name_and_serial = {.this_update_s = MST_TIME_NONE,
                                     .next_update_s = MST_TIME_NONE},
        .matching_times = {.latest_this_update_s = MST_TIME_NONE,
                           .earliest_next_update_s = MST_TIME_NONE,
                           .earliest_this_update_s = MST_TIME_NONE,
                           .earliest_this_update_only_s = MST_TIME_NONE},
    };
    if (staple->data && staple->size > 0)
        read_digest(staple, &facts);
    if (staple->data && staple->size > 0 && !facts.oversize) {
        MST_CLEANUP(mst_cleanup_ocsp_basic) OCSP_BASICRESP *basic = NULL;
        facts.malformed_detail =
            mst_response_parse(staple->data, staple->size, &facts.responder_status, &basic);
        if (basic && !facts.malformed_detail)
            read_basic(basic, subject ? mst_certificate_x509(subject) : NULL,
                       issuer ? mst_certificate_x509(issuer) : NULL, now_s, &facts);
        facts.malformed = facts.malformed_detail != NULL;
    }
    *ret_facts = facts;
    ERR_clear_error();
}
