/* What must not be contacted: networks and domain suffixes. Immutable once filled, so shared by all
 * threads. Zeroed is empty. */
#ifndef MST_MODEL_EXCLUSION_H
#define MST_MODEL_EXCLUSION_H

#include <stdbool.h>
#include <stddef.h>

#include "model/endpoint.h"

struct mst_exclusion_network {
    struct mst_address network;
    unsigned prefix;
};

struct mst_exclusion {
    struct mst_exclusion_network *networks;
    size_t network_count;
    char **domains; /* lower-case A-labels without leading or trailing dot, sorted, each once */
    size_t domain_count;
};

/* Adds "192.0.2.0/24", "2001:db8::/32", a bare address, or a domain ("example.com", ".example.com",
 * "*.example.com", "example.com.": all mean it and everything below it). False when it is none of
 * these. */
bool mst_exclusion_add(struct mst_exclusion *exclusion, const char *text);

/* `host` is lower case without trailing dot; it matches itself and every parent domain. */
bool mst_exclusion_has_host(const struct mst_exclusion *exclusion, const char *host);

/* An IPv6 address is also looked up as the IPv4 address that it stands for. */
bool mst_exclusion_has_address(const struct mst_exclusion *exclusion,
                               const struct mst_address *address);

void mst_exclusion_release(struct mst_exclusion *exclusion);

#endif
