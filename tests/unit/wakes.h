/* Counts how often an edge has woken whoever waits for it. */
#ifndef MST_TESTS_UNIT_WAKES_H
#define MST_TESTS_UNIT_WAKES_H

#include <stdatomic.h>

enum { PATIENCE_MS = 20000 }; /* for what must happen soon, on the slowest machine */

extern atomic_int wakes;

/* A mst_wake_fn. */
void count_wake(void *context);

/* A millisecond's pause, for loops that wait for another thread. */
void nap(void);

#endif
