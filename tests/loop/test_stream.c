#include "net/stream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/buf.h"

enum { LARGE = 24 * 1024 * 1024, SMALL = 1000, LOG_MAX = 200, RESET_AFTER_MS = 20, PARTS = 4 };

/* What the peer does with a connection. */
enum manner { HOLD, REPEAT, GREET, CLOSE, RESET, RESET_ON_DATA, GREET_AND_CLOSE, NOBODY };

/* What the owner of the stream does, and when. It closes whenever the stream has failed. */
enum owner {
    LISTENS,
    CLOSES_AT_ONCE,
    CLOSES_WHEN_CONNECTED,
    CLOSES_WHEN_RECEIVED,
    SENDS_SMALL,
    SENDS_LARGE,
    SENDS_LARGE_AND_CLOSES,
    SENDS_WHEN_FAILED,
};

struct row {
    const char *title;
    enum manner manner;
    enum owner owner;
    const char *log; /* what happens to the stream, in order */
    enum mst_stage stage;
    enum mst_failure_code code;
    bool ipv6;
};

#define AT_CONNECT(id) MST_STAGE_CONNECT, MST_FAILURE_CODE_##id
#define AFTERWARDS(id) MST_STAGE_HANDSHAKE, MST_FAILURE_CODE_##id

static const struct row rows[] = {
    {"connects", HOLD, CLOSES_WHEN_CONNECTED, "connected closed"},
    {"connects over IPv6", HOLD, CLOSES_WHEN_CONNECTED, "connected closed", .ipv6 = true},
    {"is refused", NOBODY, LISTENS, "failed closed", AT_CONNECT(REFUSED)},
    {"is refused over IPv6", NOBODY, LISTENS, "failed closed", AT_CONNECT(REFUSED), true},
    {"is closed while it connects", HOLD, CLOSES_AT_ONCE, "closed"},
    {"is closed while it is being refused", NOBODY, CLOSES_AT_ONCE, "closed"},
    {"receives", GREET, CLOSES_WHEN_RECEIVED, "connected received closed"},
    {"receives, then the peer closes", GREET_AND_CLOSE, LISTENS, "connected received failed closed",
     AFTERWARDS(CLOSED)},
    {"the peer closes", CLOSE, LISTENS, "connected failed closed", AFTERWARDS(CLOSED)},
    {"the peer resets", RESET, LISTENS, "connected failed closed", AFTERWARDS(RESET)},
    {"the peer resets at the first bytes", RESET_ON_DATA, SENDS_SMALL, "connected failed closed",
     AFTERWARDS(RESET)},
    {"the peer resets in the midst of many", RESET_ON_DATA, SENDS_LARGE, "connected failed closed",
     AFTERWARDS(RESET)},
    {"sends to a peer that has reset", RESET, SENDS_WHEN_FAILED, "connected failed closed",
     AFTERWARDS(RESET)},
    {"a few bytes there and back", REPEAT, SENDS_SMALL, "connected received closed"},
    {"megabytes there and back", REPEAT, SENDS_LARGE, "connected received closed"},
    {"megabytes over IPv6", REPEAT, SENDS_LARGE, "connected received closed", .ipv6 = true},
    {"is closed before all is sent", HOLD, SENDS_LARGE_AND_CLOSES, "connected closed"},
};

struct scene {
    const struct row *row;
    uv_loop_t loop;
    uv_tcp_t listener, accepted;
    uv_timer_t later;
    bool listening;
    struct mst_endpoint endpoint;
    struct mst_stream stream;
    struct mst_stream_buffer buffer;
    struct mst_failure failure;
    char log[LOG_MAX];
    struct mst_buf sent, received;
};

static void note(struct scene *scene, const char *event)
{
    const size_t length = strlen(scene->log);
    const char *last = strrchr(scene->log, ' ');
    if (strcmp(last ? last + 1 : scene->log, event) == 0 && strcmp(event, "received") == 0)
        return;
    (void)snprintf(scene->log + length, LOG_MAX - length, "%s%s", length > 0 ? " " : "", event);
}

/* The peer */

struct reply {
    uv_write_t request;
    uint8_t bytes[];
};

static void on_replied(uv_write_t *request, int status)
{
    (void)status;
    free(MST_CONTAINER_OF(request, struct reply, request));
}

static void reply(struct scene *scene, const void *bytes, size_t length)
{
    struct reply *reply = malloc(sizeof *reply + length);
    assert_non_null(reply);
    memcpy(reply->bytes, bytes, length);
    const uv_buf_t buffer = uv_buf_init((char *)reply->bytes, (unsigned)length);
    assert_int_equal(
        uv_write(&reply->request, (uv_stream_t *)&scene->accepted, &buffer, 1, on_replied), 0);
}

