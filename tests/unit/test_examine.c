#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "examine.h"
#include "pki/certificate_x509.h"
#include "unit/pki_maker.h"

enum who { NOBODY, ROOT, CA, FEATURE_CA, MUST, PLAIN, HEIR, PEOPLE };

static struct pki_identity people[PEOPLE];
static char *root_file;

static const uint8_t must_staple_value[] = {0x30, 0x03, 0x02, 0x01, 0x05};

#define MUST_STAPLE                                                                                \
    {                                                                                              \
        {                                                                                          \
            must_staple_value, sizeof must_staple_value, false                                     \
        }                                                                                          \
    }
#define SERVER                                                                                     \
    "subjectAltName=DNS:host.test,IP:192.0.2.7,IP:2001:db8::7",                                    \
        "authorityInfoAccess=OCSP;URI:http://ocsp.test/"

static int make_people(void **state)
{
    (void)state;
    people[ROOT] = pki_issue_ca("Test Root", NULL);
    people[CA] = pki_issue_ca("Test CA", &people[ROOT]);
    people[FEATURE_CA] = pki_issue(&(struct pki_certificate){
        .name = "Feature CA",
        .issuer = &people[ROOT],
        .serial = 77,
        .extensions = {"basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"},
        .features = MUST_STAPLE});
    people[MUST] = pki_issue(&(struct pki_certificate){.name = "must",
                                                       .issuer = &people[CA],
                                                       .serial = 101,
                                                       .extensions = {SERVER},
                                                       .features = MUST_STAPLE});
    people[PLAIN] = pki_issue(&(struct pki_certificate){
        .name = "plain", .issuer = &people[CA], .serial = 102, .extensions = {SERVER}});
    people[HEIR] = pki_issue(&(struct pki_certificate){.name = "heir",
                                                       .issuer = &people[FEATURE_CA],
                                                       .serial = 103,
                                                       .extensions = {SERVER},
                                                       .features = MUST_STAPLE});
    const X509 *roots[] = {people[ROOT].x509, NULL};
    root_file = pki_pem_file(roots);
    return root_file ? 0 : -1;
}

static int free_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEOPLE; i++)
        pki_identity_release(&people[i]);
    (void)unlink(root_file);
    free(root_file);
    return 0;
}

static enum who issuer_of(enum who who)
{
    static const enum who issuers[PEOPLE] = {
        [CA] = ROOT, [FEATURE_CA] = ROOT, [MUST] = CA, [PLAIN] = CA, [HEIR] = FEATURE_CA};
    return issuers[who];
}

enum staple_kind { UNTOLD, ABSENT, PROMISED, EMPTY, GOOD, EXPIRED, REVOKED };

static struct mst_staple make_staple(enum who subject, enum staple_kind kind)
{
    static const enum mst_delivery deliveries[] = {
        [UNTOLD] = MST_DELIVERY_NONE,
        [ABSENT] = MST_DELIVERY_NOT_ACKNOWLEDGED,
        [PROMISED] = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT,
        [EMPTY] = MST_DELIVERY_EMPTY,
        [GOOD] = MST_DELIVERY_SENT,
        [EXPIRED] = MST_DELIVERY_SENT,
        [REVOKED] = MST_DELIVERY_SENT,
    };
    const struct pki_identity *issuer = &people[issuer_of(subject)];
    struct mst_staple staple = {.delivery = deliveries[kind]};
    const struct pki_response response = {
        .signer = issuer,
        .single_count = 1,
        .singles = {{.subject = people[subject].x509,
                     .issuer = issuer->x509,
                     .status = kind == REVOKED ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD,
                     .next_update_s = kind == EXPIRED ? PKI_NOW_S - 60 : 0}}};
    if (staple.delivery == MST_DELIVERY_SENT)
        staple.data = pki_response_make(&response, &staple.size);
    return staple;
}

/* One connection as a row tells it. */
struct seen {
    enum who leaf; /* NOBODY: no certificate came */
    enum staple_kind staple;
    bool without_ca;
    enum staple_kind ca_staple;
    enum mst_stage stage;
    enum mst_failure_code code;
};

