#include "require.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

void lab_require(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "muststaple-lab: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(EXIT_FAILURE);
}

void lab_require_uv(int result, const char *what)
{
    if (result >= 0)
        return;
    (void)fprintf(stderr, "muststaple-lab: %s: %s\n", what, uv_strerror(result));
    exit(EXIT_FAILURE);
}
