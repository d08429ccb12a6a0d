/* Certificates, certificate requests and OCSP responses in a file's bytes: PEM with any number of
 * them, or one in DER. */
#ifndef MST_PKI_DOCUMENT_H
#define MST_PKI_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"
#include "model/vocabulary.h"

enum { MST_DOCUMENTS_MAX = 4096, MST_DOCUMENT_FILE_MAX = 16 * 1024 * 1024 };

/* One of them: its bytes, and the certificate parsed when it is one. */
struct mst_document {
    enum mst_document_kind kind;
    size_t position; /* among the file's documents, from 1 */
    uint8_t *der;
    size_t length;
    struct mst_certificate *certificate; /* NULL for other kinds */
};

struct mst_documents {
    size_t count;
    struct mst_document *items;
};

/* Finds every document in `bytes`. PEM: blocks CERTIFICATE, X509 CERTIFICATE, TRUSTED CERTIFICATE,
 * CERTIFICATE REQUEST, NEW CERTIFICATE REQUEST and OCSP RESPONSE; private keys and all other blocks
 * are passed over, as is text between them. DER: told apart by their structure; an OCSP response is
 * a SEQUENCE that begins with an ENUMERATED, however broken the rest is. Returns NULL, or in static
 * words why there is none or one cannot be read; then `ret_documents` is empty. */
const char *mst_documents_read(const uint8_t *bytes, size_t length,
                               struct mst_documents *ret_documents);

/* As above for a file that is said to be one OCSP response: what is neither PEM with a block OCSP
 * RESPONSE nor anything else known is taken as the response's bytes as they are, also none. */
const char *mst_documents_read_response(const uint8_t *bytes, size_t length,
                                        struct mst_documents *ret_documents);

void mst_documents_release(struct mst_documents *documents);

#endif
