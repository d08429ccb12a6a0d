#include "tls/session.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pki/certificate_x509.h"
#include "tls/context_ssl.h"
#include "tls/failure.h"
#include "tls/pipe.h"
#include "tls/tap.h"

struct mst_session {
    SSL *ssl;
    struct mst_pipe pipe;
    struct mst_tap tap;
    struct mst_failure failure; /* stage NONE until something failed */
    enum mst_session_state state;
    size_t received;
};

/* Gives the library its two ends and what it asks for; false when there is no memory. */
static bool equip(struct mst_session *session, const BIO_METHOD *method, const char *sni)
{
    BIO *bio = mst_pipe_bio_new(method, &session->pipe);
    if (!bio)
        return false;
    SSL_set_bio(session->ssl, bio, bio);
    SSL_set_connect_state(session->ssl);
    SSL_set_msg_callback(session->ssl, mst_tap_listen);
    SSL_set_msg_callback_arg(session->ssl, &session->tap);
    if (sni[0] == '\0')
        return true;
    MST_AUTO_FREE char *name = mst_strdup(sni); /* OpenSSL takes it as not constant */
    return SSL_set_tlsext_host_name(session->ssl, name);
}

struct mst_session *mst_session_new(struct mst_tls_context *context, const char *sni)
{
    struct mst_session *session = mst_alloc(1, sizeof *session);
    mst_pipe_init(&session->pipe);
    mst_tap_init(&session->tap);
    ERR_clear_error();
    session->ssl = SSL_new(context->ssl);
    if (session->ssl && equip(session, context->pipe_method, sni))
        return session;
    mst_session_free(session);
    return NULL;
}

void mst_session_free(struct mst_session *session)
{
    if (!session)
        return;
    SSL_free(session->ssl);
    mst_tap_release(&session->tap);
    mst_pipe_release(&session->pipe);
    free(session);
}

/* What follows a ServerHello that the library refused belongs to no handshake of ours. */
static bool hello_was_accepted(const struct mst_session *session)
{
    return session->tap.library_message != MST_MESSAGE_NONE &&
           session->tap.library_message != MST_MESSAGE_SERVER_HELLO;
}

/* Failed, unless a promised staple is still on its way in clear: then it is waited for, and nothing
 * is said to the peer until it came. */
static enum mst_session_state settle_failure(struct mst_session *session)
{
    const bool waits = session->failure.code != MST_FAILURE_CODE_ALERT &&
                       session->failure.code != MST_FAILURE_CODE_CLOSED &&
                       session->failure.code != MST_FAILURE_CODE_TOO_MUCH_DATA &&
                       hello_was_accepted(session) && mst_tap_awaits_status(&session->tap);
    session->state = waits ? MST_SESSION_WANTS_INPUT : MST_SESSION_FAILED;
    return session->state;
}

static enum mst_session_state advance(struct mst_session *session)
{
    ERR_clear_error();
    const int result = SSL_do_handshake(session->ssl);
    if (result == 1) {
        session->state = MST_SESSION_DONE;
        return session->state;
    }
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return session->state;
    case SSL_ERROR_ZERO_RETURN:
        mst_tls_failure_ended(&session->failure, &session->tap, false);
        break;
    default:
        mst_tls_failure_take(&session->failure, &session->tap);
        break;
    }
    return settle_failure(session);
}

static bool is_over(const struct mst_session *session)
{
    return session->state != MST_SESSION_WANTS_INPUT;
}

/* The library has failed, and the state waits for a staple. */
static bool is_waiting_for_staple(const struct mst_session *session)
{
    return !is_over(session) && session->failure.stage != MST_STAGE_NONE;
}

enum mst_session_state mst_session_start(struct mst_session *session)
{
    return advance(session);
}

enum mst_session_state mst_session_feed(struct mst_session *session, const uint8_t *bytes,
                                        size_t length)
{
    if (is_over(session))
        return session->state;
    if (length > MST_HANDSHAKE_BYTES_MAX - session->received) {
        if (session->failure.stage == MST_STAGE_NONE)
            mst_tls_failure_set(&session->failure, MST_FAILURE_CODE_TOO_MUCH_DATA,
                                "no end after 512 KiB");
        session->state = MST_SESSION_FAILED;
        return session->state;
    }
    session->received += length;
    mst_tap_feed(&session->tap, bytes, length);
    if (is_waiting_for_staple(session))
        return settle_failure(session);
    session->pipe.input = (struct mst_reader){bytes, length};
    const enum mst_session_state state = advance(session);
    session->pipe.input = (struct mst_reader){0};
    return state;
}

enum mst_session_state mst_session_end(struct mst_session *session, bool reset)
{
    if (is_over(session))
        return session->state;
    if (session->failure.stage == MST_STAGE_NONE)
        mst_tls_failure_ended(&session->failure, &session->tap, reset);
    session->state = MST_SESSION_FAILED;
    return session->state;
}

const uint8_t *mst_session_output(const struct mst_session *session, size_t *ret_length)
{
    *ret_length = is_waiting_for_staple(session) ? 0 : session->pipe.output.length;
    return session->pipe.output.data;
}

void mst_session_output_taken(struct mst_session *session, size_t length)
{
    mst_buf_consume(&session->pipe.output, length);
}

void mst_session_close(struct mst_session *session)
{
    if (session->state != MST_SESSION_DONE)
        return;
    ERR_clear_error();
    (void)SSL_shutdown(session->ssl);
}

const struct mst_failure *mst_session_failure(const struct mst_session *session)
{
    static const struct mst_failure none = {.stage = MST_STAGE_NONE};
    return session->state == MST_SESSION_FAILED ? &session->failure : &none;
}

static void copy_name(char *text, size_t size, const char *name)
{
    if (name)
        (void)snprintf(text, size, "%s", name);
}

/* A cipher is there once the library has accepted a ServerHello, and the version with it. */
static void harvest_parameters(const struct mst_session *session, struct mst_handshake *handshake)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(session->ssl);
    if (!cipher)
        cipher = SSL_get_pending_cipher(session->ssl);
    if (!cipher)
        return;
    copy_name(handshake->cipher, sizeof handshake->cipher, SSL_CIPHER_get_name(cipher));
    copy_name(handshake->version, sizeof handshake->version, SSL_get_version(session->ssl));
    const int group = (int)SSL_get_negotiated_group(session->ssl);
    if (group != NID_undef)
        copy_name(handshake->group, sizeof handshake->group,
                  SSL_group_to_name(session->ssl, group));
}

static void harvest_chain(const struct mst_session *session, struct mst_handshake *handshake)
{
    const STACK_OF(X509) *chain = SSL_get_peer_cert_chain(session->ssl);
    const int count = chain ? sk_X509_num(chain) : 0;
    if (count == 0) {
        mst_tap_harvest_chain(&session->tap, handshake);
        return;
    }
    handshake->chain_sent = (size_t)count;
    for (int i = 0; i < count && i < MST_CHAIN_LENGTH_MAX; i++)
        handshake->chain[handshake->chain_length++] = mst_certificate_wrap(sk_X509_value(chain, i));
}

void mst_session_harvest(struct mst_session *session, struct mst_handshake *ret_handshake)
{
    struct mst_handshake handshake = {0};
    ERR_clear_error();
    harvest_parameters(session, &handshake);
    if (hello_was_accepted(session)) {
        harvest_chain(session, &handshake);
        mst_tap_harvest_staples(&session->tap, &handshake);
    }
    *ret_handshake = handshake;
}
