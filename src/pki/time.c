#include "pki/time.h"

#include <stdbool.h>
#include <time.h>

#include "base/clock.h"

/* RFC 5280 4.1.2.5: digits down to the seconds, and "Z". OpenSSL also reads fractions and offsets,
 * and older releases do without seconds; clients do not. */
static bool is_strict(const ASN1_TIME *time)
{
    enum { GENERALIZED_DIGITS = 14, UTC_DIGITS = 12 };
    const int digits = ASN1_STRING_type(time) == V_ASN1_UTCTIME ? UTC_DIGITS : GENERALIZED_DIGITS;
    const unsigned char *text = ASN1_STRING_get0_data(time);
    if (ASN1_STRING_length(time) != digits + 1 || text[digits] != 'Z')
        return false;
    for (int i = 0; i < digits; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

int64_t mst_time_from_asn1(const ASN1_TIME *time)
{
    struct tm broken = {0};
    /* ASN1_TIME_to_tm(NULL) would be the system clock. */
    if (!time || !is_strict(time) || ASN1_TIME_to_tm(time, &broken) != 1)
        return MST_TIME_NONE;
    return (int64_t)timegm(&broken);
}
