#include "output/record.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/certificate.h"
#include "unit/json_path.h"
#include "unit/sample_finding.h"

/* The record as parsed JSON, after the checks that hold for every record. */
static json_t *record_of(const struct sample *sample, bool raw)
{
    size_t length = 0;
    MST_AUTO_FREE char *line = mst_record_line(&sample->finding, raw, &length);
    return json_path_line(line, length);
}

#define EXPECT_FIELDS(record, fields) json_path_expect(record, fields, MST_COUNT_OF(fields))

static void test_keys_and_their_order(void **state)
{
    (void)state;
    static const struct json_field keys[] = {
        {"", "v type line input rank host port sni started elapsed_ms outcome failure verdict "
             "reasons warnings must_staple staple staple_remaining_s certificate_remaining_s "
             "clients dns connections "},
        {"clients", "rfc firefox gnutls "},
        {"clients.rfc", "accepts depends_on_fetch error "},
        {"dns", "elapsed_ms a aaaa "},
        {"dns.a", "status addresses "},
        {"connections.0", "address family attempt connect_ms handshake_ms bytes_in tls chain "
                          "certificate ca_features staple intermediate_staples verdict failure "},
        {"connections.0.tls", "version cipher group "},
        {"connections.0.chain", "length trusted error host_matches sha256 "},
        {"connections.0.certificate",
         "subject issuer serial sha256 not_before not_after remaining_s lifetime_s key signature "
         "ocsp_urls crl_urls short_lived tls_feature "},
        {"connections.0.certificate.tls_feature", "present must_staple features critical fault "},
        {"connections.0.ca_features.0", "subject sha256 features must_staple critical fault "
                                        "child_has_all child_identical "},
        {"connections.0.staple",
         "delivery state responder_status certificate_status revoked_at revocation_reason "
         "produced_at this_update next_update remaining_s effective_remaining_s lifetime_s age_s "
         "signer signature certid_hash mismatch singles certificates size sha256 "},
        {"connections.0.staple.signer", "kind subject not_after nocheck "},
        {"connections.0.intermediate_staples.0",
         "position delivery state responder_status certificate_status revoked_at "
         "revocation_reason produced_at this_update next_update remaining_s "
         "effective_remaining_s lifetime_s age_s signer signature certid_hash mismatch singles "
         "certificates size sha256 "},
    };
    struct sample sample;
    sample_examined(&sample);
    json_t *record = record_of(&sample, false);
    for (size_t i = 0; i < MST_COUNT_OF(keys); i++)
        json_path_expect_keys(record, keys[i].path, keys[i].value);
    json_decref(record);
    sample_release(&sample);
}

