/* The composition root of a rejudgement: stored records -> examine -> sinks, one after the other in
 * the calling thread. */
#include <muststaple/rejudge.h>

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "examine.h"
#include "input/input_file.h"
#include "input/line_reader.h"
#include "input/target_line.h"
#include "output/jsonl.h"
#include "output/stored_record.h"
#include "output/summary.h"
#include "output/tally.h"
#include "run_files.h"
#include "run_report.h"

enum { STOP_AT_ONCE = 2 /* calls of mst_rejudge_stop; the first one writes what is done */ };

struct mst_rejudge {
    struct mst_rejudge_config config;
    size_t file_count;
    struct mst_input_file *files;
    struct mst_examiner *examiner;
    struct mst_sink *records, *tally;
    int news_fd;     /* eventfd: readable when to stop, when there is room again or never will be */
    atomic_int stop; /* times mst_rejudge_stop was called */

    uint64_t lines, refused;
    char first_refusal[MST_STORED_REASON_SIZE + 256]; /* "line 7 of 'file': why" */
    bool complete;                                    /* everything was read */
    struct mst_error read_error;
    bool interrupted; /* at the end: some line lacks its true record */
    int64_t started_ms, started_monotonic_ms, ended_ms, elapsed_ms;
};

/* ---- making it ---- */

