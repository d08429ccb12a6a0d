/* One line of text to one target: the forms of docs/targets.md. Pure. */
#ifndef MST_INPUT_TARGET_LINE_H
#define MST_INPUT_TARGET_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/target.h"

/* Whether a line holds nothing but a comment or blanks, and so makes no record. `bytes` without the
 * line end, the first MST_LINE_LENGTH_MAX of them when `length` is more; a BOM at the start of the
 * line counts as blank. A longer line that begins with nothing but blanks is not blank: nobody has
 * seen the rest. */
bool mst_target_line_is_blank(const char *bytes, size_t length);

/* Understands one line (without its line end; NUL, CR and anything else may be inside). Always
 * gives a target, to be freed with mst_target_free: `invalid` says what is wrong with it. `length`
 * is the true length even when only the first MST_LINE_LENGTH_MAX bytes are at hand. */
struct mst_target *mst_target_line_parse(const char *bytes, size_t length, uint64_t line,
                                         uint16_t default_port);

/* The version of the IDN library at run time, static. */
const char *mst_target_line_library_version(void);

#endif
