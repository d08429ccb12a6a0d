/* The value of a TLS Feature extension, held against how OpenSSL reads and writes the same type. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "pki/tls_feature.h"

enum { STATUS_REQUEST = 5 };

static bool holds_status_request(const TLS_FEATURE *features)
{
    for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++) {
        int64_t number = 0;
        if (ASN1_INTEGER_get_int64(&number, sk_ASN1_INTEGER_value(features, i)) == 1 &&
            number == STATUS_REQUEST)
            return true;
    }
    return false;
}

/* Whether the bytes are what OpenSSL writes for what it read, and feature 5 is in it. */
static bool is_good_list(const uint8_t *data, size_t size)
{
    /* The type itself is declared nowhere. */
    const ASN1_ITEM *type = ASN1_ITEM_ptr(X509V3_EXT_get_nid(NID_tlsfeature)->it);
    const unsigned char *at = data;
    unsigned char *again = NULL;
    ASN1_VALUE *value = ASN1_item_d2i(NULL, &at, (long)size, type);
    const int length = value ? ASN1_item_i2d(value, &again, type) : -1;
    const bool is_same = length >= 0 && (size_t)length == size && memcmp(again, data, size) == 0;
    const bool is_good = is_same && holds_status_request((const TLS_FEATURE *)value);
    OPENSSL_free(again);
    ASN1_item_free(value, type);
    ERR_clear_error();
    return is_good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_tls_feature_facts facts = {.critical = true};
    struct mst_tls_feature_facts again = {.critical = true};
    mst_tls_feature_read_value(data, size, &facts);
    mst_tls_feature_read_value(data, size, &again);
    hold_no_errors();
    hold_feature(&facts);
    hold_same_feature(&facts, &again);
    FUZZ_REQUIRE(facts.present && facts.critical);
    FUZZ_REQUIRE(facts.fault != MST_FEATURE_FAULT_DUPLICATE_EXTENSION);
    FUZZ_REQUIRE((facts.fault == MST_FEATURE_FAULT_EMPTY_VALUE) == (size == 0));
    FUZZ_REQUIRE(facts.must_staple == is_good_list(data, size));
    if (facts.must_staple)
        FUZZ_REQUIRE(mst_tls_feature_covers(&facts, &facts));
    return 0;
}
