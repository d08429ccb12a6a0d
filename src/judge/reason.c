#include "judge/reason.h"

#include "base/attributes.h"

/* Indexed by state; those that need a closer look are resolved below. */
static const enum mst_reason state_reasons[MST_STAPLE_STATE_COUNT] = {
    [MST_STAPLE_STATE_NONE] = MST_REASON_COUNT,
    [MST_STAPLE_STATE_ABSENT] = MST_REASON_STAPLE_NOT_ACKNOWLEDGED,
    [MST_STAPLE_STATE_EMPTY] = MST_REASON_STAPLE_EMPTY,
    [MST_STAPLE_STATE_OVERSIZE] = MST_REASON_STAPLE_OVERSIZE,
    [MST_STAPLE_STATE_MALFORMED] = MST_REASON_STAPLE_MALFORMED,
    [MST_STAPLE_STATE_RESPONDER_ERROR] = MST_REASON_STAPLE_UNKNOWN_STATUS,
    [MST_STAPLE_STATE_SIGNER_UNKNOWN] = MST_REASON_STAPLE_SIGNER_UNKNOWN,
    [MST_STAPLE_STATE_SIGNER_UNAUTHORIZED] = MST_REASON_STAPLE_SIGNER_UNAUTHORIZED,
    [MST_STAPLE_STATE_BAD_SIGNATURE] = MST_REASON_STAPLE_BAD_SIGNATURE,
    [MST_STAPLE_STATE_CRITICAL_EXTENSION] = MST_REASON_STAPLE_CRITICAL_EXTENSION,
    [MST_STAPLE_STATE_MISMATCH] = MST_REASON_STAPLE_MISMATCH_WRONG_SERIAL,
    [MST_STAPLE_STATE_REVOKED] = MST_REASON_STAPLE_REVOKED,
    [MST_STAPLE_STATE_UNKNOWN] = MST_REASON_STAPLE_UNKNOWN,
    [MST_STAPLE_STATE_NOT_YET_VALID] = MST_REASON_STAPLE_NOT_YET_VALID,
    [MST_STAPLE_STATE_EXPIRED] = MST_REASON_STAPLE_EXPIRED,
    [MST_STAPLE_STATE_TOO_OLD] = MST_REASON_STAPLE_TOO_OLD,
    [MST_STAPLE_STATE_GOOD] = MST_REASON_COUNT,
};

static const enum mst_reason responder_reasons[MST_RESPONDER_STATUS_COUNT] = {
    [MST_RESPONDER_STATUS_NONE] = MST_REASON_STAPLE_MALFORMED,
    [MST_RESPONDER_STATUS_SUCCESSFUL] = MST_REASON_STAPLE_MALFORMED,
    [MST_RESPONDER_STATUS_MALFORMED_REQUEST] = MST_REASON_STAPLE_MALFORMED_REQUEST,
    [MST_RESPONDER_STATUS_INTERNAL_ERROR] = MST_REASON_STAPLE_INTERNAL_ERROR,
    [MST_RESPONDER_STATUS_TRY_LATER] = MST_REASON_STAPLE_TRY_LATER,
    [MST_RESPONDER_STATUS_RESERVED] = MST_REASON_STAPLE_RESERVED_STATUS,
    [MST_RESPONDER_STATUS_SIG_REQUIRED] = MST_REASON_STAPLE_SIG_REQUIRED,
    [MST_RESPONDER_STATUS_UNAUTHORIZED] = MST_REASON_STAPLE_UNAUTHORIZED,
    [MST_RESPONDER_STATUS_UNKNOWN] = MST_REASON_STAPLE_UNKNOWN_STATUS,
};

static const enum mst_reason mismatch_reasons[MST_MISMATCH_COUNT] = {
    [MST_MISMATCH_NONE] = MST_REASON_STAPLE_MISMATCH_WRONG_SERIAL,
    [MST_MISMATCH_WRONG_SERIAL] = MST_REASON_STAPLE_MISMATCH_WRONG_SERIAL,
    [MST_MISMATCH_WRONG_ISSUER_NAME_HASH] = MST_REASON_STAPLE_MISMATCH_WRONG_ISSUER_NAME_HASH,
    [MST_MISMATCH_WRONG_ISSUER_KEY_HASH] = MST_REASON_STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH,
    [MST_MISMATCH_UNKNOWN_HASH] = MST_REASON_STAPLE_MISMATCH_UNKNOWN_HASH,
};

