#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "inspect.h"
#include "pki/certificate_x509.h"
#include "unit/pki_maker.h"

enum who {
    NOBODY,
    ROOT,
    CA,
    FEATURE_CA,
    OTHER_CA, /* a root nobody trusts */
    NAMESAKE, /* of CA */
    DELEGATE,
    MUST,
    PLAIN,
    CRITICAL, /* its TLS Feature extension is */
    PAIR,     /* features 5 and 17 */
    LONELY,   /* feature 17 alone */
    LIST_OF_NOTHING,
    BRIEF,  /* Must-Staple and short-lived */
    SILENT, /* Must-Staple and no OCSP URL */
    HEIR,   /* of FEATURE_CA */
    SELF_MADE,
    PEOPLE
};

static const uint8_t must_staple_value[] = {0x30, 0x03, 0x02, 0x01, 0x05};
static const uint8_t pair_value[] = {0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x11};
static const uint8_t lonely_value[] = {0x30, 0x03, 0x02, 0x01, 0x11};
static const uint8_t nothing_value[] = {0x30, 0x00};

#define FEATURE(value, critical)                                                                   \
    {                                                                                              \
        {                                                                                          \
            value, sizeof(value), critical                                                         \
        }                                                                                          \
    }
#define HOST "subjectAltName=DNS:host.test,IP:192.0.2.7"
#define URL "authorityInfoAccess=OCSP;URI:http://ocsp.test/"
#define ISSUING "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"

static const struct pki_certificate leaves[PEOPLE] = {
    [MUST] = {.extensions = {HOST, URL}, .features = FEATURE(must_staple_value, false)},
    [PLAIN] = {.extensions = {HOST, URL}},
    [CRITICAL] = {.extensions = {HOST, URL}, .features = FEATURE(must_staple_value, true)},
    [PAIR] = {.extensions = {HOST, URL}, .features = FEATURE(pair_value, false)},
    [LONELY] = {.extensions = {HOST, URL}, .features = FEATURE(lonely_value, false)},
    [LIST_OF_NOTHING] = {.extensions = {HOST, URL}, .features = FEATURE(nothing_value, false)},
    [BRIEF] = {.extensions = {HOST, URL},
               .features = FEATURE(must_staple_value, false),
               .not_before_s = PKI_NOW_S - PKI_DAY_S,
               .not_after_s = PKI_NOW_S + 2 * PKI_DAY_S},
    [SILENT] = {.extensions = {HOST}, .features = FEATURE(must_staple_value, false)},
    [HEIR] = {.extensions = {HOST, URL}, .features = FEATURE(must_staple_value, false)},
};

static struct pki_identity people[PEOPLE];
static char *root_file;

static enum who issuer_of(enum who who)
{
    static const enum who issuers[PEOPLE] = {
        [CA] = ROOT, [FEATURE_CA] = ROOT, [HEIR] = FEATURE_CA, [SELF_MADE] = SELF_MADE};
    return issuers[who] != NOBODY ? issuers[who] : CA;
}

