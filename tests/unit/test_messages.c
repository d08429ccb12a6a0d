/* The readers of what a peer sends, over messages made by hand: whole, odd, and cut at each byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "base/attributes.h"
#include "tls/messages.h"
#include "unit/tls_bytes.h"

static struct tls_bytes hello_bytes;

static void reader_stays_inside(void **state)
{
    static const uint8_t data[] = {0, 3, 'a', 'b', 'c', 9};
    (void)state;
    for (size_t length = 0; length <= sizeof data; length++) {
        uint8_t *copy = tls_bytes_copy(data, length);
        struct mst_reader reader = {copy, length};
        struct mst_reader vector;
        const bool fits = length >= 5;
        assert_int_equal(mst_reader_vector(&reader, 2, &vector), fits);
        assert_int_equal(reader.left, fits ? length - 5 : length);
        if (fits)
            assert_memory_equal(vector.data, "abc", 3);
        free(copy);
    }
}

static void reads_server_hello(void **state)
{
    struct mst_server_hello hello;
    (void)state;
    for (unsigned version = 0; version <= TLS1_3_VERSION; version += TLS1_3_VERSION / 2) {
        for (int acknowledges = 0; acknowledges < 2; acknowledges++) {
            tls_bytes_server_hello(&hello_bytes, version, acknowledges);
            const struct mst_reader body = {hello_bytes.data, hello_bytes.length};
            assert_true(mst_server_hello_read(body, &hello));
            assert_int_equal(hello.tls13, version == TLS1_3_VERSION);
            assert_int_equal(hello.acknowledges_status, acknowledges);
        }
    }
}

static void refuses_cut_server_hello(void **state)
{
    enum { WITHOUT_EXTENSIONS = 2 + 32 + 33 + 2 + 1 };
    struct mst_server_hello hello;
    (void)state;
    tls_bytes_server_hello(&hello_bytes, TLS1_3_VERSION, true);
    for (size_t length = 0; length < hello_bytes.length; length++) {
        uint8_t *copy = tls_bytes_copy(hello_bytes.data, length);
        const struct mst_reader body = {copy, length};
        assert_int_equal(mst_server_hello_read(body, &hello), length == WITHOUT_EXTENSIONS);
        free(copy);
    }
}

struct frame_row {
    const char *name;
    const char *bytes;
    size_t length;
    enum mst_delivery delivery;
    bool broken;
    size_t response_at;
};

#define FRAME(text) .bytes = (text), .length = sizeof(text) - 1

static const struct frame_row frame_rows[] = {
    {"whole", FRAME("\1\0\0\3abc"), .delivery = MST_DELIVERY_SENT, .response_at = 4},
    {"empty response", FRAME("\1\0\0\0"), .delivery = MST_DELIVERY_EMPTY, .response_at = 4},
    {"nothing at all", FRAME(""), .delivery = MST_DELIVERY_EMPTY, .broken = true},
    {"type alone", FRAME("\1"), .delivery = MST_DELIVERY_SENT, .broken = true},
    {"length cut", FRAME("\1\0\0"), .delivery = MST_DELIVERY_SENT, .broken = true},
    {"response cut", FRAME("\1\0\0\3ab"), .delivery = MST_DELIVERY_SENT, .broken = true},
    {"trailing byte", FRAME("\1\0\0\3abcd"), .delivery = MST_DELIVERY_SENT, .broken = true},
    {"trailing byte after empty", FRAME("\1\0\0\0d"), .delivery = MST_DELIVERY_SENT,
     .broken = true},
    {"another type", FRAME("\2\0\0\3abc"), .delivery = MST_DELIVERY_SENT, .broken = true},
    {"bare response", FRAME("\x30\3\x0a\1\3"), .delivery = MST_DELIVERY_SENT, .broken = true},
};

static void reads_staple_frame(void **state)
{
    const struct frame_row *row = *state;
    struct mst_staple_frame frame;
    uint8_t *copy = tls_bytes_copy(row->bytes, row->length);
    mst_staple_frame_read((struct mst_reader){copy, row->length}, &frame);
    assert_int_equal(frame.delivery, row->delivery);
    assert_int_equal(frame.broken, row->broken);
    assert_int_equal(frame.response.left, row->length - row->response_at);
    assert_memory_equal(frame.response.data, row->bytes + row->response_at, frame.response.left);
    free(copy);
}

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(reader_stays_inside),
        cmocka_unit_test(reads_server_hello),
        cmocka_unit_test(refuses_cut_server_hello),
    };
    static struct CMUnitTest tests[MST_COUNT_OF(frame_rows) + MST_COUNT_OF(single)];
    size_t count = 0;
    for (size_t i = 0; i < MST_COUNT_OF(frame_rows); i++)
        tests[count++] = (struct CMUnitTest){.name = frame_rows[i].name,
                                             .test_func = reads_staple_frame,
                                             .initial_state = (void *)(uintptr_t)&frame_rows[i]};
    memcpy(&tests[count], single, sizeof single);
    return _cmocka_run_group_tests("messages", tests, MST_COUNT_OF(tests), NULL, NULL);
}
