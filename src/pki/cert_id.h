/* CertIDs (RFC 6960 4.1.1), held against a certificate and its issuer. */
#ifndef MST_PKI_CERT_ID_H
#define MST_PKI_CERT_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ocsp.h>

#include "model/vocabulary.h"

enum { MST_CERT_ID_HASHES = 4 };

/* What a CertID of ours holds under one hash, made when the first CertID needs it. */
struct mst_cert_id_hashes {
    bool name_made, key_made;
    unsigned name_length, key_length;
    uint8_t name[EVP_MAX_MD_SIZE], key[EVP_MAX_MD_SIZE];
};

/* Whom the CertIDs should be about. Zeroed but for the certificates, either of which may be NULL:
 * without `subject` any certificate of `issuer`; without `issuer` nobody can tell. */
struct mst_cert_id_wanted {
    const X509 *subject, *issuer;
    struct mst_cert_id_hashes hashes[MST_CERT_ID_HASHES];
};

struct mst_cert_id_comparison {
    const char *hash; /* "sha1", "sha256", "sha384", "sha512"; "" for another, which is unknown */
    /* The first difference from the outside in, for an issuer of another name is further away than
     * one of another key; NONE without an issuer. */
    enum mst_mismatch mismatch;
    /* The serial number and issuerNameHash are the subject's, whatever the issuerKeyHash is; false
     * without a subject. */
    bool by_name_and_serial;
    /* It is for this serial number, and a hash is not as long as its algorithm makes it. */
    bool wrong_length;
};

struct mst_cert_id_comparison mst_cert_id_compare(struct mst_cert_id_wanted *wanted,
                                                  const OCSP_CERTID *id);

#endif
