#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "pki/certificate_x509.h"
#include "unit/staple_world.h"

#define NONE MST_SIGNER_FAULT_NONE
#define UNKNOWN MST_SIGNER_FAULT_UNKNOWN
#define UNAUTHORIZED MST_SIGNER_FAULT_UNAUTHORIZED
#define BAD_SIGNATURE MST_SIGNER_FAULT_BAD_SIGNATURE

enum { BY_NAME = 0, BY_KEY = 1, EMBEDDED = 2, BROKEN = 4, NOCHECK = 8, IS_CA = 16 };

struct signer_row {
    const char *name;
    enum who signer;
    unsigned how;
    enum who embedded[10]; /* before the signer, up to NOBODY */
    enum mst_signer_fault fault;
    enum mst_signer_kind kind;
    const char *subject;
    size_t superfluous;
};

#define ISSUED(superfluous) MST_SIGNER_KIND_ISSUER, "CN=Test Issuer", superfluous
#define GIVEN(name, superfluous) MST_SIGNER_KIND_DELEGATE, "CN=" name, superfluous
#define NO_ONE MST_SIGNER_KIND_NONE, NULL, 0
#define ALONE                                                                                      \
    {                                                                                              \
        NOBODY                                                                                     \
    }
#define FORGED_TWICE FORGED_DELEGATE, FORGED_DELEGATE

static const struct signer_row rows[] = {
    {"issuer by name", ISSUER, BY_NAME, ALONE, NONE, ISSUED(0)},
    {"issuer by key", ISSUER, BY_KEY, ALONE, NONE, ISSUED(0)},
    {"issuer, itself embedded", ISSUER, EMBEDDED, ALONE, NONE, ISSUED(1)},
    {"issuer, broken", ISSUER, BROKEN, ALONE, BAD_SIGNATURE, ISSUED(0)},
    {"issuer by key, broken", ISSUER, BY_KEY | BROKEN, ALONE, BAD_SIGNATURE, ISSUED(0)},
    {"another key", IMPOSTOR, BY_NAME, ALONE, BAD_SIGNATURE, ISSUED(0)},
    {"another key, embedded", IMPOSTOR, EMBEDDED, ALONE, BAD_SIGNATURE, ISSUED(1)},
    {"another key by key", IMPOSTOR, BY_KEY, ALONE, UNKNOWN, NO_ONE},
    {"another key by key, embedded", IMPOSTOR, BY_KEY | EMBEDDED | IS_CA, ALONE, UNAUTHORIZED,
     GIVEN("Test Issuer", 0)},
    {"delegate by name", DELEGATE, EMBEDDED | NOCHECK, ALONE, NONE, GIVEN("Test Responder", 0)},
    {"delegate by key", DELEGATE, BY_KEY | EMBEDDED | NOCHECK, ALONE, NONE,
     GIVEN("Test Responder", 0)},
    {"critical nocheck", CRITICAL_DELEGATE, BY_KEY | EMBEDDED | NOCHECK, ALONE, NONE,
     GIVEN("Critical Responder", 0)},
    {"no nocheck", PLAIN_DELEGATE, EMBEDDED, ALONE, NONE, GIVEN("Plain Responder", 0)},
    {"delegate, broken", DELEGATE, EMBEDDED | NOCHECK | BROKEN, ALONE, BAD_SIGNATURE,
     GIVEN("Test Responder", 0)},
    {"a CA as delegate", CA_DELEGATE, EMBEDDED | IS_CA, ALONE, NONE, GIVEN("CA Responder", 0)},
    {"delegate not embedded", DELEGATE, BY_NAME, ALONE, UNKNOWN, NO_ONE},
    {"others embedded instead", DELEGATE, BY_KEY, {ISSUER, SIBLING}, UNKNOWN, NO_ONE},
    {"last of several",
     DELEGATE,
     BY_KEY | EMBEDDED | NOCHECK,
     {ISSUER, ROOT, SIBLING},
     NONE,
     GIVEN("Test Responder", 3)},
    {"expired", EXPIRED_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("Expired Responder", 0)},
    {"of the future", FUTURE_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("Future Responder", 0)},
    {"for any usage", ANY_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("Any Responder", 0)},
    {"unknown critical extension", ODD_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED,
     GIVEN("Odd Responder", 0)},
    {"usage twice", DOUBLE_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("Double Responder", 0)},
    {"sibling leaf", SIBLING, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("sibling.example", 0)},
    {"sibling by key", SIBLING, BY_KEY | EMBEDDED, ALONE, UNAUTHORIZED,
     GIVEN("sibling.example", 0)},
    {"the leaf itself", LEAF, EMBEDDED, ALONE, UNAUTHORIZED, GIVEN("must.example", 0)},
    {"indirect",
     INDIRECT_DELEGATE,
     EMBEDDED,
     {SUB_CA},
     UNAUTHORIZED,
     GIVEN("Indirect Responder", 1)},
    {"delegate of another CA",
     STRANGE_DELEGATE,
     EMBEDDED,
     {STRANGER},
     UNAUTHORIZED,
     GIVEN("Strange Responder", 1)},
    {"another CA", STRANGER, EMBEDDED | IS_CA, ALONE, UNAUTHORIZED, GIVEN("Stranger Root", 0)},
    {"the issuer's issuer", ROOT, EMBEDDED | IS_CA, ALONE, UNAUTHORIZED, GIVEN("Test Root", 0)},
    {"forged delegate",
     FORGED_DELEGATE,
     EMBEDDED,
     {IMPOSTOR},
     UNAUTHORIZED,
     GIVEN("Test Responder", 1)},
    {"by the issuer's key under another name", ALIAS_DELEGATE, EMBEDDED, ALONE, UNAUTHORIZED,
     GIVEN("Alias Responder", 0)},
    {"after namesakes",
     DELEGATE,
     EMBEDDED | NOCHECK,
     {UNNAMED_DELEGATE, FORGED_DELEGATE},
     NONE,
     GIVEN("Test Responder", 2)},
    {"signed by the delegate's namesake",
     UNNAMED_DELEGATE,
     EMBEDDED | NOCHECK,
     {DELEGATE},
     BAD_SIGNATURE,
     GIVEN("Test Responder", 1)},
    {"as many namesakes as are checked",
     DELEGATE,
     EMBEDDED | NOCHECK,
     {FORGED_TWICE, FORGED_TWICE, FORGED_TWICE, FORGED_DELEGATE},
     NONE,
     GIVEN("Test Responder", 7)},
    {"more namesakes than are checked",
     DELEGATE,
     EMBEDDED,
     {FORGED_TWICE, FORGED_TWICE, FORGED_TWICE, FORGED_TWICE},
     UNAUTHORIZED,
     GIVEN("Test Responder", 8)},
};

