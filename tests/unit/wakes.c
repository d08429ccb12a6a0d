#include "unit/wakes.h"

#include <time.h>

atomic_int wakes;

void count_wake(void *context)
{
    (void)context;
    atomic_fetch_add(&wakes, 1);
}

void nap(void)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    (void)nanosleep(&pause, NULL);
}
