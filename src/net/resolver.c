#include "net/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/list.h"
#include "base/mem.h"
#include "net/resolver_channel.h"

enum {
    /* c-ares slows down, and its 16-bit query identifiers run out, long before memory does. */
    QUERIES_MAX = 8000,
    /* Names submitted before the answers get their turn. */
    BATCH_MAX = 256,
    TICK_MS = 50,
    LATE_AFTER_MS = 3 * TICK_MS,
    AGAIN_MAX = 256, /* questions asked again in one tick */
};

enum request_state { WAITING, ASKED, READY, GONE };

struct mst_dns_request {
    struct mst_resolver *resolver;
    struct mst_list link;  /* in the list of its state; GONE is in none */
    struct mst_list again; /* in the resolver's list of that name, while ASKED */
    enum request_state state;
    unsigned references; /* its owner's, and one for each query that c-ares holds */
    unsigned unanswered;
    int64_t asked_ms; /* monotonic */
    mst_resolved_fn *resolved;
    void *owner;
    struct mst_resolver_query a, aaaa;
    bool a_again, aaaa_again; /* to be asked again */
    struct mst_dns_result result;
    char name[];
};

struct mst_resolver {
    struct mst_resolver_channel *channel; /* NULL once closed */
    uv_idle_t submitter;                  /* active while something can be submitted */
    uv_timer_t ticker;                    /* active while c-ares holds queries */
    unsigned handles;
    int64_t timeout_ms;
    bool ask_a, ask_aaaa;
    bool unreachable;  /* since a server last answered, one was found not to be there */
    int64_t ticked_ms; /* monotonic; 0: the ticker has just been started */
    unsigned queries;  /* in c-ares, also those nobody waits for any more */
    struct mst_list waiting, asked, ready; /* `asked` in the order of the deadlines */
    struct mst_list again;                 /* those of `asked` with a question to ask again */
};

static void unreference(struct mst_dns_request *request)
{
    if (--request->references == 0)
        free(request);
}

static void enter(struct mst_dns_request *request, enum request_state state)
{
    struct mst_resolver *resolver = request->resolver;
    struct mst_list *const lists[] = {&resolver->waiting, &resolver->asked, &resolver->ready, NULL};
    mst_list_remove(&request->link);
    mst_list_remove(&request->again);
    if (lists[state])
        mst_list_append(lists[state], &request->link);
    request->state = state;
}

static bool has_room(const struct mst_resolver *resolver)
{
    return resolver->queries + 2 <= QUERIES_MAX;
}

/* Lets the handles run that are needed, and the loop end when nobody waits for anything. */
static void adjust_handles(struct mst_resolver *resolver);

/* When nobody listens at a server's port, that comes back as the error of whatever is sent next on
 * the socket: older c-ares blames that question, and lets the one before it time out. */
static void settle(const struct mst_resolver *resolver, struct mst_dns_answer *answer)
{
    if (answer->status == MST_DNS_STATUS_TIMEOUT && resolver->unreachable)
        answer->status = MST_DNS_STATUS_RESOLVER_UNREACHABLE;
}

static void finish(struct mst_dns_request *request)
{
    settle(request->resolver, &request->a.answer);
    settle(request->resolver, &request->aaaa.answer);
    request->result = (struct mst_dns_result){
        .elapsed_ms = mst_clock_monotonic_ms() - request->asked_ms,
        .a = request->a.answer,
        .aaaa = request->aaaa.answer,
    };
    enter(request, READY);
}

/* Over TCP older c-ares tries once, for the time of the first try over UDP: a server that takes
 * longer has timed out for it, not for us. */
static bool is_too_early(const struct mst_dns_request *request, enum mst_dns_status status)
{
    const int64_t elapsed_ms = mst_clock_monotonic_ms() - request->asked_ms;
    return status == MST_DNS_STATUS_TIMEOUT && request->state == ASKED &&
           elapsed_ms < request->resolver->timeout_ms / 4 * 3;
}

static void on_query_ended(struct mst_dns_request *request, struct mst_resolver_query *query,
                           bool *ret_again)
{
    struct mst_resolver *resolver = request->resolver;
    const enum mst_dns_status status = query->answer.status;
    resolver->queries--;
    if (status != MST_DNS_STATUS_TIMEOUT)
        resolver->unreachable = status == MST_DNS_STATUS_RESOLVER_UNREACHABLE;
    if (is_too_early(request, status)) {
        *ret_again = true;
        query->answer = (struct mst_dns_answer){.status = MST_DNS_STATUS_NOT_ASKED};
        mst_list_remove(&request->again);
        mst_list_append(&resolver->again, &request->again);
    } else if (--request->unanswered == 0 && request->state == ASKED) {
        finish(request);
    }
    unreference(request);
}

