/* Serial numbers as text. */
#ifndef MST_PKI_SERIAL_H
#define MST_PKI_SERIAL_H

#include <openssl/asn1.h>

/* Lower-case hex, "-" before a negative one, cut at 256 bytes with "...". To be freed. */
char *mst_serial_text(const ASN1_INTEGER *serial);

#endif
