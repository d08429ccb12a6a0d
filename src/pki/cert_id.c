#include "pki/cert_id.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/attributes.h"

static const struct {
    int nid;
    const char *name;
    int length; /* in bytes */
} hashes[MST_CERT_ID_HASHES] = {{NID_sha1, "sha1", 20},
                                {NID_sha256, "sha256", 32},
                                {NID_sha384, "sha384", 48},
                                {NID_sha512, "sha512", 64}};

static bool is_same(const ASN1_OCTET_STRING *string, const uint8_t *bytes, unsigned length)
{
    return length > 0 && (unsigned)ASN1_STRING_length(string) == length &&
           memcmp(ASN1_STRING_get0_data(string), bytes, length) == 0;
}

static bool is_name(struct mst_cert_id_wanted *wanted, size_t hash, const ASN1_OCTET_STRING *name)
{
    struct mst_cert_id_hashes *expected = &wanted->hashes[hash];
    if (!expected->name_made) {
        const X509_NAME *issuer = wanted->subject ? X509_get_issuer_name(wanted->subject)
                                                  : X509_get_subject_name(wanted->issuer);
        expected->name_made = true;
        (void)X509_NAME_digest(issuer, EVP_get_digestbynid(hashes[hash].nid), expected->name,
                               &expected->name_length);
    }
    return is_same(name, expected->name, expected->name_length);
}

static bool is_key(struct mst_cert_id_wanted *wanted, size_t hash, const ASN1_OCTET_STRING *key)
{
    struct mst_cert_id_hashes *expected = &wanted->hashes[hash];
    if (!expected->key_made) {
        const ASN1_BIT_STRING *issuer = X509_get0_pubkey_bitstr(wanted->issuer);
        expected->key_made = true;
        (void)EVP_Digest(ASN1_STRING_get0_data(issuer), (size_t)ASN1_STRING_length(issuer),
                         expected->key, &expected->key_length,
                         EVP_get_digestbynid(hashes[hash].nid), NULL);
    }
    return is_same(key, expected->key, expected->key_length);
}

static size_t find_hash(const ASN1_OBJECT *algorithm)
{
    const int nid = OBJ_obj2nid(algorithm);
    size_t hash = 0;
    while (hash < MST_COUNT_OF(hashes) && hashes[hash].nid != nid)
        hash++;
    return hash;
}

static bool has_length(const ASN1_OCTET_STRING *hash, size_t algorithm)
{
    return ASN1_STRING_length(hash) == hashes[algorithm].length;
}

struct mst_cert_id_comparison mst_cert_id_compare(struct mst_cert_id_wanted *wanted,
                                                  const OCSP_CERTID *id)
{
    struct mst_cert_id_comparison comparison = {.hash = ""};
    ASN1_OCTET_STRING *name = NULL;
    ASN1_OCTET_STRING *key = NULL;
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    /* The pointer is only read through; the function was declared before const was. */
    (void)OCSP_id_get0_info(&name, &algorithm, &key, &serial, (OCSP_CERTID *)(uintptr_t)id);
    const size_t hash = find_hash(algorithm);
    if (hash < MST_COUNT_OF(hashes))
        comparison.hash = hashes[hash].name;
    if (!wanted->subject && !wanted->issuer)
        return comparison;
    const bool known = hash < MST_COUNT_OF(hashes);
    const bool name_fits = known && is_name(wanted, hash, name);
    const bool serial_fits =
        !wanted->subject || ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(wanted->subject)) == 0;
    /* MatchCertID() of mozilla::pkix (pkixocsp.cpp) takes the serial number first, and the length
     * of issuerKeyHash for a fault only below the right name. */
    comparison.wrong_length =
        known && serial_fits && (!has_length(name, hash) || (name_fits && !has_length(key, hash)));
    comparison.by_name_and_serial = wanted->subject && name_fits && serial_fits;
    if (!wanted->issuer)
        return comparison;
    if (!known)
        comparison.mismatch = MST_MISMATCH_UNKNOWN_HASH;
    else if (!name_fits)
        comparison.mismatch = MST_MISMATCH_WRONG_ISSUER_NAME_HASH;
    else if (!is_key(wanted, hash, key))
        comparison.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH;
    else if (!serial_fits)
        comparison.mismatch = MST_MISMATCH_WRONG_SERIAL;
    return comparison;
}
