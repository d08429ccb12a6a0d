/* Sessions that never become a handshake, that end early or are over; what they ask for and hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/crypto.h>

#include "base/attributes.h"
#include "unit/tls_talk.h"

static const uint8_t staple_bytes[300] = {0x30};

/* Bytes that the library holds. */
static size_t library_bytes;

enum { BLOCK_HEADER = 16 };

static void *count_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    size_t *block = size > 0 ? malloc(size + BLOCK_HEADER) : NULL; /* as the library itself */
    if (!block)
        return NULL;
    *block = size;
    library_bytes += size;
    return (uint8_t *)block + BLOCK_HEADER;
}

static void count_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    if (!memory)
        return;
    size_t *block = (size_t *)(void *)((uint8_t *)memory - BLOCK_HEADER);
    library_bytes -= *block;
    free(block);
}

static void *count_realloc(void *memory, size_t size, const char *file, int line)
{
    if (!memory)
        return count_malloc(size, file, line);
    const size_t old = *(size_t *)(void *)((uint8_t *)memory - BLOCK_HEADER);
    void *grown = count_malloc(size, file, line);
    if (!grown)
        return NULL;
    memcpy(grown, memory, old < size ? old : size);
    count_free(memory, file, line);
    return grown;
}

/* Bytes that come instead of TLS, or make no TLS, fed at once to a fresh session. */
struct bytes_row {
    const char *name;
    const char *bytes;
    size_t length;
    const char *alert;
    const char *detail; /* NULL: any */
    const char *tls;    /* version harvested; NULL: none */
    enum mst_failure_code code;
    bool reset;
};

#define BYTES(text) .bytes = (text), .length = sizeof(text) - 1
#define CODE(which) .code = MST_FAILURE_CODE_##which
#define HELLO_RANDOM "0123456789abcdef0123456789abcdef"

static const struct bytes_row bytes_rows[] = {
    {"HTTP", BYTES("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"), CODE(NOT_TLS),
     .detail = "began with \"HTTP/1.1 400 Bad Request\""},
    {"SSH", BYTES("SSH-2.0-OpenSSH_9.2\r\n"), CODE(NOT_TLS),
     .detail = "began with \"SSH-2.0-OpenSSH_9.2\""},
    {"SMTP", BYTES("220 mail.test ESMTP\r\n"), CODE(NOT_TLS)},
    {"one foreign byte", BYTES("2"), CODE(NOT_TLS), .detail = "began with \"2\""},
    {"not text", BYTES("\x01\xff\xfe\x80\x90 0123"), CODE(NOT_TLS),
     .detail = "began with bytes 01fffe80902030313233"},
    {"not UTF-8", BYTES("caf\xe9 closed"), CODE(NOT_TLS),
     .detail = "began with \"caf\xef\xbf\xbd closed\""},
    {"wrong major version", BYTES("\x16\x02\x00\x00\x02\x02\x28"), CODE(NOT_TLS)},
    {"nothing", BYTES(""), CODE(CLOSED), .detail = "no answer to ClientHello"},
    {"nothing, reset", BYTES(""), CODE(RESET), .reset = true},
    {"half a record", BYTES("\x16\x03\x03\x01"), CODE(CLOSED), .detail = ""},
    {"handshake_failure", BYTES("\x15\x03\x03\x00\x02\x02\x28"), CODE(ALERT),
     .alert = "handshake_failure", .detail = "alert 40"},
    {"handshake_failure in SSL 3", BYTES("\x15\x03\x00\x00\x02\x02\x28"), CODE(ALERT),
     .alert = "handshake_failure"},
    {"protocol_version", BYTES("\x15\x03\x01\x00\x02\x02\x46"), CODE(ALERT),
     .alert = "protocol_version"},
    {"no_application_protocol", BYTES("\x15\x03\x03\x00\x02\x02\x78"), CODE(ALERT),
     .alert = "no_application_protocol"},
    {"alert without a name", BYTES("\x15\x03\x03\x00\x02\x02\xc8"), CODE(ALERT), .alert = "unknown",
     .detail = "alert 200"},
    {"warning, then closed", BYTES("\x15\x03\x03\x00\x02\x01\x70"), CODE(CLOSED),
     .detail = "after the alert unrecognized_name"},
    {"close_notify", BYTES("\x15\x03\x03\x00\x02\x01\x00"), CODE(CLOSED),
     .detail = "after the alert close_notify"},
    {"SSL 3 ServerHello",
     BYTES("\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00" HELLO_RANDOM "\x00\x00\x05\x00"),
     CODE(NO_COMMON_PARAMETERS)},
    {"cipher that was not offered",
     BYTES("\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" HELLO_RANDOM "\x00\x00\x05\x00"),
     CODE(NO_COMMON_PARAMETERS)},
    {"ServerHello without renegotiation_info",
     BYTES("\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" HELLO_RANDOM "\x00\x00\x2f\x00"),
     CODE(CLOSED), .tls = "TLSv1.2"},
    {"Certificate without ServerHello", BYTES("\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x00"),
     CODE(PROTOCOL_ERROR)},
    {"ServerHello above its ceiling", BYTES("\x16\x03\x03\x00\x05\x02\xff\xff\xff\x00"),
     CODE(TOO_MUCH_DATA)},
    {"record above its ceiling", BYTES("\x16\x03\x03\xff\xff\x02"), CODE(PROTOCOL_ERROR)},
    {"warning, then garbage", BYTES("\x15\x03\x03\x00\x02\x01\x70HTTP/1.1 400"),
     CODE(PROTOCOL_ERROR)},
    {"application data first", BYTES("\x17\x03\x03\x00\x05hello"), CODE(PROTOCOL_ERROR)},
};

