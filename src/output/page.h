/* A page of text for people: headings, aligned "label: value" lines and paragraphs, wrapped. What
 * is shown may come from anywhere: controls, and marks that turn the direction of text around, come
 * out as '?'. */
#ifndef MST_OUTPUT_PAGE_H
#define MST_OUTPUT_PAGE_H

#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"

enum {
    MST_PAGE_WIDTH = 92,
    MST_PAGE_LABEL_WIDTH = 18,
    MST_DURATION_TEXT_SIZE = 40,
    MST_PAGE_TIME_SIZE = 80,
};

struct mst_page {
    FILE *out;
};

/* A line of its own at the left edge, however long. */
void mst_page_heading(struct mst_page *page, const char *format, ...) MST_PRINTF(2, 3);

/* "  label:   value"; an empty label continues the one above. */
void mst_page_row(struct mst_page *page, const char *label, const char *format, ...)
    MST_PRINTF(3, 4);

/* "  - text". */
void mst_page_item(struct mst_page *page, const char *format, ...) MST_PRINTF(2, 3);

/* Lines of our own, shown as they are, two columns in. */
void mst_page_verbatim(struct mst_page *page, const char *lines);

void mst_page_blank(struct mst_page *page);

/* "3 days", "1 hour", "0 seconds": rounded down, without its sign; "" for MST_TIME_NONE. */
void mst_page_duration(int64_t duration_s, char text[MST_DURATION_TEXT_SIZE]);

/* "2027-01-15T08:00:00Z (in 3 days)", "... (2 hours ago)"; "not given" for MST_TIME_NONE. */
void mst_page_time(int64_t time_s, int64_t now_s, char text[MST_PAGE_TIME_SIZE]);
void mst_page_time_row(struct mst_page *page, const char *label, int64_t time_s, int64_t now_s);

#endif
