#include "output/advice.h"

#define MATCHING_FILE                                                                              \
    "Fetch the response for this very certificate (openssl ocsp -issuer ISSUER -cert CERT -url "   \
    "URL -respout FILE), replace the file that the server staples from or clear its cache, and "   \
    "reload it."

#define ASK_AGAIN "Wait for the next response, or fetch one by hand; when it stays so, tell the CA."

#define NEW_REQUEST                                                                                \
    "Ask for the certificate again, with a TLS Feature extension that is the list {5} and "        \
    "nothing else (tlsfeature = status_request)."

static const char *const for_reasons[MST_REASON_COUNT] = {
    [MST_REASON_STAPLE_NOT_ACKNOWLEDGED] =
        "Turn stapling on (nginx: ssl_stapling on; Apache: SSLUseStapling on) and see that the "
        "server can resolve and reach the responder. nginx fetches only after the first handshake "
        "of each worker, unless ssl_stapling_file names a response.",
    [MST_REASON_STAPLE_ACKNOWLEDGED_NOT_SENT] =
        "Stapling is on, but the server has no response to hand out: see that it can resolve and "
        "reach the responder, that it has the issuer's certificate, and what its error log says.",
    [MST_REASON_STAPLE_EMPTY] = "Look at the file that the server staples from, or clear its "
                                "stapling cache, and reload it.",
    [MST_REASON_STAPLE_OVERSIZE] = "See that the file holds one response for one certificate; when "
                                   "the responder itself answers like that, tell the CA.",
    [MST_REASON_STAPLE_MALFORMED] =
        "Look at what the file holds (openssl ocsp -respin FILE -text -noverify): a cut file, PEM "
        "and the error page of a proxy are usual. Fetch the response again.",
    [MST_REASON_STAPLE_MALFORMED_REQUEST] =
        "See that the server has the right issuer's certificate, and that no proxy changes what it "
        "asks the responder.",
    [MST_REASON_STAPLE_INTERNAL_ERROR] = ASK_AGAIN,
    [MST_REASON_STAPLE_TRY_LATER] =
        "The responder was busy: fetch the response again. Or it could not be reached, and Apache "
        "made this answer up and staples it for ten minutes: see that the server can reach the "
        "responder. SSLStaplingFakeTryLater off only staples nothing instead, which a certificate "
        "with Must-Staple does not bear either.",
    [MST_REASON_STAPLE_RESERVED_STATUS] = ASK_AGAIN,
    [MST_REASON_STAPLE_SIG_REQUIRED] =
        "This responder answers signed requests only, which servers do not send: ask the CA for "
        "another responder, or fetch the response by hand.",
    [MST_REASON_STAPLE_UNAUTHORIZED] =
        "This responder does not answer for the certificate: see that it is the one that the "
        "certificate names, and that the server knows the right issuer. A new certificate may need "
        "some minutes.",
    [MST_REASON_STAPLE_UNKNOWN_STATUS] = ASK_AGAIN,
    [MST_REASON_STAPLE_SIGNER_UNKNOWN] =
        "See that the response comes from this CA, and that the issuer's certificate is the one "
        "that signed the certificate: a CA may have several of the same name.",
    [MST_REASON_STAPLE_SIGNER_UNAUTHORIZED] =
        "Do not hand it out. Fetch the response again from the responder that the certificate "
        "names; when it stays so, tell the CA.",
    [MST_REASON_STAPLE_BAD_SIGNATURE] = "It was changed on its way or signed with another key: do "
                                        "not hand it out, and fetch it again from the responder.",
    [MST_REASON_STAPLE_MISMATCH_WRONG_SERIAL] =
        "Often it is the one from before the last renewal. " MATCHING_FILE,
    [MST_REASON_STAPLE_MISMATCH_WRONG_ISSUER_NAME_HASH] = MATCHING_FILE,
    [MST_REASON_STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH] =
        "Often that is an older one of the same name: use the issuer's certificate that signed "
        "this certificate. " MATCHING_FILE,
    [MST_REASON_STAPLE_MISMATCH_UNKNOWN_HASH] =
        "Ask the responder with SHA-1 or SHA-256, which clients know.",
    [MST_REASON_STAPLE_REVOKED] = "Make a new key, have a new certificate issued, install it, and "
                                  "find out why this one was revoked.",
    [MST_REASON_STAPLE_UNKNOWN] = "A new certificate may need some minutes; otherwise see that "
                                  "this CA issued it, and ask the CA.",
    [MST_REASON_STAPLE_CRITICAL_EXTENSION] =
        "Clients refuse what they must understand and do not: tell the CA.",
    [MST_REASON_STAPLE_NOT_YET_VALID] = "Compare the clocks, this machine's first. When they are "
                                        "right, the responder's is wrong: tell the CA.",
    [MST_REASON_STAPLE_EXPIRED] =
        "The server hands out an old response: see that it can reach the responder and refreshes. "
        "nginx serves the file of ssl_stapling_file for ever: replace the file from a scheduled "
        "job and reload.",
    [MST_REASON_STAPLE_TOO_OLD] =
        "Whatever its nextUpdate, clients stop trusting it some days after thisUpdate: see that "
        "the server refreshes, and fetch a newer one (--max-age sets the limit here).",
    [MST_REASON_ISSUER_UNKNOWN] =
        "Give the CA's certificate whose key signed the server's (--issuer FILE). A server must "
        "send it behind its own, unless it is a root that clients have.",
    [MST_REASON_NO_OCSP_URL] =
        "Name a responder in the server by hand (nginx: ssl_stapling_responder; Apache: "
        "SSLStaplingForceURL), staple from a file, or have a certificate issued that names one, or "
        "that has no Must-Staple.",
    [MST_REASON_FEATURE_BAD_DER] = "Firefox refuses the certificate. " NEW_REQUEST,
    [MST_REASON_FEATURE_EMPTY_VALUE] = "Some clients refuse the whole certificate. " NEW_REQUEST,
    [MST_REASON_FEATURE_BAD_INTEGER] = "Clients differ about such a number. " NEW_REQUEST,
    [MST_REASON_FEATURE_TRAILING_DATA] = "Firefox refuses the certificate. " NEW_REQUEST,
    [MST_REASON_FEATURE_EMPTY_LIST] =
        "It demands nothing, and Firefox refuses the certificate. " NEW_REQUEST,
    [MST_REASON_FEATURE_DUPLICATE_EXTENSION] = "Clients refuse such a certificate. " NEW_REQUEST,
    [MST_REASON_FEATURE_NO_STATUS_REQUEST] =
        "Firefox refuses the certificate, whatever is stapled. " NEW_REQUEST,
    [MST_REASON_CHAIN_UNTRUSTED] =
        "Install the certificate with all its intermediates, in order, and see that they are in "
        "date and that the root is one that clients trust (here: the one given by --ca-file).",
    [MST_REASON_CERTIFICATE_EXPIRED] =
        "Renew the certificate, and see why it was not renewed in time.",
    [MST_REASON_CERTIFICATE_NOT_YET_VALID] =
        "Compare the clocks, this machine's first; then wait until the certificate begins, or "
        "install the one before it.",
    [MST_REASON_NAME_MISMATCH] =
        "Use a certificate whose subjectAltName holds this name; on a server with several, see "
        "which one belongs to it.",
};

