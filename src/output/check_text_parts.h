/* The parts of the text about an inspection. */
#ifndef MST_OUTPUT_CHECK_TEXT_PARTS_H
#define MST_OUTPUT_CHECK_TEXT_PARTS_H

#include "model/inspection.h"
#include "output/page.h"

/* The extension in words: `yes` ("set") and `no` ("not set") are said of one without fault. */
void mst_check_text_feature(struct mst_page *page, const struct mst_tls_feature_facts *feature,
                            const char *yes, const char *no);

void mst_check_text_certificate(struct mst_page *page, const struct mst_inspection *inspection);
void mst_check_text_request(struct mst_page *page, const struct mst_inspection *inspection);

/* A staple, or a response alone, judged at `now_s`; `label` is what it is called. */
void mst_check_text_staple(struct mst_page *page, const char *label,
                           const struct mst_staple_facts *facts,
                           const struct mst_staple_judgement *judgement, int64_t now_s);

/* Every SingleResponse. */
void mst_check_text_singles(struct mst_page *page, const struct mst_single_list *singles,
                            int64_t now_s);

#endif
