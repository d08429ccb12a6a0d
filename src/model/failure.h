/* How a host failed: a row in the results, never an error of our program. */
#ifndef MST_MODEL_FAILURE_H
#define MST_MODEL_FAILURE_H

#include "model/vocabulary.h"

struct mst_failure {
    enum mst_stage stage; /* MST_STAGE_NONE: nothing failed */
    enum mst_failure_code code;
    const char *alert; /* RFC 8446 name of the alert the peer sent, static; else NULL */
    char detail[160];  /* what a person may want to know, valid UTF-8, may be empty */
};

#endif