static const struct json_field examined[] = {
    {"v", "1"},
    {"type", "\"target\""},
    {"line", "7"},
    {"input", "\"3,Example.com\""},
    {"rank", "3"},
    {"host", "\"example.com\""},
    {"port", "443"},
    {"sni", "\"example.com\""},
    {"started", "\"2023-11-14T22:13:19.123Z\""},
    {"elapsed_ms", "60"},
    {"outcome", "\"examined\""},
    {"failure", "null"},
    {"verdict", "\"must_staple_ok\""},
    {"reasons", "[]"},
    {"warnings", "[\"staple_sha1_signature\",\"feature_not_inherited\"]"},
    {"must_staple", "true"},
    {"staple", "\"good\""},
    {"staple_remaining_s", "518400"},
    {"certificate_remaining_s", "6912000"},
    {"clients.rfc", "{\"accepts\":true,\"depends_on_fetch\":false,\"error\":null}"},
    {"clients.firefox", "{\"accepts\":false,\"depends_on_fetch\":true,\"error\":\"SEC_ERROR_X\"}"},
    {"dns.elapsed_ms", "9"},
    {"dns.a", "{\"status\":\"ok\",\"addresses\":[\"192.0.2.1\"]}"},
    {"dns.aaaa", "{\"status\":\"nodata\",\"addresses\":[]}"},
    {"connections.1", "(none)"},
    {"connections.0.address", "\"192.0.2.1\""},
    {"connections.0.family", "\"ipv4\""},
    {"connections.0.attempt", "1"},
    {"connections.0.connect_ms", "12"},
    {"connections.0.handshake_ms", "34"},
    {"connections.0.bytes_in", "4567"},
    {"connections.0.tls",
     "{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_128_GCM_SHA256\",\"group\":\"x25519\"}"},
    {"connections.0.chain", "{\"length\":2,\"trusted\":true,\"error\":null,"
                            "\"host_matches\":true,\"sha256\":[\"aa\",\"bb\"]}"},
    {"connections.0.certificate.subject", "\"CN=example.com\""},
    {"connections.0.certificate.serial", "\"0a1b\""},
    {"connections.0.certificate.not_before", "\"2023-11-04T22:13:20Z\""},
    {"connections.0.certificate.not_after", "\"2024-02-02T22:13:20Z\""},
    {"connections.0.certificate.remaining_s", "6912000"},
    {"connections.0.certificate.lifetime_s", "7776000"},
    {"connections.0.certificate.key", "\"EC P-256\""},
    {"connections.0.certificate.ocsp_urls", "[\"http://ocsp.example/\"]"},
    {"connections.0.certificate.crl_urls",
     "[\"http://crl.example/1.crl\",\"http://crl.example/2.crl\"]"},
    {"connections.0.certificate.short_lived", "false"},
    {"connections.0.certificate.tls_feature",
     "{\"present\":true,\"must_staple\":true,\"features\":[5],\"critical\":false,"
     "\"fault\":null}"},
    {"connections.0.ca_features.0.features", "[5,17]"},
    {"connections.0.ca_features.0.child_has_all", "false"},
    {"connections.0.staple.delivery", "\"sent\""},
    {"connections.0.staple.state", "\"good\""},
    {"connections.0.staple.responder_status", "\"successful\""},
    {"connections.0.staple.certificate_status", "\"good\""},
    {"connections.0.staple.revoked_at", "null"},
    {"connections.0.staple.revocation_reason", "null"},
    {"connections.0.staple.next_update", "\"2023-11-20T22:13:20Z\""},
    {"connections.0.staple.remaining_s", "518400"},
    {"connections.0.staple.age_s", "86400"},
    {"connections.0.staple.signer", "{\"kind\":\"delegate\",\"subject\":\"CN=OCSP\","
                                    "\"not_after\":\"2023-12-14T22:13:20Z\",\"nocheck\":true}"},
    {"connections.0.staple.certid_hash", "\"sha1\""},
    {"connections.0.staple.mismatch", "null"},
    {"connections.0.staple.singles", "1"},
    {"connections.0.staple.size", "5"},
    {"connections.0.staple.sha256", "\"cc\""},
    {"connections.0.intermediate_staples.0.position", "1"},
    {"connections.0.intermediate_staples.0.state", "\"good\""},
    {"connections.0.verdict", "\"must_staple_ok\""},
    {"connections.0.failure", "null"},
    {"connections.0.raw", "(none)"},
};

static void test_examined(void **state)
{
    (void)state;
    struct sample sample;
    sample_examined(&sample);
    json_t *record = record_of(&sample, false);
    EXPECT_FIELDS(record, examined);
    json_decref(record);
    sample_release(&sample);
}

static const struct json_field not_examined[] = {
    {"rank", "null"},
    {"verdict", "null"},
    {"reasons", "[]"},
    {"warnings", "[]"},
    {"must_staple", "null"},
    {"staple", "null"},
    {"staple_remaining_s", "null"},
    {"certificate_remaining_s", "null"},
    {"clients", "null"},
};

static void test_unresolved(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"outcome", "\"unresolved\""},
        {"failure", "{\"stage\":\"dns\",\"code\":\"nxdomain\",\"alert\":null,"
                    "\"detail\":\"no such name\"}"},
        {"dns.a", "{\"status\":\"nxdomain\",\"addresses\":[]}"},
        {"connections", "[]"},
    };
    struct sample sample;
    sample_unresolved(&sample);
    json_t *record = record_of(&sample, true);
    EXPECT_FIELDS(record, not_examined);
    EXPECT_FIELDS(record, fields);
    json_decref(record);
    sample_release(&sample);
}

static void test_invalid_line(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"input", "\"\\u0001\xef\xbf\xbd\""},
        {"host", "null"},
        {"port", "null"},
        {"sni", "null"},
        {"outcome", "\"invalid\""},
        {"failure.stage", "\"input\""},
        {"failure.code", "\"not_text\""},
        {"failure.detail", "null"},
        {"dns", "null"},
    };
    struct sample sample;
    sample_unresolved(&sample);
    struct mst_target *target = sample.evidence.target;
    free(target->input);
    target->input = mst_strdup("\x01\xff");
    target->host[0] = target->sni[0] = '\0';
    target->port = 0;
    sample.evidence.dns = (struct mst_dns_result){0};
    sample.finding.outcome = MST_OUTCOME_INVALID;
    sample.finding.failure =
        (struct mst_failure){.stage = MST_STAGE_INPUT, .code = MST_FAILURE_CODE_NOT_TEXT};
    json_t *record = record_of(&sample, false);
    EXPECT_FIELDS(record, not_examined);
    EXPECT_FIELDS(record, fields);
    json_decref(record);
    sample_release(&sample);
}

