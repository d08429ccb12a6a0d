#include "input/target_line.h"

#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "input/host_name.h"

enum {
    TOO_LONG_KEPT = 256, /* of a line that is no target anyway */
    RANK_DIGITS_MAX = 15 /* exact in every JSON reader (RFC 8259 6) */
};

static const char digits[] = "0123456789";
static const char utf8_bom[] = "\xef\xbb\xbf";

/* Bytes of a line that are at hand. */
struct span {
    const char *at;
    size_t length;
};

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct span skip_bom(const char *bytes, size_t length)
{
    const size_t bom = sizeof utf8_bom - 1;
    if (length >= bom && memcmp(bytes, utf8_bom, bom) == 0)
        return (struct span){bytes + bom, length - bom};
    return (struct span){bytes, length};
}

static struct span trim(struct span span)
{
    while (span.length > 0 && is_space(span.at[0])) {
        span.at++;
        span.length--;
    }
    while (span.length > 0 && is_space(span.at[span.length - 1]))
        span.length--;
    return span;
}

/* A comment begins after white space only: '#' is a part of URLs. */
static struct span without_comment(struct span span)
{
    for (size_t i = 1; i < span.length; i++)
        if (span.at[i] == '#' && is_space(span.at[i - 1]))
            return trim((struct span){span.at, i});
    return span;
}

static size_t at_hand(size_t length)
{
    return length < MST_LINE_LENGTH_MAX ? length : MST_LINE_LENGTH_MAX;
}

bool mst_target_line_is_blank(const char *bytes, size_t length)
{
    const struct span line = trim(skip_bom(bytes, at_hand(length)));
    if (line.length > 0)
        return line.at[0] == '#';
    return length <= MST_LINE_LENGTH_MAX;
}

