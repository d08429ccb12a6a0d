/* One A or AAAA question put to c-ares, and how its answer is read, for every version of c-ares.
 * For the resolver alone. */
#ifndef MST_NET_RESOLVER_QUERY_H
#define MST_NET_RESOLVER_QUERY_H

#include "model/evidence.h"

struct ares_channeldata; /* of c-ares */
struct mst_resolver_query;

typedef void mst_resolver_query_ended_fn(struct mst_resolver_query *query);

/* Embedded in its owner. */
struct mst_resolver_query {
    enum mst_family family; /* IPv4 asks for A, IPv6 for AAAA */
    mst_resolver_query_ended_fn *ended;
    struct mst_dns_answer answer; /* NOT_ASKED until it has ended */
};

/* Asks. `ended` is called exactly once, perhaps before this returns, also when the channel is
 * destroyed; until then the query must stay where it is, since c-ares cannot take one back. */
void mst_resolver_query_start(struct mst_resolver_query *query, struct ares_channeldata *ares,
                              const char *name);

#endif