/* Connected, and TLS ended before anything was seen. */
static void test_connection_without_certificate(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"connections.0.address", "\"2001:db8::1\""},
        {"connections.0.family", "\"ipv6\""},
        {"connections.0.handshake_ms", "null"},
        {"connections.0.tls", "null"},
        {"connections.0.chain", "null"},
        {"connections.0.certificate", "null"},
        {"connections.0.ca_features", "[]"},
        {"connections.0.staple", "null"},
        {"connections.0.intermediate_staples", "[]"},
        {"connections.0.verdict", "null"},
        {"connections.0.failure", "{\"stage\":\"handshake\",\"code\":\"alert\","
                                  "\"alert\":\"handshake_failure\",\"detail\":null}"},
        {"connections.0.raw", "{\"length\":0,\"chain\":[],\"delivery\":null,\"size\":null,"
                              "\"staple\":null,\"intermediate_staples\":[]}"},
        {"connections.1.connect_ms", "null"},
    };
    struct sample sample;
    sample_unresolved(&sample);
    sample.evidence.connection_count = sample.finding.connection_count = 2;
    sample.evidence.connections[0] = (struct mst_connection){
        .endpoint.address = {.family = MST_FAMILY_IPV6, .bytes = {0x20, 1, 0xd, 0xb8, [15] = 1}},
        .attempt = 1,
        .connect_ms = 3,
        .handshake_ms = -1,
        .failure = {.stage = MST_STAGE_HANDSHAKE,
                    .code = MST_FAILURE_CODE_ALERT,
                    .alert = "handshake_failure"},
    };
    sample.evidence.connections[1] = sample.evidence.connections[0];
    sample.evidence.connections[1].connect_ms = -1;
    for (size_t i = 0; i < 2; i++)
        sample.finding.connections[i].seen = &sample.evidence.connections[i];
    json_t *record = record_of(&sample, true);
    EXPECT_FIELDS(record, not_examined);
    EXPECT_FIELDS(record, fields);
    json_decref(record);
    sample_release(&sample);
}

/* Of a staple that is no answer, no time and no count is shown, whatever is in the struct. */
struct unreadable {
    enum mst_delivery delivery;
    bool oversize, malformed;
    enum mst_responder_status responder_status;
    enum mst_staple_state state;
    const char *size, *status;
};

static const struct unreadable unreadable[] = {
    {MST_DELIVERY_NOT_ACKNOWLEDGED, false, false, 0, MST_STAPLE_STATE_ABSENT, "null", "null"},
    {MST_DELIVERY_EMPTY, false, false, 0, MST_STAPLE_STATE_EMPTY, "5", "null"},
    {MST_DELIVERY_SENT, true, false, 0, MST_STAPLE_STATE_OVERSIZE, "5", "null"},
    {MST_DELIVERY_SENT, false, true, 0, MST_STAPLE_STATE_MALFORMED, "5", "null"},
    {MST_DELIVERY_SENT, false, true, MST_RESPONDER_STATUS_SUCCESSFUL, MST_STAPLE_STATE_MALFORMED,
     "5", "\"successful\""},
    {MST_DELIVERY_SENT, false, false, MST_RESPONDER_STATUS_TRY_LATER,
     MST_STAPLE_STATE_RESPONDER_ERROR, "5", "\"try_later\""},
};

static void test_unreadable_staples(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(unreadable); i++) {
        const struct unreadable *row = &unreadable[i];
        struct sample sample;
        sample_examined(&sample);
        struct mst_staple_facts *facts = &sample.finding.connections[0].staple;
        facts->delivery = row->delivery;
        facts->oversize = row->oversize;
        facts->malformed = row->malformed;
        facts->responder_status = row->responder_status;
        sample.finding.connections[0].staple_judgement.state = row->state;
        json_t *record = record_of(&sample, false);
        const struct json_field fields[] = {
            {"connections.0.staple.responder_status", row->status},
            {"connections.0.staple.size", row->size},
            {"connections.0.staple.certificate_status", "null"},
            {"connections.0.staple.produced_at", "null"},
            {"connections.0.staple.this_update", "null"},
            {"connections.0.staple.next_update", "null"},
            {"connections.0.staple.remaining_s", "null"},
            {"connections.0.staple.effective_remaining_s", "null"},
            {"connections.0.staple.lifetime_s", "null"},
            {"connections.0.staple.age_s", "null"},
            {"connections.0.staple.signer", "null"},
            {"connections.0.staple.signature", "null"},
            {"connections.0.staple.certid_hash", "null"},
            {"connections.0.staple.singles", "null"},
            {"connections.0.staple.certificates", "null"},
            {"staple_remaining_s", "null"},
        };
        EXPECT_FIELDS(record, fields);
        json_decref(record);
        sample_release(&sample);
    }
}