static int make_people(void **state)
{
    (void)state;
    people[ROOT] = pki_issue_ca("Test Root", NULL);
    people[CA] = pki_issue_ca("Test CA", &people[ROOT]);
    people[OTHER_CA] = pki_issue_ca("Other CA", NULL);
    people[NAMESAKE] = pki_issue_ca("Test CA", &people[ROOT]);
    people[FEATURE_CA] =
        pki_issue(&(struct pki_certificate){.name = "Feature CA",
                                            .issuer = &people[ROOT],
                                            .extensions = {ISSUING},
                                            .features = FEATURE(must_staple_value, false)});
    people[DELEGATE] = pki_issue(&(struct pki_certificate){
        .name = "Delegate",
        .issuer = &people[CA],
        .serial = 90,
        .extensions = {"extendedKeyUsage=OCSPSigning", "noCheck=ignored"}});
    for (enum who who = MUST; who <= HEIR; who++) {
        struct pki_certificate spec = leaves[who];
        spec.name = "leaf";
        spec.issuer = &people[issuer_of(who)];
        spec.serial = 100 + (long)who;
        people[who] = pki_issue(&spec);
    }
    people[SELF_MADE] =
        pki_issue(&(struct pki_certificate){.name = "self made",
                                            .serial = 900,
                                            .extensions = {HOST, URL},
                                            .features = FEATURE(must_staple_value, false)});
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

/* What is asked, and when. */
struct asked {
    bool trust;
    const char *host;
    int64_t at_s; /* 0: PKI_NOW_S */
};

static struct mst_inspector *make_inspector(const struct asked *asked)
{
    const struct mst_inspect_options options = {
        .ca_file = asked->trust ? root_file : NULL,
        .host = asked->host,
        .now_s = asked->at_s ? asked->at_s : PKI_NOW_S,
        .policy = {.at_s = MST_TIME_NONE,
                   .max_age_s = MST_DEFAULT_MAX_AGE_S,
                   .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S},
    };
    struct mst_inspector *inspector = NULL;
    struct mst_error error;
    assert_int_equal(mst_inspector_new(&options, &inspector, &error), MST_OK);
    return inspector;
}

enum { CHAIN_MAX = 3 };

static size_t make_chain(const enum who chain[CHAIN_MAX], struct mst_certificate **certificates)
{
    size_t length = 0;
    while (length < CHAIN_MAX && chain[length] != NOBODY) {
        certificates[length] = mst_certificate_wrap(people[chain[length]].x509);
        length++;
    }
    return length;
}

static void free_chain(struct mst_certificate **certificates, size_t length)
{
    for (size_t i = 0; i < length; i++)
        mst_certificate_free(certificates[i]);
}

enum staple_kind { NO_STAPLE, GOOD, EXPIRED, REVOKED, FOREIGN, BLANKET, NO_BYTES, GARBAGE, HUGE };

static struct mst_document make_staple(enum who subject, enum staple_kind kind)
{
    struct mst_document document = {.kind = MST_DOCUMENT_KIND_OCSP_RESPONSE, .position = 1};
    const struct pki_identity *issuer = &people[issuer_of(subject)];
    struct pki_response response = {
        .signer = issuer,
        .single_count = 1,
        .singles = {{.subject = people[subject].x509,
                     .issuer = issuer->x509,
                     .status = kind == REVOKED ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD,
                     .serial = kind == FOREIGN ? 7777 : 0,
                     .next_update_s = kind == EXPIRED ? PKI_NOW_S - 60 : 0}}};
    for (; kind == BLANKET && response.single_count < 3; response.single_count++) {
        response.singles[response.single_count] = response.singles[0];
        response.singles[response.single_count].serial = 8000 + (long)response.single_count;
    }
    switch (kind) {
    case NO_STAPLE:
    case NO_BYTES:
        break;
    case GARBAGE:
    case HUGE:
        document.length = kind == HUGE ? MST_STAPLE_SIZE_MAX + 1 : 9;
        document.der = mst_alloc(document.length, 1);
        break;
    default:
        document.der = pki_response_make(&response, &document.length);
        break;
    }
    return document;
}

#define REASON(id) MST_WORD_BIT(MST_REASON_##id)
#define WARNING(id) MST_WORD_BIT(MST_WARNING_##id)

enum { RFC = 1, FIREFOX = 2, GNUTLS = 4, ALL = RFC | FIREFOX | GNUTLS };

static unsigned accepting(const struct mst_clients *clients)
{
    return (clients->rfc.accepts ? RFC : 0U) | (clients->firefox.accepts ? FIREFOX : 0U) |
           (clients->gnutls.accepts ? GNUTLS : 0U);
}

/* Certificates and what was stapled to them. */
static const struct certificate_row {
    const char *name;
    enum who chain[CHAIN_MAX];
    enum staple_kind staple;
    struct asked asked;
    bool good;
    enum mst_verdict verdict;
    mst_word_set reasons, warnings;
    unsigned accepting; /* with the staple given, or with a good one */
} certificate_rows[] = {
    {.name = "Must-Staple", .chain = {MUST, CA}, .good = true, .accepting = ALL},
    {.name = "Must-Staple, trusted and named",
     .chain = {MUST, CA},
     .asked = {.trust = true, .host = "host.test"},
     .good = true,
     .accepting = ALL},
    {.name = "Must-Staple by address",
     .chain = {MUST, CA},
     .asked = {.host = "192.0.2.7"},
     .good = true,
     .accepting = ALL},
    {.name = "Must-Staple, its issuer not given", .chain = {MUST}, .good = true, .accepting = ALL},
    {.name = "an issuer not given that trust needs",
     .chain = {MUST},
     .asked = {.trust = true},
     .reasons = REASON(CHAIN_UNTRUSTED)},
    {.name = "another name",
     .chain = {MUST, CA},
     .asked = {.host = "other.test"},
     .reasons = REASON(NAME_MISMATCH)},
    {.name = "no Must-Staple", .chain = {PLAIN, CA}, .accepting = ALL},
    {.name = "its last second",
     .chain = {MUST, CA},
     .asked = {.at_s = PKI_NOW_S + 60 * PKI_DAY_S},
     .good = true,
     .accepting = ALL},
    {.name = "expired",
     .chain = {MUST, CA},
     .asked = {.at_s = PKI_NOW_S + 60 * PKI_DAY_S + 1},
     .reasons = REASON(CERTIFICATE_EXPIRED)},
    {.name = "expired, trust asked",
     .chain = {MUST, CA},
     .asked = {.trust = true, .at_s = PKI_NOW_S + 60 * PKI_DAY_S + 1},
     .reasons = REASON(CERTIFICATE_EXPIRED)},
    {.name = "not yet valid",
     .chain = {BRIEF, CA},
     .asked = {.at_s = PKI_NOW_S - 2 * PKI_DAY_S},
     .reasons = REASON(CERTIFICATE_NOT_YET_VALID),
     .warnings = WARNING(MUST_STAPLE_ON_SHORT_LIVED)},
    {.name = "short-lived",
     .chain = {BRIEF, CA},
     .good = true,
     .warnings = WARNING(MUST_STAPLE_ON_SHORT_LIVED),
     .accepting = ALL},
    {.name = "no OCSP URL",
     .chain = {SILENT, CA},
     .good = true,
     .reasons = REASON(NO_OCSP_URL),
     .accepting = ALL},
    {.name = "critical",
     .chain = {CRITICAL, CA},
     .asked = {.trust = true},
     .good = true,
     .warnings = WARNING(FEATURE_CRITICAL),
     .accepting = ALL},
    {.name = "two features",
     .chain = {PAIR, CA},
     .warnings = WARNING(FEATURE_NOT_ALONE),
     .accepting = RFC | GNUTLS},
    {.name = "another feature",
     .chain = {LONELY, CA},
     .reasons = REASON(FEATURE_NO_STATUS_REQUEST),
     .accepting = RFC | GNUTLS},
    {.name = "an issuer with the extension, which GnuTLS wants a staple for",
     .chain = {HEIR, FEATURE_CA},
     .accepting = RFC | FIREFOX},
    {.name = "self-signed", .chain = {SELF_MADE}, .good = true, .accepting = ALL},
    {.name = "self-signed, trust asked",
     .chain = {SELF_MADE},
     .asked = {.trust = true},
     .reasons = REASON(CHAIN_UNTRUSTED)},

    {.name = "good staple",
     .chain = {MUST, CA},
     .staple = GOOD,
     .good = true,
     .verdict = MST_VERDICT_MUST_STAPLE_OK,
     .accepting = ALL},
    {.name = "good staple, no Must-Staple",
     .chain = {PLAIN, CA},
     .staple = GOOD,
     .asked = {.trust = true, .host = "HOST.test"},
     .good = true,
     .verdict = MST_VERDICT_STAPLED,
     .accepting = ALL},
    {.name = "good staple, another name",
     .chain = {MUST, CA},
     .staple = GOOD,
     .asked = {.host = "other.test"},
     .verdict = MST_VERDICT_MUST_STAPLE_OK,
     .reasons = REASON(NAME_MISMATCH)},
    {.name = "good staple of nobody known",
     .chain = {MUST},
     .staple = GOOD,
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .reasons = REASON(STAPLE_SIGNER_UNKNOWN) | REASON(ISSUER_UNKNOWN)},
    {.name = "good staple of a self-signed one",
     .chain = {SELF_MADE},
     .staple = GOOD,
     .good = true,
     .verdict = MST_VERDICT_MUST_STAPLE_OK,
     .accepting = ALL},
    {.name = "expired staple, no Must-Staple",
     .chain = {PLAIN, CA},
     .staple = EXPIRED,
     .verdict = MST_VERDICT_STAPLED_BAD,
     .reasons = REASON(STAPLE_EXPIRED),
     .warnings = WARNING(STAPLE_NOT_REFRESHED),
     .accepting = FIREFOX}, /* a day of grace */
    {.name = "revoked",
     .chain = {MUST, CA},
     .staple = REVOKED,
     .verdict = MST_VERDICT_MUST_STAPLE_REVOKED,
     .reasons = REASON(STAPLE_REVOKED)},
    {.name = "about another",
     .chain = {MUST, CA},
     .staple = FOREIGN,
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .reasons = REASON(STAPLE_MISMATCH_WRONG_SERIAL)},
    {.name = "about several",
     .chain = {MUST, CA},
     .staple = BLANKET,
     .good = true,
     .verdict = MST_VERDICT_MUST_STAPLE_OK,
     .warnings = WARNING(STAPLE_SEVERAL_RESPONSES),
     .accepting = ALL},
    {.name = "zero bytes",
     .chain = {MUST, CA},
     .staple = NO_BYTES,
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .reasons = REASON(STAPLE_EMPTY)},
    {.name = "garbage",
     .chain = {MUST, CA},
     .staple = GARBAGE,
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .reasons = REASON(STAPLE_MALFORMED)},
    {.name = "huge",
     .chain = {MUST, CA},
     .staple = HUGE,
     .verdict = MST_VERDICT_MUST_STAPLE_BROKEN,
     .reasons = REASON(STAPLE_OVERSIZE)},
};

static void expect_words(const char *name, const struct mst_judgement *judgement,
                         enum mst_verdict verdict, mst_word_set reasons, mst_word_set warnings)
{
    if (judgement->verdict != verdict || judgement->reasons != reasons ||
        judgement->warnings != warnings)
        fail_msg("%s: verdict %d, reasons %llx, warnings %llx", name, (int)judgement->verdict,
                 (unsigned long long)judgement->reasons, (unsigned long long)judgement->warnings);
}

static void check_certificate(const struct certificate_row *row)
{
    struct mst_certificate *chain[CHAIN_MAX];
    const size_t length = make_chain(row->chain, chain);
    struct mst_inspector *inspector = make_inspector(&row->asked);
    const struct mst_document staple = make_staple(row->chain[0], row->staple);
    const bool given = row->staple != NO_STAPLE;
    struct mst_inspection inspection;
    mst_inspect_certificate(inspector, chain, length, given ? &staple : NULL, &inspection);
    const struct mst_connection_finding *finding = &inspection.certificate;
    assert_int_equal(inspection.kind, MST_DOCUMENT_KIND_CERTIFICATE);
    assert_int_equal(inspection.now_s, row->asked.at_s ? row->asked.at_s : PKI_NOW_S);
    assert_int_equal(inspection.staple_given, given);
    assert_int_equal(inspection.trust_asked, row->asked.trust);
    assert_int_equal(inspection.host_asked, row->asked.host != NULL);
    assert_null(finding->seen);
    assert_int_equal(finding->chain.length, length);
    expect_words(row->name, &finding->judgement, row->verdict, row->reasons, row->warnings);
    const struct mst_clients *clients =
        given ? &finding->judgement.clients : &inspection.with_good_staple;
    if (accepting(clients) != row->accepting || inspection.good != row->good)
        fail_msg("%s: accepted by %u, good %d", row->name, accepting(clients), inspection.good);
    const bool readable = given && row->staple < NO_BYTES;
    assert_int_equal(inspection.singles.count, readable ? finding->staple.singles : 0);
    if (readable && inspection.issuer_known)
        assert_int_equal(inspection.singles.items[0].mismatch, finding->staple.mismatch);
    mst_inspection_release(&inspection);
    mst_inspector_free(inspector);
    free(staple.der);
    free_chain(chain, length);
}

static void test_certificates(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(certificate_rows); i++)
        check_certificate(&certificate_rows[i]);
}

