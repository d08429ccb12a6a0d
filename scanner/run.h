/* What the commands that run for long share: the signals that stop them, and how they end. */
#ifndef MST_SCANNER_RUN_H
#define MST_SCANNER_RUN_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Called from a signal handler. */
typedef void run_stop_fn(void *run);

/* From here on SIGINT, SIGTERM and SIGHUP (unless it was ignored) call `stop` instead of ending the
 * program; several that come within a tenth of a second are one. */
void run_stop_on_signals(run_stop_fn *stop, void *run);

/* Before the run is freed: signals are without effect from here on. */
void run_forget(void);

int run_exit_status(enum mst_status status);

/* Whether somebody has to type what is to be read. */
bool run_reads_terminal(const char *const *paths, size_t count);

#endif