static void make_connection(const struct seen *seen, struct mst_connection *connection)
{
    struct mst_handshake *handshake = &connection->handshake;
    connection->failure = (struct mst_failure){.stage = seen->stage, .code = seen->code};
    if (seen->leaf == NOBODY)
        return;
    const enum who ca = issuer_of(seen->leaf);
    handshake->chain[handshake->chain_length++] = mst_certificate_wrap(people[seen->leaf].x509);
    if (!seen->without_ca)
        handshake->chain[handshake->chain_length++] = mst_certificate_wrap(people[ca].x509);
    handshake->chain_sent = handshake->chain_length;
    handshake->staple = make_staple(seen->leaf, seen->staple);
    if (seen->ca_staple == UNTOLD)
        return;
    handshake->intermediate_staples = mst_alloc(1, sizeof *handshake->intermediate_staples);
    handshake->intermediate_staples[0] = make_staple(ca, seen->ca_staple);
}

enum { SEEN_MAX = 3 };

static void make_evidence(const struct seen *seen, const char *sni, const char *host,
                          struct mst_evidence *evidence)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->input = mst_strdup(host);
    (void)snprintf(target->host, sizeof target->host, "%s", host);
    (void)snprintf(target->sni, sizeof target->sni, "%s", sni);
    (void)mst_address_parse(host, &target->address);
    *evidence = (struct mst_evidence){
        .target = target, .started_ms = (int64_t)PKI_NOW_S * 1000 - 5, .elapsed_ms = 10};
    for (size_t i = 0; i < SEEN_MAX; i++)
        if (seen[i].leaf != NOBODY || seen[i].stage != MST_STAGE_NONE)
            make_connection(&seen[i], &evidence->connections[evidence->connection_count++]);
}

