#include "output/line_writer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/clock.h"

enum { FILE_PIECE = 1024 * 1024 };

void mst_line_writer_init(struct mst_line_writer *writer, int fd)
{
    struct stat status;
    *writer = (struct mst_line_writer){.fd = fd};
    if (fstat(fd, &status) != 0)
        return;
    writer->regular = S_ISREG(status.st_mode);
    writer->socket = S_ISSOCK(status.st_mode);
}

/* The length up to and with the last line end; 0 when there is none. */
static size_t whole_lines(const char *bytes, size_t length)
{
    const char *end = memrchr(bytes, '\n', length);
    return end ? (size_t)(end - bytes) + 1 : 0;
}

/* A pipe that polls as writable takes PIPE_BUF bytes without waiting and in one piece (pipe(7)); so
 * a piece ends with a line where that is possible. */
static size_t next_piece(const struct mst_line_writer *writer, const char *bytes, size_t length)
{
    if (writer->regular)
        return length < FILE_PIECE ? length : FILE_PIECE;
    if (length <= PIPE_BUF)
        return length;
    const size_t whole = whole_lines(bytes, PIPE_BUF);
    return whole > 0 ? whole : PIPE_BUF;
}

static enum mst_write_result wait_for_room(const struct mst_line_writer *writer, int wake_fd,
                                           int64_t deadline_ms)
{
    struct pollfd fds[] = {{.fd = writer->fd, .events = POLLOUT},
                           {.fd = wake_fd, .events = POLLIN}};
    int timeout_ms = -1;
    if (deadline_ms >= 0) {
        const int64_t left_ms = deadline_ms - mst_clock_monotonic_ms();
        timeout_ms = left_ms < 0 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
    }
    const int ready = poll(fds, MST_COUNT_OF(fds), timeout_ms);
    if (ready < 0)
        return errno == EINTR ? MST_WRITE_WOKEN : MST_WRITE_FAILED;
    if (fds[0].revents) /* also on an error: write() tells which */
        return MST_WRITE_DONE;
    return ready == 0 ? MST_WRITE_LATE : MST_WRITE_WOKEN;
}

static void note_written(struct mst_line_writer *writer, const char *bytes, size_t length)
{
    const size_t whole = whole_lines(bytes, length);
    writer->begun = whole > 0 ? length - whole : writer->begun + length;
}

enum mst_write_result mst_line_writer_write(struct mst_line_writer *writer, const char *bytes,
                                            size_t length, int wake_fd, int64_t deadline_ms,
                                            size_t *ret_written)
{
    *ret_written = 0;
    const enum mst_write_result ready = wait_for_room(writer, wake_fd, deadline_ms);
    if (ready != MST_WRITE_DONE)
        return ready;
    const size_t piece = next_piece(writer, bytes, length);
    const ssize_t count = writer->socket
                              ? send(writer->fd, bytes, piece, MSG_DONTWAIT | MSG_NOSIGNAL)
                              : write(writer->fd, bytes, piece);
    if (count < 0)
        return errno == EINTR || errno == EAGAIN ? MST_WRITE_WOKEN : MST_WRITE_FAILED;
    note_written(writer, bytes, (size_t)count);
    *ret_written = (size_t)count;
    return MST_WRITE_DONE;
}

void mst_line_writer_cut_back(struct mst_line_writer *writer)
{
    if (!writer->regular || writer->begun == 0)
        return;
    /* Only when the line is the end of the file: somebody else may append to it too. */
    const off_t at = lseek(writer->fd, 0, SEEK_CUR);
    struct stat status;
    const off_t begun = (off_t)writer->begun;
    if (at < begun || fstat(writer->fd, &status) != 0 || status.st_size != at)
        return;
    if (ftruncate(writer->fd, at - begun) == 0 && lseek(writer->fd, at - begun, SEEK_SET) >= 0)
        writer->begun = 0;
}
