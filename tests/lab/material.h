/* What a TLS scene serves: its key, certificate, chain and staple, made at start. */
#ifndef MST_LAB_MATERIAL_H
#define MST_LAB_MATERIAL_H

#include <openssl/ssl.h>

#include "scene.h"

struct lab_material {
    const struct lab_scene *scene;
    SSL_CTX *context;
    X509 *leaf;
    uint8_t *staple; /* NULL: none is sent */
    size_t staple_size;
    size_t chain_length;
    const char *ocsp_url; /* the lab's, borrowed from its PKI */
    int64_t made_s;       /* the "now" of its times */
};

/* An SSL_CTX as all servers of the lab use it: no tickets, no sessions, no verification. */
SSL_CTX *lab_server_context_new(int min_tls, int max_tls);

/* Makes what the scene at `index` serves; nothing for a scene that speaks no TLS. */
void lab_material_init(struct lab_material *material, const struct lab_pki *pki, size_t index);
void lab_material_release(struct lab_material *material);

#endif
