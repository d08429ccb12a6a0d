#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "output/check_text.h"
#include "output/page.h"
#include "unit/sample_finding.h"

enum { DAY_S = 86400, WORDS_MAX = 8, TEXTS_MAX = 8 };

/* Everything a row needs to make its document out of; released after it. */
struct world {
    struct sample sample;
    struct mst_inspection inspection;
    struct mst_single_facts singles[2];
    char *names[2];
    size_t text_count;
    char *texts[TEXTS_MAX]; /* owned */
};

typedef void change_fn(struct world *world);

static char *own(struct world *world, const char *text)
{
    assert_true(world->text_count < TEXTS_MAX);
    char *copy = mst_strdup(text);
    world->texts[world->text_count++] = copy;
    return copy;
}

static void release(struct world *world)
{
    for (size_t i = 0; i < world->text_count; i++)
        free(world->texts[i]);
    sample_release(&world->sample);
}

static struct mst_certificate_facts *leaf(struct world *world)
{
    return &world->inspection.certificate.certificate;
}

static struct mst_connection_finding *finding(struct world *world)
{
    return &world->inspection.certificate;
}

/* Must-Staple with a good staple, and every client content. */
static void certificate_and_staple(struct world *world)
{
    sample_examined(&world->sample);
    world->inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_CERTIFICATE,
        .file = "must.pem",
        .position = 1,
        .now_s = SAMPLE_NOW_S,
        .good = true,
        .certificate = world->sample.finding.connections[0],
        .staple_given = true,
        .issuer_known = true,
        .singles = {.total = 1, .count = 0},
    };
    struct mst_judgement *judgement = &finding(world)->judgement;
    judgement->warnings = 0;
    judgement->clients = (struct mst_clients){{.accepts = true}, {.accepts = true}, {true}};
    finding(world)->chain.ca_features[0].child_has_all = true;
    finding(world)->chain.ca_features[0].child_identical = true;
}

static void certificate(struct world *world)
{
    certificate_and_staple(world);
    struct mst_inspection *inspection = &world->inspection;
    inspection->staple_given = false;
    inspection->with_good_staple = finding(world)->judgement.clients;
    finding(world)->judgement = (struct mst_judgement){.verdict = MST_VERDICT_NONE};
}

static void request(struct world *world)
{
    sample_examined(&world->sample);
    world->names[0] = own(world, "a.example");
    world->names[1] = own(world, "b.example");
    world->inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_CERTIFICATE_REQUEST,
        .file = "-",
        .position = 1,
        .now_s = SAMPLE_NOW_S,
        .good = true,
        .request =
            {.subject = own(world, "CN=a.example"),
             .key = "RSA 2048",
             .signature = "sha256WithRSAEncryption",
             .signature_valid = true,
             .dns_names = {.items = world->names, .count = 2},
             .tls_feature = {.present = true, .must_staple = true, .count = 1, .features = {5}}},
    };
}

static void response(struct world *world)
{
    sample_examined(&world->sample);
    world->singles[0] = (struct mst_single_facts){.certid_hash = "sha1",
                                                  .serial = own(world, "0a1b"),
                                                  .status = MST_CERTIFICATE_STATUS_GOOD,
                                                  .revoked_at_s = MST_TIME_NONE,
                                                  .this_update_s = SAMPLE_NOW_S - DAY_S,
                                                  .next_update_s = SAMPLE_NOW_S + 6 * DAY_S};
    world->singles[1] = (struct mst_single_facts){.certid_hash = "sha256",
                                                  .serial = own(world, "77"),
                                                  .mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH,
                                                  .status = MST_CERTIFICATE_STATUS_REVOKED,
                                                  .revoked_at_s = SAMPLE_NOW_S - 30 * DAY_S,
                                                  .this_update_s = SAMPLE_NOW_S - DAY_S,
                                                  .next_update_s = MST_TIME_NONE};
    world->inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_OCSP_RESPONSE,
        .file = "answer.ocsp",
        .position = 1,
        .now_s = SAMPLE_NOW_S,
        .good = true,
        .issuer_known = true,
        .response = world->sample.finding.connections[0].staple,
        .response_judgement = world->sample.finding.connections[0].staple_judgement,
        .singles = {.total = 2, .count = 2, .items = world->singles},
    };
}

static void plain(struct world *world)
{
    certificate(world);
    leaf(world)->tls_feature = (struct mst_tls_feature_facts){.present = false};
    world->inspection.good = false;
}

