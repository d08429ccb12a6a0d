#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "pki/certificate_x509.h"
#include "pki/trust.h"
#include "unit/pki_maker.h"

#define DAY ((int64_t)PKI_DAY_S)

enum { CHAIN_MAX = 6 };

enum who {
    NOBODY,
    ROOT,           /* trusted */
    INTER,          /* by ROOT */
    LEAF,           /* by INTER; in date 30 days ago to in 60 days */
    DIRECT,         /* a leaf by ROOT */
    OTHER_ROOT,     /* not trusted */
    OTHER_INTER,    /* by OTHER_ROOT */
    OTHER_LEAF,     /* by OTHER_INTER */
    CROSS,          /* named as INTER, another key, by ROOT */
    SELF_SIGNED,    /* a leaf */
    NOT_A_CA,       /* a leaf by ROOT */
    BELOW_NOT_A_CA, /* by NOT_A_CA */
    CLIENT,         /* by INTER, for clients only */
    WEAK,           /* by INTER, signed with SHA-1 */
    CRITICAL,       /* by INTER, its TLS Feature is critical */
    ODD,            /* by INTER, with an unknown critical extension and a critical TLS Feature */
    SHORT_INTER,    /* by ROOT, expired yesterday */
    BELOW_SHORT,    /* by SHORT_INTER */
    PEOPLE_COUNT,
};

static const uint8_t five[] = {0x30, 3, 2, 1, 5};
static struct pki_identity people[PEOPLE_COUNT];
static struct mst_certificate *certificates[PEOPLE_COUNT];
static struct mst_trust *trust;

static const struct {
    enum who who, issuer;
    const char *name;
    int64_t not_after_s;
    bool ca, sha1, critical_feature;
    const char *extensions[PKI_EXTENSIONS_MAX];
} recipes[] = {
    {ROOT, NOBODY, "Test Root", .ca = true},
    {INTER, ROOT, "Test Inter", .ca = true},
    {LEAF, INTER, "must.example",
     .extensions =
         {"subjectAltName=DNS:must.example,DNS:*.wild.example,DNS:part*.other.example,IP:192.0."
          "2.1,IP:2001:db8::1"}},
    {DIRECT, ROOT, "direct.example", .ca = false},
    {OTHER_ROOT, NOBODY, "Other Root", .ca = true},
    {OTHER_INTER, OTHER_ROOT, "Other Inter", .ca = true},
    {OTHER_LEAF, OTHER_INTER, "other.example", .ca = false},
    {CROSS, ROOT, "Test Inter", .ca = true},
    {SELF_SIGNED, NOBODY, "self.example", .extensions = {"subjectAltName=DNS:self.example"}},
    {NOT_A_CA, ROOT, "Not a CA",
     .extensions = {"basicConstraints=CA:FALSE", "keyUsage=digitalSignature"}},
    {BELOW_NOT_A_CA, NOT_A_CA, "below.example", .ca = false},
    {CLIENT, INTER, "client", .extensions = {"extendedKeyUsage=clientAuth"}},
    {WEAK, INTER, "weak.example", .sha1 = true},
    {CRITICAL, INTER, "critical.example", .critical_feature = true},
    {ODD, INTER, "odd.example", .critical_feature = true,
     .extensions = {"1.2.3.4=critical,DER:0500"}},
    {SHORT_INTER, ROOT, "Short Inter", .not_after_s = PKI_NOW_S - DAY,
     .extensions = {"basicConstraints=critical,CA:TRUE"}},
    {BELOW_SHORT, SHORT_INTER, "below.example", .ca = false},
};

static void make_people(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(recipes); i++) {
        const struct pki_identity *issuer =
            recipes[i].issuer == NOBODY ? NULL : &people[recipes[i].issuer];
        struct pki_certificate spec = {
            .name = recipes[i].name,
            .issuer = issuer,
            .not_after_s = recipes[i].not_after_s,
            .digest = recipes[i].sha1 ? EVP_sha1() : NULL,
        };
        for (size_t j = 0; j < PKI_EXTENSIONS_MAX; j++)
            spec.extensions[j] = recipes[i].extensions[j];
        if (recipes[i].critical_feature)
            spec.features[0] = (struct pki_feature){five, sizeof five, true};
        people[recipes[i].who] =
            recipes[i].ca ? pki_issue_ca(recipes[i].name, issuer) : pki_issue(&spec);
        certificates[recipes[i].who] = mst_certificate_wrap(people[recipes[i].who].x509);
    }
}

