#include "option.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { HELP_COLUMN = 30, LONG_BASE = 256, ROW_TEXT_SIZE = 96 };

/* A message may quote a file or an argument, and a terminal must not obey what stands there. */
static void blank_controls(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at; at++) {
        const bool is_c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
        if (*at < ' ' || *at == 0x7f || is_c1)
            *at = '?';
        if (is_c1)
            at[1] = '?';
    }
}

void complain(const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    blank_controls(text);
    /* A quotation may be cut within a character, or be no UTF-8: then 0x9b alone is a control. */
    char *shown MST_AUTO_FREE = mst_text_sanitize(text, strlen(text), 3 * sizeof text);
    (void)fprintf(stderr, "muststaple: %s\n", shown);
}

bool printed(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    complain("cannot write to standard output: %s", strerror(errno));
    return false;
}

void ignore_broken_pipes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

static const struct option_row *find_row(const struct option_row *rows, size_t count, int key)
{
    if (key >= LONG_BASE)
        return &rows[key - LONG_BASE];
    for (size_t i = 0; i < count; i++)
        if (rows[i].letter == key)
            return &rows[i];
    return NULL;
}

/* The tables that getopt_long wants. */
struct getopt_tables {
    struct option *longs;
    char *shorts;
};

static void make_tables(const struct option_row *rows, size_t count, struct getopt_tables *ret)
{
    ret->longs = mst_alloc(count + 1, sizeof *ret->longs);
    ret->shorts = mst_alloc(2 * count + 2, 1);
    size_t length = 0;
    ret->shorts[length++] = ':';
    for (size_t i = 0; i < count; i++) {
        ret->longs[i] =
            (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
                            LONG_BASE + (int)i};
        if (!rows[i].letter)
            continue;
        ret->shorts[length++] = rows[i].letter;
        if (rows[i].argument)
            ret->shorts[length++] = ':';
    }
}

/* Says what is wrong with the option that getopt_long has just refused. */
static void refuse_option(int key, char **argv)
{
    const char letter[] = {'-', (char)optopt, '\0'};
    const bool is_letter = optopt > 0 && optopt < LONG_BASE;
    const char *option = is_letter ? letter : argv[optind - 1];
    if (key == ':')
        complain("option '%s' needs a value; see 'muststaple %s --help'", option, argv[0]);
    else
        complain("unknown option '%s'; see 'muststaple %s --help'", option, argv[0]);
}

static void note(struct option_log *log, const struct option_row *row, const char *value)
{
    if (log->count == OPTION_LOG_MAX)
        return;
    log->names[log->count] = row->name;
    log->values[log->count++] = value ? value : "true";
}

int options_parse(const struct option_row *rows, size_t count, int argc, char **argv, void *into,
                  struct option_log *log)
{
    struct getopt_tables tables;
    make_tables(rows, count, &tables);
    struct option *longs MST_AUTO_FREE = tables.longs;
    char *shorts MST_AUTO_FREE = tables.shorts;
    opterr = 0;
    optind = 1;
    int key = 0;
    while ((key = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        const struct option_row *row = key == ':' || key == '?' ? NULL : find_row(rows, count, key);
        if (!row) {
            refuse_option(key, argv);
            return -1;
        }
        if (!row->set(row, optarg, into))
            return -1;
        note(log, row, optarg);
    }
    return optind;
}

static void print_row(const struct option_row *row)
{
    char left[ROW_TEXT_SIZE];
    const char letter[] = {'-', row->letter, ',', ' ', '\0'};
    (void)snprintf(left, sizeof left, "  %s--%s%s%s", row->letter ? letter : "    ", row->name,
                   row->argument ? " " : "", row->argument ? row->argument : "");
    (void)printf("%-*s", HELP_COLUMN, left);
    if (strlen(left) >= HELP_COLUMN)
        (void)printf("\n%*s", HELP_COLUMN, "");
    for (const char *at = row->help; *at; at++) {
        (void)putchar(*at);
        if (*at == '\n')
            (void)printf("%*s", HELP_COLUMN, "");
    }
    (void)putchar('\n');
}

void options_print(const struct option_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].group)
            (void)printf("\n%s:\n", rows[i].group);
        print_row(&rows[i]);
    }
}

static void *member(const struct option_row *row, void *into)
{
    return (char *)into + row->offset;
}

bool option_set_flag(const struct option_row *row, const char *value, void *into)
{
    (void)value;
    *(bool *)member(row, into) = true;
    return true;
}

bool option_set_text(const struct option_row *row, const char *value, void *into)
{
    *(const char **)member(row, into) = value;
    return true;
}

static bool refuse(const struct option_row *row, const char *value, const char *wanted)
{
    complain("--%s takes %s, not '%.80s'", row->name, wanted, value);
    return false;
}

static bool read_number(const struct option_row *row, const char *value, uint64_t *ret_number)
{
    char wanted[ROW_TEXT_SIZE];
    (void)snprintf(wanted, sizeof wanted, "a whole number from %llu to %llu",
                   (unsigned long long)row->low, (unsigned long long)row->high);
    if (!isdigit((unsigned char)value[0]))
        return refuse(row, value, wanted);
    char *end = NULL;
    errno = 0;
    const unsigned long long number = strtoull(value, &end, 10);
    if (errno != 0 || *end != '\0' || number < row->low || number > row->high)
        return refuse(row, value, wanted);
    *ret_number = number;
    return true;
}

bool option_set_u16(const struct option_row *row, const char *value, void *into)
{
    uint64_t number = 0;
    if (!read_number(row, value, &number))
        return false;
    *(uint16_t *)member(row, into) = (uint16_t)number;
    return true;
}

bool option_set_u32(const struct option_row *row, const char *value, void *into)
{
    uint64_t number = 0;
    if (!read_number(row, value, &number))
        return false;
    *(uint32_t *)member(row, into) = (uint32_t)number;
    return true;
}

bool option_set_u64(const struct option_row *row, const char *value, void *into)
{
    return read_number(row, value, member(row, into));
}

bool option_set_s64(const struct option_row *row, const char *value, void *into)
{
    uint64_t number = 0;
    if (!read_number(row, value, &number))
        return false;
    *(int64_t *)member(row, into) = (int64_t)number;
    return true;
}

bool option_set_time(const struct option_row *row, const char *value, void *into)
{
    struct option_time *time = member(row, into);
    time->given = mst_time_parse(value, &time->time_s);
    return time->given ||
           refuse(row, value, "seconds since 1970 or a time like 2026-11-23T08:00:00Z");
}

bool option_set_milliseconds(const struct option_row *row, const char *value, void *into)
{
    static const char wanted[] = "seconds, from 0.01 to 86400";
    enum { MS_PER_S = 1000, LEAST_MS = 10, MOST_S = 86400 };
    if (strspn(value, "0123456789.") != strlen(value) || !isdigit((unsigned char)value[0]))
        return refuse(row, value, wanted);
    char *end = NULL;
    const double seconds = strtod(value, &end);
    if (*end != '\0' || seconds > MOST_S || seconds * MS_PER_S < LEAST_MS)
        return refuse(row, value, wanted);
    *(int64_t *)member(row, into) = (int64_t)(seconds * MS_PER_S + 0.5);
    return true;
}
