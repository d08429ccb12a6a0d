#include "output/jsonl.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/thread.h"
#include "output/line_writer.h"
#include "output/record.h"

enum {
    MIB = 1024 * 1024,
    FULL_FROM = 4 * MIB,
    ROOM_BELOW = 2 * MIB,
    PATIENCE_MS = 2000,
    MORE_PATIENCE_MS = 500
};

/* The workers fill one buffer while the writer empties another; then they change places. */
struct jsonl {
    struct mst_sink sink;
    char *name;
    bool raw;
    struct mst_wake wake;
    int hurry_fd; /* eventfd: readable once `deadline_ms` has been set */
    pthread_t writing;

    /* the writing thread's own */
    struct mst_line_writer writer;
    struct mst_buf leaving;

    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t work;
    struct mst_buf waiting;
    size_t unwritten; /* bytes in both buffers */
    uint64_t written; /* whole lines */
    enum mst_sink_state state;
    bool finishing, draining;
    int64_t deadline_ms; /* when to give up; negative: never */
    struct mst_error error;
};

static struct jsonl *jsonl_of(struct mst_sink *sink)
{
    return MST_CONTAINER_OF(sink, struct jsonl, sink);
}

/* Nothing is written any more from here on; what was waiting is dropped. Whether that is news. */
static bool note_failure(struct jsonl *jsonl, const char *why)
{
    (void)pthread_mutex_lock(&jsonl->lock);
    const bool first = jsonl->state != MST_SINK_FAILED;
    if (first) {
        jsonl->state = MST_SINK_FAILED;
        mst_buf_release(&jsonl->waiting);
        (void)mst_error_set(&jsonl->error, MST_ERROR_OUTPUT, "cannot write to '%s': %s",
                            jsonl->name, why);
    }
    (void)pthread_cond_signal(&jsonl->work);
    (void)pthread_mutex_unlock(&jsonl->lock);
    return first;
}

static void fail(struct jsonl *jsonl, const char *why)
{
    if (note_failure(jsonl, why))
        mst_wake_up(&jsonl->wake);
}

