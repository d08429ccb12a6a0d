/* The files of a check, read whole. */
#ifndef MST_CHECK_FILES_H
#define MST_CHECK_FILES_H

#include <muststaple/status.h>

#include "pki/document.h"

/* One file and what it holds. */
struct mst_check_file {
    const char *path; /* borrowed; NULL: no file */
    struct mst_documents documents;
};

/* What a file must hold at least one of. */
enum mst_check_demand {
    MST_CHECK_DEMAND_ANYTHING,
    MST_CHECK_DEMAND_CERTIFICATES,
    MST_CHECK_DEMAND_RESPONSE, /* exactly one; bytes that are nothing known are one, too */
};

/* Reads `path`, "-" meaning standard input. MST_ERROR_USAGE when it cannot be read, is larger than
 * MST_DOCUMENT_FILE_MAX, or does not hold what is demanded; then `ret_file` is empty. */
enum mst_status mst_check_file_read(const char *path, enum mst_check_demand demand,
                                    struct mst_check_file *ret_file, struct mst_error *error);
void mst_check_file_release(struct mst_check_file *file);

#endif
