#include "input/feed.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "unit/wakes.h"

enum { PORT = 443, AHEAD = 8 };

static struct mst_feed_options options_for(const char *const *paths, size_t count)
{
    atomic_store(&wakes, 0);
    return (struct mst_feed_options){
        .paths = paths,
        .path_count = count,
        .default_port = PORT,
        .ahead = AHEAD,
        .wake.wake = count_wake,
    };
}

static struct mst_source *new_feed(const struct mst_feed_options *options)
{
    struct mst_source *source = NULL;
    struct mst_error error = {0};
    if (mst_feed_new(options, &source, &error) != MST_OK)
        fail_msg("%s", error.text);
    return source;
}

/* The next target or NULL at the end; waits as a worker would, by asking again after LATER. */
static struct mst_target *next_target(struct mst_source *source)
{
    const int64_t give_up_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    while (mst_clock_monotonic_ms() < give_up_ms) {
        struct mst_target *target = NULL;
        switch (source->ops->next(source, &target)) {
        case MST_SOURCE_TARGET:
            return target;
        case MST_SOURCE_END:
            return NULL;
        case MST_SOURCE_LATER:
            nap();
            break;
        }
    }
    fail_msg("the feed does not go on");
    return NULL;
}

static void expect_target(struct mst_source *source, uint64_t line, const char *host)
{
    struct mst_target *target = next_target(source);
    assert_non_null(target);
    assert_string_equal(target->host, host);
    assert_int_equal(target->line, line);
    mst_target_free(target);
}

static void expect_end(struct mst_source *source)
{
    assert_null(next_target(source));
    struct mst_error error = {0};
    assert_int_equal(source->ops->finish(source, &error), MST_OK);
    struct mst_target *target = NULL;
    assert_int_equal(source->ops->next(source, &target), MST_SOURCE_END);
    source->ops->free(source);
}

/* A file that is gone again when the test is over. */
struct scratch {
    char path[64];
};

/* Puts text in the middle of bytes, without its NUL. */
static void place(char *at, const char *text)
{
    for (; *text; text++)
        *at++ = *text;
}

static struct scratch scratch_file(const void *bytes, size_t length)
{
    struct scratch scratch = {.path = "/tmp/mst-feed-XXXXXX"};
    const int fd = mkstemp(scratch.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    assert_int_equal(close(fd), 0);
    return scratch;
}

/* What is read, as "LINE:host" pieces; invalid lines show their code. */
struct content {
    const char *bytes;
    size_t length; /* 0: the string's */
    uint64_t skip, limit;
    const char *read;
    uint64_t total;
};

static const struct content contents[] = {
    {"", 0, 0, 0, "", 0},
    {"\n\n# nothing\n \t\n", 0, 0, 0, "", 0},
    {"a.example\n", 0, 0, 0, "1:a.example ", 1},
    {"a.example", 0, 0, 0, "1:a.example ", 1},
    {"a.example\r\n\r\nb.example\r\n", 0, 0, 0, "1:a.example 3:b.example ", 2},
    {"a.example\r", 0, 0, 0, "1:a.example ", 1},
    {"\xef\xbb\xbf"
     "a.example\nb.example",
     0, 0, 0, "1:a.example 2:b.example ", 2},
    {"# list\n\na.example # first\n  b.example:8443\n", 0, 0, 0, "3:a.example 4:b.example ", 2},
    {"a.example\n..\nb.example\n", 0, 0, 0, "1:a.example 2:bad_host 3:b.example ", 3},
    {"a\0b\n\xff\xfe\nc.example\n", 17, 0, 0, "1:not_text 2:not_text 3:c.example ", 3},
    {"a.example\n\n# x\nb.example\nc.example\n", 0, 1, 0, "4:b.example 5:c.example ", 2},
    {"a.example\n\n# x\nb.example\nc.example\n", 0, 1, 1, "4:b.example ", 1},
    {"a.example\nb.example\nc.example\nd.example\n", 0, 1, 2, "2:b.example 3:c.example ", 2},
    {"a.example\n..\nc.example\n", 0, 0, 2, "1:a.example 2:bad_host ", 2},
    {"a.example\nb.example\n", 0, 5, 0, "", 0},
    {"a.example\nb.example\n", 0, 0, 5, "1:a.example 2:b.example ", 2},
};

static void append(FILE *out, const struct mst_target *target)
{
    (void)fprintf(out, "%llu:%s ", (unsigned long long)target->line,
                  target->invalid.stage ? mst_failure_code_word(target->invalid.code)->name
                                        : target->host);
}

static void wait_for_total(struct mst_source *source, uint64_t total)
{
    const int64_t give_up_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    while (source->ops->total(source) != total && mst_clock_monotonic_ms() < give_up_ms)
        nap();
    assert_int_equal(source->ops->total(source), total);
}

static void test_contents(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(contents); i++) {
        const struct content *row = &contents[i];
        const size_t length = row->length ? row->length : strlen(row->bytes);
        const struct scratch file = scratch_file(row->bytes, length);
        const char *const paths[] = {file.path};
        struct mst_feed_options options = options_for(paths, 1);
        options.skip = row->skip;
        options.limit = row->limit;
        struct mst_source *source = new_feed(&options);
        char *read = NULL;
        size_t read_length = 0;
        FILE *out = open_memstream(&read, &read_length);
        for (struct mst_target *target = NULL; (target = next_target(source));) {
            append(out, target);
            mst_target_free(target);
        }
        (void)fclose(out);
        assert_string_equal(read, row->read);
        free(read);
        wait_for_total(source, row->total);
        expect_end(source);
        assert_int_equal(unlink(file.path), 0);
    }
}

