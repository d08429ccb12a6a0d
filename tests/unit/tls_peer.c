#include "unit/tls_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct tls_peer {
    struct tls_peer_options options;
    struct tls_peer_hello hello;
    SSL_CTX *context;
    SSL *ssl;
    BIO *input, *output; /* owned by `ssl` */
    bool done, closed;
};

static EVP_PKEY *ca_key;
static X509 *intermediates[TLS_PEER_INTERMEDIATES_MAX];
static EVP_PKEY *leaf_keys[TLS_PEER_KEY_COUNT];
static X509 *leaves[TLS_PEER_KEY_COUNT];

/* Makes a certificate large, so that a chain of such tries the ceilings. */
static void add_comment(X509 *x509)
{
    enum { COMMENT_SIZE = 6000 };
    char comment[COMMENT_SIZE + 1];
    memset(comment, 'x', COMMENT_SIZE);
    comment[COMMENT_SIZE] = '\0';
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, NULL, NID_netscape_comment, comment);
    assert_non_null(extension);
    assert_true(X509_add_ext(x509, extension, -1));
    X509_EXTENSION_free(extension);
}

static X509 *make_certificate(const char *subject, const char *issuer, long serial, EVP_PKEY *key)
{
    enum { S_PER_DAY = 86400, SMALL_ONES_MAX = 20 };
    X509 *x509 = X509_new();
    assert_non_null(x509);
    assert_true(X509_set_version(x509, X509_VERSION_3));
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(x509), serial));
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), -S_PER_DAY));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), S_PER_DAY));
    assert_true(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                                           (const unsigned char *)subject, -1, -1, 0));
    assert_true(X509_NAME_add_entry_by_txt(X509_get_issuer_name(x509), "CN", MBSTRING_ASC,
                                           (const unsigned char *)issuer, -1, -1, 0));
    assert_true(X509_set_pubkey(x509, key));
    if (serial > SMALL_ONES_MAX && serial <= TLS_PEER_INTERMEDIATES_MAX)
        add_comment(x509);
    assert_true(X509_sign(x509, ca_key, EVP_sha256()) > 0);
    return x509;
}

static void make_ca_key(void)
{
    if (!ca_key)
        ca_key = EVP_EC_gen("P-256");
    assert_non_null(ca_key);
}

static X509 *leaf_of(enum tls_peer_key key)
{
    enum { RSA_BITS = 2048, FIRST_SERIAL = 100 };
    if (leaves[key])
        return leaves[key];
    make_ca_key();
    leaf_keys[key] = key == TLS_PEER_RSA ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
    assert_non_null(leaf_keys[key]);
    leaves[key] =
        make_certificate("leaf.test", "intermediate 1", FIRST_SERIAL + (long)key, leaf_keys[key]);
    return leaves[key];
}

X509 *tls_peer_certificate(enum tls_peer_key key, size_t index)
{
    if (index == 0)
        return leaf_of(key);
    assert_true(index <= TLS_PEER_INTERMEDIATES_MAX);
    X509 **slot = &intermediates[index - 1];
    if (!*slot) {
        char subject[40], issuer[40];
        (void)snprintf(subject, sizeof subject, "intermediate %zu", index);
        (void)snprintf(issuer, sizeof issuer, "intermediate %zu", index + 1);
        make_ca_key();
        *slot = make_certificate(subject, issuer, (long)index, ca_key);
    }
    return *slot;
}

void tls_peer_forget(void)
{
    for (size_t i = 0; i < TLS_PEER_INTERMEDIATES_MAX; i++) {
        X509_free(intermediates[i]);
        intermediates[i] = NULL;
    }
    for (size_t i = 0; i < TLS_PEER_KEY_COUNT; i++) {
        X509_free(leaves[i]);
        EVP_PKEY_free(leaf_keys[i]);
        leaves[i] = NULL;
        leaf_keys[i] = NULL;
    }
    EVP_PKEY_free(ca_key);
    ca_key = NULL;
}

static int staple(SSL *ssl, void *argument)
{
    const struct tls_peer *peer = argument;
    const size_t length = peer->options.staple_length;
    if (!peer->options.staple)
        return SSL_TLSEXT_ERR_NOACK;
    unsigned char *copy = OPENSSL_malloc(length + 1);
    assert_non_null(copy);
    memcpy(copy, peer->options.staple, length);
    assert_true(SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)length));
    return SSL_TLSEXT_ERR_OK;
}

static int answer_name(SSL *ssl, int *alert, void *argument)
{
    const struct tls_peer *peer = argument;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return name ? peer->options.name_answer : SSL_TLSEXT_ERR_NOACK;
}

static bool has_extension(SSL *ssl, unsigned type, const uint8_t **bytes, size_t *length)
{
    return SSL_client_hello_get0_ext(ssl, type, bytes, length) == 1;
}

