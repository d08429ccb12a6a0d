#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "unit/staple_world.h"

#define BASIC "1.3.6.1.5.5.7.48.1.1"

enum {
    SEQUENCE = 0x30,
    BIT_STRING = 0x03,
    OCTET_STRING = 0x04,
    CONTEXT_0 = 0xa0,
    CONTEXT_2 = 0xa2
};

struct bytes {
    const void *at;
    size_t size;
};

#define B(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

#define THIS_UPDATE                                                                                \
    "\x18\x0f"                                                                                     \
    "20270115070000Z"
#define NEXT_UPDATE                                                                                \
    "\xa0\x11\x18\x0f"                                                                             \
    "20270118080000Z"
#define REVOKED_AT                                                                                 \
    "\x18\x0f"                                                                                     \
    "20270114080000Z"
#define GOOD "\x80\x00"
/* An extension 1.2.3.4 with a NULL; and the same with what comes before the value. */
#define EXTENSION "\x30\x09\x06\x03\x2a\x03\x04\x04\x02\x05\x00"
#define WITH_CRITICAL(value) "\x30\x0c\x06\x03\x2a\x03\x04\x01\x01" value "\x04\x02\x05\x00"

/* The parts of a BasicOCSPResponse that a row changes; those without bytes are as they should be.
 */
struct parts {
    struct bytes version, responder_id, produced_at;
    struct bytes status, this_update, next_update, after_next_update; /* of the SingleResponse */
    struct bytes after_responses, signature, after_signature;
};

struct row {
    const char *name;
    struct parts parts;
    const char *detail; /* NULL: readable, and what follows holds */
    enum mst_certificate_status status;
    enum mst_signer_fault fault;
    enum mst_revocation_reason reason;
    bool critical;
};

#define MALFORMED "the BasicOCSPResponse cannot be read"
#define NOT_DER "not DER, or bytes after the BasicOCSPResponse"
#define NOT_SHA1 "the responder's key hash is not SHA-1"
#define AS_GOOD NULL, MST_CERTIFICATE_STATUS_GOOD, MST_SIGNER_FAULT_NONE
#define AS_SIGNED(fault) NULL, MST_CERTIFICATE_STATUS_GOOD, MST_SIGNER_FAULT_##fault
#define AS_REVOKED(reason)                                                                         \
    NULL, MST_CERTIFICATE_STATUS_REVOKED, MST_SIGNER_FAULT_NONE, MST_REVOCATION_REASON_##reason

