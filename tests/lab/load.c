#include "load.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "material.h"
#include "require.h"
#include "tls_server.h"

enum { DAY_S = 86400, MUST_STAPLE_EVERY = 10, DIGITS_MAX = 8, HOST_SIZE = 32 };

/* A host that was served before. The certificate stays the same as long as it is remembered. */
struct host {
    bool known;
    uint32_t number;
    X509 *certificate; /* parsed ahead; NULL: parse `der` */
    uint8_t *der, *staple;
    int der_size;
    size_t staple_size;
};

struct lab_load {
    const struct lab_pki *pki;
    SSL_CTX *context;
    EVP_PKEY *key;                     /* of all leaves */
    X509 *plain, *must_staple;         /* changed and signed anew for each host */
    struct host hosts[LAB_LOAD_CACHE]; /* at number % LAB_LOAD_CACHE: a newer one takes the place */
};

bool lab_load_number(const char *label, size_t length, uint32_t *ret_number)
{
    if (length < 2 || length > 1 + DIGITS_MAX || (label[0] != 'h' && label[0] != 'H') ||
        (label[1] == '0' && length > 2))
        return false;
    uint32_t number = 0;
    for (size_t i = 1; i < length; i++) {
        if (label[i] < '0' || label[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(label[i] - '0');
    }
    if (number >= LAB_LOAD_HOSTS)
        return false;
    *ret_number = number;
    return true;
}

void lab_load_address(uint32_t number, uint8_t address[4])
{
    uint32_t place = number % LAB_LOAD_ADDRESSES;
    address[0] = 127;
    address[1] = 50;
    address[2] = (uint8_t)(place / 16);
    address[3] = (uint8_t)(1 + place % 16);
}

static X509 *make_template(const struct lab_load *load, const char *feature_hex)
{
    return lab_mint_certificate(&(struct lab_mint){
        .common_name = "load.test",
        .dns_name = "load.test",
        .from_s = -DAY_S,
        .to_s = 80 * DAY_S,
        .ocsp_url = load->pki->ocsp_url,
        .feature_hex = feature_hex,
        .issuer = &load->pki->authorities[LAB_CA_EC].ca,
        .key = load->key,
    });
}

/* Serial, subjectAltName and signature of `number` into the template; the key stays, because it is
 * what takes the time to set. */
static void rewrite(X509 *certificate, uint32_t number, const struct lab_identity *issuer)
{
    char host[HOST_SIZE];
    int length = snprintf(host, sizeof host, "%c%c%c%ch%u.load.test", 0x30, 0, 0x82, 0, number);
    host[1] = (char)(length - 2);
    host[3] = (char)(length - 4);
    int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
    ASN1_OCTET_STRING *names = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
    lab_require(ASN1_OCTET_STRING_set(names, (const unsigned char *)host, length) &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                                            UINT64_C(1) << 62 | number) &&
                    X509_sign(certificate, issuer->key, EVP_sha256()),
                "signing a certificate");
}

static void host_release(struct host *host)
{
    X509_free(host->certificate);
    OPENSSL_free(host->der);
    OPENSSL_free(host->staple);
    *host = (struct host){0};
}

/* Makes certificate and staple of `number`. The template holds the certificate afterwards. */
static X509 *make_host(struct lab_load *load, struct host *host, uint32_t number)
{
    host_release(host);
    X509 *template = number % MUST_STAPLE_EVERY == 0 ? load->must_staple : load->plain;
    rewrite(template, number, &load->pki->authorities[LAB_CA_EC].ca);
    host->der_size = i2d_X509(template, &host->der);
    lab_require(host->der_size > 0, "encoding a certificate");
    static const struct lab_staple good = {0};
    host->staple = lab_staple_make(&good, load->pki, LAB_CA_EC, template,
                                   mst_clock_wall_ms() / 1000, &host->staple_size);
    host->number = number;
    host->known = true;
    return template;
}

static X509 *parse(const struct host *host)
{
    const uint8_t *cursor = host->der;
    X509 *certificate = d2i_X509(NULL, &cursor, host->der_size);
    lab_require(certificate, "decoding a certificate");
    return certificate;
}

static struct host *slot(struct lab_load *load, uint32_t number)
{
    return &load->hosts[number % LAB_LOAD_CACHE];
}

static bool asked_for(const SSL *ssl, uint32_t *ret_number)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (!name)
        return false;
    size_t label = strcspn(name, ".");
    return strcasecmp(name + label, ".load.test") == 0 && lab_load_number(name, label, ret_number);
}

