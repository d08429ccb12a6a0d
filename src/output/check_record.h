/* An inspection as JSON: one record of type `check`. */
#ifndef MST_OUTPUT_CHECK_RECORD_H
#define MST_OUTPUT_CHECK_RECORD_H

#include "model/inspection.h"

/* One line with its newline, to be freed. NULL when there is no memory. */
char *mst_check_record_line(const struct mst_inspection *inspection, size_t *ret_length);

#endif
