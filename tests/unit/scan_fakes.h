/* A resolver, a stream and a TLS session that do nothing but remember what they were asked, and
 * speak when the test says so. One of each at a time. */
#ifndef MST_TESTS_SCAN_FAKES_H
#define MST_TESTS_SCAN_FAKES_H

#include "net/resolver.h"
#include "net/stream.h"
#include "tls/session.h"

struct scan_fakes {
    /* what the next calls answer */
    bool open_fails, open_needs_close, send_fails;
    enum mst_session_state next_session_state;
    size_t chain_length; /* that a harvest shows */
    /* what was asked */
    mst_resolved_fn *resolved;
    void *resolved_owner;
    bool forgotten;
    struct mst_stream *stream;
    unsigned opened, closed, sent, sessions, sessions_freed, close_notifies;
    bool closing; /* a close is under way: scan_fakes_finish_close ends it */
};

extern struct scan_fakes scan_fakes;

/* Calls `closed` of the stream that waits for it. */
void scan_fakes_finish_close(void);

#endif
