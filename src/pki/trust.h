/* Trusted roots, and what a chain is worth against them. One per worker: not thread-safe. */
#ifndef MST_PKI_TRUST_H
#define MST_PKI_TRUST_H

#include <muststaple/status.h>

#include "model/evidence.h"
#include "model/facts.h"

struct mst_trust;

/* Loads the roots of a PEM file; NULL loads the system's (OpenSSL's default file and directory,
 * also when there are none). Nothing is read from files afterwards. MST_ERROR_USAGE: the file is
 * not there, or holds no certificate, or one that cannot be read. */
enum mst_status mst_trust_new(const char *ca_file, struct mst_trust **ret_trust,
                              struct mst_error *error);

/* Without any roots: nothing is trusted, and issuers are found among the certificates given. */
enum mst_status mst_trust_new_empty(struct mst_trust **ret_trust, struct mst_error *error);

void mst_trust_free(struct mst_trust *trust);

/* Whether the child's issuer and the other one's subject are the same name; nothing is verified. */
bool mst_trust_is_named_issuer(const struct mst_certificate *child,
                               const struct mst_certificate *issuer);

/* Before the certificates of another peer: what was found out about the last one's is forgotten,
 * and the signatures that may be checked for one peer are counted anew. */
void mst_trust_begin(struct mst_trust *trust);

/* The issuer of `chain[index]`: the certificate among the others sent, or the trusted root, whose
 * subject is its issuer's name and whose key verifies its signature. NULL when there is none; else
 * to be freed with mst_certificate_free. A self-issued certificate is not its own issuer unless it
 * is self-signed. The issuer's basicConstraints and key usage do not matter here. Keys too
 * large to be honest are not used, and after 24 signatures none is checked any more. */
struct mst_certificate *mst_trust_find_issuer(struct mst_trust *trust,
                                              struct mst_certificate *const *chain, size_t length,
                                              size_t index);

/* Verifies the chain for a TLS server at `now_s`, whatever order it was sent in, and matches
 * `host` (a DNS name, or an address as text; "" matches nothing) against the leaf (RFC 9525:
 * subjectAltName only, wildcards as a whole label). Keys and hashes of any strength are taken, and
 * a critical TLS Feature extension is understood. Fills everything but ca_features, which is empty.
 */
void mst_trust_verify(struct mst_trust *trust, struct mst_certificate *const *chain, size_t length,
                      const char *host, int64_t now_s, struct mst_chain_facts *ret_facts);

/* The issuing certificates of the chain that carry the TLS Feature extension, into
 * facts->ca_features, each held against its child. */
void mst_trust_read_ca_features(struct mst_trust *trust, struct mst_certificate *const *chain,
                                size_t length, struct mst_chain_facts *facts);

#endif
