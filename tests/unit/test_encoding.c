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

static void test_decode(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *bytes; /* NULL: not base64 */
    } rows[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"//79", "\xff\xfe\xfd"},
        {"Z", NULL},
        {"Zg", NULL},
        {"Zg=", NULL},
        {"Zm8", NULL},
        {"Zm9vYg", NULL},
        {"=", NULL},
        {"====", NULL},
        {"Z===", NULL},
        {"=g==", NULL},
        {"Zg==Zg==", NULL},
        {"Zm8=Zm9v", NULL},
        {"Z=9v", NULL},
        {"Zm9v====", NULL},
        {"Zh==", NULL}, /* bits that stand for nothing */
        {"Zm9=", NULL},
        {" Zm9v", NULL},
        {"Zm9v\n", NULL},
        {"Zm9v\n\n\n\n", NULL},
        {"Zm\n9vYm", NULL},
        {"    ", NULL},
        {" Zm9vYm", NULL},
        {"Zm9vYg= ", NULL},
        {"--79", NULL},
        {"_w==", NULL},
        {"Zm9-", NULL},
        {"Zm9\xc3", NULL},
        {"Zm@v", NULL},
        {"Zm[v", NULL},
        {"Zm`v", NULL},
        {"Zm{v", NULL},
        {"Zm:v", NULL},
        {"Zm.v", NULL},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        size_t length = 77;
        print_message("\"%s\"\n", rows[i].text);
        uint8_t *bytes = mst_base64_decode(rows[i].text, strlen(rows[i].text), &length);
        assert_int_equal(bytes != NULL, rows[i].bytes != NULL);
        assert_int_equal(length, rows[i].bytes ? strlen(rows[i].bytes) : 77);
        if (bytes)
            assert_memory_equal(bytes, rows[i].bytes, length);
        free(bytes);
    }
}

static void test_decode_nul(void **state)
{
    (void)state;
    static const char text[] = "Zm9\0";
    size_t length = 0;
    assert_null(mst_base64_decode(text, 4, &length));
    assert_null(mst_base64_decode(text, SIZE_MAX - 3, &length));
    assert_null(mst_base64_encode((const uint8_t *)text, SIZE_MAX));
}

/* Bytes of every length and value come back. */
static void test_round_trip(void **state)
{
    (void)state;
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i <= sizeof bytes; i++) {
        size_t length = 0;
        char *text = mst_base64_encode(bytes, i);
        uint8_t *again = mst_base64_decode(text, strlen(text), &length);
        assert_non_null(again);
        assert_int_equal(length, i);
        assert_memory_equal(again, bytes, i);
        free(again);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64), cmocka_unit_test(test_base64_long),
        cmocka_unit_test(test_decode), cmocka_unit_test(test_decode_nul),
        cmocka_unit_test(test_round_trip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
