#include "tls/pipe.h"

#include <string.h>

void mst_pipe_init(struct mst_pipe *pipe)
{
    *pipe = (struct mst_pipe){0};
    mst_buf_init(&pipe->output, MST_PIPE_OUTPUT_MAX);
}

void mst_pipe_release(struct mst_pipe *pipe)
{
    mst_buf_release(&pipe->output);
}

static int read_bytes(BIO *bio, char *bytes, size_t length, size_t *ret_length)
{
    struct mst_pipe *pipe = BIO_get_data(bio);
    struct mst_reader part = {0};
    BIO_clear_retry_flags(bio);
    *ret_length = 0;
    if (pipe->input.left == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    (void)mst_reader_take(&pipe->input, length < pipe->input.left ? length : pipe->input.left,
                          &part);
    memcpy(bytes, part.data, part.left);
    *ret_length = part.left;
    return 1;
}

static int write_bytes(BIO *bio, const char *bytes, size_t length, size_t *ret_length)
{
    struct mst_pipe *pipe = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *ret_length = 0;
    if (!mst_buf_append(&pipe->output, bytes, length))
        return 0;
    *ret_length = length;
    return 1;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *mst_pipe_method_new(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "muststaple pipe");
    if (!method)
        return NULL;
    if (BIO_meth_set_read_ex(method, read_bytes) && BIO_meth_set_write_ex(method, write_bytes) &&
        BIO_meth_set_ctrl(method, control))
        return method;
    BIO_meth_free(method);
    return NULL;
}

BIO *mst_pipe_bio_new(const BIO_METHOD *method, struct mst_pipe *pipe)
{
    BIO *bio = BIO_new(method);
    if (!bio)
        return NULL;
    BIO_set_data(bio, pipe);
    BIO_set_init(bio, 1);
    return bio;
}
