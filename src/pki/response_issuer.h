/* Whose certificates an OCSP response speaks of. */
#ifndef MST_PKI_RESPONSE_ISSUER_H
#define MST_PKI_RESPONSE_ISSUER_H

#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"

/* The first of `issuers` that one of the CertIDs is about; else the first that signed it or let a
 * delegate sign; else the first that the ResponderID means, the signature being bad. NULL when
 * there is none, or the response cannot be read, or is larger than MST_STAPLE_SIZE_MAX. At most 24
 * that the ResponderID may mean are tried. `now_s` decides whether a delegate is in date. */
const struct mst_certificate *mst_response_issuer_find(const uint8_t *data, size_t size,
                                                       struct mst_certificate *const *issuers,
                                                       size_t count, int64_t now_s);

#endif
