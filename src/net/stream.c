#include "net/stream.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/mem.h"

/* What the socket did not take at once. */
struct pending_write {
    uv_write_t request;
    uint8_t bytes[];
};

struct meaning {
    int error; /* of libuv */
    enum mst_failure_code code;
};

static const struct meaning connect_meanings[] = {
    {UV_ECONNREFUSED, MST_FAILURE_CODE_REFUSED},
    {UV_ETIMEDOUT, MST_FAILURE_CODE_TIMEOUT},
    {UV_ECONNABORTED, MST_FAILURE_CODE_RESET},
    {UV_ENETUNREACH, MST_FAILURE_CODE_NETWORK_UNREACHABLE},
    {UV_ENETDOWN, MST_FAILURE_CODE_NETWORK_UNREACHABLE},
    {UV_EAFNOSUPPORT, MST_FAILURE_CODE_NETWORK_UNREACHABLE},
    {UV_EMFILE, MST_FAILURE_CODE_LOCAL_LIMIT},
    {UV_ENFILE, MST_FAILURE_CODE_LOCAL_LIMIT},
    {UV_ENOBUFS, MST_FAILURE_CODE_LOCAL_LIMIT},
    {UV_ENOMEM, MST_FAILURE_CODE_LOCAL_LIMIT},
    {UV_EADDRNOTAVAIL, MST_FAILURE_CODE_LOCAL_LIMIT},
    {UV_EAGAIN, MST_FAILURE_CODE_LOCAL_LIMIT},
};

/* EHOSTUNREACH, and a firewall's EACCES and EPERM, are the rest. */
static enum mst_failure_code connect_code(int error, enum mst_family family)
{
    /* No IPv6 address to connect from, rather than no port left. */
    if (error == UV_EADDRNOTAVAIL && family == MST_FAMILY_IPV6)
        return MST_FAILURE_CODE_NETWORK_UNREACHABLE;
    for (size_t i = 0; i < MST_COUNT_OF(connect_meanings); i++)
        if (connect_meanings[i].error == error)
            return connect_meanings[i].code;
    return MST_FAILURE_CODE_HOST_UNREACHABLE;
}

static struct mst_failure describe(enum mst_stage stage, enum mst_failure_code code, int error)
{
    struct mst_failure failure = {.stage = stage, .code = code};
    (void)uv_strerror_r(error, failure.detail, sizeof failure.detail);
    return failure;
}

static struct mst_failure connected_failure(int error);

/* A peer that refuses gives ECONNREFUSED; with these the connection stood and was reset before the
 * loop came to see it. Whether that happens is a matter of speed, so it is told as any reset. */
static bool is_late_reset(int error)
{
    return error == UV_ECONNRESET || error == UV_EPIPE;
}

static struct mst_failure connect_failure(int error, enum mst_family family)
{
    if (is_late_reset(error))
        return connected_failure(error);
    return describe(MST_STAGE_CONNECT, connect_code(error, family), error);
}

static struct mst_failure connected_failure(int error)
{
    switch (error) {
    case UV_EOF:
        return describe(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_CLOSED, error);
    case UV_ETIMEDOUT:
        return describe(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_TIMEOUT, error);
    case UV_ENOMEM:
    case UV_ENOBUFS:
        return describe(MST_STAGE_INTERNAL, MST_FAILURE_CODE_OUT_OF_RESOURCES, error);
    default:
        return describe(MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_RESET, error);
    }
}

static void fail(struct mst_stream *stream, const struct mst_failure *failure)
{
    if (stream->failed)
        return;
    stream->failed = true;
    (void)uv_read_stop((uv_stream_t *)&stream->tcp);
    stream->events->failed(stream, failure);
}

static void fail_connected(struct mst_stream *stream, int error)
{
    const struct mst_failure failure = connected_failure(error);
    fail(stream, &failure);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct mst_stream *stream = MST_CONTAINER_OF(handle, struct mst_stream, tcp);
    (void)suggested;
    *buffer = uv_buf_init((char *)stream->buffer->bytes, sizeof stream->buffer->bytes);
}

static void on_read(uv_stream_t *tcp, ssize_t length, const uv_buf_t *buffer)
{
    struct mst_stream *stream = MST_CONTAINER_OF(tcp, struct mst_stream, tcp);
    if (length < 0) {
        fail_connected(stream, (int)length);
    } else if (length > 0) {
        stream->bytes_in += (uint64_t)length;
        stream->events->received(stream, (const uint8_t *)buffer->base, (size_t)length);
    }
}

