/* The two ends that the TLS library reads from and writes to: it reads the caller's bytes where
 * they lie, and what it writes collects until it is sent. */
#ifndef MST_TLS_PIPE_H
#define MST_TLS_PIPE_H

#include <openssl/bio.h>

#include "base/buf.h"
#include "tls/reader.h"

enum { MST_PIPE_OUTPUT_MAX = 64 * 1024 };

struct mst_pipe {
    struct mst_reader input; /* borrowed, for the length of one call into the library */
    struct mst_buf output;
};

void mst_pipe_init(struct mst_pipe *pipe);
void mst_pipe_release(struct mst_pipe *pipe);

/* One for all pipes, freed with BIO_meth_free; NULL when there is no memory. */
BIO_METHOD *mst_pipe_method_new(void);

/* A BIO over the pipe, which must outlive it; NULL when there is no memory. */
BIO *mst_pipe_bio_new(const BIO_METHOD *method, struct mst_pipe *pipe);

#endif
