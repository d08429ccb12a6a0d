#include "loop/resolver_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { TICK_MS = 10, NS_PER_MS = 1000000 };

static void on_tick(uv_timer_t *ticker)
{
    struct world *world = ticker->data;
    const uint64_t now_ns = uv_hrtime();
    const int64_t late_ms = (int64_t)((now_ns - world->ticked_ns) / NS_PER_MS) - TICK_MS;
    world->ticked_ns = now_ns;
    if (late_ms > 0)
        world->late_ms += late_ms;
}

void world_start(struct world *world)
{
    memset(world, 0, sizeof *world);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    (void)uv_timer_init(&world->loop, &world->ticker);
    world->ticker.data = world;
    world->ticked_ns = uv_hrtime();
    (void)uv_timer_start(&world->ticker, on_tick, TICK_MS, TICK_MS);
    uv_unref((uv_handle_t *)&world->ticker);
    dns_peer_start(&world->peer, &world->loop);
}

void world_resolve_with(struct world *world, const struct mst_endpoint *servers,
                        size_t server_count, int64_t timeout_ms, bool ask_a, bool ask_aaaa)
{
    const struct mst_resolver_options options = {
        .servers = servers,
        .server_count = server_count,
        .timeout_ms = timeout_ms,
        .ask_a = ask_a,
        .ask_aaaa = ask_aaaa,
    };
    struct mst_error error;
    assert_int_equal(mst_resolver_new(&world->loop, &options, &world->resolver, &error), MST_OK);
}

void world_open(struct world *world, int64_t timeout_ms)
{
    world_start(world);
    world_resolve_with(world, &world->peer.endpoint, 1, timeout_ms, true, true);
}

void world_close(struct world *world)
{
    mst_resolver_close(world->resolver);
    uv_close((uv_handle_t *)&world->ticker, NULL);
    dns_peer_stop(&world->peer);
    assert_int_equal(uv_run(&world->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&world->loop), 0);
}

static void on_resolved(void *owner, const struct mst_dns_result *result)
{
    struct inquiry *inquiry = owner;
    inquiry->calls++;
    inquiry->request = NULL;
    inquiry->result = *result;
    if (inquiry->then)
        inquiry->then(inquiry);
}

void ask(struct world *world, struct inquiry *inquiry, const char *name)
{
    inquiry->world = world;
    inquiry->request = mst_resolver_ask(world->resolver, name, on_resolved, inquiry);
    assert_non_null(inquiry->request);
    assert_int_equal(inquiry->calls, 0);
}

void ask_numbered(struct world *world, struct inquiry *inquiry, const char *script, unsigned number)
{
    MST_AUTO_FREE char *name = mst_format("%s-%u.test", script, number);
    ask(world, inquiry, name);
}

void run(struct world *world)
{
    (void)uv_run(&world->loop, UV_RUN_DEFAULT);
}

void run_until_asked(struct world *world, unsigned udp_questions)
{
    while (world->peer.udp_questions < udp_questions)
        assert_int_not_equal(uv_run(&world->loop, UV_RUN_ONCE), 0);
}

void check_answer(const struct mst_dns_answer *answer, enum mst_dns_status status, size_t count,
                  enum mst_family family)
{
    assert_string_equal(mst_dns_status_word(answer->status)->text,
                        mst_dns_status_word(status)->text);
    assert_int_equal(answer->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(answer->addresses[i].family, family);
}
