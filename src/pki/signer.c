#include "pki/signer.h"

#include <string.h>

#include <openssl/evp.h>

#include "pki/algorithm.h"
#include "pki/cleanup.h"
#include "pki/name.h"
#include "pki/time.h"

/* A response of 64 KiB has room for hundreds of certificates, each with a signature to check. */
enum { SIGNATURE_CHECKS_MAX = 8 };

/* A ResponderID (RFC 6960 4.2.1): one of the two. */
struct responder_id {
    const ASN1_OCTET_STRING *key_hash;
    const X509_NAME *name;
};

static bool is_responder(const struct responder_id *id, const X509 *certificate)
{
    if (id->name)
        return X509_NAME_cmp(id->name, X509_get_subject_name(certificate)) == 0;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    return id->key_hash && X509_pubkey_digest(certificate, EVP_sha1(), digest, &length) == 1 &&
           (unsigned)ASN1_STRING_length(id->key_hash) == length &&
           memcmp(ASN1_STRING_get0_data(id->key_hash), digest, length) == 0;
}

/* id-kp-OCSPSigning itself: anyExtendedKeyUsage gives no right to sign responses. */
static bool is_for_ocsp_signing(const X509 *certificate)
{
    MST_CLEANUP(mst_cleanup_key_usage)
    EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++)
        if (OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i)) == NID_OCSP_sign)
            return true;
    return false;
}

static bool is_in_date(const X509 *certificate, int64_t now_s)
{
    const int64_t not_before_s = mst_time_from_asn1(X509_get0_notBefore(certificate));
    const int64_t not_after_s = mst_time_from_asn1(X509_get0_notAfter(certificate));
    return not_before_s != MST_TIME_NONE && not_before_s <= now_s && now_s <= not_after_s;
}

/* RFC 5280 4.2: a certificate with a critical extension that is not understood is refused. */
static bool is_understood(const X509 *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate, i);
        if (X509_EXTENSION_get_critical(extension) > 0 && !X509_supported_extension(extension))
            return false;
    }
    return true;
}

static const X509_ALGOR *signature_algorithm(const X509 *certificate)
{
    const X509_ALGOR *algorithm = NULL;
    X509_get0_signature(NULL, &algorithm, certificate);
    return algorithm;
}

static bool is_worth_checking(const X509 *certificate, const X509 *issuer, int64_t now_s)
{
    return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0 &&
           is_for_ocsp_signing(certificate) && is_in_date(certificate, now_s) &&
           is_understood(certificate) && !mst_algorithm_is_broken(signature_algorithm(certificate));
}

/* The embedded certificate that matches: the first with the right to sign, or else the first. */
static X509 *find_delegate(const STACK_OF(X509) * certificates, const struct responder_id *id,
                           X509 *issuer, int64_t now_s, bool *ret_authorized)
{
    EVP_PKEY *issuer_key = X509_get0_pubkey(issuer);
    X509 *first = NULL;
    int checks = 0;
    for (int i = 0; i < sk_X509_num(certificates) && checks < SIGNATURE_CHECKS_MAX; i++) {
        X509 *certificate = sk_X509_value(certificates, i);
        if (!is_responder(id, certificate))
            continue;
        if (!first)
            first = certificate;
        if (!is_worth_checking(certificate, issuer, now_s))
            continue;
        checks++;
        if (issuer_key && mst_algorithm_key_is_affordable(issuer_key) &&
            X509_verify(certificate, issuer_key) == 1) {
            *ret_authorized = true;
            return certificate;
        }
    }
    *ret_authorized = false;
    return first;
}

