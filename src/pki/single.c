#include "pki/single.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/attributes.h"
#include "pki/time.h"

static const struct {
    int nid;
    const char *name;
} hashes[] = {
    {NID_sha1, "sha1"}, {NID_sha256, "sha256"}, {NID_sha384, "sha384"}, {NID_sha512, "sha512"}};

/* What a CertID about our certificate holds under one hash. */
struct expected_hashes {
    bool made;
    unsigned name_length, key_length;
    uint8_t name[EVP_MAX_MD_SIZE], key[EVP_MAX_MD_SIZE];
};

/* The certificate asked about; its hashes are made when the first CertID needs them. */
struct wanted {
    const X509 *subject, *issuer;
    struct expected_hashes expected[MST_COUNT_OF(hashes)];
};

static const struct expected_hashes *expect(struct wanted *wanted, size_t hash)
{
    struct expected_hashes *expected = &wanted->expected[hash];
    if (!expected->made) {
        const EVP_MD *digest = EVP_get_digestbynid(hashes[hash].nid);
        const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(wanted->issuer);
        expected->made = true;
        (void)X509_NAME_digest(X509_get_issuer_name(wanted->subject), digest, expected->name,
                               &expected->name_length);
        (void)EVP_Digest(ASN1_STRING_get0_data(key), (size_t)ASN1_STRING_length(key), expected->key,
                         &expected->key_length, digest, NULL);
    }
    return expected;
}

static bool is_same(const ASN1_OCTET_STRING *string, const uint8_t *bytes, unsigned length)
{
    return length > 0 && (unsigned)ASN1_STRING_length(string) == length &&
           memcmp(ASN1_STRING_get0_data(string), bytes, length) == 0;
}

/* How a CertID differs from the certificate asked about: the first difference from the outside in,
 * for an issuer of another name is further away than one of another key. */
static enum mst_mismatch compare(struct wanted *wanted, const OCSP_SINGLERESP *single,
                                 const char **ret_hash)
{
    ASN1_OCTET_STRING *name = NULL;
    ASN1_OCTET_STRING *key = NULL;
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    size_t hash = 0;
    /* The pointer is only read through; the function was declared before const was. */
    (void)OCSP_id_get0_info(&name, &algorithm, &key, &serial,
                            (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single));
    const int nid = OBJ_obj2nid(algorithm);
    while (hash < MST_COUNT_OF(hashes) && hashes[hash].nid != nid)
        hash++;
    if (hash == MST_COUNT_OF(hashes)) {
        *ret_hash = "";
        return MST_MISMATCH_UNKNOWN_HASH;
    }
    const struct expected_hashes *expected = expect(wanted, hash);
    *ret_hash = hashes[hash].name;
    if (!is_same(name, expected->name, expected->name_length))
        return MST_MISMATCH_WRONG_ISSUER_NAME_HASH;
    if (!is_same(key, expected->key, expected->key_length))
        return MST_MISMATCH_WRONG_ISSUER_KEY_HASH;
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(wanted->subject)) != 0)
        return MST_MISMATCH_WRONG_SERIAL;
    return MST_MISMATCH_NONE;
}

static const int nearness[MST_MISMATCH_COUNT] = {
    [MST_MISMATCH_UNKNOWN_HASH] = 1,
    [MST_MISMATCH_WRONG_ISSUER_NAME_HASH] = 2,
    [MST_MISMATCH_WRONG_ISSUER_KEY_HASH] = 3,
    [MST_MISMATCH_WRONG_SERIAL] = 4,
    [MST_MISMATCH_NONE] = 5,
};

static const int weight[MST_CERTIFICATE_STATUS_COUNT] = {
    [MST_CERTIFICATE_STATUS_UNKNOWN] = 1,
    [MST_CERTIFICATE_STATUS_GOOD] = 2,
    [MST_CERTIFICATE_STATUS_REVOKED] = 3,
};

static enum mst_certificate_status status_of(int status)
{
    switch (status) {
    case V_OCSP_CERTSTATUS_GOOD:
        return MST_CERTIFICATE_STATUS_GOOD;
    case V_OCSP_CERTSTATUS_REVOKED:
        return MST_CERTIFICATE_STATUS_REVOKED;
    default:
        return MST_CERTIFICATE_STATUS_UNKNOWN;
    }
}

