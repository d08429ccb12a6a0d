/* A TLS server in memory, for tests of the client: its certificates are made when first needed, it
 * staples any bytes, and it can be told to behave oddly. Everything asserts. */
#ifndef MST_TESTS_TLS_PEER_H
#define MST_TESTS_TLS_PEER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_peer_key { TLS_PEER_EC, TLS_PEER_RSA, TLS_PEER_KEY_COUNT };

/* Those beyond the 20th are of 6 KB each. */
enum { TLS_PEER_INTERMEDIATES_MAX = 40 };

/* May change what the server is about to send; gives the length, which may shrink. */
typedef size_t tls_peer_edit_fn(uint8_t *bytes, size_t length);

/* Zeroed: TLS 1.0 to 1.3, an EC key, no staple, the leaf alone. */
struct tls_peer_options {
    int lowest, highest; /* versions as OpenSSL numbers them */
    enum tls_peer_key key;
    const char *ciphers;      /* TLS 1.2 and below */
    const char *groups;       /* key exchange */
    const uint8_t *staple;    /* NULL: none */
    size_t staple_length;     /* 0 with a staple: one of zero bytes */
    size_t intermediates;     /* sent after the leaf */
    int dh_bits;              /* of the group for DHE; 0: the library chooses */
    bool demands_certificate; /* of the client */
    int name_answer;          /* of the SNI callback: SSL_TLSEXT_ERR_..., 0 accepts */
    tls_peer_edit_fn *edit;
};

/* What the ClientHello held. */
struct tls_peer_hello {
    bool came;
    char sni[256];
    bool has_sni;
    bool asks_for_status;
    bool offers_session; /* a session ticket or a pre-shared key */
    bool offers_certificate_compression;
    size_t key_shares;
};

struct tls_peer;

struct tls_peer *tls_peer_new(const struct tls_peer_options *options);
void tls_peer_free(struct tls_peer *peer);

/* Takes what the client sent. */
void tls_peer_feed(struct tls_peer *peer, const uint8_t *bytes, size_t length);

/* Gives what waits to be sent to the client, to be freed with free(). */
uint8_t *tls_peer_take(struct tls_peer *peer, size_t *ret_length);

bool tls_peer_is_done(const struct tls_peer *peer);
bool tls_peer_is_closed(const struct tls_peer *peer); /* the client sent close_notify */
const struct tls_peer_hello *tls_peer_hello(const struct tls_peer *peer);

/* The certificate that stands at `index` in what a server with these options sends, borrowed. */
X509 *tls_peer_certificate(enum tls_peer_key key, size_t index);

/* Frees the certificates. */
void tls_peer_forget(void);

#endif
