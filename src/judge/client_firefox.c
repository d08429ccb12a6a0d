/* Firefox: mozilla::pkix (lib/mozpkix/lib/pkix*.cpp of NSS) under its trust domain
 * (security/certverifier), with its default preferences, and as it is where CRLite does not cover
 * the certificate; where CRLite does, only the presence of the staple matters. Below the roots it
 * was built with it asks no responder either way: there, what depends on a fetch is accepted. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attributes.h"
#include "judge/client.h"

enum {
    DAY_S = 86400,
    SLOP_S = DAY_S,                  /* SLOP_SECONDS in pkixocsp.cpp */
    LIFETIME_MAX_S = 10 * DAY_S,     /* maxOCSPLifetimeInDays in NSSCertDBTrustDomain.cpp */
    LIFETIME_WITHOUT_NEXT_S = DAY_S, /* SingleResponse() in pkixocsp.cpp */
    RSA_BITS_MIN = 1024,             /* MIN_RSA_BITS_WEAK in CertVerifier.cpp */
    SHORT_LIFETIME_S = 10 * DAY_S,   /* security.pki.cert_short_lifetime_in_days */
    STAPLE_LENGTH_MAX = 65535,       /* mozilla::pkix::Input counts in 16 bits */
    STAPLE_CERTIFICATES_MAX = 8,     /* NonOwningDERArray::MAX_LENGTH */
    STATUS_REQUEST = 5,
};

#define FEATURE_MISSING "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"

static bool staple_came(const struct mst_case *given)
{
    return given->staple->delivery == MST_DELIVERY_SENT ||
           given->staple->delivery == MST_DELIVERY_EMPTY;
}

/* CertVerifier::VerifyCert: Input::Init fails before anything else is looked at. */
static bool staple_is_too_long(const struct mst_case *given)
{
    return staple_came(given) &&
           (given->staple->oversize || given->staple->size > STAPLE_LENGTH_MAX);
}

/* BackCert::RememberExtension (pkixcert.cpp): an extension that it understands may neither be empty
 * nor come twice, in any certificate of the path. */
static bool feature_is_invalid(const struct mst_tls_feature_facts *feature)
{
    return feature->fault == MST_FEATURE_FAULT_EMPTY_VALUE ||
           feature->fault == MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
}

static bool leaf_feature_is_invalid(const struct mst_case *given)
{
    return feature_is_invalid(&given->certificate->tls_feature);
}

/* The first issuing certificate on the way up that is refused for its features. */
static const struct mst_tls_feature_facts *refused_ca_feature(const struct mst_case *given)
{
    for (size_t i = 0; i < given->chain->ca_feature_count; i++) {
        const struct mst_ca_feature *ca = &given->chain->ca_features[i];
        if (feature_is_invalid(&ca->tls_feature) || !ca->child_identical)
            return &ca->tls_feature;
    }
    return NULL;
}

static bool ca_feature_is_invalid(const struct mst_case *given)
{
    const struct mst_tls_feature_facts *refused = refused_ca_feature(given);
    return refused && feature_is_invalid(refused);
}

/* CheckTLSFeatures (pkixcheck.cpp). */
static bool ca_feature_differs(const struct mst_case *given)
{
    const struct mst_tls_feature_facts *refused = refused_ca_feature(given);
    return refused && !feature_is_invalid(refused);
}

/* CertVerifier::VerifySSLServerCert; it also checks that the leaf's own key made the signature. */
static bool leaf_is_self_signed(const struct mst_case *given)
{
    const struct mst_certificate_facts *leaf = given->certificate;
    return mst_case_is_untrusted(given) && leaf->subject && leaf->issuer &&
           strcmp(leaf->subject, leaf->issuer) == 0;
}

/* Building the path, in the order of BackCert::Init (pkixcert.cpp), PathBuildingStep::Check and
 * BuildForward (pkixbuild.cpp). */
static const struct mst_client_rule path_rules[] = {
    {staple_is_too_long, "SEC_ERROR_OCSP_MALFORMED_RESPONSE"},
    {leaf_feature_is_invalid, "SEC_ERROR_EXTENSION_VALUE_INVALID"},
    {ca_feature_is_invalid, "SEC_ERROR_EXTENSION_VALUE_INVALID"},
    {ca_feature_differs, FEATURE_MISSING},
    {leaf_is_self_signed, "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"},
    {mst_case_is_untrusted, "SEC_ERROR_UNKNOWN_ISSUER"},
    {mst_case_issuer_is_expired, "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"},
    {mst_case_issuer_is_not_yet_valid, "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE"},
};

static bool name_differs_and_leaf_is_out_of_date(const struct mst_case *given)
{
    return mst_case_name_differs(given) &&
           (mst_case_leaf_is_expired(given) || mst_case_leaf_is_not_yet_valid(given));
}

