#include "net/resolver_channel.h"

#include <ares.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/list.h"
#include "base/mem.h"
#include "net/resolver_socket.h"

static const char default_system_file[] = "/etc/resolv.conf";

struct mst_resolver_channel {
    uv_loop_t *loop;
    ares_channel ares;
    mst_resolver_channel_processed_fn *processed;
    void *owner;
    struct mst_list sockets; /* of struct channel_socket */
};

struct channel_socket {
    uv_poll_t poll;
    struct mst_list link;
    struct mst_resolver_channel *channel;
    ares_socket_t fd;
};

static void on_socket_closed(uv_handle_t *handle)
{
    free(MST_CONTAINER_OF(handle, struct channel_socket, poll));
}

static void on_socket_ready(uv_poll_t *poll, int status, int events)
{
    struct channel_socket *socket = MST_CONTAINER_OF(poll, struct channel_socket, poll);
    struct mst_resolver_channel *channel = socket->channel;
    const ares_socket_t fd = socket->fd;
    if (status < 0)
        events = UV_READABLE | UV_WRITABLE;
    ares_process_fd(channel->ares, events & UV_READABLE ? fd : ARES_SOCKET_BAD,
                    events & UV_WRITABLE ? fd : ARES_SOCKET_BAD);
    channel->processed(channel->owner);
}

static struct channel_socket *find_socket(const struct mst_resolver_channel *channel,
                                          ares_socket_t fd)
{
    for (struct mst_list *link = channel->sockets.next; link != &channel->sockets;
         link = link->next) {
        struct channel_socket *socket = MST_LIST_ITEM(link, struct channel_socket, link);
        if (socket->fd == fd)
            return socket;
    }
    return NULL;
}

/* NULL when libuv cannot watch the socket: its queries then time out. */
static struct channel_socket *add_socket(struct mst_resolver_channel *channel, ares_socket_t fd)
{
    struct channel_socket *socket = mst_alloc(1, sizeof *socket);
    if (uv_poll_init(channel->loop, &socket->poll, fd) != 0) {
        free(socket);
        return NULL;
    }
    uv_unref((uv_handle_t *)&socket->poll);
    socket->channel = channel;
    socket->fd = fd;
    mst_list_append(&channel->sockets, &socket->link);
    return socket;
}

/* c-ares closes the descriptor right after it has told that nothing is awaited from it any more, so
 * libuv must let go of it in here. */
