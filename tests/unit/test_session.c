/* Whole handshakes against a server in memory: what is harvested of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "pki/certificate_x509.h"
#include "unit/tls_talk.h"

enum { SMALL = 300, LARGE = 20000, LARGEST = MST_STAPLE_SIZE_MAX, HUGE = 100000 };

static uint8_t staple_bytes[HUGE];

/* Takes the records of one kind of handshake message out of a flight in clear. */
static size_t drop_message(uint8_t *bytes, size_t length, int type)
{
    enum { HEADER = 5, HANDSHAKE = 22 };
    size_t at = 0;
    while (at + HEADER < length) {
        const size_t size = HEADER + ((size_t)bytes[at + 3] << 8 | bytes[at + 4]);
        if (bytes[at] != HANDSHAKE || bytes[at + HEADER] != type || at + size > length) {
            at += size;
            continue;
        }
        memmove(bytes + at, bytes + at + size, length - at - size);
        length -= size;
    }
    return length;
}

static size_t drop_certificate_status(uint8_t *bytes, size_t length)
{
    return drop_message(bytes, length, 22);
}

static size_t overwrite(uint8_t *bytes, size_t length, const void *found, size_t size, size_t at,
                        uint8_t byte)
{
    uint8_t *place = memmem(bytes, length, found, size);
    if (place)
        place[at] = byte;
    return length;
}

static const uint8_t leaf_serial[] = {0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x64};
static const uint8_t second_serial[] = {0xa0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x02};

/* The tag of the serial number becomes that of a NULL: no certificate any more. */
static size_t break_leaf(uint8_t *bytes, size_t length)
{
    return overwrite(bytes, length, leaf_serial, sizeof leaf_serial, 5, 0x05);
}

static size_t break_second_intermediate(uint8_t *bytes, size_t length)
{
    return overwrite(bytes, length, second_serial, sizeof second_serial, 5, 0x05);
}

/* The leaf's key becomes one of a kind that nobody knows. */
static size_t spoil_key_type(uint8_t *bytes, size_t length)
{
    static const uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
    return overwrite(bytes, length, ec_public_key, sizeof ec_public_key, sizeof ec_public_key - 1,
                     0x7f);
}

/* The type of the status in CertificateStatus becomes one that does not exist. */
static size_t break_status_type(uint8_t *bytes, size_t length)
{
    static const uint8_t head[] = {22, 0, 1, 48, 1, 0, 1, 44}; /* SMALL is 300 = 0x12c */
    return overwrite(bytes, length, head, sizeof head, 4, 9);
}

static size_t cut_before_status_ends(uint8_t *bytes, size_t length)
{
    static const uint8_t head[] = {22, 0, 0x4e, 0x24, 1, 0, 0x4e, 0x20}; /* LARGE */
    const uint8_t *place = memmem(bytes, length, head, sizeof head);
    return place ? (size_t)(place - bytes) + LARGE : length;
}

static size_t cut_after_status_header(uint8_t *bytes, size_t length)
{
    static const uint8_t head[] = {22, 1, 0x86, 0xa4, 1, 1, 0x86, 0xa0}; /* HUGE */
    const uint8_t *place = memmem(bytes, length, head, sizeof head);
    return place ? (size_t)(place - bytes) + sizeof head : length;
}

struct row {
    const char *name;
    struct tls_peer_options peer;
    enum mst_tls_version version;
    size_t chunk; /* bytes fed at a time; 0: all that came */
    enum mst_session_state state;
    enum mst_failure_code code;
    const char *alert;
    const char *tls; /* version harvested */
    const char *group;
    size_t chain; /* certificates kept */
    enum mst_delivery delivery;
    bool loses_bytes; /* the staple's size is known, its bytes are not */
};

#define TLS12 .highest = TLS1_2_VERSION
#define STAPLE(size) .staple = staple_bytes, .staple_length = (size)
#define DONE .state = MST_SESSION_DONE, .chain = 1
#define FAILED(why) .state = MST_SESSION_FAILED, .code = MST_FAILURE_CODE_##why
#define DELIVERY(how) .delivery = MST_DELIVERY_##how

