#include "inspect.h"

#include <stdlib.h>

#include "base/mem.h"
#include "examine.h"
#include "judge/clients.h"
#include "judge/reason.h"
#include "judge/staple_state.h"
#include "pki/csr.h"
#include "pki/response_issuer.h"
#include "pki/single_list.h"
#include "pki/staple.h"

enum { STATUS_REQUEST = 5 };

struct mst_inspector {
    struct mst_examiner *examiner;
    bool trust_asked;
    char *host; /* NULL: not asked */
    int64_t now_s;
    struct mst_policy policy;
};

enum mst_status mst_inspector_new(const struct mst_inspect_options *options,
                                  struct mst_inspector **ret_inspector, struct mst_error *error)
{
    struct mst_examiner *examiner = NULL;
    const enum mst_status status =
        options->ca_file ? mst_examiner_new(options->ca_file, &options->policy, &examiner, error)
                         : mst_examiner_new_without_roots(&options->policy, &examiner, error);
    if (status != MST_OK)
        return status;
    struct mst_inspector *inspector = mst_alloc(1, sizeof *inspector);
    *inspector = (struct mst_inspector){
        .examiner = examiner,
        .trust_asked = options->ca_file != NULL,
        .host = mst_strdup(options->host),
        .now_s = options->now_s,
        .policy = options->policy,
    };
    *ret_inspector = inspector;
    return MST_OK;
}

void mst_inspector_free(struct mst_inspector *inspector)
{
    if (!inspector)
        return;
    mst_examiner_free(inspector->examiner);
    free(inspector->host);
    free(inspector);
}

/* The file's bytes as a handshake would have brought them: borrowed. */
static struct mst_staple staple_of(const struct mst_document *document)
{
    if (!document)
        return (struct mst_staple){.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED};
    if (document->length == 0)
        return (struct mst_staple){.delivery = MST_DELIVERY_EMPTY};
    return (struct mst_staple){
        .delivery = MST_DELIVERY_SENT,
        .data = document->length <= MST_STAPLE_SIZE_MAX ? document->der : NULL,
        .size = document->length,
    };
}

/* The best a server can do: fresh, from the issuer itself, in the form that everybody reads. */
static struct mst_staple_facts good_staple(int64_t now_s)
{
    enum { SIZE = 471, LIFETIME_S = 7 * 86400 };
    const int64_t end_s = mst_time_add(now_s, LIFETIME_S);
    return (struct mst_staple_facts){
        .delivery = MST_DELIVERY_SENT,
        .size = SIZE,
        .responder_status = MST_RESPONDER_STATUS_SUCCESSFUL,
        .signer_kind = MST_SIGNER_KIND_ISSUER,
        .responder_by_name = true,
        .signer_not_after_s = MST_TIME_NONE,
        .signature = "sha256WithRSAEncryption",
        .produced_at_s = now_s,
        .singles = 1,
        .matching = 1,
        .certid_hash = "sha1",
        .certificate_status = MST_CERTIFICATE_STATUS_GOOD,
        .revoked_at_s = MST_TIME_NONE,
        .this_update_s = now_s,
        .next_update_s = end_s,
        .first_by_name_and_serial = {.status = MST_CERTIFICATE_STATUS_GOOD,
                                     .this_update_s = now_s,
                                     .next_update_s = end_s},
    };
}

static void suppose_good_staple(const struct mst_inspector *inspector,
                                const struct mst_connection_finding *finding,
                                struct mst_clients *ret_clients)
{
    const struct mst_staple_facts staple = good_staple(inspector->now_s);
    struct mst_staple_judgement judgement;
    mst_judge_staple(&staple, &finding->certificate, inspector->now_s, &inspector->policy,
                     &judgement);
    const struct mst_case given = {
        .certificate = &finding->certificate,
        .chain = &finding->chain,
        .staple = &staple,
        .staple_judgement = &judgement,
        .now_s = inspector->now_s,
        .policy = &inspector->policy,
    };
    mst_judge_clients(&given, ret_clients);
}

static bool all_accept(const struct mst_clients *clients)
{
    return clients->rfc.accepts && clients->firefox.accepts && clients->gnutls.accepts;
}

/* What is wrong with the certificate itself; that no staple came is nobody's fault here, and its
 * issuer matters to a staple alone. */
static void forget_staple(struct mst_judgement *judgement)
{
    judgement->verdict = MST_VERDICT_NONE;
    judgement->reasons &= ~(MST_WORD_BIT(MST_REASON_STAPLE_NOT_ACKNOWLEDGED) |
                            MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN));
    judgement->clients = (struct mst_clients){0};
}

