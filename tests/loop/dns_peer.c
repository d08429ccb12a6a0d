#include "loop/dns_peer.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"

enum { MESSAGE_MAX = 8192, UDP_ANSWER_MAX = 512, QUESTION_TAIL = 4, TCP_PREFIX = 2 };

enum manner { ANSWER, SILENCE, GARBAGE, SHORT, WRONG_FIRST };

struct script {
    const char *label;
    enum manner manner;
    unsigned rcode_a, rcode_aaaa;
    unsigned cnames, a, aaaa; /* records */
    bool truncate;            /* over UDP */
    unsigned delay_ms;        /* over UDP */
    unsigned deaf;            /* to so many questions over TCP in all */
};

static const struct script scripts[] = {
    {"v4", .a = 1},
    {"v6", .aaaa = 1},
    {"both", .a = 2, .aaaa = 3},
    {"many", .a = 20, .aaaa = 14},
    {"flood", .a = 200, .aaaa = 200},
    {"chain", .cnames = 3, .a = 1, .aaaa = 1},
    {"dangling", .cnames = 2},
    {"lostchain", .cnames = 1, .rcode_a = ns_r_nxdomain, .rcode_aaaa = ns_r_nxdomain},
    {"nxdomain", .rcode_a = ns_r_nxdomain, .rcode_aaaa = ns_r_nxdomain},
    {"nodata"},
    {"servfail", .rcode_a = ns_r_servfail, .rcode_aaaa = ns_r_servfail},
    {"refused", .rcode_a = ns_r_refused, .rcode_aaaa = ns_r_refused},
    {"notimp", .rcode_a = ns_r_notimpl, .rcode_aaaa = ns_r_notimpl},
    {"formerr", .rcode_a = ns_r_formerr, .rcode_aaaa = ns_r_formerr},
    {"yxdomain", .rcode_a = ns_r_yxdomain, .rcode_aaaa = ns_r_yxdomain},
    {"halffail", .rcode_a = ns_r_servfail},
    {"halfok", .rcode_aaaa = ns_r_refused, .a = 1},
    {"silent", SILENCE},
    {"garbage", GARBAGE},
    {"short", SHORT},
    {"spoofed", WRONG_FIRST, .a = 1, .aaaa = 1},
    {"truncated", .a = 1, .aaaa = 1, .truncate = true},
    {"deaf", .a = 1, .aaaa = 1, .truncate = true, .deaf = 2},
    {"late", .a = 1, .aaaa = 1, .delay_ms = 300},
    {"verylate", .a = 1, .aaaa = 1, .delay_ms = 1500},
};

struct message {
    uint8_t bytes[TCP_PREFIX + MESSAGE_MAX]; /* room for the length that TCP puts before it */
    size_t length;                           /* without that */
};

struct question {
    const uint8_t *bytes; /* the whole query */
    size_t name_length, type;
    const struct script *script;
    uint32_t number;
};

static void put(struct message *message, const void *bytes, size_t length)
{
    assert_true(message->length + length <= MESSAGE_MAX);
    memcpy(message->bytes + TCP_PREFIX + message->length, bytes, length);
    message->length += length;
}

static void put16(struct message *message, unsigned value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(message, bytes, sizeof bytes);
}

static const struct script *find_script(const uint8_t *label, size_t length)
{
    for (size_t i = 0; i < MST_COUNT_OF(scripts); i++)
        if (strlen(scripts[i].label) == length &&
            strncasecmp(scripts[i].label, (const char *)label, length) == 0)
            return &scripts[i];
    return NULL;
}

static bool read_question(const uint8_t *bytes, size_t length, struct question *ret_question)
{
    struct question question = {.bytes = bytes};
    size_t at = NS_HFIXEDSZ;
    while (at < length && bytes[at] != 0)
        at += 1u + bytes[at];
    if (at + 1 + QUESTION_TAIL > length)
        return false;
    question.name_length = at + 1 - NS_HFIXEDSZ;
    question.type = (size_t)bytes[at + 1] << 8 | bytes[at + 2];

    const uint8_t *label = bytes + NS_HFIXEDSZ + 1;
    const size_t label_length = bytes[NS_HFIXEDSZ];
    const uint8_t *dash = memchr(label, '-', label_length);
    if (dash)
        question.number = (uint32_t)strtoul((const char *)dash + 1, NULL, 10);
    question.script = find_script(label, dash ? (size_t)(dash - label) : label_length);
    *ret_question = question;
    return question.script != NULL;
}

/* The head of a record that belongs to the alias number `alias`, 0 being the name asked for. */
static void put_record_head(struct message *answer, unsigned alias, unsigned type, size_t size)
{
    if (alias == 0) {
        put16(answer, 0xc000 | NS_HFIXEDSZ);
    } else {
        const uint8_t name[] = {2, 'a', (uint8_t)('0' + alias), 4, 't', 'e', 's', 't', 0};
        put(answer, name, sizeof name);
    }
    put16(answer, type);
    put16(answer, ns_c_in);
    put16(answer, 0);
    put16(answer, 60); /* seconds to live */
    put16(answer, (unsigned)size);
}

