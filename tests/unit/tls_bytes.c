#include "unit/tls_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509.h>

#include "unit/tls_peer.h"

void tls_bytes_put(struct tls_bytes *bytes, const void *data, size_t length)
{
    assert_true(length <= TLS_BYTES_MAX - bytes->length);
    if (length > 0)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

void tls_bytes_number(struct tls_bytes *bytes, size_t number, unsigned octets)
{
    for (unsigned i = octets; i-- > 0;) {
        const uint8_t byte = (uint8_t)(number >> (8 * i));
        tls_bytes_put(bytes, &byte, 1);
    }
}

void tls_bytes_vector(struct tls_bytes *bytes, const void *data, size_t length, unsigned octets)
{
    tls_bytes_number(bytes, length, octets);
    tls_bytes_put(bytes, data, length);
}

void tls_bytes_record(struct tls_bytes *bytes, uint8_t message, const void *body, size_t length)
{
    enum { HEADER = 4 };
    tls_bytes_number(bytes, 0x160303, 3);
    tls_bytes_number(bytes, length + HEADER, 2);
    tls_bytes_number(bytes, message, 1);
    tls_bytes_vector(bytes, body, length, 3);
}

void tls_bytes_server_hello(struct tls_bytes *hello, unsigned supported_version, bool acknowledges)
{
    static const uint8_t random[32], session[32];
    hello->length = 0;
    tls_bytes_number(hello, 0x0303, 2);
    tls_bytes_put(hello, random, sizeof random);
    tls_bytes_vector(hello, session, sizeof session, 1);
    tls_bytes_number(hello, 0xc02f, 2);
    tls_bytes_number(hello, 0, 1);
    tls_bytes_number(hello, (supported_version ? 6 : 0) + (acknowledges ? 4 : 0), 2);
    if (acknowledges)
        tls_bytes_number(hello, 0x00050000, 4);
    if (supported_version) {
        tls_bytes_number(hello, 0x002b0002, 4);
        tls_bytes_number(hello, supported_version, 2);
    }
}

void tls_bytes_certificate(struct tls_bytes *list, size_t index)
{
    unsigned char *der = NULL;
    const int length = i2d_X509(tls_peer_certificate(TLS_PEER_EC, index), &der);
    assert_true(length > 0);
    tls_bytes_vector(list, der, (size_t)length, 3);
    OPENSSL_free(der);
}

uint8_t *tls_bytes_copy(const void *data, size_t length)
{
    uint8_t *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, data, length);
    return copy;
}
