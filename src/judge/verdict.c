#include "judge/verdict.h"

#include "base/attributes.h"
#include "judge/clients.h"
#include "judge/reason.h"

enum duty { DUTY_NONE, DUTY_MALFORMED, DUTY_MUST_STAPLE, DUTY_COUNT };
enum supply { SUPPLY_NOTHING, SUPPLY_BAD, SUPPLY_REVOKED, SUPPLY_GOOD, SUPPLY_COUNT };

static enum duty duty_of(const struct mst_tls_feature_facts *feature)
{
    if (!feature->present)
        return DUTY_NONE;
    return feature->must_staple ? DUTY_MUST_STAPLE : DUTY_MALFORMED;
}

static enum supply supply_of(enum mst_staple_state state)
{
    switch (state) {
    case MST_STAPLE_STATE_NONE:
    case MST_STAPLE_STATE_ABSENT:
        return SUPPLY_NOTHING;
    case MST_STAPLE_STATE_REVOKED:
        return SUPPLY_REVOKED;
    case MST_STAPLE_STATE_GOOD:
        return SUPPLY_GOOD;
    default:
        return SUPPLY_BAD;
    }
}

/* What is said when nothing was sent assumes a responder; without one see below. */
static const enum mst_verdict verdicts[DUTY_COUNT][SUPPLY_COUNT] = {
    [DUTY_NONE] = {MST_VERDICT_NOT_STAPLED, MST_VERDICT_STAPLED_BAD, MST_VERDICT_STAPLED_REVOKED,
                   MST_VERDICT_STAPLED},
    [DUTY_MALFORMED] = {MST_VERDICT_MUST_STAPLE_MALFORMED, MST_VERDICT_MUST_STAPLE_MALFORMED,
                        MST_VERDICT_MUST_STAPLE_MALFORMED, MST_VERDICT_MUST_STAPLE_MALFORMED},
    [DUTY_MUST_STAPLE] = {MST_VERDICT_MUST_STAPLE_BROKEN, MST_VERDICT_MUST_STAPLE_BROKEN,
                          MST_VERDICT_MUST_STAPLE_REVOKED, MST_VERDICT_MUST_STAPLE_OK},
};

/* A server can only fetch over http; a certificate that names a responder of any kind was still
 * meant to be stapled. */
static enum mst_verdict verdict_of(const struct mst_case *given)
{
    const struct mst_certificate_facts *certificate = given->certificate;
    const enum duty duty = duty_of(&certificate->tls_feature);
    const enum supply supply = supply_of(given->staple_judgement->state);
    if (supply == SUPPLY_NOTHING && !certificate->has_http_ocsp_url) {
        if (duty == DUTY_MUST_STAPLE)
            return MST_VERDICT_MUST_STAPLE_IMPOSSIBLE;
        if (duty == DUTY_NONE && certificate->ocsp_urls.count == 0)
            return MST_VERDICT_NOT_APPLICABLE;
    }
    return verdicts[duty][supply];
}

static bool is_on_short_lived(const struct mst_case *given)
{
    return given->certificate->tls_feature.must_staple && given->certificate->short_lived;
}

static bool feature_is_critical(const struct mst_case *given)
{
    return given->certificate->tls_feature.present && given->certificate->tls_feature.critical;
}

static bool feature_is_not_alone(const struct mst_case *given)
{
    enum { STATUS_REQUEST = 5 };
    const struct mst_tls_feature_facts *feature = &given->certificate->tls_feature;
    for (size_t i = 0; feature->must_staple && i < feature->count; i++)
        if (feature->features[i] != STATUS_REQUEST)
            return true;
    return false;
}

static bool feature_is_not_inherited(const struct mst_case *given)
{
    for (size_t i = 0; i < given->chain->ca_feature_count; i++)
        if (!given->chain->ca_features[i].child_has_all)
            return true;
    return false;
}

static bool handshake_failed(const struct mst_case *given)
{
    return given->handshake_failed;
}

static const struct warning_rule {
    bool (*applies)(const struct mst_case *given);
    enum mst_warning warning;
} warning_rules[] = {
    {is_on_short_lived, MST_WARNING_MUST_STAPLE_ON_SHORT_LIVED},
    {feature_is_critical, MST_WARNING_FEATURE_CRITICAL},
    {feature_is_not_alone, MST_WARNING_FEATURE_NOT_ALONE},
    {feature_is_not_inherited, MST_WARNING_FEATURE_NOT_INHERITED},
    {handshake_failed, MST_WARNING_HANDSHAKE_FAILED},
};

void mst_judge(const struct mst_case *given, struct mst_judgement *ret_judgement)
{
    struct mst_judgement judgement = {.verdict = verdict_of(given),
                                      .warnings = given->staple_judgement->warnings};
    judgement.reasons = mst_reasons(given, judgement.verdict);
    for (size_t i = 0; i < MST_COUNT_OF(warning_rules); i++)
        if (warning_rules[i].applies(given))
            judgement.warnings |= MST_WORD_BIT(warning_rules[i].warning);
    mst_judge_clients(given, &judgement.clients);
    *ret_judgement = judgement;
}

/* A revoked certificate is bad whoever looks; then what strict clients refuse, then what is merely
 * missing, then what is well. */
static const enum mst_verdict by_severity[] = {
    MST_VERDICT_NONE,
    MST_VERDICT_MUST_STAPLE_OK,
    MST_VERDICT_STAPLED,
    MST_VERDICT_NOT_APPLICABLE,
    MST_VERDICT_NOT_STAPLED,
    MST_VERDICT_STAPLED_BAD,
    MST_VERDICT_MUST_STAPLE_IMPOSSIBLE,
    MST_VERDICT_MUST_STAPLE_MALFORMED,
    MST_VERDICT_MUST_STAPLE_BROKEN,
    MST_VERDICT_STAPLED_REVOKED,
    MST_VERDICT_MUST_STAPLE_REVOKED,
};

_Static_assert(MST_COUNT_OF(by_severity) == MST_VERDICT_COUNT, "every verdict has a severity");

unsigned mst_verdict_severity(enum mst_verdict verdict)
{
    unsigned severity = 0;
    while (by_severity[severity] != verdict)
        severity++;
    return severity;
}
