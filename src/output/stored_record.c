#include "output/stored_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "output/stored_fields.h"
#include "output/stored_parts.h"

enum {
    VALUES_MAX = 256 * 1024, /* in one line; the largest that a scan can be made to write has a
                                third */
    INPUT_SIZE = MST_LINE_LENGTH_MAX + sizeof "...",
    SUPPORTED_VERSION = 1,
};

/* ---- the line as JSON ---- */

/* Whether the parser would have to make more values than it is worth: each costs far more memory
 * than the two bytes that it can be written with. */
static bool has_too_many_values(const char *line, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += line[i] == ',' || line[i] == '[' || line[i] == '{';
    return count > VALUES_MAX;
}

static const char *why_not_json(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_premature_end_of_input:
        return "it is cut off";
    case json_error_duplicate_key:
        return "it names a field twice";
    default:
        return "it is not JSON";
    }
}

/* NULL, and why, when it is no object. */
static json_t *parse(const char *line, size_t length, const char **ret_why)
{
    json_error_t error;
    *ret_why = "it holds more than a record";
    if (length > MST_STORED_LINE_MAX || has_too_many_values(line, length))
        return NULL;
    *ret_why = "it holds a NUL byte"; /* which the parser takes for the end */
    if (memchr(line, '\0', length))
        return NULL;
    json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    *ret_why = root ? "it is no JSON object" : why_not_json(&error);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

static void cleanup_json(json_t **value)
{
    json_decref(*value);
}

/* ---- its parts ---- */

/* Whether it is a record of the kind that a scan writes, of a version that can be read. */
static bool check_kind(const struct mst_stored_fields *fields)
{
    char type[MST_STORED_REASON_SIZE];
    int64_t version = 0;
    if (!mst_stored_text(fields, "type", type, sizeof type))
        return false;
    if (strcmp(type, "target") != 0)
        return mst_stored_refuse(fields, "type", "is not 'target': it is no record of a scan");
    return mst_stored_number(fields, "v", INT64_MIN, INT64_MAX, &version) &&
           (version == SUPPORTED_VERSION ||
            mst_stored_refuse(fields, "v", "is not 1: another version wrote it"));
}

static bool read_input(const struct mst_stored_fields *fields, struct mst_target *target)
{
    char input[INPUT_SIZE];
    if (!mst_stored_text(fields, "input", input, sizeof input))
        return false;
    target->input = mst_strdup(input);
    return true;
}

static bool read_target(const struct mst_stored_fields *fields, struct mst_target *target)
{
    int64_t line = 0;
    int64_t rank = 0;
    int64_t port = 0;
    if (!mst_stored_number(fields, "line", 1, MST_STORED_NUMBER_MAX, &line) ||
        !read_input(fields, target) ||
        !mst_stored_number_or_null(fields, "rank", 1, MST_STORED_NUMBER_MAX, 0, &rank) ||
        !mst_stored_text(fields, "host", target->host, sizeof target->host) ||
        !mst_stored_number_or_null(fields, "port", 1, UINT16_MAX, 0, &port) ||
        !mst_stored_text(fields, "sni", target->sni, sizeof target->sni))
        return false;
    target->line = (uint64_t)line;
    target->rank = (uint64_t)rank;
    target->port = (uint16_t)port;
    return true;
}

/* Written with milliseconds, and in one way only. */
static bool read_started(const struct mst_stored_fields *fields, int64_t *ret_started_ms)
{
    enum { FRACTION_AT = 20, MS_PER_S = 1000 };
    char text[MST_RFC3339_SIZE];
    char again[MST_RFC3339_SIZE];
    int64_t time_s = 0;
    if (!mst_stored_text(fields, "started", text, sizeof text))
        return false;
    if (!strchr(text, '.') || !mst_time_parse(text, &time_s))
        return mst_stored_refuse(fields, "started", "is no time with milliseconds");
    const int64_t started_ms = time_s * MS_PER_S + strtol(text + FRACTION_AT, NULL, 10);
    mst_time_format_ms(started_ms, again);
    if (strcmp(text, again) != 0)
        return mst_stored_refuse(fields, "started", "is no time with milliseconds");
    *ret_started_ms = started_ms;
    return true;
}

static bool read_dns(const struct mst_stored_fields *fields, struct mst_dns_result *ret_dns)
{
    struct mst_stored_fields dns;
    if (!mst_stored_object(fields, "dns", "dns.", &dns))
        return false;
    return !dns.object ||
           (mst_stored_number(&dns, "elapsed_ms", 0, MST_STORED_NUMBER_MAX, &ret_dns->elapsed_ms) &&
            mst_stored_dns_answer(&dns, "a", MST_FAMILY_IPV4, &ret_dns->a) &&
            mst_stored_dns_answer(&dns, "aaaa", MST_FAMILY_IPV6, &ret_dns->aaaa));
}

static bool read_connections(const struct mst_stored_fields *fields,
                             struct mst_stored_record *record)
{
    struct mst_evidence *evidence = &record->evidence;
    const json_t *array = NULL;
    if (!mst_stored_array(fields, "connections", MST_CONNECTIONS_MAX, &array))
        return false;
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct mst_connection *connection = &evidence->connections[evidence->connection_count++];
        struct mst_stored_fields inner;
        connection->endpoint.port = evidence->target->port;
        if (!mst_stored_element(fields, "connections", array, i, "connections.", &inner) ||
            !mst_stored_connection(&inner, &record->alerts, connection))
            return false;
    }
    return true;
}

