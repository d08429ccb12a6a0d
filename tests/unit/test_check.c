#include <muststaple/check.h>

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "examine.h"
#include "output/record.h"
#include "pki/certificate_x509.h"
#include "pki/document.h"
#include "unit/pki_maker.h"

enum who { NOBODY, ROOT, CA, NEW_CA, MUST, PLAIN, SELF_MADE, PEOPLE };

static const uint8_t must_staple_value[] = {0x30, 0x03, 0x02, 0x01, 0x05};
static struct pki_identity people[PEOPLE];
static char directory[] = "/tmp/mst-test-check-XXXXXX";
static char directory_before[4096];

/* ---- files, in a directory that the tests stay in ---- */

static void write_bytes(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_certificates(const char *name, const enum who *whose)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    for (; *whose != NOBODY; whose++)
        assert_int_equal(PEM_write_X509(file, people[*whose].x509), 1);
    assert_int_equal(fclose(file), 0);
}

static void write_request(FILE *file, enum who whose)
{
    X509_REQ *request = X509_to_X509_REQ(people[whose].x509, people[whose].key, EVP_sha256());
    assert_int_equal(PEM_write_X509_REQ(file, request), 1);
    X509_REQ_free(request);
}

static void write_response(const char *name, enum who subject, const char *pem_before)
{
    const struct pki_identity *issuer = &people[CA];
    const struct pki_response response = {.signer = issuer,
                                          .single_count = 1,
                                          .singles = {{.subject = people[subject].x509,
                                                       .issuer = issuer->x509,
                                                       .status = V_OCSP_CERTSTATUS_GOOD}}};
    size_t length = 0;
    MST_AUTO_FREE uint8_t *der = pki_response_make(&response, &length);
    if (!pem_before) {
        write_bytes(name, der, length);
        return;
    }
    FILE *file = fopen(name, "a");
    assert_non_null(file);
    assert_true(PEM_write(file, "OCSP RESPONSE", "", der, (long)length) > 0);
    assert_int_equal(fclose(file), 0);
}

