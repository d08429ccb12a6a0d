/* Certificate requests, and files that hold documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "fuzz/seed_files.h"
#include "unit/request_maker.h"
#include "unit/staple_world.h"

#define REQUEST "1.2.840.113549.1.9.14"
#define MICROSOFT "1.3.6.1.4.1.311.2.1.14"
#define FEATURE "1.3.6.1.5.5.7.1.24=DER:3003020105"
#define VALUE(...)                                                                                 \
    {                                                                                              \
        .there = true, .extensions = { __VA_ARGS__ }                                               \
    }

static const struct request requests[] = {
    {.name = "plain"},
    {.name = "must_staple", .attributes = {{REQUEST, {VALUE(FEATURE)}}}},
    {.name = "names_and_feature",
     .attributes = {{REQUEST,
                     {VALUE("subjectAltName=DNS:a.example,DNS:*.b.example,IP:192.0.2.1",
                            FEATURE)}}}},
    {.name = "critical_feature",
     .attributes = {{REQUEST, {VALUE("1.3.6.1.5.5.7.1.24=critical,DER:3003020105")}}}},
    {.name = "feature_of_17",
     .attributes = {{REQUEST, {VALUE("1.3.6.1.5.5.7.1.24=DER:3003020111")}}}},
    {.name = "microsoft", .attributes = {{MICROSOFT, {VALUE(FEATURE)}}}},
    {.name = "both", .attributes = {{MICROSOFT, {VALUE(FEATURE)}}, {REQUEST, {VALUE(FEATURE)}}}},
    {.name = "two_values", .attributes = {{REQUEST, {VALUE(FEATURE), VALUE(FEATURE)}}}},
    {.name = "broken_signature", .break_signature = true},
    {.name = "rsa", .kind = PKI_KEY_RSA},
    {.name = "ed25519", .kind = PKI_KEY_ED25519},
    {.name = "challenge",
     .attributes = {{"1.2.840.113549.1.9.7",
                     {{.there = true, .raw = "secret", .raw_type = V_ASN1_UTF8STRING}}}}},
};

/* A PEM block, appended. */
static void put_pem(BIO *file, const char *label, const uint8_t *der, size_t size)
{
    if (PEM_write_bio(file, label, "", der, (long)size) <= 0)
        abort();
}

static void write_document(const char *name, BIO *file)
{
    char *bytes = NULL;
    const long size = BIO_get_mem_data(file, &bytes);
    seed_write("document", name, bytes, (size_t)size);
    (void)BIO_reset(file);
}

static void write_pem_files(const uint8_t *request, size_t request_size)
{
    const struct pki_response spec = staple_world_response();
    size_t leaf_size = 0;
    size_t response_size = 0;
    MST_AUTO_FREE uint8_t *leaf = pki_certificate_der(staple_world_get(LEAF)->x509, &leaf_size);
    MST_AUTO_FREE uint8_t *response = pki_response_make(&spec, &response_size);
    BIO *file = BIO_new(BIO_s_mem());
    put_pem(file, "CERTIFICATE", leaf, leaf_size);
    write_document("certificate_pem", file);
    put_pem(file, "NEW CERTIFICATE REQUEST", request, request_size);
    write_document("new_request_pem", file);
    put_pem(file, "OCSP RESPONSE", response, response_size);
    write_document("response_pem", file);
    (void)BIO_puts(file, "subject=CN = must.example\n\n");
    put_pem(file, "EC PRIVATE KEY", (const uint8_t *)"\x30\x03\x02\x01\x01", 5);
    put_pem(file, "X509 CERTIFICATE", leaf, leaf_size);
    put_pem(file, "CERTIFICATE REQUEST", request, request_size);
    put_pem(file, "OCSP RESPONSE", response, response_size);
    write_document("all_kinds_pem", file);
    if (PEM_write_bio_X509_AUX(file, staple_world_get(LEAF)->x509) != 1)
        abort();
    write_document("trusted_certificate_pem", file);
    put_pem(file, "CERTIFICATE", (const uint8_t *)"nothing", 7);
    write_document("no_certificate_pem", file);
    BIO_free(file);
    seed_write("document", "certificate_der", leaf, leaf_size);
    seed_write("document", "response_der", response, response_size);
    seed_write("document", "response_cut", response, response_size - 9);
    seed_write("document", "request_der", request, request_size);
}

void seeds_request(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(requests); i++) {
        size_t size = 0;
        MST_AUTO_FREE uint8_t *der = request_make(&requests[i], &size);
        seed_write("csr", requests[i].name, der, size);
        seed_write("inspect", requests[i].name, der, size);
        if (i == 1)
            write_pem_files(der, size);
    }
    seed_write_text("document", "begin_without_end", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    seed_write_text("document", "headers_in_pem",
                    "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n"
                    "MAA=\n-----END CERTIFICATE-----\n");
    seed_write_text("document", "text", "nothing of ours\r\n");
    seed_write_text("document", "base64", "MAMKAQM=");
    seed_write("document", "empty", "", 0);
}
