/* Growing bytes with a ceiling: whatever a peer can make grow lives in one of these. */
#ifndef MST_BASE_BUF_H
#define MST_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct mst_buf {
    uint8_t *data;
    size_t length;
    size_t capacity;
    size_t ceiling; /* `length` never passes it */
};

/* An empty buffer that never holds more than `ceiling` bytes. Nothing is allocated yet. */
void mst_buf_init(struct mst_buf *buf, size_t ceiling);

/* Frees the bytes; the buffer is empty and usable afterwards. */
void mst_buf_release(struct mst_buf *buf);

/* Adds bytes at the end. False, and the buffer unchanged, when the ceiling or memory forbids it. */
bool mst_buf_append(struct mst_buf *buf, const void *bytes, size_t length) MST_NODISCARD;

/* Forgets the first `length` bytes (all, when there are fewer). Keeps the memory. */
void mst_buf_consume(struct mst_buf *buf, size_t length);

/* Gives the bytes away, to be freed; NULL when there are none. The buffer is empty afterwards. */
uint8_t *mst_buf_steal(struct mst_buf *buf, size_t *ret_length) MST_NODISCARD;

#endif
