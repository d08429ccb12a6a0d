#include "output/check_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/advice.h"
#include "output/check_text_parts.h"
#include "output/record_parts.h"

static const char *what_it_is(const struct mst_inspection *inspection)
{
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        return inspection->staple_given ? "a certificate and its staple" : "a certificate";
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        return "a certificate request";
    default:
        return "an OCSP response";
    }
}

static void heading(struct mst_page *page, const struct mst_inspection *inspection)
{
    const char *file = strcmp(inspection->file, "-") == 0 ? "standard input" : inspection->file;
    if (inspection->position > 1)
        mst_page_heading(page, "%s, document %zu: %s", file, inspection->position,
                         what_it_is(inspection));
    else
        mst_page_heading(page, "%s: %s", file, what_it_is(inspection));
}

static void response_rows(struct mst_page *page, const struct mst_inspection *inspection)
{
    mst_page_row(page, "Judged for", "its issuer alone; --cert FILE judges it for a certificate");
    if (!inspection->issuer_known && mst_record_staple_is_answer(&inspection->response))
        mst_page_row(page, "Issuer", "not known: none of the certificates given (--issuer FILE)");
    mst_check_text_staple(page, "Response", &inspection->response, &inspection->response_judgement,
                          inspection->now_s);
    mst_check_text_singles(page, &inspection->singles, inspection->now_s);
}

/* Bytes that answer nothing speak of no issuer: to name one would not help. */
static mst_word_set response_reasons(const struct mst_inspection *inspection)
{
    const mst_word_set reasons = inspection->response_reasons;
    return mst_record_staple_is_answer(&inspection->response)
               ? reasons
               : reasons & ~MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN);
}

static mst_word_set reasons_of(const struct mst_inspection *inspection)
{
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        return inspection->certificate.judgement.reasons;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        return inspection->request_reasons;
    default:
        return response_reasons(inspection);
    }
}

static mst_word_set warnings_of(const struct mst_inspection *inspection)
{
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        return inspection->certificate.judgement.warnings;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        return inspection->request_warnings;
    default:
        return inspection->response_judgement.warnings;
    }
}

static void advise(struct mst_page *page, const struct mst_word *word, const char *advice)
{
    mst_page_item(page, "%s: %s%s%s", word->name, word->text, advice ? " " : "",
                  advice ? advice : "");
}

static void advise_on_reason(struct mst_page *page, size_t reason)
{
    advise(page, mst_reason_word(reason), mst_advice_for_reason(reason));
}

static void advise_on_reasons(struct mst_page *page, mst_word_set reasons)
{
    /* The others may follow from it. */
    if (reasons & MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN))
        advise_on_reason(page, MST_REASON_ISSUER_UNKNOWN);
    for (size_t i = 0; i < MST_REASON_COUNT; i++)
        if (reasons & MST_WORD_BIT(i) && i != MST_REASON_ISSUER_UNKNOWN)
            advise_on_reason(page, i);
}

/* With a staple it is asked whether the two go together. */
static bool lacks_must_staple(const struct mst_inspection *inspection)
{
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        return !inspection->staple_given &&
               !inspection->certificate.certificate.tls_feature.present;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        return !inspection->request.tls_feature.present;
    default:
        return false;
    }
}

/* What nobody has a word for: a request is judged by its maker, not by a client. */
static bool signature_is_wrong(const struct mst_inspection *inspection)
{
    return inspection->kind == MST_DOCUMENT_KIND_CERTIFICATE_REQUEST &&
           !inspection->request.signature_valid;
}

static void what_to_do(struct mst_page *page, const struct mst_inspection *inspection)
{
    const mst_word_set reasons = reasons_of(inspection);
    const mst_word_set warnings = warnings_of(inspection);
    const bool lacks = lacks_must_staple(inspection);
    const bool anything = reasons || warnings || lacks || signature_is_wrong(inspection);
    if (!anything && inspection->good) {
        mst_page_heading(page, "What to do: nothing.");
        return;
    }
    mst_page_heading(page, "What to do:");
    if (!anything)
        mst_page_item(page, "A client has a rule of its own that others do not share; what it "
                            "complains of stands beside its name. Tell the CA.");
    advise_on_reasons(page, reasons);
    for (size_t i = 0; i < MST_WARNING_COUNT; i++)
        if (warnings & MST_WORD_BIT(i))
            advise(page, mst_warning_word(i), mst_advice_for_warning(i));
    if (signature_is_wrong(inspection))
        mst_page_item(page, "The request is not signed with the key that it holds: a CA will "
                            "refuse it. Make it again.");
    if (lacks && inspection->certificate.certificate.short_lived)
        mst_page_item(page, "The certificate is short-lived: it ends about as soon as a response "
                            "would, and does well without Must-Staple.");
    else if (lacks)
        mst_page_verbatim(page, mst_advice_how_to_ask);
}

static const char *certificate_result(const struct mst_inspection *inspection)
{
    if (inspection->staple_given)
        return inspection->good ? "good: every client accepts"
                                : "not good: not every client accepts";
    if (inspection->good)
        return "good: Must-Staple is set, and all that it takes now is a good staple";
    if (!inspection->certificate.certificate.tls_feature.must_staple)
        return "not good: Must-Staple is not set";
    return "not good: even with a good staple not every client accepts";
}

static const char *request_result(const struct mst_inspection *inspection)
{
    if (inspection->good)
        return "good: it asks for Must-Staple";
    if (!inspection->request.tls_feature.must_staple)
        return "not good: it does not ask for Must-Staple";
    if (signature_is_wrong(inspection))
        return "not good: its signature does not verify";
    return "not good: it asks for other features too";
}

static const char *result(const struct mst_inspection *inspection)
{
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        return certificate_result(inspection);
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        return request_result(inspection);
    default:
        return inspection->good ? "good" : "not good";
    }
}

static void print(struct mst_page *page, const struct mst_inspection *inspection)
{
    heading(page, inspection);
    mst_page_blank(page);
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        mst_check_text_certificate(page, inspection);
        break;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        mst_check_text_request(page, inspection);
        break;
    default:
        response_rows(page, inspection);
        break;
    }
    mst_page_row(page, "Result", "%s", result(inspection));
    mst_page_blank(page);
    what_to_do(page, inspection);
}

char *mst_check_text_lines(const struct mst_inspection *inspection)
{
    char *text = NULL;
    size_t size = 0;
    struct mst_page page = {.out = open_memstream(&text, &size)};
    if (!page.out)
        return NULL;
    print(&page, inspection);
    if (fclose(page.out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
