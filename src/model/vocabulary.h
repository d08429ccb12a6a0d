/* Every word that a record may hold, once: its enum member, its name in the record and a sentence
 * for people. The documentation and the JSON Schema are held against these lists by a test.
 *
 * For each list below there is `enum mst_<noun>` with members MST_<NOUN>_<ID>, counted by
 * MST_<NOUN>_COUNT, and `const struct mst_word *mst_<noun>_word(enum mst_<noun>)`. */
#ifndef MST_MODEL_VOCABULARY_H
#define MST_MODEL_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mst_word {
    const char *name; /* as in the record; NULL for a NONE member: null in the record */
    const char *text; /* a sentence for people */
};

/* What became of a target. */
#define MST_OUTCOMES(X)                                                                            \
    X(EXAMINED, "examined", "The certificate and what was stapled to it were seen and judged.")    \
    X(UNRESOLVED, "unresolved", "The name gave no address.")                                       \
    X(UNREACHABLE, "unreachable", "No address accepted a connection.")                             \
    X(NO_TLS, "no_tls",                                                                            \
      "Connected, but TLS ended before a certificate and its staple could be seen.")               \
    X(EXCLUDED, "excluded", "Not contacted, because its name or address is excluded.")             \
    X(INVALID, "invalid", "The input line is not a target.")                                       \
    X(INTERRUPTED, "interrupted", "The scan stopped before this target was done.")

/* Where a target failed. */
#define MST_STAGES(X)                                                                              \
    X(NONE, NULL, "Nothing failed.")                                                               \
    X(INPUT, "input", "Reading the input line.")                                                   \
    X(DNS, "dns", "Resolving the name.")                                                           \
    X(CONNECT, "connect", "Opening the TCP connection.")                                           \
    X(STARTTLS, "starttls", "Asking for TLS in a plain-text protocol.")                            \
    X(HANDSHAKE, "handshake", "The TLS handshake.")                                                \
    X(INTERNAL, "internal", "Our own program.")

/* How it failed there. */
#define MST_FAILURE_CODES(X)                                                                       \
    X(NONE, NULL, "Nothing failed.")                                                               \
    X(EMPTY_HOST, "empty_host", "The line names no host.")                                         \
    X(BAD_HOST, "bad_host", "The host is not a valid name.")                                       \
    X(BAD_PORT, "bad_port", "The port is not a number from 1 to 65535.")                           \
    X(BAD_ADDRESS, "bad_address", "The address is not a valid IPv4 or IPv6 address.")              \
    X(TOO_LONG, "too_long", "The line is longer than 4096 bytes.")                                 \
    X(NOT_TEXT, "not_text", "The line is not UTF-8 text.")                                         \
    X(NXDOMAIN, "nxdomain", "The name does not exist.")                                            \
    X(NODATA, "nodata", "The name exists, but has no address.")                                    \
    X(SERVFAIL, "servfail", "The resolver could not find out.")                                    \
    X(REFUSED, "refused", "The other side refused.")                                               \
    X(TIMEOUT, "timeout", "No answer in the time allowed.")                                        \
    X(BAD_ANSWER, "bad_answer", "The answer could not be understood.")                             \
    X(RESOLVER_UNREACHABLE, "resolver_unreachable", "The resolver could not be reached.")          \
    X(RESET, "reset", "The connection was reset.")                                                 \
    X(NETWORK_UNREACHABLE, "network_unreachable", "There is no route to the network.")             \
    X(HOST_UNREACHABLE, "host_unreachable", "There is no route to the host.")                      \
    X(PRIVATE_ADDRESS, "private_address",                                                          \
      "The name resolves to private or reserved addresses only; --allow-private contacts them.")   \
    X(EXCLUDED, "excluded", "The name or all its addresses are on the exclude list.")              \
    X(LOCAL_LIMIT, "local_limit", "This machine ran out of descriptors, ports or buffers.")        \
    X(CLOSED, "closed", "The peer closed the connection.")                                         \
    X(NOT_OFFERED, "not_offered", "The server does not offer STARTTLS.")                           \
    X(ALERT, "alert", "The peer sent a TLS alert.")                                                \
    X(NOT_TLS, "not_tls", "The peer does not speak TLS on this port.")                             \
    X(NO_COMMON_PARAMETERS, "no_common_parameters",                                                \
      "No TLS version, cipher suite or group is known to both sides.")                             \
    X(PROTOCOL_ERROR, "protocol_error", "The peer broke the TLS protocol.")                        \
    X(TOO_MUCH_DATA, "too_much_data", "The peer sent more than a handshake may hold.")             \
    X(STAPLE_REFUSED_BY_TLS, "staple_refused_by_tls",                                              \
      "The TLS library ended the handshake over the staple itself.")                               \
    X(INTERRUPTED, "interrupted", "The scan was stopped.")                                         \
    X(OUT_OF_RESOURCES, "out_of_resources", "This program ran out of memory for this target.")

