/* The file behind --exclude: one CIDR block, address or domain a line, comments with '#'. */
#ifndef MST_INPUT_EXCLUDE_FILE_H
#define MST_INPUT_EXCLUDE_FILE_H

#include <muststaple/status.h>

#include "model/exclusion.h"

/* Adds the file's entries. MST_ERROR_USAGE names the file, and the line, that is wrong. */
enum mst_status mst_exclude_file_read(const char *path, struct mst_exclusion *exclusion,
                                      struct mst_error *error);

#endif
