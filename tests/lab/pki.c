#include "pki.h"

#include <openssl/pem.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "require.h"

enum { DAY_S = 86400 };

static const struct {
    const char *name;
    bool rsa, below_other_root, bound;
} authority_kinds[LAB_CA_COUNT] = {
    [LAB_CA_EC] = {"Lab EC Authority"},
    [LAB_CA_RSA] = {"Lab RSA Authority", .rsa = true},
    [LAB_CA_BOUND] = {"Lab Bound Authority", .bound = true},
    [LAB_CA_OTHER] = {"Other Authority", .below_other_root = true},
};

/* Mints with a new EC key unless `mint` brings one. */
static void identity_init(struct lab_identity *identity, struct lab_mint mint)
{
    identity->key = mint.key ? mint.key : lab_mint_ec_key();
    mint.key = identity->key;
    identity->certificate = lab_mint_certificate(&mint);
}

static void authority_init(struct lab_authority *authority, const char *name,
                           const struct lab_identity *root, bool rsa, bool bound)
{
    identity_init(&authority->ca, (struct lab_mint){
                                      .common_name = name,
                                      .from_s = -30 * DAY_S,
                                      .to_s = 3 * 365 * DAY_S,
                                      .ca = true,
                                      .feature_hex = bound ? "3003020105" : NULL,
                                      .issuer = root,
                                      .key = rsa ? lab_mint_rsa_key() : NULL,
                                  });
    struct lab_mint delegate = {
        .common_name = "Lab OCSP Responder",
        .from_s = -20 * DAY_S,
        .to_s = 40 * DAY_S,
        .ocsp_signing = true,
        .nocheck = true,
        .issuer = &authority->ca,
    };
    identity_init(&authority->delegate, delegate);
    delegate.nocheck = false;
    identity_init(&authority->delegate_without_nocheck, delegate);
    delegate.nocheck = true;
    delegate.to_s = -5 * DAY_S;
    identity_init(&authority->expired_delegate, delegate);
    identity_init(&authority->sibling, (struct lab_mint){
                                           .common_name = "sibling.lab.test",
                                           .dns_name = "sibling.lab.test",
                                           .from_s = -DAY_S,
                                           .to_s = 80 * DAY_S,
                                           .issuer = &authority->ca,
                                       });
}

void lab_pki_init(struct lab_pki *pki, const char *ocsp_url)
{
    *pki = (struct lab_pki){.ocsp_url = mst_strdup(ocsp_url), .rsa_leaf_key = lab_mint_rsa_key()};
    struct lab_mint root = {
        .common_name = "Lab Root", .from_s = -60 * DAY_S, .to_s = 3650 * DAY_S, .ca = true};
    identity_init(&pki->root, root);
    root.common_name = "Other Root";
    identity_init(&pki->other_root, root);
    root.common_name = "Lab Stranger";
    root.ca = false;
    root.ocsp_signing = true;
    identity_init(&pki->stranger, root);
    for (size_t i = 0; i < LAB_CA_COUNT; i++)
        authority_init(&pki->authorities[i], authority_kinds[i].name,
                       authority_kinds[i].below_other_root ? &pki->other_root : &pki->root,
                       authority_kinds[i].rsa, authority_kinds[i].bound);
}

void lab_pki_release(struct lab_pki *pki)
{
    for (size_t i = 0; i < LAB_CA_COUNT; i++) {
        struct lab_authority *authority = &pki->authorities[i];
        lab_identity_release(&authority->ca);
        lab_identity_release(&authority->delegate);
        lab_identity_release(&authority->delegate_without_nocheck);
        lab_identity_release(&authority->expired_delegate);
        lab_identity_release(&authority->sibling);
    }
    lab_identity_release(&pki->root);
    lab_identity_release(&pki->other_root);
    lab_identity_release(&pki->stranger);
    EVP_PKEY_free(pki->rsa_leaf_key);
    free(pki->ocsp_url);
}

const struct lab_identity *lab_pki_signer(const struct lab_pki *pki, enum lab_ca ca,
                                          enum lab_signer signer)
{
    const struct lab_authority *authority = &pki->authorities[ca];
    switch (signer) {
    case LAB_SIGNER_ISSUER:
        return &authority->ca;
    case LAB_SIGNER_DELEGATE:
        return &authority->delegate;
    case LAB_SIGNER_DELEGATE_WITHOUT_NOCHECK:
        return &authority->delegate_without_nocheck;
    case LAB_SIGNER_EXPIRED_DELEGATE:
        return &authority->expired_delegate;
    case LAB_SIGNER_SIBLING:
        return &authority->sibling;
    case LAB_SIGNER_DELEGATE_OF_OTHER:
        return &pki->authorities[LAB_CA_OTHER].delegate;
    case LAB_SIGNER_STRANGER:
        return &pki->stranger;
    }
    return NULL;
}

void lab_pki_write_root(const struct lab_pki *pki, const char *path)
{
    MST_AUTO_FCLOSE FILE *file = fopen(path, "we");
    lab_require(file && PEM_write_X509(file, pki->root.certificate) && fflush(file) == 0, path);
}
