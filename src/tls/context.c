#include "tls/context.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base/error.h"
#include "base/mem.h"
#include "tls/context_ssl.h"
#include "tls/pipe.h"
#include "tls/records.h"

/* Suites with SHA-256 first: deriving keys with SHA-384 costs the client more. */
static const char tls13_suites[] = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:"
                                   "TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256:"
                                   "TLS_AES_128_CCM_8_SHA256";

/* Everything that leads to a certificate; level 0 lets old servers answer with what they have. */
static const char tls12_ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ALL:+kDHE:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0";

/* The client writes small messages only: a large write buffer would be memory for nothing. */
enum { WRITE_FRAGMENT_MAX = 2048 };

/* Everything goes at security level 0 but a finite-field group so large that the server makes us
 * pay for hundreds of handshakes with one. */
static int judge_security(const SSL *ssl, const SSL_CTX *context, int operation, int bits, int nid,
                          void *other, void *unused)
{
    enum { DH_BITS_MAX = 8192 };
    (void)ssl;
    (void)context;
    (void)bits;
    (void)nid;
    (void)unused;
    return operation != SSL_SECOP_TMP_DH || !other || EVP_PKEY_get_bits(other) <= DH_BITS_MAX;
}

struct version_range {
    int lowest, highest;
};

static const struct version_range version_ranges[] = {
    [MST_TLS_ANY] = {TLS1_VERSION, TLS1_3_VERSION},
    [MST_TLS_1_2_ONLY] = {TLS1_2_VERSION, TLS1_2_VERSION},
    [MST_TLS_1_3_ONLY] = {TLS1_3_VERSION, TLS1_3_VERSION},
};

/* The chain is verified after the handshake, so that a bad one never costs the staple. */
static int accept_any_chain(X509_STORE_CTX *store, void *argument)
{
    (void)store;
    (void)argument;
    return 1;
}

static uint64_t options(void)
{
    uint64_t set = SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                   SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF |
                   SSL_OP_TLSEXT_PADDING;
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    set |= SSL_OP_NO_RX_CERTIFICATE_COMPRESSION; /* would lose the staple in TLS 1.3 */
#endif
    return set;
}

/* OpenSSL's setters take them as not constant. */
static bool set_key_exchange(SSL_CTX *ssl)
{
    /* X25519 gets the one key share: a post-quantum share costs more than the rest of the hello,
     * and breaks servers that cannot take a hello in two segments. */
    char groups[] = "X25519:P-256:P-384:P-521";
    char signatures[] =
        "ecdsa_secp256r1_sha256:ed25519:rsa_pss_rsae_sha256:RSA+SHA256:rsa_pss_pss_sha256:"
        "ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed448:rsa_pss_rsae_sha384:"
        "rsa_pss_rsae_sha512:rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA384:RSA+SHA512:"
        "ECDSA+SHA224:RSA+SHA224:ECDSA+SHA1:RSA+SHA1:DSA+SHA256:DSA+SHA1";
    return SSL_CTX_set1_groups_list(ssl, groups) && SSL_CTX_set1_sigalgs_list(ssl, signatures);
}

static bool configure(SSL_CTX *ssl, enum mst_tls_version version)
{
    const struct version_range *range = &version_ranges[version];
    SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_cert_verify_callback(ssl, accept_any_chain, NULL);
    (void)SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(ssl, options());
    (void)SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_security_callback(ssl, judge_security);
    SSL_CTX_set_max_cert_list(ssl, MST_CERTIFICATE_MESSAGE_MAX);
    return SSL_CTX_set_min_proto_version(ssl, range->lowest) &&
           SSL_CTX_set_max_proto_version(ssl, range->highest) &&
           SSL_CTX_set_ciphersuites(ssl, tls13_suites) &&
           SSL_CTX_set_cipher_list(ssl, tls12_ciphers) && set_key_exchange(ssl) &&
           SSL_CTX_set_max_send_fragment(ssl, WRITE_FRAGMENT_MAX) &&
           SSL_CTX_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
}

enum mst_status mst_tls_context_new(enum mst_tls_version version,
                                    struct mst_tls_context **ret_context, struct mst_error *error)
{
    struct mst_tls_context *context = mst_alloc(1, sizeof *context);
    ERR_clear_error();
    context->pipe_method = mst_pipe_method_new();
    context->ssl = SSL_CTX_new(TLS_client_method());
    if (context->pipe_method && context->ssl && configure(context->ssl, version)) {
        *ret_context = context;
        return MST_OK;
    }
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    mst_tls_context_free(context);
    return mst_error_set(error, MST_ERROR_LIBRARY,
                         "The TLS library (OpenSSL %s) could not be set up: %s.",
                         mst_tls_library_version(), reason ? reason : "no reason given");
}

void mst_tls_context_free(struct mst_tls_context *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->pipe_method);
    free(context);
}

const char *mst_tls_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