static int setup(void **state)
{
    (void)state;
    make_people();
    MST_AUTO_FREE char *file = pki_pem_file((const X509 *[]){people[ROOT].x509, NULL});
    const enum mst_status status = mst_trust_new(file, &trust, NULL);
    (void)unlink(file);
    return status == MST_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    mst_trust_free(trust);
    for (size_t i = 0; i < PEOPLE_COUNT; i++) {
        mst_certificate_free(certificates[i]);
        pki_identity_release(&people[i]);
    }
    return 0;
}

/* The chain of those named, up to NOBODY. */
static size_t make_chain(const enum who *who, struct mst_certificate **chain)
{
    size_t length = 0;
    for (; length < CHAIN_MAX && who[length] != NOBODY; length++)
        chain[length] = certificates[who[length]];
    return length;
}

#define GOOD MST_CHAIN_FAULT_NONE
#define UNTRUSTED MST_CHAIN_FAULT_UNTRUSTED
#define EXPIRED MST_CHAIN_FAULT_EXPIRED
#define EARLY MST_CHAIN_FAULT_NOT_YET_VALID

#define NO_ISSUER "unable to get local issuer certificate"
#define BAD_SIGNATURE "certificate signature failure"
#define BAD_PURPOSE "unsuitable certificate purpose"
#define NOT_ANY_MORE "certificate has expired"
#define NOT_YET "certificate is not yet valid"
#define SELF "self-signed certificate"

static const struct {
    const char *name;
    int64_t later_s;
    enum who chain[CHAIN_MAX];
    const char *error;
    enum mst_chain_fault fault;
    bool issuer_known;
} chains[] = {
    {"good", 0, {LEAF, INTER}, "", GOOD, true},
    {"root sent too", 0, {LEAF, INTER, ROOT}, "", GOOD, true},
    {"wrong order", 0, {LEAF, ROOT, INTER}, "", GOOD, true},
    {"others between", 0, {LEAF, OTHER_ROOT, CLIENT, INTER, OTHER_INTER}, "", GOOD, true},
    {"twice", 0, {LEAF, LEAF, INTER, INTER}, "", GOOD, true},
    {"by the root, which is not sent", 0, {DIRECT}, "", GOOD, true},
    {"no intermediate", 0, {LEAF}, NO_ISSUER, UNTRUSTED, false},
    {"the root instead of it", 0, {LEAF, ROOT}, NO_ISSUER, UNTRUSTED, false},
    {"untrusted root", 0, {OTHER_LEAF, OTHER_INTER}, NO_ISSUER, UNTRUSTED, true},
    {"untrusted root, sent",
     0,
     {OTHER_LEAF, OTHER_INTER, OTHER_ROOT},
     SELF " in certificate chain",
     UNTRUSTED,
     true},
    {"another key of that name", 0, {LEAF, CROSS}, BAD_SIGNATURE, UNTRUSTED, false},
    {"self-signed", 0, {SELF_SIGNED}, SELF, UNTRUSTED, true},
    {"issuer is no CA", 0, {BELOW_NOT_A_CA, NOT_A_CA}, NULL, UNTRUSTED, true},
    {"not for servers", 0, {CLIENT, INTER}, BAD_PURPOSE, UNTRUSTED, true},
    {"SHA-1", 0, {WEAK, INTER}, "", GOOD, true},
    {"critical TLS Feature", 0, {CRITICAL, INTER}, "", GOOD, true},
    {"unknown critical extension",
     0,
     {ODD, INTER},
     "unhandled critical extension",
     UNTRUSTED,
     true},
    {"last second", 60 * DAY, {LEAF, INTER}, "", GOOD, true},
    {"expired", 60 * DAY + 1, {LEAF, INTER}, NOT_ANY_MORE, EXPIRED, true},
    {"first second", -30 * DAY, {LEAF, INTER}, "", GOOD, true},
    {"not yet valid", -30 * DAY - 1, {LEAF, INTER}, NOT_YET, EARLY, true},
    {"expired above", 0, {BELOW_SHORT, SHORT_INTER}, NOT_ANY_MORE, EXPIRED, true},
    {"everybody expired", 4000 * DAY, {LEAF, INTER}, NOT_ANY_MORE, EXPIRED, true},
    {"expired, no intermediate", 61 * DAY, {LEAF}, NO_ISSUER, UNTRUSTED, false},
    {"expired, not for servers", 61 * DAY, {CLIENT, INTER}, BAD_PURPOSE, UNTRUSTED, true},
    {"expired, self-signed", 61 * DAY, {SELF_SIGNED}, SELF, UNTRUSTED, true},
    {"expired, another key", 61 * DAY, {LEAF, CROSS}, BAD_SIGNATURE, UNTRUSTED, false},
    {"nothing", 0, {NOBODY}, "unspecified certificate verification error", UNTRUSTED, false},
};

