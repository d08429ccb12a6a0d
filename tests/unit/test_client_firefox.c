#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_clients.h"

#define CRITICAL "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION"
#define FUTURE "SEC_ERROR_OCSP_FUTURE_RESPONSE"
#define DISABLED "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"

/* The connections of Firefox' own test of Must-Staple (test_ocsp_must_staple.js of its
 * security/manager), with its preferences as they are by default. Where it makes a request of the
 * responder there, the answer is an error, and the staple's own error is reported. */
static const struct connection_row {
    const char *name;
    struct scene scene;
    const char *firefox;
} connection_rows[] = {
    {"good", {.leaf = {MUST}}, NULL},
    {"revoked", {.leaf = {MUST}, .staple = REVOKED_STAPLE}, "SEC_ERROR_REVOKED_CERTIFICATE"},
    /* a request is made here too, but no answer to it makes up for the staple */
    {"missing", {.leaf = {MUST}, .staple = NO_STAPLE}, MISSING},
    {"empty", {.leaf = {MUST}, .staple = {.delivery = MST_DELIVERY_EMPTY}}, MALFORMED},
    {"expired", {.leaf = {MUST}, .staple = EXPIRED_STAPLE}, "?" OLD},
    {"try later",
     {.leaf = {MUST}, .staple = {.responder = MST_RESPONDER_STATUS_TRY_LATER}},
     "?SEC_ERROR_OCSP_TRY_SERVER_LATER"},
    {"invalid signer",
     {.leaf = {MUST}, .staple = {.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED}},
     "?" SIGNER},
    {"plain child of a must-staple intermediate", {.chain = {.ca = CA_VIOLATED}}, MISSING},
    {"must-staple child of a must-staple intermediate",
     {.chain = {.ca = CA_SAME}, .leaf = {MUST}},
     NULL},
    /* its test turns stapling off for these two, so that no feature need be 5 */
    {"several features, the same in both",
     {.chain = {.ca = CA_SAME}, .leaf = {.feature = FEATURE_5_AND_17}},
     MISSING},
    {"several features, not the same",
     {.chain = {.ca = CA_SUPERSET}, .leaf = {.feature = FEATURE_5_AND_17}},
     MISSING},
    {"missing, and not asked for", {.staple = NO_STAPLE}, NULL},
};

static void test_connections(void **context)
{
    (void)context;
    assert_int_equal(MST_COUNT_OF(connection_rows), 12);
    for (size_t i = 0; i < MST_COUNT_OF(connection_rows); i++) {
        const struct connection_row *row = &connection_rows[i];
        const struct mst_clients clients = ask(&row->scene);
        check(row->name, "firefox", &clients.firefox, row->firefox);
    }
}

/* Which refused staples are forgotten in favour of a fetch, and when there is somewhere to fetch
 * from. */
static const struct fetch_row {
    const char *name;
    struct scene scene;
    const char *firefox;
} fetch_rows[] = {
    {"http", {.leaf = {.url = URL_HTTP}, .staple = EXPIRED_STAPLE}, "?" OLD},
    {"http first", {.leaf = {.url = URL_HTTP_THEN_HTTPS}, .staple = EXPIRED_STAPLE}, "?" OLD},
    {"http second", {.leaf = {.url = URL_HTTPS_THEN_HTTP}, .staple = EXPIRED_STAPLE}, OLD},
    {"https", {.leaf = {.url = URL_HTTPS}, .staple = EXPIRED_STAPLE}, OLD},
    {"no URL", {.leaf = {.url = URL_NONE}, .staple = EXPIRED_STAPLE}, OLD},
    {"ten days is not short",
     {.leaf = {.not_before = -5 * DAY, .not_after = 5 * DAY}, .staple = EXPIRED_STAPLE},
     "?" OLD},
    {"a second less is",
     {.leaf = {.not_before = -5 * DAY, .not_after = 5 * DAY - 1}, .staple = EXPIRED_STAPLE},
     NULL},
    {"short, and no URL",
     {.leaf = {.not_before = -DAY, .not_after = DAY, .url = URL_NONE}, .staple = EXPIRED_STAPLE},
     NULL},
    {"short, and no date",
     {.leaf = {.not_before = ABSENT_TIME, .not_after = DAY}, .staple = EXPIRED_STAPLE},
     "?" OLD},
    {"short and revoked",
     {.leaf = {.not_before = -DAY, .not_after = DAY}, .staple = REVOKED_STAPLE},
     "SEC_ERROR_REVOKED_CERTIFICATE"},
};

static void test_fetches(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(fetch_rows); i++) {
        const struct fetch_row *row = &fetch_rows[i];
        const struct mst_clients clients = ask(&row->scene);
        check(row->name, "firefox", &clients.firefox, row->firefox);
    }
}