/* ---- what they mean together ---- */

static bool was_examined(const struct mst_evidence *evidence)
{
    for (size_t i = 0; i < evidence->connection_count; i++)
        if (mst_connection_is_examinable(&evidence->connections[i]))
            return true;
    return false;
}

/* The failure on record is that of a connection that was examined, or else what was concluded from
 * all of them: told beside them, the same is concluded again. */
static bool read_failure(const struct mst_stored_fields *fields, struct mst_stored_record *record)
{
    struct mst_evidence *evidence = &record->evidence;
    struct mst_failure failure;
    size_t outcome = 0;
    if (!mst_stored_word(fields, "outcome", "outcome", &outcome) ||
        !mst_stored_failure(fields, "failure", &record->alerts, &failure))
        return false;
    const bool examined = was_examined(evidence);
    if (examined != (outcome == MST_OUTCOME_EXAMINED))
        return mst_stored_refuse(fields, "outcome", "does not fit the connections");
    if (examined)
        return true;
    if (failure.stage == MST_STAGE_NONE)
        return mst_stored_refuse(fields, "failure", "is null, and nothing was examined");
    if (failure.stage == MST_STAGE_INPUT)
        evidence->target->invalid = failure;
    else
        evidence->failure = failure;
    return true;
}

/* Where it was connected to: the host is an address itself, or, when no name was resolved, the line
 * named one. */
static bool find_address(const struct mst_stored_fields *fields, struct mst_evidence *evidence)
{
    struct mst_target *target = evidence->target;
    const bool is_valid = target->invalid.stage == MST_STAGE_NONE;
    if (is_valid != (target->host[0] != '\0') || is_valid != (target->port != 0))
        return mst_stored_refuse(fields, "host", "does not fit the failure");
    if (!is_valid)
        return true;
    if (target->sni[0] == '\0')
        return mst_address_parse(target->host, &target->address) ||
               mst_stored_refuse(fields, "host", "is no address, and there is no sni");
    if (evidence->dns.a.status == MST_DNS_STATUS_NOT_ASKED &&
        evidence->dns.aaaa.status == MST_DNS_STATUS_NOT_ASKED && evidence->connection_count > 0)
        target->address = evidence->connections[0].endpoint.address;
    return true;
}

static bool read_record(const struct mst_stored_fields *fields, struct mst_stored_record *record)
{
    struct mst_evidence *evidence = &record->evidence;
    return check_kind(fields) && read_target(fields, evidence->target) &&
           read_started(fields, &evidence->started_ms) &&
           mst_stored_number(fields, "elapsed_ms", 0, MST_STORED_NUMBER_MAX,
                             &evidence->elapsed_ms) &&
           read_dns(fields, &evidence->dns) && read_connections(fields, record) &&
           read_failure(fields, record) && find_address(fields, evidence);
}

bool mst_stored_record_read(const char *line, size_t length, struct mst_stored_record *ret_record,
                            char reason[MST_STORED_REASON_SIZE])
{
    const char *why = NULL;
    json_t *root MST_CLEANUP(cleanup_json) = parse(line, length, &why);
    if (!root) {
        (void)snprintf(reason, MST_STORED_REASON_SIZE, "%s", why);
        return false;
    }
    const struct mst_stored_fields fields = {.object = root, .place = "", .reason = reason};
    struct mst_stored_record record = {.evidence.target =
                                           mst_alloc(1, sizeof *record.evidence.target)};
    if (!read_record(&fields, &record)) {
        mst_stored_record_release(&record);
        return false;
    }
    *ret_record = record;
    return true;
}

void mst_stored_record_release(struct mst_stored_record *record)
{
    mst_evidence_release(&record->evidence);
    mst_texts_release(&record->alerts);
}
