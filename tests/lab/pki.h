/* The lab's throwaway certification authorities, made at start. */
#ifndef MST_LAB_PKI_H
#define MST_LAB_PKI_H

#include "minting.h"

enum lab_ca {
    LAB_CA_EC,    /* the usual intermediate */
    LAB_CA_RSA,   /* one with an RSA key */
    LAB_CA_BOUND, /* one whose certificate carries the TLS Feature extension: it binds its children
                   */
    LAB_CA_OTHER, /* one below a root that nobody trusts */
    LAB_CA_COUNT,
    LAB_CA_SELF = LAB_CA_COUNT, /* none: self-signed */
};

/* Who signs a staple about a certificate of some authority. */
enum lab_signer {
    LAB_SIGNER_ISSUER,
    LAB_SIGNER_DELEGATE,
    LAB_SIGNER_DELEGATE_WITHOUT_NOCHECK,
    LAB_SIGNER_EXPIRED_DELEGATE,
    LAB_SIGNER_SIBLING,           /* another leaf of the same issuer: no EKU OCSPSigning */
    LAB_SIGNER_DELEGATE_OF_OTHER, /* a delegate of the untrusted authority */
    LAB_SIGNER_STRANGER,          /* self-signed, never sent along */
};

struct lab_authority {
    struct lab_identity ca, delegate, delegate_without_nocheck, expired_delegate, sibling;
};

struct lab_pki {
    struct lab_identity root, other_root, stranger;
    struct lab_authority authorities[LAB_CA_COUNT];
    EVP_PKEY *rsa_leaf_key; /* one for all RSA leaves: they are slow to make */
    char *ocsp_url;
};

void lab_pki_init(struct lab_pki *pki, const char *ocsp_url);
void lab_pki_release(struct lab_pki *pki);

/* Who signs as `signer` for the certificates of `ca`, borrowed. */
const struct lab_identity *lab_pki_signer(const struct lab_pki *pki, enum lab_ca ca,
                                          enum lab_signer signer);

/* The root certificate as PEM into a new file. */
void lab_pki_write_root(const struct lab_pki *pki, const char *path);

#endif
