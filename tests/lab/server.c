#include "server.h"

#include <string.h>

#include "base/mem.h"
#include "require.h"

enum { IDLE_MS = 60 * 1000, BACKLOG = 4096 };

struct write_request {
    uv_write_t request;
    uint8_t bytes[];
};

static void connection_closed(uv_handle_t *handle)
{
    struct lab_connection *connection = handle->data;
    if (connection->listener->ops->released)
        connection->listener->ops->released(connection);
    free(connection);
}

static void forget(struct lab_connection *connection)
{
    connection->ending = true;
    mst_list_remove(&connection->idle_link);
    mst_list_remove(&connection->tick_link);
}

void lab_connection_close(struct lab_connection *connection)
{
    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    forget(connection);
    uv_close((uv_handle_t *)&connection->tcp, connection_closed);
}

void lab_connection_reset(struct lab_connection *connection)
{
    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    forget(connection);
    if (uv_tcp_close_reset(&connection->tcp, connection_closed) != 0)
        uv_close((uv_handle_t *)&connection->tcp, connection_closed);
}

static void shut_down(uv_shutdown_t *request, int status)
{
    (void)status;
    lab_connection_close(request->data);
}

void lab_connection_finish(struct lab_connection *connection)
{
    if (connection->ending)
        return;
    connection->ending = true;
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, (uv_stream_t *)&connection->tcp, shut_down) != 0)
        lab_connection_close(connection);
}

static void written(uv_write_t *request, int status)
{
    (void)status;
    free(MST_CONTAINER_OF(request, struct write_request, request));
}

void lab_connection_send(struct lab_connection *connection, const void *bytes, size_t length)
{
    if (connection->ending || length == 0)
        return;
    uv_stream_t *stream = (uv_stream_t *)&connection->tcp;
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)length);
    int taken = uv_try_write(stream, &buffer, 1);
    if (taken == UV_EAGAIN)
        taken = 0;
    if (taken < 0) {
        lab_connection_close(connection);
        return;
    }
    size_t left = length - (size_t)taken;
    if (left == 0)
        return;
    struct write_request *request = mst_alloc(1, sizeof *request + left);
    (void)memcpy(request->bytes, (const uint8_t *)bytes + taken, left);
    buffer = uv_buf_init((char *)request->bytes, (unsigned)left);
    if (uv_write(&request->request, stream, &buffer, 1, written) != 0) {
        free(request);
        lab_connection_close(connection);
    }
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct lab_connection *connection = handle->data;
    struct lab_server *server = connection->listener->server;
    *buffer = uv_buf_init((char *)server->buffer, sizeof server->buffer);
}

static void have_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct lab_connection *connection = stream->data;
    if (length < 0) {
        lab_connection_close(connection);
        return;
    }
    if (length == 0 || connection->ending)
        return;
    struct lab_server *server = connection->listener->server;
    connection->active_ms = uv_now(server->loop);
    mst_list_remove(&connection->idle_link);
    mst_list_append(&server->idle, &connection->idle_link);
    if (connection->listener->ops->received)
        connection->listener->ops->received(connection, (const uint8_t *)buffer->base,
                                            (size_t)length);
}

static void have_connection(uv_stream_t *stream, int status)
{
    struct lab_listener *listener = stream->data;
    if (status != 0)
        return;
    struct lab_server *server = listener->server;
    struct lab_connection *connection = mst_alloc(1, sizeof *connection);
    connection->listener = listener;
    connection->active_ms = uv_now(server->loop);
    mst_list_init(&connection->idle_link);
    mst_list_init(&connection->tick_link);
    lab_require_uv(uv_tcp_init(server->loop, &connection->tcp), "uv_tcp_init");
    connection->tcp.data = connection;
    mst_list_append(&server->idle, &connection->idle_link);
    if (listener->ops->ticked)
        mst_list_append(&server->ticking, &connection->tick_link);
    if (uv_accept(stream, (uv_stream_t *)&connection->tcp) != 0 ||
        uv_tcp_nodelay(&connection->tcp, 1) != 0 ||
        uv_read_start((uv_stream_t *)&connection->tcp, give_buffer, have_read) != 0) {
        lab_connection_close(connection);
        return;
    }
    if (listener->ops->accepted)
        listener->ops->accepted(connection);
}

