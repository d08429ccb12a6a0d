#include <limits.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "output/stored_parts.h"
#include "pki/certificate.h"
#include "pki/encoding.h"

static struct mst_certificate *read_certificate(const json_t *value)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *der =
        json_is_string(value)
            ? mst_base64_decode(json_string_value(value), json_string_length(value), &length)
            : NULL;
    return der ? mst_certificate_from_der(der, length) : NULL;
}

static bool read_chain(const struct mst_stored_fields *raw, struct mst_handshake *handshake)
{
    const json_t *chain = NULL;
    if (!mst_stored_array(raw, "chain", MST_CHAIN_LENGTH_MAX, &chain))
        return false;
    for (size_t i = 0; i < json_array_size(chain); i++) {
        struct mst_certificate *certificate = read_certificate(json_array_get(chain, i));
        if (!certificate)
            return mst_stored_refuse(raw, "chain", "holds something that is no certificate");
        handshake->chain[handshake->chain_length++] = certificate;
    }
    int64_t sent = 0;
    if (!mst_stored_number(raw, "length", (int64_t)handshake->chain_length, INT_MAX, &sent))
        return false;
    handshake->chain_sent = (size_t)sent;
    return true;
}

/* Whether bytes, size and delivery can belong together. */
static bool is_possible(const struct mst_staple *staple)
{
    switch (staple->delivery) {
    case MST_DELIVERY_SENT:
        return staple->data ? staple->size > 0 && staple->size <= MST_STAPLE_SIZE_MAX
                            : staple->size > MST_STAPLE_SIZE_MAX;
    default:
        return !staple->data && staple->size == 0;
    }
}

static bool read_staple(const struct mst_stored_fields *fields, struct mst_staple *ret_staple)
{
    MST_AUTO_FREE uint8_t *data = NULL;
    size_t length = 0;
    size_t delivery = 0;
    int64_t size = 0;
    if (!mst_stored_word(fields, "delivery", "delivery", &delivery) ||
        !mst_stored_number_or_null(fields, "size", 0, INT_MAX, 0, &size) ||
        !mst_stored_bytes(fields, "staple", &data, &length))
        return false;
    struct mst_staple staple = {
        .delivery = (enum mst_delivery)delivery, .data = data, .size = (size_t)size};
    if ((data && length != staple.size) || !is_possible(&staple))
        return mst_stored_refuse(fields, "staple", "does not fit its delivery and its size");
    staple.data = MST_STEAL(data);
    *ret_staple = staple;
    return true;
}

static bool read_intermediate_staple(const struct mst_stored_fields *fields,
                                     struct mst_handshake *handshake)
{
    int64_t position = 0;
    if (!mst_stored_number(fields, "position", 1, (int64_t)handshake->chain_length - 1, &position))
        return false;
    struct mst_staple *staple = &handshake->intermediate_staples[position - 1];
    if (staple->delivery != MST_DELIVERY_NOT_ACKNOWLEDGED)
        return mst_stored_refuse(fields, "position", "comes twice");
    return read_staple(fields, staple);
}

static bool read_intermediate_staples(const struct mst_stored_fields *raw,
                                      struct mst_handshake *handshake)
{
    static const char name[] = "intermediate_staples";
    const size_t most = handshake->chain_length > 0 ? handshake->chain_length - 1 : 0;
    const json_t *array = NULL;
    if (!mst_stored_array(raw, name, most, &array))
        return false;
    if (json_array_size(array) == 0)
        return true;
    handshake->intermediate_staples = mst_alloc(most, sizeof *handshake->intermediate_staples);
    for (size_t i = 0; i < most; i++)
        handshake->intermediate_staples[i].delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct mst_stored_fields fields;
        if (!mst_stored_element(raw, name, array, i, "connections.raw.intermediate_staples.",
                                &fields) ||
            !read_intermediate_staple(&fields, handshake))
            return false;
    }
    return true;
}

bool mst_stored_raw(const struct mst_stored_fields *raw, struct mst_handshake *handshake)
{
    return read_chain(raw, handshake) && read_staple(raw, &handshake->staple) &&
           read_intermediate_staples(raw, handshake);
}
