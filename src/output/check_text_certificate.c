#include "output/check_text_parts.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "judge/reason.h"

enum { STATUS_REQUEST = 5, STATUS_REQUEST_V2 = 17 };

/* "5 (status_request), 17": to be freed. */
static char *feature_names(const struct mst_tls_feature_facts *feature)
{
    char *names = mst_strdup("");
    for (size_t i = 0; i < feature->count; i++) {
        char *before MST_AUTO_FREE = names;
        const int64_t number = feature->features[i];
        names = mst_format("%s%s%lld%s", before, i > 0 ? ", " : "", (long long)number,
                           number == STATUS_REQUEST      ? " (status_request)"
                           : number == STATUS_REQUEST_V2 ? " (status_request_v2)"
                                                         : "");
    }
    return names;
}

static bool is_alone(const struct mst_tls_feature_facts *feature)
{
    for (size_t i = 0; i < feature->count; i++)
        if (feature->features[i] != STATUS_REQUEST)
            return false;
    return true;
}

static const char *oddity(const struct mst_tls_feature_facts *feature)
{
    if (!is_alone(feature))
        return ", but other features stand beside it: Firefox refuses the certificate";
    if (feature->critical)
        return ", but marked critical: clients that do not know it refuse the certificate";
    if (feature->count > 1)
        return ", more than once in the list";
    return "";
}

void mst_check_text_feature(struct mst_page *page, const struct mst_tls_feature_facts *feature,
                            const char *yes, const char *no)
{
    if (!feature->present) {
        mst_page_row(page, "Must-Staple", "%s", no);
        return;
    }
    if (feature->must_staple) {
        mst_page_row(page, "Must-Staple", "%s%s", yes, oddity(feature));
    } else {
        const struct mst_word *reason = mst_reason_word(mst_reason_for_feature(feature));
        mst_page_row(page, "Must-Staple", "%s in a way that clients understand. %s", no,
                     reason->text);
    }
    if (feature->count == 0 || (feature->count == 1 && is_alone(feature)))
        return;
    char *names MST_AUTO_FREE = feature_names(feature);
    mst_page_row(page, "Features", "%s", names);
}

static const char *named(const char *name)
{
    return name && name[0] ? name : "(empty)";
}

static void url_rows(struct mst_page *page, const char *label, const struct mst_texts *urls)
{
    for (size_t i = 0; i < urls->count; i++)
        mst_page_row(page, i == 0 ? label : "", "%s", urls->items[i]);
}

static void name_rows(struct mst_page *page, const struct mst_inspection *inspection)
{
    const struct mst_certificate_facts *facts = &inspection->certificate.certificate;
    mst_page_row(page, "Subject", "%s", named(facts->subject));
    mst_page_row(page, "Issuer", "%s", named(facts->issuer));
    mst_page_row(page, "Serial", "%s", facts->serial);
    mst_page_time_row(page, "Valid from", facts->not_before_s, inspection->now_s);
    mst_page_time_row(page, "Valid until", facts->not_after_s, inspection->now_s);
    mst_page_row(page, "Key", "%s", facts->key[0] ? facts->key : "of an unknown kind");
    mst_page_row(page, "Signed with", "%s", facts->signature);
    if (facts->ocsp_urls.count == 0)
        mst_page_row(page, "OCSP URL", "none");
    url_rows(page, "OCSP URL", &facts->ocsp_urls);
    if (facts->ocsp_urls.count > 0 && !facts->has_http_ocsp_url)
        mst_page_row(page, "", "(servers can fetch over http only)");
}

static void issuing_rows(struct mst_page *page, const struct mst_chain_facts *chain)
{
    for (size_t i = 0; i < chain->ca_feature_count; i++) {
        const struct mst_ca_feature *ca = &chain->ca_features[i];
        char *names MST_AUTO_FREE = feature_names(&ca->tls_feature);
        mst_page_row(page, i == 0 ? "Issuer demands" : "", "%s: %s", ca->subject,
                     names[0] ? names : mst_feature_fault_word(ca->tls_feature.fault)->text);
        mst_page_row(page, "", "%s",
                     ca->child_identical ? "(the certificate below it carries the same)"
                     : ca->child_has_all
                         ? "(the certificate below it carries more; Firefox wants the very same)"
                         : "(the certificate below it does not carry all of them)");
    }
}

