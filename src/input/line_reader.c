#include "input/line_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "model/target.h"

enum { BLOCK_SIZE = 64 * 1024 };

struct mst_line_reader {
    int fd, stop_fd;
    int64_t offset; /* of the next pread; negative: read */
    size_t at, used;
    size_t length; /* of the line being put together */
    char last;     /* its last byte */
    char line[MST_LINE_LENGTH_MAX];
    char block[BLOCK_SIZE];
};

struct mst_line_reader *mst_line_reader_new(int fd, int64_t offset, int stop_fd)
{
    struct mst_line_reader *reader = mst_alloc(1, sizeof *reader);
    reader->fd = fd;
    reader->stop_fd = stop_fd;
    reader->offset = offset;
    return reader;
}

void mst_line_reader_free(struct mst_line_reader *reader)
{
    free(reader);
}

/* Waits until there is something to read. POLLERR and POLLHUP count: read() tells what they mean.
 */
static enum mst_line_result wait_for_bytes(const struct mst_line_reader *reader)
{
    struct pollfd fds[] = {{.fd = reader->fd, .events = POLLIN},
                           {.fd = reader->stop_fd, .events = POLLIN}};
    for (;;) {
        const int ready = poll(fds, MST_COUNT_OF(fds), -1);
        if (ready > 0)
            return fds[1].revents ? MST_LINE_STOPPED : MST_LINE_READ;
        if (ready < 0 && errno != EINTR)
            return MST_LINE_FAILED;
    }
}

static ssize_t read_block(struct mst_line_reader *reader)
{
    if (reader->offset < 0)
        return read(reader->fd, reader->block, sizeof reader->block);
    const ssize_t count = pread(reader->fd, reader->block, sizeof reader->block, reader->offset);
    if (count > 0)
        reader->offset += count;
    return count;
}

static enum mst_line_result fill(struct mst_line_reader *reader)
{
    for (;;) {
        const enum mst_line_result result = wait_for_bytes(reader);
        if (result != MST_LINE_READ)
            return result;
        const ssize_t count = read_block(reader);
        if (count == 0)
            return MST_LINE_END;
        if (count > 0) {
            reader->at = 0;
            reader->used = (size_t)count;
            return MST_LINE_READ;
        }
        if (errno != EINTR && errno != EAGAIN)
            return MST_LINE_FAILED;
    }
}

static void append(struct mst_line_reader *reader, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    if (reader->length < sizeof reader->line) {
        const size_t room = sizeof reader->line - reader->length;
        memcpy(reader->line + reader->length, bytes, length < room ? length : room);
    }
    reader->length += length;
    reader->last = bytes[length - 1];
}

static enum mst_line_result give_line(struct mst_line_reader *reader, const char **ret_bytes,
                                      size_t *ret_length)
{
    const bool has_cr = reader->length > 0 && reader->last == '\r';
    *ret_bytes = reader->line;
    *ret_length = reader->length - (has_cr ? 1 : 0);
    reader->length = 0;
    return MST_LINE_READ;
}

enum mst_line_result mst_line_reader_next(struct mst_line_reader *reader, const char **ret_bytes,
                                          size_t *ret_length)
{
    for (;;) {
        const char *start = reader->block + reader->at;
        const size_t rest = reader->used - reader->at;
        const char *end = rest > 0 ? memchr(start, '\n', rest) : NULL;
        if (end) {
            append(reader, start, (size_t)(end - start));
            reader->at += (size_t)(end - start) + 1;
            return give_line(reader, ret_bytes, ret_length);
        }
        append(reader, start, rest);
        reader->at = reader->used = 0;
        const enum mst_line_result result = fill(reader);
        if (result == MST_LINE_END && reader->length > 0)
            return give_line(reader, ret_bytes, ret_length);
        if (result != MST_LINE_READ)
            return result;
    }
}
