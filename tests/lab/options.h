/* The command line. */
#ifndef MST_LAB_OPTIONS_H
#define MST_LAB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lab_options {
    const char *dir;                    /* NULL: a fresh one, removed at the end */
    uint16_t port, dns_port, http_port; /* 0: a free one */
    bool until_eof;
    size_t load_prepare;
};

enum lab_errand {
    LAB_ERRAND_SERVE,
    LAB_ERRAND_LIST,
    LAB_ERRAND_LOAD_TARGETS, /* `load_targets` lines */
    LAB_ERRAND_HELP,
    LAB_ERRAND_COMPLAIN, /* usage was written to standard error */
};

enum lab_errand lab_options_parse(int argc, char **argv, struct lab_options *ret_options,
                                  size_t *ret_load_targets);

#endif