static const struct row rows[] = {
    {"1.3 EC, staple", {STAPLE(SMALL)}, DONE, DELIVERY(SENT), .tls = "TLSv1.3", .group = "x25519"},
    {"1.3 RSA, staple", {STAPLE(SMALL), .key = TLS_PEER_RSA}, DONE, DELIVERY(SENT)},
    {"1.3, no staple", {0}, DONE, DELIVERY(NOT_ACKNOWLEDGED)},
    {"1.3 RSA, no staple", {.key = TLS_PEER_RSA}, DONE, DELIVERY(NOT_ACKNOWLEDGED)},
    {"1.3, empty staple",
     {STAPLE(0)},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(EMPTY),
     .tls = "TLSv1.3"},
    {"1.3 RSA, empty staple, intermediates",
     {STAPLE(0), .key = TLS_PEER_RSA, .intermediates = 2},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 3,
     DELIVERY(EMPTY)},
    {"1.3, staple of 20 KB", {STAPLE(LARGE)}, DONE, DELIVERY(SENT)},
    {"1.3, staple beyond what TLS 1.3 can carry",
     {STAPLE(HUGE)},
     FAILED(ALERT),
     .alert = "internal_error",
     .tls = "TLSv1.3"},
    {"1.3, byte by byte",
     {STAPLE(SMALL), .intermediates = 2},
     .chunk = 1,
     .state = MST_SESSION_DONE,
     .chain = 3,
     DELIVERY(SENT)},
    {"1.3, empty staple byte by byte",
     {STAPLE(0)},
     .chunk = 1,
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(EMPTY)},
    {"1.3, hello retried",
     {STAPLE(SMALL), .groups = "P-384"},
     DONE,
     DELIVERY(SENT),
     .group = "secp384r1"},
    {"1.3, no common group",
     {STAPLE(SMALL), .groups = "X448", .lowest = TLS1_3_VERSION},
     FAILED(ALERT),
     .alert = "handshake_failure"},
    {"1.3 only",
     {STAPLE(SMALL)},
     .version = MST_TLS_1_3_ONLY,
     DONE,
     DELIVERY(SENT),
     .tls = "TLSv1.3"},
    {"1.3 only, server has 1.2",
     {STAPLE(SMALL), TLS12},
     .version = MST_TLS_1_3_ONLY,
     FAILED(ALERT),
     .alert = "protocol_version"},
    {"1.2 only",
     {STAPLE(SMALL)},
     .version = MST_TLS_1_2_ONLY,
     DONE,
     DELIVERY(SENT),
     .tls = "TLSv1.2"},
    {"1.2 only, server has 1.3",
     {.lowest = TLS1_3_VERSION},
     .version = MST_TLS_1_2_ONLY,
     FAILED(ALERT),
     .alert = "protocol_version"},
    {"1.2 only, server has 1.0",
     {STAPLE(SMALL), .highest = TLS1_VERSION, .ciphers = "ALL:@SECLEVEL=0"},
     .version = MST_TLS_1_2_ONLY,
     FAILED(NO_COMMON_PARAMETERS)},
    {"1.2 EC, staple",
     {STAPLE(SMALL), TLS12},
     DONE,
     DELIVERY(SENT),
     .tls = "TLSv1.2",
     .group = "x25519"},
    {"1.2 RSA, staple", {STAPLE(SMALL), TLS12, .key = TLS_PEER_RSA}, DONE, DELIVERY(SENT)},
    {"1.2 RSA key exchange",
     {STAPLE(SMALL), TLS12, .key = TLS_PEER_RSA, .ciphers = "kRSA:@SECLEVEL=0"},
     DONE,
     DELIVERY(SENT),
     .group = ""},
    {"1.2 DHE, a group too large",
     {STAPLE(SMALL), TLS12, .key = TLS_PEER_RSA, .ciphers = "DHE:@SECLEVEL=0", .dh_bits = 8193},
     FAILED(NO_COMMON_PARAMETERS),
     .chain = 1,
     DELIVERY(SENT)},
    {"1.2 DHE",
     {STAPLE(SMALL), TLS12, .key = TLS_PEER_RSA, .ciphers = "DHE:@SECLEVEL=0"},
     DONE,
     DELIVERY(SENT)},
    {"1.2, no staple", {TLS12}, DONE, DELIVERY(NOT_ACKNOWLEDGED)},
    {"1.2, empty staple",
     {STAPLE(0), TLS12},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(EMPTY),
     .tls = "TLSv1.2"},
    {"1.2, empty staple byte by byte",
     {STAPLE(0), TLS12, .intermediates = 1},
     .chunk = 1,
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 2,
     DELIVERY(EMPTY)},
    {"1.2, promised and not sent",
     {STAPLE(SMALL), TLS12, .edit = drop_certificate_status},
     FAILED(ALERT),
     .alert = "bad_record_mac",
     .chain = 1,
     DELIVERY(ACKNOWLEDGED_NOT_SENT)},
    {"1.2, staple of 20 KB",
     {STAPLE(LARGE), TLS12},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT)},
    {"1.2, staple of 20 KB byte by byte",
     {STAPLE(LARGE), TLS12},
     .chunk = 1,
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT)},
    {"1.2, staple of 20 KB, closed midway",
     {STAPLE(LARGE), TLS12, .edit = cut_before_status_ends},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(NONE)},
    {"1.2, largest staple kept",
     {STAPLE(LARGEST), TLS12},
     .chunk = 1000,
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT)},
    {"1.2, smallest staple not kept",
     {STAPLE(LARGEST + 1), TLS12},
     .chunk = 1000,
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT),
     .loses_bytes = true},
    {"1.2, staple of 100 KB",
     {STAPLE(HUGE), TLS12},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT),
     .loses_bytes = true},
    {"1.2, staple of 100 KB announced",
     {STAPLE(HUGE), TLS12, .edit = cut_after_status_header},
     FAILED(CLOSED),
     .chain = 1,
     DELIVERY(SENT),
     .loses_bytes = true},
    {"1.2, byte by byte",
     {STAPLE(SMALL), TLS12, .intermediates = 3},
     .chunk = 1,
     .state = MST_SESSION_DONE,
     .chain = 4,
     DELIVERY(SENT)},
    {"1.2, status of no known type",
     {STAPLE(SMALL), TLS12, .edit = break_status_type},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = 1,
     DELIVERY(SENT),
     .loses_bytes = true},
    {"1.2, leaf cannot be parsed",
     {STAPLE(SMALL), TLS12, .edit = break_leaf},
     FAILED(PROTOCOL_ERROR),
     .chain = 0,
     DELIVERY(SENT)},
    {"1.2, second intermediate cannot be parsed",
     {STAPLE(SMALL), TLS12, .intermediates = 3, .edit = break_second_intermediate},
     FAILED(PROTOCOL_ERROR),
     .chain = 2,
     DELIVERY(SENT)},
    {"1.2, key of unknown kind",
     {STAPLE(SMALL), TLS12, .edit = spoil_key_type},
     .chunk = 1,
     FAILED(PROTOCOL_ERROR),
     .chain = 1,
     DELIVERY(SENT)},
    {"1.1", {STAPLE(SMALL), .highest = TLS1_1_VERSION}, DONE, DELIVERY(SENT), .tls = "TLSv1.1"},
    {"1.0",
     {STAPLE(SMALL), .highest = TLS1_VERSION, .key = TLS_PEER_RSA},
     DONE,
     DELIVERY(SENT),
     .tls = "TLSv1"},
    {"1.3, client certificate demanded",
     {STAPLE(SMALL), .demands_certificate = true},
     DONE,
     DELIVERY(SENT)},
    {"1.2, client certificate demanded",
     {STAPLE(SMALL), TLS12, .demands_certificate = true},
     FAILED(ALERT),
     .alert = "handshake_failure",
     .chain = 1,
     DELIVERY(SENT)},
    {"1.2, client certificate demanded, none stapled",
     {TLS12, .demands_certificate = true},
     FAILED(ALERT),
     .alert = "handshake_failure",
     .chain = 1,
     DELIVERY(NOT_ACKNOWLEDGED)},
    {"name refused",
     {.name_answer = SSL_TLSEXT_ERR_ALERT_FATAL},
     FAILED(ALERT),
     .alert = "unrecognized_name"},
    {"name warned of",
     {STAPLE(SMALL), TLS12, .name_answer = SSL_TLSEXT_ERR_ALERT_WARNING},
     DONE,
     DELIVERY(SENT)},
    {"40 intermediates",
     {STAPLE(SMALL), .intermediates = 40},
     .state = MST_SESSION_DONE,
     .chain = MST_CHAIN_LENGTH_MAX,
     DELIVERY(SENT)},
    {"40 intermediates, empty staple",
     {STAPLE(0), .intermediates = 40},
     FAILED(STAPLE_REFUSED_BY_TLS),
     .chain = MST_CHAIN_LENGTH_MAX,
     DELIVERY(EMPTY)},
};

