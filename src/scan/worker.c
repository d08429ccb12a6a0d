#include "scan/worker.h"

#include <stdlib.h>
#include <uv.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/thread.h"
#include "scan/probe.h"

/* How many targets are started in one turn of the loop, so that answers are read in between. */
enum { STARTS_PER_TURN = 64 };

struct mst_worker {
    struct mst_worker_options options;
    struct mst_probe_world world;
    struct mst_stream_buffer *buffer;
    uv_loop_t loop;
    pthread_t thread;
    bool loop_is_open, started;
    /* handles of the loop */
    uv_async_t wake;
    uv_prepare_t starter; /* each turn: starts what may be started */
    uv_idle_t hurry;      /* active while there is more to start at once: the loop must not sleep */
    uv_timer_t pause;     /* active while the pacer makes us wait */
    bool pausing, ending;
    struct mst_target *held; /* taken from the source, waiting for its turn */
    /* the slab: probes that were never used lie behind `used`, used and idle ones in `idle` */
    struct mst_probe *probes;
    uint32_t used, in_flight;
    struct mst_list idle;
};

static void probe_done(struct mst_probe *probe)
{
    struct mst_worker *worker = probe->world->owner;
    const size_t connections = probe->evidence.connection_count;
    if (connections > 1)
        worker->options.began_more(worker->options.context, (unsigned)connections - 1);
    worker->options.accept(worker->options.context, &probe->evidence);
    mst_list_append(&worker->idle, &probe->link);
    worker->in_flight--;
}

static struct mst_probe *take_probe(struct mst_worker *worker)
{
    struct mst_list *link = mst_list_take_first(&worker->idle);
    if (link)
        return MST_LIST_ITEM(link, struct mst_probe, link);
    struct mst_probe *probe = &worker->probes[worker->used++];
    mst_probe_init(probe, &worker->world);
    return probe;
}

/* What needs no probe, since its evidence is complete: a line that is no target, a target that will
 * not be tried any more. */
static void accept_untried(struct mst_worker *worker, struct mst_target *target,
                           const struct mst_failure *failure)
{
    struct mst_evidence evidence = {
        .target = target, .started_ms = mst_clock_wall_ms(), .failure = *failure};
    worker->options.started(worker->options.context);
    worker->options.accept(worker->options.context, &evidence);
}

static void begin(struct mst_worker *worker, struct mst_target *target)
{
    if (target->invalid.stage != MST_STAGE_NONE) {
        accept_untried(worker, target, &target->invalid);
        return;
    }
    worker->options.started(worker->options.context);
    worker->in_flight++;
    mst_probe_start(take_probe(worker), target);
}

static void on_pause_over(uv_timer_t *timer)
{
    struct mst_worker *worker = timer->data;
    worker->pausing = false;
}

/* Whether one more may begin now; else the pause is armed. */
static bool pace_allows(struct mst_worker *worker)
{
    if (worker->pausing)
        return false;
    const int64_t wait_ms =
        worker->options.may_begin(worker->options.context, (int64_t)uv_now(&worker->loop));
    if (wait_ms == 0)
        return true;
    worker->pausing = true;
    (void)uv_timer_start(&worker->pause, on_pause_over, (uint64_t)wait_ms, 0);
    return false;
}

enum starting {
    STARTING_MORE,    /* there is more to start at once */
    STARTING_WAITS,   /* something will wake us */
    STARTING_IS_OVER, /* there is nothing more to start, ever */
};

/* Fetches the next target, so that the end of the list is known without waiting for a turn. */
static enum mst_source_next hold_next(struct mst_worker *worker)
{
    if (worker->held)
        return MST_SOURCE_TARGET;
    return worker->options.source->ops->next(worker->options.source, &worker->held);
}

/* A target that was taken has a record, also when its turn never came. */
static void give_up_held(struct mst_worker *worker)
{
    static const struct mst_failure interrupted = {.stage = MST_STAGE_INTERNAL,
                                                   .code = MST_FAILURE_CODE_INTERRUPTED};
    if (worker->held)
        accept_untried(worker, MST_STEAL(worker->held), &interrupted);
}

static enum starting start_one(struct mst_worker *worker)
{
    const enum mst_worker_pace pace = worker->options.pace(worker->options.context);
    if (pace == MST_WORKER_FINISH || pace == MST_WORKER_ABORT) {
        give_up_held(worker);
        return STARTING_IS_OVER;
    }
    if (pace == MST_WORKER_HOLD || worker->in_flight >= worker->options.concurrency)
        return STARTING_WAITS;
    const enum mst_source_next next = hold_next(worker);
    if (next != MST_SOURCE_TARGET)
        return next == MST_SOURCE_LATER ? STARTING_WAITS : STARTING_IS_OVER;
    if (worker->held->invalid.stage == MST_STAGE_NONE && !pace_allows(worker))
        return STARTING_WAITS;
    begin(worker, MST_STEAL(worker->held));
    return STARTING_MORE;
}

static void close_handles(struct mst_worker *worker)
{
    if (worker->ending)
        return;
    worker->ending = true;
    for (uint32_t i = 0; i < worker->used; i++)
        mst_probe_stop(&worker->probes[i]);
    mst_resolver_close(worker->world.resolver);
    worker->world.resolver = NULL;
    uv_unref((uv_handle_t *)&worker->wake); /* others may still call it: closed by the free */
    uv_close((uv_handle_t *)&worker->starter, NULL);
    uv_close((uv_handle_t *)&worker->hurry, NULL);
    uv_close((uv_handle_t *)&worker->pause, NULL);
}