/* The features are looked at one by one, before what follows them is read: each must be the single
 * byte 5, which an INTEGER of no bytes or with a byte too many is not, and needs a staple. */
static bool feature_is_not_satisfied(const struct mst_case *given)
{
    const struct mst_tls_feature_facts *feature = &given->certificate->tls_feature;
    for (size_t i = 0; i < feature->count; i++)
        if (feature->features[i] != STATUS_REQUEST || !staple_came(given))
            return true;
    return feature->fault == MST_FEATURE_FAULT_BAD_INTEGER ||
           feature->fault == MST_FEATURE_FAULT_NO_STATUS_REQUEST;
}

static bool feature_is_unreadable(const struct mst_case *given)
{
    const enum mst_feature_fault fault = given->certificate->tls_feature.fault;
    return fault == MST_FEATURE_FAULT_BAD_DER || fault == MST_FEATURE_FAULT_EMPTY_LIST ||
           fault == MST_FEATURE_FAULT_TRAILING_DATA;
}

/* What is reported once a path was found: the leaf's dates, unless the name is wrong too, then
 * TLSFeaturesSatisfiedInternal (pkixcheck.cpp), then the name (CertVerifier::VerifySSLServerCert).
 */
static const struct mst_client_rule leaf_rules[] = {
    {name_differs_and_leaf_is_out_of_date, "SSL_ERROR_BAD_CERT_DOMAIN"},
    {mst_case_leaf_is_expired, "SEC_ERROR_EXPIRED_CERTIFICATE"},
    {mst_case_leaf_is_not_yet_valid, "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE"},
    {feature_is_not_satisfied, FEATURE_MISSING},
    {feature_is_unreadable, "SEC_ERROR_BAD_DER"},
    {mst_case_name_differs, "SSL_ERROR_BAD_CERT_DOMAIN"},
};

static bool is_past(const struct mst_case *given, int64_t end_s)
{
    return end_s != MST_TIME_NONE && given->now_s > mst_time_add(end_s, SLOP_S);
}

static int64_t end_of(int64_t this_update_s, int64_t next_update_s)
{
    if (next_update_s == MST_TIME_NONE)
        return mst_time_add(this_update_s, LIFETIME_WITHOUT_NEXT_S);
    const int64_t end_s = mst_time_add(this_update_s, LIFETIME_MAX_S);
    return next_update_s < end_s ? next_update_s : end_s;
}

/* SingleResponse() of pkixocsp.cpp: once one that matches is out of date the whole response is
 * (Context::expired), however fresh the one is whose status counts. */
static bool staple_is_expired(const struct mst_case *given)
{
    const struct mst_staple_facts *staple = given->staple;
    const struct mst_matching_times *times = &staple->matching_times;
    if (staple->matching < 2)
        return is_past(given, end_of(staple->this_update_s, staple->next_update_s));
    return is_past(given, end_of(times->earliest_this_update_s, times->earliest_next_update_s)) ||
           is_past(given, end_of(times->earliest_this_update_only_s, MST_TIME_NONE));
}

static bool is_about_leaf(const struct mst_case *given)
{
    return given->staple->matching > 0;
}

/* Or what was signed cannot be read; the signature comes first. */
static bool staple_is_unreadable(const struct mst_case *given)
{
    return given->staple_judgement->state == MST_STAPLE_STATE_EMPTY ||
           given->staple_judgement->state == MST_STAPLE_STATE_MALFORMED;
}

/* BasicResponse(). */
static bool staple_has_too_many_certificates(const struct mst_case *given)
{
    return given->staple->certificates > STAPLE_CERTIFICATES_MAX;
}

static bool signature_is_one_of(const struct mst_case *given, const char *const *names,
                                size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(given->staple->signature, names[i]) == 0)
            return true;
    return false;
}

/* CheckSubjectPublicKeyInfo (pkixcheck.cpp): RSA, three curves and ML-DSA. The RSA key may be as
 * small as the second round of CertVerifier::VerifyCert lets it be, which the roots that Firefox
 * was built with do not get. */
static bool is_known_key(const char *key)
{
    static const char *const names[] = {"EC P-256", "EC P-384", "EC P-521", "ML-DSA-87"};
    static const char rsa[] = "RSA ";
    if (strncmp(key, rsa, sizeof rsa - 1) == 0)
        return strtol(key + sizeof rsa - 1, NULL, 10) >= RSA_BITS_MIN;
    for (size_t i = 0; i < MST_COUNT_OF(names); i++)
        if (strcmp(key, names[i]) == 0)
            return true;
    return false;
}

/* CheckOCSPResponseSignerCert, before it looks at what was signed: the delegate's own key and
 * signature must do, where SHA-1 does not (CheckSignatureDigestAlgorithm in
 * NSSCertDBTrustDomain.cpp); it is taken for an end entity, and CheckBasicConstraints lets no CA
 * pass for one. */