static bool is_good_alone(const struct mst_inspection *inspection)
{
    const mst_word_set out_of_date = MST_WORD_BIT(MST_REASON_CERTIFICATE_EXPIRED) |
                                     MST_WORD_BIT(MST_REASON_CERTIFICATE_NOT_YET_VALID);
    return inspection->certificate.certificate.tls_feature.must_staple &&
           !(inspection->certificate.judgement.reasons & out_of_date) &&
           all_accept(&inspection->with_good_staple);
}

void mst_inspect_certificate(struct mst_inspector *inspector, struct mst_certificate *const *chain,
                             size_t length, const struct mst_document *staple,
                             struct mst_inspection *ret_inspection)
{
    struct mst_connection seen = {.handshake = {.chain_sent = length, .staple = staple_of(staple)}};
    struct mst_handshake *handshake = &seen.handshake;
    while (handshake->chain_length < length && handshake->chain_length < MST_CHAIN_LENGTH_MAX) {
        handshake->chain[handshake->chain_length] = chain[handshake->chain_length];
        handshake->chain_length++;
    }
    struct mst_inspection inspection = {
        .kind = MST_DOCUMENT_KIND_CERTIFICATE,
        .now_s = inspector->now_s,
        .staple_given = staple != NULL,
        .trust_asked = inspector->trust_asked,
        .host_asked = inspector->host != NULL,
    };
    struct mst_connection_finding *finding = &inspection.certificate;
    mst_examine_connection(inspector->examiner, &seen, inspector->host, inspector->now_s, finding);
    finding->seen = NULL;
    inspection.issuer_known = finding->chain.issuer_known;
    suppose_good_staple(inspector, finding, &inspection.with_good_staple);
    if (!staple) {
        forget_staple(&finding->judgement);
        inspection.good = is_good_alone(&inspection);
    } else {
        inspection.good = all_accept(&finding->judgement.clients);
        struct mst_certificate *issuer = mst_examine_find_issuer(inspector->examiner, handshake);
        mst_single_list_read(staple->der, staple->length, chain[0], issuer, &inspection.singles);
        mst_certificate_free(issuer);
    }
    *ret_inspection = inspection;
}

static mst_word_set reason_bit(enum mst_reason reason)
{
    return reason == MST_REASON_COUNT ? 0 : MST_WORD_BIT(reason);
}

static bool asks_for_more(const struct mst_tls_feature_facts *feature)
{
    for (size_t i = 0; i < feature->count; i++)
        if (feature->features[i] != STATUS_REQUEST)
            return true;
    return false;
}

void mst_inspect_request(struct mst_inspector *inspector, const struct mst_document *request,
                         struct mst_inspection *ret_inspection)
{
    struct mst_inspection inspection = {.kind = MST_DOCUMENT_KIND_CERTIFICATE_REQUEST,
                                        .now_s = inspector->now_s};
    const struct mst_tls_feature_facts *feature = &inspection.request.tls_feature;
    if (mst_csr_read(request->der, request->length, &inspection.request)) {
        const bool alone = !asks_for_more(feature);
        inspection.request_reasons = reason_bit(mst_reason_for_feature(feature));
        if (feature->present && feature->critical)
            inspection.request_warnings |= MST_WORD_BIT(MST_WARNING_FEATURE_CRITICAL);
        if (feature->must_staple && !alone)
            inspection.request_warnings |= MST_WORD_BIT(MST_WARNING_FEATURE_NOT_ALONE);
        inspection.good = feature->must_staple && alone && inspection.request.signature_valid;
    }
    *ret_inspection = inspection;
}

void mst_inspect_response(struct mst_inspector *inspector, const struct mst_document *response,
                          struct mst_certificate *const *issuers, size_t issuer_count,
                          struct mst_inspection *ret_inspection)
{
    static const struct mst_certificate_facts anybody = {.not_before_s = MST_TIME_NONE,
                                                         .not_after_s = MST_TIME_NONE};
    const struct mst_staple staple = staple_of(response);
    const struct mst_certificate *issuer = mst_response_issuer_find(
        response->der, response->length, issuers, issuer_count, inspector->now_s);
    struct mst_inspection inspection = {.kind = MST_DOCUMENT_KIND_OCSP_RESPONSE,
                                        .now_s = inspector->now_s,
                                        .issuer_known = issuer != NULL};
    mst_staple_read(&staple, NULL, issuer, inspector->now_s, &inspection.response);
    mst_judge_staple(&inspection.response, &anybody, inspector->now_s, &inspector->policy,
                     &inspection.response_judgement);
    mst_single_list_read(response->der, response->length, NULL, issuer, &inspection.singles);
    inspection.response_reasons =
        reason_bit(mst_reason_for_staple(&inspection.response, &inspection.response_judgement));
    if (!issuer)
        inspection.response_reasons |= MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN);
    inspection.good = inspection.response_judgement.state == MST_STAPLE_STATE_GOOD;
    *ret_inspection = inspection;
}
