#include "check_options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/attributes.h"

#define CONFIG(member) offsetof(struct check_options, config.member)
#define OWN(member) offsetof(struct check_options, member)

static const struct option_row rows[] = {
    {"What belongs together", 0, "cert", "FILE", "the certificate; its chain may follow it",
     option_set_text, CONFIG(cert_path), 0, 0},
    {NULL, 0, "issuer", "FILE", "certificates of issuers", option_set_text, CONFIG(issuer_path), 0,
     0},
    {NULL, 0, "staple", "FILE", "the OCSP response that is to be stapled", option_set_text,
     CONFIG(staple_path), 0, 0},

    {"What is asked besides", 0, "ca-file", "FILE",
     "trusted roots, PEM: the chain must lead to one\n(trust is not asked)", option_set_text,
     CONFIG(ca_file), 0, 0},
    {NULL, 0, "host", "NAME", "the name or address that the certificate must be\nfor (not asked)",
     option_set_text, CONFIG(host), 0, 0},

    {"Policy", 0, "at", "TIME", "judge as if it were TIME: seconds since 1970 or\nRFC 3339 (now)",
     option_set_time, OWN(at), 0, 0},
    {NULL, 0, "max-age", "S",
     "a staple older than this many seconds is too_old;\none without nextUpdate lasts as long "
     "(864000)",
     option_set_s64, CONFIG(max_age_s), 1, INT32_MAX},
    {NULL, 0, "min-remaining", "S", "warn when a staple has fewer seconds left (86400)",
     option_set_s64, CONFIG(min_remaining_s), 0, INT32_MAX},

    {"Output", 0, "json", NULL, "one JSON record a line instead of text", option_set_flag,
     OWN(json), 0, 0},
    {"Other", 'h', "help", NULL, "show this help", option_set_flag, OWN(help), 0, 0},
};

void check_options_help(void)
{
    (void)fputs("Usage: muststaple check [options] [FILE...]\n\n"
                "Says of certificates and certificate requests whether OCSP Must-Staple is set or\n"
                "asked for, and of OCSP responses what they are worth, without a network. A file\n"
                "is PEM with any number of them, or DER ('-' or no file at all: standard input).\n"
                "In brackets: the default.\n",
                stdout);
    options_print(rows, MST_COUNT_OF(rows));
    (void)fputs(
        "\n--cert, --issuer and --staple together are judged as a scan judges a host that\n"
        "sends them; a response without --cert is judged for its issuer alone.\n"
        "\nTo ask a CA for Must-Staple, among the extensions of the request:\n"
        "  tlsfeature = status_request\n"
        "  1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05    (the same for OpenSSL before 1.1.0)\n"
        "or openssl req -new ... -addext \"tlsfeature = status_request\"\n"
        "\nExit status: 0 all is good, 1 something is not, 2 usage or a file that cannot be\n"
        "read, 3 the output could not be written.\n",
        stdout);
}

static const char *const standard_input[] = {"-"};

static void take_files(struct mst_check_config *config, int argc, char **argv, int first)
{
    const bool named = config->cert_path || config->staple_path;
    config->paths = (const char *const *)&argv[first];
    config->path_count = (size_t)(argc - first);
    if (config->path_count > 0 || named)
        return;
    config->paths = standard_input;
    config->path_count = 1;
}

static bool is_dash(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static bool reads_standard_input(const struct mst_check_config *config)
{
    bool found =
        is_dash(config->cert_path) || is_dash(config->issuer_path) || is_dash(config->staple_path);
    for (size_t i = 0; i < config->path_count; i++)
        found |= is_dash(config->paths[i]);
    return found;
}

bool check_options_parse(struct check_options *options, int argc, char **argv)
{
    *options = (struct check_options){0};
    mst_check_config_init(&options->config);
    struct option_log log = {0};
    const int first = options_parse(rows, MST_COUNT_OF(rows), argc, argv, options, &log);
    if (first < 0)
        return false;
    options->config.at_given = options->at.given;
    options->config.at_s = options->at.time_s;
    take_files(&options->config, argc, argv, first);
    options->reads_standard_input = reads_standard_input(&options->config);
    return true;
}
