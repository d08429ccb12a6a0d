#include "output/check_text_parts.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "output/record_parts.h"

static void status_rows(struct mst_page *page, const struct mst_staple_facts *facts, int64_t now_s)
{
    const struct mst_word *status = mst_certificate_status_word(facts->certificate_status);
    if (facts->certificate_status == MST_CERTIFICATE_STATUS_NONE) {
        const struct mst_word *mismatch = mst_mismatch_word(facts->mismatch);
        if (mismatch->name)
            mst_page_row(page, "Mismatch", "%s: %s", mismatch->name, mismatch->text);
        return;
    }
    mst_page_row(page, "Certificate is", "%s%s", status->name,
                 facts->signer_fault == MST_SIGNER_FAULT_NONE ? "" : " (unproven, see Signature)");
    if (facts->certificate_status != MST_CERTIFICATE_STATUS_REVOKED)
        return;
    const struct mst_word *reason = mst_revocation_reason_word(facts->revocation_reason);
    mst_page_time_row(page, "Revoked", facts->revoked_at_s, now_s);
    mst_page_row(page, "Reason", "%s%s%s", reason->name ? reason->name : "",
                 reason->name ? ": " : "", reason->text);
}

static void time_rows(struct mst_page *page, const struct mst_staple_facts *facts,
                      const struct mst_staple_judgement *judgement, int64_t now_s)
{
    mst_page_time_row(page, "Produced", facts->produced_at_s, now_s);
    if (facts->this_update_s == MST_TIME_NONE)
        return;
    mst_page_time_row(page, "This update", facts->this_update_s, now_s);
    mst_page_time_row(page, "Next update", facts->next_update_s, now_s);
    const int64_t end_s = mst_time_add(now_s, judgement->effective_remaining_s);
    if (end_s == MST_TIME_NONE)
        return;
    mst_page_time_row(page, "Usable until", end_s, now_s);
    if (end_s != facts->next_update_s)
        mst_page_row(page, "",
                     "(the first of nextUpdate, the longest age, and the ends of the "
                     "signer and the certificate)");
}

static void signer_rows(struct mst_page *page, const struct mst_staple_facts *facts, int64_t now_s)
{
    static const char *const signature_words[] = {
        [MST_SIGNER_FAULT_NONE] = "valid",
        [MST_SIGNER_FAULT_UNKNOWN] = "not checked: the signer is not known",
        [MST_SIGNER_FAULT_UNAUTHORIZED] = "worth nothing: the signer has no right to sign",
        [MST_SIGNER_FAULT_BAD_SIGNATURE] = "does not verify",
    };
    const struct mst_word *kind = mst_signer_kind_word(facts->signer_kind);
    if (kind->name)
        mst_page_row(page, "Signer", "%s, %s", kind->name,
                     facts->signer_subject ? facts->signer_subject : "without a name");
    else if (facts->signer_subject)
        mst_page_row(page, "Signer", "%s", facts->signer_subject);
    else
        mst_page_row(page, "Signer", "nobody who could be found");
    if (facts->signer_kind == MST_SIGNER_KIND_DELEGATE) {
        mst_page_time_row(page, "Signer until", facts->signer_not_after_s, now_s);
        if (!facts->signer_nocheck)
            mst_page_row(page, "", "(without id-pkix-ocsp-nocheck)");
    }
    mst_page_row(page, "Signature", "%s, %s",
                 facts->signature[0] ? facts->signature : "unknown algorithm",
                 signature_words[facts->signer_fault]);
}

static void answer_rows(struct mst_page *page, const struct mst_staple_facts *facts,
                        const struct mst_staple_judgement *judgement, int64_t now_s)
{
    status_rows(page, facts, now_s);
    time_rows(page, facts, judgement, now_s);
    signer_rows(page, facts, now_s);
    if (facts->certid_hash[0])
        mst_page_row(page, "CertID hash", "%s", facts->certid_hash);
    if (facts->certificates > 0)
        mst_page_row(page, "Certificates", "%zu inside", facts->certificates);
}

void mst_check_text_staple(struct mst_page *page, const char *label,
                           const struct mst_staple_facts *facts,
                           const struct mst_staple_judgement *judgement, int64_t now_s)
{
    const struct mst_word *state = mst_staple_state_word(judgement->state);
    mst_page_row(page, label, "%s%s%s", state->name ? state->name : "", state->name ? ": " : "",
                 state->text);
    if (facts->malformed && facts->malformed_detail)
        mst_page_row(page, "", "(%s)", facts->malformed_detail);
    if (judgement->state == MST_STAPLE_STATE_RESPONDER_ERROR) {
        const struct mst_word *status = mst_responder_status_word(facts->responder_status);
        mst_page_row(page, "Responder says", "%s: %s", status->name, status->text);
    }
    if (mst_record_staple_is_answer(facts))
        answer_rows(page, facts, judgement, now_s);
}

static void moment(struct mst_page *page, const char *what, int64_t time_s, int64_t now_s)
{
    char time[MST_PAGE_TIME_SIZE];
    mst_page_time(time_s, now_s, time);
    mst_page_row(page, "", "   %s %s", what, time);
}

/* One of a list: "2. serial 0a1b: good (CertID sha1)", and its times below. */
static void single_rows(struct mst_page *page, const char *label, size_t number,
                        const struct mst_single_facts *single, int64_t now_s)
{
    const struct mst_word *status = mst_certificate_status_word(single->status);
    const struct mst_word *mismatch = mst_mismatch_word(single->mismatch);
    mst_page_row(page, label, "%zu. serial %s: %s (CertID %s)", number,
                 single->serial ? single->serial : "unreadable",
                 status->name ? status->name : "no status",
                 single->certid_hash[0] ? single->certid_hash : "with an unknown hash");
    if (mismatch->name)
        mst_page_row(page, "", "   %s: %s", mismatch->name, mismatch->text);
    if (single->status == MST_CERTIFICATE_STATUS_REVOKED)
        moment(page, "revoked", single->revoked_at_s, now_s);
    moment(page, "this update", single->this_update_s, now_s);
    moment(page, "next update", single->next_update_s, now_s);
}

void mst_check_text_singles(struct mst_page *page, const struct mst_single_list *singles,
                            int64_t now_s)
{
    for (size_t i = 0; i < singles->count; i++)
        single_rows(page, i == 0 ? "Answers" : "", i + 1, &singles->items[i], now_s);
    if (singles->total > singles->count)
        mst_page_row(page, "", "and %zu more", singles->total - singles->count);
}