static void check_staple(const struct row *row, const struct mst_staple *staple)
{
    assert_int_equal(staple->delivery, row->delivery);
    if (row->delivery != MST_DELIVERY_SENT) {
        assert_null(staple->data);
        assert_int_equal(staple->size, 0);
        return;
    }
    if (row->peer.edit == break_status_type) {
        enum { FRAME = 4 };
        assert_int_equal(staple->size, row->peer.staple_length + FRAME);
        assert_int_equal(staple->data[0], 9);
        return;
    }
    assert_int_equal(staple->size, row->peer.staple_length);
    if (row->loses_bytes)
        assert_null(staple->data);
    else
        assert_memory_equal(staple->data, row->peer.staple, staple->size);
}

static void check_chain(const struct row *row, const struct mst_handshake *handshake)
{
    assert_int_equal(handshake->chain_length, row->chain);
    const bool has_common_ground =
        row->code != MST_FAILURE_CODE_ALERT && row->code != MST_FAILURE_CODE_NO_COMMON_PARAMETERS;
    if (has_common_ground || row->chain > 0)
        assert_int_equal(handshake->chain_sent, row->peer.intermediates + 1);
    if (row->peer.edit == spoil_key_type)
        return;
    for (size_t i = 0; i < row->chain; i++)
        assert_int_equal(X509_cmp(mst_certificate_x509(handshake->chain[i]),
                                  tls_peer_certificate(row->peer.key, i)),
                         0);
}