static void write_mixed_files(void)
{
    FILE *file = fopen("mixed.pem", "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, people[MUST].key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_X509(file, people[MUST].x509), 1);
    assert_int_equal(PEM_write_X509(file, people[CA].x509), 1);
    write_request(file, PLAIN);
    assert_int_equal(PEM_write_X509(file, people[PLAIN].x509), 1);
    assert_int_equal(fclose(file), 0);
    write_response("mixed.pem", PLAIN, "");
    file = fopen("key.pem", "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, people[MUST].key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
    file = fopen("request.pem", "w");
    assert_non_null(file);
    write_request(file, MUST);
    assert_int_equal(fclose(file), 0);
    file = fopen("large", "w");
    assert_non_null(file);
    assert_int_equal(fseek(file, MST_DOCUMENT_FILE_MAX, SEEK_SET), 0);
    assert_int_equal(fputc('x', file), 'x');
    assert_int_equal(fclose(file), 0);
}

static void write_files(void)
{
    write_certificates("must.pem", (const enum who[]){MUST, NOBODY});
    write_certificates("plain.pem", (const enum who[]){PLAIN, NOBODY});
    write_certificates("ca.pem", (const enum who[]){CA, NOBODY});
    write_certificates("root.pem", (const enum who[]){ROOT, NOBODY});
    write_certificates("chain.pem", (const enum who[]){MUST, CA, NOBODY});
    write_certificates("odd.pem", (const enum who[]){MUST, SELF_MADE, CA, NOBODY});
    write_certificates("reverse.pem", (const enum who[]){ROOT, CA, MUST, NOBODY});
    write_certificates("bundle.pem", (const enum who[]){SELF_MADE, ROOT, NEW_CA, CA, CA, NOBODY});
    write_certificates("same.pem", (const enum who[]){SELF_MADE, SELF_MADE, NOBODY});
    write_certificates("two.pem", (const enum who[]){MUST, PLAIN, CA, ROOT, NOBODY});
    write_response("must.ocsp", MUST, NULL);
    write_response("plain.ocsp", PLAIN, NULL);
    write_response("responses.pem", MUST, "");
    write_response("responses.pem", PLAIN, "");
    write_bytes("empty", "", 0);
    write_bytes("garbage", "garbage", 7);
    write_mixed_files();
    assert_int_equal(mkdir("folder", 0700), 0);
}

static int make_world(void **state)
{
    (void)state;
    static const char *const url = "authorityInfoAccess=OCSP;URI:http://ocsp.test/";
    static const char *const host = "subjectAltName=DNS:host.test";
    people[ROOT] = pki_issue_ca("Test Root", NULL);
    people[CA] = pki_issue_ca("Test CA", &people[ROOT]);
    people[NEW_CA] = pki_issue_ca("Test CA", &people[ROOT]);
    people[MUST] =
        pki_issue(&(struct pki_certificate){.name = "must",
                                            .issuer = &people[CA],
                                            .serial = 101,
                                            .extensions = {host, url},
                                            .features = {{must_staple_value, 5, false}}});
    people[PLAIN] = pki_issue(&(struct pki_certificate){
        .name = "plain", .issuer = &people[CA], .serial = 102, .extensions = {host, url}});
    people[SELF_MADE] =
        pki_issue(&(struct pki_certificate){.name = "self made", .serial = 9, .extensions = {url}});
    if (!getcwd(directory_before, sizeof directory_before) || !mkdtemp(directory) ||
        chdir(directory) != 0)
        return -1;
    write_files();
    return 0;
}

static int free_world(void **state)
{
    (void)state;
    static const char *const names[] = {"must.pem",    "plain.pem", "ca.pem",     "root.pem",
                                        "chain.pem",   "odd.pem",   "bundle.pem", "reverse.pem",
                                        "two.pem",     "must.ocsp", "plain.ocsp", "responses.pem",
                                        "empty",       "garbage",   "mixed.pem",  "key.pem",
                                        "request.pem", "large",     "same.pem"};
    for (size_t i = 0; i < MST_COUNT_OF(names); i++)
        (void)unlink(names[i]);
    (void)rmdir("folder");
    for (size_t i = 0; i < PEOPLE; i++)
        pki_identity_release(&people[i]);
    return chdir(directory_before) == 0 && rmdir(directory) == 0 ? 0 : -1;
}

/* ---- what is asked, and what is found ---- */

enum { PATHS_MAX = 4, FOUND_MAX = 6 };

struct asked {
    const char *paths[PATHS_MAX];
    const char *cert, *issuer, *staple, *ca_file, *host;
    int64_t at_s; /* 0: PKI_NOW_S */
};

static struct mst_check_config config_of(const struct asked *asked)
{
    struct mst_check_config config;
    mst_check_config_init(&config);
    config.paths = asked->paths;
    while (config.path_count < PATHS_MAX && asked->paths[config.path_count])
        config.path_count++;
    config.cert_path = asked->cert;
    config.issuer_path = asked->issuer;
    config.staple_path = asked->staple;
    config.ca_file = asked->ca_file;
    config.host = asked->host;
    config.at_given = true;
    config.at_s = asked->at_s ? asked->at_s : PKI_NOW_S;
    return config;
}

static struct mst_check *check_of(const struct asked *asked)
{
    const struct mst_check_config config = config_of(asked);
    struct mst_check *check = NULL;
    struct mst_error error = {.text = ""};
    if (mst_check_new(&config, &check, &error) != MST_OK)
        fail_msg("%s", error.text);
    return check;
}

/* One record: what it is, which of the file, how long its chain, the word that says most (the
 * verdict, else the staple's state), whether it is good. */
#define CERT(file, position, length, word, good)                                                   \
    file " " #position " certificate " #length " " word " " good
#define REQUEST(file, position, good) file " " #position " certificate_request 0 - " good
#define RESPONSE(file, position, word, good) file " " #position " ocsp_response 0 " word " " good

static void describe(const json_t *record, char *text, size_t size)
{
    const char *verdict = json_string_value(json_object_get(record, "verdict"));
    const char *state =
        json_string_value(json_object_get(json_object_get(record, "staple"), "state"));
    const json_t *chain = json_object_get(record, "chain");
    (void)snprintf(text, size, "%s %lld %s %lld %s %s",
                   json_string_value(json_object_get(record, "file")),
                   (long long)json_integer_value(json_object_get(record, "position")),
                   json_string_value(json_object_get(record, "kind")),
                   (long long)json_integer_value(json_object_get(chain, "length")),
                   verdict ? verdict : (state ? state : "-"),
                   json_is_true(json_object_get(record, "good")) ? "good" : "bad");
}

static const struct check_row {
    const char *name;
    struct asked asked;
    const char *found[FOUND_MAX];
} check_rows[] = {
    {"a certificate", {.paths = {"must.pem"}}, {CERT("must.pem", 1, 1, "-", "good")}},
    {"a certificate and its issuer in another file",
     {.paths = {"must.pem"}, .issuer = "ca.pem"},
     {CERT("must.pem", 1, 2, "-", "good")}},
    {"a certificate without Must-Staple",
     {.paths = {"plain.pem"}},
     {CERT("plain.pem", 1, 1, "-", "bad")}},
    {"a chain has one leaf", {.paths = {"chain.pem"}}, {CERT("chain.pem", 1, 2, "-", "good")}},
    {"the wrong way round, each is one",
     {.paths = {"reverse.pem"}},
     {CERT("reverse.pem", 1, 1, "-", "bad"), CERT("reverse.pem", 2, 2, "-", "bad"),
      CERT("reverse.pem", 3, 3, "-", "good")}},
    {"two leaves of one CA",
     {.paths = {"two.pem"}},
     {CERT("two.pem", 1, 3, "-", "good"), CERT("two.pem", 2, 3, "-", "bad")}},
    {"one that does not belong",
     {.paths = {"odd.pem"}},
     {CERT("odd.pem", 1, 2, "-", "good"), CERT("odd.pem", 2, 1, "-", "bad")}},
    {"a root is not of another's chain",
     {.paths = {"same.pem"}},
     {CERT("same.pem", 1, 1, "-", "bad"), CERT("same.pem", 2, 1, "-", "bad")}},
    {"of many issuers those that fit, each once",
     {.paths = {"must.pem"}, .issuer = "bundle.pem"},
     {CERT("must.pem", 1, 4, "-", "good")}},
    {"all kinds in one file",
     {.paths = {"mixed.pem"}},
     {CERT("mixed.pem", 1, 2, "-", "good"), REQUEST("mixed.pem", 3, "bad"),
      CERT("mixed.pem", 4, 2, "-", "bad"), RESPONSE("mixed.pem", 5, "good", "good")}},
    {"several files, in order",
     {.paths = {"plain.ocsp", "request.pem", "must.pem", "ca.pem"}},
     {RESPONSE("plain.ocsp", 1, "good", "good"), REQUEST("request.pem", 1, "bad"),
      CERT("must.pem", 1, 2, "-", "good"), CERT("ca.pem", 1, 1, "-", "bad")}},
    {"a chain in several files",
     {.paths = {"must.pem", "ca.pem"}},
     {CERT("must.pem", 1, 2, "-", "good"), CERT("ca.pem", 1, 1, "-", "bad")}},
    {"an issuer before what it issued",
     {.paths = {"ca.pem", "must.pem"}},
     {CERT("ca.pem", 1, 1, "-", "bad"), CERT("must.pem", 1, 2, "-", "good")}},
    {"a response, its issuer not given",
     {.paths = {"must.ocsp"}},
     {RESPONSE("must.ocsp", 1, "signer_unknown", "bad")}},
    {"responses",
     {.paths = {"responses.pem"}, .issuer = "bundle.pem"},
     {RESPONSE("responses.pem", 1, "good", "good"), RESPONSE("responses.pem", 2, "good", "good")}},
    {"a staple and its issuer",
     {.staple = "must.ocsp", .issuer = "ca.pem"},
     {RESPONSE("must.ocsp", 1, "good", "good")}},
    {"a certificate, its issuer and its staple",
     {.cert = "must.pem", .issuer = "ca.pem", .staple = "must.ocsp"},
     {CERT("must.pem", 1, 2, "must_staple_ok", "good")}},
    {"a chain and its staple",
     {.cert = "chain.pem", .staple = "must.ocsp"},
     {CERT("chain.pem", 1, 2, "must_staple_ok", "good")}},
    {"a chain, its issuer again, and its staple",
     {.cert = "chain.pem", .issuer = "ca.pem", .staple = "must.ocsp"},
     {CERT("chain.pem", 1, 2, "must_staple_ok", "good")}},
    {"a chain as a server sends it, another's in it",
     {.cert = "odd.pem", .staple = "must.ocsp"},
     {CERT("odd.pem", 1, 3, "must_staple_ok", "good")}},
    {"a certificate given alone", {.cert = "chain.pem"}, {CERT("chain.pem", 1, 2, "-", "good")}},
    {"a certificate in a file with more",
     {.cert = "mixed.pem", .staple = "must.ocsp"},
     {CERT("mixed.pem", 1, 3, "must_staple_ok", "good")}},
    {"another's staple",
     {.cert = "chain.pem", .staple = "plain.ocsp"},
     {CERT("chain.pem", 1, 2, "must_staple_broken", "bad")}},
    {"an empty staple",
     {.cert = "chain.pem", .staple = "empty"},
     {CERT("chain.pem", 1, 2, "must_staple_broken", "bad")}},
    {"garbage as staple",
     {.cert = "chain.pem", .staple = "garbage"},
     {CERT("chain.pem", 1, 2, "must_staple_broken", "bad")}},
    {"garbage as a response",
     {.staple = "garbage", .issuer = "ca.pem"},
     {RESPONSE("garbage", 1, "malformed", "bad")}},
    {"the certificate goes before the files",
     {.paths = {"plain.ocsp", "must.pem"}, .cert = "chain.pem", .issuer = "ca.pem"},
     {CERT("chain.pem", 1, 2, "-", "good"), RESPONSE("plain.ocsp", 1, "good", "good"),
      CERT("must.pem", 1, 2, "-", "good")}},
    {"trust",
     {.cert = "chain.pem", .staple = "must.ocsp", .ca_file = "root.pem", .host = "HOST.test."},
     {CERT("chain.pem", 1, 2, "must_staple_ok", "good")}},
    {"no trust",
     {.paths = {"chain.pem"}, .ca_file = "plain.pem"},
     {CERT("chain.pem", 1, 2, "-", "bad")}},
    {"another host",
     {.paths = {"chain.pem"},
      .host = "b\xc3\xbc"
              "cher.test"},
     {CERT("chain.pem", 1, 2, "-", "bad")}},
    {"later",
     {.cert = "chain.pem", .staple = "must.ocsp", .at_s = PKI_NOW_S + 5 * PKI_DAY_S},
     {CERT("chain.pem", 1, 2, "must_staple_broken", "bad")}},
};

static void check_records(const struct check_row *row)
{
    struct mst_check *check = check_of(&row->asked);
    MST_AUTO_FREE char *json = mst_check_json(check);
    MST_AUTO_FREE char *text = mst_check_text(check);
    assert_non_null(json);
    assert_non_null(text);
    assert_true(strlen(text) > 0);
    bool good = true;
    const char *line = json;
    for (size_t i = 0; i < FOUND_MAX && row->found[i]; i++) {
        char found[200];
        json_t *record = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
        assert_non_null(record);
        describe(record, found, sizeof found);
        if (strcmp(found, row->found[i]) != 0)
            fail_msg("%s: %s, not %s", row->name, found, row->found[i]);
        good &= json_is_true(json_object_get(record, "good"));
        json_decref(record);
        line = strchr(line, '\n') + 1;
    }
    assert_string_equal(line, "");
    assert_int_equal(mst_check_is_good(check), good);
    mst_check_free(check);
}

static void test_checks(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(check_rows); i++)
        check_records(&check_rows[i]);
}

/* ---- what cannot be checked ---- */

static const struct refused_row {
    struct asked asked;
    const char *text;
} refused_rows[] = {
    {{.paths = {NULL}}, "nothing to check: name a file, or give --cert or --staple"},
    {{.issuer = "ca.pem"},
     "an issuer alone is nothing to check: name a file, or give --cert or --staple"},
    {{.paths = {"-", "must.pem", "-"}}, "standard input ('-') can be read for one file only"},
    {{.cert = "-", .staple = "-"}, "standard input ('-') can be read for one file only"},
    {{.paths = {"nowhere.pem"}},
     "cannot read certificates, certificate requests or OCSP responses from 'nowhere.pem': No such "
     "file or directory"},
    {{.paths = {"must.pem", "folder"}},
     "cannot read certificates, certificate requests or OCSP responses from 'folder': Is a "
     "directory"},
    {{.cert = "nowhere.pem"},
     "cannot read certificates from 'nowhere.pem': No such file or directory"},
    {{.cert = "must.pem", .staple = "nowhere"},
     "cannot read an OCSP response from 'nowhere': No such file or directory"},
    {{.paths = {"empty"}},
     "cannot read certificates, certificate requests or OCSP responses: 'empty' is empty"},
    {{.paths = {"garbage"}},
     "cannot read certificates, certificate requests or OCSP responses: 'garbage' holds no "
     "certificate, request or response in PEM or DER"},
    {{.paths = {"key.pem"}},
     "cannot read certificates, certificate requests or OCSP responses: 'key.pem' holds a private "
     "key alone"},
    {{.paths = {"large"}},
     "cannot read certificates, certificate requests or OCSP responses: 'large' is larger than 16 "
     "MiB"},
    {{.cert = "request.pem"}, "cannot read certificates: 'request.pem' holds none"},
    {{.cert = "must.pem", .issuer = "must.ocsp"},
     "cannot read certificates: 'must.ocsp' holds none"},
    {{.cert = "must.pem", .staple = "ca.pem"},
     "cannot read an OCSP response: 'ca.pem' holds something else"},
    {{.cert = "must.pem", .staple = "responses.pem"},
     "cannot read an OCSP response: 'responses.pem' holds several"},
    {{.cert = "must.pem", .staple = "large"},
     "cannot read an OCSP response: 'large' is larger than 16 MiB"},
    {{.paths = {"must.pem"}, .host = ""}, "'' is not a host name or address: it is empty"},
    {{.paths = {"must.pem"}, .host = "\xff"},
     "is not a host name or address: it is not UTF-8 text"},
    {{.paths = {"must.pem"}, .host = "a b"}, "'a b' is not a host name or address: "},
    {{.paths = {"must.pem"}, .ca_file = "nowhere.pem"}, "nowhere.pem"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(refused_rows); i++) {
        const struct refused_row *row = &refused_rows[i];
        const struct mst_check_config config = config_of(&row->asked);
        struct mst_check *check = NULL;
        struct mst_error error = {.text = ""};
        assert_int_equal(mst_check_new(&config, &check, &error), MST_ERROR_USAGE);
        assert_null(check);
        assert_int_equal(error.status, MST_ERROR_USAGE);
        if (!strstr(error.text, row->text))
            fail_msg("%s, not %s", error.text, row->text);
    }
    mst_check_free(NULL);
}

/* What nobody says is the policy of a scan, and now. */
static void test_defaults(void **state)
{
    (void)state;
    const char *const paths[] = {"must.pem"};
    struct mst_check_config config;
    mst_check_config_init(&config);
    assert_int_equal(config.max_age_s, MST_DEFAULT_MAX_AGE_S);
    assert_int_equal(config.min_remaining_s, MST_DEFAULT_MIN_REMAINING_S);
    config.paths = paths;
    config.path_count = 1;
    struct mst_check *check = NULL;
    struct mst_error error;
    const int64_t before_s = mst_clock_wall_ms() / 1000;
    assert_int_equal(mst_check_new(&config, &check, &error), MST_OK);
    const int64_t after_s = mst_clock_wall_ms() / 1000;
    MST_AUTO_FREE char *json = mst_check_json(check);
    json_t *record = json_loads(json, 0, NULL);
    int64_t judged_at_s = 0;
    assert_true(
        mst_time_parse(json_string_value(json_object_get(record, "judged_at")), &judged_at_s));
    assert_in_range(judged_at_s, before_s, after_s);
    json_decref(record);
    mst_check_free(check);
}

/* Standard input, through a pipe that brings it in pieces. */
static void test_standard_input(void **state)
{
    (void)state;
    FILE *file = fopen("chain.pem", "r");
    assert_non_null(file);
    char bytes[16 * 1024];
    const size_t length = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, length), (ssize_t)length);
    assert_int_equal(close(ends[1]), 0);
    const int kept = dup(STDIN_FILENO);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    assert_int_equal(close(ends[0]), 0);
    check_records(&(struct check_row){
        "standard input",
        {.paths = {"must.ocsp"}, .cert = "-"},
        {CERT("-", 1, 2, "-", "good"), RESPONSE("must.ocsp", 1, "signer_unknown", "bad")}});
    if (kept >= 0) {
        assert_true(dup2(kept, STDIN_FILENO) >= 0);
        assert_int_equal(close(kept), 0);
    }
}

