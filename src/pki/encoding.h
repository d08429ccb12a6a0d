/* Base64 (RFC 4648 4), for raw bytes in a record. */
#ifndef MST_PKI_ENCODING_H
#define MST_PKI_ENCODING_H

#include <stddef.h>
#include <stdint.h>

/* The bytes as base64 with padding on one line, to be freed. NULL when there is no memory or they
 * are beyond a gigabyte. */
char *mst_base64_encode(const uint8_t *bytes, size_t length);

/* The bytes that `length` characters of base64 stand for, to be freed; no bytes are a pointer, too.
 * Only what mst_base64_encode could have written is base64: padded, on one line, without spaces,
 * and with zeros in the bits that stand for nothing (RFC 4648 3.5). NULL when it is not, or when
 * there is no memory. */
uint8_t *mst_base64_decode(const char *text, size_t length, size_t *ret_length);

#endif
