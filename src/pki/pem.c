#include "pki/pem.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/attributes.h"
#include "pki/cleanup.h"

static const char begin[] = "-----BEGIN ";
static const char dashes[] = "-----";

enum { BEGIN_LENGTH = sizeof begin - 1, DASHES_LENGTH = sizeof dashes - 1 };

#define UNREADABLE(label) "holds a block " label " that cannot be read"

static const struct mst_pem_format formats[] = {
    {PEM_STRING_X509, MST_DOCUMENT_KIND_CERTIFICATE, false, UNREADABLE("CERTIFICATE")},
    {PEM_STRING_X509_OLD, MST_DOCUMENT_KIND_CERTIFICATE, false, UNREADABLE("X509 CERTIFICATE")},
    {PEM_STRING_X509_TRUSTED, MST_DOCUMENT_KIND_CERTIFICATE, true,
     UNREADABLE("TRUSTED CERTIFICATE")},
    {PEM_STRING_X509_REQ, MST_DOCUMENT_KIND_CERTIFICATE_REQUEST, false,
     UNREADABLE("CERTIFICATE REQUEST")},
    {PEM_STRING_X509_REQ_OLD, MST_DOCUMENT_KIND_CERTIFICATE_REQUEST, false,
     UNREADABLE("NEW CERTIFICATE REQUEST")},
    {"OCSP RESPONSE", MST_DOCUMENT_KIND_OCSP_RESPONSE, false, UNREADABLE("OCSP RESPONSE")},
};

/* Part of a line. */
struct span {
    const uint8_t *at;
    size_t length;
};

static bool begins_with(struct span span, const char *text)
{
    const size_t length = strlen(text);
    return span.length >= length && memcmp(span.at, text, length) == 0;
}

static bool ends_with(struct span span, const char *text)
{
    const size_t length = strlen(text);
    return span.length >= length && memcmp(span.at + span.length - length, text, length) == 0;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Moves to the next line that begins a block; false when there is none. */
static bool find_begin(struct mst_pem_reader *reader)
{
    const uint8_t *from = reader->at;
    while (reader->length > 0) {
        const uint8_t *found = memmem(reader->at, reader->length, begin, BEGIN_LENGTH);
        if (!found)
            return false;
        reader->length -= (size_t)(found - reader->at);
        reader->at = found;
        if (found == from || found[-1] == '\n')
            return true;
        reader->at += BEGIN_LENGTH;
        reader->length -= BEGIN_LENGTH;
    }
    return false;
}

/* What stands between "-----BEGIN " and the end of its line. */
static struct span rest_of_line(const struct mst_pem_reader *reader)
{
    struct span rest = {reader->at + BEGIN_LENGTH, reader->length - BEGIN_LENGTH};
    const uint8_t *end = memchr(rest.at, '\n', rest.length);
    if (end)
        rest.length = (size_t)(end - rest.at);
    while (rest.length > 0 && is_space(rest.at[rest.length - 1]))
        rest.length--;
    return rest;
}

/* The format whose label the line has, whatever comes after the label's first dash. */
static const struct mst_pem_format *find_format(struct span rest)
{
    for (size_t i = 0; i < MST_COUNT_OF(formats); i++) {
        const size_t length = strlen(formats[i].label);
        if (begins_with(rest, formats[i].label) &&
            (rest.length == length || rest.at[length] == '-'))
            return &formats[i];
    }
    return NULL;
}

/* Reads the block that begins here and moves behind it. */
static bool read_block(struct mst_pem_reader *reader, struct mst_pem_block *block)
{
    MST_CLEANUP(mst_cleanup_bio) BIO *bio = BIO_new_mem_buf(reader->at, (int)reader->length);
    MST_CLEANUP(mst_cleanup_openssl_text) char *label = NULL;
    MST_CLEANUP(mst_cleanup_openssl_text) char *header = NULL;
    unsigned char *bytes = NULL;
    long length = 0;
    if (!bio || PEM_read_bio(bio, &label, &header, &bytes, &length) != 1)
        return false;
    block->bytes = bytes;
    block->length = (size_t)length;
    const size_t left = BIO_ctrl_pending(bio);
    reader->at += reader->length - left;
    reader->length = left;
    return true;
}

bool mst_pem_next(struct mst_pem_reader *reader, struct mst_pem_block *ret_block)
{
    while (find_begin(reader)) {
        const struct span rest = rest_of_line(reader);
        const struct mst_pem_format *format = find_format(rest);
        if (!format) {
            if (ends_with(rest, "PRIVATE KEY-----"))
                reader->saw_private_key = true;
            /* Not one byte of it again: it may be the whole file, and all of it beginnings. */
            reader->at += BEGIN_LENGTH + rest.length;
            reader->length -= BEGIN_LENGTH + rest.length;
            continue;
        }
        *ret_block = (struct mst_pem_block){.format = format};
        /* A line that does not end as it should would be passed over with its block. */
        if (rest.length != strlen(format->label) + DASHES_LENGTH || !ends_with(rest, dashes) ||
            !read_block(reader, ret_block))
            reader->length = 0;
        ERR_clear_error();
        return true;
    }
    return false;
}

void mst_pem_block_release(struct mst_pem_block *block)
{
    OPENSSL_free(block->bytes);
    *block = (struct mst_pem_block){0};
}
