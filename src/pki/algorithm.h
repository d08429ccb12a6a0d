/* The names of keys and signatures. */
#ifndef MST_PKI_ALGORITHM_H
#define MST_PKI_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/x509.h>

/* "EC P-256", "RSA 2048", "Ed25519"; "" for NULL and for a key nobody knows. */
void mst_algorithm_key_name(EVP_PKEY *key, char *text, size_t size);

/* "ecdsa-with-SHA256", "sha256WithRSAEncryption", or the object identifier of an unknown one. */
void mst_algorithm_signature_name(const X509_ALGOR *algorithm, char *text, size_t size);

/* Whether the signature is made over a SHA-1 hash; for RSASSA-PSS its parameters tell. */
bool mst_algorithm_is_sha1(const X509_ALGOR *algorithm);

#endif
