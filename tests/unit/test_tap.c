/* What the tap tells of flights made by hand, which no server of ours would send: staples on
 * intermediates, promises that are not kept, bytes cut and changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "base/attributes.h"
#include "tls/tap.h"
#include "unit/tls_bytes.h"
#include "unit/tls_peer.h"

static struct tls_bytes scratch, scratch_list;

/* TLS 1.3: staples in the Certificate message */

/* What one CertificateEntry carries: extension 5 with these bytes, or none (NULL). */
struct entry {
    const char *frame;
    size_t length;
    enum mst_delivery delivery;
    const char *response;
};

#define ENTRY(text, how, what)                                                                     \
    {                                                                                              \
        .frame = (text), .length = sizeof(text) - 1, .delivery = MST_DELIVERY_##how,               \
        .response = (what)                                                                         \
    }
#define BARE_ENTRY                                                                                 \
    {                                                                                              \
        .delivery = MST_DELIVERY_NOT_ACKNOWLEDGED                                                  \
    }

enum { ENTRIES_MAX = 4 };

struct tls13_row {
    const char *name;
    size_t count;
    struct entry entries[ENTRIES_MAX];
};

static const struct tls13_row tls13_rows[] = {
    {"leaf alone, stapled", 1, {ENTRY("\1\0\0\4leaf", SENT, "leaf")}},
    {"leaf alone, bare", 1, {BARE_ENTRY}},
    {"leaf and intermediate stapled",
     2,
     {ENTRY("\1\0\0\4leaf", SENT, "leaf"), ENTRY("\1\0\0\5inter", SENT, "inter")}},
    {"intermediate alone stapled",
     3,
     {BARE_ENTRY, ENTRY("\1\0\0\5inter", SENT, "inter"), BARE_ENTRY}},
    {"second intermediate empty",
     3,
     {ENTRY("\1\0\0\4leaf", SENT, "leaf"), BARE_ENTRY, ENTRY("\1\0\0\0", EMPTY, NULL)}},
    {"all stapled",
     4,
     {ENTRY("\1\0\0\1a", SENT, "a"), ENTRY("\1\0\0\1b", SENT, "b"), ENTRY("\1\0\0\1c", SENT, "c"),
      ENTRY("\1\0\0\1d", SENT, "d")}},
    {"leaf empty", 2, {ENTRY("\1\0\0\0", EMPTY, NULL), BARE_ENTRY}},
    {"leaf's extension empty", 1, {ENTRY("", EMPTY, NULL)}},
    {"leaf's frame of another type", 1, {ENTRY("\2\0\0\1a", SENT, "\2\0\0\1a")}},
};

/* A Certificate message with its header, as the TLS library hands it over. */
static void make_certificate_message(const struct tls13_row *row, struct tls_bytes *message)
{
    enum { OTHER_EXTENSION = 18, STATUS_REQUEST = 5, HEADER = 4 };
    scratch_list.length = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct entry *entry = &row->entries[i];
        tls_bytes_certificate(&scratch_list, i);
        tls_bytes_number(&scratch_list, 6 + (entry->frame ? HEADER + entry->length : 0), 2);
        tls_bytes_number(&scratch_list, OTHER_EXTENSION,
                         2); /* stands before it and must be passed */
        tls_bytes_vector(&scratch_list, "sc", 2, 2);
        if (!entry->frame)
            continue;
        tls_bytes_number(&scratch_list, STATUS_REQUEST, 2);
        tls_bytes_vector(&scratch_list, entry->frame, entry->length, 2);
    }
    message->length = 0;
    tls_bytes_number(message, MST_MESSAGE_CERTIFICATE, 1);
    tls_bytes_number(message, 1 + 3 + scratch_list.length, 3);
    tls_bytes_number(message, 0, 1);
    tls_bytes_vector(message, scratch_list.data, scratch_list.length, 3);
}

static void begin_tls13(struct mst_tap *tap)
{
    static struct tls_bytes hello, record;
    mst_tap_init(tap);
    tls_bytes_server_hello(&hello, TLS1_3_VERSION, false);
    record.length = 0;
    tls_bytes_record(&record, MST_MESSAGE_SERVER_HELLO, hello.data, hello.length);
    mst_tap_feed(tap, record.data, record.length);
    assert_true(tap->hello_came && tap->hello.tls13);
}