/* CRLReason (RFC 5280 5.3.1); OpenSSL says -1 for none. */
static enum mst_revocation_reason reason_of(int reason)
{
    static const enum mst_revocation_reason reasons[] = {
        [0] = MST_REVOCATION_REASON_UNSPECIFIED,
        [1] = MST_REVOCATION_REASON_KEY_COMPROMISE,
        [2] = MST_REVOCATION_REASON_CA_COMPROMISE,
        [3] = MST_REVOCATION_REASON_AFFILIATION_CHANGED,
        [4] = MST_REVOCATION_REASON_SUPERSEDED,
        [5] = MST_REVOCATION_REASON_CESSATION_OF_OPERATION,
        [6] = MST_REVOCATION_REASON_CERTIFICATE_HOLD,
        [7] = MST_REVOCATION_REASON_OTHER,
        [8] = MST_REVOCATION_REASON_REMOVE_FROM_CRL,
        [9] = MST_REVOCATION_REASON_PRIVILEGE_WITHDRAWN,
        [10] = MST_REVOCATION_REASON_AA_COMPROMISE,
    };
    if (reason == OCSP_REVOKED_STATUS_NOSTATUS)
        return MST_REVOCATION_REASON_NONE;
    return reason >= 0 && (size_t)reason < MST_COUNT_OF(reasons) ? reasons[reason]
                                                                 : MST_REVOCATION_REASON_OTHER;
}

/* What one matching SingleResponse says. */
struct statement {
    enum mst_certificate_status status;
    enum mst_revocation_reason reason;
    int64_t revoked_at_s, this_update_s, next_update_s;
    bool unreadable;
};

static struct statement read_statement(OCSP_SINGLERESP *single)
{
    int reason = OCSP_REVOKED_STATUS_NOSTATUS;
    ASN1_GENERALIZEDTIME *revoked_at = NULL;
    ASN1_GENERALIZEDTIME *this_update = NULL;
    ASN1_GENERALIZEDTIME *next_update = NULL;
    const int status =
        OCSP_single_get0_status(single, &reason, &revoked_at, &this_update, &next_update);
    struct statement statement = {
        .status = status_of(status),
        .reason = reason_of(reason),
        .revoked_at_s = mst_time_from_asn1(revoked_at),
        .this_update_s = mst_time_from_asn1(this_update),
        .next_update_s = mst_time_from_asn1(next_update),
    };
    statement.unreadable = statement.this_update_s == MST_TIME_NONE ||
                           (next_update && statement.next_update_s == MST_TIME_NONE) ||
                           (revoked_at && statement.revoked_at_s == MST_TIME_NONE);
    return statement;
}

/* RFC 6962 3.3 puts signed certificate timestamps here; nothing else is understood. */
static bool has_critical_extension(OCSP_SINGLERESP *single)
{
    int at = -1;
    while ((at = OCSP_SINGLERESP_get_ext_by_critical(single, 1, at)) >= 0)
        if (OBJ_obj2nid(X509_EXTENSION_get_object(OCSP_SINGLERESP_get_ext(single, at))) !=
            NID_ct_cert_scts)
            return true;
    return false;
}

static bool outweighs(const struct statement *statement, const struct mst_staple_facts *facts)
{
    if (statement->status != facts->certificate_status)
        return weight[statement->status] > weight[facts->certificate_status];
    return statement->this_update_s > facts->this_update_s;
}

static void note_match(const struct statement *statement, const char *hash,
                       struct mst_staple_facts *facts)
{
    if (facts->matching > 0 && statement->status != facts->certificate_status)
        facts->conflicting = true;
    facts->matching++;
    if (facts->matching > 1 && !outweighs(statement, facts))
        return;
    facts->certificate_status = statement->status;
    facts->revocation_reason = statement->reason;
    facts->revoked_at_s = statement->revoked_at_s;
    facts->this_update_s = statement->this_update_s;
    facts->next_update_s = statement->next_update_s;
    (void)snprintf(facts->certid_hash, sizeof facts->certid_hash, "%s", hash);
}

const char *mst_single_read(OCSP_BASICRESP *basic, const X509 *subject, const X509 *issuer,
                            struct mst_staple_facts *facts)
{
    const int count = OCSP_resp_count(basic);
    const char *unreadable = NULL;
    int nearest = 0;
    struct wanted wanted = {.subject = subject, .issuer = issuer};
    facts->singles = count > 0 ? (size_t)count : 0;
    for (int i = 0; i < count && issuer; i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
        const char *hash = "";
        const enum mst_mismatch mismatch = compare(&wanted, single, &hash);
        if (nearness[mismatch] > nearest) {
            nearest = nearness[mismatch];
            facts->mismatch = mismatch;
            (void)snprintf(facts->certid_hash, sizeof facts->certid_hash, "%s", hash);
        }
        if (mismatch != MST_MISMATCH_NONE)
            continue;
        const struct statement statement = read_statement(single);
        note_match(&statement, hash, facts);
        if (has_critical_extension(single))
            facts->critical_extension = true;
        if (statement.unreadable)
            unreadable = "a time of the SingleResponse cannot be read";
    }
    return unreadable;
}