static void put_cname(struct message *answer, unsigned alias)
{
    const uint8_t target[] = {2, 'a', (uint8_t)('1' + alias), 4, 't', 'e', 's', 't', 0};
    put_record_head(answer, alias, ns_t_cname, sizeof target);
    put(answer, target, sizeof target);
}

static void put_address(struct message *answer, const struct question *question, uint32_t nth)
{
    const uint32_t number = htonl(question->number + nth);
    if (question->type == ns_t_a) {
        uint8_t address[NS_INADDRSZ];
        memcpy(address, &number, sizeof address);
        address[0] = 10;
        put_record_head(answer, question->script->cnames, ns_t_a, sizeof address);
        put(answer, address, sizeof address);
    } else {
        uint8_t address[NS_IN6ADDRSZ] = {0x20, 0x01, 0x0d, 0xb8};
        memcpy(address + 12, &number, sizeof number);
        put_record_head(answer, question->script->cnames, ns_t_aaaa, sizeof address);
        put(answer, address, sizeof address);
    }
}

static void compose(const struct question *question, bool tcp, struct message *ret_answer)
{
    enum { ANSWERED = 0x8180, TRUNCATED = 0x0200 };
    const struct script *script = question->script;
    const bool ipv4 = question->type == ns_t_a;
    const unsigned rcode = ipv4 ? script->rcode_a : script->rcode_aaaa;
    unsigned addresses = ipv4 ? script->a : script->aaaa;
    unsigned cnames = script->cnames;
    unsigned flags = ANSWERED | rcode;
    const size_t size = (ipv4 ? 16u : 28u) * addresses + 40u * cnames;
    if (!tcp && (script->truncate || size > UDP_ANSWER_MAX - 100)) {
        flags |= TRUNCATED;
        addresses = cnames = 0;
    }
    ret_answer->length = 0;
    put(ret_answer, question->bytes, 2);
    put16(ret_answer, flags);
    put16(ret_answer, 1);
    put16(ret_answer, cnames + addresses);
    put16(ret_answer, 0);
    put16(ret_answer, 0);
    put(ret_answer, question->bytes + NS_HFIXEDSZ, question->name_length + QUESTION_TAIL);
    for (unsigned i = 0; i < cnames; i++)
        put_cname(ret_answer, i);
    for (unsigned i = 0; i < addresses; i++)
        put_address(ret_answer, question, i);
    if (script->manner == GARBAGE) {
        /* A record that says it is longer than the message. */
        ret_answer->bytes[TCP_PREFIX + 7] = 1;
        put_record_head(ret_answer, 0, (unsigned)question->type, 400);
    } else if (script->manner == SHORT) {
        ret_answer->length = 5;
    }
}

struct helper {
    union {
        uv_handle_t handle;
        uv_timer_t timer;
        uv_tcp_t tcp;
    } as;
    struct mst_list link;
    struct dns_peer *peer;
    struct sockaddr_storage to;
    size_t length;
    uint8_t bytes[1024]; /* a late answer, or what came over the connection so far */
};

static void on_helper_closed(uv_handle_t *handle)
{
    free(MST_CONTAINER_OF(handle, struct helper, as));
}

static struct helper *add_helper(struct dns_peer *peer)
{
    struct helper *helper = calloc(1, sizeof *helper);
    assert_non_null(helper);
    helper->peer = peer;
    mst_list_append(&peer->helpers, &helper->link);
    return helper;
}

static void drop_helper(struct helper *helper)
{
    mst_list_remove(&helper->link);
    uv_close(&helper->as.handle, on_helper_closed);
}

static void send_udp(struct dns_peer *peer, const struct sockaddr *to, const uint8_t *bytes,
                     size_t length)
{
    const uv_buf_t buffer = {.base = (char *)(uintptr_t)bytes, .len = length};
    (void)uv_udp_try_send(&peer->udp, &buffer, 1, to);
}

static void on_late(uv_timer_t *timer)
{
    struct helper *late = MST_CONTAINER_OF(timer, struct helper, as);
    send_udp(late->peer, (struct sockaddr *)&late->to, late->bytes, late->length);
    drop_helper(late);
}

