#include <stdlib.h>

#include "base/cleanup.h"
#include "output/json.h"
#include "output/record_parts.h"
#include "pki/certificate.h"
#include "pki/encoding.h"

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

static json_t *chain(const struct mst_chain_facts *facts)
{
    json_t *object = json_object();
    json_t *hashes = json_array();
    bool ok = hashes != NULL;
    for (size_t i = 0; i < facts->sha256_count; i++)
        ok &= json_array_append_new(hashes, json_string_nocheck(facts->sha256[i])) == 0;
    ok &= mst_json_put_count(object, "length", facts->length);
    ok &= mst_json_put_bool(object, "trusted", facts->trusted);
    ok &= mst_json_put_filled(object, "error", facts->error);
    ok &= mst_json_put_bool(object, "host_matches", facts->host_matches);
    ok &= mst_json_put(object, "sha256", hashes);
    return mst_json_checked(object, ok);
}

static json_t *ca_feature(const struct mst_ca_feature *feature)
{
    json_t *object = json_object();
    bool ok = mst_json_put_text(object, "subject", feature->subject);
    ok &= mst_json_put_filled(object, "sha256", feature->sha256);
    json_t *features = json_array();
    ok &= features != NULL;
    for (size_t i = 0; i < feature->tls_feature.count; i++)
        ok &= json_array_append_new(features, json_integer(feature->tls_feature.features[i])) == 0;
    ok &= mst_json_put(object, "features", features);
    ok &= mst_json_put_bool(object, "must_staple", feature->tls_feature.must_staple);
    ok &= mst_json_put_bool(object, "critical", feature->tls_feature.critical);
    ok &= mst_json_put_word(object, "fault", mst_feature_fault_word(feature->tls_feature.fault));
    ok &= mst_json_put_bool(object, "child_has_all", feature->child_has_all);
    ok &= mst_json_put_bool(object, "child_identical", feature->child_identical);
    return mst_json_checked(object, ok);
}

static json_t *ca_features(const struct mst_chain_facts *facts)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < facts->ca_feature_count; i++)
        ok &= json_array_append_new(array, ca_feature(&facts->ca_features[i])) == 0;
    return mst_json_checked(array, ok);
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

static json_t *base64(const uint8_t *bytes, size_t length)
{
    MST_AUTO_FREE char *text = mst_base64_encode(bytes, length);
    return text ? json_string_nocheck(text) : NULL;
}

static json_t *raw_certificate(const struct mst_certificate *certificate)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *der = mst_certificate_to_der(certificate, &length);
    return der ? base64(der, length) : NULL;
}

static json_t *raw_bytes(const struct mst_handshake *handshake)
{
    json_t *object = json_object();
    json_t *certificates = json_array();
    bool ok = certificates != NULL;
    for (size_t i = 0; i < handshake->chain_length; i++)
        ok &= json_array_append_new(certificates, raw_certificate(handshake->chain[i])) == 0;
    ok &= mst_json_put(object, "chain", certificates);
    const struct mst_staple *staple = &handshake->staple;
    ok &= mst_json_put(object, "staple",
                       staple->data ? base64(staple->data, staple->size) : json_null());
    return mst_json_checked(object, ok);
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
    bool ok = mst_json_put(object, "chain", chain(&connection->chain));
    ok &= mst_json_put(object, "certificate",
                       mst_record_certificate(&connection->certificate, connection->now_s));
    ok &= mst_json_put(object, "ca_features", ca_features(&connection->chain));
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
        ok &= mst_json_put(object, "raw", raw_bytes(&seen->handshake));
    return mst_json_checked(object, ok);
}