/* ---- a scan says the same ---- */

static char *scan(const enum who *chain, const char *staple_file, const char *sni)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->line = 1;
    target->input = mst_strdup(sni);
    (void)snprintf(target->host, sizeof target->host, "%s", sni);
    (void)snprintf(target->sni, sizeof target->sni, "%s", sni);
    struct mst_evidence evidence = {
        .target = target, .started_ms = (int64_t)PKI_NOW_S * 1000, .connection_count = 1};
    struct mst_handshake *handshake = &evidence.connections[0].handshake;
    for (; *chain != NOBODY; chain++)
        handshake->chain[handshake->chain_length++] = mst_certificate_wrap(people[*chain].x509);
    handshake->chain_sent = handshake->chain_length;
    static uint8_t bytes[4096];
    FILE *file = fopen(staple_file, "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    handshake->staple.delivery = size > 0 ? MST_DELIVERY_SENT : MST_DELIVERY_EMPTY;
    handshake->staple.size = size;
    if (size > 0) {
        handshake->staple.data = mst_alloc(size, 1);
        memcpy(handshake->staple.data, bytes, size);
    }
    const struct mst_policy policy = {.at_s = MST_TIME_NONE,
                                      .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                      .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
    struct mst_examiner *examiner = NULL;
    struct mst_error error;
    assert_int_equal(mst_examiner_new("root.pem", &policy, &examiner, &error), MST_OK);
    struct mst_finding finding;
    mst_examine(examiner, &evidence, &finding);
    size_t length = 0;
    char *line = mst_record_line(&finding, false, &length);
    mst_finding_release(&finding);
    mst_evidence_release(&evidence);
    mst_examiner_free(examiner);
    return line;
}

static const struct same_row {
    const char *cert, *issuer, *staple, *host;
    enum who chain[5];
} same_rows[] = {
    {"chain.pem", NULL, "must.ocsp", "host.test", {MUST, CA}},
    {"must.pem", "ca.pem", "must.ocsp", "host.test", {MUST, CA}},
    {"must.pem", NULL, "must.ocsp", "host.test", {MUST}},
    {"chain.pem", "ca.pem", "plain.ocsp", "host.test", {MUST, CA}},
    {"odd.pem", NULL, "must.ocsp", "host.test", {MUST, SELF_MADE, CA}},
    {"reverse.pem", NULL, "empty", "host.test", {ROOT, CA, MUST}},
    {"chain.pem", NULL, "empty", "other.test", {MUST, CA}},
    {"chain.pem", NULL, "garbage", "host.test", {MUST, CA}},
    {"plain.pem", "bundle.pem", "plain.ocsp", "other.test", {PLAIN, NEW_CA, CA, ROOT}},
};

static void test_same_as_scan(void **state)
{
    (void)state;
    static const char *const of_target[] = {"verdict", "reasons", "warnings", "clients"};
    static const char *const of_connection[] = {"chain", "certificate", "ca_features", "staple"};
    for (size_t i = 0; i < MST_COUNT_OF(same_rows); i++) {
        const struct same_row *row = &same_rows[i];
        MST_AUTO_FREE char *line = scan(row->chain, row->staple, row->host);
        json_t *target = json_loads(line, 0, NULL);
        const json_t *connection = json_array_get(json_object_get(target, "connections"), 0);
        struct mst_check *check = check_of(&(struct asked){.cert = row->cert,
                                                           .issuer = row->issuer,
                                                           .staple = row->staple,
                                                           .host = row->host,
                                                           .ca_file = "root.pem"});
        MST_AUTO_FREE char *json = mst_check_json(check);
        json_t *record = json_loads(json, 0, NULL);
        assert_non_null(record);
        for (size_t j = 0; j < MST_COUNT_OF(of_target); j++) {
            const json_t *left = json_object_get(target, of_target[j]);
            assert_non_null(left);
            assert_true(json_equal(left, json_object_get(record, of_target[j])));
            const json_t *right = json_object_get(connection, of_connection[j]);
            assert_non_null(right);
            if (!json_equal(right, json_object_get(record, of_connection[j])))
                fail_msg("%s of %s: %s %s", of_connection[j], row->cert, json, line);
        }
        json_decref(record);
        json_decref(target);
        mst_check_free(check);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_defaults),     cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_same_as_scan),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}
