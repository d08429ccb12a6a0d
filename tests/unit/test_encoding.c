#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "pki/encoding.h"

/* RFC 4648 10. */
static void test_base64(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
    } rows[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"},
                {"\xff\xfe\xfd", "//79"}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        char *text = mst_base64_encode((const uint8_t *)rows[i].bytes, strlen(rows[i].bytes));
        assert_string_equal(text, rows[i].text);
        free(text);
    }
}

/* Long input stays on one line. */
static void test_base64_long(void **state)
{
    (void)state;
    static const uint8_t zeros[3000];
    char *text = mst_base64_encode(zeros, sizeof zeros);
    assert_int_equal(strspn(text, "A"), 4000);
    assert_int_equal(strlen(text), 4000);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_base64),
                                       cmocka_unit_test(test_base64_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