static void names_what_is_no_handshake(void **state)
{
    const struct bytes_row *row = *state;
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    struct mst_session *session = mst_session_new(context, "");
    struct mst_handshake handshake;
    assert_int_equal(mst_session_start(session), MST_SESSION_WANTS_INPUT);
    (void)mst_session_feed(session, (const uint8_t *)row->bytes, row->length);
    assert_int_equal(mst_session_end(session, row->reset), MST_SESSION_FAILED);
    const struct mst_failure *failure = mst_session_failure(session);
    assert_int_equal(failure->stage, MST_STAGE_HANDSHAKE);
    assert_int_equal(failure->code, row->code);
    if (row->alert)
        assert_string_equal(failure->alert, row->alert);
    else
        assert_null(failure->alert);
    if (row->detail)
        assert_string_equal(failure->detail, row->detail);
    mst_session_harvest(session, &handshake);
    assert_int_equal(handshake.chain_length, 0);
    assert_int_equal(handshake.staple.delivery, MST_DELIVERY_NONE);
    assert_string_equal(handshake.version, row->tls ? row->tls : "");
    mst_handshake_release(&handshake);
    mst_session_free(session);
    mst_tls_context_free(context);
}

/* Twice with each server: what the first time left behind is not offered the second time. */
static void asks_for_the_staple_and_offers_no_session(void **state)
{
    static const struct tls_peer_options options[] = {{0}, {.highest = TLS1_2_VERSION}};
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    (void)state;
    for (size_t i = 0; i < 2 * MST_COUNT_OF(options); i++) {
        struct mst_session *session = mst_session_new(context, "leaf.test");
        struct tls_peer *peer = tls_peer_new(&options[i % MST_COUNT_OF(options)]);
        assert_int_equal(tls_talk(session, peer, TLS_TALK_WHOLE), MST_SESSION_DONE);
        const struct tls_peer_hello *hello = tls_peer_hello(peer);
        assert_true(hello->came && hello->asks_for_status && hello->has_sni);
        assert_string_equal(hello->sni, "leaf.test");
        assert_false(hello->offers_session);
        assert_false(hello->offers_certificate_compression);
        assert_int_equal(hello->key_shares, 1);
        mst_session_free(session);
        tls_peer_free(peer);
    }
    mst_tls_context_free(context);
}

static void sends_no_name_when_there_is_none(void **state)
{
    static const struct tls_peer_options options = {0};
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    struct mst_session *session = mst_session_new(context, "");
    struct tls_peer *peer = tls_peer_new(&options);
    (void)state;
    assert_int_equal(tls_talk(session, peer, TLS_TALK_WHOLE), MST_SESSION_DONE);
    assert_true(tls_peer_hello(peer)->came);
    assert_false(tls_peer_hello(peer)->has_sni);
    mst_session_free(session);
    tls_peer_free(peer);
    mst_tls_context_free(context);
}