static enum mst_family family_of(const struct mst_stream *stream)
{
    struct sockaddr_storage name;
    int length = sizeof name;
    if (uv_tcp_getsockname(&stream->tcp, (struct sockaddr *)&name, &length) == 0 &&
        name.ss_family == AF_INET6)
        return MST_FAMILY_IPV6;
    return MST_FAMILY_IPV4;
}

static void on_connect(uv_connect_t *request, int status)
{
    struct mst_stream *stream = MST_CONTAINER_OF(request, struct mst_stream, connect);
    if (stream->failed)
        return;
    if (status < 0) {
        const struct mst_failure failure = connect_failure(status, family_of(stream));
        fail(stream, &failure);
        return;
    }
    stream->connected = true;
    const int error = uv_read_start((uv_stream_t *)&stream->tcp, on_allocate, on_read);
    if (error)
        fail_connected(stream, error);
    else
        stream->events->connected(stream);
}

static void to_socket_address(const struct mst_endpoint *endpoint,
                              struct sockaddr_storage *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    if (endpoint->address.family == MST_FAMILY_IPV6) {
        struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)ret_address;
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons(endpoint->port);
        memcpy(&ipv6->sin6_addr, endpoint->address.bytes, sizeof ipv6->sin6_addr);
    } else {
        struct sockaddr_in *ipv4 = (struct sockaddr_in *)ret_address;
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(endpoint->port);
        memcpy(&ipv4->sin_addr, endpoint->address.bytes, sizeof ipv4->sin_addr);
    }
}

bool mst_stream_open(struct mst_stream *stream, uv_loop_t *loop, struct mst_stream_buffer *buffer,
                     const struct mst_endpoint *endpoint, const struct mst_stream_events *events,
                     bool *ret_needs_close, struct mst_failure *ret_failure)
{
    stream->events = events;
    stream->buffer = buffer;
    stream->connected = false;
    stream->failed = false;
    stream->bytes_in = 0;
    int error = uv_tcp_init(loop, &stream->tcp);
    *ret_needs_close = error == 0;
    struct sockaddr_storage address;
    to_socket_address(endpoint, &address);
    if (!error)
        error = uv_tcp_nodelay(&stream->tcp, 1);
    if (!error)
        error =
            uv_tcp_connect(&stream->connect, &stream->tcp, (struct sockaddr *)&address, on_connect);
    if (!error)
        return true;
    stream->failed = true;
    *ret_failure = connect_failure(error, endpoint->address.family);
    return false;
}

static void on_written(uv_write_t *request, int status)
{
    struct mst_stream *stream = MST_CONTAINER_OF(request->handle, struct mst_stream, tcp);
    free(MST_CONTAINER_OF(request, struct pending_write, request));
    if (status < 0)
        fail_connected(stream, status);
}

static int send_later(struct mst_stream *stream, const uint8_t *bytes, size_t length)
{
    struct pending_write *pending = mst_try_alloc(sizeof *pending + length);
    if (!pending)
        return UV_ENOMEM;
    memcpy(pending->bytes, bytes, length);
    const uv_buf_t buffer = uv_buf_init((char *)pending->bytes, (unsigned)length);
    const int error =
        uv_write(&pending->request, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written);
    if (error)
        free(pending);
    return error;
}

bool mst_stream_send(struct mst_stream *stream, const uint8_t *bytes, size_t length,
                     struct mst_failure *ret_failure)
{
    if (length == 0)
        return true;
    uv_buf_t buffer = {.base = (char *)(uintptr_t)bytes, .len = length};
    int result = uv_try_write((uv_stream_t *)&stream->tcp, &buffer, 1);
    if (result == UV_EAGAIN)
        result = 0;
    if (result >= 0 && (size_t)result < length)
        result = send_later(stream, bytes + result, length - (size_t)result);
    if (result >= 0)
        return true;
    *ret_failure = connected_failure(result);
    return false;
}

static void on_close(uv_handle_t *handle)
{
    struct mst_stream *stream = MST_CONTAINER_OF(handle, struct mst_stream, tcp);
    stream->events->closed(stream);
}

void mst_stream_close(struct mst_stream *stream)
{
    stream->failed = true;
    uv_close((uv_handle_t *)&stream->tcp, on_close);
}
