#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "lab.h"
#include "manifest.h"
#include "require.h"

static void remove_dir(const char *dir)
{
    static const char *const names[] = {"root.pem", "targets.txt", "lab.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        MST_AUTO_FREE char *path = mst_format("%s/%s", dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

/* The absolute path of a directory that exists: `wanted`, or a fresh one. To be freed. */
static char *make_dir(const char *wanted)
{
    const char *temporary = getenv("TMPDIR");
    MST_AUTO_FREE char *dir = wanted ? mst_strdup(wanted)
                                     : mst_format("%s/muststaple-lab-XXXXXX",
                                                  temporary && *temporary ? temporary : "/tmp");
    if (wanted)
        lab_require(mkdir(dir, 0755) == 0 || errno == EEXIST, dir);
    else
        lab_require(mkdtemp(dir), dir);
    char *absolute = realpath(dir, NULL);
    lab_require(absolute, dir);
    return absolute;
}

static void serve(const struct lab_options *options)
{
    MST_AUTO_FREE char *dir = make_dir(options->dir);
    struct lab *lab = mst_alloc(1, sizeof *lab);
    lab_start(lab, options, dir);
    (void)puts("ready");
    (void)fflush(stdout);
    lab_run(lab);
    lab_release(lab);
    free(lab);
    if (!options->dir)
        remove_dir(dir);
}

static void print_load_targets(size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)printf("h%zu.load.test\n", i);
}

int main(int argc, char **argv)
{
    struct lab_options options = {0};
    size_t load_targets = 0;
    switch (lab_options_parse(argc, argv, &options, &load_targets)) {
    case LAB_ERRAND_SERVE:
        serve(&options);
        break;
    case LAB_ERRAND_LIST:
        lab_manifest_list();
        break;
    case LAB_ERRAND_LOAD_TARGETS:
        print_load_targets(load_targets);
        break;
    case LAB_ERRAND_HELP:
        break;
    case LAB_ERRAND_COMPLAIN:
        return 2;
    }
    return EXIT_SUCCESS;
}
