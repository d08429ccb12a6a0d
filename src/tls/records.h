/* The records of a TLS connection as long as they are in clear, put together to handshake messages:
 * all of a TLS 1.2 handshake up to ChangeCipherSpec, of TLS 1.3 the ServerHello alone. It runs
 * ahead of the TLS library and outlives its failures. */
#ifndef MST_TLS_RECORDS_H
#define MST_TLS_RECORDS_H

#include "base/buf.h"
#include "model/evidence.h"
#include "tls/messages.h"
#include "tls/reader.h"

enum {
    MST_RECORD_HEADER_SIZE = 5,
    MST_MESSAGE_HEADER_SIZE = 4,
    MST_CERTIFICATE_MESSAGE_MAX = 384 * 1024, /* of a larger Certificate nothing is kept */
    MST_STATUS_MESSAGE_MAX =
        MST_STAPLE_FRAME_SIZE + MST_STAPLE_SIZE_MAX, /* nor of a larger staple */
};

struct mst_records {
    bool ended;   /* encrypted from here on, or no records at all */
    bool foreign; /* what came first is no TLS record */
    bool begun;   /* a first record came */

    uint8_t record_header[MST_RECORD_HEADER_SIZE];
    size_t record_header_length;
    size_t record_left; /* bytes of the record still to come */

    uint8_t message_header[MST_MESSAGE_HEADER_SIZE];
    size_t message_header_length;
    size_t message_left; /* bytes of the message still to come */
    bool complete;       /* the message was given out; the next byte begins another */

    /* The current message, from when its header is whole. */
    int type; /* MST_MESSAGE_NONE before */
    size_t length;
    bool kept; /* `body` holds it: the type matters and the length is bearable */
    struct mst_buf body;
};

void mst_records_init(struct mst_records *records);
void mst_records_release(struct mst_records *records);

/* Takes bytes off `input` until a handshake message is whole: true, and `type`, `length` and `body`
 * tell of it until the next call. False once the input is used up or nothing more is read. */
bool mst_records_next(struct mst_records *records, struct mst_reader *input);

/* Reads no further. */
void mst_records_end(struct mst_records *records);

#endif
