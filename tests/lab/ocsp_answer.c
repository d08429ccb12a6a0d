#include "ocsp_answer.h"

#include "base/attributes.h"
#include "base/clock.h"
#include "require.h"
#include "staple_maker.h"

enum { QUESTIONS_MAX = 32, HOUR_S = 3600, DAY_S = 86400 };

static uint8_t *encode(OCSP_RESPONSE *response, size_t *ret_size)
{
    uint8_t *der = NULL;
    int length = response ? i2d_OCSP_RESPONSE(response, &der) : 0;
    lab_require(length > 0, "encoding an OCSP response");
    OCSP_RESPONSE_free(response);
    *ret_size = (size_t)length;
    return der;
}

static uint8_t *encode_error(int status, size_t *ret_size)
{
    return encode(OCSP_response_create(status, NULL), ret_size);
}

/* The authority that a CertID is about; LAB_CA_COUNT when it is none of the lab's. */
static enum lab_ca find_authority(const struct lab_pki *pki, OCSP_CERTID *certid)
{
    ASN1_OBJECT *algorithm = NULL;
    (void)OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, certid);
    const EVP_MD *digest = EVP_get_digestbyobj(algorithm);
    for (enum lab_ca ca = 0; digest && ca < LAB_CA_COUNT; ca++) {
        const X509 *issuer = pki->authorities[ca].ca.certificate;
        OCSP_CERTID *own =
            OCSP_cert_id_new(digest, X509_get_subject_name(issuer), X509_get0_pubkey_bitstr(issuer),
                             X509_get0_serialNumber(issuer));
        bool same = own && OCSP_id_issuer_cmp(own, certid) == 0;
        OCSP_CERTID_free(own);
        if (same)
            return ca;
    }
    return LAB_CA_COUNT;
}

static int status_of(const struct lab_http_responder *responder, enum lab_mood mood,
                     OCSP_CERTID *certid)
{
    if (mood == LAB_MOOD_REVOKED)
        return V_OCSP_CERTSTATUS_REVOKED;
    if (mood == LAB_MOOD_UNKNOWN)
        return V_OCSP_CERTSTATUS_UNKNOWN;
    ASN1_INTEGER *serial = NULL;
    uint64_t number = 0;
    (void)OCSP_id_get0_info(NULL, NULL, NULL, &serial, certid);
    if (!ASN1_INTEGER_get_uint64(&number, serial))
        return V_OCSP_CERTSTATUS_UNKNOWN;
    for (size_t i = 0; i < responder->revoked.count; i++) {
        if (responder->revoked.serials[i] == number)
            return V_OCSP_CERTSTATUS_REVOKED;
    }
    return V_OCSP_CERTSTATUS_GOOD;
}

static struct lab_staple_times times_for(enum lab_mood mood)
{
    int64_t now_s = mst_clock_wall_ms() / 1000;
    if (mood == LAB_MOOD_EXPIRED)
        return (struct lab_staple_times){now_s - 6 * DAY_S, now_s - 3 * DAY_S};
    return (struct lab_staple_times){now_s - HOUR_S, now_s + 7 * DAY_S};
}

static uint8_t *answer(const struct lab_http_responder *responder, enum lab_mood mood,
                       OCSP_REQUEST *request, size_t *ret_size)
{
    int count = OCSP_request_onereq_count(request);
    if (count < 1 || count > QUESTIONS_MAX)
        return encode_error(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, ret_size);
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    lab_require(basic, "making an OCSP response");
    enum lab_ca ca = LAB_CA_COUNT;
    for (int i = 0; i < count; i++) {
        OCSP_CERTID *certid = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i));
        enum lab_ca issuer = find_authority(responder->pki, certid);
        if (i == 0)
            ca = issuer;
        int status = issuer == ca ? status_of(responder, mood, certid) : V_OCSP_CERTSTATUS_UNKNOWN;
        (void)lab_staple_add_single(basic, certid, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                                    times_for(mood));
    }
    (void)OCSP_copy_nonce(basic, request);
    uint8_t *der;
    if (ca == LAB_CA_COUNT)
        der = encode_error(OCSP_RESPONSE_STATUS_UNAUTHORIZED, ret_size);
    else
        der = encode(lab_staple_sign(basic, lab_pki_signer(responder->pki, ca, LAB_SIGNER_DELEGATE),
                                     LAB_SIGNING_USUAL, NULL, OCSP_RESPID_KEY),
                     ret_size);
    OCSP_BASICRESP_free(basic);
    return der;
}

uint8_t *lab_ocsp_answer(const struct lab_http_responder *responder, enum lab_mood mood,
                         const uint8_t *request, size_t length, size_t *ret_size)
{
    static const uint8_t garbage[] = "this is no OCSP response";
    if (mood == LAB_MOOD_TRY_LATER)
        return encode_error(OCSP_RESPONSE_STATUS_TRYLATER, ret_size);
    if (mood == LAB_MOOD_INTERNAL_ERROR)
        return encode_error(OCSP_RESPONSE_STATUS_INTERNALERROR, ret_size);
    if (mood == LAB_MOOD_UNAUTHORIZED)
        return encode_error(OCSP_RESPONSE_STATUS_UNAUTHORIZED, ret_size);
    if (mood == LAB_MOOD_GARBAGE) {
        *ret_size = sizeof garbage;
        return OPENSSL_memdup(garbage, sizeof garbage);
    }
    const uint8_t *cursor = request;
    OCSP_REQUEST *parsed = d2i_OCSP_REQUEST(NULL, &cursor, (long)length);
    if (!parsed)
        return encode_error(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, ret_size);
    uint8_t *der = answer(responder, mood, parsed, ret_size);
    OCSP_REQUEST_free(parsed);
    return der;
}
