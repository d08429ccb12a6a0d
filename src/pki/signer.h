/* Who signed an OCSP response, and whether that one may (RFC 6960 4.2.2.2). */
#ifndef MST_PKI_SIGNER_H
#define MST_PKI_SIGNER_H

#include <openssl/ocsp.h>

#include "model/facts.h"

/* Fills what facts say of the signer, its signature and the certificates embedded. The signer is
 * the issuer by its key, or an embedded certificate that the issuer's key signed for OCSP and that
 * is in date at `now_s`; nobody when `issuer` is NULL. */
void mst_signer_read(const OCSP_BASICRESP *basic, X509 *issuer, int64_t now_s,
                     struct mst_staple_facts *facts);

/* The fault alone, if `issuer` were the one. An issuer that has nothing to do with the response
 * costs no signature. */
enum mst_signer_fault mst_signer_try(const OCSP_BASICRESP *basic, X509 *issuer, int64_t now_s);

#endif
