/* Makes keys, certificates and OCSP responses for tests. Nothing reads a clock: what is not said is
 * around PKI_NOW_S. Everything ends the test program when it cannot be made. */
#ifndef MST_TESTS_UNIT_PKI_MAKER_H
#define MST_TESTS_UNIT_PKI_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ocsp.h>
#include <openssl/x509.h>

enum {
    PKI_NOW_S = 1800000000, /* 2027-01-15T08:00:00Z */
    PKI_HOUR_S = 3600,
    PKI_DAY_S = 86400,
    PKI_EXTENSIONS_MAX = 8,
    PKI_EMBEDDED_MAX = 24,
    PKI_SINGLES_MAX = 24,
};

/* In place of a time: leave the field out. */
#define PKI_ABSENT_S INT64_MIN

enum pki_key_kind {
    PKI_KEY_P256,
    PKI_KEY_P384,
    PKI_KEY_P521,
    PKI_KEY_RSA,
    PKI_KEY_RSA_PSS, /* an RSA key that signs with PSS */
    PKI_KEY_ED25519,
};

struct pki_identity {
    enum pki_key_kind kind;
    EVP_PKEY *key;
    X509 *x509;
};

struct pki_certificate {
    const char *name;                  /* the common name; NULL: `subject` */
    const X509_NAME *subject;          /* a whole name; both NULL: an empty one */
    const struct pki_identity *issuer; /* NULL: self-signed */
    enum pki_key_kind kind;
    const struct pki_identity *key_of; /* whose key it gets; NULL: a new one of `kind` */
    const EVP_MD *digest;              /* of the signature; NULL: SHA-256 */
    long serial;                       /* 0: 4096 */
    bool version_1;                    /* of 1988, which has no extensions */
    int64_t not_before_s;              /* 0: 30 days ago */
    int64_t not_after_s;               /* 0: in 60 days */
    const char *raw_not_after;         /* this text as GeneralizedTime instead */
    /* "basicConstraints=critical,CA:TRUE" and the like, in OpenSSL's configuration syntax */
    const char *extensions[PKI_EXTENSIONS_MAX];
    /* values of TLS Feature extensions as they are; size 0 with data is an empty value */
    struct pki_feature {
        const uint8_t *data;
        size_t size;
        bool critical;
    } features[2];
};

/* A SingleResponse. */
struct pki_single {
    const X509 *subject, *issuer; /* what the CertID is about */
    const EVP_MD *hash;           /* NULL: SHA-1 */
    bool wrong_name, wrong_key;   /* hashes of other names and keys */
    bool short_name, short_key;   /* hashes without their last byte */
    long serial;                  /* another serial number, when not 0 */
    int status;                   /* V_OCSP_CERTSTATUS_* */
    int reason;                   /* CRLReason + 1; 0: none */
    int64_t this_update_s;        /* 0: an hour ago */
    int64_t next_update_s;        /* 0: in 3 days */
    const char *raw_this_update, *raw_next_update, *raw_revoked_at;
    const char *extension; /* "1.2.3.4=critical,DER:0500" */
};

struct pki_response {
    const struct pki_identity *signer;
    bool by_key; /* ResponderID by key; else by name */
    bool embed_signer;
    const X509 *embedded[PKI_EMBEDDED_MAX]; /* before the signer; up to the first NULL */
    const EVP_MD *digest;                   /* NULL: SHA-256 */
    const char *raw_produced_at;            /* NULL: an hour ago */
    const char *extension;
    bool break_signature;
    size_t single_count;
    struct pki_single singles[PKI_SINGLES_MAX];
};

EVP_PKEY *pki_key_new(enum pki_key_kind kind);

/* An extension in OpenSSL's configuration syntax; the certificates may be NULL. */
X509_EXTENSION *pki_extension_make(const char *text, X509 *issuer, X509 *subject);

struct pki_identity pki_issue(const struct pki_certificate *spec);

/* A CA: P-256, in date, `issuer` NULL for a root. */
struct pki_identity pki_issue_ca(const char *name, const struct pki_identity *issuer);
void pki_identity_release(struct pki_identity *identity);

/* The response's parts signed, and as DER to be freed with free(). */
OCSP_BASICRESP *pki_basic_make(const struct pki_response *spec);
uint8_t *pki_response_make(const struct pki_response *spec, size_t *ret_size);

/* A response around any bytes as BasicOCSPResponse, by any response type ("" leaves responseBytes
 * out), to be freed with free(). */
uint8_t *pki_response_wrap(const char *type, const uint8_t *basic, size_t size, size_t *ret_size);

/* One DER element with the identifier octet `identifier`, to be freed with free(). */
uint8_t *pki_der_wrap(unsigned identifier, const uint8_t *content, size_t size, size_t *ret_size);

uint8_t *pki_certificate_der(const X509 *x509, size_t *ret_size);

/* Writes certificates (up to the first NULL) into a new PEM file below the directory for temporary
 * files; its path is to be freed, the file to be unlinked. */
char *pki_pem_file(const X509 *const *certificates);

/* Whether OpenSSL reads a certificate or response with a time that is no time, as it did
 * before 3.5; else it refuses the whole of it. */
bool pki_reads_bad_times(void);

#endif
