#include "crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "examine.h"
#include "scan/pacer.h"
#include "scan/worker.h"

enum {
    STOP_GENTLY = 1,
    STOP_AT_ONCE = 2,
    UNANSWERED_MIN = 200, /* names without any answer before a resolver counts as gone */
};

/* What one worker works with; its examiner is used by its thread only. */
struct desk {
    struct mst_crew *crew;
    struct mst_worker *worker;
    struct mst_examiner *examiner;
};

struct mst_crew {
    struct mst_crew_options options;
    struct mst_sink *records, *tally;
    uint32_t desk_count;
    struct desk *desks;
    pthread_mutex_t pacer_lock;
    struct mst_pacer pacer; /* one for all: the rate is the scan's, not a worker's */
    atomic_int stop;
    atomic_uint ended;        /* workers */
    atomic_ullong in_flight;  /* targets */
    atomic_ullong answered;   /* names for which a resolver said anything */
    atomic_ullong unanswered; /* names for which none did, since the last answer */
    atomic_bool resolver_gone;
};

/* ---- what the workers call, from their threads ---- */

static enum mst_worker_pace desk_pace(void *context)
{
    struct mst_crew *crew = ((struct desk *)context)->crew;
    const enum mst_sink_state records = crew->records->ops->state(crew->records);
    const int stop = atomic_load_explicit(&crew->stop, memory_order_relaxed);
    if (records == MST_SINK_FAILED || stop >= STOP_AT_ONCE)
        return MST_WORKER_ABORT;
    if (stop >= STOP_GENTLY || atomic_load_explicit(&crew->resolver_gone, memory_order_relaxed))
        return MST_WORKER_FINISH;
    return records == MST_SINK_FULL ? MST_WORKER_HOLD : MST_WORKER_GO;
}

static int64_t desk_may_begin(void *context, int64_t now_ms)
{
    struct mst_crew *crew = ((struct desk *)context)->crew;
    if (crew->options.config->rate == 0)
        return 0;
    (void)pthread_mutex_lock(&crew->pacer_lock);
    const int64_t wait_ms = mst_pacer_take(&crew->pacer, now_ms);
    (void)pthread_mutex_unlock(&crew->pacer_lock);
    return wait_ms;
}

static void desk_began_more(void *context, unsigned count)
{
    struct mst_crew *crew = ((struct desk *)context)->crew;
    (void)pthread_mutex_lock(&crew->pacer_lock);
    mst_pacer_charge(&crew->pacer, count);
    (void)pthread_mutex_unlock(&crew->pacer_lock);
}

static bool is_answer(enum mst_dns_status status)
{
    return status != MST_DNS_STATUS_NOT_ASKED && status != MST_DNS_STATUS_TIMEOUT &&
           status != MST_DNS_STATUS_RESOLVER_UNREACHABLE;
}

/* A resolver that answers nobody any more makes every further record worthless: stop then. */
static void watch_resolver(struct mst_crew *crew, const struct mst_dns_result *dns)
{
    if (dns->a.status == MST_DNS_STATUS_NOT_ASKED && dns->aaaa.status == MST_DNS_STATUS_NOT_ASKED)
        return;
    if (is_answer(dns->a.status) || is_answer(dns->aaaa.status)) {
        atomic_fetch_add_explicit(&crew->answered, 1, memory_order_relaxed);
        atomic_store_explicit(&crew->unanswered, 0, memory_order_relaxed);
        return;
    }
    const unsigned long long unanswered =
        1 + atomic_fetch_add_explicit(&crew->unanswered, 1, memory_order_relaxed);
    if (unanswered < UNANSWERED_MIN + 2ULL * crew->options.plan->concurrency)
        return;
    if (!atomic_exchange(&crew->resolver_gone, true))
        mst_wake_up(&crew->options.news);
}

static void desk_accept(void *context, struct mst_evidence *evidence)
{
    struct desk *desk = context;
    struct mst_crew *crew = desk->crew;
    watch_resolver(crew, &evidence->dns);
    struct mst_finding finding;
    mst_examine(desk->examiner, evidence, &finding);
    crew->records->ops->accept(crew->records, &finding);
    crew->tally->ops->accept(crew->tally, &finding);
    mst_finding_release(&finding);
    mst_evidence_release(evidence);
    atomic_fetch_sub_explicit(&crew->in_flight, 1, memory_order_relaxed);
}

static void desk_started(void *context)
{
    struct mst_crew *crew = ((struct desk *)context)->crew;
    atomic_fetch_add_explicit(&crew->in_flight, 1, memory_order_relaxed);
}

static void desk_ended(void *context)
{
    struct mst_crew *crew = ((struct desk *)context)->crew;
    atomic_fetch_add(&crew->ended, 1);
    mst_wake_up(&crew->options.news);
}

/* ---- life cycle ---- */

static enum mst_tls_version tls_version(const struct mst_audit_config *config)
{
    return config->tls_version == 12   ? MST_TLS_1_2_ONLY
           : config->tls_version == 13 ? MST_TLS_1_3_ONLY
                                       : MST_TLS_ANY;
}

