#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "usage: muststaple-lab [options]\n"
    "An internet in a box on loopback: TLS servers, DNS and an OCSP responder for the tests.\n"
    "\n"
    "  --dir DIR          write root.pem, targets.txt and lab.json there (default: a fresh\n"
    "                     directory under TMPDIR, removed at the end)\n"
    "  --port N           port of all TLS servers (default: a free one)\n"
    "  --dns-port N       port of the DNS server on 127.0.0.1 (default: a free one)\n"
    "  --http-port N      port of the OCSP responder on 127.0.0.1 (default: a free one)\n"
    "  --load-prepare N   make the certificates and staples of h0 .. h(N-1).load.test ahead\n"
    "  --until-eof        end when standard input ends\n"
    "  --list             print the scenes as JSON and exit\n"
    "  --load-targets N   print the target lines h0 .. h(N-1).load.test and exit\n"
    "  --help             print this and exit\n";

enum {
    OPTION_DIR = 256,
    OPTION_PORT,
    OPTION_DNS_PORT,
    OPTION_HTTP_PORT,
    OPTION_LOAD_PREPARE,
    OPTION_UNTIL_EOF,
    OPTION_LIST,
    OPTION_LOAD_TARGETS,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"dir", required_argument, NULL, OPTION_DIR},
    {"port", required_argument, NULL, OPTION_PORT},
    {"dns-port", required_argument, NULL, OPTION_DNS_PORT},
    {"http-port", required_argument, NULL, OPTION_HTTP_PORT},
    {"load-prepare", required_argument, NULL, OPTION_LOAD_PREPARE},
    {"until-eof", no_argument, NULL, OPTION_UNTIL_EOF},
    {"list", no_argument, NULL, OPTION_LIST},
    {"load-targets", required_argument, NULL, OPTION_LOAD_TARGETS},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static bool read_number(const char *text, unsigned long limit, unsigned long *ret_number)
{
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (errno || end == text || *end || text[0] == '-' || number > limit) {
        (void)fprintf(stderr, "muststaple-lab: not a number from 0 to %lu: %s\n", limit, text);
        return false;
    }
    *ret_number = number;
    return true;
}

static bool read_port(const char *text, uint16_t *ret_port)
{
    unsigned long number = 0;
    if (!read_number(text, 65535, &number))
        return false;
    *ret_port = (uint16_t)number;
    return true;
}

static bool read_size(const char *text, size_t *ret_size)
{
    unsigned long number = 0;
    if (!read_number(text, 10000000, &number))
        return false;
    *ret_size = number;
    return true;
}

/* Takes one option; false when it makes no sense. */
static bool take(int option, struct lab_options *options, size_t *load_targets,
                 enum lab_errand *errand)
{
    switch (option) {
    case OPTION_DIR:
        options->dir = optarg;
        return true;
    case OPTION_PORT:
        return read_port(optarg, &options->port);
    case OPTION_DNS_PORT:
        return read_port(optarg, &options->dns_port);
    case OPTION_HTTP_PORT:
        return read_port(optarg, &options->http_port);
    case OPTION_LOAD_PREPARE:
        return read_size(optarg, &options->load_prepare);
    case OPTION_UNTIL_EOF:
        options->until_eof = true;
        return true;
    case OPTION_LIST:
        *errand = LAB_ERRAND_LIST;
        return true;
    case OPTION_LOAD_TARGETS:
        *errand = LAB_ERRAND_LOAD_TARGETS;
        return read_size(optarg, load_targets);
    case OPTION_HELP:
        *errand = LAB_ERRAND_HELP;
        (void)fputs(usage, stdout);
        return true;
    default:
        return false;
    }
}

enum lab_errand lab_options_parse(int argc, char **argv, struct lab_options *ret_options,
                                  size_t *ret_load_targets)
{
    enum lab_errand errand = LAB_ERRAND_SERVE;
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (!take(option, ret_options, ret_load_targets, &errand)) {
            (void)fputs(usage, stderr);
            return LAB_ERRAND_COMPLAIN;
        }
    }
    if (optind < argc) {
        (void)fprintf(stderr, "muststaple-lab: what is %s?\n%s", argv[optind], usage);
        return LAB_ERRAND_COMPLAIN;
    }
    return errand;
}