static void not_alone(struct world *world)
{
    certificate(world);
    leaf(world)->tls_feature.count = 3;
    leaf(world)->tls_feature.features[1] = 17;
    leaf(world)->tls_feature.features[2] = 6;
    finding(world)->judgement.warnings = MST_WORD_BIT(MST_WARNING_FEATURE_NOT_ALONE);
    world->inspection.with_good_staple.firefox = (struct mst_client_outcome){.error = "SOME_ERROR"};
    world->inspection.good = false;
}

static void critical(struct world *world)
{
    certificate(world);
    leaf(world)->tls_feature.critical = true;
}

static void plain_and_short_lived(struct world *world)
{
    plain(world);
    leaf(world)->short_lived = true;
}

static void plain_and_staple(struct world *world)
{
    certificate_and_staple(world);
    leaf(world)->tls_feature = (struct mst_tls_feature_facts){.present = false};
}

static void unreadable(struct world *world)
{
    certificate(world);
    leaf(world)->tls_feature =
        (struct mst_tls_feature_facts){.present = true, .fault = MST_FEATURE_FAULT_TRAILING_DATA};
    finding(world)->judgement.reasons = MST_WORD_BIT(MST_REASON_FEATURE_TRAILING_DATA);
    world->inspection.good = false;
}

static void without_url(struct world *world)
{
    certificate(world);
    leaf(world)->has_http_ocsp_url = false;
    leaf(world)->ocsp_urls.items[0][4] = 's'; /* httpsX//: no longer http */
}

static void unlike_its_issuer(struct world *world)
{
    certificate(world);
    finding(world)->chain.ca_features[0].child_identical = false;
    finding(world)->chain.ca_features[0].child_has_all = false;
}

static void more_than_its_issuer(struct world *world)
{
    certificate(world);
    finding(world)->chain.ca_features[0].child_identical = false;
}

static void untrusted(struct world *world)
{
    certificate_and_staple(world);
    world->inspection.trust_asked = true;
    world->inspection.host_asked = true;
    finding(world)->chain.trusted = false;
    finding(world)->chain.host_matches = false;
    (void)snprintf(finding(world)->chain.error, sizeof finding(world)->chain.error,
                   "unable to get local issuer certificate");
    finding(world)->judgement.reasons =
        MST_WORD_BIT(MST_REASON_CHAIN_UNTRUSTED) | MST_WORD_BIT(MST_REASON_NAME_MISMATCH);
}

static void trusted(struct world *world)
{
    certificate_and_staple(world);
    world->inspection.trust_asked = true;
    world->inspection.host_asked = true;
}

static void expired(struct world *world)
{
    certificate_and_staple(world);
    struct mst_connection_finding *given = finding(world);
    given->staple.this_update_s = SAMPLE_NOW_S - 9 * DAY_S;
    given->staple.next_update_s = SAMPLE_NOW_S - 2 * DAY_S;
    given->staple_judgement.state = MST_STAPLE_STATE_EXPIRED;
    given->staple_judgement.remaining_s = -2 * DAY_S;
    given->staple_judgement.effective_remaining_s = -2 * DAY_S;
    given->judgement.verdict = MST_VERDICT_MUST_STAPLE_BROKEN;
    given->judgement.reasons = MST_WORD_BIT(MST_REASON_STAPLE_EXPIRED);
    given->judgement.clients.rfc = (struct mst_client_outcome){.error = "staple_expired"};
    given->judgement.clients.firefox =
        (struct mst_client_outcome){.depends_on_fetch = true, .error = "SEC_ERROR_OLD"};
    world->inspection.good = false;
}

static void refused_by_one(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->judgement.clients.firefox = (struct mst_client_outcome){.error = "SOME_ERROR"};
    world->inspection.good = false;
}

static void revoked(struct world *world)
{
    certificate_and_staple(world);
    struct mst_connection_finding *given = finding(world);
    given->staple.certificate_status = MST_CERTIFICATE_STATUS_REVOKED;
    given->staple.revoked_at_s = SAMPLE_NOW_S - 3 * DAY_S;
    given->staple.revocation_reason = MST_REVOCATION_REASON_KEY_COMPROMISE;
    given->staple_judgement.state = MST_STAPLE_STATE_REVOKED;
    given->judgement.verdict = MST_VERDICT_MUST_STAPLE_REVOKED;
    world->inspection.good = false;
}

static void try_later(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple.responder_status = MST_RESPONDER_STATUS_TRY_LATER;
    finding(world)->staple_judgement.state = MST_STAPLE_STATE_RESPONDER_ERROR;
    world->inspection.good = false;
}