static void tick_all(struct lab_server *server)
{
    /* A tick may end its own connection, and only that one. */
    struct mst_list *link = server->ticking.next;
    while (link != &server->ticking) {
        struct lab_connection *connection = MST_LIST_ITEM(link, struct lab_connection, tick_link);
        link = link->next;
        connection->ticks++;
        connection->listener->ops->ticked(connection);
    }
}

static void tick(uv_timer_t *timer)
{
    struct lab_server *server = timer->data;
    tick_all(server);
    uint64_t now_ms = uv_now(server->loop);
    while (!mst_list_is_empty(&server->idle)) {
        struct lab_connection *connection =
            MST_LIST_ITEM(server->idle.next, struct lab_connection, idle_link);
        if (now_ms - connection->active_ms < IDLE_MS)
            break;
        lab_connection_close(connection);
    }
}

void lab_server_init(struct lab_server *server, uv_loop_t *loop)
{
    server->loop = loop;
    mst_list_init(&server->idle);
    mst_list_init(&server->ticking);
    mst_list_init(&server->listeners);
    lab_require_uv(uv_timer_init(loop, &server->ticker), "uv_timer_init");
    server->ticker.data = server;
    lab_require_uv(uv_timer_start(&server->ticker, tick, LAB_TICK_MS, LAB_TICK_MS), "a timer");
}

static void listener_closed(uv_handle_t *handle)
{
    free(handle->data);
}

int lab_server_listen(struct lab_server *server, const char *address, uint16_t port,
                      const struct lab_conduct_ops *ops, void *context)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr *socket_address = (struct sockaddr *)&storage;
    int result = strchr(address, ':') ? uv_ip6_addr(address, port, (struct sockaddr_in6 *)&storage)
                                      : uv_ip4_addr(address, port, (struct sockaddr_in *)&storage);
    lab_require_uv(result, address);
    struct lab_listener *listener = mst_alloc(1, sizeof *listener);
    *listener = (struct lab_listener){.server = server, .ops = ops, .context = context};
    lab_require_uv(uv_tcp_init(server->loop, &listener->tcp), "uv_tcp_init");
    listener->tcp.data = listener;
    result = uv_tcp_bind(&listener->tcp, socket_address,
                         socket_address->sa_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
    if (result == 0)
        result = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, have_connection);
    if (result == 0)
        mst_list_append(&server->listeners, &listener->link);
    else
        uv_close((uv_handle_t *)&listener->tcp, listener_closed);
    return result;
}

void lab_server_stop_last(struct lab_server *server)
{
    struct lab_listener *listener =
        MST_LIST_ITEM(server->listeners.previous, struct lab_listener, link);
    mst_list_remove(&listener->link);
    uv_close((uv_handle_t *)&listener->tcp, listener_closed);
}

void lab_server_close(struct lab_server *server)
{
    struct mst_list *head = &server->listeners;
    for (struct mst_list *link = head->next; link != head; link = link->next) {
        struct lab_listener *listener = MST_LIST_ITEM(link, struct lab_listener, link);
        uv_close((uv_handle_t *)&listener->tcp, NULL);
    }
    while (!mst_list_is_empty(&server->idle))
        lab_connection_close(MST_LIST_ITEM(server->idle.next, struct lab_connection, idle_link));
    uv_close((uv_handle_t *)&server->ticker, NULL);
}

void lab_server_release(struct lab_server *server)
{
    struct mst_list *link;
    while ((link = mst_list_take_first(&server->listeners)) != NULL)
        free(MST_LIST_ITEM(link, struct lab_listener, link));
}
