#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "command.h"
#include "fail_on.h"
#include "option.h"
#include "rejudge_options.h"
#include "run.h"

static void stop_rejudge(void *rejudge)
{
    mst_rejudge_stop(rejudge);
}

static bool count_records(const void *rejudge, const char *word, uint64_t *ret_count)
{
    return mst_rejudge_count(rejudge, word, ret_count);
}

static void free_rejudge(struct mst_rejudge **rejudge)
{
    run_forget();
    mst_rejudge_free(*rejudge);
}

static int run(const struct rejudge_options *options)
{
    struct mst_error error = {.status = MST_OK};
    struct mst_rejudge *rejudge MST_CLEANUP(free_rejudge) = NULL;
    enum mst_status status = mst_rejudge_new(&options->config, &rejudge, &error);
    if (status != MST_OK) {
        complain("%s", error.text);
        return run_exit_status(status);
    }
    run_stop_on_signals(stop_rejudge, rejudge); /* until here nothing is lost when one ends us */
    status = mst_rejudge_run(rejudge, &error);
    if (!options->quiet) {
        char *text MST_AUTO_FREE = mst_rejudge_summary_text(rejudge);
        (void)fputs(text, stderr);
    }
    if (status != MST_OK) {
        complain("%s", error.text);
        return run_exit_status(status);
    }
    if (mst_rejudge_line_count(rejudge) == 0)
        complain("there was no record in the input");
    return fail_on_matched(&options->fail_on, count_records, rejudge, options->quiet)
               ? EXIT_COMPLAINT
               : EXIT_DONE;
}

int command_rejudge(int argc, char **argv)
{
    struct rejudge_options options MST_CLEANUP(rejudge_options_release);
    if (!rejudge_options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.help) {
        rejudge_options_help();
        return printed() ? EXIT_DONE : EXIT_INCOMPLETE;
    }
    if (!options.quiet && run_reads_terminal(options.config.paths, options.config.path_count))
        complain("reading records from the terminal, one a line; end with Ctrl-D");
    ignore_broken_pipes();
    return run(&options);
}
