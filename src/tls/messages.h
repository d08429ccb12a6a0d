/* The handshake messages that carry the certificates and the staples, read in place. Bodies are
 * without the four bytes of the handshake header; what is given out points into them. */
#ifndef MST_TLS_MESSAGES_H
#define MST_TLS_MESSAGES_H

#include "model/vocabulary.h"
#include "tls/reader.h"

/* RFC 8446 B.3, RFC 6066 8. */
enum mst_message_type {
    MST_MESSAGE_NONE = -1,
    MST_MESSAGE_SERVER_HELLO = 2,
    MST_MESSAGE_CERTIFICATE = 11,
    MST_MESSAGE_SERVER_KEY_EXCHANGE = 12,
    MST_MESSAGE_CERTIFICATE_REQUEST = 13,
    MST_MESSAGE_SERVER_HELLO_DONE = 14,
    MST_MESSAGE_CERTIFICATE_STATUS = 22,
};

struct mst_server_hello {
    bool tls13;               /* TLS 1.3 was chosen; also said by a HelloRetryRequest */
    bool acknowledges_status; /* TLS 1.2 and below: a staple is promised */
};

/* False when it is not a ServerHello as a whole. */
bool mst_server_hello_read(struct mst_reader body, struct mst_server_hello *ret_hello);

/* A CertificateStatus (RFC 6066 8): one staple, which is SENT or EMPTY. When its frame is broken
 * (not of type ocsp, lengths that disagree) the staple is the whole frame, so that nothing takes it
 * for a response. */
enum { MST_STAPLE_FRAME_SIZE = 4 }; /* type and length, before the response */

struct mst_staple_frame {
    enum mst_delivery delivery;
    bool broken;
    struct mst_reader response;
};

void mst_staple_frame_read(struct mst_reader body, struct mst_staple_frame *ret_status);

/* The certificates of a Certificate message, leaf first. A list that breaks off gives what is whole
 * in it. */
struct mst_certificate_list {
    struct mst_reader entries;
    bool tls13;
};

struct mst_certificate_entry {
    struct mst_reader der;
    bool has_status; /* TLS 1.3: the entry carries status_request (RFC 8446 4.4.2.1) */
    struct mst_staple_frame status;
};

void mst_certificate_list_begin(struct mst_certificate_list *list, bool tls13,
                                struct mst_reader body);
bool mst_certificate_list_next(struct mst_certificate_list *list,
                               struct mst_certificate_entry *ret_entry);

#endif
