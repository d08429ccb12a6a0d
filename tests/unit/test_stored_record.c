/* A record read back is the evidence that it was written from; whatever else a line holds is
 * refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "examine.h"
#include "output/record.h"
#include "output/stored_record.h"
#include "pki/certificate_x509.h"
#include "pki/encoding.h"
#include "unit/pki_maker.h"

static struct pki_identity root, ca, leaf;
static char *root_file;

static int make_people(void **state)
{
    (void)state;
    static const uint8_t must_staple[] = {0x30, 3, 2, 1, 5};
    root = pki_issue_ca("Test Root", NULL);
    ca = pki_issue_ca("Test CA", &root);
    leaf = pki_issue(
        &(struct pki_certificate){.name = "host",
                                  .issuer = &ca,
                                  .serial = 101,
                                  .extensions = {"subjectAltName=DNS:host.test,IP:192.0.2.7",
                                                 "authorityInfoAccess=OCSP;URI:http://ocsp.test/"},
                                  .features = {{must_staple, sizeof must_staple, false}}});
    const X509 *roots[] = {root.x509, NULL};
    root_file = pki_pem_file(roots);
    return root_file ? 0 : -1;
}

static int free_people(void **state)
{
    (void)state;
    pki_identity_release(&root);
    pki_identity_release(&ca);
    pki_identity_release(&leaf);
    (void)unlink(root_file);
    free(root_file);
    return 0;
}

/* ---- evidence of every kind ---- */

static struct mst_staple staple_of(const struct pki_identity *subject,
                                   const struct pki_identity *issuer)
{
    const struct pki_response response = {
        .signer = issuer,
        .single_count = 1,
        .singles = {{.subject = subject->x509, .issuer = issuer->x509}}};
    struct mst_staple staple = {.delivery = MST_DELIVERY_SENT};
    staple.data = pki_response_make(&response, &staple.size);
    return staple;
}

static void set_target(struct mst_evidence *evidence, const char *input, const char *host,
                       const char *sni)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->line = 17;
    target->input = mst_strdup(input);
    target->port = 8443;
    (void)snprintf(target->host, sizeof target->host, "%s", host);
    (void)snprintf(target->sni, sizeof target->sni, "%s", sni);
    if (sni[0] == '\0')
        assert_true(mst_address_parse(host, &target->address));
    evidence->target = target;
    evidence->started_ms = (int64_t)PKI_NOW_S * 1000 - 5;
    evidence->elapsed_ms = 1234;
}

static void set_dns(struct mst_evidence *evidence)
{
    evidence->dns = (struct mst_dns_result){
        .elapsed_ms = 7,
        .a = {.status = MST_DNS_STATUS_OK,
              .count = 2,
              .addresses = {{.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 1}},
                            {.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 7}}}},
        .aaaa = {.status = MST_DNS_STATUS_OK,
                 .count = 1,
                 .addresses = {{.family = MST_FAMILY_IPV6, .bytes = {0x20, 1, [15] = 9}}}},
    };
}

static struct mst_connection *add_connection(struct mst_evidence *evidence, enum mst_stage stage,
                                             enum mst_failure_code code)
{
    struct mst_connection *connection = &evidence->connections[evidence->connection_count++];
    *connection = (struct mst_connection){
        .endpoint = {.address = {.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 7}}, .port = 8443},
        .attempt = 1,
        .connect_ms = -1,
        .handshake_ms = -1,
        .failure = {.stage = stage, .code = code},
    };
    return connection;
}

static struct mst_connection *add_handshake(struct mst_evidence *evidence, enum mst_stage stage,
                                            enum mst_failure_code code)
{
    struct mst_connection *connection = add_connection(evidence, stage, code);
    connection->connect_ms = 0;
    connection->handshake_ms = 3;
    connection->bytes_in = 4711;
    struct mst_handshake *handshake = &connection->handshake;
    (void)snprintf(handshake->version, sizeof handshake->version, "TLSv1.3");
    (void)snprintf(handshake->cipher, sizeof handshake->cipher, "TLS_AES_128_GCM_SHA256");
    handshake->chain[0] = mst_certificate_wrap(leaf.x509);
    handshake->chain[1] = mst_certificate_wrap(ca.x509);
    handshake->chain[2] = mst_certificate_wrap(root.x509);
    handshake->chain_length = 3;
    handshake->chain_sent = 40;
    return connection;
}

