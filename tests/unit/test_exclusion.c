#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/attributes.h"
#include "model/exclusion.h"

/* One entry and one host or address (an address is tried as such too): whether it is excluded. */
static const struct match_row {
    const char *entry, *asked;
    bool excluded;
} match_rows[] = {
    {"example.com", "example.com", true},
    {"example.com", "www.example.com", true},
    {"example.com", "a.b.c.example.com", true},
    {"example.com", "notexample.com", false},
    {"example.com", "example.com.evil.test", false},
    {"example.com", "com", false},
    {"example.com", "xample.com", false},
    {"example.com", "example.co", false},
    {"example.com", "", false},
    {"example.com", ".", false},
    {"www.example.com", "example.com", false},
    {".example.com", "example.com", true},
    {".example.com", "www.example.com", true},
    {"*.example.com", "example.com", true},
    {"*.example.com", "www.example.com", true},
    {"example.com.", "www.example.com", true},
    {"EXAMPLE.Com", "www.example.com", true},
    {"com", "example.com", true},
    {"_dmarc.example.com", "_dmarc.example.com", true},
    {"xn--mller-kva.test", "www.xn--mller-kva.test", true},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.0/24", "192.0.2.0", true},
    {"192.0.2.0/24", "192.0.2.255", true},
    {"192.0.2.0/24", "192.0.3.0", false},
    {"192.0.2.0/24", "192.0.1.255", false},
    {"192.0.2.77/24", "192.0.2.1", true},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"2001:db8::/32", "2001:db8:ffff::1", true},
    {"2001:db8::/32", "2001:db9::", false},
    {"2001:db8::1", "2001:db8::1", true},
    {"2001:DB8::1/128", "2001:db8::1", true},
    /* the same machine under another address */
    {"192.0.2.0/24", "::ffff:192.0.2.1", true},
    {"192.0.2.0/24", "64:ff9b::192.0.2.1", true},
    {"192.0.2.0/24", "2002:c000:201::1", true},
    {"192.0.2.0/24", "::ffff:192.0.3.1", false},
    {"::ffff:0:0/96", "::ffff:192.0.2.1", true},
    {"::ffff:0:0/96", "192.0.2.1", false},
};

static bool is_excluded(const struct mst_exclusion *exclusion, const char *asked)
{
    struct mst_address address;
    return mst_exclusion_has_host(exclusion, asked) ||
           (mst_address_parse(asked, &address) && mst_exclusion_has_address(exclusion, &address));
}

static void test_matches(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(match_rows); i++) {
        const struct match_row *row = &match_rows[i];
        struct mst_exclusion exclusion = {0};
        assert_true(mst_exclusion_add(&exclusion, row->entry));
        if (is_excluded(&exclusion, row->asked) != row->excluded)
            fail_msg("%s: %s", row->entry, row->asked);
        mst_exclusion_release(&exclusion);
    }
}

static void test_empty_excludes_nothing(void **context)
{
    (void)context;
    struct mst_exclusion exclusion = {0};
    for (size_t i = 0; i < MST_COUNT_OF(match_rows); i++)
        assert_false(is_excluded(&exclusion, match_rows[i].asked));
    mst_exclusion_release(&exclusion);
}

static const char *const not_entries[] = {
    "",
    ".",
    "..",
    "*",
    "*.",
    "..com",
    "*..com",
    "a..b",
    "192.0.2",
    "192.0.2.1.",
    "192.0.2.0/",
    "192.0.2.0/33",
    "::/129",
    "::/1281",
    "192.0.2.0/-1",
    "192.0.2.0/ 8",
    "192.0.2.0/8x",
    "/24",
    "[::1]",
    "example.com/24",
    "exa mple.com",
    "example.com:443",
    "https://example.com",
    "ex\xc3\xa4mple.com",
    "*.*.com",
    "2001:db8::/32/32",
    "1.2.3.4.5",
};

static void test_not_entries(void **context)
{
    (void)context;
    struct mst_exclusion exclusion = {0};
    for (size_t i = 0; i < MST_COUNT_OF(not_entries); i++)
        if (mst_exclusion_add(&exclusion, not_entries[i]))
            fail_msg("'%s'", not_entries[i]);
    assert_int_equal(exclusion.domain_count, 0);
    assert_int_equal(exclusion.network_count, 0);
    char longest[255];
    memset(longest, 'a', sizeof longest);
    longest[254] = '\0';
    assert_false(mst_exclusion_add(&exclusion, longest));
    longest[253] = '\0';
    assert_true(mst_exclusion_add(&exclusion, longest));
    mst_exclusion_release(&exclusion);
}

/* In whatever order, each once. */
static void test_many(void **context)
{
    (void)context;
    enum { COUNT = 1000, STRIDE = 617 };
    struct mst_exclusion exclusion = {0};
    char name[64];
    for (unsigned i = 0; i < 2 * COUNT; i++) {
        (void)snprintf(name, sizeof name, "h%u.test", i * STRIDE % COUNT);
        assert_true(mst_exclusion_add(&exclusion, name));
    }
    assert_int_equal(exclusion.domain_count, COUNT);
    for (size_t i = 1; i < exclusion.domain_count; i++)
        assert_true(strcmp(exclusion.domains[i - 1], exclusion.domains[i]) < 0);
    for (unsigned i = 0; i < COUNT; i++) {
        (void)snprintf(name, sizeof name, "www.h%u.test", i);
        assert_true(mst_exclusion_has_host(&exclusion, name));
    }
    assert_false(mst_exclusion_has_host(&exclusion, "h1000.test"));
    mst_exclusion_release(&exclusion);
    assert_int_equal(exclusion.domain_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_empty_excludes_nothing),
        cmocka_unit_test(test_not_entries),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
