/* Options of a command as a table: one row serves the parsing, the --help text and the summary. */
#ifndef MST_SCANNER_OPTION_H
#define MST_SCANNER_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row;

/* Takes one value (NULL for an option without); false when it cannot be, with the reason printed.
 */
typedef bool option_set_fn(const struct option_row *row, const char *value, void *into);

struct option_row {
    const char *group;    /* heading in --help, on the first row of a group; else NULL */
    char letter;          /* 0: none */
    const char *name;     /* long name */
    const char *argument; /* as in --help; NULL: takes none */
    const char *help;     /* one or more lines, '\n' between them */
    option_set_fn *set;
    size_t offset;      /* of the member that `set` fills */
    uint64_t low, high; /* for numbers */
};

/* The options as they were given, in order: long names, and values ("true" for a switch). Borrowed
 * from the rows and argv. What does not fit is left out. */
enum { OPTION_LOG_MAX = 64 };
struct option_log {
    size_t count;
    const char *names[OPTION_LOG_MAX];
    const char *values[OPTION_LOG_MAX];
};

/* Reads the options of `argv` (argv[0] is the command's name) into `into`, and logs them. Gives the
 * index of the first operand, or -1 after printing one line to standard error. */
int options_parse(const struct option_row *rows, size_t count, int argc, char **argv, void *into,
                  struct option_log *log);

/* Prints the rows to standard output, by groups. */
void options_print(const struct option_row *rows, size_t count);

/* A time that may be given: --at. */
struct option_time {
    bool given;
    int64_t time_s; /* since the epoch */
};

/* Setters. `offset` names a member of the type given. */
option_set_fn option_set_flag;         /* bool: true */
option_set_fn option_set_text;         /* const char * */
option_set_fn option_set_u16;          /* uint16_t, low..high */
option_set_fn option_set_u32;          /* uint32_t, low..high */
option_set_fn option_set_u64;          /* uint64_t, low..high */
option_set_fn option_set_s64;          /* int64_t, low..high */
option_set_fn option_set_time;         /* struct option_time: seconds since 1970 or RFC 3339 */
option_set_fn option_set_milliseconds; /* int64_t: seconds with up to three decimals */

/* From here on a reader that went away is a failed write and not the end of the program. */
void ignore_broken_pipes(void);

/* Whether what was printed to standard output has arrived; complains when it has not. */
bool printed(void);

/* One line to standard error: "muststaple: <text>". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
