#include "pki/serial.h"

#include <stdbool.h>

#include "base/mem.h"
#include "base/text.h"

char *mst_serial_text(const ASN1_INTEGER *serial)
{
    enum { BYTES_MAX = 256 };
    char hex[2 * BYTES_MAX + 1];
    const size_t length = (size_t)ASN1_STRING_length(serial);
    const bool fits = length <= BYTES_MAX;
    const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
    mst_hex(ASN1_STRING_get0_data(serial), fits ? length : BYTES_MAX, hex);
    return mst_format("%s%s%s", negative ? "-" : "", hex, fits ? "" : "...");
}
