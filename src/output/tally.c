#include "output/tally.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "output/tally_counts.h"

struct mst_tally {
    struct mst_sink sink;
    pthread_mutex_t lock; /* of everything below */
    struct mst_tally_counts counts;
    json_t *issuer_at; /* name -> index into counts.issuers */
};

static struct mst_tally *tally_of(struct mst_sink *sink)
{
    return MST_CONTAINER_OF(sink, struct mst_tally, sink);
}

static void count_words(uint64_t *counts, size_t count, mst_word_set set)
{
    for (size_t i = 0; i < count; i++)
        counts[i] += (set >> i) & 1;
}

static bool was_resolved(const struct mst_evidence *evidence)
{
    return evidence->target->address.family != MST_FAMILY_NONE || evidence->dns.a.count > 0 ||
           evidence->dns.aaaa.count > 0;
}

static bool was_connected(const struct mst_evidence *evidence)
{
    for (size_t i = 0; i < evidence->connection_count; i++)
        if (evidence->connections[i].connect_ms >= 0)
            return true;
    return false;
}

/* The steps that a finding got to, each a bit. */
static unsigned funnel_of(const struct mst_finding *finding)
{
    unsigned steps = 1U << MST_FUNNEL_LINES;
    const struct mst_evidence *evidence = finding->evidence;
    if (evidence->target->invalid.stage == MST_STAGE_NONE)
        steps |= 1U << MST_FUNNEL_VALID;
    if (was_resolved(evidence))
        steps |= 1U << MST_FUNNEL_RESOLVED;
    if (was_connected(evidence))
        steps |= 1U << MST_FUNNEL_CONNECTED;
    const struct mst_connection_finding *connection = finding->rolled_up;
    if (!connection)
        return steps;
    const bool must_staple = connection->certificate.tls_feature.must_staple;
    const bool stapled = connection->staple.delivery == MST_DELIVERY_SENT;
    const bool good = connection->staple_judgement.state == MST_STAPLE_STATE_GOOD;
    steps |= 1U << MST_FUNNEL_EXAMINED;
    steps |= (unsigned)connection->certificate.has_http_ocsp_url << MST_FUNNEL_HAS_OCSP_URL;
    steps |= (unsigned)must_staple << MST_FUNNEL_MUST_STAPLE;
    steps |= (unsigned)stapled << MST_FUNNEL_STAPLED;
    steps |= (unsigned)good << MST_FUNNEL_GOOD;
    steps |= (unsigned)(must_staple && stapled) << MST_FUNNEL_MUST_STAPLE_STAPLED;
    steps |= (unsigned)(must_staple && good) << MST_FUNNEL_MUST_STAPLE_GOOD;
    return steps;
}

static enum mst_remaining remaining_of(int64_t remaining_s)
{
#define BELOW(id, name, below_s) (below_s),
    static const int64_t below_s[] = {MST_REMAININGS(BELOW)};
    if (remaining_s == MST_TIME_NONE)
        return MST_REMAINING_NONE;
    size_t i = 0;
    while (i < MST_REMAINING_FROM_7D && remaining_s >= below_s[i])
        i++;
    return (enum mst_remaining)i;
}

static void count_group(struct mst_tally_group *group, const struct mst_finding *finding,
                        unsigned funnel)
{
    for (size_t i = 0; i < MST_FUNNEL_COUNT; i++)
        group->funnel[i] += (funnel >> i) & 1;
    const struct mst_connection_finding *connection = finding->rolled_up;
    if (!connection)
        return;
    group->verdicts[connection->judgement.verdict]++;
    if (connection->staple.delivery == MST_DELIVERY_SENT)
        group->remaining[remaining_of(connection->staple_judgement.remaining_s)]++;
}

/* The row of an issuer, a new one as long as there is room; else the row of all others. */
static struct mst_issuer_counts *issuer_row(struct mst_tally *tally, const char *name)
{
    struct mst_tally_counts *counts = &tally->counts;
    const json_t *known = name ? json_object_get(tally->issuer_at, name) : NULL;
    if (known)
        return &counts->issuers[json_integer_value(known)];
    if (!name || counts->issuer_count == MST_TALLY_ISSUERS_MAX)
        return &counts->issuers[MST_TALLY_ISSUERS_MAX];
    const size_t at = counts->issuer_count;
    if (json_object_set_new(tally->issuer_at, name, json_integer((json_int_t)at)) != 0)
        return &counts->issuers[MST_TALLY_ISSUERS_MAX];
    counts->issuer_count++;
    counts->issuers[at].name = mst_strdup(name);
    return &counts->issuers[at];
}

static enum mst_rank rank_of(uint64_t rank)
{
#define UP_TO(id, name, up_to) (up_to),
    static const uint64_t up_to[] = {MST_RANK_BUCKETS(UP_TO)};
    size_t i = 0;
    while (rank > up_to[i])
        i++;
    return (enum mst_rank)i;
}

static void count_client(struct mst_client_counts *counts, const struct mst_client_outcome *outcome)
{
    counts->accepts += outcome->accepts;
    counts->refuses += !outcome->accepts;
    counts->depends_on_fetch += outcome->depends_on_fetch;
}

