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
    DESCRIPTORS_RESERVED = 20,
    DESCRIPTORS_PER_THREAD = 12,
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

/* Descriptors that are not connections: files, the audit's loop, and for each worker its loop, its
 * resolver's sockets. */
static uint64_t descriptors_taken(const struct mst_audit_config *config, uint32_t threads)
{
    return DESCRIPTORS_RESERVED + config->path_count + (uint64_t)DESCRIPTORS_PER_THREAD * threads;
}

static enum mst_status choose_concurrency(const struct mst_audit_config *config,
                                          struct mst_audit_plan *plan, struct mst_error *error)
{
    const uint32_t asked = config->concurrency;
    if (asked > 0 && plan->threads > asked)
        plan->threads = asked;
    const uint64_t taken = descriptors_taken(config, plan->threads);
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    const uint64_t needed = taken + (asked ? asked : 1);
    if (limit.rlim_cur < needed)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "%llu open files are needed and %llu allowed: raise the limit (ulimit "
                             "-n), or use fewer --threads or a smaller --concurrency",
                             (unsigned long long)needed, (unsigned long long)limit.rlim_cur);
    const uint64_t room = limit.rlim_cur - taken;
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
    enum mst_status status = choose_concurrency(config, &plan, error);
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
