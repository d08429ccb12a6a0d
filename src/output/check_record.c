#include "output/check_record.h"

#include "output/json.h"
#include "output/record_parts.h"

enum { RECORD_VERSION = 1 };

static json_t *request(const struct mst_csr_facts *facts)
{
    json_t *object = json_object();
    bool ok = mst_json_put_text(object, "subject", facts->subject);
    ok &= mst_json_put_filled(object, "key", facts->key);
    ok &= mst_json_put_filled(object, "signature", facts->signature);
    ok &= mst_json_put_bool(object, "signature_valid", facts->signature_valid);
    ok &= mst_json_put(object, "dns_names", mst_json_texts(&facts->dns_names));
    ok &= mst_json_put(object, "tls_feature", mst_record_tls_feature(&facts->tls_feature));
    return mst_json_checked(object, ok);
}

static json_t *single(const struct mst_single_facts *facts)
{
    const bool revoked = facts->status == MST_CERTIFICATE_STATUS_REVOKED;
    json_t *object = json_object();
    bool ok = mst_json_put_filled(object, "certid_hash", facts->certid_hash);
    ok &= mst_json_put_filled(object, "issuer_name_hash", facts->issuer_name_hash);
    ok &= mst_json_put_filled(object, "issuer_key_hash", facts->issuer_key_hash);
    ok &= mst_json_put_text(object, "serial", facts->serial);
    ok &= mst_json_put_word(object, "mismatch", mst_mismatch_word(facts->mismatch));
    ok &=
        mst_json_put_word(object, "certificate_status", mst_certificate_status_word(facts->status));
    ok &= mst_json_put_time(object, "revoked_at", revoked ? facts->revoked_at_s : MST_TIME_NONE);
    ok &= mst_json_put_word(object, "revocation_reason",
                            mst_revocation_reason_word(revoked ? facts->revocation_reason
                                                               : MST_REVOCATION_REASON_NONE));
    ok &= mst_json_put_time(object, "this_update", facts->this_update_s);
    ok &= mst_json_put_time(object, "next_update", facts->next_update_s);
    return mst_json_checked(object, ok);
}

static json_t *singles(const struct mst_single_list *list)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < list->count; i++)
        ok &= json_array_append_new(array, single(&list->items[i])) == 0;
    return mst_json_checked(array, ok);
}

static bool is_certificate(const struct mst_inspection *inspection)
{
    return inspection->kind == MST_DOCUMENT_KIND_CERTIFICATE;
}

static bool put_certificate(json_t *object, const struct mst_inspection *inspection)
{
    const struct mst_connection_finding *finding = &inspection->certificate;
    const bool is = is_certificate(inspection);
    bool ok = mst_json_put(object, "certificate",
                           is ? mst_record_certificate(&finding->certificate, inspection->now_s)
                              : json_null());
    ok &= mst_json_put(
        object, "chain",
        is ? mst_record_chain(&finding->chain, inspection->trust_asked, inspection->host_asked)
           : json_null());
    ok &= mst_json_put(object, "ca_features", mst_record_ca_features(&finding->chain));
    return ok;
}

static json_t *staple(const struct mst_inspection *inspection)
{
    if (inspection->kind == MST_DOCUMENT_KIND_OCSP_RESPONSE)
        return mst_record_staple(&inspection->response, &inspection->response_judgement);
    if (is_certificate(inspection) && inspection->staple_given)
        return mst_record_staple(&inspection->certificate.staple,
                                 &inspection->certificate.staple_judgement);
    return json_null();
}

static bool put_response(json_t *object, const struct mst_inspection *inspection)
{
    const bool asks = inspection->kind == MST_DOCUMENT_KIND_CERTIFICATE_REQUEST;
    bool ok = mst_json_put(object, "certificate_request",
                           asks ? request(&inspection->request) : json_null());
    ok &= mst_json_put(object, "issuer_known",
                       asks ? json_null() : json_boolean(inspection->issuer_known));
    ok &= mst_json_put(object, "staple", staple(inspection));
    ok &= mst_json_put(object, "singles", singles(&inspection->singles));
    return ok;
}

static bool put_words(json_t *object, mst_word_set reasons, mst_word_set warnings)
{
    bool ok = mst_json_put(object, "reasons", mst_record_reasons(reasons));
    ok &= mst_json_put(object, "warnings", mst_record_warnings(warnings));
    return ok;
}

static bool put_judgement(json_t *object, const struct mst_inspection *inspection)
{
    const struct mst_judgement *judgement = &inspection->certificate.judgement;
    const bool stapled = is_certificate(inspection) && inspection->staple_given;
    bool ok = mst_json_put_word(object, "verdict",
                                mst_verdict_word(stapled ? judgement->verdict : MST_VERDICT_NONE));
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        ok &= put_words(object, inspection->request_reasons, inspection->request_warnings);
        break;
    case MST_DOCUMENT_KIND_OCSP_RESPONSE:
        ok &= put_words(object, inspection->response_reasons,
                        inspection->response_judgement.warnings);
        break;
    default:
        ok &= put_words(object, judgement->reasons, judgement->warnings);
        break;
    }
    ok &= mst_json_put(object, "clients",
                       stapled ? mst_record_clients(&judgement->clients) : json_null());
    ok &=
        mst_json_put(object, "clients_with_good_staple",
                     is_certificate(inspection) ? mst_record_clients(&inspection->with_good_staple)
                                                : json_null());
    return ok;
}

static json_t *record(const struct mst_inspection *inspection)
{
    json_t *object = json_object();
    bool ok = mst_json_put_count(object, "v", RECORD_VERSION);
    ok &= mst_json_put_text(object, "type", "check");
    ok &= mst_json_put_text(object, "file", inspection->file);
    ok &= mst_json_put_count(object, "position", inspection->position);
    ok &= mst_json_put_word(object, "kind", mst_document_kind_word(inspection->kind));
    ok &= mst_json_put_time(object, "judged_at", inspection->now_s);
    ok &= mst_json_put_bool(object, "good", inspection->good);
    ok &= put_certificate(object, inspection);
    ok &= put_response(object, inspection);
    ok &= put_judgement(object, inspection);
    return mst_json_checked(object, ok);
}

char *mst_check_record_line(const struct mst_inspection *inspection, size_t *ret_length)
{
    return mst_json_line(record(inspection), ret_length);
}
