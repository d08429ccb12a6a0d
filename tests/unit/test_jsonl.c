#include "output/jsonl.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "output/record.h"
#include "unit/sample_finding.h"
#include "unit/wakes.h"

enum { MIB = 1024 * 1024 };

static struct mst_sink *new_jsonl(int fd)
{
    atomic_store(&wakes, 0);
    const struct mst_jsonl_options options = {
        .fd = fd, .name = "out.jsonl", .wake.wake = count_wake};
    struct mst_sink *sink = NULL;
    struct mst_error error = {0};
    assert_int_equal(mst_jsonl_new(&options, &sink, &error), MST_OK);
    return sink;
}

static void wait_for_state(struct mst_sink *sink, enum mst_sink_state state)
{
    const int64_t give_up_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    while (sink->ops->state(sink) != state && mst_clock_monotonic_ms() < give_up_ms)
        nap();
    assert_int_equal(sink->ops->state(sink), state);
}

/* A finding whose line is longer than `length`. */
static void sample_of_length(struct sample *sample, size_t length)
{
    sample_examined(sample);
    char *url = mst_alloc(length + 1, 1);
    memset(url, 'u', length);
    mst_texts_add(&sample->finding.connections[0].certificate.crl_urls, url);
    free(url);
}

static size_t line_length(const struct sample *sample)
{
    size_t length = 0;
    free(mst_record_line(&sample->finding, false, &length));
    return length;
}

/* A file that has no name any more. */
static int scratch_file(void)
{
    char path[] = "/tmp/mst-jsonl-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)unlink(path);
    return fd;
}

/* Whether `bytes` is `count` times the line of the sample. */
static void expect_lines(const char *bytes, size_t length, const struct sample *sample,
                         size_t count)
{
    size_t step = 0;
    char *line = mst_record_line(&sample->finding, false, &step);
    assert_int_equal(length, count * step);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(bytes + i * step, line, step);
    free(line);
}

static char *read_file(int fd, size_t *ret_length)
{
    const off_t length = lseek(fd, 0, SEEK_END);
    char *bytes = mst_alloc((size_t)length + 1, 1);
    assert_int_equal(pread(fd, bytes, (size_t)length, 0), length);
    *ret_length = (size_t)length;
    return bytes;
}

static void test_file(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    const int fd = scratch_file();
    struct mst_sink *sink = new_jsonl(dup(fd));
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < COUNT; i++)
        sink->ops->accept(sink, &sample.finding);
    struct mst_error error = {0};
    assert_int_equal(sink->ops->finish(sink, false, &error), MST_OK);
    assert_int_equal(mst_jsonl_written(sink), COUNT);
    sink->ops->free(sink);
    size_t length = 0;
    char *bytes = read_file(fd, &length);
    expect_lines(bytes, length, &sample, COUNT);
    free(bytes);
    (void)close(fd);
    sample_release(&sample);
}

/* Several threads on one sink: every line whole, none lost. */
enum { WRITERS = 3, EACH = 500 };

static void *run_writer(void *context)
{
    struct mst_sink *sink = context;
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < EACH; i++)
        sink->ops->accept(sink, &sample.finding);
    sample_release(&sample);
    return NULL;
}

static void test_many_threads(void **state)
{
    (void)state;
    const int fd = scratch_file();
    struct mst_sink *sink = new_jsonl(dup(fd));
    pthread_t threads[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_writer, sink), 0);
    for (size_t i = 0; i < WRITERS; i++)
        (void)pthread_join(threads[i], NULL);
    assert_int_equal(sink->ops->finish(sink, false, NULL), MST_OK);
    sink->ops->free(sink);
    struct sample sample;
    sample_examined(&sample);
    size_t length = 0;
    char *bytes = read_file(fd, &length);
    expect_lines(bytes, length, &sample, (size_t)WRITERS * EACH);
    free(bytes);
    (void)close(fd);
    sample_release(&sample);
}

static void expect_failure(struct mst_sink *sink, const char *text)
{
    wait_for_state(sink, MST_SINK_FAILED);
    const int64_t give_up_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(&wakes) == 0 && mst_clock_monotonic_ms() < give_up_ms)
        nap();
    assert_int_equal(atomic_load(&wakes), 1);
    struct sample sample;
    sample_examined(&sample);
    sink->ops->accept(sink, &sample.finding);
    sample_release(&sample);
    struct mst_error error = {0};
    assert_int_equal(sink->ops->finish(sink, false, &error), MST_ERROR_OUTPUT);
    assert_int_equal(error.status, MST_ERROR_OUTPUT);
    assert_string_equal(error.text, text);
    sink->ops->free(sink);
}

static void test_full_device(void **state)
{
    (void)state;
    struct mst_sink *sink = new_jsonl(open("/dev/full", O_WRONLY | O_CLOEXEC));
    struct sample sample;
    sample_examined(&sample);
    sink->ops->accept(sink, &sample.finding);
    expect_failure(sink, "cannot write to 'out.jsonl': No space left on device; "
                         "0 whole records are there");
    sample_release(&sample);
}

