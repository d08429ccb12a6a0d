/* The source that reads target lines from files and standard input, in a thread of its own so that
 * nobody waits for a slow pipe; memory does not grow with the list. */
#ifndef MST_INPUT_FEED_H
#define MST_INPUT_FEED_H

#include "model/source.h"
#include "model/wake.h"

struct mst_feed_options {
    const char *const *paths; /* "-" is standard input */
    size_t path_count;
    uint16_t default_port;
    uint64_t skip;        /* targets to pass over first */
    uint64_t limit;       /* targets to give at most; 0: all */
    size_t ahead;         /* targets read ahead of the workers, at most */
    struct mst_wake wake; /* called when targets are there again, and at the end */
};

/* Opens every file first: MST_ERROR_USAGE, naming it, when one cannot be opened or is a directory.
 * Waits for nothing, not even for a FIFO's writer. Where all files are regular the targets are
 * counted ahead in the background, for `total`, with `skip` and `limit` taken into account. Lines
 * are numbered through all files, from 1, counting blank lines and comments. A read error ends the
 * reading; `finish` then gives MST_ERROR_INPUT. The wake function may be called until `finish`
 * returns. Standard input is not closed. */
enum mst_status mst_feed_new(const struct mst_feed_options *options, struct mst_source **ret_source,
                             struct mst_error *error);

#endif
