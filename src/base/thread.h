/* Threads of our own. */
#ifndef MST_BASE_THREAD_H
#define MST_BASE_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/* Starts a thread in which every signal is blocked: signals belong to the program's main thread.
 * False when there is no thread to be had. */
static inline bool mst_thread_start(pthread_t *thread, void *(*run)(void *), void *context)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    const int result = pthread_create(thread, NULL, run, context);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0;
}

#endif