static void fill_good(struct mst_evidence *evidence)
{
    set_target(evidence, "5,Host.test", "host.test", "host.test");
    evidence->target->rank = 5;
    set_dns(evidence);
    (void)add_connection(evidence, MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED);
    struct mst_handshake *handshake =
        &add_handshake(evidence, MST_STAGE_NONE, MST_FAILURE_CODE_NONE)->handshake;
    (void)snprintf(handshake->group, sizeof handshake->group, "x25519");
    handshake->staple = staple_of(&leaf, &ca);
    handshake->intermediate_staples = mst_alloc(2, sizeof *handshake->intermediate_staples);
    handshake->intermediate_staples[0].delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
    handshake->intermediate_staples[1] = staple_of(&root, &root);
}

static void fill_two_intermediates(struct mst_evidence *evidence)
{
    fill_good(evidence);
    struct mst_handshake *handshake = &evidence->connections[1].handshake;
    handshake->intermediate_staples[0] = (struct mst_staple){.delivery = MST_DELIVERY_EMPTY};
}

static void fill_address(struct mst_evidence *evidence)
{
    set_target(evidence, "192.0.2.7:8443", "192.0.2.7", "");
    add_handshake(evidence, MST_STAGE_NONE, MST_FAILURE_CODE_NONE)->handshake.staple =
        (struct mst_staple){.delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT};
}

static void fill_pair(struct mst_evidence *evidence)
{
    set_target(evidence, "192.0.2.7,host.test", "host.test", "host.test");
    evidence->target->address =
        (struct mst_address){.family = MST_FAMILY_IPV4, .bytes = {192, 0, 2, 7}};
    add_handshake(evidence, MST_STAGE_NONE, MST_FAILURE_CODE_NONE)->handshake.staple.delivery =
        MST_DELIVERY_NOT_ACKNOWLEDGED;
}

static void fill_empty_staple(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    struct mst_connection *connection =
        add_handshake(evidence, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_STAPLE_REFUSED_BY_TLS);
    connection->handshake.staple.delivery = MST_DELIVERY_EMPTY;
    (void)snprintf(connection->failure.detail, sizeof connection->failure.detail,
                   "staple of zero bytes \xc3\xa9\x01");
}

static void fill_oversize(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    add_handshake(evidence, MST_STAGE_NONE, MST_FAILURE_CODE_NONE)->handshake.staple =
        (struct mst_staple){.delivery = MST_DELIVERY_SENT, .size = 70000};
}

static void fill_untold(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    struct mst_failure *failure =
        &add_handshake(evidence, MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_ALERT)->failure;
    failure->alert = "handshake_failure";
}

static void fill_untold_in_peace(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    (void)add_handshake(evidence, MST_STAGE_NONE, MST_FAILURE_CODE_NONE);
}

static void fill_invalid(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test:x", "", "host.test");
    evidence->target->sni[0] = '\0';
    evidence->target->port = 0;
    evidence->target->invalid =
        (struct mst_failure){.stage = MST_STAGE_INPUT, .code = MST_FAILURE_CODE_BAD_PORT};
}

static void fill_unresolved(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    evidence->dns = (struct mst_dns_result){.elapsed_ms = 1,
                                            .a = {.status = MST_DNS_STATUS_NXDOMAIN},
                                            .aaaa = {.status = MST_DNS_STATUS_TIMEOUT}};
    evidence->failure =
        (struct mst_failure){.stage = MST_STAGE_DNS, .code = MST_FAILURE_CODE_NXDOMAIN};
}

static void fill_unreachable(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    (void)add_connection(evidence, MST_STAGE_CONNECT, MST_FAILURE_CODE_TIMEOUT);
    (void)add_connection(evidence, MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED);
}

static void fill_excluded(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    evidence->dns.aaaa = (struct mst_dns_answer){.status = MST_DNS_STATUS_NOT_ASKED};
    evidence->failure =
        (struct mst_failure){.stage = MST_STAGE_CONNECT, .code = MST_FAILURE_CODE_PRIVATE_ADDRESS};
}

