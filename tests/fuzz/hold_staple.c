#include "fuzz/hold_staple.h"

#include <string.h>

#include "base/clock.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "judge/reason.h"
#include "judge/staple_state.h"
#include "judge/verdict.h"

enum { NAME_MAX_LENGTH = 1024 };

static void hold_says_nothing(const struct mst_staple_facts *facts)
{
    FUZZ_REQUIRE(facts->signer_fault == MST_SIGNER_FAULT_NONE);
    FUZZ_REQUIRE(facts->signer_kind == MST_SIGNER_KIND_NONE);
    FUZZ_REQUIRE(!facts->signer_subject);
    FUZZ_REQUIRE(facts->singles == 0 && facts->matching == 0 && facts->certificates == 0);
    FUZZ_REQUIRE(facts->certificate_status == MST_CERTIFICATE_STATUS_NONE);
    FUZZ_REQUIRE(facts->mismatch == MST_MISMATCH_NONE);
    FUZZ_REQUIRE(facts->first_by_name_and_serial.status == MST_CERTIFICATE_STATUS_NONE);
    FUZZ_REQUIRE(facts->produced_at_s == MST_TIME_NONE && facts->this_update_s == MST_TIME_NONE);
    FUZZ_REQUIRE(facts->next_update_s == MST_TIME_NONE && facts->revoked_at_s == MST_TIME_NONE);
}

static void hold_signer(const struct mst_staple_facts *facts, struct hold_known known)
{
    const bool is_found = facts->signer_subject != NULL;
    FUZZ_REQUIRE(facts->signer_fault <= MST_SIGNER_FAULT_BAD_SIGNATURE);
    FUZZ_REQUIRE(is_found == (facts->signer_fault != MST_SIGNER_FAULT_UNKNOWN));
    FUZZ_REQUIRE(is_found == (facts->signer_kind != MST_SIGNER_KIND_NONE));
    FUZZ_REQUIRE(known.issuer || !is_found);
    if (is_found)
        hold_text(facts->signer_subject, NAME_MAX_LENGTH);
    if (facts->signer_kind == MST_SIGNER_KIND_DELEGATE)
        FUZZ_REQUIRE(facts->certificates > 0);
    else
        FUZZ_REQUIRE(!facts->signer_nocheck);
    FUZZ_REQUIRE(facts->superfluous_certificates <= facts->certificates);
    hold_time(facts->signer_not_after_s);
}

/* What a client sees that does not compare keys: at least what matches. */
static void hold_first(const struct mst_staple_facts *facts, struct hold_known known)
{
    const struct mst_answer *first = &facts->first_by_name_and_serial;
    const bool is_there = first->status != MST_CERTIFICATE_STATUS_NONE;
    FUZZ_REQUIRE(first->status < MST_CERTIFICATE_STATUS_COUNT);
    FUZZ_REQUIRE(!is_there || known.subject);
    if (known.subject && facts->matching > 0)
        FUZZ_REQUIRE(is_there);
    if (!known.subject)
        FUZZ_REQUIRE(!facts->conflicting);
    hold_time(first->this_update_s);
    hold_time(first->next_update_s);
}

static void hold_single(const struct mst_staple_facts *facts, struct hold_known known)
{
    FUZZ_REQUIRE(facts->singles > 0 && facts->matching <= facts->singles);
    FUZZ_REQUIRE(known.issuer || facts->matching == 0);
    FUZZ_REQUIRE(!facts->conflicting || facts->matching > 1);
    const bool matches = facts->matching > 0;
    FUZZ_REQUIRE(matches == (facts->certificate_status != MST_CERTIFICATE_STATUS_NONE));
    FUZZ_REQUIRE(!matches || facts->mismatch == MST_MISMATCH_NONE);
    FUZZ_REQUIRE(matches || !known.issuer || facts->mismatch != MST_MISMATCH_NONE);
    if (!matches)
        FUZZ_REQUIRE(facts->this_update_s == MST_TIME_NONE &&
                     facts->next_update_s == MST_TIME_NONE);
    if (facts->certificate_status != MST_CERTIFICATE_STATUS_REVOKED)
        FUZZ_REQUIRE(facts->revoked_at_s == MST_TIME_NONE &&
                     facts->revocation_reason == MST_REVOCATION_REASON_NONE);
    if (matches && !facts->malformed)
        FUZZ_REQUIRE(facts->this_update_s != MST_TIME_NONE);
    hold_time(facts->revoked_at_s);
    hold_time(facts->this_update_s);
    hold_time(facts->next_update_s);
    hold_first(facts, known);
}

