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

/* Whether checking one signature with this key costs no more than honest keys do. A peer may send
 * keys of any size, and RSA keys with any public exponent: the largest take as long as ten
 * handshakes. */
bool mst_algorithm_key_is_affordable(const EVP_PKEY *key);

/* Whether the signature is made over a SHA-1 hash; for RSASSA-PSS its parameters tell. */
bool mst_algorithm_is_sha1(const X509_ALGOR *algorithm);

/* Whether the signature is made over a hash that can be forged at will (MD2, MD4, MD5), so that it
 * proves nothing, whatever it verifies against. */
bool mst_algorithm_is_broken(const X509_ALGOR *algorithm);

#endif