static void test_chains(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(chains); i++) {
        struct mst_certificate *chain[CHAIN_MAX];
        struct mst_chain_facts facts;
        const size_t length = make_chain(chains[i].chain, chain);
        print_message("%s\n", chains[i].name);
        mst_trust_verify(trust, chain, length, "", PKI_NOW_S + chains[i].later_s, &facts);
        assert_int_equal(facts.length, length);
        assert_int_equal(facts.fault, chains[i].fault);
        assert_int_equal(facts.trusted, chains[i].fault == MST_CHAIN_FAULT_NONE);
        if (chains[i].error)
            assert_string_equal(facts.error, chains[i].error);
        assert_int_equal(facts.issuer_known, chains[i].issuer_known);
        assert_false(facts.host_matches);
        assert_int_equal(facts.sha256_count, length);
        for (size_t j = 0; j < length; j++) {
            char sha256[MST_SHA256_HEX_SIZE];
            mst_certificate_sha256(chain[j], sha256);
            assert_string_equal(facts.sha256[j], sha256);
        }
        assert_int_equal(ERR_peek_error(), 0);
        mst_chain_facts_release(&facts);
    }
}

/* Whose dates they are. */
static void test_issuer_faults(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t later_s;
        enum who chain[CHAIN_MAX];
        enum mst_chain_fault fault, issuer_fault;
    } rows[] = {
        {"nobody's", 0, {LEAF, INTER}, GOOD, GOOD},
        {"the leaf's", 60 * DAY + 1, {LEAF, INTER}, EXPIRED, GOOD},
        {"the issuer's", 0, {BELOW_SHORT, SHORT_INTER}, EXPIRED, EXPIRED},
        {"both", 60 * DAY + 1, {BELOW_SHORT, SHORT_INTER}, EXPIRED, EXPIRED},
        {"everybody's", 4000 * DAY, {LEAF, INTER}, EXPIRED, EXPIRED},
        {"an issuer of the future", -4000 * DAY, {LEAF, INTER}, EARLY, EARLY},
        {"the leaf's, and no issuer", 61 * DAY, {LEAF}, UNTRUSTED, GOOD},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_certificate *chain[CHAIN_MAX];
        struct mst_chain_facts facts;
        const size_t length = make_chain(rows[i].chain, chain);
        print_message("%s\n", rows[i].name);
        mst_trust_verify(trust, chain, length, "", PKI_NOW_S + rows[i].later_s, &facts);
        assert_int_equal(facts.fault, rows[i].fault);
        assert_int_equal(facts.issuer_fault, rows[i].issuer_fault);
        mst_chain_facts_release(&facts);
    }
}

static const struct {
    const char *host;
    enum who leaf;
    bool matches;
} hosts[] = {
    {"must.example", LEAF, true},
    {"MUST.example", LEAF, true},
    {"other.example", LEAF, false},
    {"www.must.example", LEAF, false},
    {"example", LEAF, false},
    {"a.wild.example", LEAF, true},
    {"a.b.wild.example", LEAF, false},
    {"wild.example", LEAF, false},
    {".wild.example", LEAF, false},
    {".example", LEAF, false},
    {"partial.other.example", LEAF, false},
    {"192.0.2.1", LEAF, true},
    {"192.0.2.2", LEAF, false},
    {"2001:db8::1", LEAF, true},
    {"2001:db8:0:0:0:0:0:1", LEAF, true},
    {"2001:db8::2", LEAF, false},
    {"", LEAF, false},
    {"direct.example", DIRECT, false}, /* in the subject only */
    {"self.example", SELF_SIGNED, true},
};

