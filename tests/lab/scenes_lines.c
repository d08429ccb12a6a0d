/* Chapter nine: lines that are no target. */
#include "base/attributes.h"
#include "scene.h"

#define NO_TARGET(name_, about_, target_, code_)                                                   \
    {                                                                                              \
        .name = name_, .about = about_, .target = target_, .dns = LAB_DNS_NXDOMAIN,                \
        .conduct = LAB_CONDUCT_NO_LISTENER,                                                        \
        .expect = {LAB_FAILED("invalid", "input " code_), .more = {"input=" target_}},             \
    }

static const struct lab_scene scenes[] = {
    NO_TARGET("line-blanks", "blanks in a name", "no spaces allowed.test", "bad_host"),
    NO_TARGET("line-underscores-and-more", "characters that no host name has", "<b>bold</b>.test",
              "bad_host"),
    NO_TARGET("line-empty-label", "two dots in a row", "two..dots.test", "bad_host"),
    NO_TARGET("line-long-label", "a label of 64 bytes",
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test", "bad_host"),
    NO_TARGET("line-port", "a port beyond 65535", "host.test:99999", "bad_port"),
    NO_TARGET("line-port-zero", "port 0", "host.test:0", "bad_port"),
    NO_TARGET("line-port-text", "a port in letters", "host.test:https", "bad_port"),
    NO_TARGET("line-no-host", "a port and no host", ":443", "empty_host"),
    NO_TARGET("line-address", "brackets around no address", "[2001:db8::zz]:443", "bad_address"),
};

const struct lab_chapter lab_chapter_lines = {scenes, MST_COUNT_OF(scenes)};
