#include "audit_files.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"

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
static const char **list_inputs(const struct mst_audit_config *config)
{
    const char **inputs = mst_alloc(config->path_count + 3, sizeof *inputs);
    size_t count = 0;
    for (size_t i = 0; i < config->path_count; i++)
        inputs[count++] = config->paths[i];
    if (config->exclude_path)
        inputs[count++] = config->exclude_path;
    if (config->ca_file)
        inputs[count++] = config->ca_file;
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

enum mst_status mst_audit_files_check(const struct mst_audit_config *config,
                                      struct mst_error *error)
{
    const char **inputs MST_AUTO_FREE = list_inputs(config);
    enum mst_status status = check_output(config->output_path, inputs, error);
    if (status != MST_OK || !config->summary_path)
        return status;
    if (is_dash(config->summary_path) && is_dash(config->output_path))
        return mst_error_set(error, MST_ERROR_USAGE,
                             "standard output has the records: name a file for the summary, or one "
                             "for the records with -o");
    const struct place records = find_place(config->output_path, STDOUT_FILENO);
    const struct place summary = find_place(config->summary_path, STDOUT_FILENO);
    if (is_same(&records, &summary))
        return mst_error_set(error, MST_ERROR_USAGE,
                             "'%.200s' cannot hold both the records and the summary",
                             config->summary_path);
    return check_output(config->summary_path, inputs, error);
}
