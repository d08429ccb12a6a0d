/* The columns of judge_matrix.h: every staple there can be; the kinds of certificate; and what the
 * letters of the rows stand for. */
#ifndef MST_TESTS_JUDGE_MATRIX_COLUMNS_H
#define MST_TESTS_JUDGE_MATRIX_COLUMNS_H

#include "unit/judge_cases.h"

/* The columns, in groups that the rows keep apart by spaces. The slop is Firefox': a day. */
static const struct column {
    const char *name;
    const char *reason; /* that the staple gives */
    struct staple_flaws flaws;
} columns[] = {
    /* 1: nothing came */
    {"handshake too short", NULL, {.never_tried = true}},
    {"not acknowledged", "staple_not_acknowledged", {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED}},
    {"promised only",
     "staple_acknowledged_not_sent",
     {.delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT}},
    /* 2: nothing to read */
    {"empty", "staple_empty", {.delivery = MST_DELIVERY_EMPTY}},
    {"oversize", "staple_oversize", {.oversize = true, .size = 70000}},
    {"malformed", "staple_malformed", {.malformed = true}},
    /* 3: the responder's errors 1 to 7 */
    {"malformedRequest",
     "staple_malformed_request",
     {.responder = MST_RESPONDER_STATUS_MALFORMED_REQUEST}},
    {"internalError", "staple_internal_error", {.responder = MST_RESPONDER_STATUS_INTERNAL_ERROR}},
    {"tryLater", "staple_try_later", {.responder = MST_RESPONDER_STATUS_TRY_LATER}},
    {"status 4", "staple_reserved_status", {.responder = MST_RESPONDER_STATUS_RESERVED}},
    {"sigRequired", "staple_sig_required", {.responder = MST_RESPONDER_STATUS_SIG_REQUIRED}},
    {"unauthorized", "staple_unauthorized", {.responder = MST_RESPONDER_STATUS_UNAUTHORIZED}},
    {"status 7", "staple_unknown_status", {.responder = MST_RESPONDER_STATUS_UNKNOWN}},
    /* 4: the signer */
    {"signer unknown", "staple_signer_unknown", {.signer_fault = MST_SIGNER_FAULT_UNKNOWN}},
    {"signer unauthorized",
     "staple_signer_unauthorized",
     {.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED}},
    {"bad signature", "staple_bad_signature", {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE}},
    /* 5: a critical extension */
    {"critical extension", "staple_critical_extension", {.critical = true}},
    /* 6: about another certificate */
    {"wrong serial", "staple_mismatch_wrong_serial", {.mismatch = MST_MISMATCH_WRONG_SERIAL}},
    {"wrong issuer name",
     "staple_mismatch_wrong_issuer_name_hash",
     {.mismatch = MST_MISMATCH_WRONG_ISSUER_NAME_HASH}},
    {"wrong issuer key",
     "staple_mismatch_wrong_issuer_key_hash",
     {.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH}},
    {"unknown hash", "staple_mismatch_unknown_hash", {.mismatch = MST_MISMATCH_UNKNOWN_HASH}},
    /* 7: not good */
    {"revoked", "staple_revoked", {.status = MST_CERTIFICATE_STATUS_REVOKED}},
    {"unknown", "staple_unknown", {.status = MST_CERTIFICATE_STATUS_UNKNOWN}},
    /* 8: too early, too late, too old; within the slop and beyond */
    {"an hour early", "staple_not_yet_valid", {.this_update = HOUR}},
    {"two days early", "staple_not_yet_valid", {.this_update = 2 * DAY}},
    {"an hour late", "staple_expired", {.this_update = -3 * DAY, .next_update = -HOUR}},
    {"two days late", "staple_expired", {.this_update = -3 * DAY, .next_update = -2 * DAY}},
    {"ten days and an hour old", "staple_too_old", {.this_update = -10 * DAY - HOUR}},
    {"twelve days old", "staple_too_old", {.this_update = -12 * DAY}},
    /* 9: good */
    {"good", NULL, {0}},
    {"no nextUpdate", NULL, {.next_update = ABSENT_TIME}},
    {"no nextUpdate, three days", NULL, {.next_update = ABSENT_TIME, .this_update = -3 * DAY}},
};

