#include "dns_message.h"

#include <ctype.h>
#include <string.h>

#include "require.h"

enum {
    HEADER = 12,
    ANSWER_COUNT = 6,
    AUTHORITY_COUNT = 8,
    TTL_S = 60,
    LABEL_MAX = 63,
    TYPE_SOA = 6
};

/* Reads an uncompressed name; its length on the wire, or 0. */
static size_t read_name(const uint8_t *wire, size_t length, char name[LAB_DNS_NAME_SIZE])
{
    size_t at = 0, written = 0;
    while (at < length && wire[at] != 0) {
        size_t label = wire[at++];
        if (label > LABEL_MAX || at + label > length || written + label + 2 > LAB_DNS_NAME_SIZE)
            return 0;
        if (written)
            name[written++] = '.';
        for (size_t i = 0; i < label; i++, at++)
            name[written++] = wire[at] ? (char)tolower(wire[at]) : '?';
    }
    name[written] = '\0';
    return at < length ? at + 1 : 0;
}

enum lab_dns_parse lab_dns_parse(const uint8_t *query, size_t length,
                                 struct lab_dns_question *ret_question)
{
    if (length < HEADER || (query[2] & 0x80))
        return LAB_DNS_NO_QUESTION;
    struct lab_dns_question question = {
        .id = {query[0], query[1]}, .flags = query[2] & 0x79, .wire = query + HEADER};
    size_t name_length = 0;
    if (query[4] == 0 && query[5] == 1)
        name_length = read_name(question.wire, length - HEADER, question.name);
    bool readable = name_length != 0 && HEADER + name_length + 4 <= length;
    if (readable) {
        const uint8_t *type = question.wire + name_length;
        question.type = (uint16_t)(type[0] << 8 | type[1]);
        question.wire_length = name_length + 4;
    }
    *ret_question = question;
    return readable ? LAB_DNS_PARSED : LAB_DNS_UNREADABLE;
}

static void put(struct lab_dns_reply *reply, const void *bytes, size_t length)
{
    lab_require(reply->length + length <= sizeof reply->bytes, "a DNS answer that fits");
    (void)memcpy(reply->bytes + reply->length, bytes, length);
    reply->length += length;
}

static void put_u16(struct lab_dns_reply *reply, size_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(reply, bytes, sizeof bytes);
}

static void put_u32(struct lab_dns_reply *reply, uint32_t value)
{
    put_u16(reply, value >> 16);
    put_u16(reply, value & 0xffff);
}

static void put_name(struct lab_dns_reply *reply, const char *name)
{
    while (*name) {
        size_t label = strcspn(name, ".");
        lab_require(label > 0 && label <= LABEL_MAX, "a DNS label");
        const uint8_t length = (uint8_t)label;
        put(reply, &length, 1);
        put(reply, name, label);
        name += label + (name[label] == '.');
    }
    put(reply, "", 1);
}

void lab_dns_reply_begin(struct lab_dns_reply *reply, const struct lab_dns_question *question)
{
    reply->length = 0;
    reply->silent = false;
    const uint8_t header[HEADER] = {question->id[0],
                                    question->id[1],
                                    (uint8_t)(0x84 | question->flags), /* QR, AA */
                                    0x80,                              /* RA */
                                    0,
                                    question->wire_length ? 1 : 0};
    put(reply, header, sizeof header);
    put(reply, question->wire, question->wire_length);
}

void lab_dns_reply_set_rcode(struct lab_dns_reply *reply, enum lab_rcode rcode)
{
    reply->bytes[3] = (uint8_t)((reply->bytes[3] & 0xf0) | rcode);
}

void lab_dns_reply_set_truncated(struct lab_dns_reply *reply)
{
    reply->bytes[2] |= 0x02;
}

static void begin_record(struct lab_dns_reply *reply, const char *owner, unsigned type,
                         size_t counter)
{
    reply->bytes[counter + 1]++;
    if (owner)
        put_name(reply, owner);
    else
        put_u16(reply, 0xc000 | HEADER); /* the name in the question */
    put_u16(reply, type);
    put_u16(reply, 1);
    put_u32(reply, TTL_S);
}

/* Closes what was opened with a length of zero at `at`. */
static void end_data(struct lab_dns_reply *reply, size_t at)
{
    size_t length = reply->length - at - 2;
    reply->bytes[at] = (uint8_t)(length >> 8);
    reply->bytes[at + 1] = (uint8_t)length;
}

void lab_dns_reply_add_address(struct lab_dns_reply *reply, const char *owner, const void *address,
                               size_t length)
{
    begin_record(reply, owner, length == 4 ? LAB_DNS_TYPE_A : LAB_DNS_TYPE_AAAA, ANSWER_COUNT);
    put_u16(reply, length);
    put(reply, address, length);
}

void lab_dns_reply_add_cname(struct lab_dns_reply *reply, const char *owner, const char *target)
{
    begin_record(reply, owner, LAB_DNS_TYPE_CNAME, ANSWER_COUNT);
    size_t at = reply->length;
    put_u16(reply, 0);
    put_name(reply, target);
    end_data(reply, at);
}

void lab_dns_reply_add_soa(struct lab_dns_reply *reply, const char *zone)
{
    begin_record(reply, zone, TYPE_SOA, AUTHORITY_COUNT);
    size_t at = reply->length;
    put_u16(reply, 0);
    put_name(reply, zone);
    put_name(reply, zone);
    static const uint32_t numbers[] = {1, 3600, 600, 86400, TTL_S};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_u32(reply, numbers[i]);
    end_data(reply, at);
}