static const enum mst_reason fault_reasons[MST_FEATURE_FAULT_COUNT] = {
    [MST_FEATURE_FAULT_NONE] = MST_REASON_FEATURE_NO_STATUS_REQUEST,
    [MST_FEATURE_FAULT_BAD_DER] = MST_REASON_FEATURE_BAD_DER,
    [MST_FEATURE_FAULT_EMPTY_VALUE] = MST_REASON_FEATURE_EMPTY_VALUE,
    [MST_FEATURE_FAULT_BAD_INTEGER] = MST_REASON_FEATURE_BAD_INTEGER,
    [MST_FEATURE_FAULT_TRAILING_DATA] = MST_REASON_FEATURE_TRAILING_DATA,
    [MST_FEATURE_FAULT_EMPTY_LIST] = MST_REASON_FEATURE_EMPTY_LIST,
    [MST_FEATURE_FAULT_DUPLICATE_EXTENSION] = MST_REASON_FEATURE_DUPLICATE_EXTENSION,
    [MST_FEATURE_FAULT_NO_STATUS_REQUEST] = MST_REASON_FEATURE_NO_STATUS_REQUEST,
};

enum mst_reason mst_reason_for_staple(const struct mst_staple_facts *staple,
                                      const struct mst_staple_judgement *judgement)
{
    switch (judgement->state) {
    case MST_STAPLE_STATE_ABSENT:
        return staple->delivery == MST_DELIVERY_ACKNOWLEDGED_NOT_SENT
                   ? MST_REASON_STAPLE_ACKNOWLEDGED_NOT_SENT
                   : MST_REASON_STAPLE_NOT_ACKNOWLEDGED;
    case MST_STAPLE_STATE_RESPONDER_ERROR:
        return responder_reasons[staple->responder_status];
    case MST_STAPLE_STATE_MISMATCH:
        return mismatch_reasons[staple->mismatch];
    default:
        return state_reasons[judgement->state];
    }
}

enum mst_reason mst_reason_for_feature(const struct mst_tls_feature_facts *feature)
{
    if (!feature->present || feature->must_staple)
        return MST_REASON_COUNT;
    return fault_reasons[feature->fault];
}

/* A chain that fails for an issuer's date does not lead to a trusted root now; one that fails for
 * the leaf's date alone says so by the leaf's own reason. */
static bool chain_is_untrusted(const struct mst_case *given)
{
    return mst_case_is_untrusted(given) || mst_case_issuer_is_expired(given) ||
           mst_case_issuer_is_not_yet_valid(given);
}

static bool issuer_is_unknown(const struct mst_case *given)
{
    return !given->chain->issuer_known;
}

static bool responder_is_unknown(const struct mst_case *given)
{
    return given->certificate->tls_feature.must_staple &&
           given->staple_judgement->state != MST_STAPLE_STATE_GOOD &&
           !given->certificate->has_http_ocsp_url;
}

static const struct reason_rule {
    bool (*applies)(const struct mst_case *given);
    enum mst_reason reason;
} reason_rules[] = {
    {issuer_is_unknown, MST_REASON_ISSUER_UNKNOWN},
    {responder_is_unknown, MST_REASON_NO_OCSP_URL},
    {chain_is_untrusted, MST_REASON_CHAIN_UNTRUSTED},
    {mst_case_leaf_is_expired, MST_REASON_CERTIFICATE_EXPIRED},
    {mst_case_leaf_is_not_yet_valid, MST_REASON_CERTIFICATE_NOT_YET_VALID},
    {mst_case_name_differs, MST_REASON_NAME_MISMATCH},
};

static mst_word_set reason_bit(enum mst_reason reason)
{
    return reason == MST_REASON_COUNT ? 0 : MST_WORD_BIT(reason);
}

mst_word_set mst_reasons(const struct mst_case *given, enum mst_verdict verdict)
{
    mst_word_set reasons = reason_bit(mst_reason_for_feature(&given->certificate->tls_feature));
    /* Nobody expects a staple where stapling does not apply. */
    if (verdict != MST_VERDICT_NOT_APPLICABLE)
        reasons |= reason_bit(mst_reason_for_staple(given->staple, given->staple_judgement));
    for (size_t i = 0; i < MST_COUNT_OF(reason_rules); i++)
        if (reason_rules[i].applies(given))
            reasons |= MST_WORD_BIT(reason_rules[i].reason);
    return reasons;
}