static bool delegate_is_refused(const struct mst_case *given)
{
    const struct mst_staple_facts *staple = given->staple;
    return staple->signer_kind == MST_SIGNER_KIND_DELEGATE &&
           (staple->signer_is_ca || staple->signer_sha1 || !is_known_key(staple->signer_key));
}

static bool staple_has_wrong_signer(const struct mst_case *given)
{
    return given->staple->signer_fault == MST_SIGNER_FAULT_UNKNOWN ||
           given->staple->signer_fault == MST_SIGNER_FAULT_UNAUTHORIZED ||
           delegate_is_refused(given);
}

/* VerifySignature() of pkixocsp.cpp reads the embedded certificates one by one in search of the
 * delegate, and gives up at one that BackCert::Init refuses. */
static bool staple_has_odd_certificate(const struct mst_case *given)
{
    return given->staple->odd_certificate;
}

/* SignatureAlgorithmIdentifierValue() of pkixder.cpp, by the names that OpenSSL has for them. SHA-1
 * is read in responses; RSA-PSS with other than its three usual sets of parameters is not. */
static bool staple_has_unknown_algorithm(const struct mst_case *given)
{
    static const char *const known[] = {
        "sha256WithRSAEncryption",
        "ecdsa-with-SHA256",
        "sha1WithRSAEncryption",
        "ecdsa-with-SHA1",
        "ecdsa-with-SHA384",
        "ecdsa-with-SHA512",
        "sha384WithRSAEncryption",
        "sha512WithRSAEncryption",
        "sha1WithRSA",
        "rsassaPss",
        "ML-DSA-87",
    };
    return given->staple->signature[0] != '\0' &&
           !signature_is_one_of(given, known, MST_COUNT_OF(known));
}

static bool staple_has_bad_signature(const struct mst_case *given)
{
    return given->staple->signer_fault == MST_SIGNER_FAULT_BAD_SIGNATURE;
}

static bool staple_is_from_the_future(const struct mst_case *given)
{
    const struct mst_staple_facts *staple = given->staple;
    const int64_t this_update_s =
        staple->matching < 2 ? staple->this_update_s : staple->matching_times.latest_this_update_s;
    return is_about_leaf(given) && this_update_s > mst_time_add(given->now_s, SLOP_S);
}

static bool staple_ends_before_it_begins(const struct mst_case *given)
{
    const struct mst_staple_facts *staple = given->staple;
    if (staple->matching > 1)
        return staple->matching_times.ends_before_it_begins;
    return is_about_leaf(given) && staple->next_update_s != MST_TIME_NONE &&
           staple->next_update_s < staple->this_update_s;
}

static bool staple_has_critical_extension(const struct mst_case *given)
{
    return given->staple->critical_extension;
}

static bool staple_is_about_another(const struct mst_case *given)
{
    return !is_about_leaf(given);
}

static bool staple_says_revoked(const struct mst_case *given)
{
    return given->staple->certificate_status == MST_CERTIFICATE_STATUS_REVOKED;
}

static bool staple_says_unknown(const struct mst_case *given)
{
    return given->staple->certificate_status != MST_CERTIFICATE_STATUS_GOOD;
}

/* Whether a refused staple is forgotten in favour of asking the responder:
 * NSSCertDBTrustDomain::CheckRevocationByOCSP. An expired one is, whatever it says. */
enum fallback { FALLBACK_NONE, FALLBACK_FETCH, FALLBACK_FETCH_IF_EXPIRED };

/* The order of VerifyEncodedOCSPResponse and what it calls, after the responder's status. */
static const struct staple_rule {
    struct mst_client_rule rule;
    enum fallback fallback;
} staple_rules[] = {
    {{staple_has_too_many_certificates, "SEC_ERROR_OCSP_MALFORMED_RESPONSE"}, FALLBACK_NONE},
    {{staple_has_odd_certificate, "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION"}, FALLBACK_NONE},
    {{staple_has_wrong_signer, "SEC_ERROR_OCSP_INVALID_SIGNING_CERT"}, FALLBACK_FETCH},
    {{staple_has_unknown_algorithm, "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"}, FALLBACK_NONE},
    {{staple_has_bad_signature, "SEC_ERROR_OCSP_BAD_SIGNATURE"}, FALLBACK_NONE},
    {{staple_is_unreadable, "SEC_ERROR_OCSP_MALFORMED_RESPONSE"}, FALLBACK_NONE},
    {{staple_is_from_the_future, "SEC_ERROR_OCSP_FUTURE_RESPONSE"}, FALLBACK_NONE},
    {{staple_ends_before_it_begins, "SEC_ERROR_OCSP_MALFORMED_RESPONSE"}, FALLBACK_NONE},
    {{staple_has_critical_extension, "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION"}, FALLBACK_NONE},
    {{staple_is_about_another, "MOZILLA_PKIX_ERROR_OCSP_RESPONSE_FOR_CERT_MISSING"},
     FALLBACK_FETCH},
    {{staple_says_revoked, "SEC_ERROR_REVOKED_CERTIFICATE"}, FALLBACK_FETCH_IF_EXPIRED},
    {{staple_says_unknown, "SEC_ERROR_OCSP_UNKNOWN_CERT"}, FALLBACK_FETCH_IF_EXPIRED},
    {{staple_is_expired, "SEC_ERROR_OCSP_OLD_RESPONSE"}, FALLBACK_FETCH},
};