static void garbage(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple.malformed = true;
    finding(world)->staple.malformed_detail = "the bytes are no OCSPResponse";
    finding(world)->staple_judgement.state = MST_STAPLE_STATE_MALFORMED;
    world->inspection.good = false;
}

static void forged(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple.signer_kind = MST_SIGNER_KIND_NONE;
    finding(world)->staple.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED;
    finding(world)->staple_judgement.state = MST_STAPLE_STATE_SIGNER_UNAUTHORIZED;
    world->inspection.good = false;
}

static void without_issuer(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple.signer_fault = MST_SIGNER_FAULT_UNKNOWN;
    finding(world)->staple_judgement.state = MST_STAPLE_STATE_SIGNER_UNKNOWN;
    finding(world)->judgement.reasons =
        MST_WORD_BIT(MST_REASON_STAPLE_SIGNER_UNKNOWN) | MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN);
    world->inspection.issuer_known = false;
    world->inspection.good = false;
}

static void foreign(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple.certificate_status = MST_CERTIFICATE_STATUS_NONE;
    finding(world)->staple.mismatch = MST_MISMATCH_WRONG_SERIAL;
    finding(world)->staple.this_update_s = MST_TIME_NONE;
    finding(world)->staple.next_update_s = MST_TIME_NONE;
    finding(world)->staple_judgement.state = MST_STAPLE_STATE_MISMATCH;
    finding(world)->staple_judgement.effective_remaining_s = MST_TIME_NONE;
    world->inspection.good = false;
}

static void ends_early(struct world *world)
{
    certificate_and_staple(world);
    finding(world)->staple_judgement.effective_remaining_s = 2 * DAY_S;
    finding(world)->staple.signer_nocheck = false;
    world->inspection.issuer_known = false;
}

static void silent_request(struct world *world)
{
    request(world);
    world->inspection.request.tls_feature = (struct mst_tls_feature_facts){.present = false};
    world->inspection.request.dns_names.count = 0;
    world->inspection.request.subject = own(world, "");
    world->inspection.good = false;
}

static void broken_request(struct world *world)
{
    request(world);
    world->inspection.request.signature_valid = false;
    world->inspection.request.tls_feature.must_staple = false;
    world->inspection.request.tls_feature.fault = MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
    world->inspection.request_reasons = MST_WORD_BIT(MST_REASON_FEATURE_DUPLICATE_EXTENSION);
    world->inspection.request_warnings = MST_WORD_BIT(MST_WARNING_FEATURE_CRITICAL);
    world->inspection.good = false;
}

static void forged_request(struct world *world)
{
    request(world);
    world->inspection.request.signature_valid = false;
    world->inspection.good = false;
}

static void greedy_request(struct world *world)
{
    request(world);
    world->inspection.request.tls_feature.count = 2;
    world->inspection.request.tls_feature.features[1] = 17;
    world->inspection.request_warnings = MST_WORD_BIT(MST_WARNING_FEATURE_NOT_ALONE);
    world->inspection.good = false;
}

static void response_of_nobody(struct world *world)
{
    response(world);
    world->inspection.issuer_known = false;
    world->inspection.position = 3;
    world->inspection.good = false;
    world->inspection.singles.total = 300;
    world->inspection.response_reasons = MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN);
}

static void response_without_answer(struct world *world)
{
    response(world);
    world->inspection.issuer_known = false;
    world->inspection.good = false;
    world->inspection.singles.total = world->inspection.singles.count = 0;
    world->inspection.response.responder_status = MST_RESPONDER_STATUS_TRY_LATER;
    world->inspection.response_judgement.state = MST_STAPLE_STATE_RESPONDER_ERROR;
    world->inspection.response_reasons =
        MST_WORD_BIT(MST_REASON_STAPLE_TRY_LATER) | MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN);
}

static void hostile(struct world *world)
{
    request(world);
    world->inspection.file = "a\x1b]0;x\x07\xff.pem";
    world->inspection.request.subject = own(world, "CN=\x1b[2Jgone\r\nResult: good");
    world->names[0] = own(world, "\u202egro.live\xc2\x9b");
}

