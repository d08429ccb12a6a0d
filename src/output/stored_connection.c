#include <limits.h>
#include <string.h>

#include "output/stored_parts.h"

enum { ALERT_SIZE = 64 };

bool mst_stored_failure(const struct mst_stored_fields *fields, const char *name,
                        struct mst_texts *alerts, struct mst_failure *ret_failure)
{
    struct mst_stored_fields inner;
    struct mst_failure failure = {.stage = MST_STAGE_NONE};
    size_t stage = 0;
    size_t code = 0;
    char alert[ALERT_SIZE] = "";
    if (!mst_stored_object(fields, name, "failure.", &inner))
        return false;
    if (inner.object) {
        if (!mst_stored_word(&inner, "stage", "stage", &stage) ||
            !mst_stored_word(&inner, "code", "failure_code", &code) ||
            !mst_stored_text(&inner, "alert", alert, sizeof alert) ||
            !mst_stored_text(&inner, "detail", failure.detail, sizeof failure.detail))
            return false;
        if (stage == MST_STAGE_NONE || code == MST_FAILURE_CODE_NONE)
            return mst_stored_refuse(fields, name, "has no stage or no code");
    }
    failure.stage = (enum mst_stage)stage;
    failure.code = (enum mst_failure_code)code;
    if (alert[0] != '\0') {
        mst_texts_add(alerts, alert);
        failure.alert = alerts->items[alerts->count - 1];
    }
    *ret_failure = failure;
    return true;
}

static bool read_address(const char *text, enum mst_family family, struct mst_address *ret_address)
{
    return text && mst_address_parse(text, ret_address) && ret_address->family == family;
}

bool mst_stored_dns_answer(const struct mst_stored_fields *fields, const char *name,
                           enum mst_family family, struct mst_dns_answer *ret_answer)
{
    struct mst_stored_fields inner;
    const json_t *addresses = NULL;
    size_t status = 0;
    if (!mst_stored_object(fields, name, "dns.a.", &inner))
        return false;
    if (!inner.object)
        return mst_stored_refuse(fields, name, "is null");
    if (family == MST_FAMILY_IPV6)
        inner.place = "dns.aaaa.";
    if (!mst_stored_word(&inner, "status", "dns_status", &status) ||
        !mst_stored_array(&inner, "addresses", MST_ADDRESSES_MAX, &addresses))
        return false;
    *ret_answer = (struct mst_dns_answer){.status = (enum mst_dns_status)status,
                                          .count = json_array_size(addresses)};
    for (size_t i = 0; i < ret_answer->count; i++)
        if (!read_address(json_string_value(json_array_get(addresses, i)), family,
                          &ret_answer->addresses[i]))
            return mst_stored_refuse(&inner, "addresses", "holds something that is no address");
    return true;
}

static bool read_endpoint(const struct mst_stored_fields *fields, struct mst_connection *connection)
{
    char text[MST_ADDRESS_TEXT_SIZE];
    return mst_stored_text(fields, "address", text, sizeof text) &&
           (mst_address_parse(text, &connection->endpoint.address) ||
            mst_stored_refuse(fields, "address", "is no address"));
}

static bool read_counts(const struct mst_stored_fields *fields, struct mst_connection *connection)
{
    int64_t attempt = 0;
    int64_t bytes_in = 0;
    if (!mst_stored_number(fields, "attempt", 0, INT_MAX, &attempt) ||
        !mst_stored_number(fields, "bytes_in", 0, MST_STORED_NUMBER_MAX, &bytes_in) ||
        !mst_stored_number_or_null(fields, "connect_ms", 0, MST_STORED_NUMBER_MAX, -1,
                                   &connection->connect_ms) ||
        !mst_stored_number_or_null(fields, "handshake_ms", 0, MST_STORED_NUMBER_MAX, -1,
                                   &connection->handshake_ms))
        return false;
    connection->attempt = (unsigned)attempt;
    connection->bytes_in = (uint64_t)bytes_in;
    return true;
}

static bool read_tls(const struct mst_stored_fields *fields, struct mst_handshake *handshake)
{
    struct mst_stored_fields tls;
    if (!mst_stored_object(fields, "tls", "connections.tls.", &tls))
        return false;
    return !tls.object ||
           (mst_stored_text(&tls, "version", handshake->version, sizeof handshake->version) &&
            mst_stored_text(&tls, "cipher", handshake->cipher, sizeof handshake->cipher) &&
            mst_stored_text(&tls, "group", handshake->group, sizeof handshake->group));
}

/* Without raw bytes only what was not examined can be told again. */
static bool read_raw(const struct mst_stored_fields *fields, struct mst_connection *connection)
{
    struct mst_stored_fields raw;
    if (json_object_get(fields->object, "raw"))
        return mst_stored_object(fields, "raw", "connections.raw.", &raw) &&
               (raw.object ? mst_stored_raw(&raw, &connection->handshake)
                           : mst_stored_refuse(fields, "raw", "is null"));
    return json_is_null(json_object_get(fields->object, "chain")) ||
           mst_stored_refuse(fields, "raw", "is missing: it was scanned without --raw");
}

bool mst_stored_connection(const struct mst_stored_fields *fields, struct mst_texts *alerts,
                           struct mst_connection *connection)
{
    if (!read_endpoint(fields, connection) || !read_counts(fields, connection) ||
        !read_tls(fields, &connection->handshake) ||
        !mst_stored_failure(fields, "failure", alerts, &connection->failure) ||
        !read_raw(fields, connection))
        return false;
    const bool examined = json_is_object(json_object_get(fields->object, "chain"));
    return examined == mst_connection_is_examinable(connection) ||
           mst_stored_refuse(fields, "raw", "does not fit the chain that is on record");
}
