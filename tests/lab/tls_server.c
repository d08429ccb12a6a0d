#include "tls_server.h"

#include <openssl/err.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "material.h"
#include "require.h"

enum {
    RECORD_HEADER = 5,
    RECORD_HANDSHAKE = 22,
    HANDSHAKE_CERTIFICATE_STATUS = 22,
    DRIPPING_MAX = 256 * 1024,
    TICKS_PER_BYTE = 1000 / LAB_TICK_MS,
};

struct lab_tls {
    SSL *ssl;
    BIO *in, *out; /* the SSL's */
    lab_tls_filter_fn *filter;
    bool drip;
    bool answered;
    struct mst_buf dripping;
};

static size_t record_size(const uint8_t *record, size_t length)
{
    size_t size =
        length < RECORD_HEADER ? length : RECORD_HEADER + ((size_t)record[3] << 8 | record[4]);
    return size < length ? size : length;
}

/* OpenSSL begins each handshake message of TLS 1.2 in a record of its own. */
static size_t drop_certificate_status(uint8_t *bytes, size_t length)
{
    size_t kept = 0;
    for (size_t at = 0, size; at < length; at += size) {
        size = record_size(bytes + at, length - at);
        if (size > RECORD_HEADER && bytes[at] == RECORD_HANDSHAKE &&
            bytes[at + RECORD_HEADER] == HANDSHAKE_CERTIFICATE_STATUS)
            continue;
        (void)memmove(bytes + kept, bytes + at, size);
        kept += size;
    }
    return kept;
}

/* What follows the ServerHello keeps its record headers and loses its sense. */
static size_t garble(uint8_t *bytes, size_t length)
{
    for (size_t at = record_size(bytes, length), size; at < length; at += size) {
        size = record_size(bytes + at, length - at);
        for (size_t i = RECORD_HEADER; i < size; i++)
            bytes[at + i] ^= 0xa5;
    }
    return length;
}

/* The ServerHello, and half of the Certificate. */
static size_t cut(uint8_t *bytes, size_t length)
{
    size_t hello = record_size(bytes, length);
    return hello + record_size(bytes + hello, length - hello) / 2;
}

static void flush(struct lab_connection *connection)
{
    struct lab_tls *tls = connection->state;
    char *bytes = NULL;
    long pending = BIO_get_mem_data(tls->out, &bytes);
    if (pending <= 0)
        return;
    size_t length = (size_t)pending;
    if (tls->filter)
        length = tls->filter((uint8_t *)bytes, length);
    if (!tls->drip)
        lab_connection_send(connection, bytes, length);
    else if (!mst_buf_append(&tls->dripping, bytes, length))
        lab_connection_close(connection);
    if (tls->filter == cut)
        lab_connection_finish(connection);
    (void)BIO_reset(tls->out);
}

static void answer(struct lab_connection *connection)
{
    static const char page[] =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nmuststaple lab\n";
    struct lab_tls *tls = connection->state;
    if (tls->answered)
        return;
    tls->answered = true;
    (void)SSL_write(tls->ssl, page, sizeof page - 1);
    (void)SSL_shutdown(tls->ssl);
    flush(connection);
    lab_connection_finish(connection);
}

/* Reads on until OpenSSL wants more; whoever sends data after the handshake gets a page. */
static void advance(struct lab_connection *connection)
{
    struct lab_tls *tls = connection->state;
    char data[4096];
    ERR_clear_error();
    int result = SSL_read(tls->ssl, data, sizeof data);
    int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(tls->ssl, result);
    flush(connection);
    if (error == SSL_ERROR_NONE)
        answer(connection);
    else if (error == SSL_ERROR_ZERO_RETURN)
        lab_connection_close(connection);
    else if (error != SSL_ERROR_WANT_READ)
        lab_connection_finish(connection);
}

void lab_tls_accept(struct lab_connection *connection, SSL_CTX *context, lab_tls_filter_fn *filter,
                    bool drip)
{
    struct lab_tls *tls = mst_alloc(1, sizeof *tls);
    tls->ssl = SSL_new(context);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    lab_require(tls->ssl && tls->in && tls->out, "starting TLS");
    tls->filter = filter;
    tls->drip = drip;
    mst_buf_init(&tls->dripping, DRIPPING_MAX);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_accept_state(tls->ssl);
    connection->state = tls;
}

void lab_tls_receive(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    struct lab_tls *tls = connection->state;
    if (BIO_write(tls->in, bytes, (int)length) != (int)length) {
        lab_connection_close(connection);
        return;
    }
    advance(connection);
}

void lab_tls_release(struct lab_connection *connection)
{
    struct lab_tls *tls = connection->state;
    if (!tls)
        return;
    SSL_free(tls->ssl);
    mst_buf_release(&tls->dripping);
    free(tls);
}

static void scene_accepted(struct lab_connection *connection)
{
    const struct lab_material *material = connection->listener->context;
    lab_tls_filter_fn *filter = NULL;
    if (material->scene->conduct == LAB_CONDUCT_TLS_PROMISE_ONLY)
        filter = drop_certificate_status;
    else if (material->scene->conduct == LAB_CONDUCT_TLS_GARBLED)
        filter = garble;
    else if (material->scene->conduct == LAB_CONDUCT_TLS_CUT)
        filter = cut;
    lab_tls_accept(connection, material->context, filter,
                   material->scene->conduct == LAB_CONDUCT_TLS_DRIP);
}

static void drip(struct lab_connection *connection)
{
    struct lab_tls *tls = connection->state;
    if (connection->ticks % TICKS_PER_BYTE != 0 || tls->dripping.length == 0)
        return;
    lab_connection_send(connection, tls->dripping.data, 1);
    mst_buf_consume(&tls->dripping, 1);
}

const struct lab_conduct_ops lab_tls_ops = {
    .accepted = scene_accepted, .received = lab_tls_receive, .released = lab_tls_release};

const struct lab_conduct_ops lab_tls_drip_ops = {.accepted = scene_accepted,
                                                 .received = lab_tls_receive,
                                                 .ticked = drip,
                                                 .released = lab_tls_release};
