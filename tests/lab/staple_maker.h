/* OCSP responses, good ones and every kind of bad one. */
#ifndef MST_LAB_STAPLE_MAKER_H
#define MST_LAB_STAPLE_MAKER_H

#include <openssl/ocsp.h>

#include "pki.h"

enum lab_staple_kind {
    LAB_STAPLE_SIGNED, /* made from the fields below */
    LAB_STAPLE_NONE,   /* nothing is stapled */
    LAB_STAPLE_RAW,    /* `raw_hex` as it is; "" staples zero bytes */
};

/* What a CertID gets wrong. */
enum lab_certid_fault {
    LAB_CERTID_RIGHT,
    LAB_CERTID_WRONG_SERIAL,
    LAB_CERTID_WRONG_ISSUER_NAME,
    LAB_CERTID_WRONG_ISSUER_KEY,
    LAB_CERTID_UNKNOWN_HASH,
};

enum lab_hash { LAB_HASH_SHA1, LAB_HASH_SHA256, LAB_HASH_SHA384, LAB_HASH_SHA512 };

/* What else is said about the certificate, in a SingleResponse of its own. */
enum lab_also {
    LAB_ALSO_NOTHING,
    LAB_ALSO_REVOKED,       /* afterwards: revoked */
    LAB_ALSO_REVOKED_FIRST, /* before: revoked */
    LAB_ALSO_SHA256,        /* afterwards: the same with a SHA-256 CertID */
};

enum lab_signing {
    LAB_SIGNING_USUAL, /* the digest that fits the key */
    LAB_SIGNING_SHA1,
    LAB_SIGNING_PSS, /* RSA keys only */
};

/* What is done to a finished response. */
enum lab_staple_damage {
    LAB_DAMAGE_NONE,
    LAB_DAMAGE_TRAILING_BYTES,
    LAB_DAMAGE_SIGNATURE,           /* a bit of it is flipped */
    LAB_DAMAGE_SIGNATURE_ALGORITHM, /* one that does not exist */
    LAB_DAMAGE_RESPONSE_TYPE,       /* not id-pkix-ocsp-basic */
    LAB_DAMAGE_CUT,                 /* the second half is missing */
};

/* Zeroed but for the times: a good response by the issuer, byKey, SHA-1 CertID. */
struct lab_staple {
    enum lab_staple_kind kind;
    const char *raw_hex;
    enum lab_signer signer;
    bool by_name;
    bool without_certificates; /* the delegate's certificate is not embedded */
    bool superfluous;          /* the root is embedded too */
    enum lab_signing signing;
    enum lab_hash certid_hash;
    enum lab_certid_fault certid_fault;
    bool no_single;
    int status; /* V_OCSP_CERTSTATUS_ */
    int reason; /* OCSP_REVOKED_STATUS_, when revoked */
    enum lab_also also;
    int others; /* SingleResponses about other certificates, before this one */
    int64_t this_update_h, next_update_h; /* relative to now; both 0: -1 and +168 */
    bool no_next_update;
    const char *next_update_zone; /* what nextUpdate ends with instead of Z */
    bool critical_in_response, critical_in_single;
    size_t padding; /* bytes of an uncritical extension */
    enum lab_staple_damage damage;
};

/* When the response says to have been made and to end, in seconds since the epoch. */
struct lab_staple_times {
    int64_t this_update_s, next_update_s; /* next 0: none */
};

struct lab_staple_times lab_staple_times(const struct lab_staple *staple, int64_t now_s);

/* The response about `subject`, a certificate of the authority `ca`, as bytes to be freed with
 * OPENSSL_free; NULL for LAB_STAPLE_NONE. */
uint8_t *lab_staple_make(const struct lab_staple *staple, const struct lab_pki *pki, enum lab_ca ca,
                         const X509 *subject, int64_t now_s, size_t *ret_size);

/* Signs a basic response and wraps it as successful. Takes nothing. */
OCSP_RESPONSE *lab_staple_sign(OCSP_BASICRESP *basic, const struct lab_identity *signer,
                               enum lab_signing signing, STACK_OF(X509) * certificates,
                               unsigned long flags);

/* Adds one SingleResponse; `certid` is copied. */
OCSP_SINGLERESP *lab_staple_add_single(OCSP_BASICRESP *basic, OCSP_CERTID *certid, int status,
                                       int reason, struct lab_staple_times times);

#endif