struct refusal {
    const char *error; /* NULL: the staple is fine */
    bool may_fetch;
};

/* OCSPResponse() of pkixocsp.cpp. */
static const struct refusal responder_refusals[MST_RESPONDER_STATUS_COUNT] = {
    [MST_RESPONDER_STATUS_MALFORMED_REQUEST] = {"SEC_ERROR_OCSP_MALFORMED_REQUEST", false},
    [MST_RESPONDER_STATUS_INTERNAL_ERROR] = {"SEC_ERROR_OCSP_SERVER_ERROR", false},
    [MST_RESPONDER_STATUS_TRY_LATER] = {"SEC_ERROR_OCSP_TRY_SERVER_LATER", true},
    [MST_RESPONDER_STATUS_RESERVED] = {"SEC_ERROR_OCSP_UNKNOWN_RESPONSE_STATUS", false},
    [MST_RESPONDER_STATUS_SIG_REQUIRED] = {"SEC_ERROR_OCSP_REQUEST_NEEDS_SIG", false},
    [MST_RESPONDER_STATUS_UNAUTHORIZED] = {"SEC_ERROR_OCSP_UNAUTHORIZED_REQUEST", false},
    [MST_RESPONDER_STATUS_UNKNOWN] = {"SEC_ERROR_OCSP_UNKNOWN_RESPONSE_STATUS", false},
};

static struct refusal refuse_staple(const struct mst_case *given)
{
    if (!staple_is_unreadable(given) &&
        given->staple->responder_status != MST_RESPONDER_STATUS_SUCCESSFUL)
        return responder_refusals[given->staple->responder_status];
    for (size_t i = 0; i < MST_COUNT_OF(staple_rules); i++) {
        const struct staple_rule *row = &staple_rules[i];
        if (!row->rule.refuses(given))
            continue;
        const bool may_fetch =
            row->fallback == FALLBACK_FETCH ||
            (row->fallback == FALLBACK_FETCH_IF_EXPIRED && staple_is_expired(given));
        return (struct refusal){.error = row->rule.error, .may_fetch = may_fetch};
    }
    return (struct refusal){.error = NULL};
}

/* GetOCSPAuthorityInfoAccessLocation takes the certificate's first OCSP URL, and OCSPRequest::Run
 * (nsNSSCallbacks.cpp) fetches over http alone: any other URL is a failed fetch, after which the
 * staple's own error counts (HandleOCSPFailure). */
static bool can_fetch(const struct mst_case *given)
{
    static const char http[] = "http://";
    const struct mst_texts *urls = &given->certificate->ocsp_urls;
    return urls->count > 0 && strncasecmp(urls->items[0], http, sizeof http - 1) == 0;
}

/* Nobody asks a responder about a short-lived certificate: there the staple is simply forgotten. */
static bool is_short_lived(const struct mst_case *given)
{
    const struct mst_certificate_facts *leaf = given->certificate;
    const int64_t lifetime_s = mst_time_subtract(leaf->not_after_s, leaf->not_before_s);
    return lifetime_s != MST_TIME_NONE && lifetime_s < SHORT_LIFETIME_S;
}

struct mst_client_outcome mst_client_firefox(const struct mst_case *given)
{
    const char *error = mst_client_first_error(path_rules, MST_COUNT_OF(path_rules), given);
    if (error)
        return mst_client_outcome(error);
    /* The revocation of an expired certificate is not looked at (PathBuildingStep::Check). */
    struct refusal refusal = {.error = NULL};
    if (staple_came(given) && !mst_case_leaf_is_expired(given))
        refusal = refuse_staple(given);
    if (refusal.may_fetch && is_short_lived(given))
        refusal = (struct refusal){.error = NULL};
    if (refusal.error && !(refusal.may_fetch && can_fetch(given)))
        return mst_client_outcome(refusal.error);
    /* What is wrong anyhow needs no answer from the responder. */
    error = mst_client_first_error(leaf_rules, MST_COUNT_OF(leaf_rules), given);
    if (error)
        return mst_client_outcome(error);
    struct mst_client_outcome outcome = mst_client_outcome(refusal.error);
    outcome.depends_on_fetch = refusal.error != NULL;
    return outcome;
}
