#include "pki/single_statement.h"

#include "pki/cleanup.h"
#include "pki/der.h"
#include "pki/time.h"

static enum mst_certificate_status status_of(int status)
{
    switch (status) {
    case V_OCSP_CERTSTATUS_GOOD:
        return MST_CERTIFICATE_STATUS_GOOD;
    case V_OCSP_CERTSTATUS_REVOKED:
        return MST_CERTIFICATE_STATUS_REVOKED;
    default:
        return MST_CERTIFICATE_STATUS_UNKNOWN;
    }
}

/* CRLReason (RFC 5280 5.3.1). */
static enum mst_revocation_reason reason_of(struct mst_der number)
{
    static const enum mst_revocation_reason reasons[] = {
        [0] = MST_REVOCATION_REASON_UNSPECIFIED,
        [1] = MST_REVOCATION_REASON_KEY_COMPROMISE,
        [2] = MST_REVOCATION_REASON_CA_COMPROMISE,
        [3] = MST_REVOCATION_REASON_AFFILIATION_CHANGED,
        [4] = MST_REVOCATION_REASON_SUPERSEDED,
        [5] = MST_REVOCATION_REASON_CESSATION_OF_OPERATION,
        [6] = MST_REVOCATION_REASON_CERTIFICATE_HOLD,
        [7] = MST_REVOCATION_REASON_OTHER,
        [8] = MST_REVOCATION_REASON_REMOVE_FROM_CRL,
        [9] = MST_REVOCATION_REASON_PRIVILEGE_WITHDRAWN,
        [10] = MST_REVOCATION_REASON_AA_COMPROMISE,
    };
    if (number.length != 1 || number.at[0] >= MST_COUNT_OF(reasons))
        return MST_REVOCATION_REASON_OTHER;
    return reasons[number.at[0]];
}

/* The reason of a revocation, from its bytes: OpenSSL cuts it down to an int, and 2^32 + 1 would be
 * a compromised key. */
static enum mst_revocation_reason read_reason(OCSP_SINGLERESP *single)
{
    enum {
        SEQUENCE = V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED,
        REVOKED = V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED | 1,
        REASON = V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED | 0,
    };
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *bytes = NULL;
    const int length = i2d_OCSP_SINGLERESP(single, &bytes);
    struct mst_der input = {bytes, length > 0 ? (size_t)length : 0};
    struct mst_der fields;
    struct mst_der skipped;
    struct mst_der revoked;
    struct mst_der reason;
    struct mst_der number;
    if (mst_der_take(&input, SEQUENCE, &fields) && mst_der_take(&fields, SEQUENCE, &skipped) &&
        mst_der_take(&fields, REVOKED, &revoked) &&
        mst_der_take(&revoked, V_ASN1_GENERALIZEDTIME, &skipped) &&
        mst_der_take(&revoked, REASON, &reason) &&
        mst_der_take(&reason, V_ASN1_ENUMERATED, &number))
        return reason_of(number);
    return MST_REVOCATION_REASON_NONE;
}

struct mst_single_statement mst_single_statement_read(OCSP_SINGLERESP *single)
{
    ASN1_GENERALIZEDTIME *revoked_at = NULL;
    ASN1_GENERALIZEDTIME *this_update = NULL;
    ASN1_GENERALIZEDTIME *next_update = NULL;
    const int status =
        OCSP_single_get0_status(single, NULL, &revoked_at, &this_update, &next_update);
    struct mst_single_statement statement = {
        .status = status_of(status),
        .revoked_at_s = mst_time_from_asn1(revoked_at),
        .this_update_s = mst_time_from_asn1(this_update),
        .next_update_s = mst_time_from_asn1(next_update),
    };
    if (statement.status == MST_CERTIFICATE_STATUS_REVOKED)
        statement.reason = read_reason(single);
    statement.unreadable = statement.this_update_s == MST_TIME_NONE ||
                           (next_update && statement.next_update_s == MST_TIME_NONE);
    return statement;
}
