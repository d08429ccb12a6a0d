/* The sockets of a c-ares channel. For the resolver alone. */
#ifndef MST_NET_RESOLVER_SOCKET_H
#define MST_NET_RESOLVER_SOCKET_H

struct ares_channeldata; /* of c-ares */

/* Has one UDP answer that cannot be read end its own question only. c-ares 1.34 takes it for a
 * broken connection: it closes the socket and asks everything again that was in flight there, until
 * all of it has failed. To be called once after ares_init_options; returns a status of c-ares.
 * Older versions need nothing. */
int mst_resolver_socket_guard(struct ares_channeldata *ares);

#endif
