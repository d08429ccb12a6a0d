#include "input/line_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/target.h"

enum { BLOCK_SIZE = 64 * 1024 };

struct mst_line_reader {
    int fd, stop_fd;
    int64_t offset; /* of the next pread; negative: read */
    size_t at, used;
    size_t length;       /* of the line being put together */
    char last;           /* its last byte */
    struct mst_buf line; /* its first bytes */
    char block[BLOCK_SIZE];
};

struct mst_line_reader *mst_line_reader_new_sized(int fd, int64_t offset, int stop_fd,
                                                  size_t length_max)
{
    struct mst_line_reader *reader = mst_alloc(1, sizeof *reader);
    reader->fd = fd;
    reader->stop_fd = stop_fd;
    reader->offset = offset;
    mst_buf_init(&reader->line, length_max);
    return reader;
}

struct mst_line_reader *mst_line_reader_new(int fd, int64_t offset, int stop_fd)
{
    return mst_line_reader_new_sized(fd, offset, stop_fd, MST_LINE_LENGTH_MAX);
}

void mst_line_reader_free(struct mst_line_reader *reader)
{
    if (!reader)
        return;
    mst_buf_release(&reader->line);
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

/* False when there is no memory for what is wanted of the line. */
static bool append(struct mst_line_reader *reader, const char *bytes, size_t length)
{
    if (length == 0)
        return true;
    struct mst_buf *line = &reader->line;
    const size_t room = line->ceiling - line->length;
    if (!mst_buf_append(line, bytes, length < room ? length : room)) {
        errno = ENOMEM;
        return false;
    }
    reader->length += length;
    reader->last = bytes[length - 1];
    return true;
}

static enum mst_line_result give_line(struct mst_line_reader *reader, const char **ret_bytes,
                                      size_t *ret_length)
{
    const bool has_cr = reader->length > 0 && reader->last == '\r';
    *ret_bytes = reader->line.data ? (const char *)reader->line.data : "";
    *ret_length = reader->length - (has_cr ? 1 : 0);
    reader->length = reader->line.length = 0;
    return MST_LINE_READ;
}

enum mst_line_result mst_line_reader_next(struct mst_line_reader *reader, const char **ret_bytes,
                                          size_t *ret_length)
{
    for (;;) {
        const char *start = reader->block + reader->at;
        const size_t rest = reader->used - reader->at;
        const char *end = rest > 0 ? memchr(start, '\n', rest) : NULL;
        if (!append(reader, start, end ? (size_t)(end - start) : rest))
            return MST_LINE_FAILED;
        if (end) {
            reader->at += (size_t)(end - start) + 1;
            return give_line(reader, ret_bytes, ret_length);
        }
        reader->at = reader->used = 0;
        const enum mst_line_result result = fill(reader);
        if (result == MST_LINE_END && reader->length > 0)
            return give_line(reader, ret_bytes, ret_length);
        if (result != MST_LINE_READ)
            return result;
    }
}
