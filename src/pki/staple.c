#include "pki/staple.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsperr.h>

#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/der.h"
#include "pki/signer.h"
#include "pki/single.h"
#include "pki/time.h"

/* OCSPResponseStatus (RFC 6960 4.2.1), from its bytes: OCSP_response_status() cuts what came down
 * to an int, and 2^32 would be "successful". */
static bool read_status(const struct mst_staple *staple, enum mst_responder_status *ret_status)
{
    static const enum mst_responder_status statuses[] = {
        [0] = MST_RESPONDER_STATUS_SUCCESSFUL,     [1] = MST_RESPONDER_STATUS_MALFORMED_REQUEST,
        [2] = MST_RESPONDER_STATUS_INTERNAL_ERROR, [3] = MST_RESPONDER_STATUS_TRY_LATER,
        [4] = MST_RESPONDER_STATUS_RESERVED,       [5] = MST_RESPONDER_STATUS_SIG_REQUIRED,
        [6] = MST_RESPONDER_STATUS_UNAUTHORIZED,
    };
    struct mst_der input = {staple->data, staple->size};
    struct mst_der response;
    struct mst_der status;
    if (!mst_der_take(&input, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, &response) ||
        !mst_der_take(&response, V_ASN1_ENUMERATED, &status))
        return false;
    *ret_status = MST_RESPONDER_STATUS_UNKNOWN;
    if (status.length == 1 && status.at[0] < MST_COUNT_OF(statuses))
        *ret_status = statuses[status.at[0]];
    return true;
}

static const char *why_not_basic(void)
{
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_LIB(error) == ERR_LIB_OCSP && ERR_GET_REASON(error) == OCSP_R_NO_RESPONSE_DATA)
        return "successful without responseBytes";
    if (ERR_GET_LIB(error) == ERR_LIB_OCSP && ERR_GET_REASON(error) == OCSP_R_NOT_BASIC_RESPONSE)
        return "the response type is not id-pkix-ocsp-basic";
    return "the BasicOCSPResponse cannot be read";
}

/* Whether the staple is what OpenSSL would write for the response it read. That is so only for DER
 * without a byte too much at any level, which the parsers by themselves do not demand. */
static bool is_encoded_as_read(const struct mst_staple *staple, OCSP_BASICRESP *basic)
{
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *again = NULL;
    MST_CLEANUP(mst_cleanup_ocsp_response)
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    const int length = response ? i2d_OCSP_RESPONSE(response, &again) : -1;
    return length > 0 && (size_t)length == staple->size &&
           memcmp(again, staple->data, staple->size) == 0;
}

/* ResponseData's version, DEFAULT v1: absent or an explicit 0, which DER forbids and clients read.
 * OpenSSL has no accessor. */
static bool is_version_1(const OCSP_BASICRESP *basic)
{
    enum { VERSION_TAG = V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED | 0 };
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *bytes = NULL;
    const int length = i2d_OCSP_RESPDATA(OCSP_resp_get0_respdata(basic), &bytes);
    struct mst_der input = {bytes, length > 0 ? (size_t)length : 0};
    struct mst_der data;
    struct mst_der version;
    struct mst_der number;
    if (!mst_der_take(&input, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, &data))
        return false;
    /* The field after it, responderID, is tagged [1] or [2]. */
    if (!mst_der_take(&data, VERSION_TAG, &version))
        return true;
    return mst_der_take(&version, V_ASN1_INTEGER, &number) && number.length == 1 &&
           number.at[0] == 0;
}

static const char *check_basic(const struct mst_staple *staple, OCSP_BASICRESP *basic)
{
    if (!is_encoded_as_read(staple, basic))
        return "not DER, or bytes after the BasicOCSPResponse";
    if (!is_version_1(basic))
        return "the version is not v1";
    if (OCSP_resp_count(basic) <= 0)
        return "no SingleResponse";
    if (mst_time_from_asn1(OCSP_resp_get0_produced_at(basic)) == MST_TIME_NONE)
        return "producedAt cannot be read";
    return NULL;
}

/* The BasicOCSPResponse inside, to be freed; none for a responder's error. Returns what is wrong
 * (static words), or NULL. */
static const char *parse(const struct mst_staple *staple, enum mst_responder_status *ret_status,
                         OCSP_BASICRESP **ret_basic)
{
    const unsigned char *at = staple->data;
    MST_CLEANUP(mst_cleanup_ocsp_response)
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)staple->size);
    if (!response)
        return "not an OCSPResponse";
    if (at != staple->data + staple->size)
        return "bytes after the OCSPResponse";
    if (!read_status(staple, ret_status))
        return "not DER";
    if (*ret_status != MST_RESPONDER_STATUS_SUCCESSFUL)
        return NULL;
    ERR_clear_error();
    *ret_basic = OCSP_response_get1_basic(response);
    return *ret_basic ? check_basic(staple, *ret_basic) : why_not_basic();
}

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
    };
    if (staple->data && staple->size > 0)
        read_digest(staple, &facts);
    if (staple->data && staple->size > 0 && !facts.oversize) {
        MST_CLEANUP(mst_cleanup_ocsp_basic) OCSP_BASICRESP *basic = NULL;
        facts.malformed_detail = parse(staple, &facts.responder_status, &basic);
        if (basic && !facts.malformed_detail)
            read_basic(basic, mst_certificate_x509(subject),
                       issuer ? mst_certificate_x509(issuer) : NULL, now_s, &facts);
        facts.malformed = facts.malformed_detail != NULL;
    }
    *ret_facts = facts;
    ERR_clear_error();
}
