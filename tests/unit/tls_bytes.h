/* Messages of TLS made by hand. Everything asserts. */
#ifndef MST_TESTS_TLS_BYTES_H
#define MST_TESTS_TLS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TLS_BYTES_MAX = 128 * 1024 };

/* Bytes under construction. */
struct tls_bytes {
    size_t length;
    uint8_t data[TLS_BYTES_MAX];
};

void tls_bytes_put(struct tls_bytes *bytes, const void *data, size_t length);

/* A number, and a vector behind its length, in so many octets. */
void tls_bytes_number(struct tls_bytes *bytes, size_t number, unsigned octets);
void tls_bytes_vector(struct tls_bytes *bytes, const void *data, size_t length, unsigned octets);

/* A handshake message in one record. */
void tls_bytes_record(struct tls_bytes *bytes, uint8_t message, const void *body, size_t length);

/* Replaces the bytes with the body of a ServerHello; `supported_version` 0: without the extension.
 */
void tls_bytes_server_hello(struct tls_bytes *hello, unsigned supported_version, bool acknowledges);

/* Certificate `index` of the test server's chain, behind its length. */
void tls_bytes_certificate(struct tls_bytes *list, size_t index);

/* A copy of exactly `length` bytes, so that a read past them is seen by the sanitizer. */
uint8_t *tls_bytes_copy(const void *data, size_t length);

#endif