/* What Firefox reads in a response and others do not care about. */
static const struct response_row {
    const char *name, *signature;
    size_t certificates;
    enum mst_signer_fault fault;
    const char *firefox;
    enum mst_signer_kind kind; /* NONE: ISSUER */
    const char *signer_key;
    bool signer_is_ca;
} response_rows[] = {
    {"ECDSA", "ecdsa-with-SHA256", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"SHA-1", "sha1WithRSAEncryption", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"Ed25519", "ED25519", 0, MST_SIGNER_FAULT_NONE, DISABLED},
    {"Ed25519 by a delegate", "ED25519", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, "Ed25519"},
    {"by a delegate", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_NONE, NULL,
     MST_SIGNER_KIND_DELEGATE},
    {"by a delegate that is a CA", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, NULL, true},
    {"P-384 of a delegate", "ecdsa-with-SHA384", 1, MST_SIGNER_FAULT_NONE, NULL,
     MST_SIGNER_KIND_DELEGATE, "EC P-384"},
    {"another curve of a delegate", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, "EC secp256k1"},
    {"another curve, forged", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_BAD_SIGNATURE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, "EC secp256k1"},
    {"RSA 1024 of a delegate", "sha256WithRSAEncryption", 1, MST_SIGNER_FAULT_NONE, NULL,
     MST_SIGNER_KIND_DELEGATE, "RSA 1024"},
    {"RSA 1023 of a delegate", "sha256WithRSAEncryption", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, "RSA 1023"},
    {"RSA-PSS key of a delegate", "rsassaPss", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, "RSA-PSS 2048"},
    {"another curve of the issuer", "ecdsa-with-SHA256", 0, MST_SIGNER_FAULT_NONE, NULL,
     MST_SIGNER_KIND_ISSUER, "EC secp256k1"},
    {"MD5", "md5WithRSAEncryption", 0, MST_SIGNER_FAULT_BAD_SIGNATURE, DISABLED},
    {"SHA-224 by a delegate", "sha224WithRSAEncryption", 1, MST_SIGNER_FAULT_NONE, DISABLED,
     MST_SIGNER_KIND_DELEGATE},
    {"SHA-224", "sha224WithRSAEncryption", 0, MST_SIGNER_FAULT_NONE, DISABLED},
    {"unheard of", "1.2.3", 0, MST_SIGNER_FAULT_BAD_SIGNATURE, DISABLED},
    {"unheard of, by nobody", "1.2.3", 0, MST_SIGNER_FAULT_UNKNOWN, "?" SIGNER},
    {"forged", "ecdsa-with-SHA256", 0, MST_SIGNER_FAULT_BAD_SIGNATURE,
     "SEC_ERROR_OCSP_BAD_SIGNATURE"},
    {"eight certificates", "ecdsa-with-SHA256", 8, MST_SIGNER_FAULT_NONE, NULL},
    {"nine", "ecdsa-with-SHA256", 9, MST_SIGNER_FAULT_NONE, MALFORMED},
    {"nine, by nobody", "ecdsa-with-SHA256", 9, MST_SIGNER_FAULT_UNKNOWN, MALFORMED},
};

static void test_responses(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(response_rows); i++) {
        const struct response_row *row = &response_rows[i];
        const struct scene scene = {.staple = {.signer_fault = row->fault,
                                               .signer_kind = row->kind,
                                               .signer_key = row->signer_key}};
        struct stage stage;
        struct mst_clients clients;
        set_stage(&scene, &stage);
        stage.staple.certificates = row->certificates;
        stage.staple.signer_is_ca = row->signer_is_ca;
        (void)snprintf(stage.staple.signature, sizeof stage.staple.signature, "%s", row->signature);
        mst_judge_clients(&stage.given, &clients);
        check(row->name, "firefox", &clients.firefox, row->firefox);
    }
}

/* mozilla::pkix takes one thing after the other, and the first that is wrong is what it says: the
 * certificates in the response, their right to sign, the signature, what was signed, its times and
 * extensions, whom it is about, and what it says. Of several SingleResponses about the certificate
 * the worst of each counts. */
