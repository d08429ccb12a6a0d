/* TCP listeners and their connections on one loop: thousands at once, the idle ones closed after a
 * minute. What happens on a connection is its conduct's business (conduct.h). */
#ifndef MST_LAB_SERVER_H
#define MST_LAB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"

struct lab_connection;

/* What a kind of server does. Members may be NULL. */
struct lab_conduct_ops {
    void (*accepted)(struct lab_connection *connection);
    void (*received)(struct lab_connection *connection, const uint8_t *bytes, size_t length);
    /* Every LAB_TICK_MS as long as the connection is open. */
    void (*ticked)(struct lab_connection *connection);
    /* The memory of `state` is to be given back. */
    void (*released)(struct lab_connection *connection);
};

enum { LAB_TICK_MS = 200 };

struct lab_server {
    uv_loop_t *loop;
    uv_timer_t ticker;
    struct mst_list idle;    /* all connections, the longest silent first */
    struct mst_list ticking; /* those whose conduct wants ticks */
    struct mst_list listeners;
    uint8_t buffer[64 * 1024]; /* one read buffer serves all */
};

struct lab_listener {
    struct mst_list link;
    struct lab_server *server;
    uv_tcp_t tcp;
    const struct lab_conduct_ops *ops;
    void *context; /* of the conduct, borrowed */
};

struct lab_connection {
    struct mst_list idle_link, tick_link;
    struct lab_listener *listener;
    uv_tcp_t tcp;
    uv_shutdown_t shutdown;
    uint64_t active_ms; /* loop time of the last byte */
    unsigned ticks;
    bool ending;
    void *state; /* of the conduct */
};

void lab_server_init(struct lab_server *server, uv_loop_t *loop);

/* Listens on an address for all time. A libuv error code below zero when it cannot: nothing is left
 * behind then. */
int lab_server_listen(struct lab_server *server, const char *address, uint16_t port,
                      const struct lab_conduct_ops *ops, void *context);

/* Stops listening on the address that was added last. Only before any connection was accepted. */
void lab_server_stop_last(struct lab_server *server);

/* Closes everything; run the loop, then release. The listeners stay in memory until then, because
 * their connections look at them to the last. */
void lab_server_close(struct lab_server *server);
void lab_server_release(struct lab_server *server);

/* Sends the bytes, copying what the socket does not take at once. */
void lab_connection_send(struct lab_connection *connection, const void *bytes, size_t length);

/* Ends the connection: after what was sent, at once, or with a TCP reset. */
void lab_connection_finish(struct lab_connection *connection);
void lab_connection_close(struct lab_connection *connection);
void lab_connection_reset(struct lab_connection *connection);

#endif
