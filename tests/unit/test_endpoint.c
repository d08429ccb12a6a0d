#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/attributes.h"
#include "model/endpoint.h"

/* Each reserved block by its first and last address, and the neighbours outside it (NULL: there is
 * none, or it is reserved too and has its own row). */
static const struct block_row {
    const char *before, *first, *last, *after;
} block_rows[] = {
    {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
    {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
    {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
    {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
    {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
    {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
    {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
    {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
    {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
    {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
    {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
    {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
    {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
    {"223.255.255.255", "224.0.0.0", "239.255.255.255", NULL},
    {NULL, "240.0.0.0", "255.255.255.255", NULL},
    {NULL, "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
    {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
     "2001:200::"},
    {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
     "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
    {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
     "3fff:1000::"},
    {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     NULL},
    /* well-known ones inside the above */
    {NULL, "::1", "fe80::1", NULL},
    {NULL, "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
    {NULL, "ff02::1", "100::1", NULL},
    /* IPv4 inside IPv6 is judged as IPv4: mapped, NAT64, 6to4 */
    {"::ffff:9.255.255.255", "::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:11.0.0.0"},
    {"64:ff9b::126.255.255.255", "64:ff9b::127.0.0.0", "64:ff9b::127.255.255.255",
     "64:ff9b::128.0.0.0"},
    {"2002:9ff:ffff::", "2002:a00::", "2002:aff:ffff:ffff:ffff:ffff:ffff:ffff", "2002:b00::"},
    {NULL, "64:ff9b:1::8.8.8.8", "::8.8.8.8", NULL},
};

static void check_reserved(const char *text, bool reserved)
{
    struct mst_address address;
    if (!text)
        return;
    assert_true(mst_address_parse(text, &address));
    if (mst_address_is_reserved(&address) != reserved)
        fail_msg("%s is%s reserved", text, reserved ? " not" : "");
}

static void test_reserved_blocks(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(block_rows); i++) {
        check_reserved(block_rows[i].before, false);
        check_reserved(block_rows[i].first, true);
        check_reserved(block_rows[i].last, true);
        check_reserved(block_rows[i].after, false);
    }
    const struct mst_address none = {0};
    assert_true(mst_address_is_reserved(&none));
}

/* Text in, text out (RFC 5952); NULL: not an address. */
static const struct parse_row {
    const char *text, *canonical;
} parse_rows[] = {
    {"192.0.2.1", "192.0.2.1"},
    {"255.255.255.255", "255.255.255.255"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"::", "::"},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"", NULL},
    {"192.0.2", NULL},
    {"192.0.2.1.", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.01", NULL},
    {"0x7f.0.0.1", NULL},
    {"2130706433", NULL},
    {" 192.0.2.1", NULL},
    {"[::1]", NULL},
    {"fe80::1%lo", NULL},
    {"::1::", NULL},
    {"12345::", NULL},
    {"example.com", NULL},
};

static void test_parse_and_format(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(parse_rows); i++) {
        struct mst_address address = {0};
        char text[MST_ADDRESS_TEXT_SIZE] = "dirty";
        const bool ok = mst_address_parse(parse_rows[i].text, &address);
        if (ok != (parse_rows[i].canonical != NULL))
            fail_msg("'%s'", parse_rows[i].text);
        mst_address_format(&address, text);
        assert_string_equal(text, ok ? parse_rows[i].canonical : "");
    }
}

static const struct endpoint_row {
    const char *text, *address; /* NULL: not an endpoint */
    uint16_t port;
} endpoint_rows[] = {
    {"192.0.2.1", "192.0.2.1", 53},
    {"192.0.2.1:5353", "192.0.2.1", 5353},
    {"192.0.2.1:65535", "192.0.2.1", 65535},
    {"2001:db8::1", "2001:db8::1", 53},
    {"[2001:db8::1]", "2001:db8::1", 53},
    {"[2001:db8::1]:1", "2001:db8::1", 1},
    {"[2001:0db8:0000:0000:0000:0000:255.255.255.255]:1", "2001:db8::ffff:ffff", 1},
    {"192.0.2.1:", NULL, 0},
    {"192.0.2.1:0", NULL, 0},
    {"192.0.2.1:65536", NULL, 0},
    {"192.0.2.1:053:1", NULL, 0},
    {"192.0.2.1: 53", NULL, 0},
    {"192.0.2.1:+53", NULL, 0},
    {"[192.0.2.1]:53", NULL, 0},
    {"[2001:db8::1", NULL, 0},
    {"[2001:db8::1]53", NULL, 0},
    {"[2001:db8::1]:", NULL, 0},
    {"[]:53", NULL, 0},
    {"[", NULL, 0},
    {":53", NULL, 0},
    {"", NULL, 0},
    {"example.com:53", NULL, 0},
    {"[00000000000000000000000000000000000000000000000000000000000001]:53", NULL, 0},
};

static void test_endpoints(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(endpoint_rows); i++) {
        const struct endpoint_row *row = &endpoint_rows[i];
        struct mst_endpoint endpoint = {.port = 7};
        const bool ok = mst_endpoint_parse(row->text, 53, &endpoint);
        if (ok != (row->address != NULL))
            fail_msg("'%s'", row->text);
        if (!ok) {
            assert_int_equal(endpoint.port, 7);
            continue;
        }
        char text[MST_ADDRESS_TEXT_SIZE];
        mst_address_format(&endpoint.address, text);
        assert_string_equal(text, row->address);
        assert_int_equal(endpoint.port, row->port);
    }
}

static const struct port_row {
    const char *text;
    uint16_t port; /* 0: not a port */
} port_rows[] = {
    {"1", 1},     {"443", 443},  {"65535", 65535}, {"00443", 443}, {"0", 0},
    {"65536", 0}, {"", 0},       {"-1", 0},        {"+1", 0},      {" 1", 0},
    {"1 ", 0},    {"000443", 0}, {"99999", 0},     {"1e3", 0},     {"0x1", 0},
};

static void test_ports(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(port_rows); i++) {
        uint16_t port = 0;
        const bool ok = mst_port_parse(port_rows[i].text, &port);
        if (ok != (port_rows[i].port != 0) || port != port_rows[i].port)
            fail_msg("'%s': %u", port_rows[i].text, (unsigned)port);
    }
}

static const struct prefix_row {
    const char *address, *network;
    unsigned prefix;
    bool inside;
} prefix_rows[] = {
    {"192.0.2.1", "192.0.2.1", 32, true},         {"192.0.2.1", "192.0.2.0", 32, false},
    {"192.0.2.1", "192.0.2.0", 31, true},         {"192.0.2.2", "192.0.2.0", 31, false},
    {"255.255.255.255", "0.0.0.0", 0, true},      {"255.255.255.255", "0.0.0.0", 1, false},
    {"192.0.2.1", "192.0.2.1", 33, false},        {"2001:db8::1", "2001:db8::", 127, true},
    {"2001:db8::2", "2001:db8::", 127, false},    {"2001:db8::1", "2001:db8::1", 128, true},
    {"2001:db8::1", "2001:db8::1", 129, false},   {"ffff::", "::", 0, true},
    {"::ffff:192.0.2.1", "192.0.2.1", 32, false}, {"0.0.0.0", "::", 0, false},
};

static void test_prefixes(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(prefix_rows); i++) {
        const struct prefix_row *row = &prefix_rows[i];
        struct mst_address address;
        struct mst_address network;
        assert_true(mst_address_parse(row->address, &address));
        assert_true(mst_address_parse(row->network, &network));
        if (mst_address_in(&address, &network, row->prefix) != row->inside)
            fail_msg("%s in %s/%u", row->address, row->network, row->prefix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reserved_blocks), cmocka_unit_test(test_parse_and_format),
        cmocka_unit_test(test_endpoints),       cmocka_unit_test(test_ports),
        cmocka_unit_test(test_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