static void count_examined(struct mst_tally *tally, const struct mst_finding *finding,
                           unsigned funnel)
{
    struct mst_tally_counts *counts = &tally->counts;
    const struct mst_connection_finding *connection = finding->rolled_up;
    const struct mst_judgement *judgement = &connection->judgement;
    counts->snapshot.verdicts[judgement->verdict]++;
    count_words(counts->snapshot.reasons, MST_REASON_COUNT, judgement->reasons);
    count_words(counts->snapshot.warnings, MST_WARNING_COUNT, judgement->warnings);
    counts->staple_states[connection->staple_judgement.state]++;
#define COUNT_CLIENT(ID, name)                                                                     \
    count_client(&counts->clients[MST_CLIENT_##ID], &judgement->clients.name);
    MST_CLIENTS(COUNT_CLIENT)
    count_group(&issuer_row(tally, connection->certificate.issuer)->group, finding, funnel);
}

static void tally_accept(struct mst_sink *sink, const struct mst_finding *finding)
{
    struct mst_tally *tally = tally_of(sink);
    struct mst_tally_counts *counts = &tally->counts;
    const unsigned funnel = funnel_of(finding);
    const uint64_t rank = finding->evidence->target->rank;
    (void)pthread_mutex_lock(&tally->lock);
    counts->snapshot.records++;
    counts->snapshot.outcomes[finding->outcome]++;
    if (finding->failure.stage != MST_STAGE_NONE) {
        counts->snapshot.failure_codes[finding->failure.code]++;
        counts->failures[finding->failure.stage][finding->failure.code]++;
    }
    count_group(&counts->all, finding, funnel);
    if (rank > 0) {
        counts->ranked++;
        count_group(&counts->ranks[rank_of(rank)], finding, funnel);
    }
    if (finding->rolled_up)
        count_examined(tally, finding, funnel);
    (void)pthread_mutex_unlock(&tally->lock);
}

static enum mst_sink_state tally_state(struct mst_sink *sink)
{
    (void)sink;
    return MST_SINK_OPEN;
}

static enum mst_status tally_finish(struct mst_sink *sink, bool at_once, struct mst_error *error)
{
    (void)sink;
    (void)at_once;
    (void)error;
    return MST_OK;
}

void mst_tally_counts_release(struct mst_tally_counts *counts)
{
    for (size_t i = 0; i < counts->issuer_count; i++)
        free(counts->issuers[i].name);
    free(counts->issuers);
    *counts = (struct mst_tally_counts){0};
}

static void tally_free(struct mst_sink *sink)
{
    if (!sink)
        return;
    struct mst_tally *tally = tally_of(sink);
    mst_tally_counts_release(&tally->counts);
    json_decref(tally->issuer_at);
    (void)pthread_mutex_destroy(&tally->lock);
    free(tally);
}

static bool tally_drain(struct mst_sink *sink)
{
    (void)sink;
    return true;
}

static const struct mst_sink_ops tally_ops = {
    .accept = tally_accept,
    .state = tally_state,
    .drain = tally_drain,
    .finish = tally_finish,
    .free = tally_free,
};

struct mst_sink *mst_tally_new(void)
{
    struct mst_tally *tally = mst_alloc(1, sizeof *tally);
    tally->sink.ops = &tally_ops;
    tally->issuer_at = json_object();
    tally->counts.issuers = mst_alloc(MST_TALLY_ISSUERS_MAX + 1, sizeof *tally->counts.issuers);
    (void)pthread_mutex_init(&tally->lock, NULL);
    return &tally->sink;
}

void mst_tally_snapshot(struct mst_sink *sink, struct mst_tally_snapshot *ret_snapshot)
{
    struct mst_tally *tally = tally_of(sink);
    (void)pthread_mutex_lock(&tally->lock);
    *ret_snapshot = tally->counts.snapshot;
    (void)pthread_mutex_unlock(&tally->lock);
}

/* Most certificates first; by name among equals, so that the same run gives the same summary. */
static int compare_issuers(const void *left, const void *right)
{
    const struct mst_issuer_counts *a = left;
    const struct mst_issuer_counts *b = right;
    const uint64_t count_a = a->group.funnel[MST_FUNNEL_EXAMINED];
    const uint64_t count_b = b->group.funnel[MST_FUNNEL_EXAMINED];
    if (count_a != count_b)
        return count_a < count_b ? 1 : -1;
    return strcmp(a->name, b->name);
}

void mst_tally_copy(struct mst_sink *sink, struct mst_tally_counts *ret_counts)
{
    struct mst_tally *tally = tally_of(sink);
    (void)pthread_mutex_lock(&tally->lock);
    struct mst_tally_counts counts = tally->counts;
    const size_t count = counts.issuer_count;
    counts.issuers = mst_alloc(count + 1, sizeof *counts.issuers);
    memcpy(counts.issuers, tally->counts.issuers, count * sizeof *counts.issuers);
    const struct mst_issuer_counts others = tally->counts.issuers[MST_TALLY_ISSUERS_MAX];
    for (size_t i = 0; i < count; i++)
        counts.issuers[i].name = mst_strdup(tally->counts.issuers[i].name);
    (void)pthread_mutex_unlock(&tally->lock);
    qsort(counts.issuers, count, sizeof *counts.issuers, compare_issuers);
    if (others.group.funnel[MST_FUNNEL_EXAMINED] > 0)
        counts.issuers[counts.issuer_count++] = others;
    *ret_counts = counts;
}