/* How one DNS question ended. */
#define MST_DNS_STATUSES(X)                                                                        \
    X(NOT_ASKED, NULL, "The question was not asked.")                                              \
    X(OK, "ok", "Addresses came.")                                                                 \
    X(NXDOMAIN, "nxdomain", "The name does not exist.")                                            \
    X(NODATA, "nodata", "The name exists, without addresses of this family.")                      \
    X(SERVFAIL, "servfail", "The resolver could not find out.")                                    \
    X(REFUSED, "refused", "The resolver refused the question.")                                    \
    X(TIMEOUT, "timeout", "The resolver did not answer in time.")                                  \
    X(BAD_ANSWER, "bad_answer", "The answer could not be understood.")                             \
    X(RESOLVER_UNREACHABLE, "resolver_unreachable", "The resolver could not be reached.")

/* How the staple came, or did not (RFC 6066 8, RFC 8446 4.4.2.1). */
#define MST_DELIVERIES(X)                                                                          \
    X(NONE, NULL, "The handshake did not get far enough to tell.")                                 \
    X(NOT_ACKNOWLEDGED, "not_acknowledged", "The server ignored the request for a staple.")        \
    X(ACKNOWLEDGED_NOT_SENT, "acknowledged_not_sent",                                              \
      "The server promised a staple in ServerHello and sent none.")                                \
    X(SENT, "sent", "A staple was sent.")                                                          \
    X(EMPTY, "empty", "A staple of zero bytes was sent.")

/* The state of a staple, in the order of precedence. */
#define MST_STAPLE_STATES(X)                                                                       \
    X(NONE, NULL, "No staple could be expected yet.")                                              \
    X(ABSENT, "absent", "No staple was sent.")                                                     \
    X(EMPTY, "empty", "The staple has zero bytes.")                                                \
    X(OVERSIZE, "oversize", "The staple is larger than clients accept.")                           \
    X(MALFORMED, "malformed", "The staple is not a readable OCSP response.")                       \
    X(RESPONDER_ERROR, "responder_error", "The staple carries an error of the responder.")         \
    X(SIGNER_UNKNOWN, "signer_unknown", "Nobody known signed the staple.")                         \
    X(SIGNER_UNAUTHORIZED, "signer_unauthorized", "The signer of the staple has no right to.")     \
    X(BAD_SIGNATURE, "bad_signature", "The signature of the staple does not verify.")              \
    X(CRITICAL_EXTENSION, "critical_extension",                                                    \
      "The staple holds a critical extension that nobody understands.")                            \
    X(MISMATCH, "mismatch", "The staple is about another certificate.")                            \
    X(REVOKED, "revoked", "The staple says that the certificate is revoked.")                      \
    X(UNKNOWN, "unknown", "The staple says that the responder does not know the certificate.")     \
    X(NOT_YET_VALID, "not_yet_valid", "The staple is from the future.")                            \
    X(EXPIRED, "expired", "The staple has expired.")                                               \
    X(TOO_OLD, "too_old", "The staple is older than the policy allows.")                           \
    X(GOOD, "good", "The staple is good.")

/* OCSPResponseStatus (RFC 6960 4.2.1). */
#define MST_RESPONDER_STATUSES(X)                                                                  \
    X(NONE, NULL, "The staple could not be read that far.")                                        \
    X(SUCCESSFUL, "successful", "The responder answered.")                                         \
    X(MALFORMED_REQUEST, "malformed_request", "The responder could not read the request.")         \
    X(INTERNAL_ERROR, "internal_error", "The responder is broken.")                                \
    X(TRY_LATER, "try_later", "The responder is busy.")                                            \
    X(RESERVED, "reserved", "The responder used the reserved status 4.")                           \
    X(SIG_REQUIRED, "sig_required", "The responder wants a signed request.")                       \
    X(UNAUTHORIZED, "unauthorized", "The responder will not answer for this certificate.")         \
    X(UNKNOWN, "unknown", "The responder used an undefined status.")

