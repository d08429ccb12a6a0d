#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "judge/clients.h"
#include "unit/judge_cases.h"

/* What a row expects of one client: NULL is accepted, "?X" is X unless a fetch says otherwise. */
static void check(const char *row, const char *client, const struct mst_client_outcome *outcome,
                  const char *expected)
{
    const bool fetch = expected && expected[0] == '?';
    const char *error = fetch ? expected + 1 : expected;
    const bool same = (!error && !outcome->error) ||
                      (error && outcome->error && strcmp(error, outcome->error) == 0);
    if (!same || outcome->accepts != !error || outcome->depends_on_fetch != fetch)
        fail_msg("%s: %s says %s%s", row, client, outcome->depends_on_fetch ? "?" : "",
                 outcome->error ? outcome->error : "yes");
}

static struct mst_clients ask(const struct scene *scene)
{
    struct stage stage;
    struct mst_clients clients;
    set_stage(scene, &stage);
    mst_judge_clients(&stage.given, &clients);
    return clients;
}

#define MISSING "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"
#define BAD_DER "SEC_ERROR_BAD_DER"
#define TWICE "SEC_ERROR_EXTENSION_VALUE_INVALID"
#define GNUTLS_MISSING "GNUTLS_CERT_MISSING_OCSP_STATUS"
#define GNUTLS_LENGTH "GNUTLS_E_UNEXPECTED_PACKET_LENGTH"
#define GNUTLS_TOO_LARGE "GNUTLS_E_HANDSHAKE_TOO_LARGE"
#define GNUTLS_TWICE "GNUTLS_E_X509_DUPLICATE_EXTENSION"

