#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

enum { STEPS = 4 };

/* Appends of so many bytes each, in a buffer with a ceiling: how many of them fit. */
static const struct append_row {
    size_t ceiling;
    size_t steps[STEPS];
    bool fits[STEPS];
} append_rows[] = {
    {0, {0, 1, 0, 1}, {true, false, true, false}},
    {1, {1, 1, 0, 0}, {true, false, true, true}},
    {10, {11, 10, 1, 0}, {false, true, false, true}},
    {10, {4, 4, 4, 2}, {true, true, false, true}},
    {256, {255, 1, 1, 0}, {true, true, false, true}},
    {257, {256, 1, 1, 0}, {true, true, false, true}},
    {1000, {256, 257, 487, 1}, {true, true, true, false}},
    {70000, {1, 65535, 4465, 0}, {true, true, false, true}},
    {SIZE_MAX, {1, 300, 70000, 0}, {true, true, true, true}},
};

static void test_append_keeps_the_ceiling(void **context)
{
    (void)context;
    static uint8_t bytes[70000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < MST_COUNT_OF(append_rows); i++) {
        const struct append_row *row = &append_rows[i];
        struct mst_buf buf;
        mst_buf_init(&buf, row->ceiling);
        size_t expected = 0;
        for (size_t step = 0; step < STEPS; step++) {
            const bool fits = mst_buf_append(&buf, bytes, row->steps[step]);
            assert_int_equal(fits, row->fits[step]);
            expected += fits ? row->steps[step] : 0;
            assert_int_equal(buf.length, expected);
            assert_true(buf.length <= row->ceiling);
            if (fits && row->steps[step] > 0)
                assert_memory_equal(buf.data + expected - row->steps[step], bytes,
                                    row->steps[step]);
        }
        mst_buf_release(&buf);
        assert_null(buf.data);
        assert_int_equal(buf.ceiling, row->ceiling);
    }
}

static const struct consume_row {
    const char *before;
    size_t length;
    const char *after;
} consume_rows[] = {
    {"", 0, ""},      {"", 9, ""},           {"abc", 0, "abc"},
    {"abc", 1, "bc"}, {"abc", 2, "c"},       {"abc", 3, ""},
    {"abc", 4, ""},   {"abc", SIZE_MAX, ""}, {"abcdefgh", 2, "cdefgh"},
};

static void test_consume(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(consume_rows); i++) {
        const struct consume_row *row = &consume_rows[i];
        struct mst_buf buf;
        mst_buf_init(&buf, 100);
        assert_true(mst_buf_append(&buf, row->before, strlen(row->before)));
        mst_buf_consume(&buf, row->length);
        assert_int_equal(buf.length, strlen(row->after));
        if (buf.length > 0)
            assert_memory_equal(buf.data, row->after, buf.length);
        assert_true(mst_buf_append(&buf, "x", 1));
        assert_int_equal(buf.data[buf.length - 1], 'x');
        mst_buf_release(&buf);
    }
}

static const struct steal_row {
    const char *bytes;
    size_t consumed;
    const char *stolen; /* NULL: nothing to steal */
} steal_rows[] = {{"", 0, NULL}, {"abc", 0, "abc"}, {"abc", 2, "c"}, {"abc", 3, NULL}};

static void test_steal(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(steal_rows); i++) {
        const struct steal_row *row = &steal_rows[i];
        struct mst_buf buf;
        mst_buf_init(&buf, 100);
        assert_true(mst_buf_append(&buf, row->bytes, strlen(row->bytes)));
        mst_buf_consume(&buf, row->consumed);
        size_t length = SIZE_MAX;
        uint8_t *stolen = mst_buf_steal(&buf, &length);
        assert_int_equal(length, row->stolen ? strlen(row->stolen) : 0);
        if (row->stolen)
            assert_memory_equal(stolen, row->stolen, length);
        else
            assert_null(stolen);
        free(stolen);
        assert_null(buf.data);
        assert_int_equal(buf.length, 0);
        assert_true(mst_buf_append(&buf, "again", 5));
        mst_buf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append_keeps_the_ceiling),
        cmocka_unit_test(test_consume),
        cmocka_unit_test(test_steal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
