#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_clients.h"

/* What GnuTLS sees in a staple and others do not: the first SingleResponse by name and serial
 * number, and signers where it looks for them. */
static const struct staple_row {
    const char *name;
    struct staple_flaws flaws;
    bool alone; /* the leaf came without its issuer, a trusted root */
    const char *gnutls;
} staple_rows[] = {
    {"good before revoked",
     {STATUS(REVOKED), .first_status = MST_CERTIFICATE_STATUS_GOOD},
     false,
     NULL},
    {"revoked before good",
     {.first_status = MST_CERTIFICATE_STATUS_REVOKED},
     false,
     "GNUTLS_CERT_REVOKED"},
    {"unknown before revoked",
     {STATUS(REVOKED), .first_status = MST_CERTIFICATE_STATUS_UNKNOWN},
     false,
     NULL},
    {"expired before fresh",
     {.first_next_update = -HOUR, .first_this_update = -2 * HOUR},
     false,
     SUPERSEDED},
    {"fresh before expired", {.next_update = -HOUR, .first_next_update = DAY}, false, NULL},
    {"without nextUpdate, old, before fresh",
     {.first_next_update = ABSENT_TIME, .first_this_update = -15 * DAY - 1},
     false,
     SUPERSEDED},
    {"another serial number", {.mismatch = MST_MISMATCH_WRONG_SERIAL}, false, INVALID_STATUS},
    {"another issuer's name",
     {.mismatch = MST_MISMATCH_WRONG_ISSUER_NAME_HASH},
     false,
     INVALID_STATUS},
    {"another issuer's key", {.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH}, false, NULL},
    {"another issuer's key, and revoked",
     {.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH,
      .first_status = MST_CERTIFICATE_STATUS_REVOKED},
     false,
     "GNUTLS_CERT_REVOKED"},
    {"another issuer's key, forged",
     {.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH,
      .signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE},
     false,
     INVALID_STATUS},
    {"by the issuer's key in another's name",
     {.signer_fault = MST_SIGNER_FAULT_UNKNOWN, .signed_by_issuer = true},
     false,
     NULL},
    {"and the issuer was not sent",
     {.signer_fault = MST_SIGNER_FAULT_UNKNOWN, .signed_by_issuer = true},
     true,
     INVALID_STATUS},
    {"SHA-1 below the delegate",
     {.signer_kind = MST_SIGNER_KIND_DELEGATE, .certificates = 1, .signer_sha1 = true},
     false,
     INVALID_STATUS},
    {"SHA-1 by the delegate",
     {.signer_kind = MST_SIGNER_KIND_DELEGATE, .certificates = 1, .sha1 = true},
     false,
     NULL},
    {"superseded in this second", {.first_next_update = EXACTLY_NOW}, false, NULL},
    {"superseded a second ago", {.first_next_update = -1}, false, SUPERSEDED},
    {"without nextUpdate, 15 days old",
     {.first_next_update = ABSENT_TIME, .first_this_update = -15 * DAY},
     false,
     NULL},
    {"unknown hash", {.mismatch = MST_MISMATCH_UNKNOWN_HASH}, false, INVALID_STATUS},
    {"signed by an issuer that was sent, by key", {.by_key = true}, false, NULL},
    {"by a root that was not, by name", {0}, true, NULL},
    {"by a root that was not, by key", {.by_key = true}, true, INVALID_STATUS},
    {"by key, and it is embedded", {.by_key = true, .certificates = 1}, true, NULL},
    {"by its delegate, by key",
     {.by_key = true, .certificates = 1, .signer_kind = MST_SIGNER_KIND_DELEGATE},
     true,
     NULL},
};

static void test_staples(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(staple_rows); i++) {
        const struct staple_row *row = &staple_rows[i];
        const struct scene scene = {.staple = row->flaws, .chain = {.ca_was_unsent = row->alone}};
        const struct mst_clients clients = ask(&scene);
        check(row->name, "gnutls", &clients.gnutls, row->gnutls);
    }
}

/* The intermediate is the last certificate that was sent, and its issuer a root. */
static const struct staple_row intermediate_rows[] = {
    {"by name", {0}, false, NULL},
    {"by key", {.by_key = true}, false, INVALID_STATUS},
    {"by key, and the root is embedded", {.by_key = true, .certificates = 1}, false, NULL},
};

static void test_intermediate_staples(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(intermediate_rows); i++) {
        const struct staple_row *row = &intermediate_rows[i];
        const struct scene scene = {.with_intermediate_staple = true,
                                    .intermediate_staple = row->flaws};
        const struct mst_clients clients = ask(&scene);
        check(row->name, "gnutls", &clients.gnutls, row->gnutls);
    }
}

/* Features are numbers of 16 bits to it; with another one, it takes the list for unreadable. */
static const struct number_row {
    const char *name;
    int64_t beside_5;
    const char *leaf, *issuer; /* of such a leaf without staple; of such an issuer */
} number_rows[] = {
    {"the largest", 65535, GNUTLS_MISSING, GNUTLS_MISSING},
    {"one more", 65536, NULL, CONSTRAINTS},
    {"-1, which is read as 255", -1, GNUTLS_MISSING, GNUTLS_MISSING},
    {"the smallest of two bytes", -32768, GNUTLS_MISSING, GNUTLS_MISSING},
    {"one less", -32769, NULL, CONSTRAINTS},
    {"what 64 bits do not hold", INT64_MAX, NULL, CONSTRAINTS},
};

static void set_feature(struct mst_tls_feature_facts *feature, int64_t beside_5)
{
    *feature = make_feature(FEATURE_5_AND_17);
    feature->features[1] = beside_5;
}

static void test_numbers(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(number_rows); i++) {
        const struct number_row *row = &number_rows[i];
        const struct scene absent = {.staple = NO_STAPLE};
        const struct scene bound = {.chain = {.ca = CA_SUPERSET}};
        struct stage stage;
        struct mst_clients clients;
        set_stage(&absent, &stage);
        set_feature(&stage.leaf.tls_feature, row->beside_5);
        mst_judge_clients(&stage.given, &clients);
        check(row->name, "gnutls of the leaf", &clients.gnutls, row->leaf);
        set_stage(&bound, &stage);
        set_feature(&stage.room.ca[0].tls_feature, row->beside_5);
        mst_judge_clients(&stage.given, &clients);
        check(row->name, "gnutls of the issuer", &clients.gnutls, row->issuer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_staples),
        cmocka_unit_test(test_intermediate_staples),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
