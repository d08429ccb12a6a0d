#include "output/json.h"
#include "output/record_parts.h"

static bool put_answer(json_t *object, const char *key, bool asked, bool answer)
{
    return mst_json_put(object, key, asked ? json_boolean(answer) : json_null());
}

json_t *mst_record_chain(const struct mst_chain_facts *facts, bool trust_asked, bool host_asked)
{
    json_t *object = json_object();
    json_t *hashes = json_array();
    bool ok = hashes != NULL;
    for (size_t i = 0; i < facts->sha256_count; i++)
        ok &= json_array_append_new(hashes, json_string_nocheck(facts->sha256[i])) == 0;
    ok &= mst_json_put_count(object, "length", facts->length);
    ok &= put_answer(object, "trusted", trust_asked, facts->trusted);
    ok &= mst_json_put_filled(object, "error", trust_asked ? facts->error : NULL);
    ok &= put_answer(object, "host_matches", host_asked, facts->host_matches);
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

json_t *mst_record_ca_features(const struct mst_chain_facts *facts)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < facts->ca_feature_count; i++)
        ok &= json_array_append_new(array, ca_feature(&facts->ca_features[i])) == 0;
    return mst_json_checked(array, ok);
}
