/* Names to addresses: A and AAAA asked apart with c-ares on one libuv loop, both outcomes kept. One
 * per worker, used by its thread only. No search domains, no hosts file, no query cache.
 *
 * How an answer becomes a status: no address in a NOERROR answer (a CNAME that leads nowhere too)
 * is NODATA; FORMERR and what cannot be parsed is BAD_ANSWER; NOTIMP and the rarer response codes
 * are SERVFAIL, the resolver could not find out; a name that no question can hold (an empty label,
 * one beyond 63 bytes) is NXDOMAIN without being asked. */
#ifndef MST_NET_RESOLVER_H
#define MST_NET_RESOLVER_H

#include <muststaple/status.h>
#include <stdbool.h>
#include <uv.h>

#include "model/evidence.h"

struct mst_resolver_options {
    const struct mst_endpoint *servers; /* empty: those of `system_file`, port 53 */
    size_t server_count;
    const char *system_file; /* NULL: /etc/resolv.conf */
    int64_t timeout_ms;      /* for one question, all tries and servers together */
    bool ask_a, ask_aaaa;    /* at least one; the other stays NOT_ASKED */
};

struct mst_resolver;
struct mst_dns_request;

/* `result` is valid during the call only; the request is gone. The owner may ask, forget other
 * requests and close the resolver from here. */
typedef void mst_resolved_fn(void *owner, const struct mst_dns_result *result);

/* Before any thread starts, and after all have ended. */
enum mst_status mst_resolver_library_init(struct mst_error *error);
void mst_resolver_library_cleanup(void);

/* The version of c-ares at run time, static. */
const char *mst_resolver_library_version(void);

/* Makes a resolver; no question is asked yet. MST_ERROR_RESOLVER when no server is known,
 * MST_ERROR_LIBRARY when c-ares refuses. The thread must not die of SIGPIPE (questions may go over
 * TCP). */
enum mst_status mst_resolver_new(uv_loop_t *loop, const struct mst_resolver_options *options,
                                 struct mst_resolver **ret_resolver, struct mst_error *error);

/* Asks for `name` (A-labels, no trailing dot). `resolved` is called exactly once, from the loop,
 * never before this returns, unless the request is forgotten or the resolver closed first.
 * Questions beyond what a channel bears wait inside; they are submitted from the loop, not from a
 * callback. The time allowed and `elapsed_ms` count from there; an answer takes at most timeout_ms
 * + 200. */
struct mst_dns_request *mst_resolver_ask(struct mst_resolver *resolver, const char *name,
                                         mst_resolved_fn *resolved, void *owner);

/* The owner no longer wants the answer: `resolved` will not be called, `request` is gone. */
void mst_dns_request_forget(struct mst_dns_request *request);

/* Cancels what is outstanding (their `resolved` is not called, the requests are gone) and closes
 * all handles; the memory goes once the loop has run their close callbacks. NULL is allowed. */
void mst_resolver_close(struct mst_resolver *resolver);

#endif
