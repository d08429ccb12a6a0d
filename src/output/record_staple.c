#include "output/json.h"
#include "output/record_parts.h"

bool mst_record_staple_is_answer(const struct mst_staple_facts *facts)
{
    return facts->delivery == MST_DELIVERY_SENT && !facts->oversize && !facts->malformed &&
           facts->responder_status == MST_RESPONDER_STATUS_SUCCESSFUL;
}

static json_t *signer(const struct mst_staple_facts *facts)
{
    if (facts->signer_kind == MST_SIGNER_KIND_NONE && !facts->signer_subject)
        return json_null();
    json_t *object = json_object();
    bool ok = mst_json_put_word(object, "kind", mst_signer_kind_word(facts->signer_kind));
    ok &= mst_json_put_text(object, "subject", facts->signer_subject);
    ok &= mst_json_put_time(object, "not_after", facts->signer_not_after_s);
    ok &= mst_json_put(object, "nocheck",
                       facts->signer_kind == MST_SIGNER_KIND_DELEGATE
                           ? json_boolean(facts->signer_nocheck)
                           : json_null());
    return mst_json_checked(object, ok);
}

static bool put_number_if(json_t *object, const char *key, bool known, int64_t value)
{
    return mst_json_put_number(object, key, known ? value : MST_TIME_NONE);
}

static bool put_time_if(json_t *object, const char *key, bool known, int64_t time_s)
{
    return mst_json_put_time(object, key, known ? time_s : MST_TIME_NONE);
}

static bool put_status(json_t *object, const struct mst_staple_facts *facts, bool answer)
{
    const bool revoked = answer && facts->certificate_status == MST_CERTIFICATE_STATUS_REVOKED;
    bool ok = mst_json_put_word(object, "responder_status",
                                mst_responder_status_word(facts->responder_status));
    ok &= mst_json_put_word(object, "certificate_status",
                            mst_certificate_status_word(answer ? facts->certificate_status
                                                               : MST_CERTIFICATE_STATUS_NONE));
    ok &= put_time_if(object, "revoked_at", revoked, facts->revoked_at_s);
    ok &= mst_json_put_word(object, "revocation_reason",
                            mst_revocation_reason_word(revoked ? facts->revocation_reason
                                                               : MST_REVOCATION_REASON_NONE));
    return ok;
}

static bool put_times(json_t *object, const struct mst_staple_facts *facts,
                      const struct mst_staple_judgement *judgement, bool answer)
{
    bool ok = put_time_if(object, "produced_at", answer, facts->produced_at_s);
    ok &= put_time_if(object, "this_update", answer, facts->this_update_s);
    ok &= put_time_if(object, "next_update", answer, facts->next_update_s);
    ok &= put_number_if(object, "remaining_s", answer, judgement->remaining_s);
    ok &= put_number_if(object, "effective_remaining_s", answer, judgement->effective_remaining_s);
    ok &= put_number_if(object, "lifetime_s", answer, judgement->lifetime_s);
    ok &= put_number_if(object, "age_s", answer, judgement->age_s);
    return ok;
}

json_t *mst_record_staple(const struct mst_staple_facts *facts,
                          const struct mst_staple_judgement *judgement)
{
    const bool answer = mst_record_staple_is_answer(facts);
    const bool came = facts->delivery == MST_DELIVERY_SENT || facts->delivery == MST_DELIVERY_EMPTY;
    json_t *object = json_object();
    bool ok = mst_json_put_word(object, "delivery", mst_delivery_word(facts->delivery));
    ok &= mst_json_put_word(object, "state", mst_staple_state_word(judgement->state));
    ok &= put_status(object, facts, answer);
    ok &= put_times(object, facts, judgement, answer);
    ok &= mst_json_put(object, "signer", answer ? signer(facts) : json_null());
    ok &= mst_json_put_filled(object, "signature", answer ? facts->signature : NULL);
    ok &= mst_json_put_filled(object, "certid_hash", answer ? facts->certid_hash : NULL);
    ok &= mst_json_put_word(object, "mismatch",
                            mst_mismatch_word(answer ? facts->mismatch : MST_MISMATCH_NONE));
    ok &= put_number_if(object, "singles", answer, (int64_t)facts->singles);
    ok &= put_number_if(object, "certificates", answer, (int64_t)facts->certificates);
    ok &= put_number_if(object, "size", came, (int64_t)facts->size);
    ok &= mst_json_put_filled(object, "sha256", facts->sha256);
    return mst_json_checked(object, ok);
}
