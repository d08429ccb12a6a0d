#include "input/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/thread.h"
#include "input/input_file.h"
#include "input/line_reader.h"
#include "input/target_line.h"

struct feed {
    struct mst_source source;
    size_t file_count;
    struct mst_input_file *files;
    uint16_t default_port;
    uint64_t skip, limit;
    struct mst_wake wake;
    int stop_fd; /* eventfd: readable once reading must stop */

    pthread_t reading, counting;
    bool is_reading, is_counting;
    _Atomic uint64_t total;

    pthread_mutex_t lock; /* of everything below */
    pthread_cond_t room;
    struct mst_target **queue; /* a ring */
    size_t capacity, first, count;
    bool hungry; /* somebody was told LATER, or nobody has asked yet */
    bool stopping, ended;
    bool complete;          /* ended because there is no more, or no more is wanted */
    struct mst_error error; /* status MST_OK: none */
};

/* Where the reading stands. */
struct progress {
    uint64_t line, targets;
};

static struct feed *feed_of(struct mst_source *source)
{
    return MST_CONTAINER_OF(source, struct feed, source);
}

/* Queues a target once there is room; takes it. False when it is too late. */
static bool push(struct feed *feed, struct mst_target *target)
{
    (void)pthread_mutex_lock(&feed->lock);
    while (feed->count == feed->capacity && !feed->stopping)
        (void)pthread_cond_wait(&feed->room, &feed->lock);
    const bool pushed = !feed->stopping;
    bool wake = false;
    if (pushed) {
        feed->queue[(feed->first + feed->count++) % feed->capacity] = target;
        wake = feed->hungry;
        feed->hungry = false;
    }
    (void)pthread_mutex_unlock(&feed->lock);
    if (!pushed)
        mst_target_free(target);
    if (wake)
        mst_wake_up(&feed->wake);
    return pushed;
}

static bool take_line(struct feed *feed, struct progress *progress, const char *bytes,
                      size_t length)
{
    progress->line++;
    if (mst_target_line_is_blank(bytes, length))
        return true;
    progress->targets++;
    if (progress->targets <= feed->skip)
        return true;
    if (!push(feed, mst_target_line_parse(bytes, length, progress->line, feed->default_port)))
        return false;
    return feed->limit == 0 || progress->targets - feed->skip < feed->limit;
}

static void note_read_error(struct feed *feed, const struct mst_input_file *file, int why)
{
    (void)pthread_mutex_lock(&feed->lock);
    (void)mst_error_set(&feed->error, MST_ERROR_INPUT, "reading targets from '%s' failed: %s",
                        file->name, strerror(why));
    (void)pthread_mutex_unlock(&feed->lock);
}

/* False when nothing more is to be read from any file. */
static bool read_file(struct feed *feed, const struct mst_input_file *file,
                      struct progress *progress)
{
    MST_CLEANUP(mst_line_reader_cleanup)
    struct mst_line_reader *reader = mst_line_reader_new(file->fd, -1, feed->stop_fd);
    for (;;) {
        const char *bytes = NULL;
        size_t length = 0;
        const enum mst_line_result result = mst_line_reader_next(reader, &bytes, &length);
        if (result == MST_LINE_FAILED)
            note_read_error(feed, file, errno);
        if (result != MST_LINE_READ)
            return result == MST_LINE_END;
        if (!take_line(feed, progress, bytes, length))
            return false;
    }
}

static void *run_reading(void *context)
{
    struct feed *feed = context;
    struct progress progress = {0};
    bool more = true;
    for (size_t i = 0; i < feed->file_count && more; i++)
        more = read_file(feed, &feed->files[i], &progress);
    (void)pthread_mutex_lock(&feed->lock);
    feed->ended = true;
    feed->complete = !feed->stopping;
    (void)pthread_mutex_unlock(&feed->lock);
    mst_wake_up(&feed->wake);
    return NULL;
}

/* Counts the targets of one file; false when it was stopped or cannot be read. */
static bool count_file(const struct feed *feed, const struct mst_input_file *file,
                       uint64_t *targets)
{
    MST_CLEANUP(mst_line_reader_cleanup)
    struct mst_line_reader *reader = mst_line_reader_new(file->fd, file->start, feed->stop_fd);
    for (;;) {
        const char *bytes = NULL;
        size_t length = 0;
        const enum mst_line_result result = mst_line_reader_next(reader, &bytes, &length);
        if (result != MST_LINE_READ)
            return result == MST_LINE_END;
        if (!mst_target_line_is_blank(bytes, length))
            ++*targets;
    }
}

static void *run_counting(void *context)
{
    struct feed *feed = context;
    uint64_t targets = 0;
    for (size_t i = 0; i < feed->file_count; i++)
        if (!count_file(feed, &feed->files[i], &targets))
            return NULL;
    targets -= targets < feed->skip ? targets : feed->skip;
    atomic_store(&feed->total, feed->limit && targets > feed->limit ? feed->limit : targets);
    return NULL;
}