static void abort_all(struct mst_worker *worker)
{
    for (uint32_t i = 0; i < worker->used; i++)
        mst_probe_abort(&worker->probes[i]);
}

static void on_hurry(uv_idle_t *idle)
{
    (void)idle;
}

static void on_turn(uv_prepare_t *prepare)
{
    struct mst_worker *worker = prepare->data;
    enum starting starting = STARTING_MORE;
    for (unsigned i = 0; i < STARTS_PER_TURN && starting == STARTING_MORE; i++)
        starting = start_one(worker);
    if (starting == STARTING_MORE)
        (void)uv_idle_start(&worker->hurry, on_hurry);
    else
        (void)uv_idle_stop(&worker->hurry);
    if (starting != STARTING_IS_OVER)
        return;
    if (worker->in_flight == 0)
        close_handles(worker);
    else if (worker->options.pace(worker->options.context) == MST_WORKER_ABORT)
        abort_all(worker);
}

static void on_wake(uv_async_t *wake)
{
    (void)wake;
}

static void *run(void *argument)
{
    struct mst_worker *worker = argument;
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
    worker->options.ended(worker->options.context);
    return NULL;
}

static enum mst_status open_loop(struct mst_worker *worker, struct mst_error *error)
{
    const int result = uv_loop_init(&worker->loop);
    if (result != 0)
        return mst_error_set(error, MST_ERROR_RESOURCES, "cannot make an event loop: %s",
                             uv_strerror(result));
    worker->loop_is_open = true;
    if (uv_async_init(&worker->loop, &worker->wake, on_wake) != 0) {
        (void)uv_loop_close(&worker->loop);
        worker->loop_is_open = false;
        return mst_error_set(error, MST_ERROR_RESOURCES,
                             "cannot make an event loop: too many open files?");
    }
    (void)uv_prepare_init(&worker->loop, &worker->starter);
    (void)uv_idle_init(&worker->loop, &worker->hurry);
    (void)uv_timer_init(&worker->loop, &worker->pause);
    worker->wake.data = worker->starter.data = worker->pause.data = worker;
    (void)uv_prepare_start(&worker->starter, on_turn);
    return MST_OK;
}

static void fill_world(struct mst_worker *worker)
{
    const struct mst_worker_options *options = &worker->options;
    worker->world.loop = &worker->loop;
    worker->world.buffer = worker->buffer;
    worker->world.rules = options->rules;
    worker->world.connect_timeout_ms = options->connect_timeout_ms;
    worker->world.handshake_timeout_ms = options->handshake_timeout_ms;
    worker->world.timeout_ms = options->timeout_ms;
    worker->world.done = probe_done;
    worker->world.owner = worker;
}

/* A system that names no resolver is no reason not to scan addresses. */
static enum mst_status open_resolver(struct mst_worker *worker, struct mst_error *error)
{
    const enum mst_status status =
        mst_resolver_new(&worker->loop, &worker->options.resolver, &worker->world.resolver, error);
    return status == MST_ERROR_RESOLVER && worker->options.resolver.server_count == 0 ? MST_OK
                                                                                      : status;
}

static void free_worker(struct mst_worker **worker)
{
    (void)mst_worker_free(*worker);
}

enum mst_status mst_worker_new(const struct mst_worker_options *options,
                               struct mst_worker **ret_worker, struct mst_error *error)
{
    struct mst_worker *worker MST_CLEANUP(free_worker) = mst_alloc(1, sizeof *worker);
    worker->options = *options;
    worker->buffer = mst_alloc(1, sizeof *worker->buffer);
    worker->probes = mst_alloc(options->concurrency, sizeof *worker->probes);
    mst_list_init(&worker->idle);
    fill_world(worker);
    enum mst_status status = open_loop(worker, error);
    if (status == MST_OK)
        status = mst_tls_context_new(options->tls_version, &worker->world.tls, error);
    if (status == MST_OK)
        status = open_resolver(worker, error);
    if (status != MST_OK)
        return status;
    *ret_worker = MST_STEAL(worker);
    return MST_OK;
}

enum mst_status mst_worker_start(struct mst_worker *worker, struct mst_error *error)
{
    if (!mst_thread_start(&worker->thread, run, worker))
        return mst_error_set(error, MST_ERROR_RESOURCES,
                             "cannot start a thread: use fewer --threads");
    worker->started = true;
    return MST_OK;
}

void mst_worker_wake(struct mst_worker *worker)
{
    (void)uv_async_send(&worker->wake);
}

void mst_worker_join(struct mst_worker *worker)
{
    if (worker->started)
        (void)pthread_join(worker->thread, NULL);
    worker->started = false;
}

static void count_handle(uv_handle_t *handle, void *argument)
{
    (void)handle;
    (*(unsigned *)argument)++;
}

unsigned mst_worker_free(struct mst_worker *worker)
{
    if (!worker)
        return 0;
    unsigned left_open = 0;
    if (worker->loop_is_open) {
        close_handles(worker);
        uv_close((uv_handle_t *)&worker->wake, NULL);
        (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
        uv_walk(&worker->loop, count_handle, &left_open);
        (void)uv_loop_close(&worker->loop);
    }
    mst_target_free(worker->held);
    mst_tls_context_free(worker->world.tls);
    free(worker->probes);
    free(worker->buffer);
    free(worker);
    return left_open;
}
