/* From the TLS library's complaints to the codes of the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/attributes.h"
#include "base/text.h"
#include "tls/context.h"
#include "tls/failure.h"

enum { COMPLAINTS_MAX = 3 };

struct complaint_row {
    const char *name;
    struct {
        int library, reason;
    } complaints[COMPLAINTS_MAX]; /* oldest first; library 0 ends them */
    const char *received;         /* what came before */
    enum mst_stage stage;
    enum mst_failure_code code;
    const char *alert;
};

#define SSL(reason)                                                                                \
    {                                                                                              \
        {                                                                                          \
            ERR_LIB_SSL, (reason)                                                                  \
        }                                                                                          \
    }
#define HANDSHAKE(which) .stage = MST_STAGE_HANDSHAKE, .code = MST_FAILURE_CODE_##which
#define RECORD "\x16\3\3\0\x10"

static const struct complaint_row complaint_rows[] = {
    {"unsupported protocol", SSL(SSL_R_UNSUPPORTED_PROTOCOL), RECORD,
     HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"wrong SSL version", SSL(SSL_R_WRONG_SSL_VERSION), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"wrong cipher", SSL(SSL_R_WRONG_CIPHER_RETURNED), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"unknown cipher", SSL(SSL_R_UNKNOWN_CIPHER_RETURNED), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"wrong curve", SSL(SSL_R_WRONG_CURVE), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"bad key share", SSL(SSL_R_BAD_KEY_SHARE), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"small DH", SSL(SSL_R_DH_KEY_TOO_SMALL), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"signature type", SSL(SSL_R_WRONG_SIGNATURE_TYPE), RECORD, HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"excessive message", SSL(SSL_R_EXCESSIVE_MESSAGE_SIZE), RECORD, HANDSHAKE(TOO_MUCH_DATA)},
    {"unexpected message", SSL(SSL_R_UNEXPECTED_MESSAGE), RECORD, HANDSHAKE(PROTOCOL_ERROR)},
    {"bad signature", SSL(SSL_R_BAD_SIGNATURE), RECORD, HANDSHAKE(PROTOCOL_ERROR)},
    {"later record of a wrong version", SSL(SSL_R_WRONG_VERSION_NUMBER), RECORD,
     HANDSHAKE(PROTOCOL_ERROR)},
    {"first record of a wrong version", SSL(SSL_R_WRONG_VERSION_NUMBER), "HELLO",
     HANDSHAKE(NOT_TLS)},
    {"HTTP", SSL(SSL_R_HTTP_REQUEST), "HTTP/", HANDSHAKE(NOT_TLS)},
    {"lowest alert", SSL(SSL_AD_REASON_OFFSET), RECORD, HANDSHAKE(ALERT), "close_notify"},
    {"alert", SSL(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE), RECORD, HANDSHAKE(ALERT),
     "handshake_failure"},
    {"alert of TLS 1.3", SSL(SSL_AD_REASON_OFFSET + 116), RECORD, HANDSHAKE(ALERT),
     "certificate_required"},
    {"alert without a name", SSL(SSL_AD_REASON_OFFSET + 255), RECORD, HANDSHAKE(ALERT), "unknown"},
    {"reason of all layers", SSL(ERR_R_INTERNAL_ERROR), RECORD, HANDSHAKE(PROTOCOL_ERROR)},
    {"parser's, passed on",
     {{ERR_LIB_ASN1, ASN1_R_WRONG_TAG}, {ERR_LIB_SSL, ERR_R_ASN1_LIB}},
     RECORD,
     HANDSHAKE(PROTOCOL_ERROR)},
    {"parser's, then the cause",
     {{ERR_LIB_ASN1, ASN1_R_WRONG_TAG}, {ERR_LIB_SSL, SSL_R_WRONG_CURVE}},
     RECORD,
     HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"cause, then its consequence",
     {{ERR_LIB_SSL, SSL_R_WRONG_CURVE}, {ERR_LIB_SSL, SSL_R_UNEXPECTED_MESSAGE}},
     RECORD,
     HANDSHAKE(NO_COMMON_PARAMETERS)},
    {"no memory", SSL(ERR_R_MALLOC_FAILURE), RECORD, .stage = MST_STAGE_INTERNAL,
     .code = MST_FAILURE_CODE_OUT_OF_RESOURCES},
    {"no memory below",
     {{ERR_LIB_CRYPTO, ERR_R_MALLOC_FAILURE}, {ERR_LIB_SSL, ERR_R_CRYPTO_LIB}},
     RECORD,
     .stage = MST_STAGE_INTERNAL,
     .code = MST_FAILURE_CODE_OUT_OF_RESOURCES},
    {"no complaint",
     {{0}},
     RECORD,
     .stage = MST_STAGE_INTERNAL,
     .code = MST_FAILURE_CODE_OUT_OF_RESOURCES},
};

