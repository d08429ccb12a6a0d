#include "rejudge_options.h"

#include <stdio.h>

#include "base/attributes.h"

#define CONFIG(member) offsetof(struct rejudge_options, config.member)
#define OWN(member) offsetof(struct rejudge_options, member)

static const struct option_row rows[] = {
    {"TLS", 0, "ca-file", "FILE", "trusted roots, PEM (the system's)", option_set_text,
     CONFIG(ca_file), 0, 0},

    {"Output", 'o', "output", "FILE", "write the records there (-: standard output)",
     option_set_text, CONFIG(output_path), 0, 0},
    {NULL, 0, "summary", "FILE", "write the closing summary there, as JSON", option_set_text,
     CONFIG(summary_path), 0, 0},
    {NULL, 0, "raw", NULL, "keep chain and staple in each record, in base64", option_set_flag,
     CONFIG(raw), 0, 0},
    {NULL, 0, "quiet", NULL, "no closing summary on standard error", option_set_flag, OWN(quiet), 0,
     0},

    {"Policy", 0, "at", "TIME",
     "judge as if it were TIME: seconds since 1970 or\nRFC 3339 (the time of each handshake)",
     option_set_time, OWN(at), 0, 0},
    {NULL, 0, "max-age", "S",
     "a staple older than this many seconds is too_old;\none without nextUpdate lasts as long "
     "(864000)",
     option_set_s64, CONFIG(max_age_s), 1, INT32_MAX},
    {NULL, 0, "min-remaining", "S", "warn when a staple has fewer seconds left (86400)",
     option_set_s64, CONFIG(min_remaining_s), 0, INT32_MAX},
    {NULL, 0, "fail-on", "WORD,...",
     "exit with 1 when a record carries one of these\nverdicts, reasons, warnings, outcomes "
     "or\nfailure codes",
     fail_on_set, OWN(fail_on), 0, 0},

    {"Other", 'h', "help", NULL, "show this help", option_set_flag, OWN(help), 0, 0},
};

void rejudge_options_help(void)
{
    (void)fputs("Usage: muststaple rejudge [options] [FILE...]\n\n"
                "Judges the records of 'muststaple scan --raw' in the files ('-' or no file:\n"
                "standard input) again, without a network, and writes them to standard output.\n"
                "In brackets: the default.\n",
                stdout);
    options_print(rows, MST_COUNT_OF(rows));
    (void)fputs("\nExit status: 0 done, 1 --fail-on matched, 2 usage or no line can be judged\n"
                "again, 3 some lines could not be judged again, or the run could not be\n"
                "completed (what was done is written).\n",
                stdout);
}

bool rejudge_options_parse(struct rejudge_options *options, int argc, char **argv)
{
    static const char *const standard_input[] = {"-"};
    *options = (struct rejudge_options){0};
    struct mst_rejudge_config *config = &options->config;
    mst_rejudge_config_init(config);
    const int first = options_parse(rows, MST_COUNT_OF(rows), argc, argv, options, &options->log);
    if (first < 0)
        return false;
    config->paths = first < argc ? (const char *const *)&argv[first] : standard_input;
    config->path_count = first < argc ? (size_t)(argc - first) : 1;
    config->at_given = options->at.given;
    config->at_s = options->at.time_s;
    config->option_names = options->log.names;
    config->option_values = options->log.values;
    config->option_count = options->log.count;
    return true;
}

void rejudge_options_release(struct rejudge_options *options)
{
    fail_on_release(&options->fail_on);
}
