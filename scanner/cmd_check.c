#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "check_options.h"
#include "command.h"
#include "option.h"

static void free_check(struct mst_check **check)
{
    mst_check_free(*check);
}

static int exit_status_of(enum mst_status status)
{
    return status == MST_ERROR_USAGE || status == MST_ERROR_INPUT ? EXIT_USAGE : EXIT_INCOMPLETE;
}

static int show(const struct check_options *options, const struct mst_check *check)
{
    char *text MST_AUTO_FREE = options->json ? mst_check_json(check) : mst_check_text(check);
    if (!text) {
        complain("out of memory");
        return EXIT_INCOMPLETE;
    }
    (void)fputs(text, stdout);
    if (!printed())
        return EXIT_INCOMPLETE;
    return mst_check_is_good(check) ? EXIT_DONE : EXIT_COMPLAINT;
}

int command_check(int argc, char **argv)
{
    struct check_options options;
    if (!check_options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.help) {
        check_options_help();
        return printed() ? EXIT_DONE : EXIT_INCOMPLETE;
    }
    if (options.reads_standard_input && isatty(STDIN_FILENO))
        complain("reading a certificate, a request or an OCSP response from the terminal; end "
                 "with Ctrl-D");
    ignore_broken_pipes();
    struct mst_error error = {.status = MST_OK};
    struct mst_check *check MST_CLEANUP(free_check) = NULL;
    const enum mst_status status = mst_check_new(&options.config, &check, &error);
    if (status != MST_OK) {
        complain("%s", error.text);
        return exit_status_of(status);
    }
    return show(&options, check);
}