static void test_hosts(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(hosts); i++) {
        struct mst_chain_facts facts;
        print_message("%s\n", hosts[i].host);
        mst_trust_verify(trust, &certificates[hosts[i].leaf], 1, hosts[i].host, PKI_NOW_S, &facts);
        assert_int_equal(facts.host_matches, hosts[i].matches);
        mst_chain_facts_release(&facts);
    }
}

static void test_find_issuer(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t index;
        enum who chain[CHAIN_MAX];
        enum who issuer;
    } rows[] = {
        {"next", 0, {LEAF, INTER}, INTER},
        {"last", 0, {LEAF, OTHER_INTER, ROOT, INTER}, INTER},
        {"not the namesake", 0, {LEAF, CROSS, INTER}, INTER},
        {"a namesake only", 0, {LEAF, CROSS}, NOBODY},
        {"nobody", 0, {LEAF}, NOBODY},
        {"trusted root, not sent", 0, {DIRECT}, ROOT},
        {"trusted root, sent", 0, {DIRECT, ROOT}, ROOT},
        {"of the intermediate", 1, {LEAF, INTER}, ROOT},
        {"of an untrusted intermediate", 1, {OTHER_LEAF, OTHER_INTER}, NOBODY},
        {"of the leaf below an untrusted root", 0, {OTHER_LEAF, OTHER_INTER}, OTHER_INTER},
        {"self-signed", 0, {SELF_SIGNED}, SELF_SIGNED},
        {"no CA", 0, {BELOW_NOT_A_CA, NOT_A_CA}, NOT_A_CA},
        {"expired", 0, {BELOW_SHORT, SHORT_INTER}, SHORT_INTER},
        {"of nobody", 2, {LEAF, INTER}, NOBODY},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_certificate *chain[CHAIN_MAX];
        const size_t length = make_chain(rows[i].chain, chain);
        print_message("%s\n", rows[i].name);
        mst_trust_begin(trust);
        struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, length, rows[i].index);
        assert_int_equal(issuer != NULL, rows[i].issuer != NOBODY);
        if (issuer)
            assert_int_equal(X509_cmp(mst_certificate_x509(issuer), people[rows[i].issuer].x509),
                             0);
        assert_int_equal(ERR_peek_error(), 0);
        mst_certificate_free(issuer);
    }
}

/* A self-issued certificate of a new key under the old one is issued by the old. */
static void test_self_issued(void **state)
{
    (void)state;
    const struct pki_certificate spec = {.name = "Test Root", .issuer = &people[ROOT]};
    struct pki_identity renewed = pki_issue(&spec);
    struct mst_certificate *chain[] = {mst_certificate_wrap(renewed.x509)};
    mst_trust_begin(trust);
    struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, 1, 0);
    assert_non_null(issuer);
    assert_int_equal(X509_cmp(mst_certificate_x509(issuer), people[ROOT].x509), 0);
    mst_certificate_free(issuer);
    mst_certificate_free(chain[0]);
    pki_identity_release(&renewed);
}

/* Many certificates of one name make nobody check more signatures than a peer is worth, and what
 * was checked once is known. */
