#include "dns_server.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dns_zone.h"
#include "require.h"

enum { SOCKET_BUFFER = 8 * 1024 * 1024, TRIES = 50, LENGTH_PREFIX = 2, STREAM_MAX = 64 * 1024 };

static const char address[] = "127.0.0.1";

/* Makes the answer to a query; false when there is nothing to send. */
static bool answer(const uint8_t *query, size_t length, bool over_tcp, struct lab_dns_reply *reply)
{
    struct lab_dns_question question;
    switch (lab_dns_parse(query, length, &question)) {
    case LAB_DNS_NO_QUESTION:
        return false;
    case LAB_DNS_UNREADABLE:
        question.wire_length = 0;
        lab_dns_reply_begin(reply, &question);
        lab_dns_reply_set_rcode(reply, LAB_RCODE_FORMERR);
        return true;
    case LAB_DNS_PARSED:
        lab_dns_zone_answer(&question, over_tcp, reply);
    }
    return !reply->silent;
}

/* UDP */

struct send_request {
    uv_udp_send_t request;
    uint8_t bytes[];
};

static void sent(uv_udp_send_t *request, int status)
{
    (void)status;
    free(MST_CONTAINER_OF(request, struct send_request, request));
}

static void send_later(uv_udp_t *udp, const struct lab_dns_reply *reply,
                       const struct sockaddr *peer)
{
    struct send_request *request = mst_alloc(1, sizeof *request + reply->length);
    (void)memcpy(request->bytes, reply->bytes, reply->length);
    uv_buf_t buffer = uv_buf_init((char *)request->bytes, (unsigned)reply->length);
    if (uv_udp_send(&request->request, udp, &buffer, 1, peer, sent) != 0)
        free(request);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct lab_dns_server *dns = handle->data;
    *buffer = uv_buf_init((char *)dns->buffer, sizeof dns->buffer);
}

static void have_datagram(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                          const struct sockaddr *peer, unsigned flags)
{
    (void)flags;
    static struct lab_dns_reply reply;
    if (length <= 0 || !peer ||
        !answer((const uint8_t *)buffer->base, (size_t)length, false, &reply))
        return;
    uv_buf_t out = uv_buf_init((char *)reply.bytes, (unsigned)reply.length);
    if (uv_udp_try_send(udp, &out, 1, peer) == UV_EAGAIN)
        send_later(udp, &reply, peer);
}

/* A burst of ten thousand questions must fit: beyond the system's limit where that is allowed. */
static void enlarge_buffers(uv_udp_t *udp)
{
    uv_os_fd_t fd = -1;
    lab_require_uv(uv_fileno((uv_handle_t *)udp, &fd), "uv_fileno");
    const int size = SOCKET_BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

/* TCP */

static void stream_accepted(struct lab_connection *connection)
{
    struct mst_buf *received = mst_alloc(1, sizeof *received);
    mst_buf_init(received, STREAM_MAX + LENGTH_PREFIX);
    connection->state = received;
}

static void stream_received(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    static struct lab_dns_reply reply;
    struct mst_buf *received = connection->state;
    if (!mst_buf_append(received, bytes, length)) {
        lab_connection_close(connection);
        return;
    }
    while (received->length >= LENGTH_PREFIX) {
        size_t size = (size_t)received->data[0] << 8 | received->data[1];
        if (received->length < LENGTH_PREFIX + size)
            return;
        if (answer(received->data + LENGTH_PREFIX, size, true, &reply)) {
            const uint8_t prefix[] = {(uint8_t)(reply.length >> 8), (uint8_t)reply.length};
            lab_connection_send(connection, prefix, sizeof prefix);
            lab_connection_send(connection, reply.bytes, reply.length);
        }
        mst_buf_consume(received, LENGTH_PREFIX + size);
    }
}

static void stream_released(struct lab_connection *connection)
{
    if (connection->state)
        mst_buf_release(connection->state);
    free(connection->state);
}

static const struct lab_conduct_ops stream_ops = {
    .accepted = stream_accepted, .received = stream_received, .released = stream_released};

uint16_t lab_dns_server_port(const struct lab_dns_server *dns)
{
    struct sockaddr_in bound = {0};
    int size = sizeof bound;
    lab_require_uv(uv_udp_getsockname(&dns->udp, (struct sockaddr *)&bound, &size), "the DNS port");
    return ntohs(bound.sin_port);
}

/* UDP first, then TCP on the same port: with a free one that may take several tries. */
static int bind_both(struct lab_dns_server *dns, struct lab_server *server, uint16_t port)
{
    struct sockaddr_in wanted;
    lab_require_uv(uv_ip4_addr(address, port, &wanted), address);
    lab_require_uv(uv_udp_init(server->loop, &dns->udp), "uv_udp_init");
    dns->udp.data = dns;
    int result = uv_udp_bind(&dns->udp, (const struct sockaddr *)&wanted, 0);
    if (result == 0)
        result = lab_server_listen(server, address, lab_dns_server_port(dns), &stream_ops, NULL);
    if (result != 0) {
        uv_close((uv_handle_t *)&dns->udp, NULL);
        (void)uv_run(server->loop, UV_RUN_NOWAIT);
    }
    return result;
}

void lab_dns_server_init(struct lab_dns_server *dns, struct lab_server *server, uint16_t port)
{
    int result = bind_both(dns, server, port);
    for (int tries = 1; result != 0 && port == 0 && tries < TRIES; tries++)
        result = bind_both(dns, server, port);
    lab_require_uv(result, "binding the DNS server");
    enlarge_buffers(&dns->udp);
    lab_require_uv(uv_udp_recv_start(&dns->udp, give_buffer, have_datagram), "receiving DNS");
}

void lab_dns_server_close(struct lab_dns_server *dns)
{
    uv_close((uv_handle_t *)&dns->udp, NULL);
}