static void trust_rows(struct mst_page *page, const struct mst_inspection *inspection)
{
    const struct mst_chain_facts *chain = &inspection->certificate.chain;
    if (inspection->trust_asked)
        mst_page_row(page, "Chain", "%s%s", chain->trusted ? "trusted" : "not trusted: ",
                     chain->trusted ? "" : chain->error);
    if (inspection->host_asked)
        mst_page_row(page, "Host", "%s",
                     chain->host_matches ? "the certificate is for it"
                                         : "the certificate is not for it");
    if (inspection->staple_given && !inspection->issuer_known)
        mst_page_row(page, "Issuer found", "no");
}

static void client_row(struct mst_page *page, const char *label, const char *name,
                       const struct mst_client_outcome *outcome)
{
    const char *error = outcome->error ? outcome->error : "no reason given";
    if (outcome->depends_on_fetch)
        mst_page_row(page, label, "%-9sasks the responder first; else %s", name, error);
    else if (outcome->accepts)
        mst_page_row(page, label, "%-9saccepts", name);
    else
        mst_page_row(page, label, "%-9srefuses: %s", name, error);
}

static void client_rows(struct mst_page *page, const char *label, const struct mst_clients *clients)
{
    client_row(page, label, "RFC 7633", &clients->rfc);
    client_row(page, "", "Firefox", &clients->firefox);
    client_row(page, "", "GnuTLS", &clients->gnutls);
}

static bool all_accept(const struct mst_clients *clients)
{
    return clients->rfc.accepts && clients->firefox.accepts && clients->gnutls.accepts;
}

static void staple_rows(struct mst_page *page, const struct mst_inspection *inspection)
{
    const struct mst_connection_finding *finding = &inspection->certificate;
    const struct mst_word *verdict = mst_verdict_word(finding->judgement.verdict);
    mst_page_blank(page);
    mst_check_text_staple(page, "Staple", &finding->staple, &finding->staple_judgement,
                          inspection->now_s);
    if (inspection->singles.total > 1)
        mst_check_text_singles(page, &inspection->singles, inspection->now_s);
    mst_page_blank(page);
    mst_page_row(page, "Verdict", "%s%s%s", verdict->name ? verdict->name : "",
                 verdict->name ? ": " : "", verdict->text);
    client_rows(page, "Clients", &finding->judgement.clients);
}

void mst_check_text_certificate(struct mst_page *page, const struct mst_inspection *inspection)
{
    name_rows(page, inspection);
    mst_check_text_feature(page, &inspection->certificate.certificate.tls_feature, "set",
                           "not set");
    issuing_rows(page, &inspection->certificate.chain);
    trust_rows(page, inspection);
    if (inspection->staple_given) {
        staple_rows(page, inspection);
        return;
    }
    if (all_accept(&inspection->with_good_staple))
        mst_page_row(page, "Clients", "all accept it with a good staple");
    else
        client_rows(page, "Stapled well", &inspection->with_good_staple);
}

void mst_check_text_request(struct mst_page *page, const struct mst_inspection *inspection)
{
    const struct mst_csr_facts *facts = &inspection->request;
    mst_page_row(page, "Subject", "%s", named(facts->subject));
    if (facts->dns_names.count == 0)
        mst_page_row(page, "Names", "none asked for");
    url_rows(page, "Names", &facts->dns_names);
    mst_page_row(page, "Key", "%s", facts->key[0] ? facts->key : "of an unknown kind");
    mst_page_row(page, "Signature", "%s, %s",
                 facts->signature[0] ? facts->signature : "unknown algorithm",
                 facts->signature_valid ? "valid" : "does not verify");
    mst_check_text_feature(page, &facts->tls_feature, "asked for", "not asked for");
}
