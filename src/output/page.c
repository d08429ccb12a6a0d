#include "output/page.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { INDENT = 2 };

/* Line and paragraph separators, and the marks that make text run the other way or hide it (Unicode
 * Bidi_Control). */
static bool is_deceptive(const unsigned char *at)
{
    static const char *const marks[] = {
        "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028",
        "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060",
        "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff",
    };
    for (size_t i = 0; i < MST_COUNT_OF(marks); i++)
        if (strncmp((const char *)at, marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Valid UTF-8 with '?' in place of whatever a terminal might obey. */
static char *cleaned(const char *text)
{
    enum { LIMIT = 1 << 20 };
    char *clean = mst_text_sanitize(text, strlen(text), LIMIT);
    unsigned char *to = (unsigned char *)clean;
    for (const unsigned char *from = to; *from;) {
        const bool refused = *from < ' ' || is_deceptive(from);
        *to++ = refused ? '?' : *from;
        from++;
        for (; is_continuation(*from); from++)
            if (!refused)
                *to++ = *from;
    }
    *to = '\0';
    return clean;
}

static size_t columns(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += !is_continuation((unsigned char)text[i]);
    return count;
}

/* Words from the column `indent` on, and further in when the text begins with blanks. A word longer
 * than a line is not cut: it may be wanted whole. */
static void wrap(FILE *out, const char *text, size_t indent)
{
    enum { BLANKS_MAX = 8 };
    const size_t blanks = strspn(text, " ");
    text += blanks;
    (void)fprintf(out, "%.*s", (int)blanks, blanks > BLANKS_MAX ? "" : "        ");
    indent += blanks > BLANKS_MAX ? 0 : blanks;
    size_t column = indent;
    for (const char *word = text; *word;) {
        const size_t length = strcspn(word, " ");
        const size_t width = columns(word, length);
        if (column > indent && column + 1 + width > MST_PAGE_WIDTH) {
            (void)fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (column > indent)
            (void)fputc(' ', out);
        (void)fprintf(out, "%.*s", (int)length, word);
        column += (column > indent) + width;
        word += length;
        word += *word == ' ';
    }
    (void)fputc('\n', out);
}

/* The text without what a terminal would obey; to be freed. */
static char *MST_PRINTF(1, 0) make_clean(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    char *raw MST_AUTO_FREE = text;
    return cleaned(raw ? raw : "");
}

static void MST_PRINTF(3, 0)
    print(struct mst_page *page, size_t indent, const char *format, va_list arguments)
{
    char *clean MST_AUTO_FREE = make_clean(format, arguments);
    wrap(page->out, clean, indent);
}

void mst_page_heading(struct mst_page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *clean MST_AUTO_FREE = make_clean(format, arguments);
    va_end(arguments);
    (void)fprintf(page->out, "%s\n", clean);
}

void mst_page_row(struct mst_page *page, const char *label, const char *format, ...)
{
    char name[MST_PAGE_LABEL_WIDTH + 1];
    (void)snprintf(name, sizeof name, "%s%s", label, label[0] ? ":" : "");
    (void)fprintf(page->out, "%*s%-*s", INDENT, "", MST_PAGE_LABEL_WIDTH, name);
    va_list arguments;
    va_start(arguments, format);
    print(page, INDENT + MST_PAGE_LABEL_WIDTH, format, arguments);
    va_end(arguments);
}

void mst_page_item(struct mst_page *page, const char *format, ...)
{
    (void)fputs("  - ", page->out);
    va_list arguments;
    va_start(arguments, format);
    print(page, 2 * INDENT, format, arguments);
    va_end(arguments);
}

void mst_page_verbatim(struct mst_page *page, const char *lines)
{
    for (const char *line = lines; *line;) {
        const size_t length = strcspn(line, "\n");
        (void)fprintf(page->out, "%*s%.*s\n", INDENT, "", (int)length, line);
        line += length;
        line += *line == '\n';
    }
}

void mst_page_blank(struct mst_page *page)
{
    (void)fputc('\n', page->out);
}

/* Each from two of them on, so that "in 1 day" never hides 23 hours. */
static const struct unit {
    const char *name;
    int64_t seconds;
} units[] = {
    {"year", 365 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1},
};

void mst_page_duration(int64_t duration_s, char text[MST_DURATION_TEXT_SIZE])
{
    text[0] = '\0';
    if (duration_s == MST_TIME_NONE)
        return;
    const int64_t length_s = duration_s < 0 ? -duration_s : duration_s;
    const struct unit *unit = units;
    while (unit->seconds > 1 && length_s < 2 * unit->seconds)
        unit++;
    const long long count = length_s / unit->seconds;
    (void)snprintf(text, MST_DURATION_TEXT_SIZE, "%lld %s%s", count, unit->name,
                   count == 1 ? "" : "s");
}

void mst_page_time(int64_t time_s, int64_t now_s, char text[MST_PAGE_TIME_SIZE])
{
    char time[MST_RFC3339_SIZE];
    char duration[MST_DURATION_TEXT_SIZE];
    const int64_t until_s = mst_time_subtract(time_s, now_s);
    mst_time_format_s(time_s, time);
    mst_page_duration(until_s, duration);
    if (time_s == MST_TIME_NONE)
        (void)snprintf(text, MST_PAGE_TIME_SIZE, "not given");
    else if (time[0] == '\0')
        (void)snprintf(text, MST_PAGE_TIME_SIZE, "outside the years 0 to 9999");
    else if (until_s > 0)
        (void)snprintf(text, MST_PAGE_TIME_SIZE, "%s (in %s)", time, duration);
    else if (until_s < 0)
        (void)snprintf(text, MST_PAGE_TIME_SIZE, "%s (%s ago)", time, duration);
    else
        (void)snprintf(text, MST_PAGE_TIME_SIZE, "%s (now)", time);
}

void mst_page_time_row(struct mst_page *page, const char *label, int64_t time_s, int64_t now_s)
{
    char text[MST_PAGE_TIME_SIZE];
    mst_page_time(time_s, now_s, text);
    mst_page_row(page, label, "%s", text);
}
