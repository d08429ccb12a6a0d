#include "pki/trust.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/endpoint.h"
#include "pki/algorithm.h"
#include "pki/certificate.h"
#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/name.h"
#include "pki/time.h"
#include "pki/tls_feature.h"
#include "pki/trust_roots.h"

enum {
    /* Signatures that one peer's certificates may make us check, beside the chain's own. */
    CHECKS_MAX = 24,
    MEMOS_MAX = 64,
    /* Certificates between the leaf and the root; real chains have one or two. */
    DEPTH_MAX = 10,
};

/* That one certificate was found to have been issued by another, or not. */
struct memo {
    const X509 *child, *issuer;
    bool is_issued;
};

struct mst_trust {
    X509_STORE *store;
    /* about the certificates of one peer, from one mst_trust_begin to the next */
    size_t memo_count;
    struct memo memos[MEMOS_MAX];
    unsigned checks;
};

/* Without any roots; NULL when OpenSSL gives no store. */
static struct mst_trust *new_trust(struct mst_error *error)
{
    X509_STORE *store = X509_STORE_new();
    if (!store) {
        (void)mst_error_set(error, MST_ERROR_LIBRARY, "OpenSSL gives no certificate store");
        return NULL;
    }
    struct mst_trust *trust = mst_alloc(1, sizeof *trust);
    trust->store = store;
    return trust;
}

enum mst_status mst_trust_new_empty(struct mst_trust **ret_trust, struct mst_error *error)
{
    struct mst_trust *trust = new_trust(error);
    if (!trust)
        return MST_ERROR_LIBRARY;
    *ret_trust = trust;
    return MST_OK;
}

enum mst_status mst_trust_new(const char *ca_file, struct mst_trust **ret_trust,
                              struct mst_error *error)
{
    struct mst_trust *trust = new_trust(error);
    if (!trust)
        return MST_ERROR_LIBRARY;
    enum mst_status status = MST_OK;
    if (ca_file)
        status = mst_trust_roots_add_file(trust->store, ca_file, error);
    else
        status = mst_trust_roots_add_system(trust->store, error);
    if (status != MST_OK) {
        mst_trust_free(trust);
        return status;
    }
    *ret_trust = trust;
    return MST_OK;
}

void mst_trust_free(struct mst_trust *trust)
{
    if (!trust)
        return;
    X509_STORE_free(trust->store);
    free(trust);
}

void mst_trust_begin(struct mst_trust *trust)
{
    trust->memo_count = 0;
    trust->checks = 0;
}

static const struct memo *recall(const struct mst_trust *trust, const X509 *child,
                                 const X509 *issuer)
{
    for (size_t i = 0; i < trust->memo_count; i++)
        if (trust->memos[i].child == child && trust->memos[i].issuer == issuer)
            return &trust->memos[i];
    return NULL;
}

static void remember(struct mst_trust *trust, const X509 *child, const X509 *issuer, bool is_issued)
{
    if (trust->memo_count < MEMOS_MAX)
        trust->memos[trust->memo_count++] = (struct memo){child, issuer, is_issued};
}

bool mst_trust_is_named_issuer(const struct mst_certificate *child,
                               const struct mst_certificate *issuer)
{
    return X509_NAME_cmp(X509_get_issuer_name(mst_certificate_x509(child)),
                         X509_get_subject_name(mst_certificate_x509(issuer))) == 0;
}

/* Signatures are the price of the question, and the peer chose how many and how dear. */
static bool is_issued_by(struct mst_trust *trust, X509 *child, const X509 *issuer)
{
    if (X509_NAME_cmp(X509_get_issuer_name(child), X509_get_subject_name(issuer)) != 0)
        return false;
    const struct memo *memo = recall(trust, child, issuer);
    if (memo)
        return memo->is_issued;
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    if (!key || !mst_algorithm_key_is_affordable(key) || trust->checks == CHECKS_MAX)
        return false;
    trust->checks++;
    const bool is_issued = X509_verify(child, key) == 1;
    remember(trust, child, issuer, is_issued);
    return is_issued;
}

/* Where the issuer of chain[index] stands, or `length`. */
static size_t find_in_chain(struct mst_trust *trust, struct mst_certificate *const *chain,
                            size_t length, size_t index)
{
    X509 *child = mst_certificate_x509(chain[index]);
    for (size_t i = 0; i < length; i++)
        if (is_issued_by(trust, child, mst_certificate_x509(chain[i])))
            return i;
    return length;
}

static struct mst_certificate *find_root(struct mst_trust *trust, X509 *child)
{
    MST_CLEANUP(mst_cleanup_store_ctx) X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!context || X509_STORE_CTX_init(context, trust->store, NULL, NULL) != 1)
        return NULL;
    MST_CLEANUP(mst_cleanup_x509s)
    STACK_OF(X509) *roots = X509_STORE_CTX_get1_certs(context, X509_get_issuer_name(child));
    for (int i = 0; i < sk_X509_num(roots); i++)
        if (is_issued_by(trust, child, sk_X509_value(roots, i)))
            return mst_certificate_wrap(sk_X509_value(roots, i));
    return NULL;
}