/* Shares `total` out as evenly as whole numbers allow. */
static uint32_t share(uint32_t total, uint32_t parts, uint32_t index)
{
    return total / parts + (index < total % parts ? 1 : 0);
}

static enum mst_status set_up_desk(struct mst_crew *crew, uint32_t index, struct mst_error *error)
{
    const struct mst_audit_config *config = crew->options.config;
    const struct mst_audit_plan *plan = crew->options.plan;
    struct desk *desk = &crew->desks[index];
    desk->crew = crew;
    const enum mst_status status =
        mst_examiner_new(config->ca_file, crew->options.policy, &desk->examiner, error);
    if (status != MST_OK)
        return status;
    const struct mst_worker_options options = {
        .source = crew->options.source,
        .rules = {.allow_private = config->allow_private, .exclusion = crew->options.exclusion},
        .resolver = {.servers = plan->resolvers,
                     .server_count = plan->resolver_count,
                     .timeout_ms = config->dns_timeout_ms,
                     .ask_a = config->ipv4,
                     .ask_aaaa = config->ipv6},
        .tls_version = tls_version(config),
        .connect_timeout_ms = config->connect_timeout_ms,
        .handshake_timeout_ms = config->handshake_timeout_ms,
        .timeout_ms = config->timeout_ms,
        .concurrency = share(plan->concurrency, plan->threads, index),
        .context = desk,
        .pace = desk_pace,
        .may_begin = desk_may_begin,
        .began_more = desk_began_more,
        .accept = desk_accept,
        .started = desk_started,
        .ended = desk_ended,
    };
    return mst_worker_new(&options, &desk->worker, error);
}

static void free_crew(struct mst_crew **crew)
{
    mst_crew_free(*crew);
}

enum mst_status mst_crew_new(const struct mst_crew_options *options, struct mst_crew **ret_crew,
                             struct mst_error *error)
{
    struct mst_crew *crew MST_CLEANUP(free_crew) = mst_alloc(1, sizeof *crew);
    crew->options = *options;
    (void)pthread_mutex_init(&crew->pacer_lock, NULL);
    mst_pacer_init(&crew->pacer, options->config->rate, mst_clock_monotonic_ms());
    crew->desk_count = options->plan->threads;
    crew->desks = mst_alloc(crew->desk_count, sizeof *crew->desks);
    for (uint32_t i = 0; i < crew->desk_count; i++) {
        const enum mst_status status = set_up_desk(crew, i, error);
        if (status != MST_OK)
            return status;
    }
    *ret_crew = MST_STEAL(crew);
    return MST_OK;
}

void mst_crew_set_sinks(struct mst_crew *crew, struct mst_sink *records, struct mst_sink *tally)
{
    crew->records = records;
    crew->tally = tally;
}

enum mst_status mst_crew_start(struct mst_crew *crew, struct mst_error *error)
{
    for (uint32_t i = 0; i < crew->desk_count; i++) {
        const enum mst_status status = mst_worker_start(crew->desks[i].worker, error);
        if (status == MST_OK)
            continue;
        mst_crew_stop(crew, true);
        atomic_fetch_add(&crew->ended, crew->desk_count - i);
        mst_wake_up(&crew->options.news);
        return status;
    }
    return MST_OK;
}

void mst_crew_stop(struct mst_crew *crew, bool at_once)
{
    atomic_store(&crew->stop, at_once ? STOP_AT_ONCE : STOP_GENTLY);
}

void mst_crew_wake(struct mst_crew *crew)
{
    for (uint32_t i = 0; i < crew->desk_count; i++)
        mst_worker_wake(crew->desks[i].worker);
}

uint64_t mst_crew_in_flight(const struct mst_crew *crew)
{
    return atomic_load_explicit(&crew->in_flight, memory_order_relaxed);
}

bool mst_crew_has_ended(const struct mst_crew *crew)
{
    return atomic_load(&crew->ended) == crew->desk_count;
}

bool mst_crew_resolver_is_gone(const struct mst_crew *crew)
{
    if (atomic_load(&crew->resolver_gone))
        return true;
    return mst_crew_has_ended(crew) && atomic_load(&crew->answered) == 0 &&
           atomic_load(&crew->unanswered) > 0;
}

void mst_crew_join(struct mst_crew *crew)
{
    for (uint32_t i = 0; i < crew->desk_count; i++)
        mst_worker_join(crew->desks[i].worker);
}

void mst_crew_free(struct mst_crew *crew)
{
    if (!crew)
        return;
    for (uint32_t i = 0; i < crew->desk_count; i++) {
        const unsigned left_open = mst_worker_free(crew->desks[i].worker);
        assert(left_open == 0);
        (void)left_open;
        mst_examiner_free(crew->desks[i].examiner);
    }
    (void)pthread_mutex_destroy(&crew->pacer_lock);
    free(crew->desks);
    free(crew);
}
