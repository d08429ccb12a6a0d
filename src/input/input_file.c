#include "input/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

enum mst_status mst_input_file_open(const char *path, const char *what,
                                    struct mst_input_file *ret_file, struct mst_error *error)
{
    const bool standard_input = strcmp(path, "-") == 0;
    struct mst_input_file file = {.name = standard_input ? "standard input" : path};
    /* Non-blocking, or opening a FIFO would wait for its writer. */
    file.fd =
        standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (file.fd < 0 || fstat(file.fd, &status) != 0) {
        const int why = errno;
        mst_input_file_close(&file);
        return mst_error_set(error, MST_ERROR_USAGE, "cannot read %s from '%s': %s", what,
                             file.name, strerror(why));
    }
    if (S_ISDIR(status.st_mode)) {
        mst_input_file_close(&file);
        return mst_error_set(error, MST_ERROR_USAGE, "cannot read %s from '%s': %s", what,
                             file.name, strerror(EISDIR));
    }
    file.regular = S_ISREG(status.st_mode);
    file.start = file.regular ? lseek(file.fd, 0, SEEK_CUR) : -1;
    *ret_file = file;
    return MST_OK;
}

void mst_input_file_close(struct mst_input_file *file)
{
    if (file->fd > STDIN_FILENO)
        (void)close(file->fd);
    file->fd = -1;
}
