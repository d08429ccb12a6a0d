/* DNS messages (RFC 1035): one question in, one answer out. */
#ifndef MST_LAB_DNS_MESSAGE_H
#define MST_LAB_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LAB_DNS_NAME_SIZE = 256,
    LAB_DNS_UDP_MAX = 512,
    LAB_DNS_MESSAGE_MAX = 4096,
    LAB_DNS_TYPE_A = 1,
    LAB_DNS_TYPE_CNAME = 5,
    LAB_DNS_TYPE_AAAA = 28,
    LAB_DNS_TYPE_ANY = 255,
};

enum lab_rcode {
    LAB_RCODE_OK = 0,
    LAB_RCODE_FORMERR = 1,
    LAB_RCODE_SERVFAIL = 2,
    LAB_RCODE_NXDOMAIN = 3,
    LAB_RCODE_NOTIMP = 4,
    LAB_RCODE_REFUSED = 5,
};

struct lab_dns_question {
    uint8_t id[2];
    uint8_t flags;                /* opcode and RD, as sent */
    char name[LAB_DNS_NAME_SIZE]; /* lower case, dotted, no dot at the end */
    uint16_t type;
    const uint8_t *wire; /* the question section, into the query */
    size_t wire_length;
};

enum lab_dns_parse {
    LAB_DNS_PARSED,
    LAB_DNS_UNREADABLE,  /* say FORMERR */
    LAB_DNS_NO_QUESTION, /* not even a header, or an answer: say nothing */
};

enum lab_dns_parse lab_dns_parse(const uint8_t *query, size_t length,
                                 struct lab_dns_question *ret_question);

/* An answer under construction. */
struct lab_dns_reply {
    uint8_t bytes[LAB_DNS_MESSAGE_MAX];
    size_t length;
    bool silent; /* send nothing */
};

void lab_dns_reply_begin(struct lab_dns_reply *reply, const struct lab_dns_question *question);
void lab_dns_reply_set_rcode(struct lab_dns_reply *reply, enum lab_rcode rcode);
void lab_dns_reply_set_truncated(struct lab_dns_reply *reply);

/* Adds an address record (4 or 16 bytes) or a CNAME to the answer section. `owner` NULL is the name
 * asked for. */
void lab_dns_reply_add_address(struct lab_dns_reply *reply, const char *owner, const void *address,
                               size_t length);
void lab_dns_reply_add_cname(struct lab_dns_reply *reply, const char *owner, const char *target);

/* Adds the zone's SOA to the authority section: for negative answers (RFC 2308). */
void lab_dns_reply_add_soa(struct lab_dns_reply *reply, const char *zone);

#endif
