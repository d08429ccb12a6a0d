/* Seeds that are short enough to be written down: input lines, values of TLS Feature extensions. */
#include "base/attributes.h"
#include "fuzz/seed_files.h"

static const struct {
    const char *name, *line;
} lines[] = {
    {"name", "example.com"},
    {"name_in_capitals_with_dot", "EXAMPLE.Com."},
    {"bom_blanks_comment", "\xef\xbb\xbf \t example.com # the usual\r"},
    {"underscores", "_sip._tcp.example.com"},
    {"a_label", "xn--mnchen-3ya.de"},
    {"umlaut", "m\xc3\xbcnchen.de:8443"},
    {"decomposed", "mu\xcc\x88nchen.de"},
    {"ideographic_dot", "\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88"},
    {"sharp_s", "fa\xc3\x9f.de"},
    {"right_to_left", "\xd7\x90\xd7\x91.example"},
    {"port", "example.com:65535"},
    {"ipv4", "192.0.2.1"},
    {"ipv4_and_port", "192.0.2.1:8443"},
    {"ipv6", "2001:DB8:0::1"},
    {"ipv6_in_brackets", "[2001:db8::1]:8443"},
    {"ipv6_mapped", "::ffff:192.0.2.1"},
    {"ipv6_with_zone", "fe80::1%eth0"},
    {"url", "https://example.com:8443/a,b?c#d"},
    {"url_of_an_address", "HTTPS://[2001:db8::1]:8443/path"},
    {"url_with_a_user", "https://user:secret@example.com/"},
    {"pair", "192.0.2.1,example.com:8443"},
    {"pair_ipv6", "[2001:db8::1]:8443 , m\xc3\xbcnchen.de"},
    {"rank", "1000000 , example.com:8443"},
    {"rank_of_a_pair", "7,192.0.2.1,example.com"},
    {"rank_too_long", "9999999999999999,example.com"},
    {"number_as_last_label", "foo.0x7f"},
    {"two_ports", "192.0.2.1:1,example.com:2"},
    {"wildcard", "*.example.com"},
    {"surrogate", "\xed\xa0\x80.example"},
    {"c1_control", "exa\xc2\x85mple.com"},
    {"header", "rank,domain"},
    {"comment", "  # nothing else"},
};

#define VALUE(bytes) (bytes), sizeof(bytes) - 1

static const struct {
    const char *name, *value;
    size_t size;
} values[] = {
    {"status_request", VALUE("\x30\3\2\1\5")},
    {"twice", VALUE("\x30\6\2\1\5\2\1\5")},
    {"5_and_17", VALUE("\x30\6\2\1\5\2\1\x11")},
    {"17_and_5", VALUE("\x30\6\2\1\x11\2\1\5")},
    {"another", VALUE("\x30\3\2\1\6")},
    {"two_octets", VALUE("\x30\4\2\2\5\5")},
    {"negative", VALUE("\x30\3\2\1\xfb")},
    {"padded", VALUE("\x30\4\2\2\0\5")},
    {"padded_negative", VALUE("\x30\4\2\2\xff\xfb")},
    {"no_octets", VALUE("\x30\2\2\0")},
    {"5_and_no_octets", VALUE("\x30\5\2\1\5\2\0")},
    {"large", VALUE("\x30\x0e\2\x09\1\0\0\0\0\0\0\0\5\2\1\5")},
    {"large_negative", VALUE("\x30\x0b\2\x09\x80\0\0\0\0\0\0\0\5")},
    {"trailing_data", VALUE("\x30\3\2\1\5\xe5\xe5\xe5")},
    {"empty_value", VALUE("")},
    {"empty_list", VALUE("\x30\0")},
    {"indefinite_length", VALUE("\x30\x80\2\1\5\0\0")},
    {"long_length", VALUE("\x30\x81\3\2\1\5")},
    {"long_length_inside", VALUE("\x30\4\2\x81\1\5")},
    {"cut", VALUE("\x30\4\2\1\5")},
    {"integer_beyond", VALUE("\x30\3\2\2\5\5")},
    {"without_list", VALUE("\2\1\5")},
    {"set", VALUE("\x31\3\2\1\5")},
    {"constructed_integer", VALUE("\x30\5\x22\3\2\1\5")},
    {"enumerated", VALUE("\x30\3\x0a\1\5")},
    {"17_numbers", VALUE("\x30\x33\2\1\1\2\1\2\2\1\3\2\1\4\2\1\6\2\1\7\2\1\x08\2\1\x09\2\1\x0a\2\1"
                         "\x0b\2\1\x0c\2\1\x0d\2\1\x0e\2\1\x0f\2\1\x10\2\1\x11\2\1\5")},
};

void seeds_text(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(lines); i++)
        seed_write_text("target_line", lines[i].name, lines[i].line);
    for (size_t i = 0; i < MST_COUNT_OF(values); i++)
        seed_write("tls_feature", values[i].name, values[i].value, values[i].size);
}