/* The library has read the Certificate of a flight in clear. */
static void accept_certificate(struct mst_tap *tap)
{
    static const uint8_t header[] = {MST_MESSAGE_CERTIFICATE, 0, 0, 0};
    mst_tap_take_message(tap, header, sizeof header);
}

static void check_entry(const struct entry *entry, const struct mst_staple *staple)
{
    const size_t size = entry->response ? strlen(entry->response) : 0;
    assert_int_equal(staple->delivery, entry->delivery);
    if (entry->response && entry->response[0] == '\2') {
        assert_int_equal(staple->size, entry->length);
        return;
    }
    assert_int_equal(staple->size, size);
    if (size > 0)
        assert_memory_equal(staple->data, entry->response, size);
    else
        assert_null(staple->data);
}

static void reads_staples_of_the_chain(void **state)
{
    const struct tls13_row *row = *state;
    struct mst_tap tap;
    struct mst_handshake handshake = {0};
    bool any = false;
    begin_tls13(&tap);
    assert_int_equal(mst_tap_delivery(&tap), MST_DELIVERY_NONE);
    make_certificate_message(row, &scratch);
    mst_tap_take_message(&tap, scratch.data, scratch.length);
    assert_int_equal(mst_tap_delivery(&tap), row->entries[0].delivery);
    mst_tap_harvest_chain(&tap, &handshake);
    assert_int_equal(handshake.chain_length, row->count);
    assert_int_equal(handshake.chain_sent, row->count);
    mst_tap_harvest_staples(&tap, &handshake);
    check_entry(&row->entries[0], &handshake.staple);
    for (size_t i = 1; i < row->count; i++)
        any = any || row->entries[i].frame;
    assert_int_equal(handshake.intermediate_staples != NULL, any);
    for (size_t i = 1; handshake.intermediate_staples && i < row->count; i++)
        check_entry(&row->entries[i], &handshake.intermediate_staples[i - 1]);
    mst_handshake_release(&handshake);
    mst_tap_release(&tap);
}

/* Cut at each byte, with the lengths inside as they were: what is whole is told, no more is read.
 */
static void survives_cut_certificates(void **state)
{
    const struct tls13_row *row = &tls13_rows[5];
    size_t last = 0;
    (void)state;
    make_certificate_message(row, &scratch);
    for (size_t length = 0; length <= scratch.length; length++) {
        struct mst_tap tap;
        struct mst_handshake handshake = {0};
        begin_tls13(&tap);
        uint8_t *copy = tls_bytes_copy(scratch.data, length);
        mst_tap_take_message(&tap, copy, length);
        free(copy);
        mst_tap_harvest_chain(&tap, &handshake);
        mst_tap_harvest_staples(&tap, &handshake);
        assert_true(handshake.chain_length == last || handshake.chain_length == last + 1);
        assert_int_equal(handshake.staple.delivery,
                         handshake.chain_length > 0 ? MST_DELIVERY_SENT : MST_DELIVERY_NONE);
        last = handshake.chain_length;
        mst_handshake_release(&handshake);
        mst_tap_release(&tap);
    }
    assert_int_equal(last, row->count);
}

/* The same flight with bytes changed, always in the same ways: no read past the end, whatever is
 * said of it. */
static void survives_changed_bytes(void **state)
{
    enum { ROUNDS = 3000, CHANGES_MAX = 4 };
    uint32_t random = 1;
    (void)state;
    make_certificate_message(&tls13_rows[5], &scratch);
    for (int round = 0; round < ROUNDS; round++) {
        struct mst_tap tap;
        struct mst_handshake handshake = {0};
        uint8_t *copy = tls_bytes_copy(scratch.data, scratch.length);
        for (int i = 0; i < 1 + round % CHANGES_MAX; i++) {
            random = random * 1664525u + 1013904223u;
            copy[4 + (random >> 8) % (scratch.length - 4)] = (uint8_t)(random >> 3);
        }
        begin_tls13(&tap);
        mst_tap_take_message(&tap, copy, scratch.length);
        free(copy);
        mst_tap_harvest_chain(&tap, &handshake);
        mst_tap_harvest_staples(&tap, &handshake);
        mst_handshake_release(&handshake);
        mst_tap_release(&tap);
    }
}