/* A response is malformed on the way to its parts, which then say nothing, or for a time in the
 * SingleResponse that counts. */
static bool has_parts(const struct mst_staple_facts *facts)
{
    return facts->responder_status == MST_RESPONDER_STATUS_SUCCESSFUL &&
           (!facts->malformed || facts->singles > 0);
}

void hold_staple(const struct mst_staple_facts *facts, struct hold_known known)
{
    FUZZ_REQUIRE(facts->delivery < MST_DELIVERY_COUNT);
    FUZZ_REQUIRE(facts->oversize == (facts->size > MST_STAPLE_SIZE_MAX));
    if (facts->sha256[0] != '\0')
        hold_sha256(facts->sha256);
    FUZZ_REQUIRE(facts->malformed == (facts->malformed_detail != NULL));
    FUZZ_REQUIRE(facts->responder_status < MST_RESPONDER_STATUS_COUNT);
    FUZZ_REQUIRE(!facts->oversize || !facts->malformed);
    FUZZ_REQUIRE(!facts->oversize || facts->responder_status == MST_RESPONDER_STATUS_NONE);
    hold_word(facts->signature, sizeof facts->signature);
    hold_word(facts->certid_hash, sizeof facts->certid_hash);
    hold_time(facts->produced_at_s);
    if (!has_parts(facts)) {
        hold_says_nothing(facts);
        return;
    }
    FUZZ_REQUIRE(facts->produced_at_s != MST_TIME_NONE);
    FUZZ_REQUIRE(facts->certificates < facts->size && facts->singles < facts->size);
    hold_signer(facts, known);
    hold_single(facts, known);
}

static void hold_hash(const char *text)
{
    const size_t digits = strspn(text, "0123456789abcdef");
    FUZZ_REQUIRE(digits < MST_HASH_HEX_SIZE && digits % 2 == 0 && text[digits] == '\0');
}

void hold_single_list(const struct mst_single_list *list, const struct mst_staple_facts *facts,
                      struct hold_known known)
{
    size_t matching = 0;
    FUZZ_REQUIRE(list->count <= MST_SINGLES_LISTED_MAX && list->count <= list->total);
    FUZZ_REQUIRE(list->count == list->total || list->count == MST_SINGLES_LISTED_MAX);
    FUZZ_REQUIRE(list->total == facts->singles);
    for (size_t i = 0; i < list->count; i++) {
        const struct mst_single_facts *single = &list->items[i];
        hold_word(single->certid_hash, sizeof single->certid_hash);
        hold_hash(single->issuer_name_hash);
        hold_hash(single->issuer_key_hash);
        hold_serial(single->serial);
        FUZZ_REQUIRE(single->status > MST_CERTIFICATE_STATUS_NONE &&
                     single->status < MST_CERTIFICATE_STATUS_COUNT);
        FUZZ_REQUIRE(known.issuer || single->mismatch == MST_MISMATCH_NONE);
        hold_time(single->revoked_at_s);
        hold_time(single->this_update_s);
        hold_time(single->next_update_s);
        matching += single->mismatch == MST_MISMATCH_NONE;
    }
    if (known.issuer && list->count == list->total)
        FUZZ_REQUIRE(matching == facts->matching);
}

