#include "pki/single.h"

#include <stdio.h>

#include "base/attributes.h"
#include "pki/cert_id.h"
#include "pki/single_statement.h"

static const int nearness[MST_MISMATCH_COUNT] = {
    [MST_MISMATCH_UNKNOWN_HASH] = 1,
    [MST_MISMATCH_WRONG_ISSUER_NAME_HASH] = 2,
    [MST_MISMATCH_WRONG_ISSUER_KEY_HASH] = 3,
    [MST_MISMATCH_WRONG_SERIAL] = 4,
    [MST_MISMATCH_NONE] = 5,
};

static const int weight[MST_CERTIFICATE_STATUS_COUNT] = {
    [MST_CERTIFICATE_STATUS_UNKNOWN] = 1,
    [MST_CERTIFICATE_STATUS_GOOD] = 2,
    [MST_CERTIFICATE_STATUS_REVOKED] = 3,
};

/* RFC 6962 3.3 puts signed certificate timestamps here; nothing else is understood. */
static bool has_critical_extension(OCSP_SINGLERESP *single)
{
    int at = -1;
    while ((at = OCSP_SINGLERESP_get_ext_by_critical(single, 1, at)) >= 0)
        if (OBJ_obj2nid(X509_EXTENSION_get_object(OCSP_SINGLERESP_get_ext(single, at))) !=
            NID_ct_cert_scts)
            return true;
    return false;
}

/* The time up to which it says anything at all. */
static int64_t end_of(const struct mst_single_statement *statement)
{
    return statement->next_update_s != MST_TIME_NONE ? statement->next_update_s
                                                     : statement->this_update_s;
}

/* What is read of a response. */
struct reading {
    struct mst_cert_id_wanted wanted;
    struct mst_single_statement counting; /* the matching one that counts, when there is any */
    int nearest;
    const char *unreadable;
};

/* About one certificate the latest word counts; of several certificates, the one worst off. */
static bool outweighs(const struct mst_single_statement *statement, const struct reading *reading)
{
    const struct mst_single_statement *counting = &reading->counting;
    if (statement->status != counting->status)
        return weight[statement->status] > weight[counting->status];
    if (reading->wanted.subject)
        return statement->this_update_s > counting->this_update_s;
    return end_of(statement) < end_of(counting);
}

static void keep_earlier(int64_t time_s, int64_t *kept_s)
{
    if (time_s != MST_TIME_NONE && (*kept_s == MST_TIME_NONE || time_s < *kept_s))
        *kept_s = time_s;
}

static void note_times(const struct mst_single_statement *statement,
                       struct mst_matching_times *times)
{
    const int64_t this_update_s = statement->this_update_s;
    const int64_t next_update_s = statement->next_update_s;
    if (times->latest_this_update_s == MST_TIME_NONE || this_update_s > times->latest_this_update_s)
        times->latest_this_update_s = this_update_s;
    if (next_update_s == MST_TIME_NONE) {
        keep_earlier(this_update_s, &times->earliest_this_update_only_s);
        return;
    }
    keep_earlier(this_update_s, &times->earliest_this_update_s);
    keep_earlier(next_update_s, &times->earliest_next_update_s);
    if (next_update_s < this_update_s)
        times->ends_before_it_begins = true;
}

static void note_match(OCSP_SINGLERESP *single, const char *hash, struct reading *reading,
                       struct mst_staple_facts *facts)
{
    const struct mst_single_statement statement = mst_single_statement_read(single);
    if (has_critical_extension(single))
        facts->critical_extension = true;
    if (statement.unreadable)
        reading->unreadable = "a time of the SingleResponse cannot be read";
    if (facts->matching > 0 && reading->wanted.subject &&
        statement.status != reading->counting.status)
        facts->conflicting = true;
    facts->matching++;
    note_times(&statement, &facts->matching_times);
    if (facts->matching > 1 && !outweighs(&statement, reading))
        return;
    reading->counting = statement;
    facts->certificate_status = statement.status;
    facts->revocation_reason = statement.reason;
    facts->revoked_at_s = statement.revoked_at_s;
    facts->this_update_s = statement.this_update_s;
    facts->next_update_s = statement.next_update_s;
    (void)snprintf(facts->certid_hash, sizeof facts->certid_hash, "%s", hash);
}

static void note_first(OCSP_SINGLERESP *single, struct mst_answer *answer)
{
    if (answer->status != MST_CERTIFICATE_STATUS_NONE)
        return;
    const struct mst_single_statement statement = mst_single_statement_read(single);
    *answer =
        (struct mst_answer){statement.status, statement.this_update_s, statement.next_update_s};
}

static void read_one(OCSP_SINGLERESP *single, struct reading *reading,
                     struct mst_staple_facts *facts)
{
    const struct mst_cert_id_comparison comparison =
        mst_cert_id_compare(&reading->wanted, OCSP_SINGLERESP_get0_id(single));
    if (comparison.wrong_length)
        reading->unreadable = "a hash of the CertID is not as long as its algorithm makes it";
    if (comparison.by_name_and_serial)
        note_first(single, &facts->first_by_name_and_serial);
    if (!reading->wanted.issuer)
        return;
    if (nearness[comparison.mismatch] > reading->nearest) {
        reading->nearest = nearness[comparison.mismatch];
        facts->mismatch = comparison.mismatch;
        (void)snprintf(facts->certid_hash, sizeof facts->certid_hash, "%s", comparison.hash);
    }
    if (comparison.mismatch == MST_MISMATCH_NONE)
        note_match(single, comparison.hash, reading, facts);
}

const char *mst_single_read(OCSP_BASICRESP *basic, const X509 *subject, const X509 *issuer,
                            struct mst_staple_facts *facts)
{
    const int count = OCSP_resp_count(basic);
    struct reading reading = {.wanted = {.subject = subject, .issuer = issuer}};
    facts->singles = count > 0 ? (size_t)count : 0;
    for (int i = 0; i < count && (subject || issuer); i++)
        read_one(OCSP_resp_get0(basic, i), &reading, facts);
    return reading.unreadable;
}