static const char *const for_warnings[MST_WARNING_COUNT] = {
    [MST_WARNING_STAPLE_MARGIN_LOW] =
        "Fetch a newer response now, and see that the server refreshes long before the end: one "
        "failed fetch later clients refuse.",
    [MST_WARNING_STAPLE_NOT_REFRESHED] =
        "A newer response should exist: see that the server, or the job that fills its file, "
        "fetches one every few hours.",
    [MST_WARNING_STAPLE_NO_NEXT_UPDATE] =
        "Clients differ in how long such a response lasts, Firefox takes one day: refresh it every "
        "few hours.",
    [MST_WARNING_STAPLE_PRODUCED_AT_ODD] =
        "Compare the clocks; when they are right, the responder's is wrong: tell the CA.",
    [MST_WARNING_STAPLE_SIGNER_WITHOUT_NOCHECK] =
        "Strict clients may want to know whether the responder's certificate itself is revoked: "
        "tell the CA.",
    [MST_WARNING_STAPLE_SIGNER_EXPIRES_FIRST] =
        "The response ends with its signer's certificate: refresh it by then.",
    [MST_WARNING_STAPLE_SHA1_SIGNATURE] =
        "SHA-1 signatures are being given up, and clients may refuse them any day: tell the CA.",
    [MST_WARNING_STAPLE_SEVERAL_RESPONSES] =
        "Some clients look at the first answer only: ask for one certificate at a time, with one "
        "hash.",
    [MST_WARNING_STAPLE_BLANKET_RESPONSE] =
        "Every handshake carries all of it: use a responder that answers for one certificate.",
    [MST_WARNING_STAPLE_SUPERFLUOUS_CERTIFICATES] =
        "Every handshake carries them for nothing, and Firefox refuses more than eight: tell the "
        "CA.",
    [MST_WARNING_STAPLE_CONFLICTING_STATUSES] =
        "Clients may take either answer, and the strict ones the worse: tell the CA.",
    [MST_WARNING_MUST_STAPLE_ON_SHORT_LIVED] =
        "A short-lived certificate ends about as soon as a response would: Must-Staple only adds a "
        "way to fail. Ask for the next one without it.",
    [MST_WARNING_FEATURE_CRITICAL] = "Clients that do not know the extension refuse the "
                                     "certificate; RFC 7633 says it should not "
                                     "be critical. Ask for the next one without the mark.",
    [MST_WARNING_FEATURE_NOT_ALONE] = NEW_REQUEST,
    [MST_WARNING_FEATURE_NOT_INHERITED] =
        "Clients that follow RFC 7633 refuse the chain: have the certificate issued with the same "
        "list, or by another intermediate.",
    [MST_WARNING_HANDSHAKE_FAILED] =
        "Look at `failure` in the record: the certificate and the staple were judged all the same.",
};

const char *mst_advice_for_reason(enum mst_reason reason)
{
    return for_reasons[reason];
}

const char *mst_advice_for_warning(enum mst_warning warning)
{
    return for_warnings[warning];
}

const char mst_advice_how_to_ask[] =
    "To ask a CA for Must-Staple, put the TLS Feature extension (RFC 7633) into the request.\n"
    "OpenSSL 1.1.0 and later, in the section of extensions (req_extensions names it):\n"
    "    tlsfeature = status_request\n"
    "Older ones, the same as raw DER:\n"
    "    1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05\n"
    "Or on the command line, from OpenSSL 1.1.1:\n"
    "    openssl req -new -key KEY -subj /CN=NAME -addext \"subjectAltName = DNS:NAME\" \\\n"
    "        -addext \"tlsfeature = status_request\" -out REQUEST\n"
    "Some CAs issue no such certificates any more (Let's Encrypt none since May 2025): ask\n"
    "yours first, and for a certificate with an OCSP URL.\n";
