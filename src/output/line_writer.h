/* Whole lines to a descriptor of any kind, without ever hanging in write() on one that nobody
 * reads. Used by one thread. */
#ifndef MST_OUTPUT_LINE_WRITER_H
#define MST_OUTPUT_LINE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mst_write_result {
    MST_WRITE_DONE,
    MST_WRITE_WOKEN,  /* `wake_fd` became readable while waiting for the consumer: nothing is lost,
                         try again */
    MST_WRITE_LATE,   /* the deadline passed */
    MST_WRITE_FAILED, /* errno says why */
};

struct mst_line_writer {
    int fd;
    bool regular, socket;
    size_t begun; /* bytes written of a line that is not whole yet */
};

/* `fd` stays the caller's. */
void mst_line_writer_init(struct mst_line_writer *writer, int fd);

/* Writes a part of `bytes`, which go on where the last part ended: as much as is taken at once, and
 * for a pipe such that no line up to PIPE_BUF is torn. `ret_written` is set to 0 unless DONE. Waits
 * for the consumer until `deadline_ms` (mst_clock_monotonic_ms; negative: for ever) or until
 * `wake_fd` is readable (-1: none). */
enum mst_write_result mst_line_writer_write(struct mst_line_writer *writer, const char *bytes,
                                            size_t length, int wake_fd, int64_t deadline_ms,
                                            size_t *ret_written);

/* Takes a line that was begun and not finished off the end of a regular file again. */
void mst_line_writer_cut_back(struct mst_line_writer *writer);

#endif
