#include "output/json.h"
#include "output/record_parts.h"

json_t *mst_record_tls_feature(const struct mst_tls_feature_facts *facts)
{
    json_t *object = json_object();
    json_t *features = json_array();
    bool ok = features != NULL;
    for (size_t i = 0; i < facts->count; i++)
        ok &= json_array_append_new(features, json_integer(facts->features[i])) == 0;
    ok &= mst_json_put_bool(object, "present", facts->present);
    ok &= mst_json_put_bool(object, "must_staple", facts->must_staple);
    ok &= mst_json_put(object, "features", features);
    ok &= mst_json_put_bool(object, "critical", facts->critical);
    ok &= mst_json_put_word(object, "fault", mst_feature_fault_word(facts->fault));
    return mst_json_checked(object, ok);
}

json_t *mst_record_certificate(const struct mst_certificate_facts *facts, int64_t now_s)
{
    json_t *object = json_object();
    bool ok = mst_json_put_text(object, "subject", facts->subject);
    ok &= mst_json_put_text(object, "issuer", facts->issuer);
    ok &= mst_json_put_text(object, "serial", facts->serial);
    ok &= mst_json_put_filled(object, "sha256", facts->sha256);
    ok &= mst_json_put_time(object, "not_before", facts->not_before_s);
    ok &= mst_json_put_time(object, "not_after", facts->not_after_s);
    ok &= mst_json_put_number(object, "remaining_s", mst_time_subtract(facts->not_after_s, now_s));
    ok &= mst_json_put_number(object, "lifetime_s",
                              mst_time_subtract(facts->not_after_s, facts->not_before_s));
    ok &= mst_json_put_filled(object, "key", facts->key);
    ok &= mst_json_put_filled(object, "signature", facts->signature);
    ok &= mst_json_put(object, "ocsp_urls", mst_json_texts(&facts->ocsp_urls));
    ok &= mst_json_put(object, "crl_urls", mst_json_texts(&facts->crl_urls));
    ok &= mst_json_put_bool(object, "short_lived", facts->short_lived);
    ok &= mst_json_put(object, "tls_feature", mst_record_tls_feature(&facts->tls_feature));
    return mst_json_checked(object, ok);
}