static void check_failure(const struct row *row, const struct mst_failure *failure)
{
    assert_int_equal(failure->code, row->code);
    assert_int_equal(failure->stage,
                     row->state == MST_SESSION_FAILED ? MST_STAGE_HANDSHAKE : MST_STAGE_NONE);
    if (row->alert)
        assert_string_equal(failure->alert, row->alert);
    else
        assert_null(failure->alert);
}

static void shows_what_came(void **state)
{
    const struct row *row = *state;
    struct mst_tls_context *context = tls_talk_context(row->version);
    struct mst_session *session = mst_session_new(context, "leaf.test");
    struct tls_peer *peer = tls_peer_new(&row->peer);
    struct mst_handshake handshake;
    assert_int_equal(tls_talk(session, peer, row->chunk ? row->chunk : TLS_TALK_WHOLE), row->state);
    check_failure(row, mst_session_failure(session));
    mst_session_harvest(session, &handshake);
    check_chain(row, &handshake);
    check_staple(row, &handshake.staple);
    assert_null(handshake.intermediate_staples);
    if (row->tls)
        assert_string_equal(handshake.version, row->tls);
    if (row->tls)
        assert_true(strlen(handshake.cipher) > 0);
    if (row->group)
        assert_string_equal(handshake.group, row->group);
    mst_handshake_release(&handshake);
    mst_session_free(session);
    tls_peer_free(peer);
    mst_tls_context_free(context);
}

static int forget_peers(void **state)
{
    (void)state;
    tls_peer_forget();
    return 0;
}

int main(void)
{
    static struct CMUnitTest tests[MST_COUNT_OF(rows)];
    memset(staple_bytes, 0x5a, sizeof staple_bytes);
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        tests[i] = (struct CMUnitTest){.name = rows[i].name,
                                       .test_func = shows_what_came,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    return _cmocka_run_group_tests("session", tests, MST_COUNT_OF(tests), NULL, forget_peers);
}
