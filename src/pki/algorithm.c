#include "pki/algorithm.h"

#include <stdio.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include "pki/cleanup.h"

static void name_curve(EVP_PKEY *key, char *text, size_t size)
{
    char group[64];
    if (EVP_PKEY_get_group_name(key, group, sizeof group, NULL) != 1) {
        (void)snprintf(text, size, "EC");
        return;
    }
    const char *nist = EC_curve_nid2nist(OBJ_sn2nid(group));
    (void)snprintf(text, size, "EC %s", nist ? nist : group);
}

void mst_algorithm_key_name(EVP_PKEY *key, char *text, size_t size)
{
    text[0] = '\0';
    if (!key)
        return;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        (void)snprintf(text, size, "RSA %d", EVP_PKEY_get_bits(key));
        return;
    case EVP_PKEY_RSA_PSS:
        (void)snprintf(text, size, "RSA-PSS %d", EVP_PKEY_get_bits(key));
        return;
    case EVP_PKEY_DSA:
        (void)snprintf(text, size, "DSA %d", EVP_PKEY_get_bits(key));
        return;
    case EVP_PKEY_EC:
        name_curve(key, text, size);
        return;
    case EVP_PKEY_ED25519:
        (void)snprintf(text, size, "Ed25519");
        return;
    case EVP_PKEY_ED448:
        (void)snprintf(text, size, "Ed448");
        return;
    default: {
        const char *name = EVP_PKEY_get0_type_name(key);
        (void)snprintf(text, size, "%s", name ? name : "");
        return;
    }
    }
}

void mst_algorithm_signature_name(const X509_ALGOR *algorithm, char *text, size_t size)
{
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    const int nid = OBJ_obj2nid(object);
    if (nid != NID_undef)
        (void)snprintf(text, size, "%s", OBJ_nid2ln(nid));
    else if (OBJ_obj2txt(text, (int)size, object, 1) <= 0)
        text[0] = '\0';
}

/* RFC 4055 3.1: the parameters name the hash, and without them it is SHA-1. */
static bool pss_is_sha1(const X509_ALGOR *algorithm)
{
    MST_CLEANUP(mst_cleanup_pss_params)
    RSA_PSS_PARAMS *params =
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
    if (!params)
        return false;
    return !params->hashAlgorithm || OBJ_obj2nid(params->hashAlgorithm->algorithm) == NID_sha1;
}

bool mst_algorithm_is_sha1(const X509_ALGOR *algorithm)
{
    const int nid = OBJ_obj2nid(algorithm->algorithm);
    if (nid == NID_rsassaPss)
        return pss_is_sha1(algorithm);
    int digest = NID_undef;
    return OBJ_find_sigid_algs(nid, &digest, NULL) == 1 && digest == NID_sha1;
}

bool mst_algorithm_is_broken(const X509_ALGOR *algorithm)
{
    int digest = NID_undef;
    if (OBJ_find_sigid_algs(OBJ_obj2nid(algorithm->algorithm), &digest, NULL) != 1)
        return false;
    return digest == NID_md2 || digest == NID_md4 || digest == NID_md5;
}

/* The work grows with the exponent, and OpenSSL bounds it only where the modulus has more than 3072
 * bits. Honest ones are 3, 17 or 65537. */
static bool has_small_exponent(const EVP_PKEY *key)
{
    enum { EXPONENT_BITS_MAX = 64 };
    MST_CLEANUP(mst_cleanup_bignum) BIGNUM *exponent = NULL;
    return EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
           BN_num_bits(exponent) <= EXPONENT_BITS_MAX;
}

bool mst_algorithm_key_is_affordable(const EVP_PKEY *key)
{
    enum { RSA_BITS_MAX = 8192, OTHER_BITS_MAX = 4096 };
    const bool is_rsa = EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS");
    return EVP_PKEY_get_bits(key) <= (is_rsa ? RSA_BITS_MAX : OTHER_BITS_MAX) &&
           (!is_rsa || has_small_exponent(key));
}
