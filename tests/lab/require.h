/* The lab's own failures: what it makes for itself either works or the lab ends with a word. Never
 * used on what a client sent. */
#ifndef MST_LAB_REQUIRE_H
#define MST_LAB_REQUIRE_H

#include <stdbool.h>

/* Ends the program with `what` and OpenSSL's errors unless `holds`. */
void lab_require(bool holds, const char *what);

/* The same for a libuv result: below zero ends the program. */
void lab_require_uv(int result, const char *what);

#endif