/* CertStatus (RFC 6960 4.2.1). */
#define MST_CERTIFICATE_STATUSES(X)                                                                \
    X(NONE, NULL, "The staple says nothing about this certificate.")                               \
    X(GOOD, "good", "Not revoked.")                                                                \
    X(REVOKED, "revoked", "Revoked.")                                                              \
    X(UNKNOWN, "unknown", "Not known to the responder.")

/* CRLReason (RFC 5280 5.3.1). */
#define MST_REVOCATION_REASONS(X)                                                                  \
    X(NONE, NULL, "No reason given.")                                                              \
    X(UNSPECIFIED, "unspecified", "Unspecified.")                                                  \
    X(KEY_COMPROMISE, "key_compromise", "The key was compromised.")                                \
    X(CA_COMPROMISE, "ca_compromise", "The CA was compromised.")                                   \
    X(AFFILIATION_CHANGED, "affiliation_changed", "The subject's affiliation changed.")            \
    X(SUPERSEDED, "superseded", "The certificate was replaced.")                                   \
    X(CESSATION_OF_OPERATION, "cessation_of_operation", "No longer needed.")                       \
    X(CERTIFICATE_HOLD, "certificate_hold", "On hold.")                                            \
    X(REMOVE_FROM_CRL, "remove_from_crl", "Taken off the list again.")                             \
    X(PRIVILEGE_WITHDRAWN, "privilege_withdrawn", "A privilege was withdrawn.")                    \
    X(AA_COMPROMISE, "aa_compromise", "The attribute authority was compromised.")                  \
    X(OTHER, "other", "An undefined reason.")

/* Who signed the staple. */
#define MST_SIGNER_KINDS(X)                                                                        \
    X(NONE, NULL, "Nobody who could be found.")                                                    \
    X(ISSUER, "issuer", "The issuer of the certificate.")                                          \
    X(DELEGATE, "delegate", "A responder to whom the issuer delegated.")

/* What was nearest when no SingleResponse is about the certificate. */
#define MST_MISMATCHES(X)                                                                          \
    X(NONE, NULL, "A SingleResponse is about the certificate.")                                    \
    X(WRONG_SERIAL, "wrong_serial", "The same issuer, another serial number.")                     \
    X(WRONG_ISSUER_NAME_HASH, "wrong_issuer_name_hash", "The issuer's name does not match.")       \
    X(WRONG_ISSUER_KEY_HASH, "wrong_issuer_key_hash", "The issuer's key does not match.")          \
    X(UNKNOWN_HASH, "unknown_hash", "The CertID uses an unknown hash algorithm.")

/* What is wrong with a TLS Feature extension (RFC 7633). */
#define MST_FEATURE_FAULTS(X)                                                                      \
    X(NONE, NULL, "Nothing.")                                                                      \
    X(BAD_DER, "bad_der", "It is not a SEQUENCE OF INTEGER in DER.")                               \
    X(EMPTY_VALUE, "empty_value", "The extension's value has no bytes.")                           \
    X(BAD_INTEGER, "bad_integer",                                                                  \
      "A feature is an INTEGER of no bytes or not in its shortest form.")                          \
    X(TRAILING_DATA, "trailing_data", "Bytes follow the list.")                                    \
    X(EMPTY_LIST, "empty_list", "The list is empty.")                                              \
    X(DUPLICATE_EXTENSION, "duplicate_extension", "The extension is there more than once.")        \
    X(NO_STATUS_REQUEST, "no_status_request", "The list does not hold feature 5.")

