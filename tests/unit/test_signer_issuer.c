#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "pki/certificate_x509.h"
#include "pki/staple.h"
#include "unit/pki_maker.h"

/* The issuer counts by its key and name alone: whether it may issue is the chain's matter. */
static const struct pki_certificate issuers[] = {
    {.name = "A CA", .extensions = {"basicConstraints=critical,CA:TRUE"}},
    {.name = "No extensions at all"},
    {.name = "Version 1", .version_1 = true},
    {.name = "No CA", .extensions = {"basicConstraints=critical,CA:FALSE"}},
    {.name = "No basicConstraints", .extensions = {"keyUsage=critical,keyCertSign"}},
    {.name = "Signs certificates alone",
     .extensions = {"basicConstraints=CA:TRUE", "keyUsage=critical,keyCertSign"}},
    {.name = "Enciphers",
     .extensions = {"basicConstraints=CA:TRUE", "keyUsage=critical,keyEncipherment"}},
    {.name = "For servers",
     .extensions = {"basicConstraints=CA:TRUE", "extendedKeyUsage=critical,serverAuth"}},
    {.name = "No path left", .extensions = {"basicConstraints=critical,CA:TRUE,pathlen:0"}},
    {.name = "Odd", .extensions = {"basicConstraints=CA:TRUE", "1.2.3.4=critical,DER:0500"}},
    {.name = "Expired",
     .not_before_s = PKI_NOW_S - 60 * (int64_t)PKI_DAY_S,
     .not_after_s = PKI_NOW_S - 30 * (int64_t)PKI_DAY_S},
    {.name = "Of the future", .not_before_s = PKI_NOW_S + PKI_DAY_S},
    {.name = "Unreadable dates", .raw_not_after = "20300101000000.5Z"},
    {.name = NULL}, /* without a name */
    {.name = "P-384", .kind = PKI_KEY_P384, .digest = NULL},
    {.name = "P-521", .kind = PKI_KEY_P521},
    {.name = "RSA", .kind = PKI_KEY_RSA},
    {.name = "RSA with PSS", .kind = PKI_KEY_RSA_PSS},
    {.name = "Ed25519", .kind = PKI_KEY_ED25519},
};

enum { BY_DELEGATE = 1, BY_KEY = 2, BROKEN = 4, WAYS = 8 };

static void check(const struct pki_certificate *issuer_spec, unsigned how)
{
    struct pki_identity issuer = pki_issue(issuer_spec);
    struct pki_identity leaf =
        pki_issue(&(struct pki_certificate){.name = "leaf", .issuer = &issuer});
    struct pki_identity delegate = pki_issue(&(struct pki_certificate){
        .name = "responder", .issuer = &issuer, .extensions = {"extendedKeyUsage=OCSPSigning"}});
    const bool delegated = (how & BY_DELEGATE) != 0;
    const struct pki_response response = {
        .signer = delegated ? &delegate : &issuer,
        .embed_signer = delegated,
        .by_key = (how & BY_KEY) != 0,
        .break_signature = (how & BROKEN) != 0,
        .single_count = 1,
        .singles = {{.subject = leaf.x509, .issuer = issuer.x509}},
    };
    struct mst_certificate *about = mst_certificate_wrap(leaf.x509);
    struct mst_certificate *above = mst_certificate_wrap(issuer.x509);
    struct mst_staple staple = {.delivery = MST_DELIVERY_SENT};
    struct mst_staple_facts facts;
    staple.data = pki_response_make(&response, &staple.size);
    mst_staple_read(&staple, about, above, PKI_NOW_S, &facts);
    assert_false(facts.malformed);
    assert_int_equal(facts.signer_fault,
                     (how & BROKEN) != 0 ? MST_SIGNER_FAULT_BAD_SIGNATURE : MST_SIGNER_FAULT_NONE);
    assert_int_equal(facts.signer_kind,
                     delegated ? MST_SIGNER_KIND_DELEGATE : MST_SIGNER_KIND_ISSUER);
    assert_int_equal(facts.responder_by_name, (how & BY_KEY) == 0);
    assert_int_equal(facts.matching, 1);
    assert_int_equal(ERR_peek_error(), 0);
    mst_staple_facts_release(&facts);
    free(staple.data);
    mst_certificate_free(above);
    mst_certificate_free(about);
    pki_identity_release(&delegate);
    pki_identity_release(&leaf);
    pki_identity_release(&issuer);
}

static void test_issuers(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(issuers); i++)
        for (unsigned how = 0; how < WAYS; how++) {
            print_message("%s, %u\n", issuers[i].name ? issuers[i].name : "", how);
            check(&issuers[i], how);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_issuers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
