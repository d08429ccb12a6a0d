/* Runs a fuzz target over every file of the folders and files given, without a fuzzer: the corpus
 * is a test like any other, in every build. */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "fuzz/fuzz.h"

enum { FILE_SIZE_MAX = 1024 * 1024 };

/* Prints the name first: a run that is aborted ends with the input that did it. */
static bool run_file(const char *path)
{
    static uint8_t whole[FILE_SIZE_MAX];
    MST_AUTO_FCLOSE FILE *file = fopen(path, "rb");
    const size_t size = file ? fread(whole, 1, sizeof whole, file) : 0;
    if (!file || ferror(file)) {
        perror(path);
        return false;
    }
    MST_AUTO_FREE uint8_t *data = fuzz_copy(whole, size);
    (void)printf("%s\n", path);
    (void)fflush(stdout);
    return LLVMFuzzerTestOneInput(data, size) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many files were run; -1 when one could not be. */
static int run_folder(const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_visible, alphasort);
    int run = 0;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        run = run < 0 || !run_file(path) ? -1 : run + 1;
        free(entries[i]);
    }
    free(entries);
    return count < 0 ? -1 : run;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) != 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        const int run =
            S_ISDIR(status.st_mode) ? run_folder(argv[i]) : (run_file(argv[i]) ? 1 : -1);
        if (run < 0)
            return EXIT_FAILURE;
        total += run;
    }
    (void)printf("%d inputs\n", total);
    return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
