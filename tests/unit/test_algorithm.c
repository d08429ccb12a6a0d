#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/attributes.h"
#include "pki/algorithm.h"
#include "unit/pki_maker.h"

static EVP_PKEY *generate(const char *type, const char *group)
{
    return group ? EVP_PKEY_Q_keygen(NULL, NULL, type, group) : EVP_PKEY_Q_keygen(NULL, NULL, type);
}

static void test_key_names(void **state)
{
    (void)state;
    static const struct {
        const char *type, *group, *name;
    } rows[] = {
        {"EC", "P-256", "EC P-256"},
        {"EC", "P-384", "EC P-384"},
        {"EC", "P-521", "EC P-521"},
        {"EC", "secp256k1", "EC secp256k1"},
        {"EC", "brainpoolP256r1", "EC brainpoolP256r1"},
        {"ED25519", NULL, "Ed25519"},
        {"ED448", NULL, "Ed448"},
        {"X25519", NULL, "X25519"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char name[32];
        EVP_PKEY *key = generate(rows[i].type, rows[i].group);
        assert_non_null(key);
        mst_algorithm_key_name(key, name, sizeof name);
        assert_string_equal(name, rows[i].name);
        EVP_PKEY_free(key);
    }
}

static void test_rsa_names(void **state)
{
    (void)state;
    static const struct {
        unsigned bits;
        const char *name;
    } rows[] = {{1024, "RSA 1024"}, {2048, "RSA 2048"}, {3072, "RSA 3072"}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char name[32];
        EVP_PKEY *key = EVP_RSA_gen(rows[i].bits);
        mst_algorithm_key_name(key, name, sizeof name);
        assert_string_equal(name, rows[i].name);
        EVP_PKEY_free(key);
    }
}

static void test_no_key(void **state)
{
    (void)state;
    char name[32] = "left over";
    mst_algorithm_key_name(NULL, name, sizeof name);
    assert_string_equal(name, "");
}

static void test_signature_names(void **state)
{
    (void)state;
    static const struct {
        const char *oid, *name;
        bool sha1;
    } rows[] = {
        {"1.2.840.113549.1.1.5", "sha1WithRSAEncryption", true},
        {"1.2.840.113549.1.1.11", "sha256WithRSAEncryption", false},
        {"1.2.840.113549.1.1.4", "md5WithRSAEncryption", false},
        {"1.2.840.10045.4.1", "ecdsa-with-SHA1", true},
        {"1.2.840.10045.4.3.2", "ecdsa-with-SHA256", false},
        {"1.2.840.10040.4.3", "dsaWithSHA1", true},
        {"1.3.101.112", "ED25519", false},
        {"1.2.3.4.5", "1.2.3.4.5", false},
        /* RSASSA-PSS without the parameters it must have: nothing is known of its hash. */
        {"1.2.840.113549.1.1.10", "rsassaPss", false},
        /* Longer than there is room for. */
        {"1.2.3.4294967295.4294967295.4294967295.4294967295.4294967295.4294967295",
         "1.2.3.4294967295.4294967295.4294967295.42949672", false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char name[48];
        X509_ALGOR *algorithm = X509_ALGOR_new();
        assert_int_equal(
            X509_ALGOR_set0(algorithm, OBJ_txt2obj(rows[i].oid, 1), V_ASN1_UNDEF, NULL), 1);
        mst_algorithm_signature_name(algorithm, name, sizeof name);
        assert_string_equal(name, rows[i].name);
        assert_int_equal(mst_algorithm_is_sha1(algorithm), rows[i].sha1);
        X509_ALGOR_free(algorithm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_names),
        cmocka_unit_test(test_rsa_names),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_signature_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
