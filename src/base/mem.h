/* Memory. Small allocations of our own that fail end the program (there is nothing sane left to
 * do); sizes that a peer chose go through mst_try_alloc and never do. All are freed with free(). */
#ifndef MST_BASE_MEM_H
#define MST_BASE_MEM_H

#include <stddef.h>

#include "base/attributes.h"

/* Zeroed memory for `count` items of `size` bytes. Ends the program when there is none. */
void *mst_alloc(size_t count, size_t size) MST_NODISCARD;

/* As realloc() of an array; the new part is not zeroed. Ends the program when there is none. */
void *mst_realloc(void *pointer, size_t count, size_t size) MST_NODISCARD;

/* Memory of a size that a peer chose: NULL when there is none. Not zeroed. */
void *mst_try_alloc(size_t size) MST_NODISCARD;

/* Copies; NULL gives NULL. `mst_strndup` stops at a NUL or after `length` bytes. */
char *mst_strdup(const char *text) MST_NODISCARD;
char *mst_strndup(const char *text, size_t length) MST_NODISCARD;

/* Text made from a format, to be freed. */
char *mst_format(const char *format, ...) MST_PRINTF(1, 2) MST_NODISCARD;

#endif
