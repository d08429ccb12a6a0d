/* What every fuzz target shares. A target takes any bytes, and ends the program when one of its
 * invariants does not hold; libFuzzer and the replay driver both call it. */
#ifndef MST_TESTS_FUZZ_H
#define MST_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* The entry point, by libFuzzer's name. Always gives 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says which condition did not hold, and aborts: sanitizer or not, in every build. */
MST_NORETURN void fuzz_fail(const char *file, int line, const char *condition);

#define FUZZ_REQUIRE(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/* A copy of exactly `size` bytes (of one when there are none), so that a read past them is seen by
 * the sanitizer. To be freed with free(). */
uint8_t *fuzz_copy(const void *data, size_t size) MST_NODISCARD;

#endif
