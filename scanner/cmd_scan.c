#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "command.h"
#include "option.h"
#include "progress.h"
#include "scan_options.h"

/* What the signal handler stops; lock-free, so the handler may read it. */
static _Atomic(struct mst_audit *) running;

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
    struct mst_audit *audit = atomic_load(&running);
    if (audit && !is_echo())
        mst_audit_stop(audit);
    errno = saved_errno;
}

static void handle_stop_signals(void)
{
    struct sigaction stop = {.sa_handler = on_stop_signal, .sa_flags = SA_RESTART};
    (void)sigemptyset(&stop.sa_mask);
    (void)sigaddset(&stop.sa_mask, SIGINT);
    (void)sigaddset(&stop.sa_mask, SIGTERM);
    (void)sigaddset(&stop.sa_mask, SIGHUP);
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    struct sigaction hangup; /* nohup(1) has it ignored */
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        (void)sigaction(SIGHUP, &stop, NULL);
}

static void ignore_broken_pipes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

/* Thousands of sockets: take all descriptors that the hard limit allows. */
static void raise_open_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int exit_status_of(enum mst_status status)
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

/* The records that --fail-on asks about, named on standard error. */
static bool fail_words_match(const struct scan_options *options, const struct mst_audit *audit)
{
    bool matched = false;
    for (size_t i = 0; i < options->fail_word_count; i++) {
        uint64_t count = 0;
        if (!mst_audit_count(audit, options->fail_words[i], &count) || count == 0)
            continue;
        matched = true;
        if (!options->quiet)
            complain("--fail-on: %llu record%s with %s", (unsigned long long)count,
                     count == 1 ? "" : "s", options->fail_words[i]);
    }
    return matched;
}

static void free_audit(struct mst_audit **audit)
{
    atomic_store(&running, NULL);
    mst_audit_free(*audit);
}

static int run(struct scan_options *options)
{
    struct progress progress;
    progress_init(&progress, options->quiet);
    options->config.on_progress = progress_show;
    options->config.progress_context = &progress;
    struct mst_error error = {.status = MST_OK};
    struct mst_audit *audit MST_CLEANUP(free_audit) = NULL;
    enum mst_status status = mst_audit_new(&options->config, &audit, &error);
    if (status != MST_OK) {
        complain("%s", error.text);
        return exit_status_of(status);
    }
    atomic_store(&running, audit);
    handle_stop_signals(); /* until here nothing is lost when a signal just ends us */
    status = mst_audit_run(audit, &error);
    progress_clear(&progress);
    if (!options->quiet) {
        char *text MST_AUTO_FREE = mst_audit_summary_text(audit);
        (void)fputs(text, stderr);
    }
    if (status != MST_OK) {
        complain("%s", error.text);
        return exit_status_of(status);
    }
    if (progress.done == 0)
        complain("there was no target in the input");
    return fail_words_match(options, audit) ? EXIT_COMPLAINT : EXIT_DONE;
}

static bool reads_terminal(const struct scan_options *options)
{
    return options->config.path_count == 1 && strcmp(options->config.paths[0], "-") == 0 &&
           isatty(STDIN_FILENO);
}

int command_scan(int argc, char **argv)
{
    struct scan_options options MST_CLEANUP(scan_options_release);
    if (!scan_options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.help) {
        scan_options_help();
        return printed() ? EXIT_DONE : EXIT_INCOMPLETE;
    }
    if (reads_terminal(&options) && !options.quiet)
        complain("reading targets from the terminal, one a line; end with Ctrl-D");
    raise_open_file_limit();
    ignore_broken_pipes();
    return run(&options);
}
