/* A file that is there whole or not at all. */
#ifndef MST_OUTPUT_WHOLE_FILE_H
#define MST_OUTPUT_WHOLE_FILE_H

#include <muststaple/status.h>
#include <stddef.h>

/* Writes the bytes to a temporary file beside `path`, synchronises it and renames it into place; a
 * symbolic link is followed. Standard output ("-", "/dev/stdout"), standard error and everything
 * else that exists and is no regular file is written directly. MST_ERROR_OUTPUT, with "cannot write
 * WHAT to 'path': why", leaves what was there before. */
enum mst_status mst_whole_file_write(const char *path, const char *what, const char *bytes,
                                     size_t length, struct mst_error *error);

/* Whether mst_whole_file_write could write there now: MST_ERROR_USAGE, in the same words, when not.
 * Changes nothing. */
enum mst_status mst_whole_file_check(const char *path, const char *what, struct mst_error *error);

#endif