static int read_hello(SSL *ssl, int *alert, void *argument)
{
    enum { CERTIFICATE_COMPRESSION = 27, NAME_AT = 5, SHARE_HEADER = 4, SHARES_AT = 2 };
    struct tls_peer_hello *hello = &((struct tls_peer *)argument)->hello;
    const uint8_t *bytes = NULL;
    size_t length = 0;
    *alert = SSL_AD_INTERNAL_ERROR;
    *hello = (struct tls_peer_hello){.came = true};
    if (has_extension(ssl, TLSEXT_TYPE_server_name, &bytes, &length)) {
        hello->has_sni = true;
        (void)snprintf(hello->sni, sizeof hello->sni, "%.*s", (int)length - NAME_AT,
                       (const char *)bytes + NAME_AT);
    }
    hello->asks_for_status = has_extension(ssl, TLSEXT_TYPE_status_request, &bytes, &length);
    hello->offers_session = has_extension(ssl, TLSEXT_TYPE_psk, &bytes, &length) ||
                            has_extension(ssl, TLSEXT_TYPE_session_ticket, &bytes, &length);
    hello->offers_certificate_compression =
        has_extension(ssl, CERTIFICATE_COMPRESSION, &bytes, &length);
    if (has_extension(ssl, TLSEXT_TYPE_key_share, &bytes, &length))
        for (size_t at = SHARES_AT; at + SHARE_HEADER <= length; hello->key_shares++)
            at += SHARE_HEADER + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
    return SSL_CLIENT_HELLO_SUCCESS;
}

/* A group of that size. Its modulus is no prime: who is asked to compute with it cannot tell. */
static void set_group(SSL_CTX *context, int bits)
{
    BIGNUM *p = BN_new();
    BIGNUM *g = BN_new();
    assert_true(BN_rand(p, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) && BN_set_word(g, 2));
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    assert_true(OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_P, p) &&
                OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_G, g));
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    EVP_PKEY *group = NULL;
    assert_int_equal(EVP_PKEY_fromdata_init(maker), 1);
    assert_int_equal(EVP_PKEY_fromdata(maker, &group, EVP_PKEY_KEY_PARAMETERS, parameters), 1);
    assert_true(SSL_CTX_set0_tmp_dh_pkey(context, group));
    EVP_PKEY_CTX_free(maker);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(p);
    BN_free(g);
}

static void configure(struct tls_peer *peer, SSL_CTX *context)
{
    const struct tls_peer_options *options = &peer->options;
    const char *ciphers = options->ciphers ? options->ciphers : "ALL:@SECLEVEL=0";
    assert_true(
        SSL_CTX_set_min_proto_version(context, options->lowest ? options->lowest : TLS1_VERSION));
    assert_true(SSL_CTX_set_max_proto_version(context, options->highest));
    assert_true(SSL_CTX_set_cipher_list(context, ciphers));
    if (options->groups) {
        char groups[128];
        (void)snprintf(groups, sizeof groups, "%s", options->groups);
        assert_true(SSL_CTX_set1_groups_list(context, groups));
    }
    assert_true(SSL_CTX_use_certificate(context, leaf_of(options->key)));
    assert_true(SSL_CTX_use_PrivateKey(context, leaf_keys[options->key]));
    for (size_t i = 1; i <= options->intermediates; i++)
        assert_true(SSL_CTX_add1_chain_cert(context, tls_peer_certificate(options->key, i)));
    if (options->demands_certificate)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    assert_true(SSL_CTX_set_tlsext_status_cb(context, staple));
    assert_true(SSL_CTX_set_tlsext_status_arg(context, peer));
    assert_true(SSL_CTX_set_tlsext_servername_callback(context, answer_name));
    assert_true(SSL_CTX_set_tlsext_servername_arg(context, peer));
    SSL_CTX_set_client_hello_cb(context, read_hello, peer);
    if (options->dh_bits)
        set_group(context, options->dh_bits);
    else
        SSL_CTX_set_dh_auto(context, 1);
}

struct tls_peer *tls_peer_new(const struct tls_peer_options *options)
{
    struct tls_peer *peer = calloc(1, sizeof *peer);
    assert_non_null(peer);
    peer->options = *options;
    peer->context = SSL_CTX_new(TLS_server_method());
    assert_non_null(peer->context);
    configure(peer, peer->context);
    peer->ssl = SSL_new(peer->context);
    peer->input = BIO_new(BIO_s_mem());
    peer->output = BIO_new(BIO_s_mem());
    assert_true(peer->ssl && peer->input && peer->output);
    SSL_set_bio(peer->ssl, peer->input, peer->output);
    SSL_set_accept_state(peer->ssl);
    return peer;
}

void tls_peer_free(struct tls_peer *peer)
{
    SSL_free(peer->ssl);
    SSL_CTX_free(peer->context);
    free(peer);
}

void tls_peer_feed(struct tls_peer *peer, const uint8_t *bytes, size_t length)
{
    char byte;
    if (length > 0)
        assert_int_equal(BIO_write(peer->input, bytes, (int)length), length);
    ERR_clear_error();
    if (!peer->done)
        peer->done = SSL_do_handshake(peer->ssl) == 1;
    else
        (void)SSL_read(peer->ssl, &byte, sizeof byte);
    peer->closed = SSL_get_shutdown(peer->ssl) & SSL_RECEIVED_SHUTDOWN;
    ERR_clear_error();
}

uint8_t *tls_peer_take(struct tls_peer *peer, size_t *ret_length)
{
    size_t length = BIO_ctrl_pending(peer->output);
    uint8_t *bytes = malloc(length + 1);
    assert_non_null(bytes);
    if (length > 0)
        assert_int_equal(BIO_read(peer->output, bytes, (int)length), length);
    if (peer->options.edit && length > 0)
        length = peer->options.edit(bytes, length);
    *ret_length = length;
    return bytes;
}

bool tls_peer_is_done(const struct tls_peer *peer)
{
    return peer->done;
}

bool tls_peer_is_closed(const struct tls_peer *peer)
{
    return peer->closed;
}

const struct tls_peer_hello *tls_peer_hello(const struct tls_peer *peer)
{
    return &peer->hello;
}
