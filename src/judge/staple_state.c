#include "judge/staple_state.h"

#include "base/attributes.h"

enum { DAY_S = 86400, NOT_REFRESHED_AFTER_S = 4 * DAY_S, BLANKET_FROM = 20 };

/* What the rules below look at. */
struct question {
    const struct mst_staple_facts *staple;
    const struct mst_certificate_facts *subject;
    const struct mst_policy *policy;
    int64_t now_s;
    int64_t age_s, lifetime_s, effective_remaining_s;
    enum mst_staple_state state; /* only the warnings know it */
};

static bool was_not_tried(const struct question *question)
{
    return question->staple->delivery == MST_DELIVERY_NONE;
}

/* RFC 6066 8, RFC 8446 4.4.2.1. */
static bool was_not_sent(const struct question *question)
{
    return question->staple->delivery == MST_DELIVERY_NOT_ACKNOWLEDGED ||
           question->staple->delivery == MST_DELIVERY_ACKNOWLEDGED_NOT_SENT;
}

static bool is_empty(const struct question *question)
{
    return question->staple->delivery == MST_DELIVERY_EMPTY || question->staple->size == 0;
}

/* 64 KiB: mozilla::pkix::Input holds no more. */
static bool is_oversize(const struct question *question)
{
    return question->staple->oversize;
}

/* A SingleResponse about this certificate whose thisUpdate cannot be read leaves nothing that
 * could ever be called good. */
static bool is_malformed(const struct question *question)
{
    const struct mst_staple_facts *staple = question->staple;
    if (staple->malformed || staple->responder_status == MST_RESPONDER_STATUS_NONE)
        return true;
    return staple->responder_status == MST_RESPONDER_STATUS_SUCCESSFUL && staple->matching > 0 &&
           staple->this_update_s == MST_TIME_NONE;
}

/* RFC 6960 4.2.1: an OCSPResponseStatus of its own stands in place of a response. */
static bool is_responder_error(const struct question *question)
{
    return question->staple->responder_status != MST_RESPONDER_STATUS_SUCCESSFUL;
}

/* The three of RFC 6960 3.2 (2) to (4) and 4.2.2.2. */
static bool has_unknown_signer(const struct question *question)
{
    return question->staple->signer_fault == MST_SIGNER_FAULT_UNKNOWN;
}

static bool has_unauthorized_signer(const struct question *question)
{
    return question->staple->signer_fault == MST_SIGNER_FAULT_UNAUTHORIZED;
}

static bool has_bad_signature(const struct question *question)
{
    return question->staple->signer_fault == MST_SIGNER_FAULT_BAD_SIGNATURE;
}

/* RFC 6960 4.4, RFC 5280 4.2: an unknown critical extension is refused. */
static bool has_critical_extension(const struct question *question)
{
    return question->staple->critical_extension;
}

/* RFC 6960 3.2 (1). */
static bool is_mismatch(const struct question *question)
{
    return question->staple->matching == 0;
}

/* RFC 6960 2.2. */
static bool says_revoked(const struct question *question)
{
    return question->staple->certificate_status == MST_CERTIFICATE_STATUS_REVOKED;
}

static bool says_not_good(const struct question *question)
{
    return question->staple->certificate_status != MST_CERTIFICATE_STATUS_GOOD;
}

/* RFC 6960 4.2.2.1: thisUpdate later than the local time is unreliable. */
static bool is_not_yet_valid(const struct question *question)
{
    return question->staple->this_update_s > question->now_s;
}

/* RFC 6960 3.2 (6): nextUpdate is greater than the current time. */
static bool is_expired(const struct question *question)
{
    const int64_t next_update_s = question->staple->next_update_s;
    return next_update_s != MST_TIME_NONE && question->now_s >= next_update_s;
}

/* Without nextUpdate the same age is the end of the staple's life (RFC 6960 3.2 (5): thisUpdate is
 * sufficiently recent). */
static bool is_too_old(const struct question *question)
{
    return question->age_s > question->policy->max_age_s;
}

/* The first rule that applies gives the state. mozilla::pkix (lib/mozpkix/lib/pkixocsp.cpp) checks
 * the signature in ResponseData() before it reads anything signed, looks for unknown critical
 * extensions while it reads the SingleResponse about the certificate and the response's own, and
 * asks only then whether one matched and what it says: so a critical extension stands between
 * signature and match. */
