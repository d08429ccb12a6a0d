/* Reading the wire format of TLS (RFC 8446 3) out of bytes that a peer chose. Nothing is read past
 * the end: what does not fit is refused, and the reader stays where it was. */
#ifndef MST_TLS_READER_H
#define MST_TLS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes, of which the first is the next to be read. */
struct mst_reader {
    const uint8_t *data;
    size_t left;
};

/* Cuts off the first `length` bytes. */
static inline bool mst_reader_take(struct mst_reader *reader, size_t length,
                                   struct mst_reader *ret_part)
{
    if (length > reader->left)
        return false;
    const struct mst_reader part = {reader->data, length};
    if (length > 0)
        reader->data += length;
    reader->left -= length;
    *ret_part = part;
    return true;
}

/* A number of `octets` bytes (1 to 4), most significant first. */
static inline bool mst_reader_number(struct mst_reader *reader, unsigned octets, size_t *ret_number)
{
    struct mst_reader part;
    if (!mst_reader_take(reader, octets, &part))
        return false;
    size_t number = 0;
    for (unsigned i = 0; i < octets; i++)
        number = number << 8 | part.data[i];
    *ret_number = number;
    return true;
}

/* A vector: its length in `octets` bytes, then as many bytes. */
static inline bool mst_reader_vector(struct mst_reader *reader, unsigned octets,
                                     struct mst_reader *ret_vector)
{
    struct mst_reader after = *reader;
    size_t length = 0;
    if (!mst_reader_number(&after, octets, &length) || !mst_reader_take(&after, length, ret_vector))
        return false;
    *reader = after;
    return true;
}

#endif
