#include "output/check_record.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "unit/json_path.h"
#include "unit/sample_finding.h"

/* The record as parsed JSON, after the checks that hold for every record. */
static json_t *record_of(const struct mst_inspection *inspection)
{
    size_t length = 0;
    MST_AUTO_FREE char *line = mst_check_record_line(inspection, &length);
    return json_path_line(line, length);
}

static struct mst_single_facts single(enum mst_certificate_status status)
{
    return (struct mst_single_facts){
        .certid_hash = "sha1",
        .issuer_name_hash = "00ff",
        .issuer_key_hash = "11ee",
        .serial = mst_strdup("0a1b"),
        .status = status,
        .revoked_at_s = SAMPLE_NOW_S - 60,
        .revocation_reason = MST_REVOCATION_REASON_SUPERSEDED,
        .this_update_s = SAMPLE_NOW_S - 3600,
        .next_update_s = MST_TIME_NONE,
    };
}

static void add_singles(struct mst_single_list *list)
{
    list->total = list->count = 2;
    list->items = mst_alloc(2, sizeof *list->items);
    list->items[0] = single(MST_CERTIFICATE_STATUS_GOOD);
    list->items[0].certid_hash[0] = '\0';
    list->items[0].mismatch = MST_MISMATCH_UNKNOWN_HASH;
    list->items[1] = single(MST_CERTIFICATE_STATUS_REVOKED);
}

/* A certificate with its staple; `sample` has the facts. */
static void make_certificate(struct sample *sample, struct mst_inspection *inspection)
{
    sample_examined(sample);
    *inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_CERTIFICATE,
        .file = "a/cert.pem",
        .position = 2,
        .now_s = SAMPLE_NOW_S,
        .certificate = sample->finding.connections[0],
        .staple_given = true,
        .trust_asked = true,
        .host_asked = true,
        .issuer_known = true,
        .with_good_staple = {.rfc = {.accepts = true}, .gnutls = {.error = "GNUTLS_X"}},
    };
    add_singles(&inspection->singles);
}

static void make_request(struct sample *sample, struct mst_inspection *inspection)
{
    (void)sample;
    *inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_CERTIFICATE_REQUEST,
        .file = "-",
        .position = 1,
        .now_s = SAMPLE_NOW_S,
        .request = {.subject = mst_strdup("CN=\x1b[2J\xff"),
                    .key = "EC P-256",
                    .tls_feature = {.present = true,
                                    .critical = true,
                                    .count = 1,
                                    .features = {17},
                                    .fault = MST_FEATURE_FAULT_NO_STATUS_REQUEST}},
        .request_reasons = MST_WORD_BIT(MST_REASON_FEATURE_NO_STATUS_REQUEST),
        .request_warnings = MST_WORD_BIT(MST_WARNING_FEATURE_CRITICAL),
    };
    mst_texts_add(&inspection->request.dns_names, "host.example");
}

static void make_response(struct sample *sample, struct mst_inspection *inspection)
{
    sample_examined(sample);
    const struct mst_connection_finding *finding = &sample->finding.connections[0];
    *inspection = (struct mst_inspection){
        .kind = MST_DOCUMENT_KIND_OCSP_RESPONSE,
        .file = "r.der",
        .position = 1,
        .now_s = SAMPLE_NOW_S,
        .good = true,
        .response = finding->staple,
        .response_judgement = finding->staple_judgement,
        .response_reasons = MST_WORD_BIT(MST_REASON_ISSUER_UNKNOWN),
    };
    inspection->response_judgement.warnings = MST_WORD_BIT(MST_WARNING_STAPLE_SHA1_SIGNATURE);
    add_singles(&inspection->singles);
}

/* Facts that the sample owns are its own to free. */
static void release(struct sample *sample, struct mst_inspection *inspection)
{
    inspection->certificate = (struct mst_connection_finding){0};
    inspection->response = (struct mst_staple_facts){0};
    mst_inspection_release(inspection);
    sample_release(sample);
}

#define CLIENT_KEYS "rfc firefox gnutls "
#define TOP_KEYS                                                                                   \
    "v type file position kind judged_at good certificate chain ca_features certificate_request "  \
    "issuer_known staple singles verdict reasons warnings clients clients_with_good_staple "