static void cuts_the_chain_at_what_is_no_certificate(void **state)
{
    struct mst_tap tap;
    struct mst_handshake handshake = {0};
    (void)state;
    scratch_list.length = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i == 1)
            tls_bytes_vector(&scratch_list, "no certificate", 14, 3);
        else
            tls_bytes_certificate(&scratch_list, i);
        tls_bytes_number(&scratch_list, 0, 2);
    }
    scratch.length = 0;
    tls_bytes_number(&scratch, MST_MESSAGE_CERTIFICATE, 1);
    tls_bytes_number(&scratch, 4 + scratch_list.length, 3);
    tls_bytes_number(&scratch, 0, 1);
    tls_bytes_vector(&scratch, scratch_list.data, scratch_list.length, 3);
    begin_tls13(&tap);
    mst_tap_take_message(&tap, scratch.data, scratch.length);
    mst_tap_harvest_chain(&tap, &handshake);
    assert_int_equal(handshake.chain_length, 1);
    assert_int_equal(handshake.chain_sent, 3);
    mst_handshake_release(&handshake);
    mst_tap_release(&tap);
}

/* TLS 1.2: the flight in clear */

enum { FLIGHT_MAX = 6 };

enum {
    WHOLE_CERTIFICATE = 11,
    STATUS = 22,
    EMPTY_STATUS = 100,
    CCS = 101,
    ALERT = 102,
    BIG = 103,
    BARE_STATUS = 104
};

struct tls12_row {
    const char *name;
    size_t size;
    int flight[FLIGHT_MAX]; /* what follows ServerHello; 0 ends it */
    enum mst_delivery delivery;
    bool acknowledges;
    bool awaits;
};

#define FLIGHT(...) .flight = {__VA_ARGS__}
#define ABSENT(how) .delivery = MST_DELIVERY_##how
#define SENT(bytes) .delivery = MST_DELIVERY_SENT, .size = (bytes)
#define PROMISED .acknowledges = true

static const struct tls12_row tls12_rows[] = {
    {"hello alone", FLIGHT(0), ABSENT(NONE), PROMISED},
    {"not acknowledged", FLIGHT(11, 12, 14), ABSENT(NOT_ACKNOWLEDGED)},
    {"not acknowledged, told at Certificate", FLIGHT(11), ABSENT(NOT_ACKNOWLEDGED)},
    {"promised", FLIGHT(11), ABSENT(NONE), PROMISED, .awaits = true},
    {"sent", FLIGHT(11, 22, 12, 14), SENT(6), PROMISED},
    {"sent after an alert", FLIGHT(ALERT, 11, ALERT, 22), SENT(6), PROMISED},
    {"sent without a promise", FLIGHT(11, 22, 14), SENT(6)},
    {"empty", FLIGHT(11, EMPTY_STATUS), ABSENT(EMPTY), PROMISED},
    {"empty without a frame", FLIGHT(11, BARE_STATUS), ABSENT(EMPTY), PROMISED},
    {"the first counts", FLIGHT(11, EMPTY_STATUS, 22), ABSENT(EMPTY), PROMISED},
    {"too big to keep", FLIGHT(11, BIG), SENT(MST_STAPLE_SIZE_MAX + 1), PROMISED},
    {"then ServerKeyExchange", FLIGHT(11, 12), ABSENT(ACKNOWLEDGED_NOT_SENT), PROMISED},
    {"then CertificateRequest", FLIGHT(11, 13), ABSENT(ACKNOWLEDGED_NOT_SENT), PROMISED},
    {"then ServerHelloDone", FLIGHT(11, 14), ABSENT(ACKNOWLEDGED_NOT_SENT), PROMISED},
    {"then encrypted", FLIGHT(11, CCS, 22), ABSENT(NONE), PROMISED},
};