static struct mst_examiner *make_examiner(int64_t at_s)
{
    const struct mst_policy policy = {.at_s = at_s,
                                      .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                      .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
    struct mst_examiner *examiner = NULL;
    struct mst_error error;
    assert_int_equal(mst_examiner_new(root_file, &policy, &examiner, &error), MST_OK);
    return examiner;
}

#define FAILED(stage_, code_) .stage = MST_STAGE_##stage_, .code = MST_FAILURE_CODE_##code_
#define HANDSHAKE_TIMEOUT                                                                          \
    {                                                                                              \
        FAILED(HANDSHAKE, TIMEOUT)                                                                 \
    }
#define REFUSED_CONNECT                                                                            \
    {                                                                                              \
        FAILED(CONNECT, REFUSED)                                                                   \
    }

/* Connections, or what ended it beside them; and what becomes of the target. */
static const struct outcome_row {
    const char *name;
    struct seen seen[SEEN_MAX];
    struct seen ended, invalid; /* only stage and code */
    enum mst_outcome outcome;
    enum mst_stage stage;
    enum mst_failure_code code;
    enum mst_verdict verdict; /* only when examined, with the connection that speaks */
    size_t speaks;
} outcome_rows[] = {
    {.name = "invalid line",
     .invalid = {FAILED(INPUT, BAD_PORT)},
     .outcome = MST_OUTCOME_INVALID,
     FAILED(INPUT, BAD_PORT)},
    {.name = "unresolved",
     .ended = {FAILED(DNS, NXDOMAIN)},
     .outcome = MST_OUTCOME_UNRESOLVED,
     FAILED(DNS, NXDOMAIN)},
    {.name = "excluded name",
     .ended = {FAILED(CONNECT, EXCLUDED)},
     .outcome = MST_OUTCOME_EXCLUDED,
     FAILED(CONNECT, EXCLUDED)},
    {.name = "private address",
     .ended = {FAILED(CONNECT, PRIVATE_ADDRESS)},
     .outcome = MST_OUTCOME_EXCLUDED,
     FAILED(CONNECT, PRIVATE_ADDRESS)},
    {.name = "unreachable",
     .seen = {REFUSED_CONNECT},
     .outcome = MST_OUTCOME_UNREACHABLE,
     FAILED(CONNECT, REFUSED)},
    {.name = "the last of equals",
     .seen = {REFUSED_CONNECT, {FAILED(CONNECT, TIMEOUT)}},
     .outcome = MST_OUTCOME_UNREACHABLE,
     FAILED(CONNECT, TIMEOUT)},
    {.name = "starttls",
     .seen = {{FAILED(STARTTLS, NOT_OFFERED)}},
     .outcome = MST_OUTCOME_NO_TLS,
     FAILED(STARTTLS, NOT_OFFERED)},
    {.name = "no TLS",
     .seen = {HANDSHAKE_TIMEOUT},
     .outcome = MST_OUTCOME_NO_TLS,
     FAILED(HANDSHAKE, TIMEOUT)},
    {.name = "reached once",
     .seen = {HANDSHAKE_TIMEOUT, REFUSED_CONNECT},
     .outcome = MST_OUTCOME_NO_TLS,
     FAILED(HANDSHAKE, TIMEOUT)},
    {.name = "interrupted",
     .ended = {FAILED(INTERNAL, INTERRUPTED)},
     .outcome = MST_OUTCOME_INTERRUPTED,
     FAILED(INTERNAL, INTERRUPTED)},
    {.name = "interrupted beside a connection",
     .seen = {REFUSED_CONNECT},
     .ended = {FAILED(INTERNAL, INTERRUPTED)},
     .outcome = MST_OUTCOME_INTERRUPTED,
     FAILED(INTERNAL, INTERRUPTED)},
    {.name = "out of resources",
     .seen = {{FAILED(INTERNAL, OUT_OF_RESOURCES)}},
     .outcome = MST_OUTCOME_INTERRUPTED,
     FAILED(INTERNAL, OUT_OF_RESOURCES)},
    {.name = "nothing at all", .outcome = MST_OUTCOME_INTERRUPTED, FAILED(INTERNAL, INTERRUPTED)},
    {.name = "a chain without word of the staple",
     .seen = {{.leaf = MUST, .staple = UNTOLD, FAILED(HANDSHAKE, RESET)}},
     .outcome = MST_OUTCOME_NO_TLS,
     FAILED(HANDSHAKE, RESET)},
    {.name = "a chain without word of the staple, in peace",
     .seen = {{.leaf = MUST}},
     .outcome = MST_OUTCOME_NO_TLS,
     FAILED(HANDSHAKE, PROTOCOL_ERROR)},
    {.name = "good",
     .seen = {{.leaf = MUST, .staple = GOOD}},
     .verdict = MST_VERDICT_MUST_STAPLE_OK},
    {.name = "failed after the certificate",
     .seen = {{.leaf = MUST, .staple = GOOD, FAILED(HANDSHAKE, ALERT)}},
     FAILED(HANDSHAKE, ALERT),
     .verdict = MST_VERDICT_MUST_STAPLE_OK},
    {.name = "stopped after a connection was examined",
     .seen = {{.leaf = MUST, .staple = GOOD}},
     .ended = {FAILED(INTERNAL, INTERRUPTED)},
     .verdict = MST_VERDICT_MUST_STAPLE_OK},
    {.name = "empty",
     .seen = {{.leaf = MUST, .staple = EMPTY, FAILED(HANDSHAKE, STAPLE_REFUSED_BY_TLS)}},
     FAILED(HANDSHAKE, STAPLE_REFUSED_BY_TLS),
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN},
    {.name = "plain",
     .seen = {{.leaf = PLAIN, .staple = ABSENT}},
     .verdict = MST_VERDICT_NOT_STAPLED},
    {.name = "the worst speaks",
     .seen = {{.leaf = MUST, .staple = GOOD},
              {.leaf = MUST, .staple = REVOKED},
              {.leaf = MUST, .staple = EXPIRED}},
     .verdict = MST_VERDICT_MUST_STAPLE_REVOKED,
     .speaks = 1},
    {.name = "the first of equals",
     .seen = {{.leaf = MUST, .staple = ABSENT}, {.leaf = MUST, .staple = EXPIRED}},
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .speaks = 0},
    {.name = "a failure says nothing beside an examined one",
     .seen = {REFUSED_CONNECT, {.leaf = PLAIN, .staple = GOOD}, HANDSHAKE_TIMEOUT},
     .verdict = MST_VERDICT_STAPLED,
     .speaks = 1},
};

static void check_outcome(const struct outcome_row *row, struct mst_examiner *examiner)
{
    struct mst_evidence evidence;
    struct mst_finding finding;
    make_evidence(row->seen, "host.test", "host.test", &evidence);
    evidence.failure = (struct mst_failure){.stage = row->ended.stage, .code = row->ended.code};
    evidence.target->invalid.stage = row->invalid.stage;
    evidence.target->invalid.code = row->invalid.code;
    mst_examine(examiner, &evidence, &finding);
    if (finding.outcome != row->outcome || finding.failure.stage != row->stage ||
        finding.failure.code != row->code)
        fail_msg("%s: outcome %d stage %d code %d", row->name, (int)finding.outcome,
                 (int)finding.failure.stage, (int)finding.failure.code);
    assert_ptr_equal(finding.evidence, &evidence);
    assert_int_equal(finding.connection_count, evidence.connection_count);
    for (size_t i = 0; i < finding.connection_count; i++)
        assert_ptr_equal(finding.connections[i].seen, &evidence.connections[i]);
    if (row->outcome == MST_OUTCOME_EXAMINED) {
        assert_ptr_equal(finding.rolled_up, &finding.connections[row->speaks]);
        const struct mst_judgement *judgement = &finding.rolled_up->judgement;
        if (judgement->verdict != row->verdict)
            fail_msg("%s: %s", row->name, mst_verdict_word(judgement->verdict)->name);
        const bool warned = judgement->warnings & MST_WORD_BIT(MST_WARNING_HANDSHAKE_FAILED);
        assert_int_equal(warned, row->stage != MST_STAGE_NONE);
    } else {
        assert_null(finding.rolled_up);
    }
    mst_finding_release(&finding);
    mst_evidence_release(&evidence);
}

static void test_outcomes(void **context)
{
    (void)context;
    struct mst_examiner *examiner = make_examiner(MST_TIME_NONE);
    for (size_t i = 0; i < MST_COUNT_OF(outcome_rows); i++)
        check_outcome(&outcome_rows[i], examiner);
    mst_examiner_free(examiner);
}

#define REASON(id) MST_WORD_BIT(MST_REASON_##id)
#define WARNING(id) MST_WORD_BIT(MST_WARNING_##id)

/* What was seen of whom, by whatever name and time: every word that comes of it. */
static const struct word_row {
    const char *name;
    struct seen seen;
    const char *sni, *host;
    int64_t at_s;
    enum mst_verdict verdict;
    mst_word_set reasons, warnings;
} word_rows[] = {
    {"clean",
     {.leaf = MUST, .staple = GOOD},
     "host.test",
     "192.0.2.1",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_OK,
     0,
     0},
    {"by address",
     {.leaf = MUST, .staple = GOOD},
     "",
     "192.0.2.7",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_OK,
     0,
     0},
    {"by an address written otherwise",
     {.leaf = MUST, .staple = GOOD},
     "",
     "2001:DB8:0:0::7",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_OK,
     0,
     0},
    {"by another address",
     {.leaf = MUST, .staple = GOOD},
     "",
     "192.0.2.8",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_OK,
     REASON(NAME_MISMATCH),
     0},
    {"by another name",
     {.leaf = PLAIN, .staple = REVOKED},
     "other.test",
     "other.test",
     PKI_NOW_S,
     MST_VERDICT_STAPLED_REVOKED,
     REASON(NAME_MISMATCH) | REASON(STAPLE_REVOKED),
     0},
    {"promised",
     {.leaf = MUST, .staple = PROMISED},
     "host.test",
     "host.test",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_BROKEN,
     REASON(STAPLE_ACKNOWLEDGED_NOT_SENT),
     0},
    {"four days later",
     {.leaf = MUST, .staple = GOOD},
     "host.test",
     "host.test",
     PKI_NOW_S + 4 * PKI_DAY_S,
     MST_VERDICT_MUST_STAPLE_BROKEN,
     REASON(STAPLE_EXPIRED),
     WARNING(STAPLE_NOT_REFRESHED)},
    {"the day before",
     {.leaf = MUST, .staple = GOOD},
     "host.test",
     "host.test",
     PKI_NOW_S - PKI_DAY_S,
     MST_VERDICT_MUST_STAPLE_BROKEN,
     REASON(STAPLE_NOT_YET_VALID),
     WARNING(STAPLE_PRODUCED_AT_ODD)},
    {"the leaf's last second",
     {.leaf = PLAIN, .staple = ABSENT},
     "host.test",
     "host.test",
     PKI_NOW_S + 60 * PKI_DAY_S - 1,
     MST_VERDICT_NOT_STAPLED,
     REASON(STAPLE_NOT_ACKNOWLEDGED),
     0},
    {"after the leaf",
     {.leaf = PLAIN, .staple = ABSENT},
     "host.test",
     "host.test",
     PKI_NOW_S + 60 * PKI_DAY_S + 1,
     MST_VERDICT_NOT_STAPLED,
     REASON(STAPLE_NOT_ACKNOWLEDGED) | REASON(CERTIFICATE_EXPIRED),
     0},
    {"without the intermediate",
     {.leaf = MUST, .staple = GOOD, .without_ca = true},
     "host.test",
     "host.test",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_BROKEN,
     REASON(STAPLE_SIGNER_UNKNOWN) | REASON(ISSUER_UNKNOWN) | REASON(CHAIN_UNTRUSTED),
     0},
    {"of a CA with the extension",
     {.leaf = HEIR, .staple = GOOD},
     "host.test",
     "host.test",
     PKI_NOW_S,
     MST_VERDICT_MUST_STAPLE_OK,
     0,
     0},
};

static void test_words(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(word_rows); i++) {
        const struct word_row *row = &word_rows[i];
        const struct seen seen[SEEN_MAX] = {row->seen};
        struct mst_examiner *examiner = make_examiner(row->at_s);
        struct mst_evidence evidence;
        struct mst_finding finding;
        make_evidence(seen, row->sni, row->host, &evidence);
        mst_examine(examiner, &evidence, &finding);
        assert_int_equal(finding.connections[0].now_s, row->at_s);
        const struct mst_judgement *judgement = &finding.connections[0].judgement;
        if (judgement->verdict != row->verdict || judgement->reasons != row->reasons ||
            judgement->warnings != row->warnings)
            fail_msg("%s: %s, reasons %llx, warnings %llx", row->name,
                     mst_verdict_word(judgement->verdict)->name,
                     (unsigned long long)judgement->reasons,
                     (unsigned long long)judgement->warnings);
        mst_finding_release(&finding);
        mst_evidence_release(&evidence);
        mst_examiner_free(examiner);
    }
}