static void closes_politely_and_ignores_what_comes_after(void **state)
{
    static const struct tls_peer_options options[] = {{0}, {.highest = TLS1_2_VERSION}};
    static const uint8_t garbage[] = "garbage";
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(options); i++) {
        struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
        struct mst_session *session = mst_session_new(context, "leaf.test");
        struct tls_peer *peer = tls_peer_new(&options[i]);
        assert_int_equal(tls_talk(session, peer, TLS_TALK_WHOLE), MST_SESSION_DONE);
        assert_true(tls_peer_is_done(peer));
        assert_int_equal(mst_session_feed(session, garbage, sizeof garbage), MST_SESSION_DONE);
        assert_int_equal(mst_session_end(session, true), MST_SESSION_DONE);
        assert_int_equal(mst_session_failure(session)->stage, MST_STAGE_NONE);
        assert_false(tls_peer_is_closed(peer));
        mst_session_close(session);
        assert_true(tls_talk_send(session, peer));
        assert_true(tls_peer_is_closed(peer));
        mst_session_free(session);
        tls_peer_free(peer);
        mst_tls_context_free(context);
    }
}

/* What a session tells when the server's first flight is cut after `keep` bytes. */
struct cut {
    size_t flight; /* the length it would have had */
    enum mst_session_state state;
    struct mst_handshake handshake;
};

static struct cut cut_flight(struct mst_tls_context *context,
                             const struct tls_peer_options *options, size_t keep)
{
    struct cut cut;
    struct mst_session *session = mst_session_new(context, "leaf.test");
    struct tls_peer *peer = tls_peer_new(options);
    const bool reset = keep % 2;
    (void)mst_session_start(session);
    (void)tls_talk_send(session, peer);
    uint8_t *bytes = tls_peer_take(peer, &cut.flight);
    (void)mst_session_feed(session, bytes, keep < cut.flight ? keep : cut.flight);
    free(bytes);
    cut.state = mst_session_end(session, reset);
    if (cut.state == MST_SESSION_FAILED)
        assert_int_equal(mst_session_failure(session)->code,
                         reset ? MST_FAILURE_CODE_RESET : MST_FAILURE_CODE_CLOSED);
    mst_session_harvest(session, &cut.handshake);
    mst_session_free(session);
    tls_peer_free(peer);
    return cut;
}

/* The server goes away at many points of its flight: what was whole is told, never less than at the
 * point before. */
static void tells_what_came_before_the_end(void **state)
{
    enum { STEP = 37, CHAIN = 2 };
    const struct tls_peer_options *options = *state;
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    bool had_chain = false, had_staple = false, ended = false;
    for (size_t keep = 0; !ended; keep += STEP) {
        struct cut cut = cut_flight(context, options, keep);
        const bool has_staple = cut.handshake.staple.delivery == MST_DELIVERY_SENT;
        const bool has_chain = cut.handshake.chain_length == CHAIN;
        assert_true(has_chain || cut.handshake.chain_length == 0);
        assert_true(has_chain || !had_chain);
        assert_true(has_staple || !had_staple);
        assert_true(has_chain || !has_staple);
        if (has_staple)
            assert_int_equal(cut.handshake.staple.size, options->staple_length);
        had_chain = has_chain;
        had_staple = has_staple;
        ended = keep >= cut.flight;
        mst_handshake_release(&cut.handshake);
    }
    assert_true(had_chain && had_staple);
    mst_tls_context_free(context);
}

/* The library gives up at the header of a staple that is too large for it. Were its alert sent at
 * once, the server might go before the staple is whole. */
static void waits_for_a_large_staple_in_silence(void **state)
{
    enum { STAPLE_SIZE = 20000 };
    static const uint8_t staple[STAPLE_SIZE];
    static const struct tls_peer_options options = {
        .staple = staple, .staple_length = STAPLE_SIZE, .highest = TLS1_2_VERSION};
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    struct mst_session *session = mst_session_new(context, "leaf.test");
    struct tls_peer *peer = tls_peer_new(&options);
    struct mst_handshake handshake;
    size_t length = 0, output = 0;
    (void)state;
    (void)mst_session_start(session);
    (void)tls_talk_send(session, peer);
    uint8_t *bytes = tls_peer_take(peer, &length);
    const size_t cut = STAPLE_SIZE; /* past its first record, not at its end */
    assert_true(length > STAPLE_SIZE);
    assert_int_equal(mst_session_feed(session, bytes, cut), MST_SESSION_WANTS_INPUT);
    assert_int_equal(mst_session_failure(session)->stage, MST_STAGE_NONE);
    (void)mst_session_output(session, &output);
    assert_int_equal(output, 0);
    assert_int_equal(mst_session_feed(session, bytes + cut, length - cut), MST_SESSION_FAILED);
    (void)mst_session_output(session, &output);
    assert_true(output > 0);
    assert_int_equal(mst_session_failure(session)->code, MST_FAILURE_CODE_STAPLE_REFUSED_BY_TLS);
    mst_session_harvest(session, &handshake);
    assert_int_equal(handshake.staple.size, STAPLE_SIZE);
    assert_non_null(handshake.staple.data);
    free(bytes);
    mst_handshake_release(&handshake);
    mst_session_free(session);
    tls_peer_free(peer);
    mst_tls_context_free(context);
}

