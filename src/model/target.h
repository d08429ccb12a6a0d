/* One line of input, understood: whom to ask, and as whom. */
#ifndef MST_MODEL_TARGET_H
#define MST_MODEL_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "model/endpoint.h"
#include "model/failure.h"

enum {
    MST_HOST_SIZE = 256,       /* a name of at most 253 bytes, or an address as text, and a NUL */
    MST_LINE_LENGTH_MAX = 4096 /* bytes of an input line; longer ones are no target */
};

struct mst_target {
    uint64_t line; /* 1-based over all input */
    char *input;   /* the line as text, valid UTF-8, never NULL; cut when it was too long */
    uint64_t rank; /* 0: none was given */
    char
        host[MST_HOST_SIZE]; /* lower-case A-labels or an address, no trailing dot; "" if invalid */
    char sni[MST_HOST_SIZE]; /* the name asked for in TLS and matched; "" for a bare address */
    uint16_t port;           /* 0 if invalid */
    struct mst_address address; /* where to connect; family NONE: resolve `host` */
    struct mst_failure invalid; /* stage INPUT when the line is no target, else stage NONE */
};

void mst_target_free(struct mst_target *target);

#endif
