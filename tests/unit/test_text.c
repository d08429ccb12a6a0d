#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

#define FFFD "\xef\xbf\xbd"
#define BYTES(literal) (literal), sizeof(literal) - 1

/* What comes in, what is left of it within the limit. */
static const struct sanitize_row {
    const char *name;
    const char *bytes;
    size_t length, limit;
    const char *text;
} sanitize_rows[] = {
    {"nothing", BYTES(""), 100, ""},
    {"ASCII", BYTES("abc"), 100, "abc"},
    {"control characters", BYTES("a\x01\x1b[0m"), 100, "a\x01\x1b[0m"},
    {"DEL", BYTES("a\x7f"), 100, "a" FFFD},
    {"C1 controls", BYTES("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"), 100, FFFD FFFD FFFD "\xc2\xa0"},
    {"NUL", BYTES("a\0b"), 100, "a" FFFD "b"},
    {"two bytes", BYTES("\xc2\xa0\xdf\xbf"), 100, "\xc2\xa0\xdf\xbf"},
    {"three bytes", BYTES("\xe0\xa0\x80\xef\xbf\xbf"), 100, "\xe0\xa0\x80\xef\xbf\xbf"},
    {"around the surrogates", BYTES("\xed\x9f\xbf\xee\x80\x80"), 100, "\xed\x9f\xbf\xee\x80\x80"},
    {"four bytes", BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 100,
     "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
    {"overlong slash in two", BYTES("\xc0\xaf"), 100, FFFD FFFD},
    {"overlong in two, the last one", BYTES("\xc1\xbf"), 100, FFFD FFFD},
    {"overlong in three", BYTES("\xe0\x9f\xbf"), 100, FFFD FFFD FFFD},
    {"overlong in four", BYTES("\xf0\x8f\xbf\xbf"), 100, FFFD FFFD FFFD FFFD},
    {"overlong NUL", BYTES("\xc0\x80"), 100, FFFD FFFD},
    {"high surrogate", BYTES("\xed\xa0\x80"), 100, FFFD FFFD FFFD},
    {"low surrogate", BYTES("\xed\xbf\xbf"), 100, FFFD FFFD FFFD},
    {"beyond Unicode", BYTES("\xf4\x90\x80\x80"), 100, FFFD FFFD FFFD FFFD},
    {"five bytes", BYTES("\xf8\x88\x80\x80\x80"), 100, FFFD FFFD FFFD FFFD FFFD},
    {"never bytes", BYTES("\xfe\xff"), 100, FFFD FFFD},
    {"lone continuation",
     BYTES("\x80"
           "a\xbf"),
     100, FFFD "a" FFFD},
    {"cut after one of two", BYTES("a\xc3"), 100, "a" FFFD},
    {"cut after two of three", BYTES("a\xe2\x82"), 100, "a" FFFD FFFD},
    {"cut after three of four", BYTES("a\xf0\x9f\x98"), 100, "a" FFFD FFFD FFFD},
    {"broken off by ASCII",
     BYTES("\xe2\x82"
           "a"),
     100, FFFD FFFD "a"},
    {"broken in its third byte", BYTES("\xe2\x82\xc0"), 100, FFFD FFFD FFFD},
    {"broken in its fourth byte", BYTES("\xf0\x9f\x98\x7e"), 100, FFFD FFFD FFFD "\x7e"},
    {"Latin-1", BYTES("M\xfcller"), 100, "M" FFFD "ller"},
    {"as long as allowed", BYTES("abcd"), 4, "abcd"},
    {"a byte longer", BYTES("abcde"), 4, "abcd..."},
    {"not cut within a character", BYTES("abc\xc3\xa4"), 4, "abc..."},
    {"character ends at the limit", BYTES("ab\xc3\xa4"), 4, "ab\xc3\xa4"},
    {"replacement does not fit", BYTES("ab\xff"), 4, "ab..."},
    {"replacement fits", BYTES("a\xff"), 4, "a" FFFD},
    {"no room at all", BYTES("a"), 0, "..."},
    {"nothing in no room", BYTES(""), 0, ""},
    {"a huge limit", BYTES("\xff\xff"), SIZE_MAX, FFFD FFFD},
};

/* Whether nothing has to be replaced: valid, and no control that JSON would leave bare. */
static bool is_fit(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < length; i++)
        if (at[i] == 0x7f || (at[i] == 0xc2 && i + 1 < length && at[i + 1] < 0xa0))
            return false;
    return mst_text_is_utf8(bytes, length);
}

static void test_sanitize(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(sanitize_rows); i++) {
        const struct sanitize_row *row = &sanitize_rows[i];
        /* a copy of exactly that size, so that a read beyond it is seen */
        char *bytes = malloc(row->length ? row->length : 1);
        assert_non_null(bytes);
        memcpy(bytes, row->bytes, row->length);
        char *text = mst_text_sanitize(bytes, row->length, row->limit);
        if (strcmp(text, row->text) != 0)
            fail_msg("%s: '%s'", row->name, text);
        assert_true(mst_text_is_utf8(text, strlen(text)));
        const bool same = row->length == strlen(text) && memcmp(bytes, text, row->length) == 0;
        if (row->limit >= row->length)
            assert_int_equal(is_fit(bytes, row->length), same);
        free(text);
        free(bytes);
    }
}

/* Every sequence of up to two bytes becomes text, and stays what it is when it already was. */
static void test_all_pairs(void **context)
{
    (void)context;
    for (unsigned pair = 0; pair <= 0xffff; pair++) {
        const uint8_t bytes[] = {(uint8_t)(pair >> 8), (uint8_t)pair};
        char *text = mst_text_sanitize(bytes, sizeof bytes, 100);
        assert_true(mst_text_is_utf8(text, strlen(text)));
        const bool same = strlen(text) == sizeof bytes && memcmp(text, bytes, sizeof bytes) == 0;
        assert_int_equal(is_fit(bytes, sizeof bytes), same);
        free(text);
    }
}

static const struct hex_row {
    const char *bytes;
    size_t length;
    const char *text;
} hex_rows[] = {
    {BYTES(""), ""},
    {BYTES("\x00"), "00"},
    {BYTES("\x09\x0a\x0f\x10\x7f\x80\xff"), "090a0f107f80ff"},
};

static void test_hex(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(hex_rows); i++) {
        char *text = malloc(2 * hex_rows[i].length + 1);
        assert_non_null(text);
        mst_hex((const uint8_t *)hex_rows[i].bytes, hex_rows[i].length, text);
        assert_string_equal(text, hex_rows[i].text);
        free(text);
    }
}

static void test_texts(void **context)
{
    (void)context;
    struct mst_texts texts = {0};
    static const char *const items[] = {"a", "", "c"};
    for (size_t i = 0; i < MST_COUNT_OF(items); i++)
        mst_texts_add(&texts, items[i]);
    assert_int_equal(texts.count, MST_COUNT_OF(items));
    for (size_t i = 0; i < MST_COUNT_OF(items); i++)
        assert_string_equal(texts.items[i], items[i]);
    mst_texts_release(&texts);
    assert_int_equal(texts.count, 0);
    mst_texts_release(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sanitize),
        cmocka_unit_test(test_all_pairs),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