enum { COLUMNS = MST_COUNT_OF(columns) };

/* What a letter of a row stands for. */
struct letter {
    char letter;
    const char *word; /* NULL: accepted */
};

static const struct letter verdict_letters[] = {
    {'O', "must_staple_ok"},        {'B', "must_staple_broken"},
    {'R', "must_staple_revoked"},   {'I', "must_staple_impossible"},
    {'M', "must_staple_malformed"}, {'s', "stapled"},
    {'b', "stapled_bad"},           {'r', "stapled_revoked"},
    {'n', "not_stapled"},           {'a', "not_applicable"},
};

/* In lower case: unless a fetch says otherwise. */
static const struct letter firefox_letters[] = {
    {'+', NULL},
    {'1', "SEC_ERROR_OCSP_MALFORMED_REQUEST"},
    {'2', "SEC_ERROR_OCSP_SERVER_ERROR"},
    {'5', "SEC_ERROR_OCSP_REQUEST_NEEDS_SIG"},
    {'6', "SEC_ERROR_OCSP_UNAUTHORIZED_REQUEST"},
    {'?', "SEC_ERROR_OCSP_UNKNOWN_RESPONSE_STATUS"},
    {'A', "MOZILLA_PKIX_ERROR_OCSP_RESPONSE_FOR_CERT_MISSING"}, /* about another */
    {'B', "SEC_ERROR_OCSP_BAD_SIGNATURE"},
    {'C', "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION"},
    {'D', "SEC_ERROR_BAD_DER"},
    {'E', "SEC_ERROR_EXPIRED_CERTIFICATE"},
    {'F', "SEC_ERROR_OCSP_FUTURE_RESPONSE"},
    {'G', "SEC_ERROR_OCSP_MALFORMED_RESPONSE"}, /* garbled */
    {'M', "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"},
    {'O', "SEC_ERROR_OCSP_OLD_RESPONSE"},
    {'R', "SEC_ERROR_REVOKED_CERTIFICATE"},
    {'S', "SEC_ERROR_OCSP_INVALID_SIGNING_CERT"},
    {'T', "SEC_ERROR_OCSP_TRY_SERVER_LATER"},
    {'U', "SEC_ERROR_OCSP_UNKNOWN_CERT"},
    {'V', "SEC_ERROR_EXTENSION_VALUE_INVALID"},
};

static const struct letter gnutls_letters[] = {
    {'+', NULL},
    {'2', "GNUTLS_E_X509_DUPLICATE_EXTENSION"},
    {'E', "GNUTLS_CERT_EXPIRED"},
    {'I', "GNUTLS_CERT_INVALID_OCSP_STATUS"},
    {'L', "GNUTLS_E_UNEXPECTED_PACKET_LENGTH"},
    {'M', "GNUTLS_CERT_MISSING_OCSP_STATUS"},
    {'R', "GNUTLS_CERT_REVOKED"},
    {'S', "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"},
};

/* The kinds of certificate. */
enum kind { KIND_HTTP, KIND_HTTPS, KIND_NO_URL, KIND_SHORT, KIND_EXPIRED, KINDS };

static const struct kind_row {
    const char *name;
    struct leaf_flaws leaf;
    enum mst_chain_fault fault;
    bool has_http;
} kinds[KINDS] = {
    [KIND_HTTP] = {"http URL", {.url = URL_HTTP}, MST_CHAIN_FAULT_NONE, true},
    [KIND_HTTPS] = {"https URL", {.url = URL_HTTPS}, MST_CHAIN_FAULT_NONE, false},
    [KIND_NO_URL] = {"no URL", {.url = URL_NONE}, MST_CHAIN_FAULT_NONE, false},
    [KIND_SHORT] = {"short-lived",
                    {.not_before = -2 * DAY, .not_after = 5 * DAY, .short_lived = true},
                    MST_CHAIN_FAULT_NONE,
                    true},
    [KIND_EXPIRED] = {"expired", {.not_after = -HOUR}, MST_CHAIN_FAULT_EXPIRED, true},
};

#endif
