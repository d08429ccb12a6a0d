/* What a handshake shows of certificates and staples, listened to beside the TLS library: up to TLS
 * 1.2 from the records in clear, in TLS 1.3 from the messages that the library decrypted. It knows
 * what came also when the library refused it. */
#ifndef MST_TLS_TAP_H
#define MST_TLS_TAP_H

#include <openssl/ssl.h>

#include "model/evidence.h"
#include "tls/messages.h"
#include "tls/records.h"

enum { MST_OPENING_SIZE = 32 };

/* A message body of the peer's, owned; `data` NULL when it was not kept. */
struct mst_tap_message {
    bool came;
    uint8_t *data;
    size_t length;
};

struct mst_tap {
    struct mst_records records;
    uint8_t opening[MST_OPENING_SIZE]; /* the first bytes of all, for people */
    size_t opening_length;
    bool hello_came;
    struct mst_server_hello hello;
    struct mst_tap_message certificate;
    struct mst_tap_message status; /* TLS 1.2 and below */
    bool is_past_status;           /* a message came that may only follow a CertificateStatus */
    int library_message;           /* the last one that the library has read as a whole */
    bool library_has_certificate;  /* it got as far as the Certificate: what came counts */
    int alert;                     /* the last one that the library has read, or -1 */
};

void mst_tap_init(struct mst_tap *tap);
void mst_tap_release(struct mst_tap *tap);

/* Takes the bytes that the peer sent, before the library gets them. */
void mst_tap_feed(struct mst_tap *tap, const uint8_t *bytes, size_t length);

/* Takes a whole handshake message that the library has read, its header included. */
void mst_tap_take_message(struct mst_tap *tap, const uint8_t *bytes, size_t length);

/* For SSL_set_msg_callback, with the tap as its argument. */
void mst_tap_listen(int is_written, int version, int content_type, const void *bytes, size_t length,
                    SSL *ssl, void *tap);

/* How the leaf's staple came; NONE while it cannot be told. */
enum mst_delivery mst_tap_delivery(const struct mst_tap *tap);

/* Whether a staple was promised in clear and neither it nor what would follow it came yet. */
bool mst_tap_awaits_status(const struct mst_tap *tap);

/* Whether the library stopped at a staple that it cannot take: empty, broken, or above its own
 * ceiling (`excessive`: it complained of a message's size). */
bool mst_tap_stopped_at_staple(const struct mst_tap *tap, bool excessive);

/* Reads the certificates that came out of the Certificate message, for when the library has none.
 * The chain is cut before the first that cannot be read. */
void mst_tap_harvest_chain(const struct mst_tap *tap, struct mst_handshake *handshake);

/* Copies the staples; `handshake` has its chain. */
void mst_tap_harvest_staples(const struct mst_tap *tap, struct mst_handshake *handshake);

#endif