static const struct row {
    const char *name;
    change_fn *make;
    const char *wanted[WORDS_MAX];
    const char *unwanted[3];
} rows[] = {
    {"certificate and staple",
     certificate_and_staple,
     {"must.pem: a certificate and its staple\n", "  Must-Staple:      set\n",
      "Issuer demands:   CN=Test CA,O=Test: 5 (status_request), 17 (status_request_v2)",
      "  Staple:           good: The staple is good.\n", "(in 6 days)",
      "must_staple_ok: Must-Staple and a good staple.",
      "  Result:           good: every client accepts\n", "\nWhat to do: nothing.\n"},
     {"refuses", "Answers", "tlsfeature"}},
    {"certificate alone",
     certificate,
     {"must.pem: a certificate\n", "2023-11-04T22:13:20Z (10 days ago)",
      "2024-02-02T22:13:20Z (in 80 days)", "  OCSP URL:         http://ocsp.example/\n",
      "all accept it with a good staple",
      "good: Must-Staple is set, and all that it takes now is a good staple"},
     {"  Staple:", "Verdict:", "Features:"}},
    {"no Must-Staple",
     plain,
     {"  Must-Staple:      not set\n", "not good: Must-Staple is not set", "What to do:\n",
      "      tlsfeature = status_request\n", "      1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05\n"},
     {"nothing"}},
    {"no Must-Staple, and short-lived",
     plain_and_short_lived,
     {"not good: Must-Staple is not set", "  - The certificate is short-lived: "},
     {"To ask a CA"}},
    {"no Must-Staple, and a good staple",
     plain_and_staple,
     {"  Must-Staple:      not set\n", "\nWhat to do: nothing.\n"},
     {"To ask a CA"}},
    {"other features beside it",
     not_alone,
     {"set, but other features stand beside it", "5 (status_request), 17 (status_request_v2), 6",
      "  Stapled well:     RFC 7633 accepts\n",
      "                    Firefox  refuses: SOME_ERROR\n",
      "not good: even with a good staple not every client accepts",
      "  - feature_not_alone: Other features"}},
    {"critical", critical, {"set, but marked critical"}},
    {"unreadable",
     unreadable,
     {"not set in a way that clients understand. Bytes follow the list in the\n",
      "  - feature_trailing_data: Bytes follow the list in the TLS Feature extension. Firefox",
      "  Result:           not good: Must-Staple is not set\n"},
     {"To ask a CA"}},
    {"no http URL", without_url, {"(servers can fetch over http only)"}},
    {"does not carry what its issuer demands",
     unlike_its_issuer,
     {"(the certificate below it does not carry all of them)"}},
    {"carries more", more_than_its_issuer, {"Firefox wants the very same"}},
    {"untrusted and for another host",
     untrusted,
     {"not trusted: unable to get local issuer certificate", "the certificate is not for it",
      "  - chain_untrusted: ", "  - name_mismatch: "}},
    {"trusted",
     trusted,
     {"  Chain:            trusted\n", "  Host:             the certificate is for it\n"}},
    {"expired staple",
     expired,
     {"expired: The staple has expired.", "(2 days ago)",
      "must_staple_broken: ", "  Clients:          RFC 7633 refuses: staple_expired\n",
      "Firefox  asks the responder first; else SEC_ERROR_OLD\n", "GnuTLS   accepts",
      "not good: not every client accepts",
      "  - staple_expired: The staple's nextUpdate has passed. The"}},
    {"refused by one client, nobody else knows why",
     refused_by_one,
     {"Firefox  refuses: SOME_ERROR\n", "not good: not every client accepts",
      "What to do:\n  - A client has a rule of its own"},
     {"nothing"}},
    {"revoked",
     revoked,
     {"  Certificate is:   revoked\n", "2023-11-11T22:13:20Z (3 days ago)",
      "key_compromise: The key was compromised."}},
    {"responder's error",
     try_later,
     {"responder_error: ", "  Responder says:   try_later: The responder is busy.\n"},
     {"Next update", "Signer"}},
    {"garbage",
     garbage,
     {"malformed: ", "(the bytes are no OCSPResponse)"},
     {"Next update", "Signer"}},
    {"forged",
     forged,
     {"signer_unauthorized: ", "  Signer:           CN=OCSP\n",
      "  Certificate is:   good (unproven, see Signature)\n",
      "worth nothing: the signer has no right to sign"}},
    {"staple without the issuer",
     without_issuer,
     {"  Issuer found:     no\n", "  Certificate is:   good (unproven, see Signature)\n",
      "What to do:\n  - issuer_unknown: ", "\n  - staple_signer_unknown: "}},
    {"about another certificate",
     foreign,
     {"Mismatch:         wrong_serial: "},
     {"Next update", "Usable until", "Certificate is"}},
    {"ends before its nextUpdate",
     ends_early,
     {"Usable until:     2023-11-16T22:13:20Z (in 2 days)", "the first of nextUpdate",
      "(without id-pkix-ocsp-nocheck)", "  Issuer found:     no\n"}},
    {"request",
     request,
     {"standard input: a certificate request\n", "  Must-Staple:      asked for\n",
      "  Names:            a.example\n                    b.example\n",
      "sha256WithRSAEncryption, valid", "good: it asks for Must-Staple", "What to do: nothing."},
     {"not asked"}},
    {"request without it",
     silent_request,
     {"  Subject:          (empty)\n", "  Must-Staple:      not asked for\n", "none asked for",
      "not good: it does not ask for Must-Staple", "-addext \"tlsfeature = status_request\""}},
    {"broken request",
     broken_request,
     {"does not verify", "not asked for in a way that clients understand",
      "  - feature_duplicate_extension: ", "  - feature_critical: ",
      "  - The request is not signed with the key that it holds"},
     {"To ask a CA"}},
    {"request with a wrong signature",
     forged_request,
     {"asked for\n", "not good: its signature does not verify"}},
    {"request for more",
     greedy_request,
     {"asked for, but other features stand beside it", "not good: it asks for other features too"}},
    {"response",
     response,
     {"answer.ocsp: an OCSP response\n", "  Answers:          1. serial 0a1b: good (CertID sha1)\n",
      "2. serial 77: revoked (CertID sha256)\n",
      "                       wrong_issuer_key_hash: The issuer's key does not match.\n",
      "                       revoked 2023-10-15T22:13:20Z (30 days ago)\n",
      "                       next update not given\n", "  Signer:           delegate, CN=OCSP\n"},
     {"and 298 more", "Verdict"}},
    {"response of nobody",
     response_of_nobody,
     {"answer.ocsp, document 3: an OCSP response\n",
      "  Issuer:           not known: none of the certificates given (--issuer FILE)\n",
      "and 298 more", "  - issuer_unknown: "}},
    {"response that answers nothing",
     response_without_answer,
     {"  Judged for:       its issuer alone; --cert FILE judges it for a certificate\n",
      "try_later: The responder is busy", "  - staple_try_later: "},
     {"Issuer:", "issuer_unknown"}},
    {"hostile",
     hostile,
     {"a?]0;x?\xef\xbf\xbd.pem: a certificate request\n", "CN=?[2Jgone??Result: good\n",
      "?gro.live\xef\xbf\xbd\n"},
     {"\x1b", "\r", "\nResult"}},
};

