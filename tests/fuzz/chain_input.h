/* A chain and its staples as bytes that can be changed without losing their form: a SEQUENCE in DER
 * of
 *
 *     SEQUENCE         a certificate, appended to the chain
 *     OCTET STRING     the staple of the certificate before it; no bytes: an empty one
 *     [0], [1]         no staple: not acknowledged, acknowledged and not sent
 *     [2]              the handshake failed afterwards
 *
 * An element in another form ends it. */
#ifndef MST_TESTS_FUZZ_CHAIN_INPUT_H
#define MST_TESTS_FUZZ_CHAIN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"

/* What a scan of must.example would have seen over TLS 1.3 at FUZZ_NOW_S, to be released with
 * mst_evidence_release; false when it is no SEQUENCE at all. */
bool chain_input_read(const uint8_t *data, size_t size, struct mst_evidence *ret_evidence);

#endif
