/* A file of documents, PEM or DER; and base64, which PEM and stored records are made of. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "pki/certificate.h"
#include "pki/csr.h"
#include "pki/document.h"
#include "pki/encoding.h"

static void hold_certificate_bytes(const struct mst_document *document)
{
    size_t length = 0;
    uint8_t *der = mst_certificate_to_der(document->certificate, &length);
    FUZZ_REQUIRE(der && length == document->length && memcmp(der, document->der, length) == 0);
    free(der);
}

/* Read by itself, a document is the same one. */
static void hold_alone(const struct mst_document *document)
{
    struct mst_documents alone;
    const char *reason = mst_documents_read(document->der, document->length, &alone);
    FUZZ_REQUIRE(!reason && alone.count == 1);
    FUZZ_REQUIRE(alone.items[0].kind == document->kind && alone.items[0].position == 1);
    FUZZ_REQUIRE(alone.items[0].length == document->length);
    FUZZ_REQUIRE(memcmp(alone.items[0].der, document->der, document->length) == 0);
    mst_documents_release(&alone);
}

static void hold_document(const struct mst_document *document)
{
    FUZZ_REQUIRE(document->der);
    switch (document->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        FUZZ_REQUIRE(document->certificate);
        hold_certificate_bytes(document);
        hold_alone(document);
        break;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        FUZZ_REQUIRE(!document->certificate);
        FUZZ_REQUIRE(mst_csr_is_readable(document->der, document->length));
        hold_alone(document);
        break;
    default:
        FUZZ_REQUIRE(document->kind == MST_DOCUMENT_KIND_OCSP_RESPONSE);
        FUZZ_REQUIRE(!document->certificate);
        break;
    }
}

static void hold_documents(const char *reason, struct mst_documents *documents)
{
    hold_no_errors();
    FUZZ_REQUIRE((documents->count == 0) == (reason != NULL));
    FUZZ_REQUIRE(!reason || (reason[0] != '\0' && !documents->items));
    FUZZ_REQUIRE(documents->count <= MST_DOCUMENTS_MAX);
    for (size_t i = 0; i < documents->count; i++) {
        FUZZ_REQUIRE(documents->items[i].position == i + 1);
        hold_document(&documents->items[i]);
    }
}

static void hold_as_response(const uint8_t *data, size_t size, const struct mst_documents *plain)
{
    struct mst_documents documents;
    const char *reason = mst_documents_read_response(data, size, &documents);
    hold_documents(reason, &documents);
    /* What is something already is not taken for a response. */
    if (plain->count > 0) {
        FUZZ_REQUIRE(documents.count == plain->count);
        FUZZ_REQUIRE(documents.items[0].kind == plain->items[0].kind);
    } else if (documents.count > 0) {
        FUZZ_REQUIRE(documents.count == 1);
        FUZZ_REQUIRE(documents.items[0].kind == MST_DOCUMENT_KIND_OCSP_RESPONSE);
        FUZZ_REQUIRE(documents.items[0].length == size);
        FUZZ_REQUIRE(size == 0 || memcmp(documents.items[0].der, data, size) == 0);
    }
    mst_documents_release(&documents);
}

/* There and back in both directions. */
static void hold_base64(const uint8_t *data, size_t size)
{
    size_t length = 0;
    char *text = mst_base64_encode(data, size);
    uint8_t *bytes = text ? mst_base64_decode(text, strlen(text), &length) : NULL;
    FUZZ_REQUIRE(bytes && length == size && (size == 0 || memcmp(bytes, data, size) == 0));
    free(bytes);
    free(text);
    bytes = mst_base64_decode((const char *)data, size, &length);
    if (!bytes)
        return;
    text = mst_base64_encode(bytes, length);
    FUZZ_REQUIRE(text && strlen(text) == size && (size == 0 || memcmp(text, data, size) == 0));
    free(text);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_documents documents;
    const char *reason = mst_documents_read(data, size, &documents);
    hold_documents(reason, &documents);
    hold_as_response(data, size, &documents);
    mst_documents_release(&documents);
    hold_base64(data, size);
    return 0;
}
