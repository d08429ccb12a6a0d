/* Filling a struct mst_error: the one line that reaches the user when our own program fails. */
#ifndef MST_BASE_ERROR_H
#define MST_BASE_ERROR_H

#include <muststaple/status.h>

#include "base/attributes.h"

/* Sets status and text and returns `status`. `error` may be NULL. */
enum mst_status mst_error_set(struct mst_error *error, enum mst_status status, const char *format,
                              ...) MST_PRINTF(3, 4);

#endif