#define MST_VERDICTS(X)                                                                            \
    X(NONE, NULL, "The target was not examined.")                                                  \
    X(MUST_STAPLE_OK, "must_staple_ok", "Must-Staple and a good staple.")                          \
    X(MUST_STAPLE_BROKEN, "must_staple_broken",                                                    \
      "Must-Staple, and the staple is missing or unusable: a strict client refuses.")              \
    X(MUST_STAPLE_REVOKED, "must_staple_revoked", "Must-Staple, and the staple says revoked.")     \
    X(MUST_STAPLE_IMPOSSIBLE, "must_staple_impossible",                                            \
      "Must-Staple, no http OCSP URL and no staple: the server cannot satisfy it by itself.")      \
    X(MUST_STAPLE_MALFORMED, "must_staple_malformed",                                              \
      "A TLS Feature extension that is not a readable list with feature 5.")                       \
    X(STAPLED, "stapled", "No Must-Staple, and a good staple.")                                    \
    X(STAPLED_BAD, "stapled_bad", "No Must-Staple, and an unusable staple.")                       \
    X(STAPLED_REVOKED, "stapled_revoked", "No Must-Staple, and the staple says revoked.")          \
    X(NOT_STAPLED, "not_stapled", "No Must-Staple, an OCSP URL, and no staple.")                   \
    X(NOT_APPLICABLE, "not_applicable", "No Must-Staple, no OCSP URL and no staple.")

/* Why the verdict is what it is, and what else makes clients refuse. */
#define MST_REASONS(X)                                                                             \
    X(STAPLE_NOT_ACKNOWLEDGED, "staple_not_acknowledged", "The server does not staple.")           \
    X(STAPLE_ACKNOWLEDGED_NOT_SENT, "staple_acknowledged_not_sent",                                \
      "The server promised a staple and sent none.")                                               \
    X(STAPLE_EMPTY, "staple_empty", "The staple has zero bytes.")                                  \
    X(STAPLE_OVERSIZE, "staple_oversize", "The staple is larger than 64 KiB.")                     \
    X(STAPLE_MALFORMED, "staple_malformed", "The staple is not a readable OCSP response.")         \
    X(STAPLE_MALFORMED_REQUEST, "staple_malformed_request",                                        \
      "The staple is the responder's error malformedRequest.")                                     \
    X(STAPLE_INTERNAL_ERROR, "staple_internal_error",                                              \
      "The staple is the responder's error internalError.")                                        \
    X(STAPLE_TRY_LATER, "staple_try_later", "The staple is the responder's error tryLater.")       \
    X(STAPLE_RESERVED_STATUS, "staple_reserved_status",                                            \
      "The staple carries the reserved responder status 4.")                                       \
    X(STAPLE_SIG_REQUIRED, "staple_sig_required",                                                  \
      "The staple is the responder's error sigRequired.")                                          \
    X(STAPLE_UNAUTHORIZED, "staple_unauthorized",                                                  \
      "The staple is the responder's error unauthorized.")                                         \
    X(STAPLE_UNKNOWN_STATUS, "staple_unknown_status",                                              \
      "The staple carries an undefined responder status.")                                         \
    X(STAPLE_SIGNER_UNKNOWN, "staple_signer_unknown",                                              \
      "Neither the issuer nor an embedded certificate matches the ResponderID.")                   \
    X(STAPLE_SIGNER_UNAUTHORIZED, "staple_signer_unauthorized",                                    \
      "The delegated signer was not issued by the issuer for OCSP signing, or is out of date.")    \
    X(STAPLE_BAD_SIGNATURE, "staple_bad_signature", "The staple's signature does not verify.")     \
    X(STAPLE_MISMATCH_WRONG_SERIAL, "staple_mismatch_wrong_serial",                                \
      "The staple is about another certificate of the same issuer.")                               \
    X(STAPLE_MISMATCH_WRONG_ISSUER_NAME_HASH, "staple_mismatch_wrong_issuer_name_hash",            \
      "The staple names another issuer.")                                                          \
    X(STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH, "staple_mismatch_wrong_issuer_key_hash",              \
      "The staple is about an issuer with another key.")                                           \
    X(STAPLE_MISMATCH_UNKNOWN_HASH, "staple_mismatch_unknown_hash",                                \
      "The staple identifies the certificate with an unknown hash.")                               \
    X(STAPLE_REVOKED, "staple_revoked", "The certificate is revoked.")                             \
    X(STAPLE_UNKNOWN, "staple_unknown", "The responder does not know the certificate.")            \
    X(STAPLE_CRITICAL_EXTENSION, "staple_critical_extension",                                      \
      "The staple holds an unknown critical extension.")                                           \
    X(STAPLE_NOT_YET_VALID, "staple_not_yet_valid", "The staple's thisUpdate is in the future.")   \
    X(STAPLE_EXPIRED, "staple_expired", "The staple's nextUpdate has passed.")                     \
    X(STAPLE_TOO_OLD, "staple_too_old", "The staple is older than the policy allows.")             \
    X(ISSUER_UNKNOWN, "issuer_unknown",                                                            \
      "The issuer's certificate was not sent and is not trusted: no staple can be checked.")       \
    X(NO_OCSP_URL, "no_ocsp_url", "The certificate names no http OCSP responder.")                 \
    X(FEATURE_BAD_DER, "feature_bad_der", "The TLS Feature extension is not a list in DER.")       \
    X(FEATURE_EMPTY_VALUE, "feature_empty_value",                                                  \
      "The TLS Feature extension's value has no bytes.")                                           \
    X(FEATURE_BAD_INTEGER, "feature_bad_integer",                                                  \
      "A feature of the TLS Feature extension is no INTEGER in DER.")                              \
    X(FEATURE_TRAILING_DATA, "feature_trailing_data",                                              \
      "Bytes follow the list in the TLS Feature extension.")                                       \
    X(FEATURE_EMPTY_LIST, "feature_empty_list", "The TLS Feature extension is empty.")             \
    X(FEATURE_DUPLICATE_EXTENSION, "feature_duplicate_extension",                                  \
      "The TLS Feature extension is there more than once.")                                        \
    X(FEATURE_NO_STATUS_REQUEST, "feature_no_status_request",                                      \
      "The TLS Feature extension does not hold status_request (5).")                               \
    X(CHAIN_UNTRUSTED, "chain_untrusted", "The chain does not lead to a trusted root.")            \
    X(CERTIFICATE_EXPIRED, "certificate_expired", "The certificate has expired.")                  \
    X(CERTIFICATE_NOT_YET_VALID, "certificate_not_yet_valid", "The certificate is not valid yet.") \
    X(NAME_MISMATCH, "name_mismatch", "The certificate is not for this host.")