static void check_row(const struct signer_row *row)
{
    struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    size_t embedded = 0;
    response.signer = staple_world_get(row->signer);
    response.by_key = (row->how & BY_KEY) != 0;
    response.embed_signer = (row->how & EMBEDDED) != 0;
    response.break_signature = (row->how & BROKEN) != 0;
    for (; row->embedded[embedded] != NOBODY; embedded++)
        response.embedded[embedded] = staple_world_get(row->embedded[embedded])->x509;
    print_message("%s\n", row->name);
    staple_world_read(&response, &facts);
    assert_false(facts.malformed);
    assert_int_equal(facts.signer_fault, row->fault);
    assert_int_equal(facts.signer_kind, row->kind);
    if (row->subject)
        assert_string_equal(facts.signer_subject, row->subject);
    else
        assert_null(facts.signer_subject);
    assert_int_equal(facts.signer_not_after_s == MST_TIME_NONE, row->subject == NULL);
    assert_int_equal(facts.signer_nocheck, (row->how & NOCHECK) != 0);
    assert_int_equal(facts.signer_is_ca, (row->how & IS_CA) != 0);
    assert_int_equal(facts.certificates, embedded + (response.embed_signer ? 1 : 0));
    assert_int_equal(facts.superfluous_certificates, row->superfluous);
    assert_int_equal(facts.matching, 1);
    assert_int_equal(facts.responder_by_name, (row->how & BY_KEY) == 0);
    assert_int_equal(ERR_peek_error(), 0);
    mst_staple_facts_release(&facts);
}

static void test_signers(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        check_row(&rows[i]);
}

