/* The plan of a target: what was seen so far in, the next connection or the end out. Pure. */
#ifndef MST_SCAN_PLAN_H
#define MST_SCAN_PLAN_H

#include <stdbool.h>

#include "model/evidence.h"
#include "model/exclusion.h"

struct mst_plan_rules {
    bool allow_private;                    /* contact reserved addresses that a name resolves to */
    const struct mst_exclusion *exclusion; /* never NULL */
};

enum mst_plan_step {
    MST_PLAN_RESOLVE, /* ask for the addresses of target->host */
    MST_PLAN_CONNECT, /* connect to the endpoint given */
    MST_PLAN_END,     /* nothing more to do; the failure given ended it, or stage NONE */
};

/* Addresses are tried in turn, IPv4 and IPv6 alternating, until one connects; MST_CONNECTIONS_MAX
 * at most. An address that the user wrote is contacted even when it is reserved, never when
 * excluded. */
enum mst_plan_step mst_plan_next(const struct mst_evidence *evidence,
                                 const struct mst_plan_rules *rules,
                                 struct mst_endpoint *ret_endpoint,
                                 struct mst_failure *ret_failure);

#endif
