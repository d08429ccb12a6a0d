#include "run_files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"
#include "output/jsonl.h"

enum { OUTPUT_MODE = 0666 };

/* What a path stands for: a file that is there, or a name in a directory where it would be made. */
struct place {
    bool known; /* pipes, devices and what cannot be looked at are no places to protect */
    bool exists;
    dev_t device;
    ino_t inode; /* of the file, or of the directory */
    char name[256];
};

static bool is_dash(const char *path)
{
    return strcmp(path, "-") == 0;
}

static struct place place_to_be(const char *path)
{
    struct place place = {.known = false};
    struct stat status;
    MST_AUTO_FREE char *for_directory = mst_strdup(path);
    MST_AUTO_FREE char *for_name = mst_strdup(path);
    const char *name = basename(for_name);
    if (stat(dirname(for_directory), &status) != 0 || strlen(name) >= sizeof place.name)
        return place;
    place = (struct place){.known = true, .device = status.st_dev, .inode = status.st_ino};
    (void)snprintf(place.name, sizeof place.name, "%s", name);
    return place;
}

static struct place find_place(const char *path, int standard_fd)
{
    struct stat status;
    const int result = is_dash(path) ? fstat(standard_fd, &status) : stat(path, &status);
    if (result != 0)
        return is_dash(path) ? (struct place){.known = false} : place_to_be(path);
    return (struct place){.known = S_ISREG(status.st_mode),
                          .exists = true,
                          .device = status.st_dev,
                          .inode = status.st_ino};
}

static bool is_same(const struct place *left, const struct place *right)
{
    return left->known && right->known && left->exists == right->exists &&
           left->device == right->device && left->inode == right->inode &&
           strcmp(left->name, right->name) == 0;
}

/* Everything that is read; the last one is NULL. To be freed. */
static const char **list_inputs(const struct mst_run_files *files)
{
    const char **inputs = mst_alloc(files->path_count + 3, sizeof *inputs);
    size_t count = 0;
    for (size_t i = 0; i < files->path_count; i++)
        inputs[count++] = files->paths[i];
    if (files->exclude_path)
        inputs[count++] = files->exclude_path;
    if (files->ca_file)
        inputs[count++] = files->ca_file;
    return inputs;
}

static enum mst_status check_output(const char *path, const char *const *inputs,
                                    struct mst_error *error)
{
    const struct place output = find_place(path, STDOUT_FILENO);
    for (; *inputs; inputs++) {
        const struct place input = find_place(*inputs, STDIN_FILENO);
        if (is_same(&output, &input))
            return mst_error_set(error, MST_ERROR_USAGE,
                                 "'%.200s' is also read: writing to it would destroy it",
                                 is_dash(path) ? "standard output" : path);
    }
    return MST_OK;
}

enum mst_status mst_run_files_check(const struct mst_run_files *files, struct mst_error *error)
{
    const char **inputs MST_AUTO_FREE = list_inputs(files);
    enum mst_status status = check_output(files->output_path, inputs, error);
    if (status != MST_OK || !files->summary_path)
        return status;
    if (is_dash(files->summary_path) && is_dash(files->output_path))
        return mst_error_set(error, MST_ERROR_USAGE,
                             "standard output has the records: name a file for the summary, or one "
                             "for the records with -o");
    const struct place records = find_place(files->output_path, STDOUT_FILENO);
    const struct place summary = find_place(files->summary_path, STDOUT_FILENO);
    if (is_same(&records, &summary))
        return mst_error_set(error, MST_ERROR_USAGE,
                             "'%.200s' cannot hold both the records and the summary",
                             files->summary_path);
    return check_output(files->summary_path, inputs, error);
}

enum mst_status mst_run_files_open_records(const char *path, bool raw, struct mst_wake wake,
                                           struct mst_sink **ret_records, struct mst_error *error)
{
    const bool is_stdout = is_dash(path);
    const int fd = is_stdout ? STDOUT_FILENO
                             : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, OUTPUT_MODE);
    if (fd < 0)
        return mst_error_set(error, MST_ERROR_USAGE, "cannot write results to '%.200s': %s", path,
                             strerror(errno));
    const struct mst_jsonl_options options = {
        .fd = fd, .name = is_stdout ? "standard output" : path, .raw = raw, .wake = wake};
    const enum mst_status status = mst_jsonl_new(&options, ret_records, error);
    if (status != MST_OK && !is_stdout)
        (void)close(fd);
    return status;
}
