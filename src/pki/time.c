#include "pki/time.h"

#include <time.h>

#include "base/clock.h"

int64_t mst_time_from_asn1(const ASN1_TIME *time)
{
    struct tm broken = {0};
    /* ASN1_TIME_to_tm(NULL) would be the system clock. */
    if (!time || ASN1_TIME_to_tm(time, &broken) != 1)
        return MST_TIME_NONE;
    return (int64_t)timegm(&broken);
}
