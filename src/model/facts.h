/* What certificates and staples say, read once and independent of anybody's policy. pki/ fills
 * these, judge/ reads them. Times are seconds since the epoch, MST_TIME_NONE when absent or
 * unreadable; text from peers is valid UTF-8 and bounded. */
#ifndef MST_MODEL_FACTS_H
#define MST_MODEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/vocabulary.h"

enum { MST_SHA256_HEX_SIZE = 65, MST_FEATURES_MAX = 16 };

/* The TLS Feature extension of one certificate (RFC 7633). */
struct mst_tls_feature_facts {
    bool present;
    bool must_staple; /* readable, and holds status_request (5) */
    bool critical;
    enum mst_feature_fault fault;
    size_t count; /* features kept, at most MST_FEATURES_MAX */
    int64_t features[MST_FEATURES_MAX];
};

struct mst_certificate_facts {
    char *subject, *issuer; /* RFC 4514 */
    char *serial;           /* lower-case hex, "-" before a negative one */
    char sha256[MST_SHA256_HEX_SIZE];
    int64_t not_before_s, not_after_s;
    char key[32];               /* "EC P-256", "RSA 2048", "Ed25519", "" when unknown */
    char signature[48];         /* "ecdsa-with-SHA256" */
    struct mst_texts ocsp_urls; /* authorityInfoAccess, id-ad-ocsp, in order */
    struct mst_texts crl_urls;  /* cRLDistributionPoints, in order */
    bool has_http_ocsp_url;     /* at least one that a client would fetch: http:// */
    bool short_lived;           /* by the Baseline Requirements' limit at its not_before */
    struct mst_tls_feature_facts tls_feature;
};

/* An issuing certificate of the chain that carries the TLS Feature extension. */
struct mst_ca_feature {
    char *subject;
    char sha256[MST_SHA256_HEX_SIZE];
    struct mst_tls_feature_facts tls_feature;
    bool child_has_all;   /* the certificate below carries the same features or more (RFC 7633) */
    bool child_identical; /* its extension value is byte-identical (Firefox) */
};

enum mst_chain_fault {
    MST_CHAIN_FAULT_NONE,
    MST_CHAIN_FAULT_UNTRUSTED,     /* does not lead to a trusted root, or breaks on the way */
    MST_CHAIN_FAULT_EXPIRED,       /* only for the time; leaf or above */
    MST_CHAIN_FAULT_NOT_YET_VALID, /* likewise */
};

struct mst_chain_facts {
    size_t length; /* as the peer sent it */
    bool trusted;  /* leads to a trusted root for TLS servers at `now` */
    enum mst_chain_fault fault;
    enum mst_chain_fault issuer_fault; /* EXPIRED or NOT_YET_VALID above the leaf, else NONE */
    char error[96];                    /* "" when trusted, else OpenSSL's words */
    bool host_matches;
    bool issuer_known; /* the leaf's issuer was found: in the chain or among the trusted roots */
    size_t sha256_count;
    char (*sha256)[MST_SHA256_HEX_SIZE]; /* of each certificate kept, leaf first */
    size_t ca_feature_count;
    struct mst_ca_feature *ca_features;
};

enum mst_signer_fault {
    MST_SIGNER_FAULT_NONE,
    MST_SIGNER_FAULT_UNKNOWN,      /* nobody matches the ResponderID */
    MST_SIGNER_FAULT_UNAUTHORIZED, /* a match without the right: EKU, issuer or dates */
    MST_SIGNER_FAULT_BAD_SIGNATURE,
};

/* What a SingleResponse says of its certificate. */
struct mst_answer {
    enum mst_certificate_status status; /* NONE: there is no answer */
    int64_t this_update_s, next_update_s;
};

/* The times of all SingleResponses about one certificate. */
struct mst_matching_times {
    int64_t latest_this_update_s;
    int64_t earliest_next_update_s;
    int64_t earliest_this_update_s;      /* of those with a nextUpdate */
    int64_t earliest_this_update_only_s; /* of those without */
    bool ends_before_it_begins;          /* one whose nextUpdate is before its thisUpdate */
};

