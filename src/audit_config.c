#include "audit_config.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/finding.h"

enum {
    DEFAULT_PORT = 443,
    DNS_PORT = 53,
    DEFAULT_CONCURRENCY_MAX = 2000, /* more is for those who ask for it */
    DESCRIPTORS_RESERVED = 64,
    DESCRIPTORS_PER_THREAD = 16,
    THREADS_MAX = 256,
    RESOLVERS_MAX = 16,
};

void mst_audit_config_init(struct mst_audit_config *config)
{
    *config = (struct mst_audit_config){
        .port = DEFAULT_PORT,
        .ipv4 = true,
        .ipv6 = true,
        .dns_timeout_ms = 5000,
        .connect_timeout_ms = 5000,
        .handshake_timeout_ms = 15000,
        .timeout_ms = 30000,
        .output_path = "-",
        .max_age_s = MST_DEFAULT_MAX_AGE_S,
        .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S,
    };
}

static uint32_t core_count(void)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : (uint32_t)(cores < THREADS_MAX ? cores : THREADS_MAX);
}

/* How many connections the open-file limit leaves room for. */
static uint64_t descriptor_room(uint32_t threads)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return DEFAULT_CONCURRENCY_MAX;
    const uint64_t taken = DESCRIPTORS_RESERVED + (uint64_t)DESCRIPTORS_PER_THREAD * threads;
    return limit.rlim_cur > taken ? (uint64_t)limit.rlim_cur - taken : 0;
}

static enum mst_status choose_concurrency(uint32_t asked, struct mst_audit_plan *plan,
                                          struct mst_error *error)
{
    const uint64_t room = descriptor_room(plan->threads);
    if (asked > room || room == 0)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "a concurrency of %u does not fit the limit of open files, which "
                             "leaves room for %llu: raise it (ulimit -n) or lower --concurrency",
                             asked, (unsigned long long)room);
    plan->concurrency = asked;
    if (asked == 0)
        plan->concurrency =
            (uint32_t)(room < DEFAULT_CONCURRENCY_MAX ? room : DEFAULT_CONCURRENCY_MAX);
    if (plan->threads > plan->concurrency)
        plan->threads = plan->concurrency;
    return MST_OK;
}

static enum mst_status parse_resolvers(const struct mst_audit_config *config,
                                       struct mst_audit_plan *plan, struct mst_error *error)
{
    if (config->resolver_count > RESOLVERS_MAX)
        return mst_error_set(error, MST_ERROR_USAGE, "at most %d resolvers can be used",
                             RESOLVERS_MAX);
    plan->resolvers = mst_alloc(config->resolver_count, sizeof *plan->resolvers);
    for (size_t i = 0; i < config->resolver_count; i++) {
        if (!mst_endpoint_parse(config->resolvers[i], DNS_PORT, &plan->resolvers[i]))
            return mst_error_set(error, MST_ERROR_USAGE,
                                 "'%.80s' is not a resolver: give ADDRESS, ADDRESS:PORT or "
                                 "[IPV6]:PORT",
                                 config->resolvers[i]);
        plan->resolver_count++;
    }
    return MST_OK;
}

enum mst_status mst_audit_plan_make(const struct mst_audit_config *config,
                                    struct mst_audit_plan *ret_plan, struct mst_error *error)
{
    if (config->threads > THREADS_MAX)
        return mst_error_set(error, MST_ERROR_USAGE, "at most %d threads can be used", THREADS_MAX);
    if (!config->ipv4 && !config->ipv6)
        return mst_error_set(error, MST_ERROR_USAGE, "neither IPv4 nor IPv6 is left to use");
    struct mst_audit_plan plan = {.threads = config->threads ? config->threads : core_count()};
    enum mst_status status = choose_concurrency(config->concurrency, &plan, error);
    if (status == MST_OK)
        status = parse_resolvers(config, &plan, error);
    if (status != MST_OK) {
        mst_audit_plan_release(&plan);
        return status;
    }
    *ret_plan = plan;
    return MST_OK;
}

void mst_audit_plan_release(struct mst_audit_plan *plan)
{
    free(plan->resolvers);
    *plan = (struct mst_audit_plan){0};
}
