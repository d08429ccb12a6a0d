#include "pki/response.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsperr.h>

#include "base/clock.h"
#include "pki/cleanup.h"
#include "pki/der.h"
#include "pki/time.h"

/* OCSPResponseStatus (RFC 6960 4.2.1), from its bytes: OCSP_response_status() cuts what came down
 * to an int, and 2^32 would be "successful". */
static bool read_status(struct mst_der input, enum mst_responder_status *ret_status)
{
    static const enum mst_responder_status statuses[] = {
        [0] = MST_RESPONDER_STATUS_SUCCESSFUL,     [1] = MST_RESPONDER_STATUS_MALFORMED_REQUEST,
        [2] = MST_RESPONDER_STATUS_INTERNAL_ERROR, [3] = MST_RESPONDER_STATUS_TRY_LATER,
        [4] = MST_RESPONDER_STATUS_RESERVED,       [5] = MST_RESPONDER_STATUS_SIG_REQUIRED,
        [6] = MST_RESPONDER_STATUS_UNAUTHORIZED,
    };
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

/* `critical` as a FALSE in so many bytes, which DER leaves out (X.690 11.5). OpenSSL 3.0 keeps it;
 * later releases forget it, and with it the bytes that were signed. */
static bool spells_out_default(X509_EXTENSION *extension)
{
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *bytes = NULL;
    const int length = i2d_X509_EXTENSION(extension, &bytes);
    struct mst_der input = {bytes, length > 0 ? (size_t)length : 0};
    struct mst_der fields;
    struct mst_der type;
    struct mst_der critical;
    return mst_der_take(&input, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, &fields) &&
           mst_der_take(&fields, V_ASN1_OBJECT, &type) &&
           mst_der_take(&fields, V_ASN1_BOOLEAN, &critical) && critical.length == 1 &&
           critical.at[0] == 0;
}

static bool any_spells_out_default(OCSP_BASICRESP *basic)
{
    for (int i = 0; i < OCSP_BASICRESP_get_ext_count(basic); i++)
        if (spells_out_default(OCSP_BASICRESP_get_ext(basic, i)))
            return true;
    for (int i = 0; i < OCSP_resp_count(basic); i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
        for (int j = 0; j < OCSP_SINGLERESP_get_ext_count(single); j++)
            if (spells_out_default(OCSP_SINGLERESP_get_ext(single, j)))
                return true;
    }
    return false;
}

/* Whether the bytes are what OpenSSL would write for the response it read. That is so only for DER
 * without a byte too much at any level, which the parsers by themselves do not demand. */
static bool is_encoded_as_read(struct mst_der input, OCSP_BASICRESP *basic)
{
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *again = NULL;
    MST_CLEANUP(mst_cleanup_ocsp_response)
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    const int length = response ? i2d_OCSP_RESPONSE(response, &again) : -1;
    return length > 0 && (size_t)length == input.length &&
           memcmp(again, input.at, input.length) == 0;
}

/* Goes on inside the element at the start of `input`. */
static bool enter(struct mst_der *input, unsigned identifier)
{
    struct mst_der content;
    if (!mst_der_take(input, identifier, &content))
        return false;
    *input = content;
    return true;
}

/* ResponseData's version, DEFAULT v1: absent or an explicit 0, which DER forbids and clients read.
 * OpenSSL has no accessor; `input` is known to be DER, and the way down to it is always the same.
 */
static bool is_version_1(struct mst_der input)
{
    enum { CONTEXT_0 = V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED | 0 };
    enum { SEQUENCE = V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED };
    struct mst_der passed;
    /* OCSPResponse, responseStatus, [0] ResponseBytes, responseType, response */
    if (!enter(&input, SEQUENCE) || !mst_der_take(&input, V_ASN1_ENUMERATED, &passed) ||
        !enter(&input, CONTEXT_0) || !enter(&input, SEQUENCE) ||
        !mst_der_take(&input, V_ASN1_OBJECT, &passed) || !enter(&input, V_ASN1_OCTET_STRING))
        return false;
    if (!enter(&input, SEQUENCE)) /* BasicOCSPResponse */
        return false;
    if (!enter(&input, SEQUENCE)) /* ResponseData */
        return false;
    /* The field after it, responderID, is tagged [1] or [2]. */
    if (!enter(&input, CONTEXT_0))
        return true;
    return enter(&input, V_ASN1_INTEGER) && input.length == 1 && input.at[0] == 0;
}

/* KeyHash is a SHA-1 hash (RFC 6960 4.2.1); mozilla::pkix (MatchKeyHash() of pkixocsp.cpp) refuses
 * the response for any other length, before it looks for a signer. */
static bool has_possible_responder(const OCSP_BASICRESP *basic)
{
    enum { SHA1_LENGTH = 20 };
    const ASN1_OCTET_STRING *key_hash = NULL;
    const X509_NAME *name = NULL;
    (void)OCSP_resp_get0_id(basic, &key_hash, &name);
    return !key_hash || ASN1_STRING_length(key_hash) == SHA1_LENGTH;
}

static const char *check_basic(struct mst_der input, OCSP_BASICRESP *basic)
{
    if (!is_encoded_as_read(input, basic) || any_spells_out_default(basic))
        return "not DER, or bytes after the BasicOCSPResponse";
    if (!is_version_1(input))
        return "the version is not v1";
    if (!has_possible_responder(basic))
        return "the responder's key hash is not SHA-1";
    if (OCSP_resp_count(basic) <= 0)
        return "no SingleResponse";
    if (mst_time_from_asn1(OCSP_resp_get0_produced_at(basic)) == MST_TIME_NONE)
        return "producedAt cannot be read";
    return NULL;
}

const char *mst_response_parse(const uint8_t *data, size_t size,
                               enum mst_responder_status *ret_status, OCSP_BASICRESP **ret_basic)
{
    const struct mst_der input = {data, size};
    const unsigned char *at = data;
    MST_CLEANUP(mst_cleanup_ocsp_response)
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)size);
    if (!response)
        return "not an OCSPResponse";
    if (at != data + size)
        return "bytes after the OCSPResponse";
    if (!read_status(input, ret_status))
        return "not DER";
    if (*ret_status != MST_RESPONDER_STATUS_SUCCESSFUL)
        return NULL;
    ERR_clear_error();
    *ret_basic = OCSP_response_get1_basic(response);
    return *ret_basic ? check_basic(input, *ret_basic) : why_not_basic();
}
