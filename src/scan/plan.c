#include "scan/plan.h"

#include "base/attributes.h"

enum { CANDIDATES_MAX = 2 * MST_ADDRESSES_MAX };

/* Addresses that may be contacted, and why others may not. */
struct candidates {
    const struct mst_address *items[CANDIDATES_MAX];
    size_t count;
    bool some_excluded, some_reserved;
};

static void consider(struct candidates *candidates, const struct mst_address *address,
                     const struct mst_plan_rules *rules)
{
    if (mst_exclusion_has_address(rules->exclusion, address))
        candidates->some_excluded = true;
    else if (!rules->allow_private && mst_address_is_reserved(address))
        candidates->some_reserved = true;
    else
        candidates->items[candidates->count++] = address;
}

/* IPv4 first, since more vantage points have it, but not all of it before the first IPv6. */
static void gather(struct candidates *candidates, const struct mst_dns_result *dns,
                   const struct mst_plan_rules *rules)
{
    for (size_t i = 0; i < dns->a.count || i < dns->aaaa.count; i++) {
        if (i < dns->a.count)
            consider(candidates, &dns->a.addresses[i], rules);
        if (i < dns->aaaa.count)
            consider(candidates, &dns->aaaa.addresses[i], rules);
    }
}

/* Which of two different answers says more about why there is no address: first in this list. */
static const struct {
    enum mst_dns_status status;
    enum mst_failure_code code;
} dns_failures[] = {
    {MST_DNS_STATUS_NXDOMAIN, MST_FAILURE_CODE_NXDOMAIN},
    {MST_DNS_STATUS_SERVFAIL, MST_FAILURE_CODE_SERVFAIL},
    {MST_DNS_STATUS_REFUSED, MST_FAILURE_CODE_REFUSED},
    {MST_DNS_STATUS_TIMEOUT, MST_FAILURE_CODE_TIMEOUT},
    {MST_DNS_STATUS_RESOLVER_UNREACHABLE, MST_FAILURE_CODE_RESOLVER_UNREACHABLE},
    {MST_DNS_STATUS_BAD_ANSWER, MST_FAILURE_CODE_BAD_ANSWER},
    {MST_DNS_STATUS_NODATA, MST_FAILURE_CODE_NODATA},
};

static struct mst_failure no_address(const struct mst_dns_result *dns)
{
    struct mst_failure failure = {.stage = MST_STAGE_DNS, .code = MST_FAILURE_CODE_NODATA};
    for (size_t i = 0; i < MST_COUNT_OF(dns_failures); i++) {
        if (dns->a.status != dns_failures[i].status && dns->aaaa.status != dns_failures[i].status)
            continue;
        failure.code = dns_failures[i].code;
        break;
    }
    return failure;
}

static enum mst_plan_step end_with(enum mst_failure_code code, struct mst_failure *ret_failure)
{
    *ret_failure = (struct mst_failure){.stage = MST_STAGE_CONNECT, .code = code};
    return MST_PLAN_END;
}

/* The target names its address itself: one connection, whatever comes of it. */
static enum mst_plan_step next_fixed(const struct mst_evidence *evidence,
                                     const struct mst_plan_rules *rules,
                                     struct mst_endpoint *ret_endpoint,
                                     struct mst_failure *ret_failure)
{
    const struct mst_target *target = evidence->target;
    if (mst_exclusion_has_address(rules->exclusion, &target->address))
        return end_with(MST_FAILURE_CODE_EXCLUDED, ret_failure);
    if (evidence->connection_count > 0)
        return MST_PLAN_END;
    *ret_endpoint = (struct mst_endpoint){.address = target->address, .port = target->port};
    return MST_PLAN_CONNECT;
}

static enum mst_plan_step next_resolved(const struct mst_evidence *evidence,
                                        const struct mst_plan_rules *rules,
                                        struct mst_endpoint *ret_endpoint,
                                        struct mst_failure *ret_failure)
{
    struct candidates candidates = {0};
    gather(&candidates, &evidence->dns, rules);
    const size_t tried = evidence->connection_count;
    if (tried < candidates.count && tried < MST_CONNECTIONS_MAX) {
        *ret_endpoint = (struct mst_endpoint){.address = *candidates.items[tried],
                                              .port = evidence->target->port};
        return MST_PLAN_CONNECT;
    }
    if (tried > 0)
        return MST_PLAN_END;
    if (candidates.some_reserved)
        return end_with(MST_FAILURE_CODE_PRIVATE_ADDRESS, ret_failure);
    if (candidates.some_excluded)
        return end_with(MST_FAILURE_CODE_EXCLUDED, ret_failure);
    *ret_failure = no_address(&evidence->dns);
    return MST_PLAN_END;
}

enum mst_plan_step mst_plan_next(const struct mst_evidence *evidence,
                                 const struct mst_plan_rules *rules,
                                 struct mst_endpoint *ret_endpoint, struct mst_failure *ret_failure)
{
    *ret_failure = (struct mst_failure){.stage = MST_STAGE_NONE};
    const struct mst_target *target = evidence->target;
    if (evidence->connection_count > 0 &&
        evidence->connections[evidence->connection_count - 1].failure.stage != MST_STAGE_CONNECT)
        return MST_PLAN_END;
    if (mst_exclusion_has_host(rules->exclusion, target->host))
        return end_with(MST_FAILURE_CODE_EXCLUDED, ret_failure);
    if (target->address.family != MST_FAMILY_NONE)
        return next_fixed(evidence, rules, ret_endpoint, ret_failure);
    if (evidence->dns.a.status == MST_DNS_STATUS_NOT_ASKED &&
        evidence->dns.aaaa.status == MST_DNS_STATUS_NOT_ASKED)
        return MST_PLAN_RESOLVE;
    return next_resolved(evidence, rules, ret_endpoint, ret_failure);
}
