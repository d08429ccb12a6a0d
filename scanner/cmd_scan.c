#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "command.h"
#include "fail_on.h"
#include "option.h"
#include "progress.h"
#include "run.h"
#include "scan_options.h"

/* Thousands of sockets: take all descriptors that the hard limit allows. */
static void raise_open_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void stop_audit(void *audit)
{
    mst_audit_stop(audit);
}

static bool count_records(const void *audit, const char *word, uint64_t *ret_count)
{
    return mst_audit_count(audit, word, ret_count);
}

static void free_audit(struct mst_audit **audit)
{
    run_forget();
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
        return run_exit_status(status);
    }
    run_stop_on_signals(stop_audit, audit); /* until here nothing is lost when one just ends us */
    status = mst_audit_run(audit, &error);
    progress_clear(&progress);
    if (!options->quiet) {
        char *text MST_AUTO_FREE = mst_audit_summary_text(audit);
        (void)fputs(text, stderr);
    }
    if (status != MST_OK) {
        complain("%s", error.text);
        return run_exit_status(status);
    }
    if (progress.done == 0)
        complain("there was no target in the input");
    return fail_on_matched(&options->fail_on, count_records, audit, options->quiet) ? EXIT_COMPLAINT
                                                                                    : EXIT_DONE;
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
    if (!options.quiet && run_reads_terminal(options.config.paths, options.config.path_count))
        complain("reading targets from the terminal, one a line; end with Ctrl-D");
    raise_open_file_limit();
    ignore_broken_pipes();
    return run(&options);
}
