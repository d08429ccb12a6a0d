#include "check_files.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/error.h"
#include "input/input_file.h"

enum { BLOCK_SIZE = 64 * 1024, BYTES_PER_MIB = 1024 * 1024 };

/* In the words of the messages. */
static const char *const wanted[] = {
    [MST_CHECK_DEMAND_ANYTHING] = "certificates, certificate requests or OCSP responses",
    [MST_CHECK_DEMAND_CERTIFICATES] = "certificates",
    [MST_CHECK_DEMAND_RESPONSE] = "an OCSP response",
};

static void release_buf(struct mst_buf *buf)
{
    mst_buf_release(buf);
}

static void close_input(struct mst_input_file *file)
{
    mst_input_file_close(file);
}

/* The next bytes, however long they take; 0 at the end, negative with errno set. */
static ssize_t read_block(int fd, uint8_t *block)
{
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, -1) < 0 && errno != EINTR)
            return -1;
        const ssize_t count = read(fd, block, BLOCK_SIZE);
        if (count >= 0 || (errno != EINTR && errno != EAGAIN))
            return count;
    }
}

static enum mst_status read_whole(const struct mst_input_file *file, const char *what,
                                  struct mst_buf *bytes, struct mst_error *error)
{
    uint8_t block[BLOCK_SIZE];
    for (;;) {
        const ssize_t count = read_block(file->fd, block);
        if (count == 0)
            return MST_OK;
        if (count < 0)
            return mst_error_set(error, MST_ERROR_USAGE, "cannot read %s from '%.200s': %s", what,
                                 file->name, strerror(errno));
        if (!mst_buf_append(bytes, block, (size_t)count))
            return mst_error_set(error, MST_ERROR_USAGE,
                                 "cannot read %s: '%.200s' is larger than %d MiB", what, file->name,
                                 MST_DOCUMENT_FILE_MAX / BYTES_PER_MIB);
    }
}

static size_t count_of(const struct mst_documents *documents, enum mst_document_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < documents->count; i++)
        if (documents->items[i].kind == kind)
            count++;
    return count;
}

/* NULL, or what else the file does, as mst_documents_read says it. */
static const char *complain(const struct mst_documents *documents, enum mst_check_demand demand)
{
    switch (demand) {
    case MST_CHECK_DEMAND_ANYTHING:
        return documents->count > 0 ? NULL : "holds none";
    case MST_CHECK_DEMAND_CERTIFICATES:
        return count_of(documents, MST_DOCUMENT_KIND_CERTIFICATE) > 0 ? NULL : "holds none";
    case MST_CHECK_DEMAND_RESPONSE:
        break;
    }
    const size_t responses = count_of(documents, MST_DOCUMENT_KIND_OCSP_RESPONSE);
    if (responses == 0)
        return "holds something else";
    return responses == 1 ? NULL : "holds several";
}

static const char *read_documents(const struct mst_buf *bytes, enum mst_check_demand demand,
                                  struct mst_documents *documents)
{
    const char *complaint = demand == MST_CHECK_DEMAND_RESPONSE
                                ? mst_documents_read_response(bytes->data, bytes->length, documents)
                                : mst_documents_read(bytes->data, bytes->length, documents);
    if (complaint)
        return complaint;
    complaint = complain(documents, demand);
    if (complaint)
        mst_documents_release(documents);
    return complaint;
}

enum mst_status mst_check_file_read(const char *path, enum mst_check_demand demand,
                                    struct mst_check_file *ret_file, struct mst_error *error)
{
    MST_CLEANUP(close_input) struct mst_input_file input = {.fd = -1};
    enum mst_status status = mst_input_file_open(path, wanted[demand], &input, error);
    if (status != MST_OK)
        return status;
    MST_CLEANUP(release_buf) struct mst_buf bytes;
    mst_buf_init(&bytes, MST_DOCUMENT_FILE_MAX);
    status = read_whole(&input, wanted[demand], &bytes, error);
    if (status != MST_OK)
        return status;
    struct mst_check_file file = {.path = path};
    const char *complaint = read_documents(&bytes, demand, &file.documents);
    if (complaint)
        return mst_error_set(error, MST_ERROR_USAGE, "cannot read %s: '%.200s' %s", wanted[demand],
                             input.name, complaint);
    *ret_file = file;
    return MST_OK;
}

void mst_check_file_release(struct mst_check_file *file)
{
    mst_documents_release(&file->documents);
    *file = (struct mst_check_file){.path = NULL};
}
