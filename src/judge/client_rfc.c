/* A client that follows the letter: RFC 5280 for the chain, RFC 7633 for the duty, RFC 6066 and
 * 6960 for the staple. It calls things as our own reasons do. */
#include "base/attributes.h"
#include "judge/client.h"
#include "judge/reason.h"

/* The chain (RFC 5280 6.1, RFC 9525 6), and what a CA demands of what it issues (RFC 7633 4.2.2).
 */
static bool refuses_chain(const struct mst_case *given)
{
    return mst_case_is_untrusted(given) || mst_case_issuer_is_expired(given) ||
           mst_case_issuer_is_not_yet_valid(given);
}

static bool refuses_inheritance(const struct mst_case *given)
{
    for (size_t i = 0; i < given->chain->ca_feature_count; i++)
        if (!given->chain->ca_features[i].child_has_all)
            return true;
    return false;
}

static const struct chain_rule {
    bool (*refuses)(const struct mst_case *given);
    enum mst_reason reason;
} chain_rules[] = {
    {refuses_chain, MST_REASON_CHAIN_UNTRUSTED},
    {mst_case_leaf_is_expired, MST_REASON_CERTIFICATE_EXPIRED},
    {mst_case_leaf_is_not_yet_valid, MST_REASON_CERTIFICATE_NOT_YET_VALID},
    {mst_case_name_differs, MST_REASON_NAME_MISMATCH},
};

/* An extension that is known must be processed (RFC 5280 4.2), so one that cannot be read or stands
 * there twice is refused. A readable list without feature 5 asks for nothing that this client
 * offers: the duty is over the features that are both in ClientHello and in the list (RFC 7633). */
static bool refuses_feature(const struct mst_tls_feature_facts *feature)
{
    return feature->fault == MST_FEATURE_FAULT_BAD_DER ||
           feature->fault == MST_FEATURE_FAULT_EMPTY_VALUE ||
           feature->fault == MST_FEATURE_FAULT_BAD_INTEGER ||
           feature->fault == MST_FEATURE_FAULT_TRAILING_DATA ||
           feature->fault == MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
}

/* A staple that came must be satisfactory, whoever asked for it (RFC 6066 8); one that did not come
 * is missed only by Must-Staple (RFC 7633). */
static bool refuses_staple(const struct mst_case *given)
{
    const enum mst_staple_state state = given->staple_judgement->state;
    if (state == MST_STAPLE_STATE_ABSENT || state == MST_STAPLE_STATE_NONE)
        return given->certificate->tls_feature.must_staple;
    return state != MST_STAPLE_STATE_GOOD;
}

static const char *reason_name(enum mst_reason reason)
{
    return mst_reason_word(reason)->name;
}

static const char *staple_error(const struct mst_case *given)
{
    const enum mst_reason reason = mst_reason_for_staple(given->staple, given->staple_judgement);
    return reason_name(reason == MST_REASON_COUNT ? MST_REASON_STAPLE_NOT_ACKNOWLEDGED : reason);
}

struct mst_client_outcome mst_client_rfc(const struct mst_case *given)
{
    const struct mst_tls_feature_facts *feature = &given->certificate->tls_feature;
    for (size_t i = 0; i < MST_COUNT_OF(chain_rules); i++)
        if (chain_rules[i].refuses(given))
            return mst_client_outcome(reason_name(chain_rules[i].reason));
    if (refuses_inheritance(given))
        return mst_client_outcome(mst_warning_word(MST_WARNING_FEATURE_NOT_INHERITED)->name);
    if (refuses_feature(feature))
        return mst_client_outcome(reason_name(mst_reason_for_feature(feature)));
    return mst_client_outcome(refuses_staple(given) ? staple_error(given) : NULL);
}
