/* A loop with a DNS server and a resolver that asks it, and what is asked there. */
#ifndef MST_TESTS_LOOP_RESOLVER_WORLD_H
#define MST_TESTS_LOOP_RESOLVER_WORLD_H

#include "loop/dns_peer.h"
#include "net/resolver.h"

struct world {
    uv_loop_t loop;
    struct dns_peer peer;
    struct mst_resolver *resolver;
    /* A clock beside the loop: how much later than due it ticked, in all. So long the machine, or a
     * long turn of the loop, kept everybody waiting, and no deadline can be held against that. */
    uv_timer_t ticker;
    uint64_t ticked_ns;
    int64_t late_ms;
};

struct inquiry {
    struct world *world;
    struct mst_dns_request *request; /* NULL once it is gone */
    unsigned calls;
    struct mst_dns_result result;
    void (*then)(struct inquiry *inquiry); /* within `resolved` */
    struct inquiry *other;
};

/* A loop and a server; then a resolver for some servers; or both at once, for A and AAAA. */
void world_start(struct world *world);
void world_resolve_with(struct world *world, const struct mst_endpoint *servers,
                        size_t server_count, int64_t timeout_ms, bool ask_a, bool ask_aaaa);
void world_open(struct world *world, int64_t timeout_ms);

/* Closes everything; no handle may be left. */
void world_close(struct world *world);

/* The answer is counted and kept in the inquiry. */
void ask(struct world *world, struct inquiry *inquiry, const char *name);
void ask_numbered(struct world *world, struct inquiry *inquiry, const char *script,
                  unsigned number);

/* Ends by itself: the resolver's handles do not keep the loop alive when nobody waits. */
void run(struct world *world);
void run_until_asked(struct world *world, unsigned udp_questions);

void check_answer(const struct mst_dns_answer *answer, enum mst_dns_status status, size_t count,
                  enum mst_family family);

/* Adds a test for each row of a table. */
#define ADD_ROWS(tests, count, rows, function)                                                     \
    for (size_t row_ = 0; row_ < MST_COUNT_OF(rows); row_++)                                       \
        (tests)[(count)++] = (struct CMUnitTest)                                                   \
        {                                                                                          \
            .name = (rows)[row_].title, .test_func = (function),                                   \
            .initial_state = (void *)(uintptr_t) & (rows)[row_],                                   \
        }

#endif
