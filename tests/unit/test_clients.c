#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_clients.h"

#define FAULT(id) .fault = MST_CHAIN_FAULT_##id
#define DOMAIN "SSL_ERROR_BAD_CERT_DOMAIN"
#define UNTRUSTED "GNUTLS_CERT_SIGNER_NOT_FOUND"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
