/* An OCSP response (RFC 6960 4.2.1) parsed, more strictly than OpenSSL does. */
#ifndef MST_PKI_RESPONSE_H
#define MST_PKI_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ocsp.h>

#include "model/vocabulary.h"

/* Parses at most 2 GiB. `ret_status` is set as soon as it is known, `ret_basic`, to be freed, to
 * the BasicOCSPResponse of a successful response, even of one with a fault; NULL before. Returns
 * what is wrong (static words), or NULL: then there is a BasicOCSPResponse of version 1 in DER,
 * without a byte too much at any level, with at least one SingleResponse and a readable producedAt,
 * or a responder's error. */
const char *mst_response_parse(const uint8_t *data, size_t size,
                               enum mst_responder_status *ret_status, OCSP_BASICRESP **ret_basic);

#endif