struct mst_certificate *mst_trust_find_issuer(struct mst_trust *trust,
                                              struct mst_certificate *const *chain, size_t length,
                                              size_t index)
{
    if (index >= length)
        return NULL;
    const size_t at = find_in_chain(trust, chain, length, index);
    struct mst_certificate *issuer = at < length
                                         ? mst_certificate_wrap(mst_certificate_x509(chain[at]))
                                         : find_root(trust, mst_certificate_x509(chain[index]));
    ERR_clear_error();
    return issuer;
}

/* The first error for the time, and the one that is about more than the time. */
struct complaint {
    int64_t now_s;
    int time_error;
    int issuer_time_error; /* the first of them that is not about the leaf */
    int error;
};

/* A certificate is valid to the end of its notAfter (RFC 5280 4.1.2.5); OpenSSL ends it a second
 * earlier. */
static bool is_last_second(const X509 *certificate, int64_t now_s)
{
    return mst_time_from_asn1(X509_get0_notAfter(certificate)) == now_s;
}

static bool is_time_error(int error)
{
    return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* OpenSSL does not know the TLS Feature extension as one it handles; we do. */
static bool only_tls_feature_is_critical(const X509 *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate, i);
        const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        if (X509_EXTENSION_get_critical(extension) > 0 && nid != NID_tlsfeature &&
            !X509_supported_extension(extension))
            return false;
    }
    return true;
}

static int verify_callback(int ok, X509_STORE_CTX *context)
{
    if (ok)
        return 1;
    struct complaint *complaint = X509_STORE_CTX_get_app_data(context);
    const X509 *certificate = X509_STORE_CTX_get_current_cert(context);
    const int error = X509_STORE_CTX_get_error(context);
    if (error == X509_V_ERR_CERT_HAS_EXPIRED && is_last_second(certificate, complaint->now_s))
        return 1;
    if (is_time_error(error)) {
        if (complaint->time_error == X509_V_OK)
            complaint->time_error = error;
        if (complaint->issuer_time_error == X509_V_OK &&
            X509_STORE_CTX_get_error_depth(context) > 0)
            complaint->issuer_time_error = error;
        return 1;
    }
    if (error == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION &&
        only_tls_feature_is_critical(certificate))
        return 1;
    complaint->error = error;
    return 0;
}

static void set_parameters(X509_STORE_CTX *context, int64_t now_s)
{
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    (void)X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    (void)X509_VERIFY_PARAM_set_trust(parameters, X509_TRUST_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)now_s);
    /* Keys and hashes that are too weak must not hide what else is wrong. */
    X509_VERIFY_PARAM_set_auth_level(parameters, 0);
    X509_VERIFY_PARAM_set_depth(parameters, DEPTH_MAX);
}

/* What verifying has shown need not be asked again. */
static void remember_chain(struct mst_trust *trust, X509_STORE_CTX *context)
{
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    for (int i = 0; i + 1 < sk_X509_num(chain); i++)
        remember(trust, sk_X509_value(chain, i), sk_X509_value(chain, i + 1), true);
}

static struct complaint verify(struct mst_trust *trust, struct mst_certificate *const *chain,
                               size_t length, int64_t now_s)
{
    struct complaint complaint = {now_s, X509_V_OK, X509_V_OK, X509_V_OK};
    MST_CLEANUP(mst_cleanup_store_ctx) X509_STORE_CTX *context = X509_STORE_CTX_new();
    MST_CLEANUP(mst_cleanup_borrowed_x509s) STACK_OF(X509) *others = sk_X509_new_null();
    bool ready = context && others;
    for (size_t i = 1; i < length && ready; i++)
        ready = sk_X509_push(others, mst_certificate_x509(chain[i])) > 0;
    if (!ready || length == 0 ||
        X509_STORE_CTX_init(context, trust->store, mst_certificate_x509(chain[0]), others) != 1) {
        complaint.error = X509_V_ERR_UNSPECIFIED;
        return complaint;
    }
    set_parameters(context, now_s);
    X509_STORE_CTX_set_app_data(context, &complaint);
    X509_STORE_CTX_set_verify_cb(context, verify_callback);
    if (X509_verify_cert(context) != 1 && complaint.error == X509_V_OK) {
        const int error = X509_STORE_CTX_get_error(context);
        complaint.error = error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
    }
    if (complaint.error == X509_V_OK)
        remember_chain(trust, context);
    return complaint;
}

static enum mst_chain_fault time_fault(int error)
{
    if (error == X509_V_ERR_CERT_HAS_EXPIRED)
        return MST_CHAIN_FAULT_EXPIRED;
    if (error == X509_V_ERR_CERT_NOT_YET_VALID)
        return MST_CHAIN_FAULT_NOT_YET_VALID;
    return MST_CHAIN_FAULT_NONE;
}