void mst_rejudge_config_init(struct mst_rejudge_config *config)
{
    *config = (struct mst_rejudge_config){.output_path = "-",
                                          .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                          .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
}

/* From any thread, or a signal handler. */
static void tell_news(void *context)
{
    const struct mst_rejudge *rejudge = context;
    (void)eventfd_write(rejudge->news_fd, 1);
}

static enum mst_status check_files(const struct mst_rejudge_config *config, struct mst_error *error)
{
    const struct mst_run_files files = {.paths = config->paths,
                                        .path_count = config->path_count,
                                        .ca_file = config->ca_file,
                                        .output_path = config->output_path,
                                        .summary_path = config->summary_path};
    return mst_run_files_check(&files, error);
}

static enum mst_status open_input(struct mst_rejudge *rejudge, struct mst_error *error)
{
    const struct mst_rejudge_config *config = &rejudge->config;
    rejudge->files = mst_alloc(config->path_count, sizeof *rejudge->files);
    for (size_t i = 0; i < config->path_count; i++) {
        const enum mst_status status =
            mst_input_file_open(config->paths[i], "records", &rejudge->files[i], error);
        if (status != MST_OK)
            return status;
        rejudge->file_count++;
    }
    return MST_OK;
}

static enum mst_status open_examiner(struct mst_rejudge *rejudge, struct mst_error *error)
{
    const struct mst_rejudge_config *config = &rejudge->config;
    const struct mst_policy policy = {.at_s = config->at_given ? config->at_s : MST_TIME_NONE,
                                      .max_age_s = config->max_age_s,
                                      .min_remaining_s = config->min_remaining_s};
    return mst_examiner_new(config->ca_file, &policy, &rejudge->examiner, error);
}

static enum mst_status open_news(struct mst_rejudge *rejudge, struct mst_error *error)
{
    rejudge->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (rejudge->news_fd < 0)
        return mst_error_set(error, MST_ERROR_RESOURCES, "cannot read records: %s",
                             strerror(errno));
    return MST_OK;
}

static void free_rejudge(struct mst_rejudge **rejudge)
{
    mst_rejudge_free(*rejudge);
}

enum mst_status mst_rejudge_new(const struct mst_rejudge_config *config,
                                struct mst_rejudge **ret_rejudge, struct mst_error *error)
{
    struct mst_rejudge *rejudge MST_CLEANUP(free_rejudge) = mst_alloc(1, sizeof *rejudge);
    rejudge->config = *config;
    rejudge->news_fd = -1;
    rejudge->tally = mst_tally_new();
    enum mst_status status = check_files(config, error);
    if (status == MST_OK)
        status = open_news(rejudge, error);
    if (status == MST_OK)
        status = open_input(rejudge, error);
    if (status == MST_OK)
        status = open_examiner(rejudge, error);
    if (status == MST_OK && config->summary_path)
        status = mst_summary_check(config->summary_path, error);
    if (status == MST_OK)
        status = mst_run_files_open_records(config->output_path, config->raw,
                                            (struct mst_wake){tell_news, rejudge},
                                            &rejudge->records, error);
    if (status != MST_OK)
        return status;
    *ret_rejudge = MST_STEAL(rejudge);
    return MST_OK;
}

/* ---- one line ---- */

static void refuse(struct mst_rejudge *rejudge, const struct mst_input_file *file, uint64_t number,
                   const char *reason)
{
    if (rejudge->refused++ == 0)
        (void)snprintf(rejudge->first_refusal, sizeof rejudge->first_refusal,
                       "line %llu of '%.200s': %s", (unsigned long long)number, file->name, reason);
}

/* What no record shows: where an "ADDRESS,NAME" would have been contacted that never was. */
static void complete_address(struct mst_evidence *evidence)
{
    struct mst_target *target = evidence->target;
    const bool is_shown = target->address.family != MST_FAMILY_NONE ||
                          evidence->connection_count > 0 ||
                          evidence->dns.a.status != MST_DNS_STATUS_NOT_ASKED ||
                          evidence->dns.aaaa.status != MST_DNS_STATUS_NOT_ASKED;
    if (is_shown || target->invalid.stage != MST_STAGE_NONE)
        return;
    const size_t length = strnlen(target->input, MST_LINE_LENGTH_MAX);
    struct mst_target *line =
        mst_target_line_parse(target->input, length, target->line, target->port);
    if (strcmp(line->host, target->host) == 0)
        target->address = line->address;
    mst_target_free(line);
}

static void judge(struct mst_rejudge *rejudge, struct mst_stored_record *record)
{
    complete_address(&record->evidence);
    struct mst_finding finding;
    mst_examine(rejudge->examiner, &record->evidence, &finding);
    rejudge->records->ops->accept(rejudge->records, &finding);
    rejudge->tally->ops->accept(rejudge->tally, &finding);
    mst_finding_release(&finding);
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r')
            return false;
    return true;
}

static void take_line(struct mst_rejudge *rejudge, const struct mst_input_file *file,
                      uint64_t number, const char *bytes, size_t length)
{
    const bool too_long = length > MST_STORED_LINE_MAX;
    if (!too_long && is_blank(bytes, length))
        return;
    rejudge->lines++;
    if (too_long) {
        refuse(rejudge, file, number, "it is longer than 16 MiB");
        return;
    }
    struct mst_stored_record record;
    char reason[MST_STORED_REASON_SIZE];
    if (!mst_stored_record_read(bytes, length, &record, reason)) {
        refuse(rejudge, file, number, reason);
        return;
    }
    judge(rejudge, &record);
    mst_stored_record_release(&record);
}

/* ---- running it ---- */

static bool must_end(const struct mst_rejudge *rejudge)
{
    return atomic_load(&rejudge->stop) > 0 ||
           rejudge->records->ops->state(rejudge->records) == MST_SINK_FAILED;
}

/* Takes the news off, so that the next can be waited for; whoever calls this looks afterwards. */
static void take_news(const struct mst_rejudge *rejudge)
{
    eventfd_t count = 0;
    (void)eventfd_read(rejudge->news_fd, &count);
}

static void wait_for_news(const struct mst_rejudge *rejudge)
{
    struct pollfd news = {.fd = rejudge->news_fd, .events = POLLIN};
    (void)poll(&news, 1, -1);
    take_news(rejudge);
}

static void wait_for_room(const struct mst_rejudge *rejudge)
{
    while (!must_end(rejudge) && rejudge->records->ops->state(rejudge->records) == MST_SINK_FULL)
        wait_for_news(rejudge);
}

/* False when no more is to be read from any file. */
static bool read_file(struct mst_rejudge *rejudge, const struct mst_input_file *file)
{
    MST_CLEANUP(mst_line_reader_cleanup)
    struct mst_line_reader *reader =
        mst_line_reader_new_sized(file->fd, -1, rejudge->news_fd, MST_STORED_LINE_MAX);
    uint64_t number = 0;
    while (!must_end(rejudge)) {
        const char *bytes = NULL;
        size_t length = 0;
        switch (mst_line_reader_next(reader, &bytes, &length)) {
        case MST_LINE_READ:
            take_line(rejudge, file, ++number, bytes, length);
            wait_for_room(rejudge);
            break;
        case MST_LINE_STOPPED:
            take_news(rejudge);
            break;
        case MST_LINE_END:
            return true;
        case MST_LINE_FAILED:
            (void)mst_error_set(&rejudge->read_error, MST_ERROR_INPUT,
                                "reading records from '%s' failed: %s", file->name,
                                strerror(errno));
            return false;
        }
    }
    return false;
}

static void read_files(struct mst_rejudge *rejudge)
{
    bool more = true;
    for (size_t i = 0; i < rejudge->file_count && more; i++)
        more = read_file(rejudge, &rejudge->files[i]);
    rejudge->complete = more;
}

/* A reader that does not read must not keep a second mst_rejudge_stop from being heard. */
static enum mst_status finish_records(struct mst_rejudge *rejudge, struct mst_error *error)
{
    while (atomic_load(&rejudge->stop) < STOP_AT_ONCE &&
           !rejudge->records->ops->drain(rejudge->records))
        wait_for_news(rejudge);
    const bool at_once = atomic_load(&rejudge->stop) >= STOP_AT_ONCE;
    return rejudge->records->ops->finish(rejudge->records, at_once, error);
}

/* Why not every line was judged again. */
static enum mst_status outcome(const struct mst_rejudge *rejudge, struct mst_error *error)
{
    if (rejudge->read_error.status != MST_OK) {
        *error = rejudge->read_error;
        return error->status;
    }
    if (!rejudge->complete)
        return mst_error_set(error, MST_ERROR_INTERRUPTED,
                             "interrupted: what was done is written, the rest was not judged");
    if (rejudge->refused == 0)
        return MST_OK;
    if (rejudge->refused == rejudge->lines)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "no line can be judged again, give records of 'scan --raw'; %s",
                             rejudge->first_refusal);
    return mst_error_set(error, MST_ERROR_INPUT,
                         "%llu of %llu lines could not be judged again; the first is %s",
                         (unsigned long long)rejudge->refused, (unsigned long long)rejudge->lines,
                         rejudge->first_refusal);
}