static void close_accepted(struct scene *scene, bool reset)
{
    if (uv_is_closing((uv_handle_t *)&scene->accepted))
        return;
    if (reset)
        (void)uv_tcp_close_reset(&scene->accepted, NULL);
    else
        uv_close((uv_handle_t *)&scene->accepted, NULL);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[64 * 1024];
    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void on_peer_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct scene *scene = MST_CONTAINER_OF(stream, struct scene, accepted);
    if (length < 0)
        close_accepted(scene, false);
    else if (scene->row->manner == RESET_ON_DATA)
        close_accepted(scene, true);
    else if (length > 0)
        reply(scene, buffer->base, (size_t)length);
}

static void on_later(uv_timer_t *timer)
{
    close_accepted(MST_CONTAINER_OF(timer, struct scene, later), true);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct scene *scene = MST_CONTAINER_OF(listener, struct scene, listener);
    const enum manner manner = scene->row->manner;
    assert_int_equal(status, 0);
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&scene->accepted), 0);
    if (manner == GREET || manner == GREET_AND_CLOSE) {
        char text[] = "hello";
        uv_buf_t hello = uv_buf_init(text, 5);
        assert_int_equal(uv_try_write((uv_stream_t *)&scene->accepted, &hello, 1), 5);
    }
    if (manner == CLOSE || manner == GREET_AND_CLOSE)
        close_accepted(scene, false);
    if (manner == RESET) /* not before the other side knows that it is connected */
        (void)uv_timer_start(&scene->later, on_later, RESET_AFTER_MS, 0);
    if (manner == REPEAT || manner == RESET_ON_DATA)
        (void)uv_read_start((uv_stream_t *)&scene->accepted, on_allocate, on_peer_read);
}

/* The owner */

static void send_bytes(struct scene *scene, size_t length)
{
    struct mst_failure failure;
    uint8_t *bytes = malloc(length);
    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(i * 31 >> 8 ^ i);
    assert_true(mst_buf_append(&scene->sent, bytes, length));
    /* In parts, so that one comes while another still waits. */
    for (size_t at = 0; at < length; at += length / PARTS)
        assert_true(mst_stream_send(&scene->stream, bytes + at, length / PARTS, &failure));
    assert_true(mst_stream_send(&scene->stream, bytes, 0, &failure));
    free(bytes);
}

static void on_connected(struct mst_stream *stream)
{
    struct scene *scene = MST_CONTAINER_OF(stream, struct scene, stream);
    const enum owner owner = scene->row->owner;
    note(scene, "connected");
    assert_true(stream->connected);
    if (owner == SENDS_SMALL)
        send_bytes(scene, SMALL);
    if (owner == SENDS_LARGE || owner == SENDS_LARGE_AND_CLOSES)
        send_bytes(scene, LARGE);
    if (owner == CLOSES_WHEN_CONNECTED || owner == SENDS_LARGE_AND_CLOSES)
        mst_stream_close(stream);
}

static void on_received(struct mst_stream *stream, const uint8_t *bytes, size_t length)
{
    struct scene *scene = MST_CONTAINER_OF(stream, struct scene, stream);
    note(scene, "received");
    assert_true(mst_buf_append(&scene->received, bytes, length));
    const bool all = scene->sent.length > 0 && scene->received.length == scene->sent.length;
    if (scene->row->owner == CLOSES_WHEN_RECEIVED || all)
        mst_stream_close(stream);
}

static void on_failed(struct mst_stream *stream, const struct mst_failure *failure)
{
    struct scene *scene = MST_CONTAINER_OF(stream, struct scene, stream);
    note(scene, "failed");
    scene->failure = *failure;
    if (scene->row->owner == SENDS_WHEN_FAILED) {
        struct mst_failure broken = {0};
        assert_false(mst_stream_send(stream, (const uint8_t *)"x", 1, &broken));
        assert_int_equal(broken.stage, MST_STAGE_HANDSHAKE);
        assert_int_equal(broken.code, MST_FAILURE_CODE_RESET);
    }
    mst_stream_close(stream);
}

static void on_closed(struct mst_stream *stream)
{
    struct scene *scene = MST_CONTAINER_OF(stream, struct scene, stream);
    note(scene, "closed");
    memset(stream, 0xa5, sizeof *stream); /* the memory is ours again */
    if (scene->listening && !uv_is_closing((uv_handle_t *)&scene->listener))
        uv_close((uv_handle_t *)&scene->listener, NULL);
    close_accepted(scene, false);
}

static const struct mst_stream_events events = {on_connected, on_received, on_failed, on_closed};

/* Binds the listener; false when this machine has no such address. Who is bound without listening
 * keeps the port and refuses. */
