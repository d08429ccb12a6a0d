/* Text that came from a peer or a file: made valid UTF-8, made hex. */
#ifndef MST_BASE_TEXT_H
#define MST_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* Strings of our own, in order. Zeroed is empty. */
struct mst_texts {
    char **items;
    size_t count;
};

void mst_texts_add(struct mst_texts *texts, const char *text);
void mst_texts_release(struct mst_texts *texts);

/* A copy of the bytes as valid UTF-8 (RFC 3629) without NUL, DEL and C1 controls: those, and what
 * is not valid, become U+FFFD. At most `limit` bytes of it; "..." says that it was cut. To be
 * freed. */
char *mst_text_sanitize(const void *bytes, size_t length, size_t limit) MST_NODISCARD;

/* Whether all bytes are valid UTF-8 and none is NUL. */
bool mst_text_is_utf8(const void *bytes, size_t length);

/* Lower-case hex and a NUL: `text` holds 2 * length + 1. */
void mst_hex(const uint8_t *bytes, size_t length, char *text);

#endif
