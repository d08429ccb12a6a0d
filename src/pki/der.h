/* One element of DER at a time, for the few places where OpenSSL's parsers hide what came. */
#ifndef MST_PKI_DER_H
#define MST_PKI_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else. */
struct mst_der {
    const uint8_t *at;
    size_t length;
};

/* Takes the element at the start of `input` when its identifier octet is `identifier` (below 0x1f
 * in its tag number) and its length is definite, in the shortest form and within the input (X.690
 * 10.1). False, and nothing changed, when it is not. */
bool mst_der_take(struct mst_der *input, unsigned identifier, struct mst_der *ret_content);

#endif