/* Messages with nothing in them but what the tap reads, in records of at most 16,000 bytes. */
static void put_flight(struct tls_bytes *flight, const struct tls12_row *row)
{
    static uint8_t big[MST_STAPLE_SIZE_MAX + 1];
    static struct tls_bytes hello, message;
    enum { RECORD_MAX = 16000 };
    flight->length = 0;
    tls_bytes_server_hello(&hello, 0, row->acknowledges);
    tls_bytes_record(flight, MST_MESSAGE_SERVER_HELLO, hello.data, hello.length);
    for (size_t i = 0; i < FLIGHT_MAX && row->flight[i]; i++) {
        switch (row->flight[i]) {
        case WHOLE_CERTIFICATE:
            scratch_list.length = message.length = 0;
            tls_bytes_certificate(&scratch_list, 0);
            tls_bytes_vector(&message, scratch_list.data, scratch_list.length, 3);
            tls_bytes_record(flight, WHOLE_CERTIFICATE, message.data, message.length);
            break;
        case STATUS:
            tls_bytes_record(flight, STATUS, "\1\0\0\6staple", 10);
            break;
        case EMPTY_STATUS:
            tls_bytes_record(flight, STATUS, "\1\0\0\0", 4);
            break;
        case BARE_STATUS:
            tls_bytes_record(flight, STATUS, "", 0);
            break;
        case CCS:
            tls_bytes_put(flight, "\x14\3\3\0\1\1", 6);
            break;
        case ALERT:
            tls_bytes_put(flight, "\x15\3\3\0\2\1\x70", 7);
            break;
        case BIG:
            message.length = 0;
            tls_bytes_number(&message, STATUS, 1);
            tls_bytes_number(&message, sizeof big + 4, 3);
            tls_bytes_number(&message, 1, 1);
            tls_bytes_vector(&message, big, sizeof big, 3);
            for (size_t at = 0; at < message.length; at += RECORD_MAX) {
                const size_t left = message.length - at;
                tls_bytes_number(flight, 0x160303, 3);
                tls_bytes_vector(flight, message.data + at, left < RECORD_MAX ? left : RECORD_MAX,
                                 2);
            }
            break;
        default:
            tls_bytes_record(flight, (uint8_t)row->flight[i], "x", row->flight[i] == 14 ? 0 : 1);
            break;
        }
    }
}

static void reads_a_flight_in_clear(void **state)
{
    static const size_t chunks[] = {1, 2, 5, 7, 1000, TLS_BYTES_MAX};
    const struct tls12_row *row = *state;
    put_flight(&scratch, row);
    for (size_t i = 0; i < MST_COUNT_OF(chunks); i++) {
        struct mst_tap tap;
        struct mst_handshake handshake = {0};
        mst_tap_init(&tap);
        for (size_t at = 0; at < scratch.length; at += chunks[i]) {
            const size_t left = scratch.length - at;
            const size_t length = left < chunks[i] ? left : chunks[i];
            uint8_t *copy = tls_bytes_copy(scratch.data + at, length);
            mst_tap_feed(&tap, copy, length);
            free(copy);
        }
        assert_false(tap.records.foreign);
        assert_int_equal(mst_tap_delivery(&tap), MST_DELIVERY_NONE);
        accept_certificate(&tap);
        assert_int_equal(mst_tap_delivery(&tap), row->delivery);
        assert_int_equal(mst_tap_awaits_status(&tap), row->awaits);
        mst_tap_harvest_chain(&tap, &handshake);
        mst_tap_harvest_staples(&tap, &handshake);
        assert_int_equal(handshake.chain_length, row->flight[0] ? 1 : 0);
        assert_int_equal(handshake.staple.delivery, row->delivery);
        assert_int_equal(handshake.staple.size, row->size);
        assert_int_equal(handshake.staple.data != NULL,
                         row->size > 0 && row->size <= MST_STAPLE_SIZE_MAX);
        mst_handshake_release(&handshake);
        mst_tap_release(&tap);
    }
}

/* Several messages in one record, and messages that are cut between two records. */
static void reads_messages_across_records(void **state)
{
    static struct tls_bytes messages, flight;
    (void)state;
    for (size_t record = 1; record < 100; record += 3) {
        struct mst_tap tap;
        put_flight(&scratch, &tls12_rows[4]);
        messages.length = flight.length = 0;
        for (size_t at = 0; at < scratch.length;) {
            const size_t length = (size_t)scratch.data[at + 3] << 8 | scratch.data[at + 4];
            tls_bytes_put(&messages, scratch.data + at + 5, length);
            at += 5 + length;
        }
        for (size_t at = 0; at < messages.length; at += record) {
            const size_t left = messages.length - at;
            tls_bytes_number(&flight, 0x160301, 3);
            tls_bytes_vector(&flight, messages.data + at, left < record ? left : record, 2);
        }
        mst_tap_init(&tap);
        mst_tap_feed(&tap, flight.data, flight.length);
        accept_certificate(&tap);
        assert_int_equal(mst_tap_delivery(&tap), MST_DELIVERY_SENT);
        assert_true(tap.is_past_status);
        mst_tap_release(&tap);
    }
}

