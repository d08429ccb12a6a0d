/* One X.509 certificate, parsed once: wrapped as TLS parsed it, or read from DER. */
#ifndef MST_PKI_CERTIFICATE_H
#define MST_PKI_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"
#include "model/facts.h"

/* Reads one certificate to its last byte; NULL when there is none, more than one, or one that
 * OpenSSL would write in other bytes. Inside what is signed, where OpenSSL keeps the bytes as they
 * came, BER passes too: issuers do write `critical FALSE`. Freed with mst_certificate_free. */
struct mst_certificate *mst_certificate_from_der(const uint8_t *der, size_t length);

/* The DER as received, to be freed with free(). NULL when there is no memory. */
uint8_t *mst_certificate_to_der(const struct mst_certificate *certificate, size_t *ret_length);

/* SHA-256 of the DER as lower-case hex. */
void mst_certificate_sha256(const struct mst_certificate *certificate,
                            char text[MST_SHA256_HEX_SIZE]);

/* Everything this project wants to know of a certificate, its TLS Feature included. Names and URLs
 * are cut at 1024 bytes, a serial number at 256, lists of URLs at 16; "..." shows a cut. */
void mst_certificate_read(const struct mst_certificate *certificate,
                          struct mst_certificate_facts *ret_facts);

#endif
