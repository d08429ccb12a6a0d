/* GnuTLS: gnutls_certificate_verify_peers3 with its defaults. It gathers status flags from the
 * staples (lib/cert-session.c) and from the chain (lib/x509/verify.c); the weightiest one stands
 * for them here. */
#include <string.h>

#include "base/attributes.h"
#include "judge/client.h"

enum {
    DAY_S = 86400,
    LIFETIME_WITHOUT_NEXT_S = 15 * DAY_S, /* MAX_OCSP_VALIDITY_SECS */
    HANDSHAKE_SIZE_MAX = 128 * 1024,      /* MAX_HANDSHAKE_PACKET_SIZE */
    FEATURE_MAX = UINT16_MAX,             /* parse_tlsfeatures() in lib/x509/x509_ext.c */
    FEATURE_MIN = INT16_MIN,              /* whose two bytes are read as a positive number */
};

#define INVALID_STATUS "GNUTLS_CERT_INVALID_OCSP_STATUS"

/* Whether gnutls_x509_crt_get_tlsfeatures reads the list. An INTEGER with a byte too many is read
 * for its value, one of no bytes is not; the facts do not tell the two apart, and both count as
 * unreadable here. */
static bool feature_is_readable(const struct mst_tls_feature_facts *feature)
{
    for (size_t i = 0; i < feature->count; i++)
        if (feature->features[i] < FEATURE_MIN || feature->features[i] > FEATURE_MAX)
            return false;
    return feature->fault == MST_FEATURE_FAULT_NONE ||
           feature->fault == MST_FEATURE_FAULT_EMPTY_LIST ||
           feature->fault == MST_FEATURE_FAULT_NO_STATUS_REQUEST;
}

/* _gnutls_ocsp_verify_mandatory_stapling: one that cannot be read asks for nothing. */
static bool feature_asks_for_staple(const struct mst_tls_feature_facts *feature)
{
    return feature->must_staple && feature_is_readable(feature);
}

/* gnutls_x509_crt_import, which reads every certificate that was sent before any is judged. */
static bool feature_is_twice(const struct mst_case *given)
{
    const struct mst_chain_facts *chain = given->chain;
    bool twice = given->certificate->tls_feature.fault == MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
    for (size_t i = 0; i < chain->ca_feature_count; i++)
        twice |= chain->ca_features[i].tls_feature.fault == MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
    return twice;
}

/* verify_crt: the issuers' lists are added up, one that cannot be read fails, and the child must
 * carry them all. */
static bool ca_feature_is_violated(const struct mst_case *given)
{
    for (size_t i = 0; i < given->chain->ca_feature_count; i++) {
        const struct mst_ca_feature *ca = &given->chain->ca_features[i];
        if (!feature_is_readable(&ca->tls_feature) || !ca->child_has_all)
            return true;
    }
    return false;
}

static bool anything_is_expired(const struct mst_case *given)
{
    return mst_case_leaf_is_expired(given) || mst_case_issuer_is_expired(given);
}

static bool anything_is_not_yet_valid(const struct mst_case *given)
{
    return mst_case_leaf_is_not_yet_valid(given) || mst_case_issuer_is_not_yet_valid(given);
}

static const struct mst_client_rule chain_rules[] = {
    {feature_is_twice, "GNUTLS_E_X509_DUPLICATE_EXTENSION"},
    {mst_case_is_untrusted, "GNUTLS_CERT_SIGNER_NOT_FOUND"},
    {ca_feature_is_violated, "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE"},
    {anything_is_expired, "GNUTLS_CERT_EXPIRED"},
    {anything_is_not_yet_valid, "GNUTLS_CERT_NOT_ACTIVATED"},
    {mst_case_name_differs, "GNUTLS_CERT_UNEXPECTED_OWNER"},
};

/* One certificate of the chain and its staple. */
struct staple_view {
    const struct mst_staple_facts *staple;
    enum mst_staple_state state;
    bool must_staple;
    bool is_last; /* of the chain as sent: its issuer can only be a trusted root */
    int64_t now_s;
};

static bool is_empty(const struct staple_view *view)
{
    return view->state == MST_STAPLE_STATE_EMPTY;
}

static bool is_too_large(const struct staple_view *view)
{
    return view->staple->size > HANDSHAKE_SIZE_MAX;
}

static bool is_missing(const struct staple_view *view)
{
    return view->state == MST_STAPLE_STATE_NONE || view->state == MST_STAPLE_STATE_ABSENT;
}

/* An oversize response was not kept; what GnuTLS would read in it is not known, so it counts as
 * unreadable. */
static bool is_unreadable(const struct staple_view *view)
{
    return view->state == MST_STAPLE_STATE_OVERSIZE || view->state == MST_STAPLE_STATE_MALFORMED;
}

static bool is_responder_error(const struct staple_view *view)
{
    return view->staple->responder_status != MST_RESPONDER_STATUS_SUCCESSFUL;
}

/* gnutls_ocsp_resp_check_crt, of one SingleResponse after the other, until one is about the
 * certificate: what counts is that one, not the worst. (Before 3.8.9 only the first was looked at;
 * after, and until CVE-2026-3832 was mended, the first answered whichever was found.) */
static bool is_about_another(const struct staple_view *view)
{
    return view->staple->first_by_name_and_serial.status == MST_CERTIFICATE_STATUS_NONE;
}

/* gnutls_ocsp_resp_verify looks among the trusted roots for the certificates in the response and
 * for a ResponderID by name; gnutls_ocsp_resp_verify_direct takes the issuers that were sent. A
 * root that was not sent, not embedded and is called by its key is not found. What the facts cannot
 * tell: any later certificate of the chain may sign, and any root that is called by name. */
