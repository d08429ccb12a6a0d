#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/attributes.h"
#include "base/clock.h"

#define NONE MST_TIME_NONE
#define BAD INT64_C(-4242424242)

static const struct parse_row {
    const char *text;
    int64_t time_s; /* BAD: not a time */
} parse_rows[] = {
    {"0", 0},
    {"-1", -1},
    {"1700000000", 1700000000},
    {"9223372036854775807", INT64_MAX},
    {"9223372036854775808", BAD},
    {"-9223372036854775807", -INT64_MAX},
    {"-9223372036854775808", BAD},
    {"", BAD},
    {"-", BAD},
    {"+1", BAD},
    {" 1", BAD},
    {"1 ", BAD},
    {"1.5", BAD},
    {"0x10", BAD},
    {"1970-01-01T00:00:00Z", 0},
    {"2023-11-14T22:13:20Z", 1700000000},
    {"2023-11-14t22:13:20z", 1700000000},
    {"2023-11-14T22:13:20.999Z", 1700000000},
    {"2023-11-14T22:13:20.1234567890123456789Z", 1700000000},
    {"2023-11-14T22:13:20.Z", BAD},
    {"2023-11-14T22:13:20,5Z", BAD},
    {"2023-11-15T00:13:20+02:00", 1700000000},
    {"2023-11-14T20:43:20-01:30", 1700000000},
    {"2023-11-14T22:13:20.5+00:00", 1700000000},
    {"2023-11-14T22:13:20-00:00", 1700000000},
    {"2023-11-14T22:13:20+23:59", 1699913660},
    {"2023-11-14T22:13:20+24:00", BAD},
    {"2023-11-14T22:13:20+00:60", BAD},
    {"2023-11-14T22:13:20+0200", BAD},
    {"2023-11-14T22:13:20+02:0", BAD},
    {"2023-11-14T22:13:20+0x:00", BAD},
    {"2023-11-14T22:13:20+02:00 ", BAD},
    {"2023-11-14T22:13:20", BAD},
    {"2023-11-14T22:13:20ZZ", BAD},
    {"2023-11-14T22:13:20 Z", BAD},
    {"2023-11-14 22:13:20Z", BAD},
    {"2023-11-14", BAD},
    {" 2023-11-14T22:13:20Z", BAD},
    {"+023-11-14T22:13:20Z", BAD},
    {"23-11-14T22:13:20Z", BAD},
    {"2023-1-14T22:13:20Z", BAD},
    {"2023-11-4T22:13:20Z", BAD},
    {"2023-11- 4T22:13:20Z", BAD},
    {"2023-11-14T2:13:20Z", BAD},
    {"2023-11-14T22:13:2Z", BAD},
    {"2023-00-14T22:13:20Z", BAD},
    {"2023-13-14T22:13:20Z", BAD},
    {"2023-11-00T22:13:20Z", BAD},
    {"2023-11-31T22:13:20Z", BAD},
    {"2023-02-29T00:00:00Z", BAD},
    {"2024-02-29T00:00:00Z", 1709164800},
    {"1900-02-29T00:00:00Z", BAD},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2023-11-14T24:00:00Z", BAD},
    {"2023-11-14T22:60:20Z", BAD},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"2016-12-31T23:59:61Z", BAD},
    {"0000-01-01T00:00:00Z", INT64_C(-62167219200)},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
    {"10000-01-01T00:00:00Z", BAD},
};

static void test_parse(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(parse_rows); i++) {
        int64_t time_s = BAD;
        const bool ok = mst_time_parse(parse_rows[i].text, &time_s);
        if (ok != (parse_rows[i].time_s != BAD) || time_s != parse_rows[i].time_s)
            fail_msg("'%s': %d %" PRId64, parse_rows[i].text, (int)ok, time_s);
    }
}

static const struct format_row {
    int64_t time_s;
    const char *text;
} format_rows[] = {
    {0, "1970-01-01T00:00:00Z"},
    {-1, "1969-12-31T23:59:59Z"},
    {1700000000, "2023-11-14T22:13:20Z"},
    {1709164800, "2024-02-29T00:00:00Z"},
    {INT64_C(-62167219200), "0000-01-01T00:00:00Z"},
    {INT64_C(-62167219201), ""},
    {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
    {INT64_C(253402300800), ""},
    {INT64_MAX, ""},
    {NONE, ""},
    {NONE + 1, ""},
};

static void test_format(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(format_rows); i++) {
        const struct format_row *row = &format_rows[i];
        char text[MST_RFC3339_SIZE] = "dirty";
        mst_time_format_s(row->time_s, text);
        assert_string_equal(text, row->text);
        int64_t back_s = BAD;
        if (text[0] != '\0') {
            assert_true(mst_time_parse(text, &back_s));
            assert_int_equal(back_s, row->time_s);
        }
    }
}

static const struct format_row format_ms_rows[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {1, "1970-01-01T00:00:00.001Z"},
    {999, "1970-01-01T00:00:00.999Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {-1000, "1969-12-31T23:59:59.000Z"},
    {-1001, "1969-12-31T23:59:58.999Z"},
    {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
    {INT64_C(253402300800000), ""},
    {INT64_C(-62167219200001), ""},
    {NONE, ""},
    {INT64_MAX, ""},
};

static void test_format_ms(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(format_ms_rows); i++) {
        char text[MST_RFC3339_SIZE] = "dirty";
        mst_time_format_ms(format_ms_rows[i].time_s, text);
        assert_string_equal(text, format_ms_rows[i].text);
    }
}

static const struct sum_row {
    int64_t left, right, sum, difference;
} sum_rows[] = {
    {1, 2, 3, -1},
    {-5, 5, 0, -10},
    {NONE, 1, NONE, NONE},
    {1, NONE, NONE, NONE},
    {NONE, NONE, NONE, NONE},
    {INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
    {INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
    {INT64_MAX, INT64_MAX, INT64_MAX, 0},
    {INT64_MAX, NONE + 1, 0, INT64_MAX},
    {NONE + 1, -1, NONE + 1, NONE + 2},
    {NONE + 1, 1, NONE + 2, NONE + 1},
    {NONE + 1, INT64_MAX, 0, NONE + 1},
    {NONE + 1, NONE + 1, NONE + 1, 0},
    {-1, INT64_MAX, INT64_MAX - 1, NONE + 1},
    {0, NONE + 1, NONE + 1, INT64_MAX},
};

static void test_sums(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(sum_rows); i++) {
        const struct sum_row *row = &sum_rows[i];
        if (mst_time_add(row->left, row->right) != row->sum ||
            mst_time_subtract(row->left, row->right) != row->difference)
            fail_msg("row %zu: %" PRId64 " %" PRId64, i, mst_time_add(row->left, row->right),
                     mst_time_subtract(row->left, row->right));
    }
}

static void test_clocks(void **context)
{
    (void)context;
    const int64_t before_ms = mst_clock_monotonic_ms();
    assert_true(mst_clock_monotonic_ms() >= before_ms);
    assert_true(llabs(mst_clock_wall_ms() / 1000 - (int64_t)time(NULL)) <= 2);
}

/* Nothing here depends on where the machine stands. */
static int far_away(void **context)
{
    (void)context;
    const int failed = setenv("TZ", "Pacific/Kiritimati", 1);
    tzset();
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),     cmocka_unit_test(test_format),
        cmocka_unit_test(test_format_ms), cmocka_unit_test(test_sums),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ||
           cmocka_run_group_tests_name("far away", tests, far_away, NULL);
}