static void on_socket_state(void *context, ares_socket_t fd, int readable, int writable)
{
    struct mst_resolver_channel *channel = context;
    struct channel_socket *socket = find_socket(channel, fd);
    if (!readable && !writable) {
        if (socket) {
            mst_list_remove(&socket->link);
            uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
        }
        return;
    }
    if (!socket)
        socket = add_socket(channel, fd);
    if (socket)
        (void)uv_poll_start(&socket->poll,
                            (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                            on_socket_ready);
}

/* How many servers the file names. c-ares would fall back to 127.0.0.1 without a word. */
static size_t count_system_servers(const char *path)
{
    static const char keyword[] = "nameserver";
    MST_AUTO_FCLOSE FILE *file = fopen(path, "re");
    MST_AUTO_FREE char *line = NULL;
    size_t capacity = 0;
    size_t count = 0;
    while (file && getline(&line, &capacity, file) > 0) {
        const char *word = line + strspn(line, " \t");
        if (strncmp(word, keyword, sizeof keyword - 1) != 0)
            continue;
        word += sizeof keyword - 1;
        const size_t gap = strspn(word, " \t");
        if (gap > 0 && strspn(word + gap, "\r\n") != strlen(word + gap))
            count++;
    }
    return count;
}

/* "192.0.2.1:53,[2001:db8::1]:53", to be freed. */
static char *list_servers(const struct mst_resolver_options *options)
{
    char *list = mst_strdup("");
    for (size_t i = 0; i < options->server_count; i++) {
        const struct mst_endpoint *server = &options->servers[i];
        const bool bracket = server->address.family == MST_FAMILY_IPV6;
        char address[MST_ADDRESS_TEXT_SIZE];
        mst_address_format(&server->address, address);
        char *longer = mst_format("%s%s%s%s%s:%u", list, i > 0 ? "," : "", bracket ? "[" : "",
                                  address, bracket ? "]" : "", (unsigned)server->port);
        free(list);
        list = longer;
    }
    return list;
}

struct pace {
    int tries;      /* per server */
    int first_ms;   /* time for each server in the first round */
    int ceiling_ms; /* no single try takes longer, where c-ares can be told */
};

#ifdef ARES_OPT_MAXTIMEOUTMS

/* c-ares derives the time for a try from how fast the server has been so far, doubles it every
 * round, takes up to half of it away at random and never goes below 250 ms. A resolver that answers
 * most names from its cache would so get too little time for the slow ones: enough rounds that even
 * the shortest ones fill the time allowed. The resolver's own deadline cuts them off. */
static struct pace choose_pace(int64_t timeout_ms, size_t servers)
{
    enum { SHORTEST_MS = 250, TRIES_MAX = 20 };
    const int64_t ceiling_ms = timeout_ms / 2 > SHORTEST_MS ? timeout_ms / 2 : SHORTEST_MS;
    int64_t try_ms = SHORTEST_MS;
    int64_t total_ms = SHORTEST_MS;
    int tries = 1;
    while (tries < TRIES_MAX && total_ms * (int64_t)servers < timeout_ms) {
        try_ms = try_ms * 2 < ceiling_ms ? try_ms * 2 : ceiling_ms;
        total_ms += try_ms / 2 > SHORTEST_MS ? try_ms / 2 : SHORTEST_MS;
        tries++;
    }
    return (struct pace){tries, SHORTEST_MS, (int)ceiling_ms};
}

#else

/* c-ares doubles the time every round: with T tries and N servers N * first * (2^T - 1) in all. */
static struct pace choose_pace(int64_t timeout_ms, size_t servers)
{
    const int tries = servers == 1 ? 3 : 2;
    const int64_t first_ms = timeout_ms / ((int64_t)servers * ((1 << tries) - 1));
    return (struct pace){tries, first_ms > 0 ? (int)first_ms : 1, (int)timeout_ms};
}

#endif

static int open_ares(struct mst_resolver_channel *channel,
                     const struct mst_resolver_options *options, size_t server_count,
                     const char *system_file)
{
    enum { RECEIVE_BUFFER_SIZE = 4 * 1024 * 1024 };
    const struct pace pace = choose_pace(options->timeout_ms, server_count);
    MST_AUTO_FREE char *lookups = mst_strdup("b");
    MST_AUTO_FREE char *path = mst_strdup(system_file);
    struct ares_options ares = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH,
        .timeout = pace.first_ms,
        .tries = pace.tries,
        .lookups = lookups,
        .socket_receive_buffer_size = RECEIVE_BUFFER_SIZE,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = channel,
        .resolvconf_path = path,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF;
    mask |= options->server_count > 1 ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE;
#ifdef ARES_OPT_MAXTIMEOUTMS
    ares.maxtimeout = pace.ceiling_ms;
    mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_QUERY_CACHE
    ares.qcache_max_ttl = 0;
    mask |= ARES_OPT_QUERY_CACHE;
#endif
    int status = ares_init_options(&channel->ares, &ares, mask);
    if (status == ARES_SUCCESS)
        status = mst_resolver_socket_guard(channel->ares);
    if (status == ARES_SUCCESS && options->server_count > 0) {
        MST_AUTO_FREE char *servers = list_servers(options);
        status = ares_set_servers_ports_csv(channel->ares, servers);
    }
    return status;
}

enum mst_status mst_resolver_channel_new(uv_loop_t *loop,
                                         const struct mst_resolver_options *options,
                                         mst_resolver_channel_processed_fn *processed, void *owner,
                                         struct mst_resolver_channel **ret_channel,
                                         struct mst_error *error)
{
    const char *system_file = options->system_file ? options->system_file : default_system_file;
    size_t server_count = options->server_count;
    if (server_count > 0)
        system_file = "/dev/null";
    else
        server_count = count_system_servers(system_file);
    if (server_count == 0)
        return mst_error_set(error, MST_ERROR_RESOLVER,
                             "%s names no DNS server: say which to ask with --resolver ADDRESS",
                             system_file);
    struct mst_resolver_channel *channel = mst_alloc(1, sizeof *channel);
    channel->loop = loop;
    channel->processed = processed;
    channel->owner = owner;
    mst_list_init(&channel->sockets);
    const int status = open_ares(channel, options, server_count, system_file);
    if (status != ARES_SUCCESS) {
        mst_resolver_channel_free(channel);
        return mst_error_set(error, MST_ERROR_LIBRARY, "c-ares cannot start: %s",
                             ares_strerror(status));
    }
    *ret_channel = channel;
    return MST_OK;
}

void mst_resolver_channel_ask(struct mst_resolver_channel *channel,
                              struct mst_resolver_query *query, const char *name)
{
    mst_resolver_query_start(query, channel->ares, name);
}

void mst_resolver_channel_tick(struct mst_resolver_channel *channel)
{
    ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void mst_resolver_channel_free(struct mst_resolver_channel *channel)
{
    if (!channel)
        return;
    if (channel->ares)
        ares_destroy(channel->ares);
    free(channel);
}

enum mst_status mst_resolver_library_init(struct mst_error *error)
{
    const int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS)
        return mst_error_set(error, MST_ERROR_LIBRARY, "c-ares cannot start: %s",
                             ares_strerror(status));
    return MST_OK;
}

void mst_resolver_library_cleanup(void)
{
    ares_library_cleanup();
}

const char *mst_resolver_library_version(void)
{
    return ares_version(NULL);
}