static bool matches_host(X509 *leaf, const char *host)
{
    enum { FLAGS = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS };
    struct mst_address address;
    /* To OpenSSL a leading dot means every name below. */
    if (host[0] == '\0' || host[0] == '.')
        return false;
    if (mst_address_parse(host, &address))
        return X509_check_ip(leaf, address.bytes, address.family == MST_FAMILY_IPV4 ? 4 : 16, 0) ==
               1;
    return X509_check_host(leaf, host, strlen(host), FLAGS, NULL) == 1;
}

static void read_digests(struct mst_certificate *const *chain, size_t length,
                         struct mst_chain_facts *facts)
{
    if (length == 0)
        return;
    facts->sha256 = mst_alloc(length, sizeof *facts->sha256);
    facts->sha256_count = length;
    for (size_t i = 0; i < length; i++)
        mst_certificate_sha256(chain[i], facts->sha256[i]);
}

void mst_trust_verify(struct mst_trust *trust, struct mst_certificate *const *chain, size_t length,
                      const char *host, int64_t now_s, struct mst_chain_facts *ret_facts)
{
    struct mst_chain_facts facts = {.length = length};
    const struct complaint complaint = verify(trust, chain, length, now_s);
    const int error = complaint.error != X509_V_OK ? complaint.error : complaint.time_error;
    facts.fault =
        complaint.error != X509_V_OK ? MST_CHAIN_FAULT_UNTRUSTED : time_fault(complaint.time_error);
    facts.issuer_fault = time_fault(complaint.issuer_time_error);
    facts.trusted = facts.fault == MST_CHAIN_FAULT_NONE;
    if (error != X509_V_OK)
        (void)snprintf(facts.error, sizeof facts.error, "%s", X509_verify_cert_error_string(error));
    read_digests(chain, length, &facts);
    if (length > 0) {
        /* The issuer's signature has just been verified when nothing but the time is wrong. */
        facts.issuer_known = complaint.error == X509_V_OK;
        facts.host_matches = matches_host(mst_certificate_x509(chain[0]), host);
    }
    if (length > 0 && !facts.issuer_known) {
        struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, length, 0);
        facts.issuer_known = issuer != NULL;
        mst_certificate_free(issuer);
    }
    *ret_facts = facts;
    ERR_clear_error();
}

static const ASN1_OCTET_STRING *feature_value(const X509 *certificate)
{
    const int at = X509_get_ext_by_NID(certificate, NID_tlsfeature, -1);
    return at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(certificate, at));
}

static bool is_identical(const X509 *child, const X509 *issuer)
{
    const ASN1_OCTET_STRING *below = feature_value(child);
    const ASN1_OCTET_STRING *above = feature_value(issuer);
    return below && above && ASN1_OCTET_STRING_cmp(below, above) == 0;
}

static void read_ca_feature(const struct mst_certificate *child,
                            const struct mst_certificate *issuer, struct mst_chain_facts *facts)
{
    const X509 *child_x509 = mst_certificate_x509(child);
    const X509 *issuer_x509 = mst_certificate_x509(issuer);
    struct mst_ca_feature feature = {0};
    mst_tls_feature_read(X509_get0_extensions(issuer_x509), &feature.tls_feature);
    if (!feature.tls_feature.present)
        return;
    struct mst_tls_feature_facts below;
    mst_tls_feature_read(X509_get0_extensions(child_x509), &below);
    feature.subject = mst_name_text(X509_get_subject_name(issuer_x509));
    mst_certificate_sha256(issuer, feature.sha256);
    feature.child_has_all = mst_tls_feature_covers(&below, &feature.tls_feature);
    feature.child_identical = is_identical(child_x509, issuer_x509);
    facts->ca_features =
        mst_realloc(facts->ca_features, facts->ca_feature_count + 1, sizeof *facts->ca_features);
    facts->ca_features[facts->ca_feature_count++] = feature;
}

static bool carries_feature(const struct mst_certificate *certificate)
{
    return X509_get_ext_by_NID(mst_certificate_x509(certificate), NID_tlsfeature, -1) >= 0;
}

void mst_trust_read_ca_features(struct mst_trust *trust, struct mst_certificate *const *chain,
                                size_t length, struct mst_chain_facts *facts)
{
    bool any = false;
    for (size_t i = 1; i < length && !any; i++)
        any = carries_feature(chain[i]);
    if (!any)
        return;
    size_t child = 0;
    /* Each step goes to another certificate, so cross-signed ones cannot lead in circles. */
    for (size_t step = 1; step < length; step++) {
        const size_t issuer = find_in_chain(trust, chain, length, child);
        if (issuer == length || issuer == child)
            break;
        read_ca_feature(chain[child], chain[issuer], facts);
        child = issuer;
    }
    ERR_clear_error();
}
