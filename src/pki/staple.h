/* One stapled OCSP response (RFC 6960), read against the certificate it should be about. Nothing
 * here reads the system clock, and nothing is trusted to be DER. */
#ifndef MST_PKI_STAPLE_H
#define MST_PKI_STAPLE_H

#include "model/evidence.h"
#include "model/facts.h"

/* Reads `staple` (any delivery, also absent and oversize) as a statement about `subject`, issued by
 * `issuer`. `now_s` decides only whether a delegated signer is in date. All SingleResponses are
 * looked at, each with its own CertID hash. A successful response that is BER and not DER, has a
 * byte too much at any level, or a time where one counts that RFC 5280 4.1.2.5.2 does not allow (a
 * fraction, an offset, no seconds) is malformed.
 *
 * `subject` NULL: it is read for its issuer alone. Every SingleResponse about that issuer matches,
 * whatever its serial number; of several, revoked counts before good before unknown, then the one
 * that ends first; they are never `conflicting`, and `first_by_name_and_serial` is none.
 *
 * `issuer` NULL: not known; then no signer can be found, nothing matches, and the mismatch is NONE,
 * for nobody can tell. */
void mst_staple_read(const struct mst_staple *staple, const struct mst_certificate *subject,
                     const struct mst_certificate *issuer, int64_t now_s,
                     struct mst_staple_facts *ret_facts);

#endif
