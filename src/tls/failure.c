#include "tls/failure.h"

#include <stdlib.h>

#include <openssl/err.h>

#include "base/text.h"

static const char *const alert_names[] = {
    [0] = "close_notify",
    [10] = "unexpected_message",
    [20] = "bad_record_mac",
    [21] = "decryption_failed_RESERVED",
    [22] = "record_overflow",
    [30] = "decompression_failure_RESERVED",
    [40] = "handshake_failure",
    [41] = "no_certificate_RESERVED",
    [42] = "bad_certificate",
    [43] = "unsupported_certificate",
    [44] = "certificate_revoked",
    [45] = "certificate_expired",
    [46] = "certificate_unknown",
    [47] = "illegal_parameter",
    [48] = "unknown_ca",
    [49] = "access_denied",
    [50] = "decode_error",
    [51] = "decrypt_error",
    [60] = "export_restriction_RESERVED",
    [70] = "protocol_version",
    [71] = "insufficient_security",
    [80] = "internal_error",
    [86] = "inappropriate_fallback",
    [90] = "user_canceled",
    [100] = "no_renegotiation_RESERVED",
    [109] = "missing_extension",
    [110] = "unsupported_extension",
    [111] = "certificate_unobtainable_RESERVED",
    [112] = "unrecognized_name",
    [113] = "bad_certificate_status_response",
    [114] = "bad_certificate_hash_value_RESERVED",
    [115] = "unknown_psk_identity",
    [116] = "certificate_required",
    [120] = "no_application_protocol",
};

/* Complaints of the library's that mean: the peer chose what we do not have. */
static const int choice_reasons[] = {
    SSL_R_BAD_KEY_SHARE,
    SSL_R_BAD_PROTOCOL_VERSION_NUMBER,
    SSL_R_DH_KEY_TOO_SMALL,
    SSL_R_EE_KEY_TOO_SMALL,
    SSL_R_INAPPROPRIATE_FALLBACK,
    SSL_R_NO_CIPHERS_AVAILABLE,
    SSL_R_NO_PROTOCOLS_AVAILABLE,
    SSL_R_NO_SHARED_CIPHER,
    SSL_R_NO_SHARED_GROUPS,
    SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
    SSL_R_NO_SUITABLE_GROUPS,
    SSL_R_NO_SUITABLE_KEY_SHARE,
    SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
    SSL_R_UNKNOWN_CIPHER_RETURNED,
    SSL_R_UNKNOWN_PROTOCOL,
    SSL_R_UNKNOWN_SSL_VERSION,
    SSL_R_UNSUPPORTED_COMPRESSION_ALGORITHM,
    SSL_R_UNSUPPORTED_ELLIPTIC_CURVE,
    SSL_R_UNSUPPORTED_PROTOCOL,
    SSL_R_UNSUPPORTED_SSL_VERSION,
    SSL_R_VERSION_TOO_HIGH,
    SSL_R_VERSION_TOO_LOW,
    SSL_R_WRONG_CIPHER_RETURNED,
    SSL_R_WRONG_CURVE,
    SSL_R_WRONG_SIGNATURE_TYPE,
    SSL_R_WRONG_SSL_VERSION,
};

/* What the error queue said. */
struct complaint {
    int reason;         /* of the TLS layer's own; 0 when it has none for this */
    const char *text;   /* static, may be NULL */
    bool out_of_memory; /* or nothing was said, as when the output is full */
};

const char *mst_tls_alert_name(int alert)
{
    if (alert < 0 || (size_t)alert >= MST_COUNT_OF(alert_names) || !alert_names[alert])
        return "unknown";
    return alert_names[alert];
}

void mst_tls_failure_set(struct mst_failure *ret_failure, enum mst_failure_code code,
                         const char *detail)
{
    *ret_failure = (struct mst_failure){.stage = MST_STAGE_HANDSHAKE, .code = code};
    (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "%s", detail);
}

/* The oldest complaint of the TLS layer's own is the cause. When it only passes on that of a parser
 * it asked (a reason that all layers share), the oldest of all tells more. */