static void test_closed_pipe(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    (void)close(fds[0]);
    struct mst_sink *sink = new_jsonl(fds[1]);
    struct sample sample;
    sample_examined(&sample);
    sink->ops->accept(sink, &sample.finding);
    expect_failure(sink, "cannot write to 'out.jsonl': Broken pipe; 0 whole records are there");
    sample_release(&sample);
}

static void test_bad_descriptor(void **state)
{
    (void)state;
    struct mst_sink *sink = new_jsonl(open("/dev/null", O_RDONLY | O_CLOEXEC));
    struct sample sample;
    sample_examined(&sample);
    sink->ops->accept(sink, &sample.finding);
    expect_failure(sink,
                   "cannot write to 'out.jsonl': Bad file descriptor; 0 whole records are there");
    sample_release(&sample);
}

/* The file ends in the middle of the third line: it is cut back to two, for both ways of opening.
 */
static void test_file_that_can_grow_no_more(void **state)
{
    (void)state;
    static const int flags[] = {0, O_APPEND};
    struct sample sample;
    sample_examined(&sample);
    const size_t step = line_length(&sample);
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (size_t i = 0; i < MST_COUNT_OF(flags); i++) {
        const int fd = scratch_file();
        assert_int_equal(fcntl(fd, F_SETFL, flags[i]), 0);
        struct mst_sink *sink = new_jsonl(dup(fd));
        const struct rlimit limit = {.rlim_cur = 2 * step + step / 2, .rlim_max = before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        for (int j = 0; j < 5; j++)
            sink->ops->accept(sink, &sample.finding);
        expect_failure(sink,
                       "cannot write to 'out.jsonl': File too large; 2 whole records are there");
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        size_t length = 0;
        char *bytes = read_file(fd, &length);
        expect_lines(bytes, length, &sample, 2);
        free(bytes);
        (void)close(fd);
    }
    sample_release(&sample);
}

/* Reads everything until the end, in a thread. */
struct reader {
    pthread_t thread;
    int fd;
    char *bytes;
    size_t length;
};

static void *run_reader(void *context)
{
    struct reader *reader = context;
    FILE *out = open_memstream(&reader->bytes, &reader->length);
    char piece[4096];
    for (ssize_t count = 0; (count = read(reader->fd, piece, sizeof piece)) > 0;)
        assert_int_equal(fwrite(piece, 1, (size_t)count, out), (size_t)count);
    (void)fclose(out);
    return NULL;
}

/* Pipes and sockets, blocking or not: a consumer that does not read fills the queue; when it reads,
 * there is room again, and at the end it has every line. */
struct channel {
    bool socket, nonblocking;
};

static const struct channel channels[] = {
    {false, false}, {false, true}, {true, false}, {true, true}};

static void open_channel(const struct channel *row, int fds[2])
{
    if (row->socket)
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    else
        assert_int_equal(pipe(fds), 0);
    if (row->nonblocking)
        assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
}

static void test_slow_consumer(void **state)
{
    (void)state;
    enum { LONG = 9000 };
    struct sample sample;
    sample_of_length(&sample, LONG);
    for (size_t i = 0; i < MST_COUNT_OF(channels); i++) {
        int fds[2];
        open_channel(&channels[i], fds);
        struct mst_sink *sink = new_jsonl(fds[1]);
        size_t count = 0;
        while (sink->ops->state(sink) == MST_SINK_OPEN && count < 10000) {
            sink->ops->accept(sink, &sample.finding);
            count++;
        }
        assert_int_equal(sink->ops->state(sink), MST_SINK_FULL);
        assert_true(count * LONG > 3 * MIB && count * LONG < 6 * MIB);
        sink->ops->accept(sink, &sample.finding);
        count++;
        assert_int_equal(atomic_load(&wakes), 0);

        struct reader reader = {.fd = fds[0]};
        assert_int_equal(pthread_create(&reader.thread, NULL, run_reader, &reader), 0);
        wait_for_state(sink, MST_SINK_OPEN);
        assert_int_equal(sink->ops->finish(sink, false, NULL), MST_OK);
        assert_int_equal(atomic_load(&wakes), 1);
        assert_int_equal(mst_jsonl_written(sink), count);
        sink->ops->free(sink);
        (void)pthread_join(reader.thread, NULL);
        expect_lines(reader.bytes, reader.length, &sample, count);
        free(reader.bytes);
        (void)close(fds[0]);
    }
    sample_release(&sample);
}

/* Nobody reads: `finish` at once gives up after its patience. What is in a pipe then is whole
 * lines; a socket may hold a part of one more. */
static void test_at_once_without_a_reader(void **state)
{
    (void)state;
    struct sample sample;
    sample_unresolved(&sample);
    const size_t step = line_length(&sample);
    assert_true(step < 4096);
    for (size_t i = 0; i < MST_COUNT_OF(channels); i++) {
        int fds[2];
        open_channel(&channels[i], fds);
        struct mst_sink *sink = new_jsonl(fds[1]);
        for (size_t j = 0; j < 2 * MIB / step; j++)
            sink->ops->accept(sink, &sample.finding);
        const int64_t before_ms = mst_clock_monotonic_ms();
        struct mst_error error = {0};
        assert_int_equal(sink->ops->finish(sink, true, &error), MST_ERROR_OUTPUT);
        const int64_t took_ms = mst_clock_monotonic_ms() - before_ms;
        assert_true(took_ms >= 1500 && took_ms < 10000);
        assert_non_null(
            strstr(error.text, "cannot write to 'out.jsonl': its reader does not read; "));
        const uint64_t written = mst_jsonl_written(sink);
        assert_true(written > 0);
        sink->ops->free(sink);
        struct reader reader = {.fd = fds[0]};
        (void)run_reader(&reader);
        const size_t begun = channels[i].socket ? reader.length % step : 0;
        expect_lines(reader.bytes, reader.length - begun, &sample, written);
        free(reader.bytes);
        (void)close(fds[0]);
    }
    sample_release(&sample);
}

/* With a reader, `finish` at once writes everything. */
static void test_at_once_with_a_reader(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct mst_sink *sink = new_jsonl(fds[1]);
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < COUNT; i++)
        sink->ops->accept(sink, &sample.finding);
    struct reader reader = {.fd = fds[0]};
    assert_int_equal(pthread_create(&reader.thread, NULL, run_reader, &reader), 0);
    assert_int_equal(sink->ops->finish(sink, true, NULL), MST_OK);
    sink->ops->free(sink);
    (void)pthread_join(reader.thread, NULL);
    expect_lines(reader.bytes, reader.length, &sample, COUNT);
    free(reader.bytes);
    (void)close(fds[0]);
    sample_release(&sample);
}

