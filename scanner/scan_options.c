#include "scan_options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "option.h"

static struct mst_audit_config *config_of(void *into)
{
    return &((struct scan_options *)into)->config;
}

static bool set_resolver(const struct option_row *row, const char *value, void *into)
{
    (void)row;
    struct scan_options *options = into;
    struct mst_audit_config *config = &options->config;
    if (config->resolver_count == RESOLVERS_MAX) {
        complain("--resolver can be given at most %d times", RESOLVERS_MAX);
        return false;
    }
    options->resolvers[config->resolver_count++] = value;
    config->resolvers = options->resolvers;
    return true;
}

static bool set_tls(const struct option_row *row, const char *value, void *into)
{
    (void)row;
    const bool is_1_2 = strcmp(value, "1.2") == 0;
    if (!is_1_2 && strcmp(value, "1.3") != 0) {
        complain("--tls takes 1.2 or 1.3, not '%.80s'", value);
        return false;
    }
    config_of(into)->tls_version = is_1_2 ? 12 : 13;
    return true;
}

#define CONFIG(member) offsetof(struct scan_options, config.member)
#define OWN(member) offsetof(struct scan_options, member)

static const struct option_row rows[] = {
    {"Input", 0, "port", "N", "port of targets that name none (443)", option_set_u16, CONFIG(port),
     1, UINT16_MAX},
    {NULL, 0, "limit", "N", "scan at most N targets", option_set_u64, CONFIG(limit), 1, UINT64_MAX},
    {NULL, 0, "skip", "N", "pass over the first N targets", option_set_u64, CONFIG(skip), 0,
     UINT64_MAX},

    {"Resolving", 0, "resolver", "ADDR[:PORT]",
     "ask this resolver; may be given several times\n(those of /etc/resolv.conf)", set_resolver, 0,
     0, 0},
    {NULL, '4', "ipv4", NULL, "ask for and use IPv4 addresses of names only", option_set_flag,
     OWN(only_ipv4), 0, 0},
    {NULL, '6', "ipv6", NULL, "ask for and use IPv6 addresses of names only", option_set_flag,
     OWN(only_ipv6), 0, 0},
    {NULL, 0, "dns-timeout", "S", "seconds for a name (5)", option_set_milliseconds,
     CONFIG(dns_timeout_ms), 0, 0},

    {"Pace", 0, "concurrency", "N",
     "targets in flight at once (from the limit of\nopen files, at most 2000)", option_set_u32,
     CONFIG(concurrency), 1, 1000000},
    {NULL, 0, "rate", "N", "new connections a second (no limit)", option_set_u32, CONFIG(rate), 1,
     1000000},
    {NULL, 0, "threads", "N", "worker threads (one per core)", option_set_u32, CONFIG(threads), 1,
     256},

    {"Time", 0, "connect-timeout", "S", "seconds for a TCP connection (5)", option_set_milliseconds,
     CONFIG(connect_timeout_ms), 0, 0},
    {NULL, 0, "handshake-timeout", "S", "seconds for a TLS handshake (15)", option_set_milliseconds,
     CONFIG(handshake_timeout_ms), 0, 0},
    {NULL, 0, "timeout", "S", "seconds for a whole target (30)", option_set_milliseconds,
     CONFIG(timeout_ms), 0, 0},

    {"TLS", 0, "ca-file", "FILE", "trusted roots, PEM (the system's)", option_set_text,
     CONFIG(ca_file), 0, 0},
    {NULL, 0, "tls", "VERSION", "1.2 or 1.3 only (all from 1.0 up)", set_tls, 0, 0, 0},

    {"Safety", 0, "allow-private", NULL,
     "contact private and reserved addresses that a\nname resolves to", option_set_flag,
     CONFIG(allow_private), 0, 0},
    {NULL, 0, "exclude", "FILE", "never contact these networks (CIDR) and domains", option_set_text,
     CONFIG(exclude_path), 0, 0},

    {"Output", 'o', "output", "FILE", "write the records there (-: standard output)",
     option_set_text, CONFIG(output_path), 0, 0},
    {NULL, 0, "summary", "FILE", "write the closing summary there, as JSON", option_set_text,
     CONFIG(summary_path), 0, 0},
    {NULL, 0, "raw", NULL, "add chain and staple to each record, in base64", option_set_flag,
     CONFIG(raw), 0, 0},
    {NULL, 0, "quiet", NULL, "no progress, no closing summary on standard error", option_set_flag,
     OWN(quiet), 0, 0},

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

void scan_options_help(void)
{
    (void)fputs("Usage: muststaple scan [options] [FILE...]\n\n"
                "Scans the targets in the files, one a line ('-' or no file: standard input), and\n"
                "writes one JSON record for each to standard output. In brackets: the default.\n",
                stdout);
    options_print(rows, MST_COUNT_OF(rows));
    (void)fputs(
        "\nTargets: host  host:port  192.0.2.1  [2001:db8::1]:8443  https://host/path\n"
        "         ADDRESS,NAME (connect there, ask for the name)  RANK,host  # comment\n"
        "\nExit status: 0 done, 1 --fail-on matched, 2 usage or no line is a target, 3 the\n"
        "scan could not be completed (what was done is written).\n",
        stdout);
}

static const char *const standard_input[] = {"-"};

static void take_files(struct scan_options *options, int argc, char **argv, int first)
{
    struct mst_audit_config *config = &options->config;
    config->paths = first < argc ? (const char *const *)&argv[first] : standard_input;
    config->path_count = first < argc ? (size_t)(argc - first) : 1;
}

bool scan_options_parse(struct scan_options *options, int argc, char **argv)
{
    *options = (struct scan_options){0};
    mst_audit_config_init(&options->config);
    const int first = options_parse(rows, MST_COUNT_OF(rows), argc, argv, options, &options->log);
    if (first < 0)
        return false;
    if (options->only_ipv4 && options->only_ipv6) {
        complain("-4 and -6 exclude each other");
        return false;
    }
    options->config.ipv4 = !options->only_ipv6;
    options->config.ipv6 = !options->only_ipv4;
    options->config.at_given = options->at.given;
    options->config.at_s = options->at.time_s;
    take_files(options, argc, argv, first);
    options->config.option_names = options->log.names;
    options->config.option_values = options->log.values;
    options->config.option_count = options->log.count;
    return true;
}

void scan_options_release(struct scan_options *options)
{
    fail_on_release(&options->fail_on);
}
