#include "pki/tls_feature.h"

#include <openssl/err.h>

#include "pki/der.h"

enum { STATUS_REQUEST = 5 }; /* RFC 6066 8 */

/* X.690 8.3: at least one byte, and the first nine bits neither all zero nor all one. */
static bool is_der_integer(struct mst_der content)
{
    if (content.length == 0)
        return false;
    if (content.length == 1)
        return true;
    const bool negative = (content.at[1] & 0x80) != 0;
    return content.at[0] != (negative ? 0xff : 0x00);
}

/* What 64 bits cannot hold becomes the nearest they can: no feature is that large, and it must be
 * seen to stand there. */
static int64_t integer_value(struct mst_der content)
{
    const bool negative = (content.at[0] & 0x80) != 0;
    if (content.length > sizeof(int64_t))
        return negative ? INT64_MIN : INT64_MAX;
    uint64_t value = negative ? UINT64_MAX : 0;
    for (size_t i = 0; i < content.length; i++)
        value = value << 8 | content.at[i];
    return (int64_t)value;
}

/* What the list held. */
struct reading {
    bool has_status_request;
    bool has_bad_integer; /* one that is not in DER: no feature, whatever BER makes of it */
};

/* Reads the integers up to the first element that is none; false when there was one. */
static bool read_list(struct mst_der list, struct mst_tls_feature_facts *facts,
                      struct reading *reading)
{
    while (list.length > 0) {
        struct mst_der content;
        if (!mst_der_take(&list, V_ASN1_INTEGER, &content))
            return false;
        if (!is_der_integer(content))
            reading->has_bad_integer = true;
        if (reading->has_bad_integer)
            continue;
        const int64_t feature = integer_value(content);
        if (feature == STATUS_REQUEST)
            reading->has_status_request = true;
        if (facts->count < MST_FEATURES_MAX)
            facts->features[facts->count++] = feature;
    }
    return true;
}

static enum mst_feature_fault read_value(struct mst_der value, struct mst_tls_feature_facts *facts)
{
    struct mst_der list;
    struct reading reading = {0};
    if (value.length == 0)
        return MST_FEATURE_FAULT_EMPTY_VALUE;
    if (!mst_der_take(&value, V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED, &list))
        return MST_FEATURE_FAULT_BAD_DER;
    const bool readable = read_list(list, facts, &reading);
    if (reading.has_bad_integer)
        return MST_FEATURE_FAULT_BAD_INTEGER;
    if (!readable)
        return MST_FEATURE_FAULT_BAD_DER;
    if (value.length > 0)
        return MST_FEATURE_FAULT_TRAILING_DATA;
    if (list.length == 0)
        return MST_FEATURE_FAULT_EMPTY_LIST;
    return reading.has_status_request ? MST_FEATURE_FAULT_NONE
                                      : MST_FEATURE_FAULT_NO_STATUS_REQUEST;
}

void mst_tls_feature_read_value(const uint8_t *value, size_t length,
                                struct mst_tls_feature_facts *ret_facts)
{
    struct mst_tls_feature_facts facts = {.present = true, .critical = ret_facts->critical};
    facts.fault = read_value((struct mst_der){value, length}, &facts);
    facts.must_staple = facts.fault == MST_FEATURE_FAULT_NONE;
    *ret_facts = facts;
    ERR_clear_error();
}

void mst_tls_feature_read(const STACK_OF(X509_EXTENSION) * extensions,
                          struct mst_tls_feature_facts *ret_facts)
{
    *ret_facts = (struct mst_tls_feature_facts){0};
    int at = X509v3_get_ext_by_NID(extensions, NID_tlsfeature, -1);
    if (at < 0)
        return;
    X509_EXTENSION *extension = X509v3_get_ext(extensions, at);
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
    mst_tls_feature_read_value(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value),
                               ret_facts);
    ret_facts->critical = X509_EXTENSION_get_critical(extension) > 0;
    while ((at = X509v3_get_ext_by_NID(extensions, NID_tlsfeature, at)) >= 0) {
        ret_facts->fault = MST_FEATURE_FAULT_DUPLICATE_EXTENSION;
        ret_facts->must_staple = false;
        if (X509_EXTENSION_get_critical(X509v3_get_ext(extensions, at)) > 0)
            ret_facts->critical = true;
    }
}

/* A list that clients cannot read carries nothing. */
static bool carries(const struct mst_tls_feature_facts *facts, int64_t feature)
{
    if (facts->fault != MST_FEATURE_FAULT_NONE &&
        facts->fault != MST_FEATURE_FAULT_NO_STATUS_REQUEST)
        return false;
    for (size_t i = 0; i < facts->count; i++)
        if (facts->features[i] == feature)
            return true;
    return false;
}

bool mst_tls_feature_covers(const struct mst_tls_feature_facts *child,
                            const struct mst_tls_feature_facts *issuer)
{
    for (size_t i = 0; i < issuer->count; i++)
        if (!carries(child, issuer->features[i]))
            return false;
    return true;
}
