#include "input/target_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

enum { DEFAULT_PORT = 443, LINE = 17 };

#define L9 "abcdefghi"
#define LABEL_63 L9 L9 L9 L9 L9 L9 L9
#define NAME_253 LABEL_63 "." LABEL_63 "." LABEL_63 "." L9 L9 L9 L9 L9 L9 "abcdefg"

struct good {
    const char *line, *host, *sni, *address;
    uint16_t port;
    uint64_t rank;
};

static const struct good good[] = {
    /* names */
    {"example.com", "example.com", "example.com", "", 443, 0},
    {"EXAMPLE.Com.", "example.com", "example.com", "", 443, 0},
    {" \t example.com \t", "example.com", "example.com", "", 443, 0},
    {"\xef\xbb\xbf"
     "example.com",
     "example.com", "example.com", "", 443, 0},
    {"example.com\r", "example.com", "example.com", "", 443, 0},
    {"example.com # the usual", "example.com", "example.com", "", 443, 0},
    {"example.com\t#\xff not even text", "example.com", "example.com", "", 443, 0},
    {"localhost", "localhost", "localhost", "", 443, 0},
    {"_sip._tcp.example.com", "_sip._tcp.example.com", "_sip._tcp.example.com", "", 443, 0},
    {"a--b.example", "a--b.example", "a--b.example", "", 443, 0},
    {"1und1.de", "1und1.de", "1und1.de", "", 443, 0},
    {"1.2.3.4.example", "1.2.3.4.example", "1.2.3.4.example", "", 443, 0},
    {"xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "", 443, 0},
    {LABEL_63 ".com", LABEL_63 ".com", LABEL_63 ".com", "", 443, 0},
    {NAME_253, NAME_253, NAME_253, "", 443, 0},
    {NAME_253 ".", NAME_253, NAME_253, "", 443, 0},
    /* internationalised names */
    {"m\xc3\xbcnchen.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "", 443, 0},
    {"M\xc3\x9cNCHEN.DE.", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "", 443, 0},
    {"fa\xc3\x9f.de", "xn--fa-hia.de", "xn--fa-hia.de", "", 443, 0},
    {"mu\xcc\x88nchen.de:8443", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "", 8443, 0},
    {"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
     "xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah", "", 443, 0},
    {"_dmarc.m\xc3\xbcnchen.de", "_dmarc.xn--mnchen-3ya.de", "_dmarc.xn--mnchen-3ya.de", "", 443,
     0},
    /* ports */
    {"example.com:1", "example.com", "example.com", "", 1, 0},
    {"example.com:65535", "example.com", "example.com", "", 65535, 0},
    {"example.com.:8443", "example.com", "example.com", "", 8443, 0},
    /* addresses */
    {"192.0.2.1", "192.0.2.1", "", "192.0.2.1", 443, 0},
    {"192.0.2.1:8443", "192.0.2.1", "", "192.0.2.1", 8443, 0},
    {"2001:DB8:0::1", "2001:db8::1", "", "2001:db8::1", 443, 0},
    {"::1", "::1", "", "::1", 443, 0},
    {"::", "::", "", "::", 443, 0},
    {"[2001:db8::1]", "2001:db8::1", "", "2001:db8::1", 443, 0},
    {"[2001:db8::1]:8443", "2001:db8::1", "", "2001:db8::1", 8443, 0},
    {"::ffff:192.0.2.1", "::ffff:192.0.2.1", "", "::ffff:192.0.2.1", 443, 0},
    /* URLs */
    {"https://example.com", "example.com", "example.com", "", 443, 0},
    {"HTTPS://Example.com/", "example.com", "example.com", "", 443, 0},
    {"https://example.com:8443/a,b?c#d", "example.com", "example.com", "", 8443, 0},
    {"https://example.com?x=http://y", "example.com", "example.com", "", 443, 0},
    {"https://[2001:db8::1]:8443/path", "2001:db8::1", "", "2001:db8::1", 8443, 0},
    {"https://192.0.2.1/", "192.0.2.1", "", "192.0.2.1", 443, 0},
    /* an address, asked for as a name */
    {"192.0.2.1,example.com", "example.com", "example.com", "192.0.2.1", 443, 0},
    {"192.0.2.1:8443,Example.com.", "example.com", "example.com", "192.0.2.1", 8443, 0},
    {"192.0.2.1,example.com:8443", "example.com", "example.com", "192.0.2.1", 8443, 0},
    {"2001:db8::1,example.com", "example.com", "example.com", "2001:db8::1", 443, 0},
    {"[2001:db8::1],example.com", "example.com", "example.com", "2001:db8::1", 443, 0},
    {"[2001:db8::1]:8443 , m\xc3\xbcnchen.de", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de",
     "2001:db8::1", 8443, 0},
    /* ranked lists */
    {"1,example.com", "example.com", "example.com", "", 443, 1},
    {"1000000 , example.com:8443", "example.com", "example.com", "", 8443, 1000000},
    {"999999999999999,example.com", "example.com", "example.com", "", 443, 999999999999999},
    {"7,192.0.2.1", "192.0.2.1", "", "192.0.2.1", 443, 7},
    {"7,[2001:db8::1]:8443", "2001:db8::1", "", "2001:db8::1", 8443, 7},
    {"7,https://example.com/", "example.com", "example.com", "", 443, 7},
    {"7,192.0.2.1,example.com", "example.com", "example.com", "192.0.2.1", 443, 7},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(good); i++) {
        const struct good *row = &good[i];
        struct mst_target *target =
            mst_target_line_parse(row->line, strlen(row->line), LINE, DEFAULT_PORT);
        char address[MST_ADDRESS_TEXT_SIZE];
        mst_address_format(&target->address, address);
        if (target->invalid.stage != MST_STAGE_NONE)
            fail_msg("'%s': %s", row->line, target->invalid.detail);
        assert_string_equal(target->host, row->host);
        assert_string_equal(target->sni, row->sni);
        assert_string_equal(address, row->address);
        assert_int_equal(target->port, row->port);
        assert_int_equal(target->rank, row->rank);
        assert_int_equal(target->line, LINE);
        mst_target_free(target);
    }
}

struct bad {
    const char *line;
    enum mst_failure_code code;
};

#define BAD(code) MST_FAILURE_CODE_##code

static const struct bad bad[] = {
    {".", BAD(EMPTY_HOST)},
    {":443", BAD(EMPTY_HOST)},
    {"https://", BAD(EMPTY_HOST)},
    {"https:///path", BAD(EMPTY_HOST)},
    {"https://:443/", BAD(EMPTY_HOST)},
    {"[]", BAD(EMPTY_HOST)},
    {"[]:443", BAD(EMPTY_HOST)},
    {"5,", BAD(EMPTY_HOST)},
    {"192.0.2.1,", BAD(EMPTY_HOST)},
    {"192.0.2.1,.", BAD(EMPTY_HOST)},
    {"..", BAD(BAD_HOST)},
    {".example.com", BAD(BAD_HOST)},
    {"example..com", BAD(BAD_HOST)},
    {"example.com..", BAD(BAD_HOST)},
    {"-example.com", BAD(BAD_HOST)},
    {"example-.com", BAD(BAD_HOST)},
    {"exa mple.com", BAD(BAD_HOST)},
    {"example.com comment", BAD(BAD_HOST)},
    {"example.com#comment", BAD(BAD_HOST)},
    {"*.example.com", BAD(BAD_HOST)},
    {"user@example.com", BAD(BAD_HOST)},
    {"https://user:secret@example.com/", BAD(BAD_HOST)},
    {"http://example.com/", BAD(BAD_HOST)},
    {"://example.com/", BAD(BAD_HOST)},
    {"example.com/path", BAD(BAD_HOST)},
    {"foo.123", BAD(BAD_HOST)},
    {"foo.0x7f", BAD(BAD_HOST)},
    {"foo.0x", BAD(BAD_HOST)},
    {"\xef\xbc\x91.2.3.4", BAD(BAD_HOST)},
    {"xn--\xc3\xbc.example", BAD(BAD_HOST)},
    {"\xe2\x80\x8b.example", BAD(BAD_HOST)},
    {"exa\xc2\xa0mple.com", BAD(BAD_HOST)},
    {"a" LABEL_63 ".com", BAD(BAD_HOST)},
    {"a" NAME_253, BAD(BAD_HOST)},
    {"a\xc3\xbc" LABEL_63 ".com", BAD(BAD_HOST)},
    {"\xc3\xbc." NAME_253, BAD(BAD_HOST)},
    {"192.0.2.1,192.0.2.2", BAD(BAD_HOST)},
    {"192.0.2.1,2001:db8::1", BAD(BAD_HOST)},
    {"192.0.2.1,*.example.com", BAD(BAD_HOST)},
    {"192.0.2.1,a,b", BAD(BAD_HOST)},
    {"example.com:", BAD(BAD_PORT)},
    {"example.com:0", BAD(BAD_PORT)},
    {"example.com:65536", BAD(BAD_PORT)},
    {"example.com:http", BAD(BAD_PORT)},
    {"example.com:-1", BAD(BAD_PORT)},
    {"example.com: 443", BAD(BAD_PORT)},
    {"192.0.2.1:99999", BAD(BAD_PORT)},
    {"[2001:db8::1]:", BAD(BAD_PORT)},
    {"[2001:db8::1]:0", BAD(BAD_PORT)},
    {"https://example.com:/", BAD(BAD_PORT)},
    {"192.0.2.1:1,example.com:2", BAD(BAD_PORT)},
    {"256.1.1.1", BAD(BAD_ADDRESS)},
    {"1.2.3", BAD(BAD_ADDRESS)},
    {"1.2.3.4.5", BAD(BAD_ADDRESS)},
    {"1234567", BAD(BAD_ADDRESS)},
    {"01.2.3.4", BAD(BAD_ADDRESS)},
    {"2001:db8:::1", BAD(BAD_ADDRESS)},
    {"1:2:3:4:5:6:7:8:9", BAD(BAD_ADDRESS)},
    {"fe80::1%eth0", BAD(BAD_ADDRESS)},
    {"a:b:c", BAD(BAD_ADDRESS)},
    {"[example.com]:443", BAD(BAD_ADDRESS)},
    {"[192.0.2.1]:443", BAD(BAD_ADDRESS)},
    {"[2001:db8::1", BAD(BAD_ADDRESS)},
    {"[2001:db8::1]443", BAD(BAD_ADDRESS)},
    {"rank,domain", BAD(BAD_ADDRESS)},
    {",example.com", BAD(BAD_ADDRESS)},
    {"1.5,example.com", BAD(BAD_ADDRESS)},
    {"9999999999999999,example.com", BAD(BAD_ADDRESS)},
    {"192.0.2.1:x,example.com", BAD(BAD_ADDRESS)},
    {"example\xff.com", BAD(NOT_TEXT)},
    {"\xc3", BAD(NOT_TEXT)},
    {"\xed\xa0\x80", BAD(NOT_TEXT)},
    {"exa\x01mple.com", BAD(NOT_TEXT)},
    {"exa\x7fmple.com", BAD(NOT_TEXT)},
    {"exa\xc2\x85mple.com", BAD(NOT_TEXT)},
    {"exa\xc2\x9fmple.com", BAD(NOT_TEXT)},
    {"exa\rmple.com", BAD(NOT_TEXT)},
};

static void expect_invalid(const char *bytes, size_t length, enum mst_failure_code code)
{
    struct mst_target *target = mst_target_line_parse(bytes, length, LINE, DEFAULT_PORT);
    if (target->invalid.stage != MST_STAGE_INPUT || target->invalid.code != code)
        fail_msg("'%s' gives %s", target->input,
                 target->invalid.stage ? mst_failure_code_word(target->invalid.code)->name
                                       : target->host);
    assert_true(target->invalid.detail[0] != '\0');
    assert_true(mst_text_is_utf8(target->input, strlen(target->input)));
    assert_string_equal(target->host, "");
    assert_string_equal(target->sni, "");
    assert_int_equal(target->port, 0);
    assert_int_equal(target->address.family, MST_FAMILY_NONE);
    assert_null(target->invalid.alert);
    mst_target_free(target);
}

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(bad); i++)
        expect_invalid(bad[i].line, strlen(bad[i].line), bad[i].code);
}

