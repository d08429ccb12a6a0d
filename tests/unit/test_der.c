#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "pki/der.h"

static void test_take(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t bytes[8];
        size_t size;
        unsigned identifier;
        bool taken;
        size_t content, rest;
    } rows[] = {
        {"sequence", {0x30, 0x02, 0x05, 0x00}, 4, 0x30, true, 2, 0},
        {"something follows", {0x02, 0x01, 0x05, 0xe5}, 4, 0x02, true, 1, 1},
        {"empty content", {0x30, 0x00}, 2, 0x30, true, 0, 0},
        {"context tag", {0xa0, 0x01, 0x00}, 3, 0xa0, true, 1, 0},
        {"nothing", {0}, 0, 0x30, false, 0, 0},
        {"identifier alone", {0x30}, 1, 0x30, false, 0, 1},
        {"another tag", {0x31, 0x00}, 2, 0x30, false, 0, 2},
        {"primitive for constructed", {0x10, 0x00}, 2, 0x30, false, 0, 2},
        {"longer than the input", {0x30, 0x03, 0x05, 0x00}, 4, 0x30, false, 0, 4},
        {"indefinite length", {0x30, 0x80, 0x05, 0x00, 0x00, 0x00}, 6, 0x30, false, 0, 6},
        {"length of a length", {0x30, 0x81, 0x02, 0x05, 0x00}, 5, 0x30, false, 0, 5},
        {"length with zeros", {0x30, 0x82, 0x00, 0x02, 0x05, 0x00}, 6, 0x30, false, 0, 6},
        {"length beyond size_t", {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, 6, 0x30, false, 0, 6},
        {"length cut off", {0x30, 0x82, 0x01}, 3, 0x30, false, 0, 3},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].name);
        struct mst_der input = {rows[i].bytes, rows[i].size};
        struct mst_der content = {0};
        assert_int_equal(mst_der_take(&input, rows[i].identifier, &content), rows[i].taken);
        assert_int_equal(content.length, rows[i].content);
        assert_int_equal(input.length, rows[i].rest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_take)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
