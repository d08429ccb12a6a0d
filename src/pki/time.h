/* ASN.1 times as seconds since the epoch. */
#ifndef MST_PKI_TIME_H
#define MST_PKI_TIME_H

#include <stdint.h>

#include <openssl/asn1.h>

/* UTCTime or GeneralizedTime, a fraction (dropped) and an offset allowed. MST_TIME_NONE for NULL
 * and for what names no point in time: not a date, or without a zone. Never the system clock. */
int64_t mst_time_from_asn1(const ASN1_TIME *time);

#endif
