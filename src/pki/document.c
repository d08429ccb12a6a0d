#include "pki/document.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "pki/certificate.h"
#include "pki/cleanup.h"
#include "pki/csr.h"
#include "pki/der.h"
#include "pki/pem.h"

static const char is_empty[] = "is empty";
static const char holds_nothing[] = "holds no certificate, request or response in PEM or DER";
static const char no_memory[] = "is larger than there is memory for";

enum { SEQUENCE = V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED };

/* Adds one document, the certificate being given away; why it cannot be, or NULL. */
static const char *add(struct mst_documents *documents, enum mst_document_kind kind,
                       struct mst_der der, struct mst_certificate *certificate)
{
    const bool fits = documents->count < MST_DOCUMENTS_MAX;
    uint8_t *copy = fits ? mst_try_alloc(der.length) : NULL;
    if (!copy) {
        mst_certificate_free(certificate);
        return fits ? no_memory : "holds more than 4096 documents";
    }
    if (der.length > 0)
        memcpy(copy, der.at, der.length);
    documents->items =
        mst_realloc(documents->items, documents->count + 1, sizeof *documents->items);
    documents->items[documents->count] = (struct mst_document){
        .kind = kind,
        .position = documents->count + 1,
        .der = copy,
        .length = der.length,
        .certificate = certificate,
    };
    documents->count++;
    return NULL;
}

/* Adds what is a document of this kind in DER; `otherwise` when it is none. */
static const char *add_der(struct mst_documents *documents, enum mst_document_kind kind,
                           struct mst_der der, const char *otherwise)
{
    struct mst_certificate *certificate = NULL;
    if (kind == MST_DOCUMENT_KIND_CERTIFICATE) {
        certificate = mst_certificate_from_der(der.at, der.length);
        if (!certificate)
            return otherwise;
    }
    if (kind == MST_DOCUMENT_KIND_CERTIFICATE_REQUEST && !mst_csr_is_readable(der.at, der.length))
        return otherwise;
    return add(documents, kind, der, certificate);
}

static const char *add_block(struct mst_documents *documents, const struct mst_pem_block *block)
{
    struct mst_der der = {block->bytes, block->length};
    if (!block->bytes)
        return block->format->unreadable;
    if (block->format->has_trust) {
        struct mst_der rest = der;
        struct mst_der content;
        if (mst_der_take(&rest, SEQUENCE, &content))
            der.length -= rest.length;
    }
    return add_der(documents, block->format->kind, der, block->format->unreadable);
}

static const char *read_pem(struct mst_der file, struct mst_documents *documents)
{
    /* Editors put it there, and behind it the first block would not begin its line. */
    static const uint8_t byte_order_mark[] = {0xef, 0xbb, 0xbf};
    const bool has_mark = file.length >= sizeof byte_order_mark &&
                          memcmp(file.at, byte_order_mark, sizeof byte_order_mark) == 0;
    const size_t skipped = has_mark ? sizeof byte_order_mark : 0;
    struct mst_pem_reader reader = {file.at + skipped, file.length - skipped, false};
    struct mst_pem_block block;
    const char *fault = NULL;
    while (!fault && mst_pem_next(&reader, &block)) {
        fault = add_block(documents, &block);
        mst_pem_block_release(&block);
    }
    if (!fault && documents->count == 0)
        fault = reader.saw_private_key ? "holds a private key alone" : holds_nothing;
    return fault;
}

/* An OCSPResponse begins with its status (RFC 6960 4.2.1). Lengths may be wrong in any way. */
static bool looks_like_response(struct mst_der file)
{
    enum { LONG_FORM = 0x80, LENGTH_AT = 1, CONTENT_AT = 2 };
    if (file.length <= CONTENT_AT || file.at[0] != SEQUENCE)
        return false;
    const unsigned length = file.at[LENGTH_AT];
    const size_t more = length & LONG_FORM ? length - LONG_FORM : 0;
    return file.length > CONTENT_AT + more && file.at[CONTENT_AT + more] == V_ASN1_ENUMERATED;
}

