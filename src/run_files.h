/* The files of a run: whether they may be what they are asked to be, and the records' one opened.
 */
#ifndef MST_RUN_FILES_H
#define MST_RUN_FILES_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/sink.h"
#include "model/wake.h"

/* Paths, "-" being standard input and output; NULL: none. */
struct mst_run_files {
    const char *const *paths; /* what is read */
    size_t path_count;
    const char *exclude_path, *ca_file;
    const char *output_path; /* records; never NULL */
    const char *summary_path;
};

/* MST_ERROR_USAGE when results or summary would destroy something that is read, or each other, or
 * would stand among the records on standard output. Nothing is opened or changed. */
enum mst_status mst_run_files_check(const struct mst_run_files *files, struct mst_error *error);

/* Opens `path` for records, emptying a file that is there. */
enum mst_status mst_run_files_open_records(const char *path, bool raw, struct mst_wake wake,
                                           struct mst_sink **ret_records, struct mst_error *error);

#endif
