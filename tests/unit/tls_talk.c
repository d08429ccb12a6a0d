#include "unit/tls_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct mst_tls_context *tls_talk_context(enum mst_tls_version version)
{
    struct mst_tls_context *context = NULL;
    struct mst_error error = {0};
    assert_int_equal(mst_tls_context_new(version, &context, &error), MST_OK);
    return context;
}

/* Moves the client's output to the peer; whether there was any. */
bool tls_talk_send(struct mst_session *session, struct tls_peer *peer)
{
    size_t length = 0;
    const uint8_t *output = mst_session_output(session, &length);
    if (length == 0)
        return false;
    tls_peer_feed(peer, output, length);
    mst_session_output_taken(session, length);
    return true;
}

bool tls_talk_receive(struct mst_session *session, struct tls_peer *peer, size_t chunk)
{
    size_t length = 0;
    uint8_t *bytes = tls_peer_take(peer, &length);
    for (size_t at = 0; at < length; at += chunk)
        (void)mst_session_feed(session, bytes + at, length - at < chunk ? length - at : chunk);
    free(bytes);
    return length > 0;
}

/* Talks until both are silent, then closes. */
enum mst_session_state tls_talk(struct mst_session *session, struct tls_peer *peer, size_t chunk)
{
    (void)mst_session_start(session);
    bool goes_on = true;
    while (goes_on) {
        goes_on = tls_talk_send(session, peer);
        goes_on = tls_talk_receive(session, peer, chunk) || goes_on;
    }
    return mst_session_end(session, false);
}
