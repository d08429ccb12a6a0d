/* A session of ours and the test server, talking in memory. Everything asserts. */
#ifndef MST_TESTS_TLS_TALK_H
#define MST_TESTS_TLS_TALK_H

#include "tls/session.h"
#include "unit/tls_peer.h"

/* As `chunk`: all that waits, in one piece. */
#define TLS_TALK_WHOLE (SIZE_MAX / 2)

struct mst_tls_context *tls_talk_context(enum mst_tls_version version);

/* Move what waits to the other side; whether there was anything. */
bool tls_talk_send(struct mst_session *session, struct tls_peer *peer);
bool tls_talk_receive(struct mst_session *session, struct tls_peer *peer, size_t chunk);

/* Starts the session and talks until both are silent, `chunk` bytes at a time for the session; then
 * the server closes. */
enum mst_session_state tls_talk(struct mst_session *session, struct tls_peer *peer, size_t chunk);

#endif
