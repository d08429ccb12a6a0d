/* One outgoing TCP connection on a libuv loop: connect, read, write, close. Embedded in its owner.
 * The thread must not die of SIGPIPE: it blocks or ignores it. */
#ifndef MST_NET_STREAM_H
#define MST_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "model/endpoint.h"
#include "model/failure.h"

struct mst_stream;

/* What happens to it. Each is called from the loop, never from within a mst_stream_ function. The
 * owner may send and close from all of them but `closed`. */
struct mst_stream_events {
    void (*connected)(struct mst_stream *stream);
    /* `bytes` are valid during the call only. */
    void (*received)(struct mst_stream *stream, const uint8_t *bytes, size_t length);
    /* The peer closed: failure code CLOSED; or the connection broke: RESET or TIMEOUT; or
     * connecting failed: stage CONNECT, or HANDSHAKE and RESET when the connection stood and was
     * reset before `connected` could tell. Stage INTERNAL when this machine ran out of memory for
     * it. Nothing but `closed` follows. */
    void (*failed)(struct mst_stream *stream, const struct mst_failure *failure);
    /* After mst_stream_close: the memory may be used again. */
    void (*closed)(struct mst_stream *stream);
};

/* One read buffer serves all streams of a loop. */
struct mst_stream_buffer {
    uint8_t bytes[64 * 1024];
};

struct mst_stream {
    uv_tcp_t tcp;
    uv_connect_t connect;
    const struct mst_stream_events *events;
    struct mst_stream_buffer *buffer;
    bool connected;
    bool failed; /* `failed` has been called, or mst_stream_close */
    uint64_t bytes_in;
};

/* Starts to connect. True: `connected` or `failed` will be called. False: `ret_failure` says why
 * (stage CONNECT; LOCAL_LIMIT when this machine is out of descriptors, ports or buffers); whether
 * there is a handle to close tells `*ret_needs_close`: then mst_stream_close must still be called.
 */
bool mst_stream_open(struct mst_stream *stream, uv_loop_t *loop, struct mst_stream_buffer *buffer,
                     const struct mst_endpoint *endpoint, const struct mst_stream_events *events,
                     bool *ret_needs_close, struct mst_failure *ret_failure);

/* Sends the bytes, copying what the socket does not take at once. Only once connected. False when
 * the connection is broken (`ret_failure`, stage HANDSHAKE); the owner then closes it. */
bool mst_stream_send(struct mst_stream *stream, const uint8_t *bytes, size_t length,
                     struct mst_failure *ret_failure);

/* Closes at any time; `closed` follows, and nothing else. Bytes not yet sent are dropped. */
void mst_stream_close(struct mst_stream *stream);

#endif
