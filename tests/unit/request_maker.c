#include "unit/request_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

static void need(bool ok)
{
    if (ok)
        return;
    (void)fprintf(stderr, "cannot make a certificate request\n");
    abort();
}

static void add_list(X509_ATTRIBUTE *attribute, const struct request_value *value)
{
    STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();
    unsigned char *bytes = NULL;
    for (size_t i = 0; i < REQUEST_EXTENSIONS_MAX && value->extensions[i]; i++)
        need(sk_X509_EXTENSION_push(list, pki_extension_make(value->extensions[i], NULL, NULL)) >
             0);
    const int length =
        ASN1_item_i2d((const ASN1_VALUE *)list, &bytes, ASN1_ITEM_rptr(X509_EXTENSIONS));
    need(length > 0 && X509_ATTRIBUTE_set1_data(attribute, V_ASN1_SEQUENCE, bytes, length) == 1);
    OPENSSL_free(bytes);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}

static void add_attribute(X509_REQ *request, const struct request_attribute *spec)
{
    X509_ATTRIBUTE *attribute = X509_ATTRIBUTE_new();
    ASN1_OBJECT *type = OBJ_txt2obj(spec->type, 1);
    need(attribute && type && X509_ATTRIBUTE_set1_object(attribute, type) == 1);
    for (size_t i = 0; i < REQUEST_VALUES_MAX && spec->values[i].there; i++) {
        const struct request_value *value = &spec->values[i];
        if (value->raw)
            need(X509_ATTRIBUTE_set1_data(attribute, value->raw_type, value->raw,
                                          (int)strlen(value->raw)) == 1);
        else
            add_list(attribute, value);
    }
    need(X509_REQ_add1_attr(request, attribute) == 1);
    ASN1_OBJECT_free(type);
    X509_ATTRIBUTE_free(attribute);
}

/* The request with every REQUEST_AGAIN as what it stands for. */
static X509_REQ *mend_again(X509_REQ *request)
{
    static const uint8_t again[] = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 15};
    unsigned char *bytes = NULL;
    const int length = i2d_X509_REQ(request, &bytes);
    need(length > 0);
    unsigned char *found = bytes;
    while ((found = memmem(found, (size_t)(bytes + length - found), again, sizeof again)))
        found[sizeof again - 1] = 14;
    const unsigned char *at = bytes;
    X509_REQ *mended = d2i_X509_REQ(NULL, &at, length);
    need(mended);
    OPENSSL_free(bytes);
    X509_REQ_free(request);
    return mended;
}

uint8_t *request_make(const struct request *spec, size_t *ret_size)
{
    X509_REQ *request = X509_REQ_new();
    EVP_PKEY *key = pki_key_new(spec->kind);
    need(request && key && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
         X509_REQ_set_pubkey(request, key) == 1 &&
         X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request), NID_commonName,
                                    MBSTRING_UTF8, (const unsigned char *)spec->name, -1, -1,
                                    0) == 1);
    for (size_t i = 0; i < REQUEST_ATTRIBUTES_MAX && spec->attributes[i].type; i++)
        add_attribute(request, &spec->attributes[i]);
    const EVP_MD *digest = spec->kind == PKI_KEY_ED25519 ? NULL : EVP_sha256();
    need(X509_REQ_sign(request, key, digest) > 0);
    request = mend_again(request);
    need(X509_REQ_sign(request, key, digest) > 0);
    const int length = i2d_X509_REQ(request, NULL);
    need(length > 0);
    uint8_t *bytes = malloc((size_t)length);
    unsigned char *at = bytes;
    need(bytes && i2d_X509_REQ(request, &at) == length);
    if (spec->break_signature)
        bytes[length - 1] ^= 1;
    EVP_PKEY_free(key);
    X509_REQ_free(request);
    *ret_size = (size_t)length;
    return bytes;
}
