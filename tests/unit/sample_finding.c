#include "unit/sample_finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { DAY_S = 86400 };

static struct mst_target *new_target(uint64_t line, const char *input, const char *host)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->line = line;
    target->input = mst_strdup(input);
    target->port = 443;
    (void)snprintf(target->host, sizeof target->host, "%s", host);
    (void)snprintf(target->sni, sizeof target->sni, "%s", host);
    return target;
}

static void fill_connection(struct mst_connection *connection)
{
    *connection = (struct mst_connection){
        .endpoint = {.address = {.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 1}}, .port = 443},
        .attempt = 1,
        .connect_ms = 12,
        .handshake_ms = 34,
        .bytes_in = 4567,
        .handshake = {.version = "TLSv1.3",
                      .cipher = "TLS_AES_128_GCM_SHA256",
                      .group = "x25519",
                      .staple = {.delivery = MST_DELIVERY_SENT, .size = 5}},
    };
    connection->handshake.staple.data = mst_alloc(5, 1);
    memcpy(connection->handshake.staple.data, "\x30\x03\x0a\x01\x03", 5);
}

static void fill_certificate(struct mst_certificate_facts *facts)
{
    *facts = (struct mst_certificate_facts){
        .subject = mst_strdup("CN=example.com"),
        .issuer = mst_strdup("CN=Test CA,O=Test"),
        .serial = mst_strdup("0a1b"),
        .sha256 = "aa",
        .not_before_s = SAMPLE_NOW_S - 10 * DAY_S,
        .not_after_s = SAMPLE_NOW_S + 80 * DAY_S,
        .key = "EC P-256",
        .signature = "ecdsa-with-SHA256",
        .has_http_ocsp_url = true,
        .tls_feature = {.present = true, .must_staple = true, .count = 1, .features = {5}},
    };
    mst_texts_add(&facts->ocsp_urls, "http://ocsp.example/");
    mst_texts_add(&facts->crl_urls, "http://crl.example/1.crl");
    mst_texts_add(&facts->crl_urls, "http://crl.example/2.crl");
}

static void fill_chain(struct mst_chain_facts *facts)
{
    *facts = (struct mst_chain_facts){.length = 2,
                                      .trusted = true,
                                      .host_matches = true,
                                      .issuer_known = true,
                                      .sha256_count = 2,
                                      .ca_feature_count = 1};
    facts->sha256 = mst_alloc(2, sizeof *facts->sha256);
    memcpy(facts->sha256[0], "aa", 3);
    memcpy(facts->sha256[1], "bb", 3);
    facts->ca_features = mst_alloc(1, sizeof *facts->ca_features);
    facts->ca_features[0] = (struct mst_ca_feature){
        .subject = mst_strdup("CN=Test CA,O=Test"),
        .sha256 = "bb",
        .tls_feature = {.present = true, .must_staple = true, .count = 2, .features = {5, 17}},
        .child_has_all = false,
    };
}

static struct mst_staple_facts good_staple(void)
{
    return (struct mst_staple_facts){
        .delivery = MST_DELIVERY_SENT,
        .size = 5,
        .sha256 = "cc",
        .responder_status = MST_RESPONDER_STATUS_SUCCESSFUL,
        .signer_kind = MST_SIGNER_KIND_DELEGATE,
        .signer_subject = mst_strdup("CN=OCSP"),
        .signer_not_after_s = SAMPLE_NOW_S + 30 * DAY_S,
        .signer_nocheck = true,
        .signature = "sha256WithRSAEncryption",
        .certificates = 1,
        .produced_at_s = SAMPLE_NOW_S - DAY_S,
        .singles = 1,
        .matching = 1,
        .certid_hash = "sha1",
        .certificate_status = MST_CERTIFICATE_STATUS_GOOD,
        .revoked_at_s = MST_TIME_NONE,
        .this_update_s = SAMPLE_NOW_S - DAY_S,
        .next_update_s = SAMPLE_NOW_S + 6 * DAY_S,
    };
}

static const struct mst_staple_judgement good_judgement = {
    .state = MST_STAPLE_STATE_GOOD,
    .remaining_s = 6 * DAY_S,
    .effective_remaining_s = 6 * DAY_S,
    .lifetime_s = 7 * DAY_S,
    .age_s = DAY_S,
};

static void fill_finding(struct mst_connection_finding *connection,
                         const struct mst_connection *seen)
{
    *connection = (struct mst_connection_finding){
        .seen = seen,
        .examined = true,
        .now_s = SAMPLE_NOW_S,
        .staple = good_staple(),
        .staple_judgement = good_judgement,
        .intermediate_staple_count = 1,
        .judgement = {.verdict = MST_VERDICT_MUST_STAPLE_OK,
                      .warnings = MST_WORD_BIT(MST_WARNING_FEATURE_NOT_INHERITED) |
                                  MST_WORD_BIT(MST_WARNING_STAPLE_SHA1_SIGNATURE),
                      .clients = {.rfc = {.accepts = true},
                                  .firefox = {.depends_on_fetch = true, .error = "SEC_ERROR_X"},
                                  .gnutls = {.accepts = true}}},
    };
    fill_certificate(&connection->certificate);
    fill_chain(&connection->chain);
    connection->intermediate_staples = mst_alloc(1, sizeof *connection->intermediate_staples);
    connection->intermediate_staples[0] = (struct mst_intermediate_staple){
        .position = 1, .facts = good_staple(), .judgement = good_judgement};
}

void sample_examined(struct sample *sample)
{
    *sample = (struct sample){0};
    struct mst_evidence *evidence = &sample->evidence;
    evidence->target = new_target(7, "3,Example.com", "example.com");
    evidence->target->rank = 3;
    evidence->started_ms = (int64_t)SAMPLE_NOW_S * 1000 - 877;
    evidence->elapsed_ms = 60;
    evidence->dns = (struct mst_dns_result){
        .elapsed_ms = 9,
        .a = {.status = MST_DNS_STATUS_OK,
              .count = 1,
              .addresses = {{.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 1}}}},
        .aaaa = {.status = MST_DNS_STATUS_NODATA},
    };
    evidence->connection_count = 1;
    fill_connection(&evidence->connections[0]);

    struct mst_finding *finding = &sample->finding;
    finding->evidence = evidence;
    finding->outcome = MST_OUTCOME_EXAMINED;
    finding->connection_count = 1;
    fill_finding(&finding->connections[0], &evidence->connections[0]);
    finding->rolled_up = &finding->connections[0];
}

void sample_unresolved(struct sample *sample)
{
    *sample = (struct sample){0};
    struct mst_evidence *evidence = &sample->evidence;
    evidence->target = new_target(8, "nowhere.example", "nowhere.example");
    evidence->started_ms = (int64_t)SAMPLE_NOW_S * 1000;
    evidence->elapsed_ms = 5;
    evidence->dns = (struct mst_dns_result){.elapsed_ms = 5,
                                            .a = {.status = MST_DNS_STATUS_NXDOMAIN},
                                            .aaaa = {.status = MST_DNS_STATUS_NXDOMAIN}};
    struct mst_finding *finding = &sample->finding;
    finding->evidence = evidence;
    finding->outcome = MST_OUTCOME_UNRESOLVED;
    finding->failure = (struct mst_failure){
        .stage = MST_STAGE_DNS, .code = MST_FAILURE_CODE_NXDOMAIN, .detail = "no such name"};
    evidence->failure = finding->failure;
}

void sample_release(struct sample *sample)
{
    mst_finding_release(&sample->finding);
    mst_evidence_release(&sample->evidence);
}