static const struct state_rule {
    bool (*applies)(const struct question *question);
    enum mst_staple_state state;
} state_rules[] = {
    {was_not_tried, MST_STAPLE_STATE_NONE},
    {was_not_sent, MST_STAPLE_STATE_ABSENT},
    {is_empty, MST_STAPLE_STATE_EMPTY},
    {is_oversize, MST_STAPLE_STATE_OVERSIZE},
    {is_malformed, MST_STAPLE_STATE_MALFORMED},
    {is_responder_error, MST_STAPLE_STATE_RESPONDER_ERROR},
    {has_unknown_signer, MST_STAPLE_STATE_SIGNER_UNKNOWN},
    {has_unauthorized_signer, MST_STAPLE_STATE_SIGNER_UNAUTHORIZED},
    {has_bad_signature, MST_STAPLE_STATE_BAD_SIGNATURE},
    {has_critical_extension, MST_STAPLE_STATE_CRITICAL_EXTENSION},
    {is_mismatch, MST_STAPLE_STATE_MISMATCH},
    {says_revoked, MST_STAPLE_STATE_REVOKED},
    {says_not_good, MST_STAPLE_STATE_UNKNOWN},
    {is_not_yet_valid, MST_STAPLE_STATE_NOT_YET_VALID},
    {is_expired, MST_STAPLE_STATE_EXPIRED},
    {is_too_old, MST_STAPLE_STATE_TOO_OLD},
};

static enum mst_staple_state state_of(const struct question *question)
{
    for (size_t i = 0; i < MST_COUNT_OF(state_rules); i++)
        if (state_rules[i].applies(question))
            return state_rules[i].state;
    return MST_STAPLE_STATE_GOOD;
}

/* Whether the response was read far enough to say anything, and whether it speaks of this
 * certificate. The signer is another matter. */
static bool is_readable(const struct question *question)
{
    return question->staple->delivery == MST_DELIVERY_SENT && !is_empty(question) &&
           !is_oversize(question) && !is_malformed(question) && !is_responder_error(question);
}

static bool is_about_subject(const struct question *question)
{
    return is_readable(question) && !is_mismatch(question);
}

static bool has_good_delegate(const struct question *question)
{
    return is_readable(question) && question->staple->signer_kind == MST_SIGNER_KIND_DELEGATE &&
           question->staple->signer_fault == MST_SIGNER_FAULT_NONE;
}

/* Of a good staple; any other one says enough by its state. */
static bool has_low_margin(const struct question *question)
{
    return question->state == MST_STAPLE_STATE_GOOD &&
           question->effective_remaining_s < question->policy->min_remaining_s;
}

/* Baseline Requirements 4.9.9: a newer response exists four days after thisUpdate at the latest,
 * of less than 16 hours before half its life is over. Servers that fetch ahead do so at half the
 * life, whatever its length. */
static bool is_not_refreshed(const struct question *question)
{
    return question->age_s > NOT_REFRESHED_AFTER_S ||
           (question->lifetime_s > 0 && question->age_s > question->lifetime_s / 2);
}

static bool has_no_next_update(const struct question *question)
{
    return is_about_subject(question) && question->staple->next_update_s == MST_TIME_NONE;
}

/* RFC 6960 2.4: the time at which it was signed; nobody signs ahead, or before there is a
 * certificate, or has to after its end. */
static bool has_odd_produced_at(const struct question *question)
{
    const int64_t produced_at_s = question->staple->produced_at_s;
    const struct mst_certificate_facts *subject = question->subject;
    if (!is_readable(question) || produced_at_s == MST_TIME_NONE)
        return false;
    return produced_at_s > question->now_s ||
           (subject->not_before_s != MST_TIME_NONE && produced_at_s < subject->not_before_s) ||
           (subject->not_after_s != MST_TIME_NONE && produced_at_s > subject->not_after_s);
}

/* RFC 6960 4.2.2.2.1; the Baseline Requirements (4.9.9) demand it. */
static bool has_signer_without_nocheck(const struct question *question)
{
    return has_good_delegate(question) && !question->staple->signer_nocheck;
}