static bool is_signed_by(const OCSP_BASICRESP *basic, const X509 *signer)
{
    EVP_PKEY *key = X509_get0_pubkey(signer);
    return key && mst_algorithm_key_is_affordable(key) &&
           !mst_algorithm_is_broken(OCSP_resp_get0_tbs_sigalg(basic)) &&
           ASN1_item_verify(ASN1_ITEM_rptr(OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg(basic),
                            OCSP_resp_get0_signature(basic), OCSP_resp_get0_respdata(basic),
                            key) == 1;
}

static bool is_ca(const X509 *certificate)
{
    MST_CLEANUP(mst_cleanup_basic_constraints)
    BASIC_CONSTRAINTS *constraints =
        X509_get_ext_d2i(certificate, NID_basic_constraints, NULL, NULL);
    return constraints && constraints->ca;
}

static void describe_signer(const X509 *signer, enum mst_signer_kind kind,
                            struct mst_staple_facts *facts)
{
    facts->signer_kind = kind;
    facts->signer_subject = mst_name_text(X509_get_subject_name(signer));
    mst_algorithm_key_name(X509_get0_pubkey(signer), facts->signer_key, sizeof facts->signer_key);
    facts->signer_not_after_s = mst_time_from_asn1(X509_get0_notAfter(signer));
    facts->signer_sha1 =
        kind == MST_SIGNER_KIND_DELEGATE && mst_algorithm_is_sha1(signature_algorithm(signer));
    facts->signer_nocheck = kind == MST_SIGNER_KIND_DELEGATE &&
                            X509_get_ext_by_NID(signer, NID_id_pkix_OCSP_noCheck, -1) >= 0;
    facts->signer_is_ca = kind == MST_SIGNER_KIND_DELEGATE && is_ca(signer);
}

/* Whether one of the certificates that are looked at in search of `signer` (NULL: all of them) is
 * refused as a whole. */
static bool any_is_odd(const STACK_OF(X509) * certificates, const X509 *signer)
{
    for (int i = 0; i < sk_X509_num(certificates); i++) {
        const X509 *certificate = sk_X509_value(certificates, i);
        if (!is_understood(certificate))
            return true;
        if (certificate == signer)
            break;
    }
    return false;
}

static enum mst_signer_fault judge_signer(const OCSP_BASICRESP *basic, X509 *issuer, int64_t now_s,
                                          struct mst_staple_facts *facts)
{
    struct responder_id id = {0};
    const bool has_id = OCSP_resp_get0_id(basic, &id.key_hash, &id.name) == 1;
    const int certificates = sk_X509_num(OCSP_resp_get0_certs(basic));
    facts->certificates = certificates > 0 ? (size_t)certificates : 0;
    facts->responder_by_name = id.name != NULL;
    if (!has_id || !issuer)
        return MST_SIGNER_FAULT_UNKNOWN;
    X509 *signer = issuer;
    enum mst_signer_kind kind = MST_SIGNER_KIND_ISSUER;
    bool authorized = true;
    if (!is_responder(&id, issuer)) {
        signer = find_delegate(OCSP_resp_get0_certs(basic), &id, issuer, now_s, &authorized);
        kind = MST_SIGNER_KIND_DELEGATE;
        facts->odd_certificate =
            any_is_odd(OCSP_resp_get0_certs(basic), authorized ? signer : NULL);
    }
    if (!signer)
        return MST_SIGNER_FAULT_UNKNOWN;
    describe_signer(signer, kind, facts);
    facts->superfluous_certificates =
        facts->certificates - (kind == MST_SIGNER_KIND_DELEGATE ? 1 : 0);
    if (!authorized)
        return MST_SIGNER_FAULT_UNAUTHORIZED;
    return is_signed_by(basic, signer) ? MST_SIGNER_FAULT_NONE : MST_SIGNER_FAULT_BAD_SIGNATURE;
}

void mst_signer_read(const OCSP_BASICRESP *basic, X509 *issuer, int64_t now_s,
                     struct mst_staple_facts *facts)
{
    const X509_ALGOR *algorithm = OCSP_resp_get0_tbs_sigalg(basic);
    mst_algorithm_signature_name(algorithm, facts->signature, sizeof facts->signature);
    facts->sha1_signature = mst_algorithm_is_sha1(algorithm);
    facts->signer_fault = judge_signer(basic, issuer, now_s, facts);
    if (facts->signer_fault == MST_SIGNER_FAULT_UNKNOWN && issuer)
        facts->signed_by_issuer = is_signed_by(basic, issuer);
}

enum mst_signer_fault mst_signer_try(const OCSP_BASICRESP *basic, X509 *issuer, int64_t now_s)
{
    struct mst_staple_facts facts = {.signer_kind = MST_SIGNER_KIND_NONE};
    const enum mst_signer_fault fault = judge_signer(basic, issuer, now_s, &facts);
    mst_staple_facts_release(&facts);
    return fault;
}