static enum mst_status finish(struct mst_rejudge *rejudge, struct mst_error *error)
{
    struct mst_error written_error;
    const enum mst_status written = finish_records(rejudge, &written_error);
    const enum mst_status status = outcome(rejudge, error);
    rejudge->interrupted = written != MST_OK || status != MST_OK;
    rejudge->ended_ms = mst_clock_wall_ms();
    rejudge->elapsed_ms = mst_clock_monotonic_ms() - rejudge->started_monotonic_ms;
    if (written == MST_OK)
        return status;
    *error = written_error;
    return written;
}

static struct mst_run_report report_of(const struct mst_rejudge *rejudge)
{
    return (struct mst_run_report){.tally = rejudge->tally,
                                   .started_ms = rejudge->started_ms,
                                   .ended_ms = rejudge->ended_ms,
                                   .elapsed_ms = rejudge->elapsed_ms,
                                   .records_written = mst_jsonl_written(rejudge->records),
                                   .interrupted = rejudge->interrupted,
                                   .option_names = rejudge->config.option_names,
                                   .option_values = rejudge->config.option_values,
                                   .option_count = rejudge->config.option_count};
}

enum mst_status mst_rejudge_run(struct mst_rejudge *rejudge, struct mst_error *error)
{
    struct mst_error first = {.status = MST_OK};
    rejudge->started_ms = mst_clock_wall_ms();
    rejudge->started_monotonic_ms = mst_clock_monotonic_ms();
    read_files(rejudge);
    enum mst_status status = finish(rejudge, &first);
    const struct mst_run_report report = report_of(rejudge);
    status = mst_run_report_write(&report, rejudge->config.summary_path, status, &first);
    if (error)
        *error = first;
    return status;
}

void mst_rejudge_stop(struct mst_rejudge *rejudge)
{
    atomic_fetch_add(&rejudge->stop, 1);
    tell_news(rejudge);
}

/* ---- afterwards ---- */

char *mst_rejudge_summary_text(const struct mst_rejudge *rejudge)
{
    const struct mst_run_report report = report_of(rejudge);
    return mst_run_report_text(&report);
}

bool mst_rejudge_count(const struct mst_rejudge *rejudge, const char *word, uint64_t *ret_count)
{
    return mst_run_report_count(rejudge ? rejudge->tally : NULL, word, ret_count);
}

uint64_t mst_rejudge_line_count(const struct mst_rejudge *rejudge)
{
    return rejudge->lines;
}

static void free_sink(struct mst_sink *sink)
{
    if (sink)
        sink->ops->free(sink);
}

void mst_rejudge_free(struct mst_rejudge *rejudge)
{
    if (!rejudge)
        return;
    free_sink(rejudge->records);
    free_sink(rejudge->tally);
    mst_examiner_free(rejudge->examiner);
    for (size_t i = 0; i < rejudge->file_count; i++)
        mst_input_file_close(&rejudge->files[i]);
    free(rejudge->files);
    if (rejudge->news_fd >= 0)
        (void)close(rejudge->news_fd);
    free(rejudge);
}