static bool is_response(struct mst_der file)
{
    struct mst_der rest = file;
    struct mst_der content;
    return mst_der_take(&rest, SEQUENCE, &content) && rest.length == 0 && looks_like_response(file);
}

/* PKCS #8, PKCS #1 and SEC 1 all begin with a version of 0 or 1. */
static bool looks_like_key(struct mst_der file)
{
    struct mst_der content;
    struct mst_der version;
    return mst_der_take(&file, SEQUENCE, &content) &&
           mst_der_take(&content, V_ASN1_INTEGER, &version) && version.length == 1 &&
           version.at[0] <= 1 && content.length > 0;
}

static const char *why_not_certificate(struct mst_der file)
{
    const unsigned char *at = file.at;
    MST_CLEANUP(mst_cleanup_x509) X509 *x509 = d2i_X509(NULL, &at, (long)file.length);
    if (!x509)
        return NULL;
    return at == file.at + file.length ? "holds a certificate that is not DER"
                                       : "holds more after a certificate in DER";
}

static const char *why_not_request(struct mst_der file)
{
    const unsigned char *at = file.at;
    MST_CLEANUP(mst_cleanup_x509_req)
    X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)file.length);
    if (!request)
        return NULL;
    return at == file.at + file.length
               ? "holds a request that is not DER, or whose extensions cannot be read"
               : "holds more after a request in DER";
}

static const char *why_nothing(struct mst_der file)
{
    const char *why = why_not_certificate(file);
    if (!why)
        why = why_not_request(file);
    if (!why && looks_like_key(file))
        why = "holds a private key alone";
    ERR_clear_error();
    return why ? why : holds_nothing;
}

/* A response may hold any bytes, also lines that look like PEM: what is whole in DER goes first. */
static const char *read_file(struct mst_der file, struct mst_documents *documents)
{
    if (file.length == 0)
        return is_empty;
    if (file.length > MST_DOCUMENT_FILE_MAX)
        return "is larger than 16 MiB";
    if (is_response(file))
        return add(documents, MST_DOCUMENT_KIND_OCSP_RESPONSE, file, NULL);
    const char *fault = add_der(documents, MST_DOCUMENT_KIND_CERTIFICATE, file, holds_nothing);
    if (fault == holds_nothing)
        fault = add_der(documents, MST_DOCUMENT_KIND_CERTIFICATE_REQUEST, file, holds_nothing);
    if (fault == holds_nothing)
        fault = read_pem(file, documents);
    if (fault == holds_nothing && looks_like_response(file))
        fault = add(documents, MST_DOCUMENT_KIND_OCSP_RESPONSE, file, NULL);
    return fault == holds_nothing ? why_nothing(file) : fault;
}

const char *mst_documents_read(const uint8_t *bytes, size_t length,
                               struct mst_documents *ret_documents)
{
    struct mst_documents documents = {0};
    const char *fault = read_file((struct mst_der){bytes, length}, &documents);
    if (fault)
        mst_documents_release(&documents);
    *ret_documents = documents;
    return fault;
}

const char *mst_documents_read_response(const uint8_t *bytes, size_t length,
                                        struct mst_documents *ret_documents)
{
    struct mst_documents documents = {0};
    const char *fault = read_file((struct mst_der){bytes, length}, &documents);
    if (fault == is_empty || fault == holds_nothing)
        fault =
            add(&documents, MST_DOCUMENT_KIND_OCSP_RESPONSE, (struct mst_der){bytes, length}, NULL);
    if (fault)
        mst_documents_release(&documents);
    *ret_documents = documents;
    return fault;
}

void mst_documents_release(struct mst_documents *documents)
{
    for (size_t i = 0; i < documents->count; i++) {
        mst_certificate_free(documents->items[i].certificate);
        free(documents->items[i].der);
    }
    free(documents->items);
    *documents = (struct mst_documents){0};
}
