/* A c-ares channel on a libuv loop: its options, its sockets, its clock. For the resolver alone. */
#ifndef MST_NET_RESOLVER_CHANNEL_H
#define MST_NET_RESOLVER_CHANNEL_H

#include "net/resolver.h"
#include "net/resolver_query.h"

struct mst_resolver_channel;

/* Called from the loop after c-ares has handled what came over a socket; the channel may be freed
 * from here. */
typedef void mst_resolver_channel_processed_fn(void *owner);

enum mst_status mst_resolver_channel_new(uv_loop_t *loop,
                                         const struct mst_resolver_options *options,
                                         mst_resolver_channel_processed_fn *processed, void *owner,
                                         struct mst_resolver_channel **ret_channel,
                                         struct mst_error *error);

/* As mst_resolver_query_start. Not to be called from `ended`. */
void mst_resolver_channel_ask(struct mst_resolver_channel *channel,
                              struct mst_resolver_query *query, const char *name);

/* Lets c-ares see to what has timed out; wants to be called every 100 ms or so while a query is
 * outstanding. `processed` is not called. */
void mst_resolver_channel_tick(struct mst_resolver_channel *channel);

/* Ends all queries and closes the sockets' handles, which do not keep the loop alive but must see
 * it run once more. Not to be called from `ended`. */
void mst_resolver_channel_free(struct mst_resolver_channel *channel);

#endif