static void test_lines_are_numbered_through_all_files(void **state)
{
    (void)state;
    const struct scratch first = scratch_file("a.example\n# x\nb.example", 23);
    const struct scratch second = scratch_file("\xef\xbb\xbf"
                                               "c.example\n",
                                               13);
    const char *const paths[] = {first.path, second.path, first.path};
    struct mst_feed_options options = options_for(paths, 3);
    struct mst_source *source = new_feed(&options);
    expect_target(source, 1, "a.example");
    expect_target(source, 3, "b.example");
    expect_target(source, 4, "c.example");
    expect_target(source, 5, "a.example");
    expect_target(source, 7, "b.example");
    wait_for_total(source, 5);
    expect_end(source);
    (void)unlink(first.path);
    (void)unlink(second.path);
}

static void test_what_cannot_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"/nonexistent/list",
         "cannot read targets from '/nonexistent/list': No such file or directory"},
        {"/tmp", "cannot read targets from '/tmp': Is a directory"},
    };
    const struct scratch good = scratch_file("a.example\n", 10);
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const char *const paths[] = {good.path, rows[i].path};
        struct mst_feed_options options = options_for(paths, 2);
        struct mst_source *source = NULL;
        struct mst_error error = {0};
        assert_int_equal(mst_feed_new(&options, &source, &error), MST_ERROR_USAGE);
        assert_string_equal(error.text, rows[i].text);
        assert_null(source);
    }
    (void)unlink(good.path);
}

/* A process's own memory is a regular file that opens and then cannot be read at 0. */
static void test_read_error_midway(void **state)
{
    (void)state;
    const struct scratch good = scratch_file("a.example\n", 10);
    const char *const paths[] = {good.path, "/proc/self/mem"};
    struct mst_feed_options options = options_for(paths, 2);
    struct mst_source *source = new_feed(&options);
    expect_target(source, 1, "a.example");
    assert_null(next_target(source));
    struct mst_error error = {0};
    assert_int_equal(source->ops->finish(source, &error), MST_ERROR_INPUT);
    assert_string_equal(error.text,
                        "reading targets from '/proc/self/mem' failed: Input/output error");
    assert_int_equal(source->ops->total(source), 0);
    source->ops->free(source);
    (void)unlink(good.path);
}

/* The read end of a pipe under a name, as a shell's process substitution gives it. */
struct pipe_input {
    int fds[2];
    char path[32];
};

static struct pipe_input new_pipe(void)
{
    struct pipe_input input;
    assert_int_equal(pipe(input.fds), 0);
    (void)snprintf(input.path, sizeof input.path, "/dev/fd/%d", input.fds[0]);
    return input;
}

