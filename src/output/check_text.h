/* An inspection for people: aligned lines that say what is set, until when, what would refuse it
 * and what to do about it. */
#ifndef MST_OUTPUT_CHECK_TEXT_H
#define MST_OUTPUT_CHECK_TEXT_H

#include "model/inspection.h"

/* The lines about one inspection, each with its newline, to be freed. What came from the document
 * is shown without control characters. NULL when there is no memory. */
char *mst_check_text_lines(const struct mst_inspection *inspection);

#endif
