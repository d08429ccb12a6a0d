#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
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

/* How far it is: "1200/5000 24%, 2:10 left", or how many are done while the end is not known. */
static void format_position(const struct mst_audit_progress *now, double rate, char *text,
                            size_t size)
{
    if (now->total == 0 || now->done > now->total) {
        (void)snprintf(text, size, "%" PRIu64 " done", now->done);
        return;
    }
    char left[32] = "?";
    if (rate > 0)
        format_duration((uint64_t)((double)(now->total - now->done) / rate), left, sizeof left);
    (void)snprintf(text, size, "%" PRIu64 "/%" PRIu64 " %d%%, %s left", now->done, now->total,
                   (int)(100.0 * (double)now->done / (double)now->total), left);
}

void progress_show(void *context, const struct mst_audit_progress *now)
{
    struct progress *progress = context;
    if (!progress->enabled)
        return;
    const double seconds = (double)now->elapsed_ms / MS_PER_S;
    const double rate = seconds > 0 ? (double)now->done / seconds : 0;
    char position[LINE_SIZE / 2];
    char line[LINE_SIZE];
    format_position(now, rate, position, sizeof position);
    (void)snprintf(line, sizeof line,
                   "%s%s, %.0f/s, %" PRIu64 " in flight | must-staple %" PRIu64 " ok %" PRIu64
                   " not, stapled %" PRIu64 " ok %" PRIu64 " not",
                   now->stopping ? "stopping: " : "", position, rate, now->in_flight,
                   now->must_staple_ok, now->must_staple_not_ok, now->stapled, now->stapled_not_ok);
    (void)fprintf(stderr, "\r\033[K%.*s", terminal_columns() - 1, line);
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