static bool scene_start(struct scene *scene, const struct row *row)
{
    enum { BACKLOG = 8 };
    struct sockaddr_storage address;
    int length = sizeof address;
    scene->row = row;
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    assert_int_equal(uv_tcp_init(&scene->loop, &scene->listener), 0);
    assert_int_equal(uv_tcp_init(&scene->loop, &scene->accepted), 0);
    assert_int_equal(uv_timer_init(&scene->loop, &scene->later), 0);
    mst_buf_init(&scene->sent, LARGE);
    mst_buf_init(&scene->received, LARGE);
    scene->listening = true;
    if (row->ipv6)
        (void)uv_ip6_addr("::1", 0, (struct sockaddr_in6 *)&address);
    else
        (void)uv_ip4_addr("127.0.0.1", 0, (struct sockaddr_in *)&address);
    if (uv_tcp_bind(&scene->listener, (struct sockaddr *)&address, 0) != 0 ||
        uv_tcp_getsockname(&scene->listener, (struct sockaddr *)&address, &length) != 0)
        return false;
    if (row->manner != NOBODY)
        assert_int_equal(uv_listen((uv_stream_t *)&scene->listener, BACKLOG, on_connection), 0);
    scene->endpoint.port = ntohs(row->ipv6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                           : ((struct sockaddr_in *)&address)->sin_port);
    return mst_address_parse(row->ipv6 ? "::1" : "127.0.0.1", &scene->endpoint.address);
}

static void scene_end(struct scene *scene)
{
    if (!uv_is_closing((uv_handle_t *)&scene->listener))
        uv_close((uv_handle_t *)&scene->listener, NULL);
    close_accepted(scene, false);
    uv_close((uv_handle_t *)&scene->later, NULL);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    mst_buf_release(&scene->sent);
    mst_buf_release(&scene->received);
    free(scene);
}

static struct scene *scene_new(void)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    return scene;
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct scene *scene = scene_new();
    if (!scene_start(scene, row)) {
        scene_end(scene);
        skip();
        return;
    }
    bool needs_close = false;
    struct mst_failure failure;
    assert_true(mst_stream_open(&scene->stream, &scene->loop, &scene->buffer, &scene->endpoint,
                                &events, &needs_close, &failure));
    assert_true(needs_close);
    assert_string_equal(scene->log, "");
    if (row->owner == CLOSES_AT_ONCE) {
        mst_stream_close(&scene->stream);
        assert_string_equal(scene->log, "");
    }
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_string_equal(scene->log, row->log);
    assert_int_equal(scene->failure.stage, row->stage);
    assert_int_equal(scene->failure.code, row->code);
    assert_int_equal(scene->failure.detail[0] != '\0', row->stage != MST_STAGE_NONE);
    if (row->manner == REPEAT) {
        assert_int_equal(scene->received.length, scene->sent.length);
        assert_memory_equal(scene->received.data, scene->sent.data, scene->sent.length);
    }
    scene_end(scene);
}

/* A connection that stood and was reset before the loop came to see it was still one that stood. */
static void test_reset_before_the_loop_turns(void **state)
{
    static const struct row row = {"", HOLD, LISTENS, "failed closed"};
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)state;
    struct scene *scene = scene_new();
    assert_true(scene_start(scene, &row));
    bool needs_close = false;
    struct mst_failure failure = {0};
    assert_true(mst_stream_open(&scene->stream, &scene->loop, &scene->buffer, &scene->endpoint,
                                &events, &needs_close, &failure));
    uv_os_fd_t listener = -1;
    assert_int_equal(uv_fileno((uv_handle_t *)&scene->listener, &listener), 0);
    const int accepted = accept(listener, NULL, NULL);
    assert_true(accepted >= 0);
    assert_int_equal(setsockopt(accepted, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    (void)close(accepted);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_string_equal(scene->log, row.log);
    assert_int_equal(scene->failure.stage, MST_STAGE_HANDSHAKE);
    assert_int_equal(scene->failure.code, MST_FAILURE_CODE_RESET);
    scene_end(scene);
}

/* No descriptor left: said at once, and the handle must still be closed. */
static void test_no_descriptor(void **state)
{
    static const struct row row = {"", HOLD, LISTENS, "closed"};
    (void)state;
    struct scene *scene = scene_new();
    assert_true(scene_start(scene, &row));
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(next >= 0);
    (void)close(next);
    const struct rlimit none = {.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool needs_close = false;
    struct mst_failure failure = {0};
    const bool opened = mst_stream_open(&scene->stream, &scene->loop, &scene->buffer,
                                        &scene->endpoint, &events, &needs_close, &failure);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(opened);
    assert_int_equal(failure.stage, MST_STAGE_CONNECT);
    assert_int_equal(failure.code, MST_FAILURE_CODE_LOCAL_LIMIT);
    assert_true(needs_close);
    mst_stream_close(&scene->stream);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_string_equal(scene->log, "closed");
    scene_end(scene);
}

int main(void)
{
    struct CMUnitTest tests[MST_COUNT_OF(rows) + 2] = {
        cmocka_unit_test(test_no_descriptor), cmocka_unit_test(test_reset_before_the_loop_turns)};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        tests[i + 2] = (struct CMUnitTest){.name = rows[i].title,
                                           .test_func = test_row,
                                           .initial_state = (void *)(uintptr_t)&rows[i]};
    (void)signal(SIGPIPE, SIG_IGN);
    return _cmocka_run_group_tests("stream", tests, MST_COUNT_OF(tests), NULL, NULL);
}
