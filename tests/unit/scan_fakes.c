#include "unit/scan_fakes.h"

#include <stdlib.h>

struct scan_fakes scan_fakes;

static const struct mst_failure session_failure = {.stage = MST_STAGE_HANDSHAKE,
                                                   .code = MST_FAILURE_CODE_PROTOCOL_ERROR};

struct mst_dns_request *mst_resolver_ask(struct mst_resolver *resolver, const char *name,
                                         mst_resolved_fn *resolved, void *owner)
{
    (void)resolver;
    (void)name;
    scan_fakes.resolved = resolved;
    scan_fakes.resolved_owner = owner;
    return (struct mst_dns_request *)&scan_fakes;
}

void mst_dns_request_forget(struct mst_dns_request *request)
{
    scan_fakes.forgotten = request != NULL;
}

bool mst_stream_open(struct mst_stream *stream, uv_loop_t *loop, struct mst_stream_buffer *buffer,
                     const struct mst_endpoint *endpoint, const struct mst_stream_events *events,
                     bool *ret_needs_close, struct mst_failure *ret_failure)
{
    (void)loop;
    (void)buffer;
    (void)endpoint;
    scan_fakes.opened++;
    stream->events = events;
    stream->bytes_in = 0;
    scan_fakes.stream = stream;
    if (!scan_fakes.open_fails)
        return true;
    *ret_needs_close = scan_fakes.open_needs_close;
    *ret_failure =
        (struct mst_failure){.stage = MST_STAGE_CONNECT, .code = MST_FAILURE_CODE_LOCAL_LIMIT};
    return false;
}

bool mst_stream_send(struct mst_stream *stream, const uint8_t *bytes, size_t length,
                     struct mst_failure *ret_failure)
{
    (void)stream;
    (void)bytes;
    (void)length;
    scan_fakes.sent++;
    if (scan_fakes.send_fails)
        *ret_failure =
            (struct mst_failure){.stage = MST_STAGE_HANDSHAKE, .code = MST_FAILURE_CODE_RESET};
    return !scan_fakes.send_fails;
}

void mst_stream_close(struct mst_stream *stream)
{
    (void)stream;
    scan_fakes.closed++;
    scan_fakes.closing = true;
}

void scan_fakes_finish_close(void)
{
    scan_fakes.closing = false;
    scan_fakes.stream->events->closed(scan_fakes.stream);
}

struct mst_session *mst_session_new(struct mst_tls_context *context, const char *sni)
{
    (void)context;
    (void)sni;
    scan_fakes.sessions++;
    return (struct mst_session *)&scan_fakes;
}

void mst_session_free(struct mst_session *session)
{
    (void)session;
    scan_fakes.sessions_freed++;
}

enum mst_session_state mst_session_start(struct mst_session *session)
{
    (void)session;
    return MST_SESSION_WANTS_INPUT;
}

enum mst_session_state mst_session_feed(struct mst_session *session, const uint8_t *bytes,
                                        size_t length)
{
    (void)session;
    (void)bytes;
    (void)length;
    return scan_fakes.next_session_state;
}

enum mst_session_state mst_session_end(struct mst_session *session, bool reset)
{
    (void)session;
    (void)reset;
    return MST_SESSION_FAILED;
}

const uint8_t *mst_session_output(const struct mst_session *session, size_t *ret_length)
{
    (void)session;
    static const uint8_t bytes[] = {22, 3, 1};
    *ret_length = sizeof bytes;
    return bytes;
}

void mst_session_output_taken(struct mst_session *session, size_t length)
{
    (void)session;
    (void)length;
}

void mst_session_close(struct mst_session *session)
{
    (void)session;
    scan_fakes.close_notifies++;
}

const struct mst_failure *mst_session_failure(const struct mst_session *session)
{
    (void)session;
    return &session_failure;
}

void mst_session_harvest(struct mst_session *session, struct mst_handshake *ret_handshake)
{
    (void)session;
    *ret_handshake = (struct mst_handshake){.chain_sent = scan_fakes.chain_length};
}
