#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_clients.h"

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
    bool signer_is_ca;
} response_rows[] = {
    {"ECDSA", "ecdsa-with-SHA256", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"SHA-1", "sha1WithRSAEncryption", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"Ed25519", "ED25519", 0, MST_SIGNER_FAULT_NONE, DISABLED},
    {"Ed25519 by a delegate", "ED25519", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE},
    {"by a delegate", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_NONE, NULL,
     MST_SIGNER_KIND_DELEGATE},
    {"by a delegate that is a CA", "ecdsa-with-SHA256", 1, MST_SIGNER_FAULT_NONE, "?" SIGNER,
     MST_SIGNER_KIND_DELEGATE, true},
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
        const struct scene scene = {
            .staple = {.signer_fault = row->fault, .signer_kind = row->kind}};
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
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_fetches),
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
