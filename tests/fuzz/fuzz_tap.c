/* The tap beside a handshake. The input is a list of events; each is given to one tap whole, and to
 * another in pieces, and both must tell the same.
 *
 *     PIECE                     1 byte: the size of the pieces, from 1
 *     { KIND LENGTH bytes }...  1 byte, 2 bytes most significant first, and as many bytes or what
 *                               is left; KIND modulo 4: 0 the peer's bytes, 1 a handshake message
 *                               that the library has read, 2 an alert, 3 sent by ourselves */
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_handshake.h"
#include "tls/reader.h"
#include "tls/tap.h"

enum { KIND_FEED, KIND_MESSAGE, KIND_ALERT, KIND_OWN, KIND_COUNT };

static void feed(struct mst_tap *tap, struct mst_reader bytes, size_t piece)
{
    struct mst_reader part;
    while (bytes.left > 0) {
        FUZZ_REQUIRE(mst_reader_take(&bytes, piece < bytes.left ? piece : bytes.left, &part));
        uint8_t *copy = fuzz_copy(part.data, part.left);
        mst_tap_feed(tap, copy, part.left);
        free(copy);
    }
}

static void give(struct mst_tap *tap, size_t kind, struct mst_reader bytes, size_t piece)
{
    uint8_t *copy = fuzz_copy(bytes.data, bytes.left);
    switch (kind) {
    case KIND_FEED:
        feed(tap, bytes, piece);
        break;
    case KIND_MESSAGE:
        mst_tap_listen(0, TLS1_2_VERSION, SSL3_RT_HANDSHAKE, copy, bytes.left, NULL, tap);
        break;
    case KIND_ALERT:
        mst_tap_listen(0, TLS1_2_VERSION, SSL3_RT_ALERT, copy, bytes.left, NULL, tap);
        break;
    default:
        mst_tap_listen(1, TLS1_2_VERSION, SSL3_RT_HANDSHAKE, copy, bytes.left, NULL, tap);
        break;
    }
    free(copy);
}

static void play(struct mst_tap *tap, struct mst_reader events, size_t piece)
{
    size_t kind = 0;
    size_t length = 0;
    struct mst_reader bytes;
    mst_tap_init(tap);
    while (mst_reader_number(&events, 1, &kind) && mst_reader_number(&events, 2, &length) &&
           mst_reader_take(&events, length < events.left ? length : events.left, &bytes))
        give(tap, kind % KIND_COUNT, bytes, piece);
}

static void harvest(const struct mst_tap *tap, struct mst_handshake *handshake)
{
    *handshake = (struct mst_handshake){0};
    mst_tap_harvest_chain(tap, handshake);
    mst_tap_harvest_staples(tap, handshake);
    hold_no_errors();
    hold_handshake(handshake);
    FUZZ_REQUIRE(handshake->staple.delivery == mst_tap_delivery(tap));
}

static void hold_same_tap(const struct mst_tap *left, const struct mst_tap *right)
{
    FUZZ_REQUIRE(left->hello_came == right->hello_came);
    FUZZ_REQUIRE(left->hello.tls13 == right->hello.tls13);
    FUZZ_REQUIRE(left->hello.acknowledges_status == right->hello.acknowledges_status);
    FUZZ_REQUIRE(left->records.foreign == right->records.foreign);
    FUZZ_REQUIRE(left->records.ended == right->records.ended);
    FUZZ_REQUIRE(left->is_past_status == right->is_past_status);
    FUZZ_REQUIRE(left->opening_length == right->opening_length);
    FUZZ_REQUIRE(memcmp(left->opening, right->opening, left->opening_length) == 0);
    FUZZ_REQUIRE(left->library_message == right->library_message && left->alert == right->alert);
    FUZZ_REQUIRE(mst_tap_awaits_status(left) == mst_tap_awaits_status(right));
    for (int excessive = 0; excessive <= 1; excessive++)
        FUZZ_REQUIRE(mst_tap_stopped_at_staple(left, excessive) ==
                     mst_tap_stopped_at_staple(right, excessive));
}

static void hold_promises(const struct mst_tap *tap, const struct mst_handshake *handshake)
{
    FUZZ_REQUIRE(tap->opening_length <= MST_OPENING_SIZE);
    FUZZ_REQUIRE(tap->records.body.length <= MST_CERTIFICATE_MESSAGE_MAX);
    /* Nothing is told of what the library has not accepted. */
    if (!tap->library_has_certificate)
        FUZZ_REQUIRE(handshake->chain_sent == 0 && handshake->staple.delivery == MST_DELIVERY_NONE);
    if (mst_tap_awaits_status(tap))
        FUZZ_REQUIRE(handshake->staple.delivery == MST_DELIVERY_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_tap whole;
    struct mst_tap pieces;
    struct mst_handshake handshake;
    struct mst_handshake again;
    size_t piece = 0;
    struct mst_reader events = {data, size};
    if (!mst_reader_number(&events, 1, &piece))
        return 0;
    play(&whole, events, SIZE_MAX);
    play(&pieces, events, piece + 1);
    hold_same_tap(&whole, &pieces);
    harvest(&whole, &handshake);
    harvest(&pieces, &again);
    hold_same_handshake(&handshake, &again);
    hold_promises(&whole, &handshake);
    mst_handshake_release(&again);
    mst_handshake_release(&handshake);
    mst_tap_release(&pieces);
    mst_tap_release(&whole);
    return 0;
}