static void fill_interrupted(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
    set_dns(evidence);
    (void)add_connection(evidence, MST_STAGE_CONNECT, MST_FAILURE_CODE_REFUSED);
    evidence->failure =
        (struct mst_failure){.stage = MST_STAGE_INTERNAL, .code = MST_FAILURE_CODE_INTERRUPTED};
}

static void fill_nothing(struct mst_evidence *evidence)
{
    set_target(evidence, "host.test", "host.test", "host.test");
}

static const struct {
    const char *name;
    void (*fill)(struct mst_evidence *evidence);
    enum mst_outcome outcome;
} kinds[] = {
    {"good", fill_good, MST_OUTCOME_EXAMINED},
    {"two intermediate staples", fill_two_intermediates, MST_OUTCOME_EXAMINED},
    {"address", fill_address, MST_OUTCOME_EXAMINED},
    {"address and name", fill_pair, MST_OUTCOME_EXAMINED},
    {"empty staple", fill_empty_staple, MST_OUTCOME_EXAMINED},
    {"oversize staple", fill_oversize, MST_OUTCOME_EXAMINED},
    {"chain without word of the staple", fill_untold, MST_OUTCOME_NO_TLS},
    {"the same in peace", fill_untold_in_peace, MST_OUTCOME_NO_TLS},
    {"invalid", fill_invalid, MST_OUTCOME_INVALID},
    {"unresolved", fill_unresolved, MST_OUTCOME_UNRESOLVED},
    {"unreachable", fill_unreachable, MST_OUTCOME_UNREACHABLE},
    {"excluded", fill_excluded, MST_OUTCOME_EXCLUDED},
    {"interrupted", fill_interrupted, MST_OUTCOME_INTERRUPTED},
    {"nothing seen", fill_nothing, MST_OUTCOME_INTERRUPTED},
};

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

/* The record of the evidence, without its newline; to be freed. */
static char *judged(const struct mst_evidence *evidence, bool raw, int64_t at_s,
                    enum mst_outcome *ret_outcome)
{
    struct mst_examiner *examiner = make_examiner(at_s);
    struct mst_finding finding;
    size_t length = 0;
    mst_examine(examiner, evidence, &finding);
    char *line = mst_record_line(&finding, raw, &length);
    assert_non_null(line);
    line[length - 1] = '\0';
    if (ret_outcome)
        *ret_outcome = finding.outcome;
    mst_finding_release(&finding);
    mst_examiner_free(examiner);
    return line;
}

static void read_back(const char *line, struct mst_stored_record *ret_record)
{
    char reason[MST_STORED_REASON_SIZE] = "";
    if (!mst_stored_record_read(line, strlen(line), ret_record, reason))
        fail_msg("%s: %s", reason, line);
}

static void test_same_record_again(void **state)
{
    (void)state;
    static const int64_t times[] = {MST_TIME_NONE, PKI_NOW_S + 5 * PKI_DAY_S};
    for (size_t i = 0; i < MST_COUNT_OF(kinds); i++) {
        struct mst_evidence evidence = {0};
        enum mst_outcome outcome = MST_OUTCOME_COUNT;
        print_message("%s\n", kinds[i].name);
        kinds[i].fill(&evidence);
        MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, &outcome);
        assert_int_equal(outcome, kinds[i].outcome);
        struct mst_stored_record record;
        read_back(line, &record);
        for (size_t j = 0; j < MST_COUNT_OF(times); j++) {
            MST_AUTO_FREE char *live = judged(&evidence, true, times[j], NULL);
            MST_AUTO_FREE char *stored = judged(&record.evidence, true, times[j], NULL);
            assert_string_equal(stored, live);
        }
        mst_stored_record_release(&record);
        mst_evidence_release(&evidence);
    }
}

static void expect_same_staple(const struct mst_staple *left, const struct mst_staple *right)
{
    assert_int_equal(left->delivery, right->delivery);
    assert_int_equal(left->size, right->size);
    assert_int_equal(left->data == NULL, right->data == NULL);
    if (left->data)
        assert_memory_equal(left->data, right->data, left->size);
}