/* One OCSP response, as it stands against one certificate and its issuer. The delivery is the
 * handshake's; everything below `malformed` is only meaningful once what is above it holds. */
struct mst_staple_facts {
    enum mst_delivery delivery;
    size_t size;
    bool oversize;
    char sha256[MST_SHA256_HEX_SIZE]; /* "" when there are no bytes */
    bool malformed;
    const char *malformed_detail; /* static words, or NULL */
    enum mst_responder_status responder_status;
    /* signer */
    enum mst_signer_fault signer_fault;
    enum mst_signer_kind signer_kind;
    bool signed_by_issuer;  /* by its key after all, where nobody matches the ResponderID */
    bool responder_by_name; /* the ResponderID is a name, not a key's hash */
    char *signer_subject;   /* NULL when nobody was found */
    char signer_key[32];    /* as in mst_certificate_facts */
    int64_t signer_not_after_s;
    bool signer_sha1; /* a delegate whose certificate is signed with SHA-1 */
    bool signer_nocheck;
    bool signer_is_ca;  /* a delegate whose basicConstraints say CA (RFC 5280 4.2.1.9) */
    char signature[48]; /* algorithm name */
    bool sha1_signature;
    size_t certificates; /* embedded */
    /* one of them, up to the delegate, has a critical extension that is not understood */
    bool odd_certificate;
    size_t superfluous_certificates;
    int64_t produced_at_s;
    /* the SingleResponse that counts: the matching one, revoked > good > unknown */
    size_t singles;
    size_t matching;
    bool conflicting; /* matching ones with different statuses */
    bool critical_extension;
    enum mst_mismatch mismatch; /* NONE when one matches */
    char certid_hash[16];       /* "sha1", "sha256", ...; "" when unknown */
    enum mst_certificate_status certificate_status;
    int64_t revoked_at_s;
    enum mst_revocation_reason revocation_reason;
    int64_t this_update_s, next_update_s;
    /* what a client that looks less closely sees (GnuTLS): the first SingleResponse whose serial
     * number and issuerNameHash fit, whatever its issuerKeyHash */
    struct mst_answer first_by_name_and_serial;
    /* what a client that weighs them together sees (Firefox), where several match */
    struct mst_matching_times matching_times;
};

enum { MST_HASH_HEX_SIZE = 2 * 64 + 1, MST_SINGLES_LISTED_MAX = 256 };

/* One SingleResponse, for showing what is in a response. */
struct mst_single_facts {
    char certid_hash[16]; /* "" when unknown */
    char issuer_name_hash[MST_HASH_HEX_SIZE], issuer_key_hash[MST_HASH_HEX_SIZE];
    char *serial;               /* as in mst_certificate_facts */
    enum mst_mismatch mismatch; /* against the certificate, or against the issuer alone */
    enum mst_certificate_status status;
    int64_t revoked_at_s;
    enum mst_revocation_reason revocation_reason;
    int64_t this_update_s, next_update_s;
};

struct mst_single_list {
    size_t total; /* in the response */
    size_t count; /* listed, at most MST_SINGLES_LISTED_MAX */
    struct mst_single_facts *items;
};

/* A certificate signing request (RFC 2986). */
struct mst_csr_facts {
    char *subject; /* RFC 4514 */
    char key[32], signature[48];
    bool signature_valid;       /* its own key signed it */
    struct mst_texts dns_names; /* subjectAltName asked for, in order, at most 16 */
    struct mst_tls_feature_facts tls_feature;
};

/* Free what the structs own and zero them. */
void mst_certificate_facts_release(struct mst_certificate_facts *facts);
void mst_chain_facts_release(struct mst_chain_facts *facts);
void mst_staple_facts_release(struct mst_staple_facts *facts);
void mst_single_list_release(struct mst_single_list *list);
void mst_csr_facts_release(struct mst_csr_facts *facts);

#endif