/* The values of the extension, with a good staple and without one. */
static const struct feature_row {
    const char *name;
    enum feature_form form;
    struct {
        const char *rfc, *firefox, *gnutls;
    } present, absent;
} feature_rows[] = {
    {"no extension", FEATURE_ABSENT, {NULL, NULL, NULL}, {NULL, NULL, NULL}},
    {"5",
     FEATURE_MUST_STAPLE,
     {NULL, NULL, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"5 twice",
     FEATURE_TWICE_5,
     {NULL, NULL, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"6", FEATURE_6, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"17", FEATURE_17, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"5 and 17",
     FEATURE_5_AND_17,
     {NULL, MISSING, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"not one-byte 5", FEATURE_1285, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"trailing data",
     FEATURE_TRAILING,
     {"feature_trailing_data", BAD_DER, NULL},
     {"feature_trailing_data", MISSING, NULL}},
    {"empty value",
     FEATURE_EMPTY_VALUE,
     {"feature_bad_der", BAD_DER, NULL},
     {"feature_bad_der", BAD_DER, NULL}},
    {"empty SEQUENCE", FEATURE_EMPTY_LIST, {NULL, BAD_DER, NULL}, {NULL, BAD_DER, NULL}},
    {"extension twice",
     FEATURE_EXTENSION_TWICE,
     {"feature_duplicate_extension", TWICE, GNUTLS_TWICE},
     {"feature_duplicate_extension", TWICE, GNUTLS_TWICE}},
};

static void test_features(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(feature_rows); i++) {
        const struct feature_row *row = &feature_rows[i];
        const struct scene present = {.leaf = {.feature = row->form}};
        const struct scene absent = {.leaf = {.feature = row->form},
                                     .staple = {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED}};
        const struct mst_clients with = ask(&present);
        const struct mst_clients without = ask(&absent);
        check(row->name, "rfc with staple", &with.rfc, row->present.rfc);
        check(row->name, "firefox with staple", &with.firefox, row->present.firefox);
        check(row->name, "gnutls with staple", &with.gnutls, row->present.gnutls);
        check(row->name, "rfc without", &without.rfc, row->absent.rfc);
        check(row->name, "firefox without", &without.firefox, row->absent.firefox);
        check(row->name, "gnutls without", &without.gnutls, row->absent.gnutls);
    }
}

#define INVALID_STATUS "GNUTLS_CERT_INVALID_OCSP_STATUS"
#define SUPERSEDED "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"
#define OLD "SEC_ERROR_OCSP_OLD_RESPONSE"
#define MALFORMED "SEC_ERROR_OCSP_MALFORMED_RESPONSE"
#define SIGNER "SEC_ERROR_OCSP_INVALID_SIGNING_CERT"
#define DISABLED "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"
#define STATUS(id) .status = MST_CERTIFICATE_STATUS_##id

/* The staples, on a certificate with Must-Staple; `gnutls_plain` is GnuTLS without Must-Staple,
 * where the others say the same. */
static const struct staple_row {
    const char *name;
    struct staple_flaws flaws;
    const char *rfc, *firefox, *gnutls, *gnutls_plain;
} staple_rows[] = {
    {"good", {0}, NULL, NULL, NULL, NULL},
    /* GnuTLS ends the handshake over them */
    {"empty",
     {.delivery = MST_DELIVERY_EMPTY},
     "staple_empty",
     MALFORMED,
     GNUTLS_LENGTH,
     GNUTLS_LENGTH},
    {"larger than a handshake of GnuTLS",
     {.oversize = true, .size = 128 * 1024 + 1},
     "staple_oversize",
     MALFORMED,
     GNUTLS_TOO_LARGE,
     GNUTLS_TOO_LARGE},
    {"as large as it",
     {.oversize = true, .size = 128 * 1024},
     "staple_oversize",
     MALFORMED,
     INVALID_STATUS,
     INVALID_STATUS},
    {"oversize",
     {.oversize = true, .size = 70000},
     "staple_oversize",
     MALFORMED,
     INVALID_STATUS,
     INVALID_STATUS},
    {"as long as Firefox reads", {.size = 65535}, NULL, NULL, NULL, NULL},
    {"a byte longer", {.size = 65536}, NULL, MALFORMED, NULL, NULL},
    {"malformed",
     {.malformed = true},
     "staple_malformed",
     MALFORMED,
     INVALID_STATUS,
     INVALID_STATUS},
    {"malformedRequest",
     {.responder = MST_RESPONDER_STATUS_MALFORMED_REQUEST},
     "staple_malformed_request",
     "SEC_ERROR_OCSP_MALFORMED_REQUEST",
     GNUTLS_MISSING,
     NULL},
    {"internalError",
     {.responder = MST_RESPONDER_STATUS_INTERNAL_ERROR},
     "staple_internal_error",
     "SEC_ERROR_OCSP_SERVER_ERROR",
     GNUTLS_MISSING,
     NULL},
    {"tryLater",
     {.responder = MST_RESPONDER_STATUS_TRY_LATER},
     "staple_try_later",
     "?SEC_ERROR_OCSP_TRY_SERVER_LATER",
     GNUTLS_MISSING,
     NULL},
    {"status 4",
     {.responder = MST_RESPONDER_STATUS_RESERVED},
     "staple_reserved_status",
     "SEC_ERROR_OCSP_UNKNOWN_RESPONSE_STATUS",
     GNUTLS_MISSING,
     NULL},
    {"sigRequired",
     {.responder = MST_RESPONDER_STATUS_SIG_REQUIRED},
     "staple_sig_required",
     "SEC_ERROR_OCSP_REQUEST_NEEDS_SIG",
     GNUTLS_MISSING,
     NULL},
    {"unauthorized",
     {.responder = MST_RESPONDER_STATUS_UNAUTHORIZED},
     "staple_unauthorized",
     "SEC_ERROR_OCSP_UNAUTHORIZED_REQUEST",
     GNUTLS_MISSING,
     NULL},
    {"status 7",
     {.responder = MST_RESPONDER_STATUS_UNKNOWN},
     "staple_unknown_status",
     "SEC_ERROR_OCSP_UNKNOWN_RESPONSE_STATUS",
     GNUTLS_MISSING,
     NULL},
    {"signer unknown",
     {.signer_fault = MST_SIGNER_FAULT_UNKNOWN},
     "staple_signer_unknown",
     "?SEC_ERROR_OCSP_INVALID_SIGNING_CERT",
     INVALID_STATUS,
     INVALID_STATUS},
    {"signer unauthorized",
     {.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED},
     "staple_signer_unauthorized",
     "?SEC_ERROR_OCSP_INVALID_SIGNING_CERT",
     INVALID_STATUS,
     INVALID_STATUS},
    {"forged",
     {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE},
     "staple_bad_signature",
     "SEC_ERROR_OCSP_BAD_SIGNATURE",
     INVALID_STATUS,
     INVALID_STATUS},
    {"mismatch",
     {.mismatch = MST_MISMATCH_WRONG_SERIAL},
     "staple_mismatch_wrong_serial",
     "?MOZILLA_PKIX_ERROR_OCSP_RESPONSE_FOR_CERT_MISSING",
     INVALID_STATUS,
     INVALID_STATUS},
    {"revoked",
     {STATUS(REVOKED)},
     "staple_revoked",
     "SEC_ERROR_REVOKED_CERTIFICATE",
     "GNUTLS_CERT_REVOKED",
     "GNUTLS_CERT_REVOKED"},
    {"revoked and expired",
     {STATUS(REVOKED), .next_update = -2 * DAY, .this_update = -3 * DAY},
     "staple_revoked",
     "?SEC_ERROR_REVOKED_CERTIFICATE",
     "GNUTLS_CERT_REVOKED",
     "GNUTLS_CERT_REVOKED"},
    {"unknown", {STATUS(UNKNOWN)}, "staple_unknown", "SEC_ERROR_OCSP_UNKNOWN_CERT", NULL, NULL},
    {"unknown and expired",
     {STATUS(UNKNOWN), .next_update = -2 * DAY, .this_update = -3 * DAY},
     "staple_unknown",
     "?SEC_ERROR_OCSP_UNKNOWN_CERT",
     SUPERSEDED,
     SUPERSEDED},
    {"critical extension",
     {.critical = true},
     "staple_critical_extension",
     "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION",
     NULL,
     NULL},
    {"critical extension beside a mismatch",
     {.critical = true, .mismatch = MST_MISMATCH_WRONG_SERIAL},
     "staple_critical_extension",
     "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION",
     INVALID_STATUS,
     INVALID_STATUS},
    /* thisUpdate: a day of slop in Firefox, not looked at in GnuTLS */
    {"a second early", {.this_update = 1}, "staple_not_yet_valid", NULL, NULL, NULL},
    {"a day early", {.this_update = DAY}, "staple_not_yet_valid", NULL, NULL, NULL},
    {"a day and a second early",
     {.this_update = DAY + 1},
     "staple_not_yet_valid",
     "SEC_ERROR_OCSP_FUTURE_RESPONSE",
     NULL,
     NULL},
    /* nextUpdate: our end is exclusive, GnuTLS's inclusive, Firefox has a day of slop */
    {"ends now", {.next_update = EXACTLY_NOW}, "staple_expired", NULL, NULL, NULL},
    {"a second late", {.next_update = -1}, "staple_expired", NULL, SUPERSEDED, SUPERSEDED},
    {"a day late",
     {.next_update = -DAY, .this_update = -3 * DAY},
     "staple_expired",
     NULL,
     SUPERSEDED,
     SUPERSEDED},
    {"a day and a second late",
     {.next_update = -DAY - 1, .this_update = -3 * DAY},
     "staple_expired",
     "?" OLD,
     SUPERSEDED,
     SUPERSEDED},
    {"ends as it begins",
     {.this_update = -HOUR, .next_update = -HOUR},
     "staple_expired",
     NULL,
     SUPERSEDED,
     SUPERSEDED},
    {"ends before it begins",
     {.this_update = -HOUR, .next_update = -2 * HOUR},
     "staple_expired",
     MALFORMED,
     SUPERSEDED,
     SUPERSEDED},
    /* Firefox caps at ten days, and has its slop on top */
    {"ten days old", {.this_update = -10 * DAY}, NULL, NULL, NULL, NULL},
    {"eleven days old", {.this_update = -11 * DAY}, "staple_too_old", NULL, NULL, NULL},
    {"eleven days and a second",
     {.this_update = -11 * DAY - 1},
     "staple_too_old",
     "?" OLD,
     NULL,
     NULL},
    /* without nextUpdate: one day and the slop in Firefox, 15 days in GnuTLS */
    {"no nextUpdate, two days",
     {.next_update = ABSENT_TIME, .this_update = -2 * DAY},
     NULL,
     NULL,
     NULL,
     NULL},
    {"no nextUpdate, a second more",
     {.next_update = ABSENT_TIME, .this_update = -2 * DAY - 1},
     NULL,
     "?" OLD,
     NULL,
     NULL},
    {"no nextUpdate, 15 days",
     {.next_update = ABSENT_TIME, .this_update = -15 * DAY},
     "staple_too_old",
     "?" OLD,
     NULL,
     NULL},
    {"no nextUpdate, 15 days and a second",
     {.next_update = ABSENT_TIME, .this_update = -15 * DAY - 1},
     "staple_too_old",
     "?" OLD,
     SUPERSEDED,
     SUPERSEDED},
};

static void test_staples(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(staple_rows); i++) {
        const struct staple_row *row = &staple_rows[i];
        const struct scene must = {.staple = row->flaws, .leaf = {.feature = FEATURE_MUST_STAPLE}};
        const struct scene plain = {.staple = row->flaws};
        const struct mst_clients with = ask(&must);
        const struct mst_clients without = ask(&plain);
        check(row->name, "rfc", &with.rfc, row->rfc);
        check(row->name, "firefox", &with.firefox, row->firefox);
        check(row->name, "gnutls", &with.gnutls, row->gnutls);
        check(row->name, "rfc without duty", &without.rfc, row->rfc);
        check(row->name, "firefox without duty", &without.firefox, row->firefox);
        check(row->name, "gnutls without duty", &without.gnutls, row->gnutls_plain);
    }
}

#define EXPIRED_STAPLE                                                                             \
    {                                                                                              \
        .next_update = -5 * DAY, .this_update = -6 * DAY                                           \
    }
#define REVOKED_STAPLE                                                                             \
    {                                                                                              \
        STATUS(REVOKED)                                                                            \
    }
#define NO_STAPLE                                                                                  \
    {                                                                                              \
        .delivery = MST_DELIVERY_NOT_ACKNOWLEDGED                                                  \
    }
#define MUST .feature = FEATURE_MUST_STAPLE
#define FAULT(id) .fault = MST_CHAIN_FAULT_##id
#define DOMAIN "SSL_ERROR_BAD_CERT_DOMAIN"
#define UNTRUSTED "GNUTLS_CERT_SIGNER_NOT_FOUND"
#define CONSTRAINTS "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE"
#define NOT_YET "MOZILLA_PKIX_ERROR_NOT_YET_VALID_"

/* The chain, the name and the order in which each client complains. */
static const struct scene_row {
    const char *name;
    struct scene scene;
    const char *rfc, *firefox, *gnutls;
} scene_rows[] = {
    {"promised only",
     {.staple = {.delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT}, .leaf = {MUST}},
     "staple_acknowledged_not_sent",
     MISSING,
     GNUTLS_MISSING},
    {"untrusted",
     {.chain = {FAULT(UNTRUSTED)}},
     "chain_untrusted",
     "SEC_ERROR_UNKNOWN_ISSUER",
     UNTRUSTED},
    {"untrusted comes before revoked",
     {.chain = {FAULT(UNTRUSTED)}, .staple = REVOKED_STAPLE},
     "chain_untrusted",
     "SEC_ERROR_UNKNOWN_ISSUER",
     UNTRUSTED},
    {"too long a staple comes before untrusted",
     {.chain = {FAULT(UNTRUSTED)}, .staple = {.oversize = true, .size = 70000}},
     "chain_untrusted",
     MALFORMED,
     UNTRUSTED},
    {"an empty staple comes before untrusted",
     {.chain = {FAULT(UNTRUSTED)}, .staple = {.delivery = MST_DELIVERY_EMPTY}},
     "chain_untrusted",
     "SEC_ERROR_UNKNOWN_ISSUER",
     GNUTLS_LENGTH},
    {"leaf expired",
     {.chain = {FAULT(EXPIRED)}, .leaf = {.not_after = -1}},
     "certificate_expired",
     "SEC_ERROR_EXPIRED_CERTIFICATE",
     "GNUTLS_CERT_EXPIRED"},
    {"an expired leaf's staple is not looked at",
     {.chain = {FAULT(EXPIRED)}, .leaf = {.not_after = -1}, .staple = REVOKED_STAPLE},
     "certificate_expired",
     "SEC_ERROR_EXPIRED_CERTIFICATE",
     "GNUTLS_CERT_EXPIRED"},
    {"leaf expired, other name",
     {.chain = {FAULT(EXPIRED), .other_host = true}, .leaf = {.not_after = -1}},
     "certificate_expired",
     DOMAIN,
     "GNUTLS_CERT_EXPIRED"},
    {"leaf not yet valid",
     {.chain = {FAULT(NOT_YET_VALID)}, .leaf = {.not_before = 1}},
     "certificate_not_yet_valid",
     NOT_YET "CERTIFICATE",
     "GNUTLS_CERT_NOT_ACTIVATED"},
    {"leaf not yet valid and revoked",
     {.chain = {FAULT(NOT_YET_VALID)}, .leaf = {.not_before = 1}, .staple = REVOKED_STAPLE},
     "certificate_not_yet_valid",
     "SEC_ERROR_REVOKED_CERTIFICATE",
     "GNUTLS_CERT_NOT_ACTIVATED"},
    {"issuer expired",
     {.chain = {FAULT(EXPIRED)}},
     "chain_untrusted",
     "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE",
     "GNUTLS_CERT_EXPIRED"},
    {"issuer not yet valid",
     {.chain = {FAULT(NOT_YET_VALID)}},
     "chain_untrusted",
     NOT_YET "ISSUER_CERTIFICATE",
     "GNUTLS_CERT_NOT_ACTIVATED"},
    {"other name",
     {.chain = {.other_host = true}},
     "name_mismatch",
     DOMAIN,
     "GNUTLS_CERT_UNEXPECTED_OWNER"},
    {"other name, Must-Staple missing",
     {.chain = {.other_host = true}, .leaf = {MUST}, .staple = NO_STAPLE},
     "name_mismatch",
     MISSING,
     "GNUTLS_CERT_UNEXPECTED_OWNER"},
    {"other name, expired staple: no fetch can help",
     {.chain = {.other_host = true}, .staple = EXPIRED_STAPLE},
     "name_mismatch",
     DOMAIN,
     "GNUTLS_CERT_UNEXPECTED_OWNER"},
    {"no URL to fetch from",
     {.leaf = {.url = URL_NONE}, .staple = EXPIRED_STAPLE},
     "staple_expired",
     OLD,
     SUPERSEDED},
    {"no http URL to fetch from",
     {.leaf = {.url = URL_LDAP_ONLY}, .staple = EXPIRED_STAPLE},
     "staple_expired",
     OLD,
     SUPERSEDED},
    {"ten days is not short",
     {.leaf = {.not_before = -5 * DAY, .not_after = 5 * DAY}, .staple = EXPIRED_STAPLE},
     "staple_expired",
     "?" OLD,
     SUPERSEDED},
    {"a second less is",
     {.leaf = {.not_before = -5 * DAY, .not_after = 5 * DAY - 1}, .staple = EXPIRED_STAPLE},
     "staple_expired",
     NULL,
     SUPERSEDED},
    {"short-lived and revoked",
     {.leaf = {.not_before = -DAY, .not_after = DAY}, .staple = REVOKED_STAPLE},
     "staple_revoked",
     "SEC_ERROR_REVOKED_CERTIFICATE",
     "GNUTLS_CERT_REVOKED"},
    /* an intermediate with the extension: the same value, a subset of the child's, or more */
    {"CA and child alike, no staple for the CA",
     {.chain = {.ca = CA_SAME}, .leaf = {MUST}},
     NULL,
     NULL,
     GNUTLS_MISSING},
    {"CA and child alike, good staple for the CA",
     {.chain = {.ca = CA_SAME}, .leaf = {MUST}, .with_intermediate_staple = true},
     NULL,
     NULL,
     NULL},
    {"child has more",
     {.chain = {.ca = CA_SUPERSET},
      .leaf = {.feature = FEATURE_5_AND_17},
      .with_intermediate_staple = true},
     NULL,
     MISSING,
     NULL},
    {"child has less",
     {.chain = {.ca = CA_VIOLATED}, .with_intermediate_staple = true},
     "feature_not_inherited",
     MISSING,
     CONSTRAINTS},
    {"the CA's cannot be read",
     {.chain = {.ca = CA_MALFORMED}, .leaf = {MUST}},
     NULL,
     MISSING,
     CONSTRAINTS},
    /* a staple for an intermediate counts for GnuTLS alone, with or without the extension */
    {"revoked CA",
     {.with_intermediate_staple = true, .intermediate_staple = REVOKED_STAPLE},
     NULL,
     NULL,
     "GNUTLS_CERT_REVOKED"},
    {"the CA's staple is empty",
     {.with_intermediate_staple = true, .intermediate_staple = {.delivery = MST_DELIVERY_EMPTY}},
     NULL,
     NULL,
     GNUTLS_LENGTH},
    {"the CA's staple is an error",
     {.with_intermediate_staple = true,
      .intermediate_staple = {.responder = MST_RESPONDER_STATUS_TRY_LATER}},
     NULL,
     NULL,
     NULL},
    {"the CA's staple is an error, and it must have one",
     {.chain = {.ca = CA_SAME},
      .leaf = {MUST},
      .with_intermediate_staple = true,
      .intermediate_staple = {.responder = MST_RESPONDER_STATUS_TRY_LATER}},
     NULL,
     NULL,
     GNUTLS_MISSING},
};

static void test_scenes(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(scene_rows); i++) {
        const struct scene_row *row = &scene_rows[i];
        const struct mst_clients clients = ask(&row->scene);
        check(row->name, "rfc", &clients.rfc, row->rfc);
        check(row->name, "firefox", &clients.firefox, row->firefox);
        check(row->name, "gnutls", &clients.gnutls, row->gnutls);
    }
}

/* What Firefox reads in a response and others do not care about. */
static const struct response_row {
    const char *name, *signature;
    size_t certificates;
    enum mst_signer_fault fault;
    const char *firefox;
} response_rows[] = {
    {"ECDSA", "ecdsa-with-SHA256", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"SHA-1", "sha1WithRSAEncryption", 0, MST_SIGNER_FAULT_NONE, NULL},
    {"Ed25519", "ED25519", 0, MST_SIGNER_FAULT_NONE, DISABLED},
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
        const struct scene scene = {.staple = {.signer_fault = row->fault}};
        struct stage stage;
        struct mst_clients clients;
        set_stage(&scene, &stage);
        stage.staple.certificates = row->certificates;
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
        cmocka_unit_test(test_features), cmocka_unit_test(test_staples),
        cmocka_unit_test(test_scenes),   cmocka_unit_test(test_responses),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