static void test_nul_is_not_text(void **state)
{
    (void)state;
    expect_invalid("example.com\0.evil.example", 25, MST_FAILURE_CODE_NOT_TEXT);
    expect_invalid("\0", 1, MST_FAILURE_CODE_NOT_TEXT);
}

static void test_length(void **state)
{
    (void)state;
    MST_AUTO_FREE char *bytes = mst_alloc(MST_LINE_LENGTH_MAX, 1);
    memset(bytes, 'a', MST_LINE_LENGTH_MAX);
    expect_invalid(bytes, MST_LINE_LENGTH_MAX, MST_FAILURE_CODE_BAD_HOST);
    expect_invalid(bytes, MST_LINE_LENGTH_MAX + 1, MST_FAILURE_CODE_TOO_LONG);
    expect_invalid(bytes, SIZE_MAX, MST_FAILURE_CODE_TOO_LONG);

    struct mst_target *target = mst_target_line_parse(bytes, SIZE_MAX, LINE, DEFAULT_PORT);
    assert_true(strlen(target->input) < 300);
    assert_memory_equal(target->input + strlen(target->input) - 3, "...", 3);
    mst_target_free(target);
}

struct shown {
    const char *line, *input;
};

static const struct shown shown[] = {
    {"example.com", "example.com"},
    {"\xef\xbb\xbf Example.com # x\r", "Example.com # x"},
    {"a\xff"
     "b",
     "a\xef\xbf\xbd"
     "b"},
    {"m\xc3\xbcnchen.de", "m\xc3\xbcnchen.de"},
};