/* The delegate is in date to its very first and last second. */
static void test_dates(void **state)
{
    (void)state;
    static const struct {
        int64_t now_s;
        enum mst_signer_fault fault;
    } dates[] = {
        {PKI_NOW_S - 30 * (int64_t)PKI_DAY_S - 1, UNAUTHORIZED},
        {PKI_NOW_S - 30 * (int64_t)PKI_DAY_S, NONE},
        {PKI_NOW_S + 60 * (int64_t)PKI_DAY_S, NONE},
        {PKI_NOW_S + 60 * (int64_t)PKI_DAY_S + 1, UNAUTHORIZED},
        {0, UNAUTHORIZED},
        {INT64_MAX, UNAUTHORIZED},
    };
    struct pki_response response = staple_world_response();
    struct mst_staple staple = {.delivery = MST_DELIVERY_SENT};
    struct mst_certificate *subject = mst_certificate_wrap(staple_world_get(LEAF)->x509);
    struct mst_certificate *issuer = mst_certificate_wrap(staple_world_get(ISSUER)->x509);
    response.signer = staple_world_get(DELEGATE);
    response.embed_signer = true;
    staple.data = pki_response_make(&response, &staple.size);
    for (size_t i = 0; i < MST_COUNT_OF(dates); i++) {
        struct mst_staple_facts facts;
        mst_staple_read(&staple, subject, issuer, dates[i].now_s, &facts);
        assert_int_equal(facts.signer_fault, dates[i].fault);
        assert_int_equal(facts.signer_not_after_s, PKI_NOW_S + 60 * (int64_t)PKI_DAY_S);
        mst_staple_facts_release(&facts);
    }
    free(staple.data);
    mst_certificate_free(issuer);
    mst_certificate_free(subject);
}

/* Without the issuer nobody can be believed. */
static void test_no_issuer(void **state)
{
    (void)state;
    struct pki_response response = staple_world_response();
    struct mst_staple_facts facts;
    size_t size = 0;
    response.signer = staple_world_get(DELEGATE);
    response.embed_signer = true;
    uint8_t *data = pki_response_make(&response, &size);
    staple_world_read_bytes(data, size, NOBODY, &facts);
    assert_int_equal(facts.signer_fault, UNKNOWN);
    assert_null(facts.signer_subject);
    assert_int_equal(facts.matching, 0);
    assert_int_equal(facts.mismatch, MST_MISMATCH_NONE);
    assert_int_equal(facts.singles, 1);
    assert_int_equal(facts.certificates, 1);
    mst_staple_facts_release(&facts);
    free(data);
}

/* Keys and signatures of every kind, by the issuer and by a delegate. */
static void test_algorithms(void **state)
{
    (void)state;
    const struct {
        const char *signature;
        const EVP_MD *digest;
        enum pki_key_kind kind;
        bool sha1;
    } kinds[] = {
        {"ecdsa-with-SHA256", EVP_sha256(), PKI_KEY_P256, false},
        {"ecdsa-with-SHA1", EVP_sha1(), PKI_KEY_P256, true},
        {"ecdsa-with-SHA384", EVP_sha384(), PKI_KEY_P384, false},
        {"ecdsa-with-SHA512", EVP_sha512(), PKI_KEY_P521, false},
        {"ED25519", NULL, PKI_KEY_ED25519, false},
        {"sha256WithRSAEncryption", EVP_sha256(), PKI_KEY_RSA, false},
        {"sha1WithRSAEncryption", EVP_sha1(), PKI_KEY_RSA, true},
        {"rsassaPss", EVP_sha256(), PKI_KEY_RSA_PSS, false},
        {"rsassaPss", EVP_sha1(), PKI_KEY_RSA_PSS, true},
    };
    for (size_t i = 0; i < 2 * MST_COUNT_OF(kinds); i++) {
        const bool broken = i % 2 != 0;
        const struct pki_certificate spec = {
            .name = "Responder",
            .kind = kinds[i / 2].kind,
            .issuer = staple_world_get(ISSUER),
            .extensions = {"extendedKeyUsage=OCSPSigning"},
        };
        struct pki_identity signer = pki_issue(&spec);
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        print_message("%s%s\n", kinds[i / 2].signature, broken ? ", broken" : "");
        response.signer = &signer;
        response.embed_signer = true;
        response.digest = kinds[i / 2].digest;
        response.break_signature = broken;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.signer_fault, broken ? BAD_SIGNATURE : NONE);
        assert_int_equal(facts.signer_kind, MST_SIGNER_KIND_DELEGATE);
        assert_string_equal(facts.signature, kinds[i / 2].signature);
        assert_int_equal(facts.sha1_signature, kinds[i / 2].sha1);
        mst_staple_facts_release(&facts);
        pki_identity_release(&signer);
    }
}

/* Nobody matches the ResponderID, and yet the issuer's key made the signature. */
static void test_issuer_in_disguise(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum who signer;
        bool embedded, broken;
        enum mst_signer_fault fault;
        bool signed_by_issuer;
    } disguises[] = {
        {"its key under another name", ALIAS, false, false, UNKNOWN, true},
        {"broken", ALIAS, false, true, UNKNOWN, false},
        {"embedded", ALIAS, true, false, UNAUTHORIZED, false},
        {"another's key", DELEGATE, false, false, UNKNOWN, false},
        {"in its own name", ISSUER, false, false, NONE, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(disguises); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        print_message("%s\n", disguises[i].name);
        response.signer = staple_world_get(disguises[i].signer);
        response.embed_signer = disguises[i].embedded;
        response.break_signature = disguises[i].broken;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.signer_fault, disguises[i].fault);
        assert_int_equal(facts.signed_by_issuer, disguises[i].signed_by_issuer);
        mst_staple_facts_release(&facts);
    }
}

