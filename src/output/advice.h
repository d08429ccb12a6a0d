/* What to do about it: a sentence for each reason and warning. Pure. */
#ifndef MST_OUTPUT_ADVICE_H
#define MST_OUTPUT_ADVICE_H

#include "model/vocabulary.h"

/* One or more sentences for the operator of the host; NULL when there is nothing to do. */
const char *mst_advice_for_reason(enum mst_reason reason);
const char *mst_advice_for_warning(enum mst_warning warning);

/* How to ask a CA for Must-Staple: lines of text, OpenSSL's configuration in both spellings. */
extern const char mst_advice_how_to_ask[];

#endif