static void expect_same_handshake(const struct mst_handshake *left,
                                  const struct mst_handshake *right)
{
    assert_string_equal(left->version, right->version);
    assert_string_equal(left->cipher, right->cipher);
    assert_string_equal(left->group, right->group);
    assert_int_equal(left->chain_length, right->chain_length);
    assert_int_equal(left->chain_sent, right->chain_sent);
    expect_same_staple(&left->staple, &right->staple);
    assert_int_equal(left->intermediate_staples == NULL, right->intermediate_staples == NULL);
    if (!left->intermediate_staples || !right->intermediate_staples)
        return;
    for (size_t i = 0; i + 1 < left->chain_length; i++)
        expect_same_staple(&left->intermediate_staples[i], &right->intermediate_staples[i]);
}

static void expect_same_connection(const struct mst_connection *left,
                                   const struct mst_connection *right)
{
    assert_memory_equal(&left->endpoint, &right->endpoint, sizeof left->endpoint);
    assert_int_equal(left->attempt, right->attempt);
    assert_int_equal(left->connect_ms, right->connect_ms);
    assert_int_equal(left->handshake_ms, right->handshake_ms);
    assert_int_equal(left->bytes_in, right->bytes_in);
    assert_int_equal(left->failure.stage, right->failure.stage);
    assert_int_equal(left->failure.code, right->failure.code);
    assert_string_equal(left->failure.detail, right->failure.detail);
    assert_string_equal(left->failure.alert ? left->failure.alert : "",
                        right->failure.alert ? right->failure.alert : "");
    expect_same_handshake(&left->handshake, &right->handshake);
}

static void expect_same_target(const struct mst_target *left, const struct mst_target *right)
{
    assert_int_equal(left->line, right->line);
    assert_string_equal(left->input, right->input);
    assert_int_equal(left->rank, right->rank);
    assert_string_equal(left->host, right->host);
    assert_string_equal(left->sni, right->sni);
    assert_int_equal(left->port, right->port);
    assert_memory_equal(&left->address, &right->address, sizeof left->address);
    assert_int_equal(left->invalid.stage, right->invalid.stage);
    assert_int_equal(left->invalid.code, right->invalid.code);
}

static void expect_same_answer(const struct mst_dns_answer *left,
                               const struct mst_dns_answer *right)
{
    assert_int_equal(left->status, right->status);
    assert_int_equal(left->count, right->count);
    assert_memory_equal(left->addresses, right->addresses, sizeof left->addresses);
}

static void test_same_evidence_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(kinds); i++) {
        struct mst_evidence evidence = {0};
        struct mst_stored_record record;
        print_message("%s\n", kinds[i].name);
        kinds[i].fill(&evidence);
        MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
        read_back(line, &record);
        const struct mst_evidence *again = &record.evidence;
        assert_int_equal(again->started_ms, evidence.started_ms);
        assert_int_equal(again->elapsed_ms, evidence.elapsed_ms);
        assert_int_equal(again->dns.elapsed_ms, evidence.dns.elapsed_ms);
        expect_same_answer(&again->dns.a, &evidence.dns.a);
        expect_same_answer(&again->dns.aaaa, &evidence.dns.aaaa);
        assert_int_equal(again->connection_count, evidence.connection_count);
        for (size_t j = 0; j < evidence.connection_count; j++)
            expect_same_connection(&again->connections[j], &evidence.connections[j]);
        if (kinds[i].fill != fill_untold_in_peace) /* no name resolved, and yet connected */
            expect_same_target(again->target, evidence.target);
        mst_stored_record_release(&record);
        mst_evidence_release(&evidence);
    }
}

/* What was not examined needs no raw bytes. */
static void test_without_raw(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(kinds); i++) {
        struct mst_evidence evidence = {0};
        struct mst_stored_record record;
        char reason[MST_STORED_REASON_SIZE] = "";
        kinds[i].fill(&evidence);
        MST_AUTO_FREE char *line = judged(&evidence, false, MST_TIME_NONE, NULL);
        const bool read = mst_stored_record_read(line, strlen(line), &record, reason);
        print_message("%s: %s\n", kinds[i].name, reason);
        assert_int_equal(read, kinds[i].outcome != MST_OUTCOME_EXAMINED);
        if (read) {
            MST_AUTO_FREE char *again = judged(&record.evidence, false, MST_TIME_NONE, NULL);
            assert_string_equal(again, line);
            mst_stored_record_release(&record);
        } else {
            assert_non_null(strstr(reason, "scanned without --raw"));
        }
        mst_evidence_release(&evidence);
    }
}