static const struct row rows[] = {
    {"as it should be", {.status = B(GOOD)}, AS_GOOD},
    {"explicit version v1", {.version = B("\xa0\x03\x02\x01\x00")}, AS_GOOD},
    {"version of no bytes", {.version = B("\xa0\x02\x02\x00")}, MALFORMED},
    {"version v2", {.version = B("\xa0\x03\x02\x01\x01")}, "the version is not v1"},
    {"version -1", {.version = B("\xa0\x03\x02\x01\xff")}, "the version is not v1"},
    {"version without tag", {.version = B("\x02\x01\x00")}, MALFORMED},

    {"responder of 19 bytes",
     {.responder_id = B("\xa2\x15\x04\x13"
                        "0123456789012345678")},
     NOT_SHA1},
    {"responder of 20 bytes",
     {.responder_id = B("\xa2\x16\x04\x14"
                        "01234567890123456789")},
     AS_SIGNED(UNKNOWN)},
    {"responder of no bytes", {.responder_id = B("\xa2\x02\x04\x00")}, NOT_SHA1},
    {"responder without a name", {.responder_id = B("\xa1\x02\x30\x00")}, AS_SIGNED(UNKNOWN)},
    {"responder in parts",
     {.responder_id = B("\xa2\x06\x24\x04\x04\x02"
                        "ab")},
     NOT_DER},
    {"responder of a third kind", {.responder_id = B("\xa3\x02\x04\x00")}, MALFORMED},
    {"responder without content", {.responder_id = B("\xa2\x00")}, MALFORMED},
    {"implicit responder",
     {.responder_id = B("\x82\x02"
                        "ab")},
     MALFORMED},

    {"producedAt as UTCTime",
     {.produced_at = B("\x17\x0d"
                       "270115070000Z")},
     MALFORMED},
    {"producedAt with a fraction",
     {.produced_at = B("\x18\x11"
                       "20270115070000.5Z")},
     "producedAt cannot be read"},
    {"producedAt with an offset",
     {.produced_at = B("\x18\x13"
                       "20270115070000+0000")},
     "producedAt cannot be read"},

    {"good with content", {.status = B("\x80\x01\x00")}, MALFORMED},
    {"good, constructed", {.status = B("\xa0\x00")}, MALFORMED},
    {"unknown",
     {.status = B("\x82\x00")},
     NULL,
     MST_CERTIFICATE_STATUS_UNKNOWN,
     MST_SIGNER_FAULT_NONE},
    {"unknown with content", {.status = B("\x82\x02\x05\x00")}, MALFORMED},
    {"a fourth status", {.status = B("\x83\x00")}, MALFORMED},
    {"two statuses", {.status = B("\x80\x00\x82\x00")}, MALFORMED},
    {"revoked, implicit", {.status = B("\x81\x00")}, MALFORMED},
    {"revoked without a time", {.status = B("\xa1\x00")}, MALFORMED},

    {"revoked", {.status = B("\xa1\x11" REVOKED_AT)}, AS_REVOKED(NONE)},
    {"reason 0",
     {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x0a\x01\x00")},
     AS_REVOKED(UNSPECIFIED)},
    {"reason 1",
     {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x0a\x01\x01")},
     AS_REVOKED(KEY_COMPROMISE)},
    {"reason 7", {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x0a\x01\x07")}, AS_REVOKED(OTHER)},
    {"reason 11", {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x0a\x01\x0b")}, AS_REVOKED(OTHER)},
    {"reason -1", {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x0a\x01\xff")}, AS_REVOKED(OTHER)},
    {"reason 2^31 - 1",
     {.status = B("\xa1\x19" REVOKED_AT "\xa0\x06\x0a\x04\x7f\xff\xff\xff")},
     AS_REVOKED(OTHER)},
    {"reason 2^32 + 1",
     {.status = B("\xa1\x1a" REVOKED_AT "\xa0\x07\x0a\x05\x01\x00\x00\x00\x01")},
     AS_REVOKED(OTHER)},
    {"reason of 9 bytes",
     {.status = B("\xa1\x1e" REVOKED_AT "\xa0\x0b\x0a\x09\x01\x00\x00\x00\x00\x00\x00\x00\x01")},
     AS_REVOKED(OTHER)},
    {"reason of no bytes", {.status = B("\xa1\x15" REVOKED_AT "\xa0\x02\x0a\x00")}, MALFORMED},
    {"reason with a byte too many",
     {.status = B("\xa1\x17" REVOKED_AT "\xa0\x04\x0a\x02\x00\x01")},
     MALFORMED},
    {"reason as INTEGER", {.status = B("\xa1\x16" REVOKED_AT "\xa0\x03\x02\x01\x01")}, MALFORMED},
    {"reason without content", {.status = B("\xa1\x13" REVOKED_AT "\xa0\x00")}, MALFORMED},
    {"revoked with a fraction",
     {.status = B("\xa1\x13\x18\x11"
                  "20270114080000.5Z")},
     AS_REVOKED(NONE)},

    {"thisUpdate as UTCTime",
     {.this_update = B("\x17\x0d"
                       "270115070000Z")},
     MALFORMED},
    {"thisUpdate as text",
     {.this_update = B("\x0c\x0f"
                       "20270115070000Z")},
     MALFORMED},
    {"thisUpdate, constructed",
     {.this_update = B("\x38\x11\x18\x0f"
                       "20270115070000Z")},
     NOT_DER},
    {"nextUpdate as UTCTime",
     {.next_update = B("\xa0\x0f\x17\x0d"
                       "270118080000Z")},
     MALFORMED},
    {"nextUpdate, implicit",
     {.next_update = B("\x80\x0f"
                       "20270118080000Z")},
     MALFORMED},
    {"nextUpdate without content", {.next_update = B("\xa0\x00")}, MALFORMED},
    {"nextUpdate twice", {.next_update = B(NEXT_UPDATE NEXT_UPDATE)}, MALFORMED},
    {"nextUpdate and more in it",
     {.next_update = B("\xa0\x13\x18\x0f"
                       "20270118080000Z\x05\x00")},
     MALFORMED},

    {"no single extensions", {.after_next_update = B("\xa1\x02\x30\x00")}, AS_GOOD},
    {"a single extension", {.after_next_update = B("\xa1\x0d\x30\x0b" EXTENSION)}, AS_GOOD},
    {"the same twice", {.after_next_update = B("\xa1\x18\x30\x16" EXTENSION EXTENSION)}, AS_GOOD},
    {"a critical one",
     {.after_next_update = B("\xa1\x10\x30\x0e" WITH_CRITICAL("\xff"))},
     AS_GOOD,
     MST_REVOCATION_REASON_NONE,
     true},
    {"critical after one that is not",
     {.after_next_update = B("\xa1\x1b\x30\x19" EXTENSION WITH_CRITICAL("\xff"))},
     AS_GOOD,
     MST_REVOCATION_REASON_NONE,
     true},
    {"critical by another byte",
     {.after_next_update = B("\xa1\x10\x30\x0e" WITH_CRITICAL("\x01"))},
     AS_GOOD,
     MST_REVOCATION_REASON_NONE,
     true},
    {"not critical, in words",
     {.after_next_update = B("\xa1\x10\x30\x0e" WITH_CRITICAL("\x00"))},
     NOT_DER},
    {"single extensions without a list", {.after_next_update = B("\xa1\x00")}, MALFORMED},
    {"more in the SingleResponse", {.after_next_update = B("\x05\x00")}, MALFORMED},

    {"no response extensions", {.after_responses = B("\xa1\x02\x30\x00")}, AS_GOOD},
    {"a response extension twice",
     {.after_responses = B("\xa1\x18\x30\x16" EXTENSION EXTENSION)},
     AS_GOOD},
    {"not critical in the response, in words",
     {.after_responses = B("\xa1\x10\x30\x0e" WITH_CRITICAL("\x00"))},
     NOT_DER},
    {"a critical one of the response",
     {.after_responses = B("\xa1\x10\x30\x0e" WITH_CRITICAL("\xff"))},
     AS_GOOD,
     MST_REVOCATION_REASON_NONE,
     true},
    {"more in the ResponseData", {.after_responses = B("\x05\x00")}, MALFORMED},

    {"a signature of no bytes", {.signature = B("\x03\x01\x00")}, AS_SIGNED(BAD_SIGNATURE)},
    {"a signature of nothing", {.signature = B("\x03\x00")}, MALFORMED},
    {"a signature with unused bits",
     {.signature = B("\x03\x02\x01\x80")},
     AS_SIGNED(BAD_SIGNATURE)},
    {"unused bits that are set", {.signature = B("\x03\x02\x01\x81")}, NOT_DER},
    {"more unused bits than a byte has", {.signature = B("\x03\x02\x08\x80")}, MALFORMED},
    {"a signature as OCTET STRING", {.signature = B("\x04\x02\x00\x80")}, MALFORMED},

    {"no certificates, in words", {.after_signature = B("\xa0\x02\x30\x00")}, AS_GOOD},
    {"certificates without a list", {.after_signature = B("\xa0\x00")}, MALFORMED},
    {"certificates that are none", {.after_signature = B("\xa0\x04\x30\x02\x30\x00")}, MALFORMED},
    {"more in the BasicOCSPResponse", {.after_signature = B("\x05\x00")}, MALFORMED},
};

/* Bytes that grow at the end. */
struct growing {
    uint8_t *at;
    size_t size;
};

static void append(struct growing *all, const void *bytes, size_t size)
{
    uint8_t *longer = realloc(all->at, all->size + size + 1);
    assert_non_null(longer);
    if (size > 0)
        memcpy(longer + all->size, bytes, size);
    all->at = longer;
    all->size += size;
}

/* What a row gives, or else what is right. */
static void append_part(struct growing *all, struct bytes given, const char *otherwise, size_t size)
{
    if (given.at)
        append(all, given.at, given.size);
    else
        append(all, otherwise, size);
}

#define APPEND_OR(all, given, otherwise) append_part(all, given, otherwise, sizeof(otherwise) - 1)

/* Makes one element of what there is. */
static void enclose(struct growing *all, unsigned identifier)
{
    size_t size = 0;
    uint8_t *whole = pki_der_wrap(identifier, all->at, all->size, &size);
    free(all->at);
    *all = (struct growing){whole, size};
}

static void append_element(struct growing *all, struct growing element)
{
    append(all, element.at, element.size);
    free(element.at);
}

static struct growing make_single(const struct parts *parts)
{
    struct growing single = {0};
    unsigned char *id = NULL;
    OCSP_CERTID *cert_id =
        OCSP_cert_to_id(NULL, staple_world_get(LEAF)->x509, staple_world_get(ISSUER)->x509);
    const int length = i2d_OCSP_CERTID(cert_id, &id);
    assert_true(length > 0);
    append(&single, id, (size_t)length);
    APPEND_OR(&single, parts->status, GOOD);
    APPEND_OR(&single, parts->this_update, THIS_UPDATE);
    APPEND_OR(&single, parts->next_update, NEXT_UPDATE);
    APPEND_OR(&single, parts->after_next_update, "");
    enclose(&single, SEQUENCE);
    OPENSSL_free(id);
    OCSP_CERTID_free(cert_id);
    return single;
}

static void append_responder(struct growing *data, struct bytes given)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct growing id = {0};
    assert_int_equal(
        X509_pubkey_digest(staple_world_get(ISSUER)->x509, EVP_sha1(), digest, &length), 1);
    append(&id, digest, length);
    enclose(&id, OCTET_STRING);
    enclose(&id, CONTEXT_2);
    if (given.at)
        append(data, given.at, given.size);
    else
        append(data, id.at, id.size);
    free(id.at);
}

static void append_signature(struct growing *basic, const struct growing *data)
{
    static const char ecdsa_with_sha256[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
    uint8_t bytes[256] = {0}; /* the first tells the unused bits */
    size_t length = sizeof bytes - 1;
    struct growing signature = {0};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(
        EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, staple_world_get(ISSUER)->key), 1);
    assert_int_equal(EVP_DigestSign(context, bytes + 1, &length, data->at, data->size), 1);
    EVP_MD_CTX_free(context);
    append(basic, ecdsa_with_sha256, sizeof ecdsa_with_sha256 - 1);
    append(&signature, bytes, length + 1);
    enclose(&signature, BIT_STRING);
    append_element(basic, signature);
}

/* The signature is right for whatever the parts are. */
static struct growing make_basic(const struct parts *parts)
{
    struct growing data = {0};
    struct growing basic = {0};
    struct growing responses = make_single(parts);
    enclose(&responses, SEQUENCE);
    APPEND_OR(&data, parts->version, "");
    append_responder(&data, parts->responder_id);
    APPEND_OR(&data, parts->produced_at, THIS_UPDATE);
    append_element(&data, responses);
    APPEND_OR(&data, parts->after_responses, "");
    enclose(&data, SEQUENCE);
    append(&basic, data.at, data.size);
    if (parts->signature.at) {
        append(&basic, "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02", 12);
        append(&basic, parts->signature.at, parts->signature.size);
    } else {
        append_signature(&basic, &data);
    }
    APPEND_OR(&basic, parts->after_signature, "");
    enclose(&basic, SEQUENCE);
    free(data.at);
    return basic;
}

static void check(const struct row *row)
{
    struct growing basic = make_basic(&row->parts);
    struct mst_staple_facts facts;
    size_t size = 0;
    uint8_t *data = pki_response_wrap(BASIC, basic.at, basic.size, &size);
    print_message("%s\n", row->name);
    staple_world_read_bytes(data, size, ISSUER, &facts);
    assert_int_equal(facts.malformed, row->detail != NULL);
    if (row->detail) {
        assert_string_equal(facts.malformed_detail, row->detail);
    } else {
        assert_int_equal(facts.matching, 1);
        assert_int_equal(facts.certificate_status, row->status);
        assert_int_equal(facts.signer_fault, row->fault);
        assert_int_equal(facts.revocation_reason, row->reason);
        assert_int_equal(facts.critical_extension, row->critical);
        assert_int_equal(facts.certificates, 0);
        assert_int_equal(facts.this_update_s, PKI_NOW_S - PKI_HOUR_S);
        assert_int_equal(facts.next_update_s, PKI_NOW_S + 3 * PKI_DAY_S);
    }
    assert_int_equal(ERR_peek_error(), 0);
    mst_staple_facts_release(&facts);
    free(data);
    free(basic.at);
}

static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        check(&rows[i]);
}

/* Around the BasicOCSPResponse. */
static void test_outside(void **state)
{
    (void)state;
    static const struct {
        const char *name, *type;
        const char *detail;
    } types[] = {
        {"basic", BASIC, NULL},
        {"a byte less", "1.3.6.1.5.5.7.48.1", "the response type is not id-pkix-ocsp-basic"},
        {"a byte more", "1.3.6.1.5.5.7.48.1.1.1", "the response type is not id-pkix-ocsp-basic"},
        {"a nonce", "1.3.6.1.5.5.7.48.1.2", "the response type is not id-pkix-ocsp-basic"},
    };
    const struct parts parts = {.status = B(GOOD)};
    struct growing basic = make_basic(&parts);
    for (size_t i = 0; i < MST_COUNT_OF(types); i++) {
        struct mst_staple_facts facts;
        size_t size = 0;
        uint8_t *data = pki_response_wrap(types[i].type, basic.at, basic.size, &size);
        print_message("%s\n", types[i].name);
        staple_world_read_bytes(data, size, ISSUER, &facts);
        assert_int_equal(facts.malformed, types[i].detail != NULL);
        if (types[i].detail)
            assert_string_equal(facts.malformed_detail, types[i].detail);
        mst_staple_facts_release(&facts);
        free(data);
    }
    free(basic.at);
}

/* An error with a response beside it is an error. */
static void test_error_with_response(void **state)
{
    (void)state;
    const struct parts parts = {.status = B(GOOD)};
    struct growing basic = make_basic(&parts);
    struct mst_staple_facts facts;
    size_t size = 0;
    uint8_t *data = pki_response_wrap(BASIC, basic.at, basic.size, &size);
    uint8_t *status = memmem(data, size, "\x0a\x01\x00", 3);
    assert_non_null(status);
    status[2] = 3;
    staple_world_read_bytes(data, size, ISSUER, &facts);
    assert_false(facts.malformed);
    assert_int_equal(facts.responder_status, MST_RESPONDER_STATUS_TRY_LATER);
    assert_int_equal(facts.matching, 0);
    assert_int_equal(facts.certificate_status, MST_CERTIFICATE_STATUS_NONE);
    mst_staple_facts_release(&facts);
    free(data);
    free(basic.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_outside),
        cmocka_unit_test(test_error_with_response),
    };
    return cmocka_run_group_tests(tests, staple_world_setup, staple_world_teardown);
}