/* What was signed over a hash that can be forged proves nothing: neither a response nor the right
 * of a delegate. SHA-1 still does here, and is noted for those to whom it does not. */
static void test_weak_hashes(void **state)
{
    (void)state;
    const struct {
        const char *name;
        const EVP_MD *certificate, *response;
        enum mst_signer_fault fault;
        bool signer_sha1, sha1;
    } hashes[] = {
        {"SHA-256", EVP_sha256(), EVP_sha256(), NONE, false, false},
        {"SHA-1 below the delegate", EVP_sha1(), EVP_sha256(), NONE, true, false},
        {"SHA-1 by the delegate", EVP_sha256(), EVP_sha1(), NONE, false, true},
        {"MD5 below the delegate", EVP_md5(), EVP_sha256(), UNAUTHORIZED, false, false},
        {"MD5 by the delegate", EVP_sha256(), EVP_md5(), BAD_SIGNATURE, false, false},
    };
    const struct pki_certificate ca_spec = {
        .name = "RSA Issuer",
        .kind = PKI_KEY_RSA,
        .extensions = {"basicConstraints=critical,CA:TRUE"},
    };
    struct pki_identity ca = pki_issue(&ca_spec);
    for (size_t i = 0; i < MST_COUNT_OF(hashes); i++) {
        const struct pki_certificate spec = {
            .name = "Responder",
            .kind = PKI_KEY_RSA,
            .issuer = &ca,
            .digest = hashes[i].certificate,
            .extensions = {"extendedKeyUsage=OCSPSigning"},
        };
        struct pki_identity signer = pki_issue(&spec);
        struct pki_response response = staple_world_response();
        struct mst_certificate *issuer = mst_certificate_wrap(ca.x509);
        struct mst_staple staple = {.delivery = MST_DELIVERY_SENT};
        struct mst_staple_facts facts;
        print_message("%s\n", hashes[i].name);
        response.signer = &signer;
        response.embed_signer = true;
        response.digest = hashes[i].response;
        staple.data = pki_response_make(&response, &staple.size);
        mst_staple_read(&staple, NULL, issuer, PKI_NOW_S, &facts);
        assert_false(facts.malformed);
        assert_int_equal(facts.signer_fault, hashes[i].fault);
        assert_int_equal(facts.signer_sha1, hashes[i].signer_sha1);
        assert_int_equal(facts.sha1_signature, hashes[i].sha1);
        assert_string_equal(facts.signer_key, "RSA 2048");
        mst_staple_facts_release(&facts);
        free(staple.data);
        mst_certificate_free(issuer);
        pki_identity_release(&signer);
    }
    pki_identity_release(&ca);
}

/* The certificates in the response that stand before the delegate's, or all of them where none is
 * the signer's. */
static void test_odd_certificates(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum who signer, before;
        bool embedded, odd;
    } oddities[] = {
        {"the delegate itself", ODD_DELEGATE, NOBODY, true, true},
        {"before the delegate", DELEGATE, ODD_DELEGATE, true, true},
        {"another before the delegate", DELEGATE, SIBLING, true, false},
        {"a critical nocheck", CRITICAL_DELEGATE, NOBODY, true, false},
        {"and no signer", DELEGATE, ODD_DELEGATE, false, true},
        {"and the issuer signed", ISSUER, ODD_DELEGATE, false, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(oddities); i++) {
        struct pki_response response = staple_world_response();
        struct mst_staple_facts facts;
        print_message("%s\n", oddities[i].name);
        response.signer = staple_world_get(oddities[i].signer);
        response.embed_signer = oddities[i].embedded;
        if (oddities[i].before != NOBODY)
            response.embedded[0] = staple_world_get(oddities[i].before)->x509;
        staple_world_read(&response, &facts);
        assert_int_equal(facts.odd_certificate, oddities[i].odd);
        mst_staple_facts_release(&facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_no_issuer),
        cmocka_unit_test(test_algorithms),
        cmocka_unit_test(test_issuer_in_disguise),
        cmocka_unit_test(test_weak_hashes),
        cmocka_unit_test(test_odd_certificates),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
