/* The responder's half of OCSP: request in, response out. */
#ifndef MST_LAB_OCSP_ANSWER_H
#define MST_LAB_OCSP_ANSWER_H

#include <openssl/ocsp.h>

#include "http_responder.h"

enum lab_mood {
    LAB_MOOD_TRUTHFUL,
    LAB_MOOD_REVOKED,
    LAB_MOOD_UNKNOWN,
    LAB_MOOD_EXPIRED,
    LAB_MOOD_TRY_LATER,
    LAB_MOOD_INTERNAL_ERROR,
    LAB_MOOD_UNAUTHORIZED,
    LAB_MOOD_GARBAGE,
    LAB_MOOD_HTTP_500,
    LAB_MOOD_SILENT,
};

/* The answer to a request as bytes, to be freed with OPENSSL_free; any input is survived. */
uint8_t *lab_ocsp_answer(const struct lab_http_responder *responder, enum lab_mood mood,
                         const uint8_t *request, size_t length, size_t *ret_size);

#endif
