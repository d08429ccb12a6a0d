/* An OCSP responder over HTTP (RFC 6960 appendix A): POST, and GET with the request in the path. A
 * first path segment chooses what it answers: /revoked, /unknown, /expired, /try-later,
 * /internal-error, /unauthorized, /garbage, /http-500, /silent; without one it says the truth about
 * the lab's certificates. */
#ifndef MST_LAB_HTTP_RESPONDER_H
#define MST_LAB_HTTP_RESPONDER_H

#include "pki.h"
#include "server.h"

struct lab_http_responder {
    struct lab_pki *pki;
    struct {
        uint64_t serials[64];
        size_t count;
    } revoked;
};

/* Listens on 127.0.0.1. Before the PKI can be made the port must be known: `pki` may still be empty
 * until the loop runs. */
void lab_http_responder_init(struct lab_http_responder *responder, struct lab_server *server,
                             uint16_t port, struct lab_pki *pki, uint16_t *ret_port);

/* From now on the responder says that this certificate is revoked. */
void lab_http_responder_revoke(struct lab_http_responder *responder, const X509 *certificate);

#endif