/* What deserves a look and does not change the verdict. */
#define MST_WARNINGS(X)                                                                            \
    X(STAPLE_MARGIN_LOW, "staple_margin_low", "The staple ends within the margin asked for.")      \
    X(STAPLE_NOT_REFRESHED, "staple_not_refreshed",                                                \
      "The staple is older than 4 days or half its life: the server does not refresh it.")         \
    X(STAPLE_NO_NEXT_UPDATE, "staple_no_next_update", "The staple has no nextUpdate.")             \
    X(STAPLE_PRODUCED_AT_ODD, "staple_produced_at_odd",                                            \
      "The staple's producedAt is in the future or outside the certificate's validity.")           \
    X(STAPLE_SIGNER_WITHOUT_NOCHECK, "staple_signer_without_nocheck",                              \
      "The delegated signer lacks id-pkix-ocsp-nocheck.")                                          \
    X(STAPLE_SIGNER_EXPIRES_FIRST, "staple_signer_expires_first",                                  \
      "The delegated signer expires before the staple.")                                           \
    X(STAPLE_SHA1_SIGNATURE, "staple_sha1_signature", "The staple is signed with SHA-1.")          \
    X(STAPLE_SEVERAL_RESPONSES, "staple_several_responses",                                        \
      "The staple holds more than one SingleResponse.")                                            \
    X(STAPLE_BLANKET_RESPONSE, "staple_blanket_response",                                          \
      "The staple holds 20 SingleResponses or more.")                                              \
    X(STAPLE_SUPERFLUOUS_CERTIFICATES, "staple_superfluous_certificates",                          \
      "The staple carries certificates that nobody needs.")                                        \
    X(STAPLE_CONFLICTING_STATUSES, "staple_conflicting_statuses",                                  \
      "The staple gives the certificate different statuses.")                                      \
    X(MUST_STAPLE_ON_SHORT_LIVED, "must_staple_on_short_lived",                                    \
      "Must-Staple on a short-lived certificate.")                                                 \
    X(FEATURE_CRITICAL, "feature_critical", "The TLS Feature extension is marked critical.")       \
    X(FEATURE_NOT_ALONE, "feature_not_alone",                                                      \
      "Other features stand beside status_request: Firefox refuses the certificate.")              \
    X(FEATURE_NOT_INHERITED, "feature_not_inherited",                                              \
      "An issuing certificate demands TLS features that its child does not carry.")                \
    X(HANDSHAKE_FAILED, "handshake_failed",                                                        \
      "The handshake failed after the certificate had been received.")