/* Draining is not done while nobody reads, and told once everything is out. */
static void test_drain(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct mst_sink *sink = new_jsonl(fds[1]);
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < COUNT; i++)
        sink->ops->accept(sink, &sample.finding);
    assert_false(sink->ops->drain(sink));
    assert_int_equal(atomic_load(&wakes), 0);
    struct reader reader = {.fd = fds[0]};
    assert_int_equal(pthread_create(&reader.thread, NULL, run_reader, &reader), 0);
    const int64_t give_up_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(&wakes) == 0 && mst_clock_monotonic_ms() < give_up_ms)
        nap();
    assert_int_equal(atomic_load(&wakes), 1);
    assert_true(sink->ops->drain(sink));
    assert_int_equal(mst_jsonl_written(sink), COUNT);
    assert_int_equal(sink->ops->finish(sink, false, NULL), MST_OK);
    sink->ops->free(sink);
    (void)pthread_join(reader.thread, NULL);
    free(reader.bytes);
    (void)close(fds[0]);
    sample_release(&sample);
}

static void test_nothing_to_write(void **state)
{
    (void)state;
    const int fd = scratch_file();
    struct mst_sink *sink = new_jsonl(dup(fd));
    assert_int_equal(sink->ops->finish(sink, false, NULL), MST_OK);
    sink->ops->free(sink);
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    sink = new_jsonl(dup(fd));
    sink->ops->free(sink);
    (void)close(fd);
}

/* A line is out before the next one comes: whoever reads along sees it at once. */
static void test_lines_are_not_held_back(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct mst_sink *sink = new_jsonl(fds[1]);
    struct sample sample;
    sample_examined(&sample);
    for (int i = 0; i < 3; i++) {
        sink->ops->accept(sink, &sample.finding);
        struct pollfd readable = {.fd = fds[0], .events = POLLIN};
        assert_int_equal(poll(&readable, 1, PATIENCE_MS), 1);
        char bytes[8192];
        const ssize_t count = read(fds[0], bytes, sizeof bytes);
        assert_true(count > 0);
        expect_lines(bytes, (size_t)count, &sample, 1);
    }
    assert_int_equal(sink->ops->finish(sink, false, NULL), MST_OK);
    sink->ops->free(sink);
    (void)close(fds[0]);
    sample_release(&sample);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_many_threads),
        cmocka_unit_test(test_full_device),
        cmocka_unit_test(test_closed_pipe),
        cmocka_unit_test(test_bad_descriptor),
        cmocka_unit_test(test_file_that_can_grow_no_more),
        cmocka_unit_test(test_slow_consumer),
        cmocka_unit_test(test_at_once_without_a_reader),
        cmocka_unit_test(test_at_once_with_a_reader),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_nothing_to_write),
        cmocka_unit_test(test_lines_are_not_held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
