/* Makes certificate requests for tests. Everything ends the test program when it cannot be made. */
#ifndef MST_TESTS_UNIT_REQUEST_MAKER_H
#define MST_TESTS_UNIT_REQUEST_MAKER_H

#include "unit/pki_maker.h"

enum { REQUEST_EXTENSIONS_MAX = 4, REQUEST_VALUES_MAX = 2, REQUEST_ATTRIBUTES_MAX = 4 };

/* In place of PKCS #9's extensionRequest where that stands already: OpenSSL does not add an
 * attribute twice. */
#define REQUEST_AGAIN "1.2.840.113549.1.9.15"

/* One value of an attribute: a list of extensions in OpenSSL's configuration syntax, or these bytes
 * as the content of an element. */
struct request_value {
    bool there;
    const char *extensions[REQUEST_EXTENSIONS_MAX];
    const char *raw;
    int raw_type; /* V_ASN1_* */
};

struct request_attribute {
    const char *type; /* an object identifier */
    struct request_value values[REQUEST_VALUES_MAX];
};

struct request {
    const char *name;
    enum pki_key_kind kind;
    bool break_signature;
    struct request_attribute attributes[REQUEST_ATTRIBUTES_MAX]; /* up to the first without type */
};

/* As DER, to be freed with free(). */
uint8_t *request_make(const struct request *spec, size_t *ret_size);

#endif