static void test_revoked_staple(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"staple", "\"revoked\""},
        {"reasons", "[\"staple_revoked\",\"name_mismatch\"]"},
        {"connections.0.staple.revoked_at", "\"2023-11-14T22:13:20Z\""},
        {"connections.0.staple.revocation_reason", "\"key_compromise\""},
        {"connections.0.staple.next_update", "null"},
        {"connections.0.staple.remaining_s", "null"},
        {"connections.0.staple.signer.kind", "\"issuer\""},
        {"connections.0.staple.signer.nocheck", "null"},
        {"connections.0.staple.signer.not_after", "null"},
        {"connections.0.staple.mismatch", "\"wrong_serial\""},
        {"connections.0.chain.error", "\"certificate has expired\""},
    };
    struct sample sample;
    sample_examined(&sample);
    struct mst_connection_finding *connection = &sample.finding.connections[0];
    connection->staple.certificate_status = MST_CERTIFICATE_STATUS_REVOKED;
    connection->staple.revoked_at_s = SAMPLE_NOW_S;
    connection->staple.revocation_reason = MST_REVOCATION_REASON_KEY_COMPROMISE;
    connection->staple.next_update_s = MST_TIME_NONE;
    connection->staple.signer_kind = MST_SIGNER_KIND_ISSUER;
    connection->staple.signer_not_after_s = MST_TIME_NONE;
    connection->staple.mismatch = MST_MISMATCH_WRONG_SERIAL;
    connection->staple_judgement.state = MST_STAPLE_STATE_REVOKED;
    connection->staple_judgement.remaining_s = MST_TIME_NONE;
    connection->judgement.reasons =
        MST_WORD_BIT(MST_REASON_NAME_MISMATCH) | MST_WORD_BIT(MST_REASON_STAPLE_REVOKED);
    (void)snprintf(connection->chain.error, sizeof connection->chain.error,
                   "certificate has expired");
    json_t *record = record_of(&sample, false);
    EXPECT_FIELDS(record, fields);
    json_decref(record);
    sample_release(&sample);
}

/* What is not known, and what no calendar has, is null. */
static void test_times_that_are_none(void **state)
{
    (void)state;
    static const struct json_field fields[] = {
        {"connections.0.certificate.not_before", "null"},
        {"connections.0.certificate.not_after", "null"},
        {"connections.0.certificate.lifetime_s", "null"},
        {"connections.0.staple.this_update", "null"},
    };
    static const int64_t rows[][2] = {
        {MST_TIME_NONE, MST_TIME_NONE}, {MST_TIME_NONE, INT64_MAX}, {INT64_MAX, MST_TIME_NONE}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct sample sample;
        sample_examined(&sample);
        struct mst_connection_finding *connection = &sample.finding.connections[0];
        connection->certificate.not_after_s = rows[i][0];
        connection->certificate.not_before_s = rows[i][1];
        connection->staple.this_update_s = rows[i][0];
        json_t *record = record_of(&sample, false);
        EXPECT_FIELDS(record, fields);
        if (rows[i][0] == MST_TIME_NONE) {
            static const struct json_field remaining[] = {
                {"connections.0.certificate.remaining_s", "null"},
                {"certificate_remaining_s", "null"},
            };
            EXPECT_FIELDS(record, remaining);
        }
        json_decref(record);
        sample_release(&sample);
    }
}

static const char *const hostile[] = {
    "\xff\xfe",         "\xc0\xaf",  "a\nb\"c\\d", "\x1b[2J",     "\xed\xa0\x80",
    "\xf4\x90\x80\x80", "</script>", "\x7f",       "\xc2\x9b[2J", "\xc2\xa9",
};

