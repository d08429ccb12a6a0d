/* A whole client session, with OpenSSL in it, against a server that sends any bytes. The first byte
 * of the input is the size of the pieces; when it is odd, the connection ends with a reset. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_handshake.h"
#include "tls/context.h"
#include "tls/reader.h"
#include "tls/session.h"

static struct mst_tls_context *context(void)
{
    static struct mst_tls_context *context;
    if (!context)
        FUZZ_REQUIRE(mst_tls_context_new(MST_TLS_ANY, &context, NULL) == MST_OK);
    return context;
}

/* Takes what is to be sent: a ClientHello at first, at most a few alerts and one flight later. */
static size_t take_output(struct mst_session *session)
{
    enum { OUTPUT_MAX = 64 * 1024 };
    size_t length = 0;
    const uint8_t *output = mst_session_output(session, &length);
    FUZZ_REQUIRE(length == 0 || output);
    FUZZ_REQUIRE(length <= OUTPUT_MAX);
    mst_session_output_taken(session, length);
    return length;
}

static void hold_failure(const struct mst_session *session, enum mst_session_state state)
{
    const struct mst_failure *failure = mst_session_failure(session);
    if (state != MST_SESSION_FAILED) {
        FUZZ_REQUIRE(failure->stage == MST_STAGE_NONE);
        return;
    }
    FUZZ_REQUIRE(failure->stage == MST_STAGE_HANDSHAKE);
    FUZZ_REQUIRE(failure->code > MST_FAILURE_CODE_NONE && failure->code < MST_FAILURE_CODE_COUNT);
    FUZZ_REQUIRE((failure->alert != NULL) == (failure->code == MST_FAILURE_CODE_ALERT));
    FUZZ_REQUIRE(memchr(failure->detail, '\0', sizeof failure->detail));
    hold_text(failure->detail, sizeof failure->detail);
}

static enum mst_session_state talk(struct mst_session *session, struct mst_reader input,
                                   size_t piece)
{
    enum mst_session_state state = mst_session_start(session);
    FUZZ_REQUIRE(state == MST_SESSION_WANTS_INPUT && take_output(session) > 0);
    while (input.left > 0 && state == MST_SESSION_WANTS_INPUT) {
        struct mst_reader part;
        FUZZ_REQUIRE(mst_reader_take(&input, piece < input.left ? piece : input.left, &part));
        uint8_t *copy = fuzz_copy(part.data, part.left);
        state = mst_session_feed(session, copy, part.left);
        free(copy);
        hold_failure(session, state);
        (void)take_output(session);
    }
    return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SMALL_PIECE = 128 };
    struct mst_reader input = {data, size};
    size_t piece = 0;
    if (!mst_reader_number(&input, 1, &piece))
        return 0;
    struct mst_session *session = mst_session_new(context(), piece % 3 ? "must.example" : "");
    FUZZ_REQUIRE(session);
    const enum mst_session_state state =
        talk(session, input, piece < SMALL_PIECE ? piece + 1 : SIZE_MAX);
    const enum mst_session_state end = mst_session_end(session, piece % 2);
    FUZZ_REQUIRE(end == (state == MST_SESSION_DONE ? MST_SESSION_DONE : MST_SESSION_FAILED));
    hold_failure(session, end);
    FUZZ_REQUIRE(mst_session_feed(session, data, size) == end);
    struct mst_handshake handshake;
    mst_session_harvest(session, &handshake);
    hold_handshake(&handshake);
    mst_handshake_release(&handshake);
    mst_session_free(session);
    return 0;
}
