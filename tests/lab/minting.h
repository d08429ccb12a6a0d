/* Keys and certificates, made in memory. */
#ifndef MST_LAB_MINTING_H
#define MST_LAB_MINTING_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A certificate with its private key, both owned. */
struct lab_identity {
    X509 *certificate;
    EVP_PKEY *key;
};

struct lab_mint {
    const char *common_name;
    const char *dns_name;   /* subjectAltName; NULL: none */
    const char *ip_address; /* likewise */
    int64_t from_s, to_s;   /* validity, relative to now */
    bool ca;
    bool without_constraints; /* no basicConstraints at all */
    const char *key_usage;    /* in OpenSSL's words; NULL: the usual */
    const char
        *extended_key_usage; /* likewise; NULL: serverAuth for leaves, none for authorities */
    bool nocheck;
    const char *first_ocsp_url; /* before the other one; NULL: none */
    const char *ocsp_url;       /* NULL: none */
    const char *feature_hex;    /* the value of the TLS Feature extension; NULL: none */
    bool feature_critical;
    bool feature_twice;
    uint64_t serial;                   /* 0: random */
    const struct lab_identity *issuer; /* NULL: self-signed */
    EVP_PKEY *key;                     /* the subject's, borrowed */
};

enum lab_key { LAB_KEY_P256, LAB_KEY_P384, LAB_KEY_P521, LAB_KEY_ED25519, LAB_KEY_RSA };

EVP_PKEY *lab_mint_key(enum lab_key kind);

/* The digest that a key of this kind signs with; NULL for one that brings its own. */
const EVP_MD *lab_digest_for(const EVP_PKEY *key);

/* A new certificate, to be freed. */
X509 *lab_mint_certificate(const struct lab_mint *mint);

/* Lower-case hex to bytes, to be freed. The text is the lab's own. */
uint8_t *lab_bytes_from_hex(const char *hex, size_t *ret_length);

void lab_identity_release(struct lab_identity *identity);

#endif
