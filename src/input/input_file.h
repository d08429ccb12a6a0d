/* The files of targets, opened. */
#ifndef MST_INPUT_INPUT_FILE_H
#define MST_INPUT_INPUT_FILE_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stdint.h>

struct mst_input_file {
    const char *name; /* for messages; the path, borrowed */
    int fd;           /* -1: none */
    bool regular;     /* can be read twice */
    int64_t start;    /* where a regular one stood when it was opened */
};

/* Opens `path` for reading, "-" meaning standard input. MST_ERROR_USAGE, with "cannot read WHAT
 * from 'path': why", when that cannot be done or it is a directory. */
enum mst_status mst_input_file_open(const char *path, const char *what,
                                    struct mst_input_file *ret_file, struct mst_error *error);

/* Closes it, unless it is standard input. */
void mst_input_file_close(struct mst_input_file *file);

#endif
