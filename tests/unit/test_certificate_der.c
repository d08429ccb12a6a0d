#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/mem.h"
#include "pki/certificate_x509.h"
#include "unit/pki_maker.h"

static uint8_t *copy_of(const uint8_t *der, size_t size, size_t more)
{
    uint8_t *copy = mst_alloc(size + more, 1);
    memcpy(copy, der, size);
    return copy;
}

static void test_from_der(void **state)
{
    (void)state;
    struct pki_identity identity = pki_issue(&(struct pki_certificate){.name = "leaf"});
    size_t size = 0;
    size_t again_size = 0;
    uint8_t *der = pki_certificate_der(identity.x509, &size);
    struct mst_certificate *certificate = mst_certificate_from_der(der, size);
    struct mst_certificate *wrapped = mst_certificate_wrap(identity.x509);
    char sha256[MST_SHA256_HEX_SIZE];
    char wrapped_sha256[MST_SHA256_HEX_SIZE];
    assert_non_null(certificate);
    uint8_t *again = mst_certificate_to_der(certificate, &again_size);
    assert_int_equal(again_size, size);
    assert_memory_equal(again, der, size);
    mst_certificate_sha256(certificate, sha256);
    mst_certificate_sha256(wrapped, wrapped_sha256);
    assert_string_equal(sha256, wrapped_sha256);
    free(again);
    mst_certificate_free(certificate);
    mst_certificate_free(wrapped);

    for (size_t i = 0; i < size; i++) {
        uint8_t *cut = copy_of(der, i, 1);
        assert_null(mst_certificate_from_der(cut, i));
        free(cut);
    }
    uint8_t *longer = copy_of(der, size, size);
    assert_null(mst_certificate_from_der(longer, size + 1));
    memcpy(longer + size, der, size);
    assert_null(mst_certificate_from_der(longer, 2 * size));
    free(longer);
    assert_null(mst_certificate_from_der(NULL, 0));

    /* The outer length in a longer form: BER, not DER. */
    assert_int_equal(der[1], 0x82);
    uint8_t *ber = copy_of(der, size, 1);
    memmove(ber + 5, der + 4, size - 4);
    memcpy(ber, (const uint8_t[]){0x30, 0x83, 0, der[2], der[3]}, 5);
    assert_null(mst_certificate_from_der(ber, size + 1));
    free(ber);
    assert_int_equal(ERR_peek_error(), 0);
    free(der);
    pki_identity_release(&identity);
}

/* Whatever bit is wrong, reading comes to an end. */
static void test_damaged(void **state)
{
    (void)state;
    static const uint8_t feature[] = {0x30, 3, 2, 1, 5};
    const struct pki_certificate spec = {
        .name = "must.example",
        .extensions = {"authorityInfoAccess=OCSP;URI:http://ocsp.example/",
                       "crlDistributionPoints=URI:http://crl.example/1"},
        .features = {{feature, sizeof feature, false}},
    };
    struct pki_identity identity = pki_issue(&spec);
    size_t size = 0;
    uint8_t *der = pki_certificate_der(identity.x509, &size);
    for (size_t i = 0; i < 2 * size; i++) {
        const uint8_t change = i % 2 ? 0xff : 0x01;
        der[i / 2] ^= change;
        struct mst_certificate *certificate = mst_certificate_from_der(der, size);
        if (certificate) {
            struct mst_certificate_facts facts;
            mst_certificate_read(certificate, &facts);
            assert_true(mst_text_is_utf8(facts.subject, strlen(facts.subject)));
            mst_certificate_facts_release(&facts);
        }
        mst_certificate_free(certificate);
        assert_int_equal(ERR_peek_error(), 0);
        der[i / 2] ^= change;
    }
    free(der);
    pki_identity_release(&identity);
}

/* A key of an unknown algorithm is no reason not to read the rest. */
static void test_unknown_key(void **state)
{
    (void)state;
    struct pki_identity identity = pki_issue(&(struct pki_certificate){.name = "leaf"});
    size_t size = 0;
    uint8_t *der = pki_certificate_der(identity.x509, &size);
    /* id-ecPublicKey 1.2.840.10045.2.1 becomes 1.2.840.10045.2.127 */
    static const uint8_t ec_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
    uint8_t *at = memmem(der, size, ec_key, sizeof ec_key);
    assert_non_null(at);
    at[sizeof ec_key - 1] = 0x7f;
    struct mst_certificate *certificate = mst_certificate_from_der(der, size);
    assert_non_null(certificate);
    struct mst_certificate_facts facts;
    mst_certificate_read(certificate, &facts);
    assert_string_equal(facts.key, "");
    assert_string_equal(facts.subject, "CN=leaf");
    mst_certificate_facts_release(&facts);
    mst_certificate_free(certificate);
    free(der);
    pki_identity_release(&identity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_der),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_unknown_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
