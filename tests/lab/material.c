#include "material.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "require.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

SSL_CTX *lab_server_context_new(int min_tls, int max_tls)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    lab_require(context, "SSL_CTX_new");
    bool old = min_tls != 0 && min_tls < TLS1_2_VERSION;
    lab_require(SSL_CTX_set_min_proto_version(context, min_tls ? min_tls : TLS1_2_VERSION) &&
                    SSL_CTX_set_max_proto_version(context, max_tls) &&
                    SSL_CTX_set_cipher_list(context, old ? "ALL@SECLEVEL=0" : "HIGH:@SECLEVEL=1") &&
                    SSL_CTX_set_num_tickets(context, 0),
                "configuring TLS");
    (void)SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                           SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    return context;
}

static int give_staple(SSL *ssl, void *argument)
{
    const struct lab_material *material = argument;
    if (!material->staple)
        return SSL_TLSEXT_ERR_NOACK;
    /* A staple of zero bytes is one too: it needs memory of its own. */
    uint8_t *copy = OPENSSL_malloc(material->staple_size + 1);
    if (!copy)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    (void)memcpy(copy, material->staple, material->staple_size);
    (void)SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)material->staple_size);
    return SSL_TLSEXT_ERR_OK;
}

static X509 *make_leaf(const struct lab_pki *pki, size_t index, EVP_PKEY *key)
{
    const struct lab_scene *scene = lab_scene_at(index);
    const struct lab_leaf *leaf = &scene->leaf;
    MST_AUTO_FREE char *host = lab_scene_host(scene);
    char address[LAB_ADDRESS_SIZE];
    lab_scene_address(index, address);
    bool usual = leaf->from_h == 0 && leaf->to_h == 0;
    struct lab_mint mint = {
        .common_name = leaf->host_name ? leaf->host_name : host,
        .ip_address = leaf->own_address ? address : NULL,
        .from_s = usual ? -DAY_S : leaf->from_h * HOUR_S,
        .to_s = usual ? 80 * DAY_S : leaf->to_h * HOUR_S,
        .first_ocsp_url = leaf->first_ocsp_url,
        .ocsp_url = leaf->ocsp_url ? leaf->ocsp_url : pki->ocsp_url,
        .feature_hex = leaf->feature_hex,
        .feature_critical = leaf->feature_critical,
        .feature_twice = leaf->feature_twice,
        .issuer = leaf->ca == LAB_CA_SELF ? NULL : &pki->authorities[leaf->ca].ca,
        .key = key,
    };
    if (!leaf->own_address)
        mint.dns_name = mint.common_name;
    if (leaf->no_ocsp_url)
        mint.ocsp_url = NULL;
    return lab_mint_certificate(&mint);
}

static STACK_OF(X509) * make_chain(const struct lab_pki *pki, const struct lab_leaf *leaf)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    lab_require(chain, "a chain");
    if (leaf->ca != LAB_CA_SELF && !leaf->chain_without_intermediate)
        lab_require(sk_X509_push(chain, pki->authorities[leaf->ca].ca.certificate), "a chain");
    if (leaf->chain_with_root)
        lab_require(sk_X509_push(chain, pki->root.certificate), "a chain");
    return chain;
}

static bool speaks_tls(const struct lab_scene *scene)
{
    switch (scene->conduct) {
    case LAB_CONDUCT_TLS:
    case LAB_CONDUCT_TLS_PROMISE_ONLY:
    case LAB_CONDUCT_TLS_GARBLED:
    case LAB_CONDUCT_TLS_CUT:
    case LAB_CONDUCT_TLS_DRIP:
        return true;
    default:
        return false;
    }
}

static void make_context(struct lab_material *material, const struct lab_pki *pki, EVP_PKEY *key)
{
    const struct lab_scene *scene = material->scene;
    STACK_OF(X509) *chain = make_chain(pki, &scene->leaf);
    material->chain_length = 1 + (size_t)sk_X509_num(chain);
    SSL_CTX *context = lab_server_context_new(scene->min_tls, scene->max_tls);
    lab_require(SSL_CTX_use_cert_and_key(context, material->leaf, key, chain, 1),
                "using a certificate");
    sk_X509_free(chain);
    (void)SSL_CTX_set_tlsext_status_cb(context, give_staple);
    (void)SSL_CTX_set_tlsext_status_arg(context, material);
    if (scene->wants_client_certificate)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (scene->conduct == LAB_CONDUCT_TLS_PROMISE_ONLY)
        /* The keys must not hang on the messages, so that it is Finished that does not match. */
        (void)SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
    material->context = context;
}

void lab_material_init(struct lab_material *material, const struct lab_pki *pki, size_t index)
{
    const struct lab_scene *scene = lab_scene_at(index);
    *material = (struct lab_material){
        .scene = scene, .ocsp_url = pki->ocsp_url, .made_s = mst_clock_wall_ms() / 1000};
    if (!speaks_tls(scene))
        return;
    EVP_PKEY *key = scene->leaf.rsa ? pki->rsa_leaf_key : lab_mint_key(LAB_KEY_P256);
    if (scene->leaf.rsa)
        lab_require(EVP_PKEY_up_ref(key), "a key");
    material->leaf = make_leaf(pki, index, key);
    material->staple = lab_staple_make(&scene->staple, pki, scene->leaf.ca, material->leaf,
                                       material->made_s, &material->staple_size);
    make_context(material, pki, key);
    EVP_PKEY_free(key);
}

void lab_material_release(struct lab_material *material)
{
    SSL_CTX_free(material->context);
    X509_free(material->leaf);
    OPENSSL_free(material->staple);
    *material = (struct lab_material){0};
}