static void names_complaint(void **state)
{
    const struct complaint_row *row = *state;
    struct mst_tap tap;
    struct mst_failure failure;
    mst_tap_init(&tap);
    mst_tap_feed(&tap, (const uint8_t *)row->received, 5);
    ERR_clear_error();
    for (size_t i = 0; i < COMPLAINTS_MAX && row->complaints[i].library; i++)
        ERR_raise(row->complaints[i].library, row->complaints[i].reason);
    mst_tls_failure_take(&failure, &tap);
    assert_int_equal(ERR_peek_error(), 0);
    assert_int_equal(failure.stage, row->stage);
    assert_int_equal(failure.code, row->code);
    assert_true(strlen(failure.detail) > 0);
    assert_true(mst_text_is_utf8(failure.detail, strlen(failure.detail)));
    if (row->alert)
        assert_string_equal(failure.alert, row->alert);
    else
        assert_null(failure.alert);
    mst_tap_release(&tap);
}

static void names_alerts(void **state)
{
    static const struct {
        int alert;
        const char *name;
    } names[] = {
        {0, "close_notify"},
        {10, "unexpected_message"},
        {20, "bad_record_mac"},
        {22, "record_overflow"},
        {40, "handshake_failure"},
        {42, "bad_certificate"},
        {47, "illegal_parameter"},
        {48, "unknown_ca"},
        {50, "decode_error"},
        {70, "protocol_version"},
        {71, "insufficient_security"},
        {80, "internal_error"},
        {86, "inappropriate_fallback"},
        {90, "user_canceled"},
        {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"},
        {116, "certificate_required"},
        {120, "no_application_protocol"},
        {1, "unknown"},
        {119, "unknown"},
        {121, "unknown"},
        {255, "unknown"},
        {-1, "unknown"},
        {100000, "unknown"},
    };
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(names); i++)
        assert_string_equal(mst_tls_alert_name(names[i].alert), names[i].name);
}

static void cuts_a_long_detail(void **state)
{
    char text[500];
    struct mst_failure failure;
    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    mst_tls_failure_set(&failure, MST_FAILURE_CODE_PROTOCOL_ERROR, text);
    assert_int_equal(strlen(failure.detail), sizeof failure.detail - 1);
}

static void tells_its_version(void **state)
{
    (void)state;
    assert_true(strncmp(mst_tls_library_version(), "3.", 2) == 0);
}

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(names_alerts),
        cmocka_unit_test(cuts_a_long_detail),
        cmocka_unit_test(tells_its_version),
    };
    static struct CMUnitTest tests[MST_COUNT_OF(complaint_rows) + MST_COUNT_OF(single)];
    if (!OPENSSL_init_ssl(0, NULL)) /* loads the words */
        return EXIT_FAILURE;
    for (size_t i = 0; i < MST_COUNT_OF(complaint_rows); i++)
        tests[i] = (struct CMUnitTest){.name = complaint_rows[i].name,
                                       .test_func = names_complaint,
                                       .initial_state = (void *)(uintptr_t)&complaint_rows[i]};
    memcpy(&tests[MST_COUNT_OF(complaint_rows)], single, sizeof single);
    return _cmocka_run_group_tests("tls_failure", tests, MST_COUNT_OF(tests), NULL, NULL);
}