static void put(const struct pipe_input *input, const char *text)
{
    assert_int_equal(write(input->fds[1], text, strlen(text)), (ssize_t)strlen(text));
}

static void test_slow_writer(void **state)
{
    (void)state;
    struct pipe_input input = new_pipe();
    const char *const paths[] = {input.path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    struct mst_target *target = NULL;
    assert_int_equal(source->ops->next(source, &target), MST_SOURCE_LATER);
    put(&input, "a.exa");
    nap();
    assert_int_equal(source->ops->next(source, &target), MST_SOURCE_LATER);
    put(&input, "mple\nb.exam");
    expect_target(source, 1, "a.example");
    const int before = atomic_load(&wakes);
    assert_true(before >= 1);
    assert_int_equal(source->ops->next(source, &target), MST_SOURCE_LATER);
    put(&input, "ple\nlast.example");
    expect_target(source, 2, "b.example");
    assert_true(atomic_load(&wakes) > before);
    assert_int_equal(source->ops->total(source), 0);
    assert_int_equal(close(input.fds[1]), 0);
    expect_target(source, 3, "last.example");
    expect_end(source);
    (void)close(input.fds[0]);
}

static void test_stop_while_waiting_for_a_writer(void **state)
{
    (void)state;
    struct pipe_input input = new_pipe();
    const char *const paths[] = {input.path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    put(&input, "a.example\nb.exa");
    expect_target(source, 1, "a.example");
    source->ops->stop(source);
    expect_end(source);
    (void)close(input.fds[0]);
    (void)close(input.fds[1]);
}

static void test_stop_while_the_queue_is_full(void **state)
{
    (void)state;
    char lines[4000];
    for (size_t i = 0; i < sizeof lines; i += 4)
        place(lines + i, "a.b\n");
    const struct scratch file = scratch_file(lines, sizeof lines);
    const char *const paths[] = {file.path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    expect_target(source, 1, "a.b");
    source->ops->stop(source);
    size_t rest = 0;
    for (struct mst_target *target = NULL; (target = next_target(source)); rest++)
        mst_target_free(target);
    assert_true(rest <= AHEAD);
    expect_end(source);
    (void)unlink(file.path);
}

static void test_freed_unread(void **state)
{
    (void)state;
    const struct scratch file = scratch_file("a.b\nb.c\nc.d\n", 12);
    struct pipe_input input = new_pipe();
    const char *const paths[] = {file.path, input.path};
    struct mst_feed_options options = options_for(paths, 2);
    struct mst_source *source = new_feed(&options);
    source->ops->free(source);
    (void)close(input.fds[0]);
    (void)close(input.fds[1]);
    (void)unlink(file.path);
}

/* Nobody has opened the other end: neither `new` nor `stop` waits for it. */
static void test_fifo_without_writer(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/mst-fifo-%ld", (long)getpid());
    assert_int_equal(mkfifo(path, 0600), 0);
    const char *const paths[] = {path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    struct mst_target *target = NULL;
    assert_int_equal(source->ops->next(source, &target), MST_SOURCE_LATER);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "a.example\n", 10), 10);
    expect_target(source, 1, "a.example");
    source->ops->stop(source);
    expect_end(source);
    (void)close(fd);
    (void)unlink(path);
}

static void test_long_line_is_read_through(void **state)
{
    (void)state;
    enum { LONG = 1024 * 1024 };
    char *bytes = mst_alloc(LONG + 64, 1);
    memset(bytes, 'x', LONG);
    place(bytes + LONG, "\nafter.example\n#");
    const struct scratch file = scratch_file(bytes, LONG + 16);
    const char *const paths[] = {file.path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    struct mst_target *target = next_target(source);
    assert_int_equal(target->invalid.code, MST_FAILURE_CODE_TOO_LONG);
    assert_true(strlen(target->input) < 1024);
    mst_target_free(target);
    expect_target(source, 2, "after.example");
    expect_end(source);
    (void)unlink(file.path);
    free(bytes);
}

/* The limit of a line is exact, also where CRLF ends it and blocks meet. */
static void test_line_of_the_greatest_length(void **state)
{
    (void)state;
    enum { LINES = 40 };
    const size_t step = MST_LINE_LENGTH_MAX + 2;
    char *bytes = mst_alloc(LINES, step);
    memset(bytes, ' ', LINES * step);
    for (size_t i = 0; i < LINES; i++) {
        place(bytes + i * step, "a.example");
        place(bytes + (i + 1) * step - 2, i % 2 ? "\r\n" : " \n");
    }
    const struct scratch file = scratch_file(bytes, LINES * step);
    const char *const paths[] = {file.path};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    for (size_t i = 0; i < LINES; i++) {
        struct mst_target *target = next_target(source);
        assert_int_equal(target->invalid.code,
                         i % 2 ? MST_FAILURE_CODE_NONE : MST_FAILURE_CODE_TOO_LONG);
        mst_target_free(target);
    }
    expect_end(source);
    (void)unlink(file.path);
    free(bytes);
}

/* Several workers on one feed through a small queue: every line exactly once. */
enum { MANY = 100000, WORKERS = 3, MANY_AHEAD = 256 };

struct worker {
    pthread_t thread;
    struct mst_source *source;
    uint64_t count, sum;
};

static void *run_worker(void *context)
{
    struct worker *worker = context;
    for (struct mst_target *target = NULL; (target = next_target(worker->source));) {
        worker->count++;
        worker->sum += target->line;
        mst_target_free(target);
    }
    return NULL;
}

static void test_many_lines_and_workers(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    for (int i = 1; i <= MANY; i++)
        (void)fprintf(out, "%d,host-%d.example\n", i, i);
    (void)fclose(out);
    const struct scratch file = scratch_file(bytes, length);
    const char *const paths[] = {file.path};
    struct mst_feed_options options = options_for(paths, 1);
    options.ahead = MANY_AHEAD;
    struct mst_source *source = new_feed(&options);
    struct worker workers[WORKERS] = {{0}};
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i].source = source;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]), 0);
    }
    uint64_t count = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        count += workers[i].count;
        sum += workers[i].sum;
    }
    assert_int_equal(count, MANY);
    assert_int_equal(sum, (uint64_t)MANY * (MANY + 1) / 2);
    wait_for_total(source, MANY);
    assert_true(atomic_load(&wakes) >= 1);
    expect_end(source);
    (void)unlink(file.path);
    free(bytes);
}

