/* The OpenSSL side of struct mst_tls_context: for tls/ alone. */
#ifndef MST_TLS_CONTEXT_SSL_H
#define MST_TLS_CONTEXT_SSL_H

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "tls/context.h"

struct mst_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *pipe_method;
};

#endif
