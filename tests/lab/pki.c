#include "pki.h"

#include <openssl/pem.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "require.h"

enum { DAY_S = 86400 };

static const struct authority_kind {
    const char *name;
    enum lab_key key;
    const char *feature_hex, *key_usage;
    bool below_other_root, without_constraints;
} authority_kinds[LAB_CA_COUNT] = {
    [LAB_CA_EC] = {"Lab EC Authority"},
    [LAB_CA_RSA] = {"Lab RSA Authority", .key = LAB_KEY_RSA},
    [LAB_CA_P384] = {"Lab P-384 Authority", .key = LAB_KEY_P384},
    [LAB_CA_BOUND] = {"Lab Bound Authority", .feature_hex = "3003020105"},
    [LAB_CA_BOUND_TWICE] = {"Lab Twice Bound Authority", .feature_hex = "3006020105020111"},
    [LAB_CA_UNCONSTRAINED] = {"Lab Unconstrained Authority", .without_constraints = true},
    [LAB_CA_NOT_SIGNING] = {"Lab Not Signing Authority", .key_usage = "critical,digitalSignature"},
    [LAB_CA_OTHER] = {"Other Authority", .below_other_root = true},
};

enum { RESPONDER_FROM_D = -20, RESPONDER_TO_D = 40 };

/* The issuer itself is none of them. */
static const struct signer_kind {
    int from_d, to_d; /* 0: the usual */
    enum lab_key key;
    const char *extended_key_usage; /* NULL: OCSPSigning */
    bool checked, is_leaf, is_indirect;
} signer_kinds[LAB_SIGNER_OWN_COUNT] = {
    [LAB_SIGNER_DELEGATE_WITHOUT_NOCHECK] = {.checked = true},
    [LAB_SIGNER_DELEGATE_P384] = {.key = LAB_KEY_P384},
    [LAB_SIGNER_DELEGATE_P521] = {.key = LAB_KEY_P521},
    [LAB_SIGNER_DELEGATE_ED25519] = {.key = LAB_KEY_ED25519},
    [LAB_SIGNER_EXPIRED_DELEGATE] = {.to_d = -5},
    [LAB_SIGNER_FUTURE_DELEGATE] = {.from_d = 5},
    [LAB_SIGNER_ANY_USAGE] = {.extended_key_usage = "anyExtendedKeyUsage"},
    [LAB_SIGNER_INDIRECT_DELEGATE] = {.is_indirect = true},
    [LAB_SIGNER_SIBLING] = {.is_leaf = true, .checked = true, .extended_key_usage = "serverAuth"},
};

/* Mints with a new key. */
static void identity_init(struct lab_identity *identity, enum lab_key key, struct lab_mint mint)
{
    mint.key = identity->key = lab_mint_key(key);
    identity->certificate = lab_mint_certificate(&mint);
}

static void signer_init(struct lab_authority *authority, enum lab_signer signer)
{
    const struct signer_kind *kind = &signer_kinds[signer];
    const char *usage = kind->extended_key_usage ? kind->extended_key_usage : "OCSPSigning";
    identity_init(&authority->signers[signer], kind->key,
                  (struct lab_mint){
                      .common_name = kind->is_leaf ? "sibling.lab.test" : "Lab OCSP Responder",
                      .dns_name = kind->is_leaf ? "sibling.lab.test" : NULL,
                      .from_s = (kind->from_d ? kind->from_d : RESPONDER_FROM_D) * DAY_S,
                      .to_s = (kind->to_d ? kind->to_d : RESPONDER_TO_D) * DAY_S,
                      .extended_key_usage = usage,
                      .nocheck = !kind->checked,
                      .issuer = kind->is_indirect ? &authority->below : &authority->ca,
                  });
}

static void authority_init(struct lab_pki *pki, enum lab_ca ca)
{
    struct lab_authority *authority = &pki->authorities[ca];
    const struct authority_kind *kind = &authority_kinds[ca];
    struct lab_mint mint = {
        .common_name = kind->name,
        .from_s = -30 * DAY_S,
        .to_s = 3 * 365 * DAY_S,
        .ca = true,
        .without_constraints = kind->without_constraints,
        .key_usage = kind->key_usage,
        .feature_hex = kind->feature_hex,
        .issuer = kind->below_other_root ? &pki->other_root : &pki->root,
    };
    identity_init(&authority->ca, kind->key, mint);
    identity_init(&authority->below, LAB_KEY_P256,
                  (struct lab_mint){
                      .common_name = "Lab Authority Below",
                      .from_s = mint.from_s,
                      .to_s = mint.to_s,
                      .ca = true,
                      .issuer = &authority->ca,
                  });
    for (enum lab_signer signer = LAB_SIGNER_ISSUER + 1; signer < LAB_SIGNER_OWN_COUNT; signer++)
        signer_init(authority, signer);
}

void lab_pki_init(struct lab_pki *pki, const char *ocsp_url)
{
    *pki = (struct lab_pki){.ocsp_url = mst_strdup(ocsp_url),
                            .rsa_leaf_key = lab_mint_key(LAB_KEY_RSA)};
    struct lab_mint root = {
        .common_name = "Lab Root", .from_s = -60 * DAY_S, .to_s = 3650 * DAY_S, .ca = true};
    identity_init(&pki->root, LAB_KEY_P256, root);
    root.common_name = "Other Root";
    identity_init(&pki->other_root, LAB_KEY_P256, root);
    root.common_name = "Lab Stranger";
    root.ca = false;
    root.extended_key_usage = "OCSPSigning";
    identity_init(&pki->stranger, LAB_KEY_P256, root);
    for (enum lab_ca ca = 0; ca < LAB_CA_COUNT; ca++)
        authority_init(pki, ca);
}

void lab_pki_release(struct lab_pki *pki)
{
    for (size_t i = 0; i < LAB_CA_COUNT; i++) {
        struct lab_authority *authority = &pki->authorities[i];
        lab_identity_release(&authority->ca);
        lab_identity_release(&authority->below);
        for (size_t signer = 0; signer < LAB_SIGNER_OWN_COUNT; signer++)
            lab_identity_release(&authority->signers[signer]);
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
    switch (signer) {
    case LAB_SIGNER_ISSUER:
        return &pki->authorities[ca].ca;
    case LAB_SIGNER_OTHER_AUTHORITY:
        return &pki->authorities[LAB_CA_OTHER].ca;
    case LAB_SIGNER_DELEGATE_OF_OTHER:
        return &pki->authorities[LAB_CA_OTHER].signers[LAB_SIGNER_DELEGATE];
    case LAB_SIGNER_STRANGER:
        return &pki->stranger;
    default:
        return &pki->authorities[ca].signers[signer];
    }
}

void lab_pki_write_root(const struct lab_pki *pki, const char *path)
{
    MST_AUTO_FCLOSE FILE *file = fopen(path, "we");
    lab_require(file && PEM_write_X509(file, pki->root.certificate) && fflush(file) == 0, path);
}