/* Runs a feed over a descriptor put in the place of standard input. */
static void test_standard_input(void **state)
{
    (void)state;
    const int kept = dup(STDIN_FILENO);
    struct pipe_input input = new_pipe();
    assert_int_equal(dup2(input.fds[0], STDIN_FILENO), STDIN_FILENO);
    const char *const paths[] = {"-"};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = new_feed(&options);
    put(&input, "a.example\n");
    (void)close(input.fds[1]);
    expect_target(source, 1, "a.example");
    expect_end(source);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    (void)close(input.fds[0]);
    if (kept >= 0) {
        (void)dup2(kept, STDIN_FILENO);
        (void)close(kept);
    }
}

static void test_closed_standard_input(void **state)
{
    (void)state;
    const int kept = dup(STDIN_FILENO);
    (void)close(STDIN_FILENO);
    const char *const paths[] = {"-"};
    struct mst_feed_options options = options_for(paths, 1);
    struct mst_source *source = NULL;
    struct mst_error error = {0};
    assert_int_equal(mst_feed_new(&options, &source, &error), MST_ERROR_USAGE);
    assert_string_equal(error.text,
                        "cannot read targets from 'standard input': Bad file descriptor");
    if (kept >= 0) {
        (void)dup2(kept, STDIN_FILENO);
        (void)close(kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_lines_are_numbered_through_all_files),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_read_error_midway),
        cmocka_unit_test(test_slow_writer),
        cmocka_unit_test(test_stop_while_waiting_for_a_writer),
        cmocka_unit_test(test_stop_while_the_queue_is_full),
        cmocka_unit_test(test_freed_unread),
        cmocka_unit_test(test_fifo_without_writer),
        cmocka_unit_test(test_long_line_is_read_through),
        cmocka_unit_test(test_line_of_the_greatest_length),
        cmocka_unit_test(test_many_lines_and_workers),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_closed_standard_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
