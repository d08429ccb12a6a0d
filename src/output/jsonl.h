/* The sink that writes one record a line: made by the workers, written by a thread of its own. */
#ifndef MST_OUTPUT_JSONL_H
#define MST_OUTPUT_JSONL_H

#include <stdbool.h>
#include <stdint.h>

#include "model/sink.h"
#include "model/wake.h"

struct mst_jsonl_options {
    int fd;           /* open for writing; closed by `finish` unless it is standard output */
    const char *name; /* for messages */
    bool raw;
    struct mst_wake wake; /* called when there is room again, and when writing has failed */
};

/* The queue counts as FULL from 4 MiB of waiting lines and has room again below 2 MiB. Lines are
 * written whole, in the order of arrival, as soon as they are there. A regular file that cannot
 * take a whole line (disk full) is cut back to its last whole one, and is synchronised by `finish`.
 * `finish` with `at_once` gives a consumer that does not read two seconds, and half a second more
 * for a line of which it has a part. SIGPIPE must be ignored. The wake function may be called until
 * `finish` returns. On failure the descriptor remains the caller's. */
enum mst_status mst_jsonl_new(const struct mst_jsonl_options *options, struct mst_sink **ret_sink,
                              struct mst_error *error);

/* Whole lines written so far. Any thread. */
uint64_t mst_jsonl_written(struct mst_sink *sink);

#endif