/* ---- lines that are no record of ours ---- */

static const struct {
    const char *line, *reason;
} no_records[] = {
    {"null", "not JSON"},
    {"", "cut off"},
    {"garbage", "not JSON"},
    {"example.org", "not JSON"},
    {"[]", "no JSON object"},
    {"{}", "'type' is missing"},
    {"{\"type\":\"target\"}", "'v' is missing"},
    {"{\"type\":\"target\",\"v\":2}", "another version"},
    {"{\"type\":\"target\",\"v\":1e400}", "not JSON"},
    {"{\"type\":\"target\",\"v\":1.0}", "'v' is no whole number"},
    {"{\"type\":\"target\",\"v\":99999999999999999999}", "not JSON"},
    {"{\"type\":\"check\",\"v\":1}", "no record of a scan"},
    {"{\"type\":\"summary\",\"v\":1}", "no record of a scan"},
    {"{\"type\":null,\"v\":1}", "no record of a scan"},
    {"{\"type\":[],\"v\":1}", "'type' is no text"},
    {"{\"type\":\"target\",\"v\":1,\"v\":1}", "twice"},
    {"{\"type\":\"target\",\"v\":1,\"input\":\"\xff\"}", "not JSON"},
    {"{\"type\":\"target\\u0000\",\"v\":1}", "not JSON"},
    {"{\"type\":\"target\",\"v\":1} {}", "not JSON"},
    {"{\"type\":\"target\",\"v\":1,", "cut off"},
    {"{\"type\":\"targ", "cut off"},
};

static void expect_refused(const char *line, size_t length, const char *reason)
{
    struct mst_stored_record record;
    char told[MST_STORED_REASON_SIZE] = "";
    assert_false(mst_stored_record_read(line, length, &record, told));
    if (!strstr(told, reason))
        fail_msg("'%s' is not '%s' for %.200s", told, reason, line);
}

static void test_no_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(no_records); i++)
        expect_refused(no_records[i].line, strlen(no_records[i].line), no_records[i].reason);
    static const char with_nul[] = "{\"type\":\"target\"\0,\"v\":1}";
    expect_refused(with_nul, sizeof with_nul - 1, "NUL");
}

static void test_many_values(void **state)
{
    (void)state;
    enum { SIZE = 1024 * 1024 };
    char *line MST_AUTO_FREE = mst_alloc(SIZE, 1);
    memset(line, '[', SIZE);
    expect_refused(line, SIZE, "more than a record");
    memset(line, '[', SIZE / 8);
    expect_refused(line, SIZE / 8, "not JSON");
}

/* Cut anywhere, a record is none. */
static void test_torn(void **state)
{
    (void)state;
    struct mst_evidence evidence = {0};
    fill_good(&evidence);
    MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
    const size_t length = strlen(line);
    for (size_t left = 0; left < length; left += left < 1200 ? 1 : 97)
        expect_refused(line, left, "it is "); /* cut off, or in the middle of a word not JSON */
    mst_evidence_release(&evidence);
}

/* ---- single fields that are wrong ---- */

#define RAW "connections.1.raw."
#define LONG_40 "0123456789012345678901234567890123456789"
#define LONG_160 LONG_40 LONG_40 LONG_40 LONG_40

/* In the record of fill_good: the value (JSON; NULL: nothing) of a path, and the reason it is then
 * refused for; NULL: it is taken. */
