#include <muststaple/version.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "command.h"
#include "option.h"

static const struct {
    const char *name;
    command_fn *run;
    const char *help;
} commands[] = {
    {"scan", command_scan, "scan targets, one JSON record for each"},
    {"check", command_check, "check certificates, requests and OCSP responses in files"},
    {"rejudge", command_rejudge, "judge stored records again, at another time"},
};

static void print_help(void)
{
    (void)fputs(
        "Usage: muststaple COMMAND [options]\n\n"
        "Says who has OCSP Must-Staple, who keeps the promise, and for how long it holds.\n\n"
        "Commands:\n",
        stdout);
    for (size_t i = 0; i < MST_COUNT_OF(commands); i++)
        (void)printf("  %-10s %s\n", commands[i].name, commands[i].help);
    (void)fputs("\n'muststaple COMMAND --help' lists the options of a command.\n"
                "'muststaple --version' names the version and the libraries it runs on.\n",
                stdout);
}

static void print_versions(void)
{
    size_t count = 0;
    const struct mst_version *versions = mst_versions(&count);
    for (size_t i = 0; i < count; i++)
        (void)printf("%s %s\n", versions[i].name, versions[i].value);
}

/* A standard descriptor that is closed would be taken by the first file or socket that opens, which
 * would then be read or written as if it were standard input or output. Opened the wrong way round,
 * /dev/null keeps the place and still fails when it is used. */
static bool hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        complain("which command? See 'muststaple --help'");
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help();
        return printed() ? EXIT_DONE : EXIT_INCOMPLETE;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        print_versions();
        return printed() ? EXIT_DONE : EXIT_INCOMPLETE;
    }
    for (size_t i = 0; i < MST_COUNT_OF(commands); i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    complain("unknown command '%.80s'; see 'muststaple --help'", word);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    if (!hold_standard_descriptors())
        return EXIT_INCOMPLETE;
    return dispatch(argc, argv);
}