static void test_bounded_checks(void **state)
{
    (void)state;
    enum { LENGTH = 32, NAMESAKES = 30 };
    struct pki_identity issuers[NAMESAKES];
    for (size_t i = 0; i < NAMESAKES; i++)
        issuers[i] = pki_issue_ca("Namesake", NULL);
    const struct pki_certificate spec = {.name = "leaf", .issuer = &issuers[NAMESAKES - 1]};
    struct pki_identity late = pki_issue(&spec);
    const struct pki_certificate early_spec = {.name = "leaf", .issuer = &issuers[0]};
    struct pki_identity early = pki_issue(&early_spec);
    struct mst_certificate *chain[LENGTH];
    for (size_t i = 0; i < NAMESAKES; i++)
        chain[i + 2] = mst_certificate_wrap(issuers[i].x509);
    chain[0] = mst_certificate_wrap(late.x509);
    chain[1] = mst_certificate_wrap(early.x509);

    mst_trust_begin(trust);
    for (int again = 0; again < 3; again++) {
        struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, LENGTH, 1);
        assert_non_null(issuer);
        mst_certificate_free(issuer);
    }
    assert_null(mst_trust_find_issuer(trust, chain, LENGTH, 0));
    mst_trust_begin(trust);
    assert_null(mst_trust_find_issuer(trust, chain, LENGTH, 0));
    struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, LENGTH, 1);
    assert_null(issuer);

    for (size_t i = 0; i < LENGTH; i++)
        mst_certificate_free(chain[i]);
    for (size_t i = 0; i < NAMESAKES; i++)
        pki_identity_release(&issuers[i]);
    pki_identity_release(&early);
    pki_identity_release(&late);
    mst_trust_begin(trust);
}

static void test_ca_features(void **state)
{
    (void)state;
    static const uint8_t six[] = {0x30, 3, 2, 1, 6};
    static const uint8_t both[] = {0x30, 6, 2, 1, 5, 2, 1, 17};
    static const struct {
        const char *name;
        struct pki_feature child, issuer;
        bool there, has_all, identical;
    } rows[] = {
        {"neither", {0}, {0}, false, false, false},
        {"child only", {five, sizeof five, false}, {0}, false, false, false},
        {"issuer only", {0}, {five, sizeof five, false}, true, false, false},
        {"same", {five, sizeof five, false}, {five, sizeof five, false}, true, true, true},
        {"more", {both, sizeof both, false}, {five, sizeof five, false}, true, true, false},
        {"less", {five, sizeof five, false}, {both, sizeof both, false}, true, false, false},
        {"another", {six, sizeof six, false}, {five, sizeof five, false}, true, false, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate above = {
            .name = "Demanding CA", .issuer = &people[ROOT], .features = {rows[i].issuer}};
        struct pki_identity issuer = pki_issue(&above);
        const struct pki_certificate below = {
            .name = "leaf", .issuer = &issuer, .features = {rows[i].child}};
        struct pki_identity leaf = pki_issue(&below);
        /* Out of order, with somebody else in between. */
        struct mst_certificate *chain[] = {
            mst_certificate_wrap(leaf.x509), mst_certificate_wrap(people[ROOT].x509),
            mst_certificate_wrap(people[CRITICAL].x509), mst_certificate_wrap(issuer.x509)};
        struct mst_chain_facts facts = {0};
        print_message("%s\n", rows[i].name);
        mst_trust_begin(trust);
        mst_trust_read_ca_features(trust, chain, MST_COUNT_OF(chain), &facts);
        assert_int_equal(facts.ca_feature_count, rows[i].there ? 1 : 0);
        if (rows[i].there) {
            assert_string_equal(facts.ca_features[0].subject, "CN=Demanding CA");
            assert_true(facts.ca_features[0].tls_feature.present);
            assert_int_equal(facts.ca_features[0].child_has_all, rows[i].has_all);
            assert_int_equal(facts.ca_features[0].child_identical, rows[i].identical);
        }
        mst_chain_facts_release(&facts);
        for (size_t j = 0; j < MST_COUNT_OF(chain); j++)
            mst_certificate_free(chain[j]);
        pki_identity_release(&leaf);
        pki_identity_release(&issuer);
    }
}

static void test_no_chain(void **state)
{
    (void)state;
    struct mst_chain_facts facts = {0};
    mst_trust_read_ca_features(trust, NULL, 0, &facts);
    assert_int_equal(facts.ca_feature_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chains),      cmocka_unit_test(test_issuer_faults),
        cmocka_unit_test(test_hosts),       cmocka_unit_test(test_find_issuer),
        cmocka_unit_test(test_self_issued), cmocka_unit_test(test_bounded_checks),
        cmocka_unit_test(test_ca_features), cmocka_unit_test(test_no_chain),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
