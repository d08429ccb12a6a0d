/* A finding as a record: the JSON object that docs/record.md promises. */
#ifndef MST_OUTPUT_RECORD_H
#define MST_OUTPUT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "model/finding.h"

/* One line of JSON with its newline, to be freed; NULL when there is no memory. `raw` adds the
 * chain and the staple as base64. */
char *mst_record_line(const struct mst_finding *finding, bool raw, size_t *ret_length);

/* The version of the JSON library at run time, static. */
const char *mst_record_library_version(void);

#endif