static bool has_no_signer(const struct staple_view *view)
{
    const struct mst_staple_facts *staple = view->staple;
    return view->is_last && staple->signer_kind == MST_SIGNER_KIND_ISSUER &&
           !staple->responder_by_name && staple->certificates == 0;
}

/* gnutls_ocsp_resp_verify_direct tries the key of the issuer that was sent when nobody in the
 * response is who signed it, whoever that is said to be. */
static bool is_signed_by_sent_issuer(const struct staple_view *view)
{
    return view->staple->signer_fault == MST_SIGNER_FAULT_UNKNOWN &&
           view->staple->signed_by_issuer && !view->is_last;
}

/* To gnutls_x509_crt_verify SHA-1 is not good enough for the delegate's certificate, while it still
 * is for the response itself (lib/algorithms/sign.c). */
static bool is_not_verified(const struct staple_view *view)
{
    if (is_signed_by_sent_issuer(view))
        return false;
    return view->staple->signer_fault != MST_SIGNER_FAULT_NONE || view->staple->signer_sha1 ||
           has_no_signer(view);
}

static bool says_revoked(const struct staple_view *view)
{
    return view->staple->first_by_name_and_serial.status == MST_CERTIFICATE_STATUS_REVOKED;
}

static bool is_superseded(const struct staple_view *view)
{
    const struct mst_answer *answer = &view->staple->first_by_name_and_serial;
    if (answer->next_update_s != MST_TIME_NONE)
        return answer->next_update_s < view->now_s;
    return mst_time_subtract(view->now_s, answer->this_update_s) > LIFETIME_WITHOUT_NEXT_S;
}

struct staple_rule {
    bool (*applies)(const struct staple_view *view);
    const char *error, *error_if_must_staple;
};

/* What ends the handshake, before anything is verified and whether there is Must-Staple or not:
 * _gnutls_parse_ocsp_response and handshake_hash_buffer. */
static const struct staple_rule handshake_rules[] = {
    {is_empty, "GNUTLS_E_UNEXPECTED_PACKET_LENGTH", "GNUTLS_E_UNEXPECTED_PACKET_LENGTH"},
    {is_too_large, "GNUTLS_E_HANDSHAKE_TOO_LARGE", "GNUTLS_E_HANDSHAKE_TOO_LARGE"},
};

/* check_ocsp_response, in its order. A missing staple and a responder's error end it there, and
 * matter only to Must-Staple. It does not look at `unknown`, at thisUpdate in the future or at
 * critical extensions. */
static const struct staple_rule staple_rules[] = {
    {is_missing, NULL, "GNUTLS_CERT_MISSING_OCSP_STATUS"},
    {is_unreadable, INVALID_STATUS, INVALID_STATUS},
    {is_responder_error, NULL, "GNUTLS_CERT_MISSING_OCSP_STATUS"},
    {is_about_another, INVALID_STATUS, INVALID_STATUS},
    {is_not_verified, INVALID_STATUS, INVALID_STATUS},
    {says_revoked, "GNUTLS_CERT_REVOKED", "GNUTLS_CERT_REVOKED"},
    {is_superseded, "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED",
     "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"},
};

/* Whether the certificate at `position` of the chain as sent is a CA that carries feature 5. */
static bool ca_must_staple(const struct mst_chain_facts *chain, size_t position)
{
    for (size_t i = 0; i < chain->ca_feature_count; i++)
        if (feature_asks_for_staple(&chain->ca_features[i].tls_feature) &&
            strcmp(chain->ca_features[i].sha256, chain->sha256[position]) == 0)
            return true;
    return false;
}

static struct staple_view view_leaf(const struct mst_case *given)
{
    return (struct staple_view){.staple = given->staple,
                                .state = given->staple_judgement->state,
                                .must_staple =
                                    feature_asks_for_staple(&given->certificate->tls_feature),
                                .is_last = given->chain->sha256_count <= 1,
                                .now_s = given->now_s};
}

static struct staple_view view_intermediate(const struct mst_case *given, size_t position)
{
    static const struct mst_staple_facts nothing = {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED};
    struct staple_view view = {.staple = &nothing,
                               .state = MST_STAPLE_STATE_ABSENT,
                               .must_staple = ca_must_staple(given->chain, position),
                               .is_last = position + 1 == given->chain->sha256_count,
                               .now_s = given->now_s};
    for (size_t i = 0; i < given->intermediate_staple_count; i++) {
        if (given->intermediate_staples[i].position != position)
            continue;
        view.staple = &given->intermediate_staples[i].facts;
        view.state = given->intermediate_staples[i].judgement.state;
    }
    return view;
}

static const char *view_error(const struct staple_rule *rules, size_t count,
                              const struct staple_view *view)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i].applies(view))
            return view->must_staple ? rules[i].error_if_must_staple : rules[i].error;
    return NULL;
}

/* The rules for each certificate of the chain as sent, leaf first. */
static const char *first_staple_error(const struct staple_rule *rules, size_t count,
                                      const struct mst_case *given)
{
    const struct staple_view leaf = view_leaf(given);
    const char *error = view_error(rules, count, &leaf);
    for (size_t position = 1; !error && position < given->chain->sha256_count; position++) {
        const struct staple_view view = view_intermediate(given, position);
        error = view_error(rules, count, &view);
    }
    return error;
}

struct mst_client_outcome mst_client_gnutls(const struct mst_case *given)
{
    const char *error = first_staple_error(handshake_rules, MST_COUNT_OF(handshake_rules), given);
    if (!error)
        error = mst_client_first_error(chain_rules, MST_COUNT_OF(chain_rules), given);
    if (!error)
        error = first_staple_error(staple_rules, MST_COUNT_OF(staple_rules), given);
    return mst_client_outcome(error);
}