static const struct change_row {
    const char *path, *value, *reason;
} changes[] = {
    {"more", "{\"a\":[1]}", NULL},
    {"verdict", "\"nonsense\"", NULL},
    {"rank", "null", NULL},
    {"connections.1.chain.length", "7", NULL},
    {"connections.1.tls", "null", NULL},
    {RAW "intermediate_staples", "[]", NULL},
    {"line", NULL, "'line' is missing"},
    {"line", "0", "'line' is a number out of range"},
    {"line", "-1", "out of range"},
    {"line", "9007199254740993", "out of range"},
    {"line", "\"17\"", "no whole number"},
    {"line", "1.5", "no whole number"},
    {"line", "null", "no whole number"},
    {"input", "7", "'input' is no text"},
    {"rank", "0", "'rank' is a number out of range"},
    {"rank", "true", "no whole number"},
    {"host", "null", "'host' does not fit the failure"},
    {"host", "\"" LONG_160 LONG_160 "\"", "'host' is longer"},
    {"host", "{}", "'host' is no text"},
    {"port", "null", "'host' does not fit the failure"},
    {"port", "65536", "'port' is a number out of range"},
    {"sni", "null", "'host' is no address"},
    {"sni", "\"" LONG_160 LONG_160 "\"", "'sni' is longer"},
    {"started", "null", "'started' is no time"},
    {"started", "1700000000", "'started' is no text"},
    {"started", "\"1700000000\"", "'started' is no time"},
    {"started", "\"2027-01-15T08:00:00Z\"", "'started' is no time"},
    {"started", "\"2027-01-15T08:00:00.1Z\"", "'started' is no time"},
    {"started", "\"2027-01-15T08:00:00.1234Z\"", "'started' is no time"},
    {"started", "\"2027-01-15T08:00:00.123+01:00\"", "'started' is no time"},
    {"started", "\"2027-02-30T08:00:00.123Z\"", "'started' is no time"},
    {"elapsed_ms", "-5", "'elapsed_ms' is a number out of range"},
    {"elapsed_ms", "9223372036854775807", "out of range"},
    {"outcome", "\"unresolved\"", "'outcome' does not fit"},
    {"outcome", "\"fine\"", "'outcome' is a word that is not known"},
    {"outcome", NULL, "'outcome' is missing"},
    {"failure", "7", "'failure' is no object"},
    {"failure", NULL, "'failure' is missing"},
    {"dns", "[]", "'dns' is no object"},
    {"dns.elapsed_ms", "null", "'dns.elapsed_ms' is no whole number"},
    {"dns.a", "null", "'dns.a' is null"},
    {"dns.a.status", "\"fine\"", "'dns.a.status' is a word"},
    {"dns.aaaa.addresses", "{}", "'dns.aaaa.addresses' is no list"},
    {"dns.a.addresses.0", "\"192.0.2.256\"", "'dns.a.addresses' holds"},
    {"dns.a.addresses.0", "\"2001:db8::1\"", "'dns.a.addresses' holds"},
    {"dns.a.addresses.1", "null", "'dns.a.addresses' holds"},
    {"dns.a.addresses", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", "longer"},
    {"connections", "null", "'connections' is no list"},
    {"connections", "[{},{},{},{},{}]", "'connections' is longer"},
    {"connections", "[]", "'outcome' does not fit"},
    {"connections.0", "17", "'connections' holds something that is no object"},
    {"connections.0.address", "null", "'connections.address' is no address"},
    {"connections.0.address", "\"localhost\"", "'connections.address' is no address"},
    {"connections.0.attempt", "-1", "'connections.attempt' is a number out of range"},
    {"connections.0.connect_ms", "-1", "'connections.connect_ms' is a number out of range"},
    {"connections.0.handshake_ms", "\"\"", "'connections.handshake_ms' is no whole number"},
    {"connections.0.bytes_in", "18446744073709551615", "not JSON"},
    {"connections.0.bytes_in", "null", "'connections.bytes_in' is no whole number"},
    {"connections.0.failure", "{}", "'failure.stage' is missing"},
    {"connections.0.failure.stage", "\"lunch\"", "'failure.stage' is a word"},
    {"connections.0.failure.stage", "null", "'connections.failure' has no stage"},
    {"connections.0.failure.code", "null", "'connections.failure' has no stage or no code"},
    {"connections.0.failure.detail", "\"" LONG_160 "\"", "'failure.detail' is longer"},
    {"connections.0.failure.alert", "\"" LONG_160 "\"", "'failure.alert' is longer"},
    {"connections.0.chain", "{}", "'connections.raw' does not fit the chain"},
    {"connections.0.raw", NULL, NULL},
    {"connections.1.tls.version", "\"TLSv1.3 and more\"", "'connections.tls.version' is longer"},
    {"connections.1.tls.version", "\"TLS\\u009b\"", "'connections.tls.version' holds a control"},
    {"connections.1.tls.group", "\"\\u007f\"", "'connections.tls.group' holds a control"},
    {"connections.1.tls.group", "\"\\u00a9\"", NULL},
    {"connections.1.tls.cipher", "[]", "'connections.tls.cipher' is no text"},
    {"connections.1.chain", "null", "'connections.raw' does not fit the chain"},
    {"connections.1.raw", NULL, "scanned without --raw"},
    {"connections.1.raw", "null", "'connections.raw' is null"},
    {"connections.1.raw", "\"\"", "'connections.raw' is no object"},
    {RAW "length", NULL, "'connections.raw.length' is missing"},
    {RAW "length", "2", "'connections.raw.length' is a number out of range"},
    {RAW "length", "99999999999", "out of range"},
    {RAW "chain", "[]", "'connections.raw.intermediate_staples' is longer"},
    {RAW "chain.0", "\"\"", "'connections.raw.chain' holds something that is no certificate"},
    {RAW "chain.0", "\"AAAA\"", "no certificate"},
    {RAW "chain.0", "\"*\"", "no certificate"},
    {RAW "chain.2", "{}", "no certificate"},
    {RAW "chain", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
     "'connections.raw.chain' is longer"},
    {RAW "delivery", "null", "'connections.raw.staple' does not fit"},
    {RAW "delivery", "\"empty\"", "'connections.raw.staple' does not fit"},
    {RAW "delivery", "\"post\"", "'connections.raw.delivery' is a word"},
    {RAW "size", "5", "'connections.raw.staple' does not fit"},
    {RAW "size", "-1", "'connections.raw.size' is a number out of range"},
    {RAW "size", "null", "'connections.raw.staple' does not fit"},
    {RAW "staple", "null", "'connections.raw.staple' does not fit"},
    {RAW "staple", "\"MAMKAQM\"", "'connections.raw.staple' is not base64"},
    {RAW "staple", "\"\"", "'connections.raw.staple' does not fit"},
    {RAW "staple", "7", "'connections.raw.staple' is no text"},
    {RAW "intermediate_staples", "[{},{},{}]", "'connections.raw.intermediate_staples' is longer"},
    {RAW "intermediate_staples.0", "[]", "holds something that is no object"},
    {RAW "intermediate_staples.0.position", "0", "'connections.raw.intermediate_staples.position'"},
    {RAW "intermediate_staples.0.position", "3", "out of range"},
    {RAW "intermediate_staples.0.staple", "null",
     "'connections.raw.intermediate_staples.staple' does not fit"},
};

/* Puts `value`, or nothing, at a path of an object. */
static void change(json_t *object, const char *path, const char *value)
{
    char key[64];
    json_t *holder = object;
    const char *at = path;
    for (const char *dot = NULL; (dot = strchr(at, '.')) != NULL; at = dot + 1) {
        (void)snprintf(key, sizeof key, "%.*s", (int)(dot - at), at);
        holder = json_is_array(holder) ? json_array_get(holder, strtoul(key, NULL, 10))
                                       : json_object_get(holder, key);
        assert_non_null(holder);
    }
    json_t *news = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
    if (json_is_array(holder))
        assert_int_equal(json_array_set_new(holder, strtoul(at, NULL, 10), news), 0);
    else if (news)
        assert_int_equal(json_object_set_new(holder, at, news), 0);
    else
        assert_int_equal(json_object_del(holder, at), 0);
}

/* A number that no JSON reader of ours takes cannot be put in by way of one. */
static char *changed(const char *line, const struct change_row *row)
{
    static const char marker[] = "\"put it here\"";
    const bool fits = !row->value || strcmp(row->value, "18446744073709551615") != 0;
    json_t *object = json_loads(line, 0, NULL);
    change(object, row->path, fits ? row->value : marker);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (fits)
        return text;
    char *at = strstr(text, marker);
    assert_non_null(at);
    *at = '\0';
    char *whole = mst_format("%s%s%s", text, row->value, at + sizeof marker - 1);
    free(text);
    return whole;
}

static void test_changed_fields(void **state)
{
    (void)state;
    struct mst_evidence evidence = {0};
    fill_good(&evidence);
    MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
    for (size_t i = 0; i < MST_COUNT_OF(changes); i++) {
        MST_AUTO_FREE char *other = changed(line, &changes[i]);
        print_message("%s: %s\n", changes[i].path, changes[i].value ? changes[i].value : "(none)");
        if (changes[i].reason) {
            expect_refused(other, strlen(other), changes[i].reason);
            continue;
        }
        struct mst_stored_record record;
        read_back(other, &record);
        mst_stored_record_release(&record);
    }
    mst_evidence_release(&evidence);
}

/* Positions of two intermediate staples that are the same. */
static void test_position_twice(void **state)
{
    (void)state;
    struct mst_evidence evidence = {0};
    fill_two_intermediates(&evidence);
    MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
    const struct change_row row = {RAW "intermediate_staples.1.position", "1", NULL};
    MST_AUTO_FREE char *other = changed(line, &row);
    expect_refused(other, strlen(other), "position' comes twice");
    mst_evidence_release(&evidence);
}

/* Bytes of a staple up to the size that is kept, and one more. */
static void test_size_of_staple(void **state)
{
    (void)state;
    static const uint8_t bytes[MST_STAPLE_SIZE_MAX + 1];
    struct mst_evidence evidence = {0};
    fill_good(&evidence);
    MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
    for (size_t size = MST_STAPLE_SIZE_MAX; size <= sizeof bytes; size++) {
        MST_AUTO_FREE char *text = mst_base64_encode(bytes, size);
        MST_AUTO_FREE char *staple = mst_format("\"%s\"", text);
        MST_AUTO_FREE char *number = mst_format("%zu", size);
        MST_AUTO_FREE char *resized = changed(line, &(struct change_row){RAW "size", number, NULL});
        MST_AUTO_FREE char *other =
            changed(resized, &(struct change_row){RAW "staple", staple, NULL});
        struct mst_stored_record record;
        if (size > MST_STAPLE_SIZE_MAX) {
            expect_refused(other, strlen(other), "does not fit its delivery and its size");
            continue;
        }
        read_back(other, &record);
        assert_int_equal(record.evidence.connections[1].handshake.staple.size, size);
        mst_stored_record_release(&record);
    }
    mst_evidence_release(&evidence);
}

/* In records of what was not examined. */
static void test_changed_failures(void **state)
{
    (void)state;
    static const struct {
        void (*fill)(struct mst_evidence *evidence);
        struct change_row row;
    } rows[] = {
        {fill_unresolved, {"failure", "null", "'failure' is null, and nothing was examined"}},
        {fill_unresolved, {"outcome", "\"examined\"", "'outcome' does not fit"}},
        {fill_unresolved, {"failure.stage", "\"input\"", "'host' does not fit the failure"}},
        {fill_invalid, {"failure.stage", "\"dns\"", "'host' does not fit the failure"}},
        {fill_invalid, {"host", "\"host.test\"", "'host' does not fit the failure"}},
        {fill_invalid, {"port", "443", "'host' does not fit the failure"}},
        {fill_untold, {"connections.0.chain", "{}", "'connections.raw' does not fit the chain"}},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_evidence evidence = {0};
        rows[i].fill(&evidence);
        MST_AUTO_FREE char *line = judged(&evidence, true, MST_TIME_NONE, NULL);
        MST_AUTO_FREE char *other = changed(line, &rows[i].row);
        expect_refused(other, strlen(other), rows[i].row.reason);
        mst_evidence_release(&evidence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_record_again), cmocka_unit_test(test_same_evidence_again),
        cmocka_unit_test(test_without_raw),       cmocka_unit_test(test_no_records),
        cmocka_unit_test(test_many_values),       cmocka_unit_test(test_torn),
        cmocka_unit_test(test_changed_fields),    cmocka_unit_test(test_position_twice),
        cmocka_unit_test(test_size_of_staple),    cmocka_unit_test(test_changed_failures),
    };
    return cmocka_run_group_tests(tests, make_people, free_people);
}
