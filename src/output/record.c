#include "output/record.h"

#include <jansson.h>

#include "base/clock.h"
#include "output/json.h"
#include "output/record_parts.h"

enum { RECORD_VERSION = 1 };

json_t *mst_record_reasons(mst_word_set reasons)
{
    return mst_json_words(reasons, mst_reason_word(0), MST_REASON_COUNT);
}

json_t *mst_record_warnings(mst_word_set warnings)
{
    return mst_json_words(warnings, mst_warning_word(0), MST_WARNING_COUNT);
}

static json_t *client(const struct mst_client_outcome *outcome)
{
    json_t *object = json_object();
    bool ok = mst_json_put_bool(object, "accepts", outcome->accepts);
    ok &= mst_json_put_bool(object, "depends_on_fetch", outcome->depends_on_fetch);
    ok &= mst_json_put_text(object, "error", outcome->error);
    return mst_json_checked(object, ok);
}

json_t *mst_record_clients(const struct mst_clients *clients)
{
    json_t *object = json_object();
    bool ok = mst_json_put(object, "rfc", client(&clients->rfc));
    ok &= mst_json_put(object, "firefox", client(&clients->firefox));
    ok &= mst_json_put(object, "gnutls", client(&clients->gnutls));
    return mst_json_checked(object, ok);
}

static json_t *dns_answer(const struct mst_dns_answer *answer)
{
    json_t *object = json_object();
    json_t *addresses = json_array();
    bool ok = addresses != NULL;
    for (size_t i = 0; i < answer->count; i++) {
        char text[MST_ADDRESS_TEXT_SIZE];
        mst_address_format(&answer->addresses[i], text);
        ok &= json_array_append_new(addresses, json_string_nocheck(text)) == 0;
    }
    ok &= mst_json_put_word(object, "status", mst_dns_status_word(answer->status));
    ok &= mst_json_put(object, "addresses", addresses);
    return mst_json_checked(object, ok);
}

static json_t *dns(const struct mst_dns_result *result)
{
    if (result->a.status == MST_DNS_STATUS_NOT_ASKED &&
        result->aaaa.status == MST_DNS_STATUS_NOT_ASKED)
        return json_null();
    json_t *object = json_object();
    bool ok = mst_json_put_number(object, "elapsed_ms", result->elapsed_ms);
    ok &= mst_json_put(object, "a", dns_answer(&result->a));
    ok &= mst_json_put(object, "aaaa", dns_answer(&result->aaaa));
    return mst_json_checked(object, ok);
}

static bool put_target(json_t *object, const struct mst_target *target)
{
    bool ok = mst_json_put_count(object, "line", target->line);
    ok &= mst_json_put_text(object, "input", target->input);
    ok &= mst_json_put(object, "rank",
                       target->rank ? json_integer((json_int_t)target->rank) : json_null());
    ok &= mst_json_put_filled(object, "host", target->host);
    ok &= mst_json_put(object, "port", target->port ? json_integer(target->port) : json_null());
    ok &= mst_json_put_filled(object, "sni", target->sni);
    return ok;
}

/* What the connection that speaks for the target says; none does when nothing was examined. */
static bool put_roll_up(json_t *object, const struct mst_connection_finding *connection)
{
    static const struct mst_connection_finding none = {
        .certificate.not_after_s = MST_TIME_NONE,
    };
    const bool examined = connection != NULL;
    const bool answered = examined && mst_record_staple_is_answer(&connection->staple);
    const struct mst_connection_finding *from = examined ? connection : &none;
    const struct mst_judgement *judgement = &from->judgement;
    bool ok = mst_json_put_word(object, "verdict", mst_verdict_word(judgement->verdict));
    ok &= mst_json_put(object, "reasons", mst_record_reasons(judgement->reasons));
    ok &= mst_json_put(object, "warnings", mst_record_warnings(judgement->warnings));
    ok &= mst_json_put(object, "must_staple",
                       examined ? json_boolean(from->certificate.tls_feature.must_staple)
                                : json_null());
    ok &= mst_json_put_word(object, "staple", mst_staple_state_word(from->staple_judgement.state));
    ok &= mst_json_put_number(object, "staple_remaining_s",
                              answered ? from->staple_judgement.remaining_s : MST_TIME_NONE);
    ok &= mst_json_put_number(object, "certificate_remaining_s",
                              mst_time_subtract(from->certificate.not_after_s, from->now_s));
    ok &= mst_json_put(object, "clients",
                       examined ? mst_record_clients(&judgement->clients) : json_null());
    return ok;
}

static json_t *connections(const struct mst_finding *finding, bool raw)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < finding->connection_count; i++)
        ok &=
            json_array_append_new(array, mst_record_connection(&finding->connections[i], raw)) == 0;
    return mst_json_checked(array, ok);
}

static json_t *record(const struct mst_finding *finding, bool raw)
{
    const struct mst_evidence *evidence = finding->evidence;
    char started[MST_RFC3339_SIZE];
    mst_time_format_ms(evidence->started_ms, started);
    json_t *object = json_object();
    bool ok = mst_json_put_count(object, "v", RECORD_VERSION);
    ok &= mst_json_put_text(object, "type", "target");
    ok &= put_target(object, evidence->target);
    ok &= mst_json_put_text(object, "started", started);
    ok &= mst_json_put_number(object, "elapsed_ms", evidence->elapsed_ms);
    ok &= mst_json_put_word(object, "outcome", mst_outcome_word(finding->outcome));
    ok &= mst_json_put(object, "failure", mst_record_failure(&finding->failure));
    ok &= put_roll_up(object, finding->rolled_up);
    ok &= mst_json_put(object, "dns", dns(&evidence->dns));
    ok &= mst_json_put(object, "connections", connections(finding, raw));
    return mst_json_checked(object, ok);
}

char *mst_record_line(const struct mst_finding *finding, bool raw, size_t *ret_length)
{
    return mst_json_line(record(finding, raw), ret_length);
}

const char *mst_record_library_version(void)
{
    return jansson_version_str();
}
