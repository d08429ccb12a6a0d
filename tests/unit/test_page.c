#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "output/page.h"

enum { NOW_S = 1800000000 }; /* 2027-01-15T08:00:00Z */

struct sheet {
    char *text;
    size_t size;
    struct mst_page page;
};

static void open_sheet(struct sheet *sheet)
{
    *sheet = (struct sheet){0};
    sheet->page.out = open_memstream(&sheet->text, &sheet->size);
    assert_non_null(sheet->page.out);
}

static void expect(struct sheet *sheet, const char *wanted)
{
    assert_int_equal(fclose(sheet->page.out), 0);
    assert_string_equal(sheet->text, wanted);
    free(sheet->text);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        int64_t duration_s;
        const char *words;
    } rows[] = {
        {0, "0 seconds"},
        {1, "1 second"},
        {-1, "1 second"},
        {119, "119 seconds"},
        {120, "2 minutes"},
        {7199, "119 minutes"},
        {7200, "2 hours"},
        {86400, "24 hours"},
        {2 * 86400 - 1, "47 hours"},
        {2 * 86400, "2 days"},
        {-10 * 86400, "10 days"},
        {729 * 86400, "729 days"},
        {730 * 86400, "2 years"},
        {INT64_MAX, "292471208677 years"},
        {-INT64_MAX, "292471208677 years"},
        {MST_TIME_NONE, ""},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char text[MST_DURATION_TEXT_SIZE];
        mst_page_duration(rows[i].duration_s, text);
        assert_string_equal(text, rows[i].words);
    }
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        int64_t time_s;
        const char *line;
    } rows[] = {
        {NOW_S, "  Next update:      2027-01-15T08:00:00Z (now)\n"},
        {NOW_S + 3 * 86400, "  Next update:      2027-01-18T08:00:00Z (in 3 days)\n"},
        {NOW_S - 3600, "  Next update:      2027-01-15T07:00:00Z (60 minutes ago)\n"},
        {MST_TIME_NONE, "  Next update:      not given\n"},
        {INT64_MAX, "  Next update:      outside the years 0 to 9999\n"},
        {INT64_MIN + 1, "  Next update:      outside the years 0 to 9999\n"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct sheet sheet;
        open_sheet(&sheet);
        mst_page_time_row(&sheet.page, "Next update", rows[i].time_s, NOW_S);
        expect(&sheet, rows[i].line);
    }
}

/* What documents hold, and what of it reaches a terminal. */
static void test_nothing_is_obeyed(void **state)
{
    (void)state;
    static const struct {
        const char *given, *line;
    } rows[] = {
        {"CN=caf\u00e9", "  Subject:          CN=caf\u00e9\n"},
        {"CN=\x1b[31mred\x1b[0m", "  Subject:          CN=?[31mred?[0m\n"},
        {"a\r\nb\tc\x7f", "  Subject:          a??b?c\xef\xbf\xbd\n"},
        {"\xc2\x9b"
         "31m",
         "  Subject:          \xef\xbf\xbd"
         "31m\n"},
        {"a\u202egro.elpmaxe", "  Subject:          a?gro.elpmaxe\n"},
        {"a\u2028b\u2066c\u200bd\ufeffe", "  Subject:          a?b?c?d?e\n"},
        {"\xff\xfe", "  Subject:          \xef\xbf\xbd\xef\xbf\xbd\n"},
        {"%s%n", "  Subject:          %s%n\n"},
        {"", "  Subject:          \n"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct sheet sheet;
        open_sheet(&sheet);
        mst_page_row(&sheet.page, "Subject", "%s", rows[i].given);
        expect(&sheet, rows[i].line);
    }
}

static void test_wrapping(void **state)
{
    (void)state;
    struct sheet sheet;
    open_sheet(&sheet);
    mst_page_item(&sheet.page, "%s",
                  "one two three four five six seven eight nine ten eleven twelve thirteen "
                  "fourteen fifteen sixteen seventeen");
    expect(&sheet, "  - one two three four five six seven eight nine ten eleven twelve thirteen "
                   "fourteen fifteen\n    sixteen seventeen\n");
}

/* Columns are characters, not bytes. */
static void test_wrapping_counts_characters(void **state)
{
    (void)state;
    struct sheet sheet;
    char word[2 * 86 + 1];
    for (size_t i = 0; i < 86; i++)
        memcpy(word + 2 * i, "\u00e9", 2);
    word[2 * 86] = '\0';
    char wanted[sizeof word + 16];
    (void)snprintf(wanted, sizeof wanted, "  - %s x\n    y\n", word);
    open_sheet(&sheet);
    mst_page_item(&sheet.page, "%s x y", word);
    expect(&sheet, wanted);
}

/* Somebody may want to copy it. */
static void test_a_long_word_stays_whole(void **state)
{
    (void)state;
    char word[301];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    char wanted[400];
    (void)snprintf(wanted, sizeof wanted, "  OCSP URL:         %s\n", word);
    struct sheet sheet;
    open_sheet(&sheet);
    mst_page_row(&sheet.page, "OCSP URL", "%s", word);
    expect(&sheet, wanted);
}

static void test_other_lines(void **state)
{
    (void)state;
    struct sheet sheet;
    open_sheet(&sheet);
    mst_page_heading(&sheet.page, "%s: a certificate", "file");
    mst_page_blank(&sheet.page);
    mst_page_row(&sheet.page, "Names", "a");
    mst_page_row(&sheet.page, "", "  b");
    mst_page_row(&sheet.page, "", "                 c");
    mst_page_verbatim(&sheet.page, "first\n    second\n");
    expect(&sheet, "file: a certificate\n\n  Names:            a\n                      b\n"
                   "                    c\n"
                   "  first\n      second\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_nothing_is_obeyed),
        cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_wrapping_counts_characters),
        cmocka_unit_test(test_a_long_word_stays_whole),
        cmocka_unit_test(test_other_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