#define NO_STATE MST_STAPLE_STATE_NONE

/* The intermediate's own staple, and what GnuTLS makes of it. */
static const struct intermediate_row {
    const char *name;
    struct seen seen;
    enum mst_staple_state state; /* NONE: none is on record */
    const char *gnutls;
} intermediate_rows[] = {
    {"none", {.leaf = MUST, .staple = GOOD}, NO_STATE, NULL},
    {"absent", {.leaf = MUST, .staple = GOOD, .ca_staple = ABSENT}, NO_STATE, NULL},
    {"empty", {.leaf = MUST, .staple = GOOD, .ca_staple = EMPTY}, NO_STATE, NULL},
    {"good", {.leaf = MUST, .staple = GOOD, .ca_staple = GOOD}, MST_STAPLE_STATE_GOOD, NULL},
    {"expired",
     {.leaf = MUST, .staple = GOOD, .ca_staple = EXPIRED},
     MST_STAPLE_STATE_EXPIRED,
     "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"},
    {"revoked",
     {.leaf = PLAIN, .staple = GOOD, .ca_staple = REVOKED},
     MST_STAPLE_STATE_REVOKED,
     "GNUTLS_CERT_REVOKED"},
    {"demanded, none", {.leaf = HEIR, .staple = GOOD}, NO_STATE, "GNUTLS_CERT_MISSING_OCSP_STATUS"},
    {"demanded, good",
     {.leaf = HEIR, .staple = GOOD, .ca_staple = GOOD},
     MST_STAPLE_STATE_GOOD,
     NULL},
};

