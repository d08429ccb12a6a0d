#include "pki/csr.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>

#include "pki/algorithm.h"
#include "pki/cleanup.h"
#include "pki/name.h"
#include "pki/tls_feature.h"

enum { DNS_NAMES_MAX = 16, DNS_NAME_LENGTH_MAX = 255 };

/* OpenSSL also reads BER, and stops where the request ends. */
static X509_REQ *parse(const uint8_t *der, size_t length)
{
    const unsigned char *at = der;
    if (!der || length == 0 || length > INT_MAX)
        return NULL;
    MST_CLEANUP(mst_cleanup_x509_req) X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)length);
    MST_CLEANUP(mst_cleanup_openssl_bytes) unsigned char *again = NULL;
    const int again_length = request ? i2d_X509_REQ(request, &again) : -1;
    if (again_length < 0 || (size_t)again_length != length || memcmp(again, der, length) != 0)
        return NULL;
    return MST_STEAL(request);
}

/* Moves what one value of an attribute lists to the end of `extensions`. */
static bool add_value(const ASN1_TYPE *value, STACK_OF(X509_EXTENSION) * extensions)
{
    MST_CLEANUP(mst_cleanup_extensions)
    STACK_OF(X509_EXTENSION) *added =
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_EXTENSIONS), value);
    if (!added)
        return false;
    for (int i = 0; i < sk_X509_EXTENSION_num(added); i++) {
        if (sk_X509_EXTENSION_push(extensions, sk_X509_EXTENSION_value(added, i)) <= 0)
            return false;
        (void)sk_X509_EXTENSION_set(added, i, NULL);
    }
    return true;
}

/* Every extension asked for, to be freed; NULL when a list of them cannot be read.
 * X509_REQ_get_extensions() would read the first value of the first attribute alone. */
static STACK_OF(X509_EXTENSION) * read_extensions(const X509_REQ *request)
{
    MST_CLEANUP(mst_cleanup_extensions)
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    for (int i = 0; extensions && i < X509_REQ_get_attr_count(request); i++) {
        X509_ATTRIBUTE *attribute = X509_REQ_get_attr(request, i);
        const int nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object(attribute));
        if (nid != NID_ext_req && nid != NID_ms_ext_req)
            continue;
        for (int j = 0; j < X509_ATTRIBUTE_count(attribute); j++)
            if (!add_value(X509_ATTRIBUTE_get0_type(attribute, j), extensions))
                return NULL;
    }
    return MST_STEAL(extensions);
}

static void add_dns_names(X509_EXTENSION *extension, struct mst_texts *names)
{
    MST_CLEANUP(mst_cleanup_general_names) GENERAL_NAMES *all = X509V3_EXT_d2i(extension);
    for (int i = 0; i < sk_GENERAL_NAME_num(all) && names->count < DNS_NAMES_MAX; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(all, i);
        if (name->type != GEN_DNS)
            continue;
        MST_AUTO_FREE char *text =
            mst_text_sanitize(ASN1_STRING_get0_data(name->d.dNSName),
                              (size_t)ASN1_STRING_length(name->d.dNSName), DNS_NAME_LENGTH_MAX);
        mst_texts_add(names, text);
    }
}

static void read_dns_names(const STACK_OF(X509_EXTENSION) * extensions, struct mst_texts *names)
{
    int at = -1;
    while ((at = X509v3_get_ext_by_NID(extensions, NID_subject_alt_name, at)) >= 0)
        add_dns_names(X509v3_get_ext(extensions, at), names);
}

static void read_request(X509_REQ *request, const STACK_OF(X509_EXTENSION) * extensions,
                         struct mst_csr_facts *facts)
{
    EVP_PKEY *key = X509_REQ_get0_pubkey(request);
    const X509_ALGOR *algorithm = NULL;
    X509_REQ_get0_signature(request, NULL, &algorithm);
    facts->subject = mst_name_text(X509_REQ_get_subject_name(request));
    mst_algorithm_key_name(key, facts->key, sizeof facts->key);
    mst_algorithm_signature_name(algorithm, facts->signature, sizeof facts->signature);
    facts->signature_valid =
        key && mst_algorithm_key_is_affordable(key) && X509_REQ_verify(request, key) == 1;
    read_dns_names(extensions, &facts->dns_names);
    mst_tls_feature_read(extensions, &facts->tls_feature);
}

bool mst_csr_is_readable(const uint8_t *der, size_t length)
{
    MST_CLEANUP(mst_cleanup_x509_req) X509_REQ *request = parse(der, length);
    MST_CLEANUP(mst_cleanup_extensions)
    STACK_OF(X509_EXTENSION) *extensions = request ? read_extensions(request) : NULL;
    ERR_clear_error();
    return extensions != NULL;
}

bool mst_csr_read(const uint8_t *der, size_t length, struct mst_csr_facts *ret_facts)
{
    MST_CLEANUP(mst_cleanup_x509_req) X509_REQ *request = parse(der, length);
    MST_CLEANUP(mst_cleanup_extensions)
    STACK_OF(X509_EXTENSION) *extensions = request ? read_extensions(request) : NULL;
    if (extensions) {
        *ret_facts = (struct mst_csr_facts){0};
        read_request(request, extensions, ret_facts);
    }
    ERR_clear_error();
    return extensions != NULL;
}
