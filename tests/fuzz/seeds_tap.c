/* Handshakes as the tap sees them, in the events of fuzz_tap.c; and as the session does, whose
 * input is the size of the pieces and the server's bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "fuzz/seed_files.h"
#include "tls/messages.h"
#include "unit/staple_world.h"

enum { ROOM = 64 * 1024, KIND_FEED = 0, KIND_MESSAGE = 1, KIND_ALERT = 2, RECORD_HANDSHAKE = 22 };

static void put(struct mst_buf *bytes, const void *data, size_t size)
{
    if (!mst_buf_append(bytes, data, size))
        abort();
}

static void put_number(struct mst_buf *bytes, size_t number, unsigned octets)
{
    for (unsigned i = octets; i-- > 0;) {
        const uint8_t octet = (uint8_t)(number >> (8 * i));
        put(bytes, &octet, 1);
    }
}

static void put_vector(struct mst_buf *bytes, const struct mst_buf *content, unsigned octets)
{
    put_number(bytes, content->length, octets);
    put(bytes, content->data, content->length);
}

static void put_event(struct mst_buf *events, uint8_t kind, const void *data, size_t size)
{
    put_number(events, kind, 1);
    put_number(events, size, 2);
    put(events, data, size);
}

/* One handshake under construction: for the tap, and for the session. */
struct seed {
    struct mst_buf events, wire;
};

/* A handshake message: fed in one record, or handed over by the library. */
static void put_message(struct seed *seed, uint8_t kind, unsigned type, const void *body,
                        size_t size)
{
    struct mst_buf message;
    mst_buf_init(&message, ROOM);
    if (kind == KIND_FEED) {
        put_number(&message, RECORD_HANDSHAKE, 1);
        put_number(&message, 0x0303, 2);
        put_number(&message, size + 4, 2);
    }
    put_number(&message, type, 1);
    put_number(&message, size, 3);
    put(&message, body, size);
    put_event(&seed->events, kind, message.data, message.length);
    if (kind == KIND_FEED)
        put(&seed->wire, message.data, message.length);
    mst_buf_release(&message);
}

static void put_server_hello(struct seed *seed, bool is_tls13, bool acknowledges)
{
    static const uint8_t zeros[32];
    struct mst_buf hello;
    mst_buf_init(&hello, ROOM);
    put_number(&hello, 0x0303, 2);
    put(&hello, zeros, sizeof zeros);
    put_number(&hello, sizeof zeros, 1);
    put(&hello, zeros, sizeof zeros);
    put_number(&hello, is_tls13 ? 0x1301 : 0xc02f, 2);
    put_number(&hello, 0, 1);
    put_number(&hello, (is_tls13 ? 6 : 0) + (acknowledges ? 4 : 0), 2);
    if (acknowledges)
        put_number(&hello, 0x00050000, 4);
    if (is_tls13) {
        put_number(&hello, 0x002b0002, 4);
        put_number(&hello, 0x0304, 2);
    }
    put_message(seed, KIND_FEED, MST_MESSAGE_SERVER_HELLO, hello.data, hello.length);
    mst_buf_release(&hello);
}

static void put_certificate(struct mst_buf *list, enum who who)
{
    size_t size = 0;
    uint8_t *der = pki_certificate_der(staple_world_get(who)->x509, &size);
    put_number(list, size, 3);
    put(list, der, size);
    free(der);
}

static void put_frame(struct mst_buf *frame, const void *response, size_t size)
{
    put_number(frame, 1, 1);
    put_number(frame, size, 3);
    put(frame, response, size);
}

/* A good staple in its frame, about LEAF. */
static void put_staple(struct mst_buf *frame)
{
    const struct pki_response response = staple_world_response();
    size_t size = 0;
    uint8_t *data = pki_response_make(&response, &size);
    put_frame(frame, data, size);
    free(data);
}

struct flight {
    const char *name;
    bool is_tls13, acknowledges;
    enum { NONE, STAPLE, ONE_BYTE, EMPTY, BROKEN, BARE } staple, second;
    bool cuts, alerts;
    uint8_t piece;
    unsigned then; /* a message that follows, in TLS 1.2 */
};

