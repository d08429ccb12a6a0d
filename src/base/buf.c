#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 256 };

void mst_buf_init(struct mst_buf *buf, size_t ceiling)
{
    *buf = (struct mst_buf){.ceiling = ceiling};
}

void mst_buf_release(struct mst_buf *buf)
{
    free(buf->data);
    mst_buf_init(buf, buf->ceiling);
}

static bool grow_to(struct mst_buf *buf, size_t length)
{
    size_t capacity = buf->capacity ? buf->capacity : SMALLEST_CAPACITY;
    while (capacity < length)
        capacity = capacity > buf->ceiling / 2 ? buf->ceiling : capacity * 2;
    uint8_t *data = realloc(buf->data, capacity);
    if (!data)
        return false;
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

bool mst_buf_append(struct mst_buf *buf, const void *bytes, size_t length)
{
    if (length > buf->ceiling - buf->length)
        return false;
    if (length == 0)
        return true;
    if (buf->length + length > buf->capacity && !grow_to(buf, buf->length + length))
        return false;
    memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    return true;
}

void mst_buf_consume(struct mst_buf *buf, size_t length)
{
    if (length >= buf->length) {
        buf->length = 0;
        return;
    }
    buf->length -= length;
    memmove(buf->data, buf->data + length, buf->length);
}

uint8_t *mst_buf_steal(struct mst_buf *buf, size_t *ret_length)
{
    *ret_length = buf->length;
    if (buf->length == 0) {
        mst_buf_release(buf);
        return NULL;
    }
    uint8_t *data = buf->data;
    mst_buf_init(buf, buf->ceiling);
    return data;
}
