/* All SingleResponses of an OCSP response, for showing them. */
#ifndef MST_PKI_SINGLE_LIST_H
#define MST_PKI_SINGLE_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"
#include "model/facts.h"

/* Lists the SingleResponses, in order, of a response that mst_staple_read finds readable and
 * successful; of any other, one above MST_STAPLE_SIZE_MAX included, none. Each is held against
 * `subject` and `issuer`; without `subject` against the issuer alone. Without `issuer` every
 * mismatch is NONE: nobody can tell. A hash longer than 64 bytes is cut there. To be released with
 * mst_single_list_release. */
void mst_single_list_read(const uint8_t *data, size_t size, const struct mst_certificate *subject,
                          const struct mst_certificate *issuer, struct mst_single_list *ret_list);

#endif
