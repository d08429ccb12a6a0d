/* The lab's throwaway certification authorities, made at start. */
#ifndef MST_LAB_PKI_H
#define MST_LAB_PKI_H

#include "minting.h"

enum lab_ca {
    LAB_CA_EC,            /* the usual intermediate */
    LAB_CA_RSA,           /* one with an RSA key */
    LAB_CA_P384,          /* one with a P-384 key */
    LAB_CA_BOUND,         /* its certificate carries TLS Feature 5: it binds its children */
    LAB_CA_BOUND_TWICE,   /* likewise, 5 and 17 */
    LAB_CA_UNCONSTRAINED, /* its certificate has no basicConstraints */
    LAB_CA_NOT_SIGNING,   /* its key usage is digitalSignature alone */
    LAB_CA_OTHER,         /* one below a root that nobody trusts */
    LAB_CA_COUNT,
    LAB_CA_SELF = LAB_CA_COUNT, /* none: self-signed */
};

/* Who signs a staple about a certificate of some authority. */
enum lab_signer {
    LAB_SIGNER_ISSUER,
    LAB_SIGNER_DELEGATE,
    LAB_SIGNER_DELEGATE_WITHOUT_NOCHECK,
    LAB_SIGNER_DELEGATE_P384,
    LAB_SIGNER_DELEGATE_P521,
    LAB_SIGNER_DELEGATE_ED25519,
    LAB_SIGNER_EXPIRED_DELEGATE,
    LAB_SIGNER_FUTURE_DELEGATE,
    LAB_SIGNER_ANY_USAGE,         /* its extended key usage is anyExtendedKeyUsage alone */
    LAB_SIGNER_INDIRECT_DELEGATE, /* issued by an authority below the issuer, which is embedded too
                                   */
    LAB_SIGNER_SIBLING,           /* another leaf of the same issuer: no EKU OCSPSigning */
    LAB_SIGNER_OWN_COUNT,         /* those that each authority has */
    LAB_SIGNER_OTHER_AUTHORITY = LAB_SIGNER_OWN_COUNT, /* the untrusted authority itself */
    LAB_SIGNER_DELEGATE_OF_OTHER,                      /* a delegate of that */
    LAB_SIGNER_STRANGER,                               /* self-signed, never sent along */
};

struct lab_authority {
    struct lab_identity ca, below; /* `below` is an authority that it issued */
    struct lab_identity signers[LAB_SIGNER_OWN_COUNT];
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