static enum mst_source_next feed_next(struct mst_source *source, struct mst_target **ret_target)
{
    struct feed *feed = feed_of(source);
    enum mst_source_next result = MST_SOURCE_TARGET;
    (void)pthread_mutex_lock(&feed->lock);
    if (feed->count > 0) {
        *ret_target = feed->queue[feed->first];
        feed->first = (feed->first + 1) % feed->capacity;
        if (feed->count-- == feed->capacity)
            (void)pthread_cond_signal(&feed->room);
    } else if (feed->ended) {
        result = MST_SOURCE_END;
    } else {
        feed->hungry = true;
        result = MST_SOURCE_LATER;
    }
    (void)pthread_mutex_unlock(&feed->lock);
    return result;
}

static void feed_stop(struct mst_source *source)
{
    struct feed *feed = feed_of(source);
    (void)pthread_mutex_lock(&feed->lock);
    feed->stopping = true;
    (void)pthread_cond_signal(&feed->room);
    (void)pthread_mutex_unlock(&feed->lock);
    (void)eventfd_write(feed->stop_fd, 1);
}

static uint64_t feed_total(struct mst_source *source)
{
    return atomic_load(&feed_of(source)->total);
}

static bool feed_exhausted(struct mst_source *source)
{
    struct feed *feed = feed_of(source);
    (void)pthread_mutex_lock(&feed->lock);
    const bool exhausted = feed->complete && feed->count == 0;
    (void)pthread_mutex_unlock(&feed->lock);
    return exhausted;
}

static void join(struct feed *feed)
{
    feed_stop(&feed->source);
    if (feed->is_reading)
        (void)pthread_join(feed->reading, NULL);
    if (feed->is_counting)
        (void)pthread_join(feed->counting, NULL);
    feed->is_reading = feed->is_counting = false;
}

static enum mst_status feed_finish(struct mst_source *source, struct mst_error *error)
{
    struct feed *feed = feed_of(source);
    join(feed);
    if (error && feed->error.status != MST_OK)
        *error = feed->error;
    return feed->error.status;
}

static void feed_free(struct mst_source *source)
{
    if (!source)
        return;
    struct feed *feed = feed_of(source);
    join(feed);
    for (; feed->count > 0; feed->count--) {
        mst_target_free(feed->queue[feed->first]);
        feed->first = (feed->first + 1) % feed->capacity;
    }
    for (size_t i = 0; i < feed->file_count; i++)
        mst_input_file_close(&feed->files[i]);
    if (feed->stop_fd >= 0)
        (void)close(feed->stop_fd);
    (void)pthread_cond_destroy(&feed->room);
    (void)pthread_mutex_destroy(&feed->lock);
    free(feed->files);
    free(feed->queue);
    free(feed);
}

static const struct mst_source_ops feed_ops = {
    .next = feed_next,
    .stop = feed_stop,
    .total = feed_total,
    .exhausted = feed_exhausted,
    .finish = feed_finish,
    .free = feed_free,
};

static enum mst_status open_files(struct feed *feed, const struct mst_feed_options *options,
                                  struct mst_error *error)
{
    feed->files = mst_alloc(options->path_count, sizeof *feed->files);
    for (size_t i = 0; i < options->path_count; i++) {
        const enum mst_status status =
            mst_input_file_open(options->paths[i], "targets", &feed->files[i], error);
        if (status != MST_OK)
            return status;
        feed->file_count++;
    }
    return MST_OK;
}

static bool all_regular(const struct feed *feed)
{
    for (size_t i = 0; i < feed->file_count; i++)
        if (!feed->files[i].regular)
            return false;
    return true;
}

static enum mst_status start(struct feed *feed, struct mst_error *error)
{
    feed->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (feed->stop_fd < 0)
        return mst_error_set(error, MST_ERROR_RESOURCES, "cannot read targets: %s",
                             strerror(errno));
    if (all_regular(feed))
        feed->is_counting = mst_thread_start(&feed->counting, run_counting, feed);
    feed->is_reading = mst_thread_start(&feed->reading, run_reading, feed);
    if (!feed->is_reading)
        return mst_error_set(error, MST_ERROR_RESOURCES,
                             "cannot read targets: no thread is to be had");
    return MST_OK;
}

enum mst_status mst_feed_new(const struct mst_feed_options *options, struct mst_source **ret_source,
                             struct mst_error *error)
{
    struct feed *feed = mst_alloc(1, sizeof *feed);
    feed->source.ops = &feed_ops;
    feed->default_port = options->default_port;
    feed->skip = options->skip;
    feed->limit = options->limit;
    feed->wake = options->wake;
    feed->stop_fd = -1;
    feed->capacity = options->ahead ? options->ahead : 1;
    feed->queue = mst_alloc(feed->capacity, sizeof(struct mst_target *));
    feed->hungry = true;
    (void)pthread_mutex_init(&feed->lock, NULL);
    (void)pthread_cond_init(&feed->room, NULL);
    enum mst_status status = open_files(feed, options, error);
    if (status == MST_OK)
        status = start(feed, error);
    if (status != MST_OK) {
        feed_free(&feed->source);
        return status;
    }
    *ret_source = &feed->source;
    return MST_OK;
}
