#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_clients.h"

/* The values of the extension, with a good staple and without one. */
static const struct feature_row {
    const char *name;
    enum feature_form form;
    struct {
        const char *rfc, *firefox, *gnutls;
    } present, absent;
} feature_rows[] = {
    {"no extension", FEATURE_ABSENT, {NULL, NULL, NULL}, {NULL, NULL, NULL}},
    {"30 03 02 01 05",
     FEATURE_MUST_STAPLE,
     {NULL, NULL, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"30 06 02 01 05 02 01 05",
     FEATURE_TWICE_5,
     {NULL, NULL, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"30 03 02 01 06", FEATURE_6, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"30 06 02 01 05 02 01 06",
     FEATURE_5_AND_6,
     {NULL, MISSING, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"30 06 02 01 05 02 01 11",
     FEATURE_5_AND_17,
     {NULL, MISSING, NULL},
     {"staple_not_acknowledged", MISSING, GNUTLS_MISSING}},
    {"30 03 02 01 11", FEATURE_17, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"30 04 02 02 05 05", FEATURE_1285, {NULL, MISSING, NULL}, {NULL, MISSING, NULL}},
    {"30 02 02 00",
     FEATURE_BAD_INTEGER,
     {"feature_bad_integer", MISSING, NULL},
     {"feature_bad_integer", MISSING, NULL}},
    {"30 05 02 01 05 02 00",
     FEATURE_5_AND_BAD_INTEGER,
     {"feature_bad_integer", MISSING, NULL},
     {"feature_bad_integer", MISSING, NULL}},
    {"30 03 02 01 05 e5 e5 e5",
     FEATURE_TRAILING,
     {"feature_trailing_data", BAD_DER, NULL},
     {"feature_trailing_data", MISSING, NULL}},
    {"no bytes",
     FEATURE_EMPTY_VALUE,
     {"feature_empty_value", INVALID_EXTENSION, NULL},
     {"feature_empty_value", INVALID_EXTENSION, NULL}},
    {"30 00", FEATURE_EMPTY_LIST, {NULL, BAD_DER, NULL}, {NULL, BAD_DER, NULL}},
    {"05 00",
     FEATURE_BAD_DER,
     {"feature_bad_der", BAD_DER, NULL},
     {"feature_bad_der", BAD_DER, NULL}},
    {"30 06 02 01 05 04 01 05",
     FEATURE_5_THEN_BAD_DER,
     {"feature_bad_der", BAD_DER, NULL},
     {"feature_bad_der", MISSING, NULL}},
    {"the extension twice",
     FEATURE_EXTENSION_TWICE,
     {"feature_duplicate_extension", INVALID_EXTENSION, GNUTLS_TWICE},
     {"feature_duplicate_extension", INVALID_EXTENSION, GNUTLS_TWICE}},
};

static void test_features(void **context)
{
    (void)context;
    assert_int_equal(MST_COUNT_OF(feature_rows), FEATURE_FORMS);
    for (size_t i = 0; i < MST_COUNT_OF(feature_rows); i++) {
        const struct feature_row *row = &feature_rows[i];
        const struct scene present = {.leaf = {.feature = row->form}};
        const struct scene absent = {.leaf = {.feature = row->form}, .staple = NO_STAPLE};
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

/* Issuing certificates with the extension: the same value as the child's, a subset of it, more, or
 * nothing that can be read. */
static const struct issuer_row {
    const char *name;
    struct scene scene;
    const char *rfc, *firefox, *gnutls;
} issuer_rows[] = {
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
    {"the CA's has no bytes", {.chain = {.ca = CA_EMPTY}}, NULL, INVALID_EXTENSION, CONSTRAINTS},
    {"the CA's is there twice",
     {.chain = {.ca = CA_TWICE}, .leaf = {MUST}},
     NULL,
     INVALID_EXTENSION,
     GNUTLS_TWICE},
    {"the first on the way up counts: differs",
     {.chain = {.ca = CA_SUPERSET, .upper_ca = CA_EMPTY}, .leaf = {MUST}},
     NULL,
     MISSING,
     CONSTRAINTS},
    {"the first on the way up counts: has no bytes",
     {.chain = {.ca = CA_EMPTY, .upper_ca = CA_SUPERSET}, .leaf = {MUST}},
     NULL,
     INVALID_EXTENSION,
     CONSTRAINTS},
    {"the second on the way up counts, too",
     {.chain = {.ca = CA_SAME, .upper_ca = CA_EMPTY},
      .leaf = {MUST},
      .with_intermediate_staple = true},
     NULL,
     INVALID_EXTENSION,
     CONSTRAINTS},
    {"the CA's features come before the path: untrusted",
     {.chain = {.ca = CA_EMPTY, .fault = MST_CHAIN_FAULT_UNTRUSTED}},
     "chain_untrusted",
     INVALID_EXTENSION,
     "GNUTLS_CERT_SIGNER_NOT_FOUND"},
    {"the leaf's come before the CA's",
     {.chain = {.ca = CA_VIOLATED}, .leaf = {.feature = FEATURE_EMPTY_VALUE}},
     "feature_not_inherited",
     INVALID_EXTENSION,
     CONSTRAINTS},
};

static void test_issuers(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(issuer_rows); i++) {
        const struct issuer_row *row = &issuer_rows[i];
        const struct mst_clients clients = ask(&row->scene);
        check(row->name, "rfc", &clients.rfc, row->rfc);
        check(row->name, "firefox", &clients.firefox, row->firefox);
        check(row->name, "gnutls", &clients.gnutls, row->gnutls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_issuers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
