#include "output/json.h"
#include "output/record_parts.h"

static json_t *tls(const struct mst_handshake *handshake)
{
    if (handshake->version[0] == '\0')
        return json_null();
    json_t *object = json_object();
    bool ok = mst_json_put_text(object, "version", handshake->version);
    ok &= mst_json_put_filled(object, "cipher", handshake->cipher);
    ok &= mst_json_put_filled(object, "group", handshake->group);
    return mst_json_checked(object, ok);
}

static json_t *intermediate_staple(const struct mst_intermediate_staple *staple)
{
    json_t *object = json_object();
    json_t *facts = mst_record_staple(&staple->facts, &staple->judgement);
    bool ok = mst_json_put_count(object, "position", staple->position);
    ok &= facts && json_object_update(object, facts) == 0;
    json_decref(facts);
    return mst_json_checked(object, ok);
}

static json_t *intermediate_staples(const struct mst_connection_finding *connection)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < connection->intermediate_staple_count; i++)
        ok &= json_array_append_new(array,
                                    intermediate_staple(&connection->intermediate_staples[i])) == 0;
    return mst_json_checked(array, ok);
}

static bool put_address(json_t *object, const struct mst_address *address)
{
    char text[MST_ADDRESS_TEXT_SIZE];
    mst_address_format(address, text);
    const char *family = address->family == MST_FAMILY_IPV6 ? "ipv6" : "ipv4";
    bool ok = mst_json_put_filled(object, "address", text);
    ok &= mst_json_put_text(object, "family", address->family == MST_FAMILY_NONE ? NULL : family);
    return ok;
}

/* Durations of what never began are negative. */
static bool put_duration(json_t *object, const char *key, int64_t duration_ms)
{
    return mst_json_put(object, key, duration_ms < 0 ? json_null() : json_integer(duration_ms));
}

static bool put_examined(json_t *object, const struct mst_connection_finding *connection)
{
    bool ok = mst_json_put(object, "chain", mst_record_chain(&connection->chain, true, true));
    ok &= mst_json_put(object, "certificate",
                       mst_record_certificate(&connection->certificate, connection->now_s));
    ok &= mst_json_put(object, "ca_features", mst_record_ca_features(&connection->chain));
    ok &= mst_json_put(object, "staple",
                       mst_record_staple(&connection->staple, &connection->staple_judgement));
    ok &= mst_json_put(object, "intermediate_staples", intermediate_staples(connection));
    ok &= mst_json_put_word(object, "verdict", mst_verdict_word(connection->judgement.verdict));
    return ok;
}

static bool put_unexamined(json_t *object)
{
    bool ok = mst_json_put(object, "chain", json_null());
    ok &= mst_json_put(object, "certificate", json_null());
    ok &= mst_json_put(object, "ca_features", json_array());
    ok &= mst_json_put(object, "staple", json_null());
    ok &= mst_json_put(object, "intermediate_staples", json_array());
    ok &= mst_json_put(object, "verdict", json_null());
    return ok;
}

json_t *mst_record_connection(const struct mst_connection_finding *connection, bool raw)
{
    const struct mst_connection *seen = connection->seen;
    json_t *object = json_object();
    bool ok = put_address(object, &seen->endpoint.address);
    ok &= mst_json_put_count(object, "attempt", seen->attempt);
    ok &= put_duration(object, "connect_ms", seen->connect_ms);
    ok &= put_duration(object, "handshake_ms", seen->handshake_ms);
    ok &= mst_json_put_count(object, "bytes_in", seen->bytes_in);
    ok &= mst_json_put(object, "tls", tls(&seen->handshake));
    ok &= connection->examined ? put_examined(object, connection) : put_unexamined(object);
    ok &= mst_json_put(object, "failure", mst_record_failure(&seen->failure));
    if (raw)
        ok &= mst_json_put(object, "raw", mst_record_raw(&seen->handshake));
    return mst_json_checked(object, ok);
}