static void test_input_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(shown); i++) {
        struct mst_target *target =
            mst_target_line_parse(shown[i].line, strlen(shown[i].line), LINE, DEFAULT_PORT);
        assert_string_equal(target->input, shown[i].input);
        mst_target_free(target);
    }
}

struct blank {
    const char *line;
    size_t length; /* 0: the string's */
    bool is_blank;
};

static const struct blank blank[] = {
    {"", 0, true},
    {" ", 0, true},
    {"\t \v\f\r", 0, true},
    {"#", 0, true},
    {"  # comment", 0, true},
    {"\xef\xbb\xbf", 0, true},
    {"\xef\xbb\xbf# comment", 0, true},
    {"#\xff", 0, true},
    {"example.com", 0, false},
    {" x # comment", 0, false},
    {"\0", 1, false},
    {"\xef\xbb", 0, false},
};

static void test_blank(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(blank); i++) {
        const size_t length = blank[i].length ? blank[i].length : strlen(blank[i].line);
        if (mst_target_line_is_blank(blank[i].line, length) != blank[i].is_blank)
            fail_msg("row %zu", i);
    }
    MST_AUTO_FREE char *bytes = mst_alloc(MST_LINE_LENGTH_MAX, 1);
    memset(bytes, ' ', MST_LINE_LENGTH_MAX);
    assert_true(mst_target_line_is_blank(bytes, MST_LINE_LENGTH_MAX));
    assert_false(mst_target_line_is_blank(bytes, MST_LINE_LENGTH_MAX + 1));
    bytes[0] = '#';
    assert_true(mst_target_line_is_blank(bytes, MST_LINE_LENGTH_MAX + 1));
}

/* Whatever the bytes, a target comes and is consistent. The generator is seeded: the same bytes in
 * every run. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "a1.:,[]/#%@-_ \t\xc3\xbc\xef\xbb\xbf\xff\x00\x01xnhttps";
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[48];
        seed = seed * 1664525U + 1013904223U;
        const size_t length = (seed >> 16) % sizeof bytes;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525U + 1013904223U;
            bytes[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        struct mst_target *target = mst_target_line_parse(bytes, length, LINE, DEFAULT_PORT);
        assert_true(mst_text_is_utf8(target->input, strlen(target->input)));
        if (target->invalid.stage == MST_STAGE_NONE) {
            assert_true(target->host[0] != '\0' && target->port != 0);
            assert_true(target->sni[0] != '\0' || target->address.family != MST_FAMILY_NONE);
        } else {
            assert_true(target->host[0] == '\0' && target->port == 0);
        }
        mst_target_free(target);
    }
}

static void test_version(void **state)
{
    (void)state;
    assert_non_null(strchr(mst_target_line_library_version(), '.'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_nul_is_not_text),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_input_is_kept),
        cmocka_unit_test(test_blank),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
