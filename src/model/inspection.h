/* What was found in one document that lay in a file: a certificate, alone or with its chain and a
 * staple; a certificate request; an OCSP response judged for its issuer alone. */
#ifndef MST_MODEL_INSPECTION_H
#define MST_MODEL_INSPECTION_H

#include "model/facts.h"
#include "model/finding.h"
#include "model/vocabulary.h"

struct mst_inspection {
    enum mst_document_kind kind;
    const char *file; /* as the user named it, "-" for standard input; borrowed */
    size_t position;  /* among the documents of that file, from 1 */
    int64_t now_s;    /* the time it was judged at */
    /* The answer to what is asked of a document of this kind. A certificate with a staple: every
     * client of `clients` accepts. A certificate alone: Must-Staple is set, it is in date, and
     * every client would accept it with a good staple. A request: it asks for Must-Staple, no
     * client will stumble over how, and its signature is valid. A response: its state is `good`. */
    bool good;

    /* CERTIFICATE: the facts as in a scan; `seen` is NULL. Without a staple the verdict is NONE,
     * the reasons and warnings are those of the certificate, and `staple` and `clients` are not
     * meaningful. */
    struct mst_connection_finding certificate;
    bool staple_given;
    bool trust_asked, host_asked;        /* chain.trusted and chain.host_matches mean something */
    struct mst_clients with_good_staple; /* what they would do with a good one for it alone */

    /* CERTIFICATE_REQUEST */
    struct mst_csr_facts request;
    mst_word_set request_reasons; /* the TLS Feature's fault, if any */
    mst_word_set request_warnings;

    /* CERTIFICATE and OCSP_RESPONSE: its issuer is among the certificates given, or, when trust is
     * asked, among the roots. */
    bool issuer_known;

    /* OCSP_RESPONSE, judged for its issuer alone. */
    struct mst_staple_facts response;
    struct mst_staple_judgement response_judgement;
    mst_word_set response_reasons;

    struct mst_single_list singles; /* of the response or staple; empty when it cannot be read */
};

/* Frees what it owns and zeroes it. */
void mst_inspection_release(struct mst_inspection *inspection);

#endif
