/* The options of `muststaple check`. */
#ifndef MST_SCANNER_CHECK_OPTIONS_H
#define MST_SCANNER_CHECK_OPTIONS_H

#include <muststaple/check.h>
#include <stdbool.h>

#include "option.h"

struct check_options {
    struct mst_check_config config;
    bool help, json;
    bool reads_standard_input;
    struct option_time at;
};

/* Reads the command line of `check`; argv[0] is "check". The file operands go into config.paths and
 * are borrowed from argv. False after printing one line when something is wrong. */
bool check_options_parse(struct check_options *options, int argc, char **argv);

void check_options_help(void);

#endif
