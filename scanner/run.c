#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "command.h"

/* What the signal handler stops; lock-free, so the handler may read it. */
static run_stop_fn *stop_running;
static _Atomic(void *) running;

/* timeout(1) and shells send one wish to stop to the process and again to its group: what comes
 * right behind a signal is the same wish. clock_gettime may be called from a handler. */
static bool is_echo(void)
{
    enum { ECHO_MS = 100 };
    static volatile sig_atomic_t was_told;
    static int64_t last_ms;
    const int64_t now_ms = mst_clock_monotonic_ms();
    const bool echo = was_told && now_ms - last_ms < ECHO_MS;
    was_told = 1;
    last_ms = now_ms;
    return echo;
}

static void on_stop_signal(int signal_number)
{
    (void)signal_number;
    const int saved_errno = errno;
    void *run = atomic_load(&running);
    if (run && !is_echo())
        stop_running(run);
    errno = saved_errno;
}

void run_stop_on_signals(run_stop_fn *stop, void *run)
{
    stop_running = stop;
    atomic_store(&running, run);
    struct sigaction action = {.sa_handler = on_stop_signal, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaddset(&action.sa_mask, SIGINT);
    (void)sigaddset(&action.sa_mask, SIGTERM);
    (void)sigaddset(&action.sa_mask, SIGHUP);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    struct sigaction hangup; /* nohup(1) has it ignored */
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        (void)sigaction(SIGHUP, &action, NULL);
}

void run_forget(void)
{
    atomic_store(&running, NULL);
}

int run_exit_status(enum mst_status status)
{
    switch (status) {
    case MST_OK:
        return EXIT_DONE;
    case MST_ERROR_USAGE:
        return EXIT_USAGE;
    default:
        return EXIT_INCOMPLETE;
    }
}

bool run_reads_terminal(const char *const *paths, size_t count)
{
    return count == 1 && strcmp(paths[0], "-") == 0 && isatty(STDIN_FILENO);
}