static const struct flight flights[] = {
    {.name = "tls12_stapled", .acknowledges = true, .staple = STAPLE, .then = 14},
    {.name = "tls12_byte_by_byte", .acknowledges = true, .staple = STAPLE, .then = 12},
    {.name = "tls12_not_acknowledged", .then = 14, .piece = 9},
    {.name = "tls12_not_sent", .acknowledges = true, .then = 12, .piece = 99},
    {.name = "tls12_promised", .acknowledges = true, .piece = 3},
    {.name = "tls12_empty", .acknowledges = true, .staple = EMPTY, .piece = 200},
    {.name = "tls12_broken_frame", .acknowledges = true, .staple = BROKEN, .piece = 31},
    {.name = "tls12_bare", .acknowledges = true, .staple = BARE, .piece = 1},
    {.name = "tls12_alert", .acknowledges = true, .staple = STAPLE, .alerts = true, .piece = 2},
    {.name = "tls13_stapled", .is_tls13 = true, .staple = STAPLE, .piece = 16},
    {.name = "tls13_both_stapled", .is_tls13 = true, .staple = STAPLE, .second = STAPLE},
    {.name = "tls13_second_stapled", .is_tls13 = true, .second = STAPLE},
    {.name = "tls13_second_empty", .is_tls13 = true, .staple = STAPLE, .second = EMPTY},
    {.name = "tls12_one_byte", .acknowledges = true, .staple = ONE_BYTE},
    {.name = "tls13_one_byte", .is_tls13 = true, .staple = ONE_BYTE, .second = ONE_BYTE},
    {.name = "tls13_empty", .is_tls13 = true, .staple = EMPTY},
    {.name = "tls13_broken_frame", .is_tls13 = true, .staple = BROKEN, .alerts = true},
    {.name = "tls13_bare", .is_tls13 = true, .staple = BARE},
    {.name = "tls13_cut", .is_tls13 = true, .staple = STAPLE, .second = STAPLE, .cuts = true},
};

static void put_status(struct mst_buf *frame, int staple)
{
    if (staple == STAPLE)
        put_staple(frame);
    else if (staple == ONE_BYTE)
        put_frame(frame, "0", 1);
    else if (staple == EMPTY)
        put_frame(frame, "", 0);
    else if (staple == BROKEN)
        put(frame, "\2\0\0\1a", 5);
}

static void put_extensions(struct mst_buf *list, int staple)
{
    struct mst_buf frame;
    mst_buf_init(&frame, ROOM);
    put_status(&frame, staple);
    put_number(list, staple == NONE ? 0 : frame.length + 4, 2);
    if (staple != NONE) {
        put_number(list, 5, 2);
        put_vector(list, &frame, 2);
    }
    mst_buf_release(&frame);
}

static void put_chain(struct mst_buf *body, const struct flight *flight)
{
    static const enum who chain[] = {LEAF, ISSUER};
    struct mst_buf list;
    mst_buf_init(&list, ROOM);
    for (size_t i = 0; i < MST_COUNT_OF(chain); i++) {
        put_certificate(&list, chain[i]);
        if (flight->is_tls13)
            put_extensions(&list, i == 0 ? flight->staple : flight->second);
    }
    if (flight->is_tls13)
        put_number(body, 0, 1);
    put_vector(body, &list, 3);
    if (flight->cuts)
        body->length -= 20;
    mst_buf_release(&list);
}

static void write_flight(const struct flight *flight)
{
    struct seed seed;
    struct mst_buf chain;
    struct mst_buf status;
    mst_buf_init(&seed.events, ROOM);
    mst_buf_init(&seed.wire, ROOM);
    mst_buf_init(&chain, ROOM);
    mst_buf_init(&status, ROOM);
    put_number(&seed.events, flight->piece, 1);
    put_number(&seed.wire, flight->piece, 1);
    put_server_hello(&seed, flight->is_tls13, flight->acknowledges);
    put_chain(&chain, flight);
    if (!flight->is_tls13)
        put_message(&seed, KIND_FEED, MST_MESSAGE_CERTIFICATE, chain.data, chain.length);
    put_message(&seed, KIND_MESSAGE, MST_MESSAGE_CERTIFICATE, chain.data, chain.length);
    if (!flight->is_tls13 && flight->staple != NONE) {
        put_status(&status, flight->staple);
        put_message(&seed, KIND_FEED, MST_MESSAGE_CERTIFICATE_STATUS, status.data, status.length);
        put_message(&seed, KIND_MESSAGE, MST_MESSAGE_CERTIFICATE_STATUS, status.data,
                    status.length);
    }
    if (flight->then)
        put_message(&seed, KIND_FEED, flight->then, "", 0);
    if (flight->alerts)
        put_event(&seed.events, KIND_ALERT, "\2\x28", 2);
    seed_write("tap", flight->name, seed.events.data, seed.events.length);
    seed_write("session", flight->name, seed.wire.data, seed.wire.length);
    mst_buf_release(&status);
    mst_buf_release(&chain);
    mst_buf_release(&seed.wire);
    mst_buf_release(&seed.events);
}

void seeds_tap(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(flights); i++)
        write_flight(&flights[i]);
    seed_write("tap", "no_tls",
               "\x10\x00\x00\x11"
               "HTTP/1.1 400 Bad\n",
               21);
    seed_write("session", "no_tls", "\x10HTTP/1.1 400 Bad\n", 18);
    seed_write("session", "alert", "\x10\x15\x03\x03\x00\x02\x02\x28", 8);
    seed_write("session", "silence", "\x10", 1);
    seed_write("tap", "alert_in_clear", "\x00\x00\x00\x07\x15\x03\x03\x00\x02\x02\x28", 11);
    seed_write("tap", "status_beyond_the_ceiling",
               "\x05\x00\x00\x0d\x16\x03\x03\x40\x00\x16\x01\x00\x08\x01\x01\x00\x04", 17);
}
