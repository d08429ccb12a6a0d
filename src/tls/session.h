/* One TLS client handshake without I/O: bytes in, bytes out, "want more / done / failed". Only the
 * handshake is done; nothing is ever sent in it, and nothing is verified here. */
#ifndef MST_TLS_SESSION_H
#define MST_TLS_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"
#include "tls/context.h"

enum {
    MST_HANDSHAKE_BYTES_MAX = 512 * 1024, /* read from one peer, at most */
};

enum mst_session_state {
    MST_SESSION_WANTS_INPUT, /* send what mst_session_output gives, then feed what comes */
    MST_SESSION_DONE,        /* the handshake is completed; a last output may be left to send */
    MST_SESSION_FAILED,      /* see mst_session_failure; an alert may be left to send */
};

struct mst_session;

/* `sni` is an A-label name, or "" to send no server_name. NULL when there is no memory. The context
 * must outlive the session. */
struct mst_session *mst_session_new(struct mst_tls_context *context, const char *sni);
void mst_session_free(struct mst_session *session);

/* Makes the ClientHello: call once, first. */
enum mst_session_state mst_session_start(struct mst_session *session);

/* Takes bytes that the peer sent. After DONE or FAILED bytes are ignored. When the TLS library
 * gives up while a staple that was promised in clear is still on its way, more input is wanted,
 * without output, until it came: so a staple larger than the library takes is told all the same. */
enum mst_session_state mst_session_feed(struct mst_session *session, const uint8_t *bytes,
                                        size_t length);

/* The peer closed (`reset` false) or reset the connection. Gives FAILED unless it was DONE. */
enum mst_session_state mst_session_end(struct mst_session *session, bool reset);

/* What waits to be sent, borrowed until the next call; `*ret_length` 0 when nothing does. */
const uint8_t *mst_session_output(const struct mst_session *session, size_t *ret_length);
void mst_session_output_taken(struct mst_session *session, size_t length);

/* Once done: a close_notify joins the output (polite, optional). */
void mst_session_close(struct mst_session *session);

/* Why it failed: stage HANDSHAKE; stage NONE unless FAILED. Borrowed from the session. */
const struct mst_failure *mst_session_failure(const struct mst_session *session);

/* Moves what the handshake has shown so far into `ret_handshake` (which it overwrites), whatever
 * the state: also a timed-out or failed handshake has its certificate and staple told if they came.
 * Call at most once. */
void mst_session_harvest(struct mst_session *session, struct mst_handshake *ret_handshake);

#endif
