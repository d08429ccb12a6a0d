/* The options of `muststaple rejudge`. */
#ifndef MST_SCANNER_REJUDGE_OPTIONS_H
#define MST_SCANNER_REJUDGE_OPTIONS_H

#include <muststaple/rejudge.h>
#include <stdbool.h>

#include "fail_on.h"
#include "option.h"

struct rejudge_options {
    struct mst_rejudge_config config;
    bool help, quiet;
    struct option_time at;
    struct fail_on fail_on;
    struct option_log log; /* the options as given, for the summary */
};

/* Reads the command line of `rejudge`; argv[0] is "rejudge". The file operands go into config.paths
 * and are borrowed from argv. False after printing one line when something is wrong. */
bool rejudge_options_parse(struct rejudge_options *options, int argc, char **argv);

void rejudge_options_help(void);
void rejudge_options_release(struct rejudge_options *options);

#endif