static void survives_changed_flight(void **state)
{
    enum { ROUNDS = 3000 };
    uint32_t random = 7;
    (void)state;
    put_flight(&scratch, &tls12_rows[4]);
    for (int round = 0; round < ROUNDS; round++) {
        struct mst_tap tap;
        struct mst_handshake handshake = {0};
        uint8_t *copy = tls_bytes_copy(scratch.data, scratch.length);
        for (int i = 0; i < 1 + round % 3; i++) {
            random = random * 1664525u + 1013904223u;
            copy[(random >> 8) % scratch.length] = (uint8_t)(random >> 3);
        }
        mst_tap_init(&tap);
        mst_tap_feed(&tap, copy, scratch.length);
        accept_certificate(&tap);
        free(copy);
        mst_tap_harvest_chain(&tap, &handshake);
        mst_tap_harvest_staples(&tap, &handshake);
        mst_handshake_release(&handshake);
        mst_tap_release(&tap);
    }
}

/* A flight that came in one piece does not tell more of a handshake than the library accepted. */
static void tells_nothing_of_a_refused_hello(void **state)
{
    struct mst_tap tap;
    struct mst_handshake handshake = {0};
    (void)state;
    put_flight(&scratch, &tls12_rows[4]);
    mst_tap_init(&tap);
    mst_tap_feed(&tap, scratch.data, scratch.length);
    assert_true(tap.certificate.came && tap.status.came);
    mst_tap_harvest_chain(&tap, &handshake);
    mst_tap_harvest_staples(&tap, &handshake);
    assert_int_equal(handshake.chain_sent, 0);
    assert_int_equal(handshake.staple.delivery, MST_DELIVERY_NONE);
    assert_false(mst_tap_awaits_status(&tap));
    mst_handshake_release(&handshake);
    mst_tap_release(&tap);
}

/* TLS 1.3 is encrypted after ServerHello: nothing of what follows in clear is believed. */
static void reads_no_clear_messages_in_tls13(void **state)
{
    struct mst_tap tap;
    (void)state;
    begin_tls13(&tap);
    put_flight(&scratch, &tls12_rows[4]);
    mst_tap_feed(&tap, scratch.data, scratch.length);
    assert_true(tap.records.ended);
    assert_false(tap.certificate.came || tap.status.came || tap.is_past_status);
    assert_int_equal(mst_tap_delivery(&tap), MST_DELIVERY_NONE);
    mst_tap_release(&tap);
}

static int forget_peers(void **state)
{
    (void)state;
    tls_peer_forget();
    return 0;
}

#define ADD_ROWS(table, function)                                                                  \
    for (size_t i = 0; i < MST_COUNT_OF(table); i++)                                               \
        tests[count++] = (struct CMUnitTest)                                                       \
        {                                                                                          \
            .name = (table)[i].name, .test_func = (function),                                      \
            .initial_state = (void *)(uintptr_t) & (table)[i]                                      \
        }

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(survives_cut_certificates),
        cmocka_unit_test(survives_changed_bytes),
        cmocka_unit_test(cuts_the_chain_at_what_is_no_certificate),
        cmocka_unit_test(reads_messages_across_records),
        cmocka_unit_test(survives_changed_flight),
        cmocka_unit_test(tells_nothing_of_a_refused_hello),
        cmocka_unit_test(reads_no_clear_messages_in_tls13),
    };
    static struct CMUnitTest
        tests[MST_COUNT_OF(tls13_rows) + MST_COUNT_OF(tls12_rows) + MST_COUNT_OF(single)];
    size_t count = 0;
    ADD_ROWS(tls13_rows, reads_staples_of_the_chain);
    ADD_ROWS(tls12_rows, reads_a_flight_in_clear);
    memcpy(&tests[count], single, sizeof single);
    return _cmocka_run_group_tests("tap", tests, MST_COUNT_OF(tests), NULL, forget_peers);
}