/* UTF-8 without control characters, C1 (U+0080 to U+009F) included; a tab is white space. */
static bool is_text(struct span span)
{
    if (!mst_text_is_utf8(span.at, span.length))
        return false;
    for (size_t i = 0; i < span.length; i++) {
        const unsigned char byte = (unsigned char)span.at[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
        if (byte == 0xc2 && (unsigned char)span.at[i + 1] < 0xa0)
            return false;
    }
    return true;
}

static bool refuse(struct mst_target *target, enum mst_failure_code code, const char *detail)
{
    target->invalid.stage = MST_STAGE_INPUT;
    target->invalid.code = code;
    (void)snprintf(target->invalid.detail, sizeof target->invalid.detail, "%s", detail);
    return false;
}

static bool set_port(struct mst_target *target, const char *text)
{
    if (mst_port_parse(text, &target->port))
        return true;
    return refuse(target, MST_FAILURE_CODE_BAD_PORT,
                  text[0] ? "the port is not a number from 1 to 65535"
                          : "a colon stands at the end where a port should follow");
}

static bool set_address(struct mst_target *target, const char *text)
{
    if (!mst_address_parse(text, &target->address))
        return refuse(target, MST_FAILURE_CODE_BAD_ADDRESS,
                      strchr(text, '%') ? "an address with a zone cannot be a target"
                                        : "this is neither an IPv4 nor an IPv6 address");
    mst_address_format(&target->address, target->host);
    return true;
}

static bool set_name(struct mst_target *target, const char *text)
{
    if (text[0] == '\0' || strcmp(text, ".") == 0)
        return refuse(target, MST_FAILURE_CODE_EMPTY_HOST, "no host is named");
    const char *fault = NULL;
    if (strpbrk(text, "/?#\\"))
        fault = "a path is only accepted after https:// and the host";
    else if (strpbrk(text, " \t"))
        fault = "the host holds white space";
    else if (mst_host_name_make(text, target->host, &fault))
        memcpy(target->sni, target->host, sizeof target->sni);
    return !fault || refuse(target, MST_FAILURE_CODE_BAD_HOST, fault);
}

static bool set_host(struct mst_target *target, const char *text)
{
    return mst_host_name_is_dotted_number(text) ? set_address(target, text)
                                                : set_name(target, text);
}

/* "[v6]" or "[v6]:port"; `text` begins with the bracket and is cut up. */
static bool parse_bracketed(struct mst_target *target, char *text)
{
    char *end = strchr(text, ']');
    if (!end || (end[1] != '\0' && end[1] != ':'))
        return refuse(target, MST_FAILURE_CODE_BAD_ADDRESS,
                      "an address in brackets is written [ADDRESS] or [ADDRESS]:PORT");
    *end = '\0';
    if (end == text + 1)
        return refuse(target, MST_FAILURE_CODE_EMPTY_HOST, "the brackets are empty");
    if (!strchr(text + 1, ':'))
        return refuse(target, MST_FAILURE_CODE_BAD_ADDRESS,
                      "only an IPv6 address stands in brackets");
    return set_address(target, text + 1) && (end[1] == '\0' || set_port(target, end + 2));
}

/* "host", "host:port", an address, or "[v6]:port"; cuts `text` up. */
static bool parse_host_port(struct mst_target *target, char *text)
{
    if (text[0] == '[')
        return parse_bracketed(target, text);
    char *colon = strchr(text, ':');
    if (!colon)
        return set_host(target, text);
    if (strchr(colon + 1, ':'))
        return set_address(target, text);
    *colon = '\0';
    return set_host(target, text) && set_port(target, colon + 1);
}

static bool parse_url(struct mst_target *target, char *text)
{
    static const char https[] = "https://";
    if (strncasecmp(text, https, sizeof https - 1) != 0)
        return refuse(target, MST_FAILURE_CODE_BAD_HOST, "only URLs with https:// are accepted");
    char *authority = text + sizeof https - 1;
    authority[strcspn(authority, "/?#\\")] = '\0';
    if (strchr(authority, '@'))
        return refuse(target, MST_FAILURE_CODE_BAD_HOST, "a URL with a user name is not accepted");
    return parse_host_port(target, authority);
}

/* "ADDRESS,NAME": where to connect, and whom to ask for. The port may stand with either. */
static bool parse_pair(struct mst_target *target, char *address, char *name)
{
    const uint16_t default_port = target->port;
    char *colon = strchr(name, ':');
    struct mst_endpoint endpoint;
    if (!mst_endpoint_parse(address, colon ? 0 : default_port, &endpoint))
        return refuse(target, MST_FAILURE_CODE_BAD_ADDRESS,
                      "before the comma stands neither a rank nor an address");
    if (colon && endpoint.port != 0)
        return refuse(target, MST_FAILURE_CODE_BAD_PORT, "two ports are given");
    const bool is_ipv6 = colon && strchr(colon + 1, ':');
    if (colon)
        *colon = '\0';
    if (is_ipv6 || mst_host_name_is_dotted_number(name))
        return refuse(target, MST_FAILURE_CODE_BAD_HOST,
                      "after an address and a comma a name is expected");
    target->port = endpoint.port;
    target->address = endpoint.address;
    return set_name(target, name) && (!colon || set_port(target, colon + 1));
}

/* Takes "RANK," off the front. */
static char *take_rank(struct mst_target *target, char *text)
{
    const size_t length = strspn(text, digits);
    const size_t gap = strspn(text + length, " \t");
    const bool is_zero = strspn(text, "0") == length; /* ranks begin at 1 */
    if (is_zero || length > RANK_DIGITS_MAX || text[length + gap] != ',')
        return text;
    target->rank = strtoull(text, NULL, 10);
    text += length + gap + 1;
    return text + strspn(text, " \t");
}

static bool parse_text(struct mst_target *target, char *text)
{
    text = take_rank(target, text);
    if (strstr(text, "://"))
        return parse_url(target, text);
    char *comma = strchr(text, ',');
    if (!comma)
        return parse_host_port(target, text);
    char *end = comma;
    while (end > text && is_space(end[-1]))
        end--;
    *end = '\0';
    return parse_pair(target, text, comma + 1 + strspn(comma + 1, " \t"));
}

static bool parse_line(struct mst_target *target, struct span line, bool too_long)
{
    if (too_long)
        return refuse(target, MST_FAILURE_CODE_TOO_LONG, "the line is longer than 4096 bytes");
    const struct span words = without_comment(line);
    if (!is_text(words))
        return refuse(target, MST_FAILURE_CODE_NOT_TEXT,
                      "the line is not UTF-8 text or holds control characters");
    MST_AUTO_FREE char *text = mst_strndup(words.at, words.length);
    return parse_text(target, text);
}

struct mst_target *mst_target_line_parse(const char *bytes, size_t length, uint64_t line,
                                         uint16_t default_port)
{
    const bool too_long = length > MST_LINE_LENGTH_MAX;
    const struct span span = trim(skip_bom(bytes, at_hand(length)));
    struct mst_target *target = mst_alloc(1, sizeof *target);
    target->line = line;
    target->port = default_port;
    target->input = mst_text_sanitize(span.at, span.length,
                                      too_long ? TOO_LONG_KEPT : (size_t)MST_LINE_LENGTH_MAX);
    if (!parse_line(target, span, too_long)) {
        target->host[0] = target->sni[0] = '\0';
        target->port = 0;
        target->address = (struct mst_address){0};
    }
    return target;
}

const char *mst_target_line_library_version(void)
{
    return idn2_check_version(NULL);
}
