/* TLS over memory BIOs: the handshake of one slow peer stalls nobody. */
#ifndef MST_LAB_TLS_SERVER_H
#define MST_LAB_TLS_SERVER_H

#include <openssl/ssl.h>

#include "server.h"

/* For listeners whose context is a struct lab_material. */
extern const struct lab_conduct_ops lab_tls_ops, lab_tls_drip_ops;

/* Starts TLS on a connection just accepted. `filter` may change what leaves (in place, made
 * shorter); NULL leaves it alone. `drip` sends a byte a second. */
typedef size_t lab_tls_filter_fn(uint8_t *bytes, size_t length);
void lab_tls_accept(struct lab_connection *connection, SSL_CTX *context, lab_tls_filter_fn *filter,
                    bool drip);

/* The handlers of every TLS conduct but `accepted`. */
void lab_tls_receive(struct lab_connection *connection, const uint8_t *bytes, size_t length);
void lab_tls_release(struct lab_connection *connection);

#endif