static void test_intermediates(void **context)
{
    (void)context;
    struct mst_examiner *examiner = make_examiner(MST_TIME_NONE);
    for (size_t i = 0; i < MST_COUNT_OF(intermediate_rows); i++) {
        const struct intermediate_row *row = &intermediate_rows[i];
        const struct seen seen[SEEN_MAX] = {row->seen};
        struct mst_evidence evidence;
        struct mst_finding finding;
        make_evidence(seen, "host.test", "host.test", &evidence);
        mst_examine(examiner, &evidence, &finding);
        const struct mst_connection_finding *connection = &finding.connections[0];
        assert_int_equal(connection->intermediate_staple_count, row->state == NO_STATE ? 0 : 1);
        if (row->state != NO_STATE) {
            assert_int_equal(connection->intermediate_staples[0].position, 1);
            assert_int_equal(connection->intermediate_staples[0].judgement.state, row->state);
        }
        const char *error = connection->judgement.clients.gnutls.error;
        if (strcmp(error ? error : "", row->gnutls ? row->gnutls : "") != 0)
            fail_msg("%s: %s", row->name, error ? error : "accepted");
        assert_true(connection->judgement.clients.firefox.accepts);
        mst_finding_release(&finding);
        mst_evidence_release(&evidence);
    }
    mst_examiner_free(examiner);
}

static void test_bad_roots(void **context)
{
    (void)context;
    const struct mst_policy policy = {.at_s = MST_TIME_NONE};
    struct mst_examiner *examiner = NULL;
    struct mst_error error = {0};
    assert_int_not_equal(mst_examiner_new("/nonexistent/roots.pem", &policy, &examiner, &error),
                         MST_OK);
    assert_null(examiner);
    assert_true(error.text[0] != '\0');
    mst_examiner_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_intermediates),
        cmocka_unit_test(test_bad_roots),
    };
    return cmocka_run_group_tests(tests, make_people, free_people);
}
