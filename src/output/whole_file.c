#include "output/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"
#include "output/line_writer.h"

enum { NAME_ATTEMPTS = 100, NEW_FILE_MODE = 0666, PERMISSIONS = 0777 };

/* All of these give 0 or an errno. */
static int write_all(int fd, const char *bytes, size_t length)
{
    struct mst_line_writer writer;
    mst_line_writer_init(&writer, fd);
    while (length > 0) {
        size_t written = 0;
        if (mst_line_writer_write(&writer, bytes, length, -1, -1, &written) == MST_WRITE_FAILED)
            return errno;
        bytes += written;
        length -= written;
    }
    return 0;
}

static int write_device(const char *path, const char *bytes, size_t length)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    const int why = write_all(fd, bytes, length);
    return close(fd) != 0 && why == 0 ? errno : why;
}

/* A new file beside `path` whose name says what it is. */
static int create_beside(const char *path, char **ret_name, int *ret_fd)
{
    for (int i = 0; i < NAME_ATTEMPTS; i++) {
        char *name = mst_format("%s.%ld.%d.tmp", path, (long)getpid(), i);
        *ret_fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, NEW_FILE_MODE);
        if (*ret_fd >= 0) {
            *ret_name = name;
            return 0;
        }
        free(name);
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

static int write_and_sync(int fd, const char *bytes, size_t length)
{
    int why = write_all(fd, bytes, length);
    if (why == 0 && fsync(fd) != 0 && errno != EINVAL)
        why = errno;
    if (close(fd) != 0 && why == 0)
        why = errno;
    return why;
}

/* So that the new name survives a crash; a file system that cannot do it is no failure. */
static void sync_directory(const char *path)
{
    MST_AUTO_FREE char *copy = mst_strdup(path);
    MST_AUTO_CLOSE int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)fsync(fd);
}

static int replace(const char *path, const struct stat *before, const char *bytes, size_t length)
{
    MST_AUTO_FREE char *name = NULL;
    int fd = -1;
    int why = create_beside(path, &name, &fd);
    if (!name)
        return why;
    if (before)
        (void)fchmod(fd, before->st_mode & PERMISSIONS);
    why = write_and_sync(fd, bytes, length);
    if (why == 0 && rename(name, path) != 0)
        why = errno;
    if (why != 0)
        (void)unlink(name);
    else
        sync_directory(path);
    return why;
}

static int standard_stream(const char *path)
{
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    return strcmp(path, "/dev/stderr") == 0 ? STDERR_FILENO : -1;
}

static int write_path(const char *path, const char *bytes, size_t length)
{
    const int stream = standard_stream(path);
    if (stream >= 0)
        return write_all(stream, bytes, length);
    struct stat status;
    if (stat(path, &status) != 0)
        return replace(path, NULL, bytes, length);
    if (!S_ISREG(status.st_mode))
        return write_device(path, bytes, length);
    MST_AUTO_FREE char *target = realpath(path, NULL);
    return replace(target ? target : path, &status, bytes, length);
}

enum mst_status mst_whole_file_write(const char *path, const char *what, const char *bytes,
                                     size_t length, struct mst_error *error)
{
    const int why = write_path(path, bytes, length);
    if (why == 0)
        return MST_OK;
    return mst_error_set(error, MST_ERROR_OUTPUT, "cannot write %s to '%s': %s", what, path,
                         strerror(why));
}

static int check_access(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? 0 : errno;
}

/* A file is replaced, so it is its directory that must be writable. */
static int check_path(const char *path)
{
    if (standard_stream(path) >= 0)
        return 0;
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? EISDIR : check_access(path, W_OK);
    MST_AUTO_FREE char *target = realpath(path, NULL);
    MST_AUTO_FREE char *copy = mst_strdup(target ? target : path);
    MST_AUTO_FREE char *directory = mst_format("%s/.", dirname(copy));
    return check_access(directory, W_OK | X_OK);
}

enum mst_status mst_whole_file_check(const char *path, const char *what, struct mst_error *error)
{
    const int why = check_path(path);
    if (why == 0)
        return MST_OK;
    return mst_error_set(error, MST_ERROR_USAGE, "cannot write %s to '%s': %s", what, path,
                         strerror(why));
}
