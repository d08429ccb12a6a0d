/* Base64 (RFC 4648 4), for raw bytes in a record. */
#ifndef MST_PKI_ENCODING_H
#define MST_PKI_ENCODING_H

#include <stddef.h>
#include <stdint.h>

/* The bytes as base64 with padding on one line, to be freed. NULL when there is no memory or they
 * are beyond a gigabyte. */
char *mst_base64_encode(const uint8_t *bytes, size_t length);

#endif
