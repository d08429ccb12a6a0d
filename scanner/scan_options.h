/* The options of `muststaple scan`. */
#ifndef MST_SCANNER_SCAN_OPTIONS_H
#define MST_SCANNER_SCAN_OPTIONS_H

#include <muststaple/audit.h>
#include <stdbool.h>
#include <stddef.h>

#include "fail_on.h"
#include "option.h"

enum { RESOLVERS_MAX = 16 };

struct scan_options {
    struct mst_audit_config config;
    bool help, quiet, only_ipv4, only_ipv6;
    struct option_time at;
    const char *resolvers[RESOLVERS_MAX];
    struct fail_on fail_on;
    struct option_log log; /* the options as given, for the summary */
};

/* Reads the command line of `scan`; argv[0] is "scan". The file operands go into config.paths and
 * are borrowed from argv. False after printing one line when something is wrong. */
bool scan_options_parse(struct scan_options *options, int argc, char **argv);

void scan_options_help(void);
void scan_options_release(struct scan_options *options);

#endif
