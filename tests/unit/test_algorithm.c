#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
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
        {"1.2.840.113549.1.1.2", "md2WithRSAEncryption", false},
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
        assert_int_equal(mst_algorithm_is_broken(algorithm), strncmp(rows[i].name, "md", 2) == 0);
        X509_ALGOR_free(algorithm);
    }
}

/* The public key that these numbers make. */
static EVP_PKEY *make_public(const char *type, OSSL_PARAM_BLD *build)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* 2^(bits - 1) + 1. */
static BIGNUM *make_number(int bits)
{
    BIGNUM *number = BN_new();
    assert_true(BN_set_bit(number, bits - 1) == 1 && BN_add_word(number, 1) == 1);
    return number;
}

/* An RSA public key of so many bits that nobody has the private one of. */
static EVP_PKEY *make_rsa_with(const char *type, int bits, int exponent_bits)
{
    BIGNUM *n = make_number(bits);
    BIGNUM *e = make_number(exponent_bits);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1);
    EVP_PKEY *key = make_public(type, build);
    BN_free(e);
    BN_free(n);
    return key;
}

static EVP_PKEY *make_rsa(const char *type, int bits)
{
    return make_rsa_with(type, bits, 17);
}

static EVP_PKEY *make_dsa(int bits)
{
    BIGNUM *p = make_number(bits);
    BIGNUM *q = make_number(256);
    BIGNUM *two = BN_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    assert_true(BN_set_word(two, 2) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, p) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_Q, q) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, two) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PUB_KEY, two) == 1);
    EVP_PKEY *key = make_public("DSA", build);
    BN_free(two);
    BN_free(q);
    BN_free(p);
    return key;
}

/* A key on P-256 with twice its generator: a curve without a name. */
static EVP_PKEY *make_unnamed_curve(void)
{
    enum { POINT_SIZE = 65 };
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *twice = EC_POINT_new(group);
    BIGNUM *p = BN_new();
    BIGNUM *a = BN_new();
    BIGNUM *b = BN_new();
    unsigned char point[POINT_SIZE];
    assert_true(EC_GROUP_get_curve(group, p, a, b, NULL) == 1 &&
                EC_POINT_dbl(group, twice, EC_GROUP_get0_generator(group), NULL) == 1 &&
                EC_POINT_point2oct(group, twice, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point,
                                   NULL) == sizeof point);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    assert_true(
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_EC_FIELD_TYPE, "prime-field", 0) ==
            1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_EC_P, p) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_EC_A, a) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_EC_B, b) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_EC_GENERATOR, point,
                                         sizeof point) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_EC_ORDER, EC_GROUP_get0_order(group)) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1);
    EVP_PKEY *key = make_public("EC", build);
    BN_free(b);
    BN_free(a);
    BN_free(p);
    EC_POINT_free(twice);
    EC_GROUP_free(group);
    return key;
}

static void test_odd_key_names(void **state)
{
    (void)state;
    struct {
        EVP_PKEY *key;
        const char *name;
    } rows[] = {
        {make_dsa(2048), "DSA 2048"},
        {make_unnamed_curve(), "EC"},
        {make_rsa("RSA-PSS", 2048), "RSA-PSS 2048"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char name[32];
        mst_algorithm_key_name(rows[i].key, name, sizeof name);
        assert_string_equal(name, rows[i].name);
        assert_true(mst_algorithm_key_is_affordable(rows[i].key));
        EVP_PKEY_free(rows[i].key);
    }
}

static void test_no_signature_name(void **state)
{
    (void)state;
    char name[48] = "left over";
    X509_ALGOR *algorithm = X509_ALGOR_new();
    mst_algorithm_signature_name(algorithm, name, sizeof name);
    assert_string_equal(name, "");
    assert_false(mst_algorithm_is_sha1(algorithm));
    assert_false(mst_algorithm_is_broken(algorithm));
    X509_ALGOR_free(algorithm);
}

static void test_affordable(void **state)
{
    (void)state;
    static const struct {
        int bits, exponent_bits;
        bool affordable;
    } rows[] = {{2048, 17, true}, {8192, 17, true}, {8193, 17, false}, {16384, 17, false},
                {2048, 2, true},  {3072, 64, true}, {3072, 65, false}, {3072, 3072, false}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        EVP_PKEY *key = make_rsa_with("RSA", rows[i].bits, rows[i].exponent_bits);
        assert_int_equal(mst_algorithm_key_is_affordable(key), rows[i].affordable);
        EVP_PKEY_free(key);
    }
    EVP_PKEY *curve = generate("EC", "P-521");
    assert_true(mst_algorithm_key_is_affordable(curve));
    EVP_PKEY_free(curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_names),     cmocka_unit_test(test_rsa_names),
        cmocka_unit_test(test_no_key),        cmocka_unit_test(test_signature_names),
        cmocka_unit_test(test_odd_key_names), cmocka_unit_test(test_no_signature_name),
        cmocka_unit_test(test_affordable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
