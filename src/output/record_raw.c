#include <stdlib.h>

#include "base/cleanup.h"
#include "output/json.h"
#include "output/record_parts.h"
#include "pki/certificate.h"
#include "pki/encoding.h"

static json_t *base64(const uint8_t *bytes, size_t length)
{
    MST_AUTO_FREE char *text = mst_base64_encode(bytes, length);
    return text ? json_string_nocheck(text) : NULL;
}

static json_t *certificate_bytes(const struct mst_certificate *certificate)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *der = mst_certificate_to_der(certificate, &length);
    return der ? base64(der, length) : NULL;
}

static bool put_staple(json_t *object, const struct mst_staple *staple)
{
    const bool came =
        staple->delivery == MST_DELIVERY_SENT || staple->delivery == MST_DELIVERY_EMPTY;
    bool ok = mst_json_put_word(object, "delivery", mst_delivery_word(staple->delivery));
    ok &= mst_json_put(object, "size", came ? json_integer((json_int_t)staple->size) : json_null());
    ok &= mst_json_put(object, "staple",
                       staple->data ? base64(staple->data, staple->size) : json_null());
    return ok;
}

static json_t *intermediate_staple(size_t position, const struct mst_staple *staple)
{
    json_t *object = json_object();
    bool ok = mst_json_put_count(object, "position", position);
    ok &= put_staple(object, staple);
    return mst_json_checked(object, ok);
}

/* Those that came; about each other certificate the server kept silent. */
static json_t *intermediate_staples(const struct mst_handshake *handshake)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; handshake->intermediate_staples && i + 1 < handshake->chain_length; i++) {
        const struct mst_staple *staple = &handshake->intermediate_staples[i];
        if (staple->delivery != MST_DELIVERY_NOT_ACKNOWLEDGED)
            ok &= json_array_append_new(array, intermediate_staple(i + 1, staple)) == 0;
    }
    return mst_json_checked(array, ok);
}

json_t *mst_record_raw(const struct mst_handshake *handshake)
{
    json_t *object = json_object();
    json_t *certificates = json_array();
    bool ok = certificates != NULL;
    for (size_t i = 0; i < handshake->chain_length; i++)
        ok &= json_array_append_new(certificates, certificate_bytes(handshake->chain[i])) == 0;
    ok &= mst_json_put_count(object, "length", handshake->chain_sent);
    ok &= mst_json_put(object, "chain", certificates);
    ok &= put_staple(object, &handshake->staple);
    ok &= mst_json_put(object, "intermediate_staples", intermediate_staples(handshake));
    return mst_json_checked(object, ok);
}