static void stops_at_its_ceiling(void **state)
{
    static const uint8_t beginning[] = {0x16, 0x03, 0x03, 0x40, 0x00};
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    struct mst_session *session = mst_session_new(context, "leaf.test");
    uint8_t *bytes = calloc(1, MST_HANDSHAKE_BYTES_MAX);
    (void)state;
    assert_non_null(bytes);
    assert_int_equal(mst_session_start(session), MST_SESSION_WANTS_INPUT);
    assert_int_equal(mst_session_feed(session, beginning, sizeof beginning),
                     MST_SESSION_WANTS_INPUT);
    assert_int_equal(mst_session_feed(session, bytes, MST_HANDSHAKE_BYTES_MAX), MST_SESSION_FAILED);
    assert_int_equal(mst_session_failure(session)->stage, MST_STAGE_HANDSHAKE);
    assert_int_equal(mst_session_failure(session)->code, MST_FAILURE_CODE_TOO_MUCH_DATA);
    free(bytes);
    mst_session_free(session);
    mst_tls_context_free(context);
}

/* A session that waits for the server's flight, as it does for most of its life. The ceiling has
 * room for what another release of the library needs, not for buffers that are kept while idle. */
static void takes_little_memory_while_it_waits(void **state)
{
    enum { WAITING_MAX = 52 * 1024 };
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    struct mst_session *warm = mst_session_new(context, "leaf.test");
    (void)state;
    (void)mst_session_start(warm); /* what the library keeps for itself is there from now on */
    const size_t before = library_bytes;
    struct mst_session *session = mst_session_new(context, "leaf.test");
    assert_int_equal(mst_session_start(session), MST_SESSION_WANTS_INPUT);
    assert_in_range(library_bytes - before, 1, WAITING_MAX);
    mst_session_free(session);
    assert_int_equal(library_bytes, before);
    mst_session_free(warm);
    mst_tls_context_free(context);
}

static void refuses_a_name_that_no_hello_can_hold(void **state)
{
    char name[300];
    struct mst_tls_context *context = tls_talk_context(MST_TLS_ANY);
    (void)state;
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_null(mst_session_new(context, name));
    mst_tls_context_free(context);
    mst_session_free(NULL);
    mst_tls_context_free(NULL);
}

static int forget_peers(void **state)
{
    (void)state;
    tls_peer_forget();
    return 0;
}

#define STAPLED .staple = staple_bytes, .staple_length = sizeof staple_bytes

int main(void)
{
    static struct tls_peer_options cut_options[] = {
        {STAPLED, .intermediates = 1},
        {STAPLED, .intermediates = 1, .highest = TLS1_2_VERSION},
    };
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(asks_for_the_staple_and_offers_no_session),
        cmocka_unit_test(sends_no_name_when_there_is_none),
        cmocka_unit_test(closes_politely_and_ignores_what_comes_after),
        cmocka_unit_test_prestate(tells_what_came_before_the_end, &cut_options[0]),
        cmocka_unit_test_prestate(tells_what_came_before_the_end, &cut_options[1]),
        cmocka_unit_test(waits_for_a_large_staple_in_silence),
        cmocka_unit_test(stops_at_its_ceiling),
        cmocka_unit_test(takes_little_memory_while_it_waits),
        cmocka_unit_test(refuses_a_name_that_no_hello_can_hold),
    };
    static struct CMUnitTest tests[MST_COUNT_OF(bytes_rows) + MST_COUNT_OF(single)];
    size_t count = 0;
    if (!CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free))
        return EXIT_FAILURE;
    for (size_t i = 0; i < MST_COUNT_OF(bytes_rows); i++)
        tests[count++] = (struct CMUnitTest){.name = bytes_rows[i].name,
                                             .test_func = names_what_is_no_handshake,
                                             .initial_state = (void *)(uintptr_t)&bytes_rows[i]};
    memcpy(&tests[count], single, sizeof single);
    return _cmocka_run_group_tests("session life", tests, MST_COUNT_OF(tests), NULL, forget_peers);
}