/* What a file holds that can be checked without a network. */
#define MST_DOCUMENT_KINDS(X)                                                                      \
    X(CERTIFICATE, "certificate", "A certificate.")                                                \
    X(CERTIFICATE_REQUEST, "certificate_request", "A certificate signing request (PKCS #10).")     \
    X(OCSP_RESPONSE, "ocsp_response", "An OCSP response.")

#define MST_VOCABULARIES(V)                                                                        \
    V(outcome, OUTCOME, MST_OUTCOMES)                                                              \
    V(stage, STAGE, MST_STAGES)                                                                    \
    V(failure_code, FAILURE_CODE, MST_FAILURE_CODES)                                               \
    V(dns_status, DNS_STATUS, MST_DNS_STATUSES)                                                    \
    V(delivery, DELIVERY, MST_DELIVERIES)                                                          \
    V(staple_state, STAPLE_STATE, MST_STAPLE_STATES)                                               \
    V(responder_status, RESPONDER_STATUS, MST_RESPONDER_STATUSES)                                  \
    V(certificate_status, CERTIFICATE_STATUS, MST_CERTIFICATE_STATUSES)                            \
    V(revocation_reason, REVOCATION_REASON, MST_REVOCATION_REASONS)                                \
    V(signer_kind, SIGNER_KIND, MST_SIGNER_KINDS)                                                  \
    V(mismatch, MISMATCH, MST_MISMATCHES)                                                          \
    V(feature_fault, FEATURE_FAULT, MST_FEATURE_FAULTS)                                            \
    V(verdict, VERDICT, MST_VERDICTS)                                                              \
    V(reason, REASON, MST_REASONS)                                                                 \
    V(warning, WARNING, MST_WARNINGS)                                                              \
    V(document_kind, DOCUMENT_KIND, MST_DOCUMENT_KINDS)

#define MST_OUTCOME_MEMBER(id, name, text) MST_OUTCOME_##id,
#define MST_STAGE_MEMBER(id, name, text) MST_STAGE_##id,
#define MST_FAILURE_CODE_MEMBER(id, name, text) MST_FAILURE_CODE_##id,
#define MST_DNS_STATUS_MEMBER(id, name, text) MST_DNS_STATUS_##id,
#define MST_DELIVERY_MEMBER(id, name, text) MST_DELIVERY_##id,
#define MST_STAPLE_STATE_MEMBER(id, name, text) MST_STAPLE_STATE_##id,
#define MST_RESPONDER_STATUS_MEMBER(id, name, text) MST_RESPONDER_STATUS_##id,
#define MST_CERTIFICATE_STATUS_MEMBER(id, name, text) MST_CERTIFICATE_STATUS_##id,
#define MST_REVOCATION_REASON_MEMBER(id, name, text) MST_REVOCATION_REASON_##id,
#define MST_SIGNER_KIND_MEMBER(id, name, text) MST_SIGNER_KIND_##id,
#define MST_MISMATCH_MEMBER(id, name, text) MST_MISMATCH_##id,
#define MST_FEATURE_FAULT_MEMBER(id, name, text) MST_FEATURE_FAULT_##id,
#define MST_VERDICT_MEMBER(id, name, text) MST_VERDICT_##id,
#define MST_REASON_MEMBER(id, name, text) MST_REASON_##id,
#define MST_WARNING_MEMBER(id, name, text) MST_WARNING_##id,
#define MST_DOCUMENT_KIND_MEMBER(id, name, text) MST_DOCUMENT_KIND_##id,

#define MST_DECLARE_VOCABULARY(noun, NOUN, LIST)                                                   \
    enum mst_##noun{LIST(MST_##NOUN##_MEMBER) MST_##NOUN##_COUNT};                                 \
    const struct mst_word *mst_##noun##_word(enum mst_##noun member);

MST_VOCABULARIES(MST_DECLARE_VOCABULARY)

/* Sets of reasons and of warnings: bit N is member N. */
typedef uint64_t mst_word_set;
#define MST_WORD_BIT(member) (UINT64_C(1) << (unsigned)(member))

/* One list as data, for whoever walks them all. */
struct mst_vocabulary {
    const char *noun;
    const struct mst_word *words;
    size_t count;
};

/* All of them, ending with one whose noun is NULL. */
extern const struct mst_vocabulary mst_vocabularies[];

/* The member called `name` in the vocabulary of `noun`; false when there is none. */
bool mst_vocabulary_find(const char *noun, const char *name, size_t *ret_member);

#endif