static bool has_signer_expiring_first(const struct question *question)
{
    const struct mst_staple_facts *staple = question->staple;
    return has_good_delegate(question) && is_about_subject(question) &&
           staple->signer_not_after_s != MST_TIME_NONE && staple->next_update_s != MST_TIME_NONE &&
           staple->signer_not_after_s < staple->next_update_s;
}

static bool has_sha1_signature(const struct question *question)
{
    return is_readable(question) && question->staple->sha1_signature;
}

static bool has_several_responses(const struct question *question)
{
    return is_readable(question) && question->staple->singles > 1;
}

static bool is_blanket_response(const struct question *question)
{
    return is_readable(question) && question->staple->singles >= BLANKET_FROM;
}

static bool has_superfluous_certificates(const struct question *question)
{
    return is_readable(question) && question->staple->superfluous_certificates > 0;
}

static bool has_conflicting_statuses(const struct question *question)
{
    return is_about_subject(question) && question->staple->conflicting;
}

static const struct warning_rule {
    bool (*applies)(const struct question *question);
    enum mst_warning warning;
} warning_rules[] = {
    {has_low_margin, MST_WARNING_STAPLE_MARGIN_LOW},
    {is_not_refreshed, MST_WARNING_STAPLE_NOT_REFRESHED},
    {has_no_next_update, MST_WARNING_STAPLE_NO_NEXT_UPDATE},
    {has_odd_produced_at, MST_WARNING_STAPLE_PRODUCED_AT_ODD},
    {has_signer_without_nocheck, MST_WARNING_STAPLE_SIGNER_WITHOUT_NOCHECK},
    {has_signer_expiring_first, MST_WARNING_STAPLE_SIGNER_EXPIRES_FIRST},
    {has_sha1_signature, MST_WARNING_STAPLE_SHA1_SIGNATURE},
    {has_several_responses, MST_WARNING_STAPLE_SEVERAL_RESPONSES},
    {is_blanket_response, MST_WARNING_STAPLE_BLANKET_RESPONSE},
    {has_superfluous_certificates, MST_WARNING_STAPLE_SUPERFLUOUS_CERTIFICATES},
    {has_conflicting_statuses, MST_WARNING_STAPLE_CONFLICTING_STATUSES},
};

static int64_t earlier(int64_t known_s, int64_t other_s)
{
    return other_s == MST_TIME_NONE || known_s < other_s ? known_s : other_s;
}

/* The end of what the staple is good for, whoever sets it. */
static int64_t effective_end(const struct question *question)
{
    const struct mst_staple_facts *staple = question->staple;
    int64_t end_s = mst_time_add(staple->this_update_s, question->policy->max_age_s);
    end_s = earlier(end_s, staple->next_update_s);
    end_s = earlier(end_s, question->subject->not_after_s);
    if (staple->signer_kind == MST_SIGNER_KIND_DELEGATE)
        end_s = earlier(end_s, staple->signer_not_after_s);
    return end_s;
}

void mst_judge_staple(const struct mst_staple_facts *staple,
                      const struct mst_certificate_facts *subject, int64_t now_s,
                      const struct mst_policy *policy, struct mst_staple_judgement *ret_judgement)
{
    struct question question = {.staple = staple,
                                .subject = subject,
                                .policy = policy,
                                .now_s = now_s,
                                .age_s = MST_TIME_NONE,
                                .lifetime_s = MST_TIME_NONE,
                                .effective_remaining_s = MST_TIME_NONE};
    struct mst_staple_judgement judgement = {.remaining_s = MST_TIME_NONE};
    if (is_about_subject(&question)) {
        question.age_s = mst_time_subtract(now_s, staple->this_update_s);
        question.lifetime_s = mst_time_subtract(staple->next_update_s, staple->this_update_s);
        question.effective_remaining_s = mst_time_subtract(effective_end(&question), now_s);
        judgement.remaining_s = mst_time_subtract(staple->next_update_s, now_s);
    }
    judgement.state = question.state = state_of(&question);
    for (size_t i = 0; i < MST_COUNT_OF(warning_rules); i++)
        if (warning_rules[i].applies(&question))
            judgement.warnings |= MST_WORD_BIT(warning_rules[i].warning);
    judgement.age_s = question.age_s;
    judgement.lifetime_s = question.lifetime_s;
    judgement.effective_remaining_s = question.effective_remaining_s;
    *ret_judgement = judgement;
}