static void check_lines(const char *name, const char *text)
{
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        if (line[length] != '\n')
            fail_msg("%s: the last line is cut", name);
        if (length > MST_PAGE_WIDTH || (length > 0 && line[length - 1] == ' '))
            fail_msg("%s: '%.*s'", name, (int)length, line);
        line += length + 1;
    }
}

static void test_texts(void **state)
{
    (void)state;
    for (const struct row *row = rows; row < rows + MST_COUNT_OF(rows); row++) {
        struct world world = {0};
        row->make(&world);
        char *text MST_AUTO_FREE = mst_check_text_lines(&world.inspection);
        assert_non_null(text);
        check_lines(row->name, text);
        for (size_t i = 0; i < WORDS_MAX && row->wanted[i]; i++)
            if (!strstr(text, row->wanted[i]))
                fail_msg("%s: no '%s' in\n%s", row->name, row->wanted[i], text);
        for (size_t i = 0; i < MST_COUNT_OF(row->unwanted) && row->unwanted[i]; i++)
            if (strstr(text, row->unwanted[i]))
                fail_msg("%s: '%s' in\n%s", row->name, row->unwanted[i], text);
        release(&world);
    }
}

/* Whatever the judge finds, there is a line for it. */
static void test_every_word_is_shown(void **state)
{
    (void)state;
    struct world world = {0};
    certificate_and_staple(&world);
    finding(&world)->judgement.reasons = MST_WORD_BIT(MST_REASON_COUNT) - 1;
    finding(&world)->judgement.warnings = MST_WORD_BIT(MST_WARNING_COUNT) - 1;
    char *text MST_AUTO_FREE = mst_check_text_lines(&world.inspection);
    assert_non_null(text);
    check_lines("every word", text);
    for (size_t i = 0; i < MST_REASON_COUNT + MST_WARNING_COUNT; i++) {
        const struct mst_word *word =
            i < MST_REASON_COUNT ? mst_reason_word((enum mst_reason)i)
                                 : mst_warning_word((enum mst_warning)(i - MST_REASON_COUNT));
        char item[80];
        (void)snprintf(item, sizeof item, "\n  - %s: ", word->name);
        if (!strstr(text, item))
            fail_msg("no line about %s", word->name);
    }
    release(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_every_word_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