static void send_later(struct dns_peer *peer, const struct sockaddr *to,
                       const struct message *answer, unsigned delay_ms)
{
    struct helper *late = add_helper(peer);
    assert_true(answer->length <= sizeof late->bytes);
    memcpy(late->bytes, answer->bytes + TCP_PREFIX, answer->length);
    late->length = answer->length;
    memcpy(&late->to, to, sizeof(struct sockaddr_in));
    (void)uv_timer_init(peer->udp.loop, &late->as.timer);
    uv_unref(&late->as.handle);
    (void)uv_timer_start(&late->as.timer, on_late, delay_ms, 0);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[64 * 1024];
    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void on_udp(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                   const struct sockaddr *from, unsigned flags)
{
    struct dns_peer *peer = MST_CONTAINER_OF(udp, struct dns_peer, udp);
    struct question question;
    (void)flags;
    if (length <= 0 || !from)
        return;
    peer->udp_questions++;
    if (peer->mute || !read_question((uint8_t *)buffer->base, (size_t)length, &question) ||
        question.script->manner == SILENCE)
        return;
    struct message answer;
    compose(&question, false, &answer);
    uint8_t *bytes = answer.bytes + TCP_PREFIX;
    if (question.script->manner == WRONG_FIRST) {
        bytes[1] ^= 0x55;
        send_udp(peer, from, bytes, answer.length);
        bytes[1] ^= 0x55;
    }
    if (question.script->delay_ms > 0)
        send_later(peer, from, &answer, question.script->delay_ms);
    else
        send_udp(peer, from, bytes, answer.length);
}

/* Answers the questions that are whole, and keeps the rest. */
static void answer_tcp(struct helper *connection)
{
    size_t whole;
    while (connection->length >= TCP_PREFIX &&
           connection->length >=
               (whole = TCP_PREFIX + ((size_t)connection->bytes[0] << 8 | connection->bytes[1]))) {
        struct question question;
        connection->peer->tcp_questions++;
        if (read_question(connection->bytes + TCP_PREFIX, whole - TCP_PREFIX, &question) &&
            question.script->manner != SILENCE &&
            connection->peer->tcp_questions > question.script->deaf) {
            struct message answer;
            compose(&question, true, &answer);
            answer.bytes[0] = (uint8_t)(answer.length >> 8);
            answer.bytes[1] = (uint8_t)answer.length;
            uv_buf_t buffer =
                uv_buf_init((char *)answer.bytes, (unsigned)(TCP_PREFIX + answer.length));
            (void)uv_try_write((uv_stream_t *)&connection->as.tcp, &buffer, 1);
        }
        connection->length -= whole;
        memmove(connection->bytes, connection->bytes + whole, connection->length);
    }
}

static void on_tcp(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct helper *connection = MST_CONTAINER_OF(stream, struct helper, as);
    if (length < 0 || connection->length + (size_t)length > sizeof connection->bytes) {
        drop_helper(connection);
        return;
    }
    memcpy(connection->bytes + connection->length, buffer->base, (size_t)length);
    connection->length += (size_t)length;
    answer_tcp(connection);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct dns_peer *peer = MST_CONTAINER_OF(listener, struct dns_peer, tcp);
    if (status < 0)
        return;
    struct helper *connection = add_helper(peer);
    (void)uv_tcp_init(listener->loop, &connection->as.tcp);
    uv_unref(&connection->as.handle);
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&connection->as.tcp), 0);
    (void)uv_read_start((uv_stream_t *)&connection->as.tcp, on_allocate, on_tcp);
}

/* Binds both sockets to one port: false when the other protocol's is taken. */
static bool bind_pair(int udp, int tcp, struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    address->sin_port = 0;
    return bind(udp, (struct sockaddr *)address, length) == 0 &&
           getsockname(udp, (struct sockaddr *)address, &length) == 0 &&
           bind(tcp, (struct sockaddr *)address, length) == 0;
}

void dns_peer_start(struct dns_peer *peer, uv_loop_t *loop)
{
    enum { BACKLOG = 64, RECEIVE_BUFFER_SIZE = 4 * 1024 * 1024, ATTEMPTS = 20 };
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int udp = -1;
    int tcp = -1;
    bool bound = false;
    for (int i = 0; i < ATTEMPTS && !bound; i++) {
        udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bound = bind_pair(udp, tcp, &address);
        if (!bound) {
            (void)close(udp);
            (void)close(tcp);
        }
    }
    assert_true(bound);
    memset(peer, 0, sizeof *peer);
    mst_list_init(&peer->helpers);
    (void)uv_tcp_init(loop, &peer->tcp);
    assert_int_equal(uv_tcp_open(&peer->tcp, tcp), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&peer->tcp, BACKLOG, on_connection), 0);
    (void)uv_udp_init(loop, &peer->udp);
    assert_int_equal(uv_udp_open(&peer->udp, udp), 0);
    int size = RECEIVE_BUFFER_SIZE;
    (void)uv_recv_buffer_size((uv_handle_t *)&peer->udp, &size);
    assert_int_equal(uv_udp_recv_start(&peer->udp, on_allocate, on_udp), 0);
    uv_unref((uv_handle_t *)&peer->tcp);
    uv_unref((uv_handle_t *)&peer->udp);
    peer->endpoint.port = ntohs(address.sin_port);
    assert_true(mst_address_parse("127.0.0.1", &peer->endpoint.address));
}

void dns_peer_stop(struct dns_peer *peer)
{
    while (!mst_list_is_empty(&peer->helpers))
        drop_helper(MST_LIST_ITEM(peer->helpers.next, struct helper, link));
    uv_close((uv_handle_t *)&peer->udp, NULL);
    uv_close((uv_handle_t *)&peer->tcp, NULL);
}
