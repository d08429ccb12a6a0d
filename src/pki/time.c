#include "pki/time.h"

#include <stdbool.h>
#include <time.h>

#include "base/clock.h"

/* X.509 and OCSP times have seconds (RFC 5280 4.1.2.5). Older OpenSSL reads those without, newer
 * does not: a verdict must not depend on that. */
static bool has_seconds(const ASN1_TIME *time)
{
    enum { GENERALIZED_DIGITS = 14, UTC_DIGITS = 12 };
    const int wanted = ASN1_STRING_type(time) == V_ASN1_UTCTIME ? UTC_DIGITS : GENERALIZED_DIGITS;
    const unsigned char *text = ASN1_STRING_get0_data(time);
    for (int i = 0; i < wanted; i++)
        if (i >= ASN1_STRING_length(time) || text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

int64_t mst_time_from_asn1(const ASN1_TIME *time)
{
    struct tm broken = {0};
    /* ASN1_TIME_to_tm(NULL) would be the system clock. */
    if (!time || !has_seconds(time) || ASN1_TIME_to_tm(time, &broken) != 1)
        return MST_TIME_NONE;
    return (int64_t)timegm(&broken);
}