static void on_a_ended(struct mst_resolver_query *query)
{
    struct mst_dns_request *request = MST_CONTAINER_OF(query, struct mst_dns_request, a);
    on_query_ended(request, query, &request->a_again);
}

static void on_aaaa_ended(struct mst_resolver_query *query)
{
    struct mst_dns_request *request = MST_CONTAINER_OF(query, struct mst_dns_request, aaaa);
    on_query_ended(request, query, &request->aaaa_again);
}

static void ask_one_again(struct mst_dns_request *request, struct mst_resolver_query *query,
                          bool *again)
{
    if (!*again)
        return;
    *again = false;
    request->references++;
    request->resolver->queries++;
    mst_resolver_channel_ask(request->resolver->channel, query, request->name);
}

/* Tells the owners, outside of c-ares: they may ask, forget and close here. */
static void deliver(struct mst_resolver *resolver)
{
    struct mst_list *link;
    while ((link = mst_list_take_first(&resolver->ready)) != NULL) {
        struct mst_dns_request *request = MST_LIST_ITEM(link, struct mst_dns_request, link);
        request->state = GONE;
        request->resolved(request->owner, &request->result);
        unreference(request);
    }
    adjust_handles(resolver);
}

static void on_processed(void *owner)
{
    deliver(owner);
}

static void submit(struct mst_dns_request *request)
{
    struct mst_resolver *resolver = request->resolver;
    request->asked_ms = mst_clock_monotonic_ms();
    request->unanswered = (unsigned)resolver->ask_a + (unsigned)resolver->ask_aaaa;
    request->references += request->unanswered;
    resolver->queries += request->unanswered;
    enter(request, ASKED);
    if (resolver->ask_a)
        mst_resolver_channel_ask(resolver->channel, &request->a, request->name);
    if (resolver->ask_aaaa)
        mst_resolver_channel_ask(resolver->channel, &request->aaaa, request->name);
}

static void on_submitter(uv_idle_t *idle)
{
    struct mst_resolver *resolver = MST_CONTAINER_OF(idle, struct mst_resolver, submitter);
    for (int i = 0; i < BATCH_MAX && has_room(resolver) && !mst_list_is_empty(&resolver->waiting);
         i++)
        submit(MST_LIST_ITEM(resolver->waiting.next, struct mst_dns_request, link));
    deliver(resolver);
}

static void ask_again(struct mst_resolver *resolver)
{
    struct mst_list *link;
    for (int i = 0; i < AGAIN_MAX && has_room(resolver) &&
                    (link = mst_list_take_first(&resolver->again)) != NULL;
         i++) {
        struct mst_dns_request *request = MST_LIST_ITEM(link, struct mst_dns_request, again);
        ask_one_again(request, &request->a, &request->a_again);
        ask_one_again(request, &request->aaaa, &request->aaaa_again);
    }
}

static void time_out(struct mst_dns_request *request)
{
    struct mst_dns_answer *const answers[] = {&request->a.answer, &request->aaaa.answer};
    const bool asked[] = {request->resolver->ask_a, request->resolver->ask_aaaa};
    for (size_t i = 0; i < MST_COUNT_OF(answers); i++)
        if (asked[i] && answers[i]->status == MST_DNS_STATUS_NOT_ASKED)
            answers[i]->status = MST_DNS_STATUS_TIMEOUT;
    finish(request);
}

static void on_ticker(uv_timer_t *timer)
{
    struct mst_resolver *resolver = MST_CONTAINER_OF(timer, struct mst_resolver, ticker);
    const int64_t now_ms = mst_clock_monotonic_ms();
    const bool is_late = resolver->ticked_ms > 0 && now_ms - resolver->ticked_ms > LATE_AFTER_MS;
    resolver->ticked_ms = now_ms;
    /* The loop stood still: what came meanwhile waits in the sockets, and is read before anything
     * is given up. */
    if (is_late)
        return;
    mst_resolver_channel_tick(resolver->channel);
    const int64_t latest_ms = now_ms - resolver->timeout_ms;
    while (!mst_list_is_empty(&resolver->asked)) {
        struct mst_dns_request *oldest =
            MST_LIST_ITEM(resolver->asked.next, struct mst_dns_request, link);
        if (oldest->asked_ms > latest_ms)
            break;
        time_out(oldest);
    }
    ask_again(resolver);
    deliver(resolver);
}