/* The whole first flight is written before anything else happens on the loop, so that a template
 * may be lent to the connection. */
static int give_certificate(SSL *ssl, void *argument)
{
    struct lab_load *load = argument;
    uint32_t number = 0;
    if (!asked_for(ssl, &number))
        return 0;
    struct host *host = slot(load, number);
    if (!host->known || host->number != number)
        return SSL_use_certificate(ssl, make_host(load, host, number));
    if (host->certificate)
        return SSL_use_certificate(ssl, host->certificate);
    X509 *certificate = parse(host);
    int result = SSL_use_certificate(ssl, certificate);
    X509_free(certificate);
    return result;
}

static int give_staple(SSL *ssl, void *argument)
{
    struct lab_load *load = argument;
    uint32_t number = 0;
    if (!asked_for(ssl, &number))
        return SSL_TLSEXT_ERR_NOACK;
    const struct host *host = slot(load, number);
    uint8_t *copy = OPENSSL_memdup(host->staple, host->staple_size);
    if (!copy)
        return SSL_TLSEXT_ERR_NOACK;
    (void)SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)host->staple_size);
    return SSL_TLSEXT_ERR_OK;
}

static void make_context(struct lab_load *load)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    load->context = lab_server_context_new(0, 0);
    lab_require(chain && sk_X509_push(chain, load->pki->authorities[LAB_CA_EC].ca.certificate) &&
                    SSL_CTX_use_cert_and_key(load->context, load->plain, load->key, chain, 1),
                "using a certificate");
    sk_X509_free(chain);
    SSL_CTX_set_cert_cb(load->context, give_certificate, load);
    (void)SSL_CTX_set_tlsext_status_cb(load->context, give_staple);
    (void)SSL_CTX_set_tlsext_status_arg(load->context, load);
}

struct lab_load *lab_load_new(const struct lab_pki *pki, size_t prepare)
{
    struct lab_load *load = mst_alloc(1, sizeof *load);
    load->pki = pki;
    load->key = lab_mint_key(LAB_KEY_P256);
    load->plain = make_template(load, NULL);
    load->must_staple = make_template(load, "3003020105");
    make_context(load);
    for (uint32_t number = 0; number < prepare && number < LAB_LOAD_CACHE; number++) {
        struct host *host = slot(load, number);
        (void)make_host(load, host, number);
        host->certificate = parse(host);
    }
    return load;
}

void lab_load_free(struct lab_load *load)
{
    if (!load)
        return;
    for (size_t i = 0; i < LAB_LOAD_CACHE; i++)
        host_release(&load->hosts[i]);
    SSL_CTX_free(load->context);
    X509_free(load->plain);
    X509_free(load->must_staple);
    EVP_PKEY_free(load->key);
    free(load);
}

static void accepted(struct lab_connection *connection)
{
    const struct lab_load *load = connection->listener->context;
    lab_tls_accept(connection, load->context, NULL, false);
}

static const struct lab_conduct_ops load_ops = {
    .accepted = accepted, .received = lab_tls_receive, .released = lab_tls_release};

int lab_load_listen(struct lab_load *load, struct lab_server *server, uint16_t port)
{
    int result = 0;
    for (uint32_t i = 0; i < LAB_LOAD_ADDRESSES && result == 0; i++) {
        uint8_t address[4];
        lab_load_address(i, address);
        char text[16];
        (void)snprintf(text, sizeof text, "%u.%u.%u.%u", address[0], address[1], address[2],
                       address[3]);
        result = lab_server_listen(server, text, port, &load_ops, load);
    }
    return result;
}