static const struct record_row {
    const char *name;
    void (*make)(struct sample *sample, struct mst_inspection *inspection);
    bool without_staple, unasked; /* changes to what is made */
    struct json_field keys[8], fields[40];
} record_rows[] = {
    {"a certificate and its staple",
     make_certificate,
     false,
     false,
     {{"", TOP_KEYS},
      {"chain", "length trusted error host_matches sha256 "},
      {"certificate", "subject issuer serial sha256 not_before not_after remaining_s lifetime_s "
                      "key signature ocsp_urls crl_urls short_lived tls_feature "},
      {"staple", "delivery state responder_status certificate_status revoked_at revocation_reason "
                 "produced_at this_update next_update remaining_s effective_remaining_s lifetime_s "
                 "age_s signer signature certid_hash mismatch singles certificates size sha256 "},
      {"singles.0", "certid_hash issuer_name_hash issuer_key_hash serial mismatch "
                    "certificate_status revoked_at revocation_reason this_update next_update "},
      {"clients", CLIENT_KEYS},
      {"clients_with_good_staple", CLIENT_KEYS}},
     {{"v", "1"},
      {"type", "\"check\""},
      {"file", "\"a/cert.pem\""},
      {"position", "2"},
      {"kind", "\"certificate\""},
      {"judged_at", "\"2023-11-14T22:13:20Z\""},
      {"good", "false"},
      {"certificate.subject", "\"CN=example.com\""},
      {"certificate.remaining_s", "6912000"},
      {"chain.length", "2"},
      {"chain.trusted", "true"},
      {"chain.host_matches", "true"},
      {"ca_features.0.child_has_all", "false"},
      {"certificate_request", "null"},
      {"issuer_known", "true"},
      {"staple.state", "\"good\""},
      {"staple.singles", "1"},
      {"singles.0.certid_hash", "null"},
      {"singles.0.mismatch", "\"unknown_hash\""},
      {"singles.0.certificate_status", "\"good\""},
      {"singles.0.revoked_at", "null"},
      {"singles.0.revocation_reason", "null"},
      {"singles.1.certid_hash", "\"sha1\""},
      {"singles.1.issuer_name_hash", "\"00ff\""},
      {"singles.1.issuer_key_hash", "\"11ee\""},
      {"singles.1.serial", "\"0a1b\""},
      {"singles.1.mismatch", "null"},
      {"singles.1.certificate_status", "\"revoked\""},
      {"singles.1.revoked_at", "\"2023-11-14T22:12:20Z\""},
      {"singles.1.revocation_reason", "\"superseded\""},
      {"singles.1.this_update", "\"2023-11-14T21:13:20Z\""},
      {"singles.1.next_update", "null"},
      {"verdict", "\"must_staple_ok\""},
      {"reasons", "[]"},
      {"warnings", "[\"staple_sha1_signature\",\"feature_not_inherited\"]"},
      {"clients.gnutls.accepts", "true"},
      {"clients_with_good_staple.gnutls.error", "\"GNUTLS_X\""}}},
    {"a certificate alone, nothing asked",
     make_certificate,
     true,
     true,
     {{"", TOP_KEYS}},
     {{"chain.length", "2"},
      {"chain.trusted", "null"},
      {"chain.error", "null"},
      {"chain.host_matches", "null"},
      {"issuer_known", "true"},
      {"staple", "null"},
      {"singles", "[]"},
      {"verdict", "null"},
      {"warnings", "[\"staple_sha1_signature\",\"feature_not_inherited\"]"},
      {"clients", "null"},
      {"clients_with_good_staple.rfc.accepts", "true"}}},
    {"a request",
     make_request,
     false,
     false,
     {{"", TOP_KEYS},
      {"certificate_request", "subject key signature signature_valid dns_names tls_feature "},
      {"certificate_request.tls_feature", "present must_staple features critical fault "}},
     {{"file", "\"-\""},
      {"kind", "\"certificate_request\""},
      {"certificate", "null"},
      {"chain", "null"},
      {"ca_features", "[]"},
      {"certificate_request.subject", "\"CN=\\u001B[2J\xef\xbf\xbd\""},
      {"certificate_request.key", "\"EC P-256\""},
      {"certificate_request.signature", "null"},
      {"certificate_request.signature_valid", "false"},
      {"certificate_request.dns_names", "[\"host.example\"]"},
      {"certificate_request.tls_feature.features", "[17]"},
      {"issuer_known", "null"},
      {"staple", "null"},
      {"singles", "[]"},
      {"verdict", "null"},
      {"reasons", "[\"feature_no_status_request\"]"},
      {"warnings", "[\"feature_critical\"]"},
      {"clients", "null"},
      {"clients_with_good_staple", "null"}}},
    {"a response",
     make_response,
     false,
     false,
     {{"", TOP_KEYS}},
     {{"kind", "\"ocsp_response\""},
      {"good", "true"},
      {"certificate", "null"},
      {"chain", "null"},
      {"ca_features", "[]"},
      {"certificate_request", "null"},
      {"issuer_known", "false"},
      {"staple.state", "\"good\""},
      {"staple.remaining_s", "518400"},
      {"singles.1.serial", "\"0a1b\""},
      {"verdict", "null"},
      {"reasons", "[\"issuer_unknown\"]"},
      {"warnings", "[\"staple_sha1_signature\"]"},
      {"clients", "null"},
      {"clients_with_good_staple", "null"}}},
};

static void test_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(record_rows); i++) {
        const struct record_row *row = &record_rows[i];
        struct sample sample = {.finding.connection_count = 0};
        struct mst_inspection inspection;
        row->make(&sample, &inspection);
        if (row->without_staple) {
            inspection.staple_given = false;
            mst_single_list_release(&inspection.singles);
        }
        if (row->unasked) {
            inspection.trust_asked = inspection.host_asked = false;
            inspection.certificate.chain.error[0] = 'x';
        }
        json_t *record = record_of(&inspection);
        print_message("%s\n", row->name);
        for (size_t j = 0; j < MST_COUNT_OF(row->keys) && row->keys[j].path; j++)
            json_path_expect_keys(record, row->keys[j].path, row->keys[j].value);
        size_t fields = 0;
        while (fields < MST_COUNT_OF(row->fields) && row->fields[fields].path)
            fields++;
        json_path_expect(record, row->fields, fields);
        json_decref(record);
        release(&sample, &inspection);
    }
}

static void test_untrusted(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"chain.trusted", "false"},
        {"chain.error", "\"unable to get local issuer certificate\""},
        {"chain.host_matches", "null"},
    };
    struct sample sample;
    struct mst_inspection inspection;
    make_certificate(&sample, &inspection);
    inspection.host_asked = false;
    inspection.certificate.chain.trusted = false;
    (void)snprintf(inspection.certificate.chain.error, sizeof inspection.certificate.chain.error,
                   "unable to get local issuer certificate");
    json_t *record = record_of(&inspection);
    json_path_expect(record, fields, MST_COUNT_OF(fields));
    json_decref(record);
    release(&sample, &inspection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_untrusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
