/* Whether the files of an audit may be what they are asked to be. */
#ifndef MST_AUDIT_FILES_H
#define MST_AUDIT_FILES_H

#include <muststaple/audit.h>

/* MST_ERROR_USAGE when results or summary would destroy something that is read, or each other, or
 * would stand among the records on standard output. Nothing is opened or changed. */
enum mst_status mst_audit_files_check(const struct mst_audit_config *config,
                                      struct mst_error *error);

#endif
