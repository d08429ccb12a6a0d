/* A certificate signing request (PKCS #10, RFC 2986): what it asks for. */
#ifndef MST_PKI_CSR_H
#define MST_PKI_CSR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/facts.h"

/* Whether the bytes are one request to the last byte, as OpenSSL would write it, whose lists of
 * extensions can be read. Inside what is signed BER passes, as in a certificate. */
bool mst_csr_is_readable(const uint8_t *der, size_t length);

/* Reads one request; false, and nothing read, unless it is readable as above. The extensions asked
 * for are those of every extensionRequest attribute (PKCS #9, and Microsoft's), all its values
 * together, so that a TLS Feature that stands there twice is seen. DNS names are cut at 255 bytes,
 * "..." shows a cut. A signature with a key too large to be honest is not valid. Facts are released
 * with mst_csr_facts_release. */
bool mst_csr_read(const uint8_t *der, size_t length, struct mst_csr_facts *ret_facts);

#endif