static uint64_t count_lines(const uint8_t *bytes, size_t length)
{
    uint64_t lines = 0;
    const uint8_t *end = bytes + length;
    for (const uint8_t *at = bytes; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines++;
    return lines;
}

static void note_written(struct jsonl *jsonl, const uint8_t *bytes, size_t length)
{
    const uint64_t lines = count_lines(bytes, length);
    (void)pthread_mutex_lock(&jsonl->lock);
    jsonl->written += lines;
    jsonl->unwritten -= length;
    const bool roomy = jsonl->state == MST_SINK_FULL && jsonl->unwritten < ROOM_BELOW;
    const bool drained = jsonl->draining && jsonl->unwritten == 0;
    if (roomy)
        jsonl->state = MST_SINK_OPEN;
    (void)pthread_mutex_unlock(&jsonl->lock);
    if (roomy || drained)
        mst_wake_up(&jsonl->wake);
}

static int64_t deadline(struct jsonl *jsonl)
{
    (void)pthread_mutex_lock(&jsonl->lock);
    const int64_t deadline_ms = jsonl->deadline_ms;
    (void)pthread_mutex_unlock(&jsonl->lock);
    return deadline_ms;
}

/* One piece of what is left; the piece's length is 0 when it must be tried again. */
static enum mst_write_result write_piece(struct jsonl *jsonl, const uint8_t *bytes, size_t length,
                                         int64_t deadline_ms, size_t *ret_written)
{
    const enum mst_write_result result =
        mst_line_writer_write(&jsonl->writer, (const char *)bytes, length,
                              deadline_ms < 0 ? jsonl->hurry_fd : -1, deadline_ms, ret_written);
    if (*ret_written > 0)
        note_written(jsonl, bytes, *ret_written);
    return result;
}

/* A line of which the consumer has a part already is worth a little more patience. */
static void finish_line(struct jsonl *jsonl, const uint8_t *bytes, size_t length)
{
    const uint8_t *end = memchr(bytes, '\n', length);
    const int64_t deadline_ms = mst_clock_monotonic_ms() + MORE_PATIENCE_MS;
    while (jsonl->writer.begun > 0 && end) {
        size_t written = 0;
        const size_t left = (size_t)(end - bytes) + 1;
        const enum mst_write_result result = write_piece(jsonl, bytes, left, deadline_ms, &written);
        if (result != MST_WRITE_DONE && result != MST_WRITE_WOKEN)
            return;
        bytes += written;
    }
}

/* False when it cannot be done any more. */
static bool write_leaving(struct jsonl *jsonl)
{
    const uint8_t *at = jsonl->leaving.data;
    size_t left = jsonl->leaving.length;
    while (left > 0) {
        size_t written = 0;
        const enum mst_write_result result =
            write_piece(jsonl, at, left, deadline(jsonl), &written);
        at += written;
        left -= written;
        if (result == MST_WRITE_LATE) {
            finish_line(jsonl, at, left);
            fail(jsonl, "its reader does not read");
            return false;
        }
        if (result == MST_WRITE_FAILED) {
            const int why = errno;
            mst_line_writer_cut_back(&jsonl->writer);
            fail(jsonl, strerror(why));
            return false;
        }
    }
    jsonl->leaving.length = 0;
    return true;
}

/* Waits for lines and makes them the leaving ones; false when there will be none. */
static bool take_waiting(struct jsonl *jsonl)
{
    (void)pthread_mutex_lock(&jsonl->lock);
    while (jsonl->waiting.length == 0 && !jsonl->finishing && jsonl->state != MST_SINK_FAILED)
        (void)pthread_cond_wait(&jsonl->work, &jsonl->lock);
    const struct mst_buf emptied = jsonl->leaving;
    jsonl->leaving = jsonl->waiting;
    jsonl->waiting = emptied;
    (void)pthread_mutex_unlock(&jsonl->lock);
    return jsonl->leaving.length > 0;
}

static void *run_writing(void *context)
{
    struct jsonl *jsonl = context;
    while (take_waiting(jsonl) && write_leaving(jsonl))
        ;
    return NULL;
}

/* False when there is no memory for the line. */
static bool queue_line(struct jsonl *jsonl, const char *line, size_t length)
{
    (void)pthread_mutex_lock(&jsonl->lock);
    bool queued = true;
    if (jsonl->state != MST_SINK_FAILED) {
        const bool idle = jsonl->waiting.length == 0;
        queued = mst_buf_append(&jsonl->waiting, line, length);
        if (queued) {
            jsonl->unwritten += length;
            if (jsonl->unwritten >= FULL_FROM)
                jsonl->state = MST_SINK_FULL;
            if (idle)
                (void)pthread_cond_signal(&jsonl->work);
        }
    }
    (void)pthread_mutex_unlock(&jsonl->lock);
    return queued;
}

static enum mst_sink_state jsonl_state(struct mst_sink *sink)
{
    struct jsonl *jsonl = jsonl_of(sink);
    (void)pthread_mutex_lock(&jsonl->lock);
    const enum mst_sink_state state = jsonl->state;
    (void)pthread_mutex_unlock(&jsonl->lock);
    return state;
}

static void jsonl_accept(struct mst_sink *sink, const struct mst_finding *finding)
{
    struct jsonl *jsonl = jsonl_of(sink);
    if (jsonl_state(sink) == MST_SINK_FAILED)
        return;
    size_t length = 0;
    char *line = mst_record_line(finding, jsonl->raw, &length);
    if (!line || !queue_line(jsonl, line, length))
        fail(jsonl, strerror(ENOMEM));
    free(line);
}

static bool jsonl_drain(struct mst_sink *sink)
{
    struct jsonl *jsonl = jsonl_of(sink);
    (void)pthread_mutex_lock(&jsonl->lock);
    jsonl->draining = true;
    const bool drained = jsonl->unwritten == 0 || jsonl->state == MST_SINK_FAILED;
    (void)pthread_mutex_unlock(&jsonl->lock);
    return drained;
}

static void stop_writing(struct jsonl *jsonl, bool at_once)
{
    (void)pthread_mutex_lock(&jsonl->lock);
    jsonl->finishing = true;
    if (at_once)
        jsonl->deadline_ms = mst_clock_monotonic_ms() + PATIENCE_MS;
    (void)pthread_cond_signal(&jsonl->work);
    (void)pthread_mutex_unlock(&jsonl->lock);
    if (at_once)
        (void)eventfd_write(jsonl->hurry_fd, 1);
    (void)pthread_join(jsonl->writing, NULL);
}

/* What only shows at the end: a network file system, for one, tells of a full disk here. */
static void close_output(struct jsonl *jsonl)
{
    const int fd = jsonl->writer.fd;
    if (jsonl->writer.regular && fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        (void)note_failure(jsonl, strerror(errno));
    if (fd != STDOUT_FILENO && close(fd) != 0 && errno != EINTR)
        (void)note_failure(jsonl, strerror(errno));
    jsonl->writer.fd = -1;
}

static enum mst_status jsonl_finish(struct mst_sink *sink, bool at_once, struct mst_error *error)
{
    struct jsonl *jsonl = jsonl_of(sink);
    stop_writing(jsonl, at_once);
    close_output(jsonl);
    if (jsonl->state != MST_SINK_FAILED)
        return MST_OK;
    return mst_error_set(error, MST_ERROR_OUTPUT, "%s; %llu whole records are there",
                         jsonl->error.text, (unsigned long long)jsonl->written);
}

static void jsonl_free(struct mst_sink *sink)
{
    if (!sink)
        return;
    struct jsonl *jsonl = jsonl_of(sink);
    if (jsonl->writer.fd >= 0)
        (void)jsonl_finish(sink, true, NULL);
    (void)close(jsonl->hurry_fd);
    mst_buf_release(&jsonl->waiting);
    mst_buf_release(&jsonl->leaving);
    (void)pthread_cond_destroy(&jsonl->work);
    (void)pthread_mutex_destroy(&jsonl->lock);
    free(jsonl->name);
    free(jsonl);
}

uint64_t mst_jsonl_written(struct mst_sink *sink)
{
    struct jsonl *jsonl = jsonl_of(sink);
    (void)pthread_mutex_lock(&jsonl->lock);
    const uint64_t written = jsonl->written;
    (void)pthread_mutex_unlock(&jsonl->lock);
    return written;
}

static const struct mst_sink_ops jsonl_ops = {
    .accept = jsonl_accept,
    .state = jsonl_state,
    .drain = jsonl_drain,
    .finish = jsonl_finish,
    .free = jsonl_free,
};

enum mst_status mst_jsonl_new(const struct mst_jsonl_options *options, struct mst_sink **ret_sink,
                              struct mst_error *error)
{
    const int hurry_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (hurry_fd < 0)
        return mst_error_set(error, MST_ERROR_RESOURCES, "cannot write to '%s': %s", options->name,
                             strerror(errno));
    struct jsonl *jsonl = mst_alloc(1, sizeof *jsonl);
    jsonl->sink.ops = &jsonl_ops;
    jsonl->name = mst_strdup(options->name);
    jsonl->raw = options->raw;
    jsonl->wake = options->wake;
    jsonl->hurry_fd = hurry_fd;
    jsonl->deadline_ms = -1;
    mst_line_writer_init(&jsonl->writer, options->fd);
    mst_buf_init(&jsonl->waiting, SIZE_MAX);
    mst_buf_init(&jsonl->leaving, SIZE_MAX);
    (void)pthread_mutex_init(&jsonl->lock, NULL);
    (void)pthread_cond_init(&jsonl->work, NULL);
    if (!mst_thread_start(&jsonl->writing, run_writing, jsonl)) {
        jsonl->writer.fd = -1; /* remains the caller's */
        jsonl_free(&jsonl->sink);
        return mst_error_set(error, MST_ERROR_RESOURCES,
                             "cannot write to '%s': no thread is to be had", options->name);
    }
    *ret_sink = &jsonl->sink;
    return MST_OK;
}