static void adjust_handles(struct mst_resolver *resolver)
{
    if (!resolver->channel)
        return;
    const bool waiting = !mst_list_is_empty(&resolver->waiting);
    if (waiting && has_room(resolver))
        (void)uv_idle_start(&resolver->submitter, on_submitter);
    else
        (void)uv_idle_stop(&resolver->submitter);

    if (resolver->queries == 0 && mst_list_is_empty(&resolver->asked)) {
        (void)uv_timer_stop(&resolver->ticker);
    } else if (!uv_is_active((uv_handle_t *)&resolver->ticker)) {
        resolver->ticked_ms = 0;
        (void)uv_timer_start(&resolver->ticker, on_ticker, TICK_MS, TICK_MS);
    }
    if (waiting || !mst_list_is_empty(&resolver->asked))
        uv_ref((uv_handle_t *)&resolver->ticker);
    else
        uv_unref((uv_handle_t *)&resolver->ticker);
}

enum mst_status mst_resolver_new(uv_loop_t *loop, const struct mst_resolver_options *options,
                                 struct mst_resolver **ret_resolver, struct mst_error *error)
{
    struct mst_resolver *resolver = mst_alloc(1, sizeof *resolver);
    const enum mst_status status =
        mst_resolver_channel_new(loop, options, on_processed, resolver, &resolver->channel, error);
    if (status != MST_OK) {
        free(resolver);
        return status;
    }
    resolver->timeout_ms = options->timeout_ms;
    resolver->ask_a = options->ask_a;
    resolver->ask_aaaa = options->ask_aaaa;
    mst_list_init(&resolver->waiting);
    mst_list_init(&resolver->asked);
    mst_list_init(&resolver->ready);
    mst_list_init(&resolver->again);
    (void)uv_idle_init(loop, &resolver->submitter);
    (void)uv_timer_init(loop, &resolver->ticker);
    resolver->handles = 2;
    *ret_resolver = resolver;
    return MST_OK;
}

struct mst_dns_request *mst_resolver_ask(struct mst_resolver *resolver, const char *name,
                                         mst_resolved_fn *resolved, void *owner)
{
    const size_t size = strlen(name) + 1;
    struct mst_dns_request *request = mst_alloc(1, sizeof *request + size);
    request->resolver = resolver;
    request->references = 1;
    request->resolved = resolved;
    request->owner = owner;
    request->a.family = MST_FAMILY_IPV4;
    request->a.ended = on_a_ended;
    request->aaaa.family = MST_FAMILY_IPV6;
    request->aaaa.ended = on_aaaa_ended;
    memcpy(request->name, name, size);
    mst_list_init(&request->link);
    mst_list_init(&request->again);
    enter(request, WAITING);
    adjust_handles(resolver);
    return request;
}

static void abandon(struct mst_dns_request *request)
{
    enter(request, GONE);
    unreference(request);
}

void mst_dns_request_forget(struct mst_dns_request *request)
{
    struct mst_resolver *resolver = request->resolver;
    abandon(request);
    adjust_handles(resolver);
}

static void abandon_all(struct mst_list *list)
{
    struct mst_list *link;
    while ((link = mst_list_take_first(list)) != NULL)
        abandon(MST_LIST_ITEM(link, struct mst_dns_request, link));
}

static void on_closed(struct mst_resolver *resolver)
{
    if (--resolver->handles == 0)
        free(resolver);
}

static void on_submitter_closed(uv_handle_t *handle)
{
    on_closed(MST_CONTAINER_OF(handle, struct mst_resolver, submitter));
}

static void on_ticker_closed(uv_handle_t *handle)
{
    on_closed(MST_CONTAINER_OF(handle, struct mst_resolver, ticker));
}

void mst_resolver_close(struct mst_resolver *resolver)
{
    if (!resolver)
        return;
    abandon_all(&resolver->waiting);
    abandon_all(&resolver->asked);
    abandon_all(&resolver->ready);
    mst_resolver_channel_free(resolver->channel);
    resolver->channel = NULL;
    uv_close((uv_handle_t *)&resolver->submitter, on_submitter_closed);
    uv_close((uv_handle_t *)&resolver->ticker, on_ticker_closed);
}
