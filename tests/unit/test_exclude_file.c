#include "input/exclude_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/mem.h"

/* Reads `bytes` as a file would be; the path is put into `path` for the messages. */
static enum mst_status read_bytes(const void *bytes, size_t length, struct mst_exclusion *exclusion,
                                  struct mst_error *error, char path[64])
{
    (void)snprintf(path, 64, "/tmp/mst-exclude-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    (void)close(fd);
    const enum mst_status status = mst_exclude_file_read(path, exclusion, error);
    (void)unlink(path);
    return status;
}

static const char list[] = "\xef\xbb\xbf# do not scan these\r\n"
                           "\r\n"
                           "192.0.2.0/24   # a network\r\n"
                           "  198.51.100.7\n"
                           "2001:DB8::/32\n"
                           "Example.COM.\n"
                           "\t.dot.example\n"
                           "*.star.example # and below\n"
                           "m\xc3\xbcnchen.example\n"
                           "*.\xc3\xbc.example";

struct row {
    const char *subject;
    bool excluded;
};

static const struct row rows[] = {
    {"192.0.2.200", true},       {"192.0.3.1", false},
    {"198.51.100.7", true},      {"198.51.100.8", false},
    {"2001:db8:1::1", true},     {"2001:db9::1", false},
    {"example.com", true},       {"www.example.com", true},
    {"notexample.com", false},   {"dot.example", true},
    {"a.dot.example", true},     {"star.example", true},
    {"b.star.example", true},    {"xn--mnchen-3ya.example", true},
    {"a.xn--tda.example", true}, {"example", false},
};

static void test_list(void **state)
{
    (void)state;
    struct mst_exclusion exclusion = {0};
    struct mst_error error = {0};
    char path[64];
    if (read_bytes(list, sizeof list - 1, &exclusion, &error, path) != MST_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_address address;
        const bool excluded = mst_address_parse(rows[i].subject, &address)
                                  ? mst_exclusion_has_address(&exclusion, &address)
                                  : mst_exclusion_has_host(&exclusion, rows[i].subject);
        if (excluded != rows[i].excluded)
            fail_msg("%s", rows[i].subject);
    }
    mst_exclusion_release(&exclusion);
}

struct bad {
    const char *bytes;
    size_t length; /* 0: the string's */
    unsigned line;
    const char *shown;
};

static const struct bad bad[] = {
    {"192.0.2.0/33\n", 0, 1, "192.0.2.0/33"},
    {"ok.example\n\n# x\n192.0.2.0/\n", 0, 4, "192.0.2.0/"},
    {"256.0.0.1\n", 0, 1, "256.0.0.1"},
    {"2001:db8::/129\n", 0, 1, "2001:db8::/129"},
    {"exa mple.com\n", 0, 1, "exa mple.com"},
    {"*\n", 0, 1, "*"},
    {"*.\n", 0, 1, "*."},
    {".\n", 0, 1, "."},
    {"https://example.com/\n", 0, 1, "https://example.com/"},
    {"a\0b\n", 4, 1,
     "a\xef\xbf\xbd"
     "b"},
    {"\xff\n", 0, 1, "\xef\xbf\xbd"},
};

static void test_bad_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(bad); i++) {
        struct mst_exclusion exclusion = {0};
        struct mst_error error = {0};
        char path[64];
        const size_t length = bad[i].length ? bad[i].length : strlen(bad[i].bytes);
        assert_int_equal(read_bytes(bad[i].bytes, length, &exclusion, &error, path),
                         MST_ERROR_USAGE);
        char text[256];
        (void)snprintf(text, sizeof text, "'%s', line %u: '%s' is no CIDR block, address or domain",
                       path, bad[i].line, bad[i].shown);
        assert_string_equal(error.text, text);
        mst_exclusion_release(&exclusion);
    }
}

static void test_long_line(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    char *bytes = mst_alloc(LONG, 1);
    memset(bytes, 'a', LONG);
    struct mst_exclusion exclusion = {0};
    struct mst_error error = {0};
    char path[64];
    assert_int_equal(read_bytes(bytes, LONG, &exclusion, &error, path), MST_ERROR_USAGE);
    assert_non_null(strstr(error.text, "line 1: 'aaaa"));
    bytes[0] = '#';
    assert_int_equal(read_bytes(bytes, LONG, &exclusion, &error, path), MST_OK);
    assert_int_equal(exclusion.domain_count, 0);
    free(bytes);
}

static void test_unreadable_files(void **state)
{
    (void)state;
    struct mst_exclusion exclusion = {0};
    struct mst_error error = {0};
    assert_int_equal(mst_exclude_file_read("/nonexistent/x", &exclusion, &error), MST_ERROR_USAGE);
    assert_string_equal(error.text,
                        "cannot read exclusions from '/nonexistent/x': No such file or directory");
    assert_int_equal(mst_exclude_file_read("/tmp", &exclusion, &error), MST_ERROR_USAGE);
    assert_string_equal(error.text, "cannot read exclusions from '/tmp': Is a directory");
    assert_int_equal(mst_exclude_file_read("/proc/self/mem", &exclusion, &error), MST_ERROR_USAGE);
    assert_string_equal(error.text,
                        "cannot read exclusions from '/proc/self/mem': Input/output error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_unreadable_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