static bool is_same_text(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

static void hold_same_signer(const struct mst_staple_facts *left,
                             const struct mst_staple_facts *right)
{
    FUZZ_REQUIRE(left->signer_fault == right->signer_fault);
    FUZZ_REQUIRE(left->signer_kind == right->signer_kind);
    FUZZ_REQUIRE(left->responder_by_name == right->responder_by_name);
    FUZZ_REQUIRE(is_same_text(left->signer_subject, right->signer_subject));
    FUZZ_REQUIRE(left->signer_not_after_s == right->signer_not_after_s);
    FUZZ_REQUIRE(left->signer_nocheck == right->signer_nocheck);
    FUZZ_REQUIRE(is_same_text(left->signature, right->signature));
    FUZZ_REQUIRE(left->sha1_signature == right->sha1_signature);
    FUZZ_REQUIRE(left->certificates == right->certificates);
    FUZZ_REQUIRE(left->superfluous_certificates == right->superfluous_certificates);
}

void hold_same_staple(const struct mst_staple_facts *left, const struct mst_staple_facts *right)
{
    FUZZ_REQUIRE(left->delivery == right->delivery && left->size == right->size);
    FUZZ_REQUIRE(left->oversize == right->oversize);
    FUZZ_REQUIRE(is_same_text(left->sha256, right->sha256));
    FUZZ_REQUIRE(is_same_text(left->malformed_detail, right->malformed_detail));
    FUZZ_REQUIRE(left->responder_status == right->responder_status);
    hold_same_signer(left, right);
    FUZZ_REQUIRE(left->produced_at_s == right->produced_at_s);
    FUZZ_REQUIRE(left->singles == right->singles && left->matching == right->matching);
    FUZZ_REQUIRE(left->conflicting == right->conflicting);
    FUZZ_REQUIRE(left->critical_extension == right->critical_extension);
    FUZZ_REQUIRE(left->mismatch == right->mismatch);
    FUZZ_REQUIRE(is_same_text(left->certid_hash, right->certid_hash));
    FUZZ_REQUIRE(left->certificate_status == right->certificate_status);
    FUZZ_REQUIRE(left->revoked_at_s == right->revoked_at_s);
    FUZZ_REQUIRE(left->revocation_reason == right->revocation_reason);
    FUZZ_REQUIRE(left->this_update_s == right->this_update_s);
    FUZZ_REQUIRE(left->next_update_s == right->next_update_s);
    FUZZ_REQUIRE(left->first_by_name_and_serial.status == right->first_by_name_and_serial.status);
    FUZZ_REQUIRE(left->first_by_name_and_serial.this_update_s ==
                 right->first_by_name_and_serial.this_update_s);
    FUZZ_REQUIRE(left->first_by_name_and_serial.next_update_s ==
                 right->first_by_name_and_serial.next_update_s);
}

static void hold_state(const struct mst_staple_facts *facts,
                       const struct mst_staple_judgement *judgement, int64_t now_s)
{
    FUZZ_REQUIRE(judgement->state < MST_STAPLE_STATE_COUNT);
    FUZZ_REQUIRE(judgement->warnings >> MST_WARNING_COUNT == 0);
    const enum mst_reason reason = mst_reason_for_staple(facts, judgement);
    const bool is_nothing_wrong =
        judgement->state == MST_STAPLE_STATE_GOOD || judgement->state == MST_STAPLE_STATE_NONE;
    FUZZ_REQUIRE((reason == MST_REASON_COUNT) == is_nothing_wrong);
    if (judgement->state != MST_STAPLE_STATE_GOOD)
        return;
    FUZZ_REQUIRE(facts->delivery == MST_DELIVERY_SENT && facts->size > 0 && !facts->oversize);
    FUZZ_REQUIRE(!facts->malformed && !facts->critical_extension);
    FUZZ_REQUIRE(facts->responder_status == MST_RESPONDER_STATUS_SUCCESSFUL);
    FUZZ_REQUIRE(facts->signer_fault == MST_SIGNER_FAULT_NONE);
    FUZZ_REQUIRE(facts->signer_kind != MST_SIGNER_KIND_NONE);
    FUZZ_REQUIRE(facts->matching > 0);
    FUZZ_REQUIRE(facts->certificate_status == MST_CERTIFICATE_STATUS_GOOD);
    FUZZ_REQUIRE(facts->this_update_s != MST_TIME_NONE && facts->this_update_s <= now_s);
    FUZZ_REQUIRE(facts->next_update_s == MST_TIME_NONE || now_s < facts->next_update_s);
    FUZZ_REQUIRE(judgement->age_s >= 0);
}

static void hold_outcome(const struct mst_client_outcome *outcome)
{
    FUZZ_REQUIRE(outcome->accepts == !outcome->error);
    FUZZ_REQUIRE(!outcome->depends_on_fetch || !outcome->accepts);
}

static bool is_same_outcome(const struct mst_client_outcome *left,
                            const struct mst_client_outcome *right)
{
    return left->accepts == right->accepts && left->depends_on_fetch == right->depends_on_fetch &&
           is_same_text(left->error, right->error);
}

/* A client that follows the letter accepts Must-Staple with a good staple alone, and a good staple
 * is all that is missing where the verdict says it is there. */
static void hold_judgement(const struct mst_case *given, const struct mst_judgement *judgement)
{
    const struct mst_tls_feature_facts *feature = &given->certificate->tls_feature;
    const bool is_good = given->staple_judgement->state == MST_STAPLE_STATE_GOOD;
    FUZZ_REQUIRE(judgement->verdict > MST_VERDICT_NONE && judgement->verdict < MST_VERDICT_COUNT);
    FUZZ_REQUIRE(judgement->warnings >> MST_WARNING_COUNT == 0);
    FUZZ_REQUIRE(judgement->reasons >> MST_REASON_COUNT == 0);
    FUZZ_REQUIRE((judgement->verdict == MST_VERDICT_MUST_STAPLE_OK) ==
                 (feature->must_staple && is_good));
    FUZZ_REQUIRE((judgement->verdict == MST_VERDICT_STAPLED) == (!feature->present && is_good));
    FUZZ_REQUIRE((judgement->verdict == MST_VERDICT_MUST_STAPLE_MALFORMED) ==
                 (feature->present && !feature->must_staple));
    hold_outcome(&judgement->clients.rfc);
    hold_outcome(&judgement->clients.firefox);
    hold_outcome(&judgement->clients.gnutls);
    if (judgement->clients.rfc.accepts)
        FUZZ_REQUIRE(given->chain->trusted && (!feature->must_staple || is_good));
    FUZZ_REQUIRE(!judgement->clients.rfc.depends_on_fetch);
    FUZZ_REQUIRE(!judgement->clients.gnutls.depends_on_fetch);
}

static void hold_same_judgements(const struct mst_case *given, const struct mst_judgement *before)
{
    const struct mst_staple_judgement *staple = given->staple_judgement;
    struct mst_staple_judgement staple_again;
    struct mst_judgement again;
    mst_judge_staple(given->staple, given->certificate, given->now_s, given->policy, &staple_again);
    FUZZ_REQUIRE(staple->state == staple_again.state && staple->warnings == staple_again.warnings);
    FUZZ_REQUIRE(staple->remaining_s == staple_again.remaining_s);
    FUZZ_REQUIRE(staple->effective_remaining_s == staple_again.effective_remaining_s);
    FUZZ_REQUIRE(staple->lifetime_s == staple_again.lifetime_s);
    FUZZ_REQUIRE(staple->age_s == staple_again.age_s);
    mst_judge(given, &again);
    FUZZ_REQUIRE(before->verdict == again.verdict && before->reasons == again.reasons);
    FUZZ_REQUIRE(before->warnings == again.warnings);
    FUZZ_REQUIRE(is_same_outcome(&before->clients.rfc, &again.clients.rfc));
    FUZZ_REQUIRE(is_same_outcome(&before->clients.firefox, &again.clients.firefox));
    FUZZ_REQUIRE(is_same_outcome(&before->clients.gnutls, &again.clients.gnutls));
}

static void hold_case_at(struct mst_case given, int64_t now_s, bool twice)
{
    struct mst_staple_judgement staple;
    struct mst_judgement judgement;
    given.now_s = now_s;
    given.staple_judgement = &staple;
    mst_judge_staple(given.staple, given.certificate, now_s, given.policy, &staple);
    hold_state(given.staple, &staple, now_s);
    mst_judge(&given, &judgement);
    hold_judgement(&given, &judgement);
    if (twice)
        hold_same_judgements(&given, &judgement);
}

void hold_case(const struct mst_case *given)
{
    const int64_t times[] = {
        given->now_s,
        0,
        INT64_MAX,
        INT64_MIN + 1, /* MST_TIME_NONE is no time to judge at */
        given->staple->this_update_s,
        given->staple->next_update_s,
        mst_time_add(given->staple->next_update_s, -1),
    };
    for (size_t i = 0; i < MST_COUNT_OF(times); i++)
        if (times[i] != MST_TIME_NONE)
            hold_case_at(*given, times[i], i == 0);
}
