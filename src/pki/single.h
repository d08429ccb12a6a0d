/* The SingleResponses of an OCSP response, and the one that is about a certificate. */
#ifndef MST_PKI_SINGLE_H
#define MST_PKI_SINGLE_H

#include <openssl/ocsp.h>

#include "model/facts.h"

/* Fills what facts say below "the SingleResponse that counts". Every one is held against `subject`
 * and `issuer`, each with the hash of its own CertID. Of several that match, revoked counts before
 * good before unknown, then the latest thisUpdate. When none does, `mismatch` and `certid_hash`
 * tell the nearest. Without a subject all that are about the issuer match; they are about different
 * certificates and never conflict, and among equals the one that ends first counts. Without an
 * issuer nothing matches and `mismatch` is NONE: nobody can tell; `first_by_name_and_serial` needs
 * the subject alone. Returns what is unreadable in a matching one (static words), or NULL. */
const char *mst_single_read(OCSP_BASICRESP *basic, const X509 *subject, const X509 *issuer,
                            struct mst_staple_facts *facts);

#endif