static struct complaint take_complaint(void)
{
    struct complaint complaint = {.out_of_memory = ERR_peek_error() == 0};
    unsigned long error = 0;
    while ((error = ERR_get_error()) != 0) {
        const bool is_common = ERR_COMMON_ERROR(error);
        const bool is_cause = !complaint.reason && ERR_GET_LIB(error) == ERR_LIB_SSL && !is_common;
        if (is_cause)
            complaint.reason = ERR_GET_REASON(error);
        if (is_cause || !complaint.text)
            complaint.text = ERR_reason_error_string(error);
        if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
            complaint.out_of_memory = true;
    }
    return complaint;
}

static bool is_choice(int reason)
{
    for (size_t i = 0; i < MST_COUNT_OF(choice_reasons); i++)
        if (choice_reasons[i] == reason)
            return true;
    return false;
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 || byte == 0x7f;
}

/* Shows what came instead of TLS: banners are told by their first words. */
static void set_not_tls(struct mst_failure *ret_failure, const struct mst_tap *tap)
{
    size_t length = 0;
    while (length < tap->opening_length && !is_control(tap->opening[length]))
        length++;
    mst_tls_failure_set(ret_failure, MST_FAILURE_CODE_NOT_TLS, "");
    if (length > 0) {
        char *shown = mst_text_sanitize(tap->opening, length, MST_OPENING_SIZE * 3);
        (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "began with \"%s\"", shown);
        free(shown);
        return;
    }
    char hex[2 * MST_OPENING_SIZE + 1];
    mst_hex(tap->opening, tap->opening_length, hex);
    (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "began with bytes %s", hex);
}

static void set_alert(struct mst_failure *ret_failure, int alert)
{
    mst_tls_failure_set(ret_failure, MST_FAILURE_CODE_ALERT, "");
    ret_failure->alert = mst_tls_alert_name(alert);
    (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "alert %d", alert);
}

/* Such reasons say that the peer sent an alert, and which. */
static bool is_alert(int reason)
{
    return reason >= SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + UINT8_MAX;
}

static enum mst_failure_code classify(int reason)
{
    if (reason == SSL_R_EXCESSIVE_MESSAGE_SIZE)
        return MST_FAILURE_CODE_TOO_MUCH_DATA;
    return is_choice(reason) ? MST_FAILURE_CODE_NO_COMMON_PARAMETERS
                             : MST_FAILURE_CODE_PROTOCOL_ERROR;
}

void mst_tls_failure_take(struct mst_failure *ret_failure, const struct mst_tap *tap)
{
    const struct complaint complaint = take_complaint();
    const char *text = complaint.text ? complaint.text : "no reason given";
    if (complaint.reason == SSL_R_DH_KEY_TOO_SMALL) /* the library's word for any refused group */
        text = "Diffie-Hellman group too large";
    if (is_alert(complaint.reason)) {
        set_alert(ret_failure, complaint.reason - SSL_AD_REASON_OFFSET);
    } else if (mst_tap_stopped_at_staple(tap, complaint.reason == SSL_R_EXCESSIVE_MESSAGE_SIZE)) {
        /* An empty staple looks like a lack of memory: the library allocates as many bytes. */
        const bool is_empty = mst_tap_delivery(tap) == MST_DELIVERY_EMPTY;
        mst_tls_failure_set(ret_failure, MST_FAILURE_CODE_STAPLE_REFUSED_BY_TLS,
                            is_empty ? "staple of zero bytes" : text);
    } else if (tap->records.foreign) {
        set_not_tls(ret_failure, tap);
    } else if (complaint.out_of_memory) {
        mst_tls_failure_set(ret_failure, MST_FAILURE_CODE_OUT_OF_RESOURCES, text);
        ret_failure->stage = MST_STAGE_INTERNAL;
    } else {
        mst_tls_failure_set(ret_failure, classify(complaint.reason), text);
    }
}

void mst_tls_failure_ended(struct mst_failure *ret_failure, const struct mst_tap *tap, bool reset)
{
    if (tap->records.foreign) {
        set_not_tls(ret_failure, tap);
        return;
    }
    mst_tls_failure_set(ret_failure, reset ? MST_FAILURE_CODE_RESET : MST_FAILURE_CODE_CLOSED, "");
    if (tap->alert >= 0)
        (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "after the alert %s",
                       mst_tls_alert_name(tap->alert));
    else if (tap->opening_length == 0)
        (void)snprintf(ret_failure->detail, sizeof ret_failure->detail, "no answer to ClientHello");
}
