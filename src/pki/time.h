/* ASN.1 times as seconds since the epoch. */
#ifndef MST_PKI_TIME_H
#define MST_PKI_TIME_H

#include <stdint.h>

#include <openssl/asn1.h>

/* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 wants them, in certificates and in OCSP (RFC 6960
 * 4.2.2.1) alike: with seconds, without a fraction, and in "Z". MST_TIME_NONE for NULL, for any
 * other form and for what is no date. Never the system clock. */
int64_t mst_time_from_asn1(const ASN1_TIME *time);

#endif