/* As in a scan: what is kept of a chain ends, and its length on record does not. */
static void test_long_chain(void **state)
{
    (void)state;
    enum { LENGTH = MST_CHAIN_LENGTH_MAX + 3 };
    struct mst_certificate *chain[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        chain[i] = mst_certificate_wrap(people[i == 0 ? MUST : i == 1 ? CA : OTHER_CA].x509);
    struct mst_inspector *inspector = make_inspector(&(struct asked){.trust = true});
    struct mst_inspection inspection;
    mst_inspect_certificate(inspector, chain, LENGTH, NULL, &inspection);
    assert_int_equal(inspection.certificate.chain.length, LENGTH);
    assert_int_equal(inspection.certificate.chain.sha256_count, MST_CHAIN_LENGTH_MAX);
    assert_true(inspection.good);
    mst_inspection_release(&inspection);
    mst_inspector_free(inspector);
    free_chain(chain, LENGTH);
}

static struct mst_document make_request(const struct pki_feature *feature, bool break_signature)
{
    struct mst_document document = {.kind = MST_DOCUMENT_KIND_CERTIFICATE_REQUEST, .position = 1};
    X509_REQ *request = X509_REQ_new();
    EVP_PKEY *key = pki_key_new(PKI_KEY_P256);
    EVP_PKEY *other = pki_key_new(PKI_KEY_P256);
    assert_int_equal(X509_REQ_set_pubkey(request, break_signature ? other : key), 1);
    if (feature->data) {
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        assert_int_equal(ASN1_OCTET_STRING_set(value, feature->data, (int)feature->size), 1);
        STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
        assert_true(sk_X509_EXTENSION_push(
                        extensions, X509_EXTENSION_create_by_NID(NULL, NID_tlsfeature,
                                                                 feature->critical, value)) > 0);
        assert_int_equal(X509_REQ_add_extensions(request, extensions), 1);
        sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
        ASN1_OCTET_STRING_free(value);
    }
    assert_true(X509_REQ_sign(request, key, EVP_sha256()) > 0);
    unsigned char *der = NULL;
    const int length = i2d_X509_REQ(request, &der);
    assert_true(length > 0);
    document.der = mst_alloc((size_t)length, 1);
    document.length = (size_t)length;
    memcpy(document.der, der, document.length);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    X509_REQ_free(request);
    return document;
}

static const uint8_t twice_value[] = {0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05};
static const uint8_t trailing_value[] = {0x30, 0x03, 0x02, 0x01, 0x05, 0xe5};

static const struct request_row {
    const char *name;
    struct pki_feature feature;
    bool break_signature;
    bool good;
    mst_word_set reasons, warnings;
} request_rows[] = {
    {"nothing asked", {NULL, 0, false}, false, false, 0, 0},
    {"Must-Staple", {must_staple_value, 5, false}, false, true, 0, 0},
    {"twice", {twice_value, 8, false}, false, true, 0, 0},
    {"critical", {must_staple_value, 5, true}, false, true, 0, WARNING(FEATURE_CRITICAL)},
    {"two features", {pair_value, 8, false}, false, false, 0, WARNING(FEATURE_NOT_ALONE)},
    {"another feature",
     {lonely_value, 5, true},
     false,
     false,
     REASON(FEATURE_NO_STATUS_REQUEST),
     WARNING(FEATURE_CRITICAL)},
    {"an empty list", {nothing_value, 2, false}, false, false, REASON(FEATURE_EMPTY_LIST), 0},
    {"a byte more", {trailing_value, 6, false}, false, false, REASON(FEATURE_TRAILING_DATA), 0},
    {"another's signature", {must_staple_value, 5, false}, true, false, 0, 0},
};

static void test_requests(void **state)
{
    (void)state;
    struct mst_inspector *inspector = make_inspector(&(struct asked){.trust = true});
    for (size_t i = 0; i < MST_COUNT_OF(request_rows); i++) {
        const struct request_row *row = &request_rows[i];
        const struct mst_document request = make_request(&row->feature, row->break_signature);
        struct mst_inspection inspection;
        mst_inspect_request(inspector, &request, &inspection);
        assert_int_equal(inspection.kind, MST_DOCUMENT_KIND_CERTIFICATE_REQUEST);
        assert_int_equal(inspection.request.signature_valid, !row->break_signature);
        assert_string_equal(inspection.request.key, "EC P-256");
        if (inspection.good != row->good || inspection.request_reasons != row->reasons ||
            inspection.request_warnings != row->warnings)
            fail_msg("%s: good %d, reasons %llx, warnings %llx", row->name, inspection.good,
                     (unsigned long long)inspection.request_reasons,
                     (unsigned long long)inspection.request_warnings);
        mst_inspection_release(&inspection);
        free(request.der);
    }
    mst_inspector_free(inspector);
}

/* What is told of a response, and who might have issued it. */
static const struct response_row {
    const char *name;
    enum staple_kind staple;
    enum who signer; /* NOBODY: the issuer */
    bool wrong_key;  /* the CertID's hash of the issuer's key */
    enum who issuers[CHAIN_MAX];
    int64_t at_s;
    bool issuer_known, good;
    enum mst_staple_state state;
    mst_word_set reasons;
} response_rows[] = {
    {.name = "good",
     .staple = GOOD,
     .issuers = {CA},
     .issuer_known = true,
     .good = true,
     .state = MST_STAPLE_STATE_GOOD},
    {.name = "the issuer among others",
     .staple = GOOD,
     .issuers = {OTHER_CA, ROOT, CA},
     .issuer_known = true,
     .good = true,
     .state = MST_STAPLE_STATE_GOOD},
    {.name = "whatever its serial number",
     .staple = FOREIGN,
     .issuers = {CA},
     .issuer_known = true,
     .good = true,
     .state = MST_STAPLE_STATE_GOOD},
    {.name = "by a delegate",
     .staple = GOOD,
     .signer = DELEGATE,
     .issuers = {ROOT, CA},
     .issuer_known = true,
     .good = true,
     .state = MST_STAPLE_STATE_GOOD},
    {.name = "signed by a stranger",
     .staple = GOOD,
     .signer = OTHER_CA,
     .issuers = {CA},
     .issuer_known = true,
     .state = MST_STAPLE_STATE_SIGNER_UNAUTHORIZED,
     .reasons = REASON(STAPLE_SIGNER_UNAUTHORIZED)},
    {.name = "the issuer by its signature",
     .staple = GOOD,
     .wrong_key = true,
     .issuers = {OTHER_CA, CA},
     .issuer_known = true,
     .state = MST_STAPLE_STATE_MISMATCH,
     .reasons = REASON(STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH)},
    {.name = "the issuer by its signature, not by its name",
     .staple = GOOD,
     .wrong_key = true,
     .issuers = {NAMESAKE, CA},
     .issuer_known = true,
     .state = MST_STAPLE_STATE_MISMATCH,
     .reasons = REASON(STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH)},
    {.name = "the issuer by its name",
     .staple = GOOD,
     .wrong_key = true,
     .issuers = {OTHER_CA, NAMESAKE},
     .issuer_known = true,
     .state = MST_STAPLE_STATE_BAD_SIGNATURE,
     .reasons = REASON(STAPLE_BAD_SIGNATURE)},
    {.name = "nobody given",
     .staple = GOOD,
     .state = MST_STAPLE_STATE_SIGNER_UNKNOWN,
     .reasons = REASON(STAPLE_SIGNER_UNKNOWN) | REASON(ISSUER_UNKNOWN)},
    {.name = "others given",
     .staple = GOOD,
     .issuers = {ROOT, OTHER_CA, MUST},
     .state = MST_STAPLE_STATE_SIGNER_UNKNOWN,
     .reasons = REASON(STAPLE_SIGNER_UNKNOWN) | REASON(ISSUER_UNKNOWN)},
    {.name = "expired",
     .staple = GOOD,
     .issuers = {CA},
     .at_s = PKI_NOW_S + 4 * PKI_DAY_S,
     .issuer_known = true,
     .state = MST_STAPLE_STATE_EXPIRED,
     .reasons = REASON(STAPLE_EXPIRED)},
    {.name = "long after every certificate",
     .staple = REVOKED,
     .issuers = {CA},
     .at_s = PKI_NOW_S + 600 * (int64_t)PKI_DAY_S,
     .issuer_known = true,
     .state = MST_STAPLE_STATE_REVOKED,
     .reasons = REASON(STAPLE_REVOKED)},
    {.name = "zero bytes",
     .staple = NO_BYTES,
     .issuers = {CA},
     .state = MST_STAPLE_STATE_EMPTY,
     .reasons = REASON(STAPLE_EMPTY) | REASON(ISSUER_UNKNOWN)},
    {.name = "garbage",
     .staple = GARBAGE,
     .issuers = {CA},
     .state = MST_STAPLE_STATE_MALFORMED,
     .reasons = REASON(STAPLE_MALFORMED) | REASON(ISSUER_UNKNOWN)},
    {.name = "huge",
     .staple = HUGE,
     .issuers = {CA},
     .state = MST_STAPLE_STATE_OVERSIZE,
     .reasons = REASON(STAPLE_OVERSIZE) | REASON(ISSUER_UNKNOWN)},
};

static struct mst_document make_response(const struct response_row *row)
{
    if (row->signer == NOBODY && !row->wrong_key)
        return make_staple(PLAIN, row->staple);
    struct mst_document document = {.kind = MST_DOCUMENT_KIND_OCSP_RESPONSE, .position = 1};
    const struct pki_response response = {.signer =
                                              &people[row->signer == NOBODY ? CA : row->signer],
                                          .embed_signer = row->signer != NOBODY,
                                          .single_count = 1,
                                          .singles = {{.subject = people[PLAIN].x509,
                                                       .issuer = people[CA].x509,
                                                       .status = V_OCSP_CERTSTATUS_GOOD,
                                                       .wrong_key = row->wrong_key}}};
    document.der = pki_response_make(&response, &document.length);
    return document;
}

static void test_responses(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(response_rows); i++) {
        const struct response_row *row = &response_rows[i];
        struct mst_certificate *issuers[CHAIN_MAX];
        const size_t count = make_chain(row->issuers, issuers);
        struct mst_inspector *inspector = make_inspector(&(struct asked){.at_s = row->at_s});
        const struct mst_document response = make_response(row);
        struct mst_inspection inspection;
        mst_inspect_response(inspector, &response, issuers, count, &inspection);
        assert_int_equal(inspection.kind, MST_DOCUMENT_KIND_OCSP_RESPONSE);
        if (inspection.issuer_known != row->issuer_known || inspection.good != row->good ||
            inspection.response_judgement.state != row->state ||
            inspection.response_reasons != row->reasons)
            fail_msg("%s: known %d, good %d, %s, reasons %llx", row->name, inspection.issuer_known,
                     inspection.good,
                     mst_staple_state_word(inspection.response_judgement.state)->name,
                     (unsigned long long)inspection.response_reasons);
        assert_int_equal(inspection.singles.count, row->staple < NO_BYTES ? 1 : 0);
        mst_inspection_release(&inspection);
        mst_inspector_free(inspector);
        free(response.der);
        free_chain(issuers, count);
    }
}

static void test_bad_roots(void **state)
{
    (void)state;
    const struct mst_inspect_options options = {.ca_file = "/nonexistent/roots.pem",
                                                .now_s = PKI_NOW_S};
    struct mst_inspector *inspector = NULL;
    struct mst_error error = {0};
    assert_int_equal(mst_inspector_new(&options, &inspector, &error), MST_ERROR_USAGE);
    assert_null(inspector);
    assert_non_null(strstr(error.text, "/nonexistent/roots.pem"));
    mst_inspector_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificates), cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_requests),     cmocka_unit_test(test_responses),
        cmocka_unit_test(test_bad_roots),
    };
    return cmocka_run_group_tests(tests, make_people, free_people);
}
