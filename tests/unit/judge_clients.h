/* Asking the clients, for tests: include after cmocka.h. */
#ifndef MST_TESTS_JUDGE_CLIENTS_H
#define MST_TESTS_JUDGE_CLIENTS_H

#include <string.h>

#include "judge/clients.h"
#include "unit/judge_cases.h"

#define MISSING "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"
#define BAD_DER "SEC_ERROR_BAD_DER"
#define INVALID_EXTENSION "SEC_ERROR_EXTENSION_VALUE_INVALID"
#define OLD "SEC_ERROR_OCSP_OLD_RESPONSE"
#define MALFORMED "SEC_ERROR_OCSP_MALFORMED_RESPONSE"
#define SIGNER "SEC_ERROR_OCSP_INVALID_SIGNING_CERT"
#define GNUTLS_MISSING "GNUTLS_CERT_MISSING_OCSP_STATUS"
#define GNUTLS_LENGTH "GNUTLS_E_UNEXPECTED_PACKET_LENGTH"
#define GNUTLS_TWICE "GNUTLS_E_X509_DUPLICATE_EXTENSION"
#define INVALID_STATUS "GNUTLS_CERT_INVALID_OCSP_STATUS"
#define SUPERSEDED "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"
#define CONSTRAINTS "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE"

#define STATUS(id) .status = MST_CERTIFICATE_STATUS_##id
#define MUST .feature = FEATURE_MUST_STAPLE
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

/* What a row expects of one client: NULL is accepted, "?X" is X unless a fetch says otherwise. */
static inline void check(const char *row, const char *client,
                         const struct mst_client_outcome *outcome, const char *expected)
{
    const bool fetch = expected && expected[0] == '?';
    const char *error = fetch ? expected + 1 : expected;
    const bool same = (!error && !outcome->error) ||
                      (error && outcome->error && strcmp(error, outcome->error) == 0);
    if (!same || outcome->accepts != !error || outcome->depends_on_fetch != fetch)
        fail_msg("%s: %s says %s%s", row, client, outcome->depends_on_fetch ? "?" : "",
                 outcome->error ? outcome->error : "yes");
}

static inline struct mst_clients ask(const struct scene *scene)
{
    struct stage stage;
    struct mst_clients clients;
    set_stage(scene, &stage);
    mst_judge_clients(&stage.given, &clients);
    return clients;
}

#endif
