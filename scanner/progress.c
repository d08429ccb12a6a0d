#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MS_PER_S = 1000, DEFAULT_COLUMNS = 80, LINE_SIZE = 256, MINUTE_S = 60, HOUR_S = 3600 };

void progress_init(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.enabled = !quiet && isatty(STDERR_FILENO)};
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

static void format_duration(uint64_t seconds, char *text, size_t size)
{
    if (seconds < HOUR_S)
        (void)snprintf(text, size, "%" PRIu64 ":%02" PRIu64, seconds / MINUTE_S,
                       seconds % MINUTE_S);
    else
        (void)snprintf(text, size, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / HOUR_S,
                       seconds % HOUR_S / MINUTE_S, seconds % MINUTE_S);
}

/* How far it is: "1200/5000 24%, 610/s, 2000 in flight, 0:06 left"; without an end to see, only how
 * many are done. */
static void format_position(const struct mst_audit_progress *now, char *text, size_t size)
{
    const char *stopping = now->stopping ? "stopping: " : "";
    const double seconds = (double)now->elapsed_ms / MS_PER_S;
    const double rate = seconds > 0 ? (double)now->done / seconds : 0;
    if (now->total == 0 || now->done > now->total) {
        (void)snprintf(text, size, "%s%" PRIu64 " done, %.0f/s, %" PRIu64 " in flight", stopping,
                       now->done, rate, now->in_flight);
        return;
    }
    char left[32] = "?";
    if (rate > 0)
        format_duration((uint64_t)((double)(now->total - now->done) / rate), left, sizeof left);
    (void)snprintf(
        text, size, "%s%" PRIu64 "/%" PRIu64 " %d%%, %.0f/s, %" PRIu64 " in flight, %s left",
        stopping, now->done, now->total, (int)(100.0 * (double)now->done / (double)now->total),
        rate, now->in_flight, left);
}

/* Adds a part when the line has room for all of it. */
static void add_part(char *line, int room, const char *part)
{
    const size_t length = strlen(line);
    if (room > 0 && length + strlen(part) <= (size_t)room)
        (void)snprintf(line + length, LINE_SIZE - length, "%s", part);
}

void progress_show(void *context, const struct mst_audit_progress *now)
{
    struct progress *progress = context;
    progress->done = now->done;
    if (!progress->enabled)
        return;
    const int columns = terminal_columns();
    const int room = (columns < LINE_SIZE ? columns : LINE_SIZE) - 1;
    char line[LINE_SIZE];
    char part[LINE_SIZE];
    format_position(now, line, sizeof line);
    (void)snprintf(part, sizeof part, " | must-staple %" PRIu64 " ok %" PRIu64 " bad",
                   now->must_staple_ok, now->must_staple_not_ok);
    add_part(line, room, part);
    (void)snprintf(part, sizeof part, ", stapled %" PRIu64 " ok %" PRIu64 " bad", now->stapled,
                   now->stapled_not_ok);
    add_part(line, room, part);
    (void)fprintf(stderr, "\r\033[K%.*s", room > 0 ? room : 0, line);
    (void)fflush(stderr);
    progress->shown = true;
}

void progress_clear(struct progress *progress)
{
    if (!progress->shown)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->shown = false;
}