/* Nothing a peer can say breaks the line. */
static void test_hostile_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(hostile); i++) {
        struct sample sample;
        sample_examined(&sample);
        struct mst_connection_finding *connection = &sample.finding.connections[0];
        char **const texts[] = {&connection->certificate.subject,
                                &connection->certificate.issuer,
                                &connection->certificate.serial,
                                &connection->staple.signer_subject,
                                &connection->certificate.ocsp_urls.items[0],
                                &connection->chain.ca_features[0].subject,
                                &sample.evidence.target->input};
        for (size_t j = 0; j < MST_COUNT_OF(texts); j++) {
            free(*texts[j]);
            *texts[j] = mst_strdup(hostile[i]);
        }
        sample.finding.failure =
            (struct mst_failure){.stage = MST_STAGE_HANDSHAKE, .code = MST_FAILURE_CODE_ALERT};
        (void)snprintf(sample.finding.failure.detail, sizeof sample.finding.failure.detail, "%s",
                       hostile[i]);
        MST_AUTO_FREE char *sane = mst_text_sanitize(hostile[i], strlen(hostile[i]), 100);
        json_t *record = record_of(&sample, false);
        assert_string_equal(json_string_value(json_object_get(record, "input")), sane);
        json_decref(record);
        sample_release(&sample);
    }
}

/* A self-signed certificate, good enough to have DER. */
static struct mst_certificate *new_certificate(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    (void)X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    (void)X509_set_pubkey(x509, key);
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
    unsigned char *der = NULL;
    const int length = i2d_X509(x509, &der);
    struct mst_certificate *certificate = mst_certificate_from_der(der, (size_t)length);
    assert_non_null(certificate);
    OPENSSL_free(der);
    X509_free(x509);
    EVP_PKEY_free(key);
    return certificate;
}

static void test_raw(void **state)
{
    (void)state;
    struct sample sample;
    sample_examined(&sample);
    struct mst_handshake *handshake = &sample.evidence.connections[0].handshake;
    handshake->chain[0] = new_certificate();
    handshake->chain[1] = new_certificate();
    handshake->chain_length = 2;
    handshake->chain_sent = 3;
    handshake->intermediate_staples = mst_alloc(1, sizeof *handshake->intermediate_staples);
    handshake->intermediate_staples[0] =
        (struct mst_staple){.delivery = MST_DELIVERY_SENT, .size = MST_STAPLE_SIZE_MAX + 1};
    json_t *record = record_of(&sample, true);
    static const struct json_field fields[] = {
        {"connections.0.raw.length", "3"},
        {"connections.0.raw.delivery", "\"sent\""},
        {"connections.0.raw.size", "5"},
        {"connections.0.raw.staple", "\"MAMKAQM=\""},
        {"connections.0.raw.intermediate_staples",
         "[{\"position\":1,\"delivery\":\"sent\",\"size\":65537,\"staple\":null}]"},
    };
    EXPECT_FIELDS(record, fields);
    json_path_expect_keys(record, "connections.0.raw",
                          "length chain delivery size staple intermediate_staples ");
    const json_t *connection = json_array_get(json_object_get(record, "connections"), 0);
    const json_t *chain = json_object_get(json_object_get(connection, "raw"), "chain");
    assert_int_equal(json_array_size(chain), 2);
    for (size_t i = 0; i < 2; i++) {
        const char *text = json_string_value(json_array_get(chain, i));
        uint8_t bytes[2048];
        assert_true(strlen(text) < sizeof bytes);
        const int length = EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)strlen(text));
        size_t der_length = 0;
        MST_AUTO_FREE uint8_t *der = mst_certificate_to_der(handshake->chain[i], &der_length);
        assert_true(length >= (int)der_length);
        assert_memory_equal(bytes, der, der_length);
    }
    json_decref(record);
    sample_release(&sample);
}

/* Beyond the buffer that nearly all lines fit into. */
static void test_long_record(void **state)
{
    (void)state;
    struct sample sample;
    sample_examined(&sample);
    struct mst_texts *urls = &sample.finding.connections[0].certificate.crl_urls;
    char url[200];
    memset(url, 'u', sizeof url - 1);
    url[sizeof url - 1] = '\0';
    for (int i = 0; i < 500; i++)
        mst_texts_add(urls, url);
    json_t *record = record_of(&sample, false);
    static const struct json_field fields[] = {{"connections.0.crl_urls", "(none)"},
                                               {"connections.0.failure", "null"}};
    EXPECT_FIELDS(record, fields);
    json_decref(record);
    sample_release(&sample);
}

static void test_version(void **state)
{
    (void)state;
    assert_non_null(strchr(mst_record_library_version(), '.'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_their_order),
        cmocka_unit_test(test_examined),
        cmocka_unit_test(test_unresolved),
        cmocka_unit_test(test_invalid_line),
        cmocka_unit_test(test_connection_without_certificate),
        cmocka_unit_test(test_unreadable_staples),
        cmocka_unit_test(test_revoked_staple),
        cmocka_unit_test(test_times_that_are_none),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_long_record),
        cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
