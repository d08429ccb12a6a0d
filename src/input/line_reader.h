/* Lines from a descriptor, bounded and interruptible. A line longer than the longest one wanted is
 * read through to its end, but only its first bytes are kept. */
#ifndef MST_INPUT_LINE_READER_H
#define MST_INPUT_LINE_READER_H

#include <stddef.h>
#include <stdint.h>

struct mst_line_reader;

enum mst_line_result {
    MST_LINE_READ,
    MST_LINE_END,     /* nothing is left */
    MST_LINE_STOPPED, /* `stop_fd` became readable */
    MST_LINE_FAILED,  /* reading failed, or there is no memory: errno says how */
};

/* Lines of `fd` from where it stands; or, with `offset` not negative, of a regular file from that
 * byte on, without moving the descriptor, beside another reader of it. Both descriptors stay the
 * caller's; `stop_fd` -1: cannot be stopped. Waits only in mst_line_reader_next. */
struct mst_line_reader *mst_line_reader_new(int fd, int64_t offset, int stop_fd);

/* As above, for lines of up to `length_max` bytes instead of MST_LINE_LENGTH_MAX. */
struct mst_line_reader *mst_line_reader_new_sized(int fd, int64_t offset, int stop_fd,
                                                  size_t length_max);

/* The next line without its line end (LF or CRLF); a last line without one counts. `ret_bytes` is
 * good until the next call and holds the first bytes, as many as are wanted; `ret_length` is the
 * true length. After STOPPED it may be called again: nothing is lost. */
enum mst_line_result mst_line_reader_next(struct mst_line_reader *reader, const char **ret_bytes,
                                          size_t *ret_length);

void mst_line_reader_free(struct mst_line_reader *reader);

static inline void mst_line_reader_cleanup(struct mst_line_reader **reader)
{
    mst_line_reader_free(*reader);
}

#endif