static const struct order_row {
    const char *name;
    struct staple_flaws flaws;
    const char *firefox;
} order_rows[] = {
    {"SHA-1 below the delegate",
     {.signer_kind = MST_SIGNER_KIND_DELEGATE, .signer_sha1 = true},
     "?" SIGNER},
    {"an odd certificate, and no signer",
     {.odd_certificate = true, .signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED},
     CRITICAL},
    {"an odd certificate before a good delegate",
     {.odd_certificate = true, .signer_kind = MST_SIGNER_KIND_DELEGATE},
     CRITICAL},
    {"unreadable, and no signer",
     {.malformed = true, .signer_fault = MST_SIGNER_FAULT_UNKNOWN},
     "?" SIGNER},
    {"unreadable, and forged",
     {.malformed = true, .signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE},
     "SEC_ERROR_OCSP_BAD_SIGNATURE"},
    {"forged, and about another",
     {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE, .mismatch = MST_MISMATCH_WRONG_SERIAL},
     "SEC_ERROR_OCSP_BAD_SIGNATURE"},
    {"of the future, and critical", {.this_update = 2 * DAY, .critical = true}, FUTURE},
    {"critical, and revoked", {STATUS(REVOKED), .critical = true}, CRITICAL},
    {"critical, and about another",
     {.mismatch = MST_MISMATCH_WRONG_SERIAL, .critical = true},
     CRITICAL},
    {"two, both fresh", {.several = true}, NULL},
    {"one of two past its nextUpdate and a day",
     {.several = true, .earliest_next_update = -DAY},
     NULL},
    {"and a second", {.several = true, .earliest_next_update = -DAY - 1}, "?" OLD},
    {"one of two 11 days old",
     {.several = true, .earliest_this_update = -11 * DAY, .earliest_next_update = 60 * DAY},
     NULL},
    {"a second older",
     {.several = true, .earliest_this_update = -11 * DAY - 1, .earliest_next_update = 60 * DAY},
     "?" OLD},
    {"one of two without nextUpdate, 2 days old",
     {.several = true, .earliest_this_update_only = -2 * DAY},
     NULL},
    {"a second older than that",
     {.several = true, .earliest_this_update_only = -2 * DAY - 1},
     "?" OLD},
    {"both without nextUpdate",
     {.several = true,
      .earliest_this_update = ABSENT_TIME,
      .earliest_next_update = ABSENT_TIME,
      .earliest_this_update_only = -HOUR},
     NULL},
    {"revoked, and the other one old",
     {STATUS(REVOKED), .several = true, .earliest_next_update = -2 * DAY},
     "?SEC_ERROR_REVOKED_CERTIFICATE"},
    {"one of two a day ahead", {.several = true, .latest_this_update = DAY}, NULL},
    {"a second further", {.several = true, .latest_this_update = DAY + 1}, FUTURE},
    {"one of two ends before it begins",
     {.several = true, .ends_before_it_begins = true},
     MALFORMED},
};

static void test_order(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(order_rows); i++) {
        const struct scene scene = {.leaf = {MUST}, .staple = order_rows[i].flaws};
        const struct mst_clients clients = ask(&scene);
        check(order_rows[i].name, "firefox", &clients.firefox, order_rows[i].firefox);
    }
}

/* Dates: an issuer's counts before the leaf's, for no path is found then, and where the leaf has
 * expired its staple is not looked at. */
static const struct date_row {
    const char *name;
    struct scene scene;
    const char *firefox;
} date_rows[] = {
    {"the leaf",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED}, .leaf = {.not_after = -1}},
     "SEC_ERROR_EXPIRED_CERTIFICATE"},
    {"the leaf, and its staple is forged",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED},
      .leaf = {.not_after = -1},
      .staple = {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE}},
     "SEC_ERROR_EXPIRED_CERTIFICATE"},
    {"in its last second", {.leaf = {.not_after = EXACTLY_NOW}}, NULL},
    {"the issuer",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED}},
     "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"},
    {"the issuer, in the last second of the leaf",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED}, .leaf = {.not_after = EXACTLY_NOW}},
     "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"},
    {"both",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED, .issuer_fault = MST_CHAIN_FAULT_EXPIRED},
      .leaf = {.not_after = -1}},
     "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"},
    {"an issuer of the future above an expired leaf",
     {.chain = {.fault = MST_CHAIN_FAULT_EXPIRED, .issuer_fault = MST_CHAIN_FAULT_NOT_YET_VALID},
      .leaf = {.not_after = -1}},
     "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE"},
    {"nobody asks for trust",
     {.chain = {.issuer_fault = MST_CHAIN_FAULT_EXPIRED}, .leaf = {MUST}},
     NULL},
};

static void test_dates(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(date_rows); i++) {
        const struct mst_clients clients = ask(&date_rows[i].scene);
        check(date_rows[i].name, "firefox", &clients.firefox, date_rows[i].firefox);
    }
}

/* Firefox has a word of its own for a leaf that signed itself, as long as nobody trusts it. */
static const struct name_row {
    const char *name;
    enum mst_chain_fault fault;
    char subject[8], issuer[8];
    const char *firefox;
} name_rows[] = {
    {"by another", MST_CHAIN_FAULT_UNTRUSTED, "CN=a", "CN=b", "SEC_ERROR_UNKNOWN_ISSUER"},
    {"by itself", MST_CHAIN_FAULT_UNTRUSTED, "CN=a", "CN=a", "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"},
    {"trusted", MST_CHAIN_FAULT_NONE, "CN=a", "CN=a", NULL},
};

static void test_names(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(name_rows); i++) {
        struct name_row row = name_rows[i];
        const struct scene scene = {.chain = {.fault = row.fault}};
        struct stage stage;
        struct mst_clients clients;
        set_stage(&scene, &stage);
        stage.leaf.subject = row.subject;
        stage.leaf.issuer = row.issuer;
        mst_judge_clients(&stage.given, &clients);
        check(row.name, "firefox", &clients.firefox, row.firefox);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connections), cmocka_unit_test(test_fetches),
        cmocka_unit_test(test_responses),   cmocka_unit_test(test_order),
        cmocka_unit_test(test_dates),       cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
