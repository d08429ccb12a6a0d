#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "pki/csr.h"
#include "unit/request_maker.h"

#define PKCS_9 "1.2.840.113549.1.9.14"
#define MICROSOFT "1.3.6.1.4.1.311.2.1.14"
#define CHALLENGE "1.2.840.113549.1.9.7"

#define FIVE "1.3.6.1.5.5.7.1.24=DER:3003020105"
#define CRITICAL_FIVE "1.3.6.1.5.5.7.1.24=critical,DER:3003020105"
#define SIX "1.3.6.1.5.5.7.1.24=DER:3003020106"
#define EMPTY_LIST "1.3.6.1.5.5.7.1.24=DER:3000"
#define NAME_A "subjectAltName=DNS:a.example"
#define NAME_B "subjectAltName=DNS:b.example"

#define LIST(...)                                                                                  \
    {                                                                                              \
        .there = true, .extensions = { __VA_ARGS__ }                                               \
    }
#define RAW(type, bytes)                                                                           \
    {                                                                                              \
        .there = true, .raw = (bytes), .raw_type = (type)                                          \
    }

#define NO_FEATURE                                                                                 \
    {                                                                                              \
        .present = false                                                                           \
    }
#define MUST_STAPLE                                                                                \
    {                                                                                              \
        .present = true, .must_staple = true                                                       \
    }
#define FAULT(word)                                                                                \
    {                                                                                              \
        .present = true, .fault = MST_FEATURE_FAULT_##word                                         \
    }

static const struct {
    const char *name;
    struct request_attribute attributes[REQUEST_ATTRIBUTES_MAX];
    struct mst_tls_feature_facts feature; /* without the list */
    const char *dns_names;
} asked[] = {
    {"nothing", {{0}}, NO_FEATURE, ""},
    {"Must-Staple", {{PKCS_9, {LIST(FIVE)}}}, MUST_STAPLE, ""},
    {"a name", {{PKCS_9, {LIST(NAME_A)}}}, NO_FEATURE, "a.example "},
    {"both", {{PKCS_9, {LIST(NAME_A, FIVE)}}}, MUST_STAPLE, "a.example "},
    {"critical",
     {{PKCS_9, {LIST(CRITICAL_FIVE)}}},
     {.present = true, .must_staple = true, .critical = true},
     ""},
    {"Microsoft's", {{MICROSOFT, {LIST(FIVE, NAME_A)}}}, MUST_STAPLE, "a.example "},
    {"another feature", {{PKCS_9, {LIST(SIX)}}}, FAULT(NO_STATUS_REQUEST), ""},
    {"an empty list of features", {{PKCS_9, {LIST(EMPTY_LIST)}}}, FAULT(EMPTY_LIST), ""},
    {"twice in one list", {{PKCS_9, {LIST(FIVE, FIVE)}}}, FAULT(DUPLICATE_EXTENSION), ""},
    {"in the second value", {{PKCS_9, {LIST(NAME_A), LIST(FIVE)}}}, MUST_STAPLE, "a.example "},
    {"in two values", {{PKCS_9, {LIST(FIVE), LIST(FIVE)}}}, FAULT(DUPLICATE_EXTENSION), ""},
    {"in the second attribute",
     {{PKCS_9, {LIST(NAME_A)}}, {REQUEST_AGAIN, {LIST(FIVE)}}},
     MUST_STAPLE,
     "a.example "},
    {"in both attributes",
     {{PKCS_9, {LIST(FIVE)}}, {MICROSOFT, {LIST(SIX)}}},
     FAULT(DUPLICATE_EXTENSION),
     ""},
    {"names here, features there",
     {{MICROSOFT, {LIST(NAME_A)}},
      {CHALLENGE, {RAW(V_ASN1_UTF8STRING, "secret")}},
      {PKCS_9, {LIST(FIVE)}}},
     MUST_STAPLE,
     "a.example "},
    {"two lists of names",
     {{PKCS_9, {LIST(NAME_A, FIVE)}}, {REQUEST_AGAIN, {LIST(NAME_B)}}},
     MUST_STAPLE,
     "b.example a.example "}, /* a SET is sorted */
    {"an empty list of extensions", {{PKCS_9, {LIST(NULL)}}}, NO_FEATURE, ""},
    {"an attribute without values", {{PKCS_9, {{0}}}}, NO_FEATURE, ""},
    {"in an attribute that asks for nothing", {{CHALLENGE, {LIST(FIVE)}}}, NO_FEATURE, ""},
    {"names of other kinds",
     {{PKCS_9,
       {LIST("subjectAltName=IP:192.0.2.1,DNS:a.example,email:a@b.example,DNS:b.example")}}},
     NO_FEATURE,
     "a.example b.example "},
    {"names that cannot be read", {{PKCS_9, {LIST("2.5.29.17=DER:0500", FIVE)}}}, MUST_STAPLE, ""},
    {"a name that is no text",
     {{PKCS_9, {LIST("2.5.29.17=DER:30068204610080ff")}}},
     NO_FEATURE,
     "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "},
};

/* The names, each followed by a space. */
static char *join(const struct mst_texts *texts)
{
    enum { SIZE = 65536 };
    char *joined = calloc(1, SIZE);
    size_t used = 0;
    assert_non_null(joined);
    for (size_t i = 0; i < texts->count; i++)
        used += (size_t)snprintf(joined + used, SIZE - used, "%s ", texts->items[i]);
    return joined;
}

static void test_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(asked); i++) {
        struct request spec = {.name = "must.example"};
        struct mst_csr_facts facts;
        size_t size = 0;
        memcpy(spec.attributes, asked[i].attributes, sizeof spec.attributes);
        print_message("%s\n", asked[i].name);
        uint8_t *der = request_make(&spec, &size);
        assert_true(mst_csr_is_readable(der, size));
        assert_true(mst_csr_read(der, size, &facts));
        char *names = join(&facts.dns_names);
        assert_string_equal(names, asked[i].dns_names);
        assert_string_equal(facts.subject, "CN=must.example");
        assert_true(facts.signature_valid);
        assert_int_equal(facts.tls_feature.present, asked[i].feature.present);
        assert_int_equal(facts.tls_feature.must_staple, asked[i].feature.must_staple);
        assert_int_equal(facts.tls_feature.critical, asked[i].feature.critical);
        assert_int_equal(facts.tls_feature.fault, asked[i].feature.fault);
        assert_int_equal(ERR_peek_error(), 0);
        free(names);
        mst_csr_facts_release(&facts);
        free(der);
    }
}

static void test_keys(void **state)
{
    (void)state;
    static const struct {
        enum pki_key_kind kind;
        bool broken;
        const char *key, *signature;
    } rows[] = {
        {PKI_KEY_P256, false, "EC P-256", "ecdsa-with-SHA256"},
        {PKI_KEY_P256, true, "EC P-256", "ecdsa-with-SHA256"},
        {PKI_KEY_P384, false, "EC P-384", "ecdsa-with-SHA256"},
        {PKI_KEY_RSA, false, "RSA 2048", "sha256WithRSAEncryption"},
        {PKI_KEY_RSA, true, "RSA 2048", "sha256WithRSAEncryption"},
        {PKI_KEY_ED25519, false, "Ed25519", "ED25519"},
        {PKI_KEY_ED25519, true, "Ed25519", "ED25519"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct request spec = {
            .name = "must.example", .kind = rows[i].kind, .break_signature = rows[i].broken};
        struct mst_csr_facts facts;
        size_t size = 0;
        uint8_t *der = request_make(&spec, &size);
        print_message("%s%s\n", rows[i].key, rows[i].broken ? ", broken" : "");
        assert_true(mst_csr_read(der, size, &facts));
        assert_string_equal(facts.key, rows[i].key);
        assert_string_equal(facts.signature, rows[i].signature);
        assert_int_equal(facts.signature_valid, !rows[i].broken);
        assert_int_equal(ERR_peek_error(), 0);
        mst_csr_facts_release(&facts);
        free(der);
    }
}

/* Many and long names are bounded. */
static void test_bounds(void **state)
{
    (void)state;
    enum { NAMES = 40, LENGTH = 3000 };
    static char names[NAMES * 16] = "subjectAltName=DNS:0.example";
    static char length[LENGTH + 32] = "subjectAltName=DNS:";
    struct request spec = {.name = "must.example"};
    struct mst_csr_facts facts;
    size_t size = 0;
    for (size_t i = 1; i < NAMES; i++)
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), ",DNS:%zu.example", i);
    memset(length + strlen(length), 'a', LENGTH);
    spec.attributes[0] =
        (struct request_attribute){PKCS_9, {LIST(length, names, FIVE), LIST(NAME_A)}};
    uint8_t *der = request_make(&spec, &size);
    assert_true(mst_csr_read(der, size, &facts));
    assert_int_equal(facts.dns_names.count, 16);
    assert_string_equal(facts.dns_names.items[0], "a.example"); /* a SET is sorted */
    assert_in_range(strlen(facts.dns_names.items[1]), 250, 255 + 3);
    assert_string_equal(facts.dns_names.items[1] + strlen(facts.dns_names.items[1]) - 3, "...");
    assert_string_equal(facts.dns_names.items[2], "0.example");
    assert_string_equal(facts.dns_names.items[15], "13.example");
    assert_true(facts.tls_feature.must_staple);
    mst_csr_facts_release(&facts);
    free(der);
}

static void assert_unreadable(const uint8_t *der, size_t size)
{
    struct mst_csr_facts facts = {.signature_valid = true};
    assert_false(mst_csr_is_readable(der, size));
    assert_false(mst_csr_read(der, size, &facts));
    assert_true(facts.signature_valid); /* untouched */
    assert_int_equal(ERR_peek_error(), 0);
}

static void test_unreadable_lists(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct request_value values[REQUEST_VALUES_MAX];
    } rows[] = {
        {"no SEQUENCE", {RAW(V_ASN1_OCTET_STRING, "0")}},
        {"no extensions", {RAW(V_ASN1_SEQUENCE, "0\x03\x02\x01\x05")}},
        {"no elements", {RAW(V_ASN1_SEQUENCE, "0\x05hello")}},
        {"an element cut off", {RAW(V_ASN1_SEQUENCE, "0\x02\x05\x01")}},
        {"the second", {LIST(FIVE), RAW(V_ASN1_SEQUENCE, "0\x03\x02\x01\x05")}},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct request spec = {.name = "must.example", .attributes = {{PKCS_9, {{0}}}}};
        size_t size = 0;
        memcpy(spec.attributes[0].values, rows[i].values, sizeof rows[i].values);
        print_message("%s\n", rows[i].name);
        uint8_t *der = request_make(&spec, &size);
        assert_unreadable(der, size);
        free(der);
    }
}

static void test_not_a_request(void **state)
{
    (void)state;
    const struct request spec = {.name = "must.example", .attributes = {{PKCS_9, {LIST(FIVE)}}}};
    size_t size = 0;
    uint8_t *der = request_make(&spec, &size);
    /* In blocks of their own, so that a read past the end is seen. */
    for (size_t i = 0; i < size; i++) {
        uint8_t *cut = malloc(i ? i : 1);
        assert_non_null(cut);
        memcpy(cut, der, i);
        assert_unreadable(cut, i);
        free(cut);
    }
    uint8_t *longer = calloc(1, size + 1);
    assert_non_null(longer);
    memcpy(longer, der, size);
    assert_unreadable(longer, size + 1);
    assert_unreadable(NULL, 0);
    assert_unreadable(der, SIZE_MAX);
    free(longer);

    /* The same in BER: an indefinite length around it. */
    assert_int_equal(der[1], 0x81);
    uint8_t *ber = calloc(1, size + 1);
    assert_non_null(ber);
    memcpy(ber, (const uint8_t[]){0x30, 0x80}, 2);
    memcpy(ber + 2, der + 3, size - 3);
    assert_unreadable(ber, size + 1);
    free(ber);
    free(der);
}

/* Whatever byte is changed, it is read to the end without harm, and nothing changed is signed. */
static void test_damaged(void **state)
{
    (void)state;
    const struct request spec = {.name = "must.example",
                                 .attributes = {{PKCS_9, {LIST(FIVE, NAME_A)}}}};
    size_t size = 0;
    uint8_t *der = request_make(&spec, &size);
    for (size_t i = 0; i < size; i++) {
        struct mst_csr_facts facts = {0};
        der[i] ^= 0x41;
        if (mst_csr_read(der, size, &facts))
            assert_false(facts.signature_valid);
        assert_int_equal(ERR_peek_error(), 0);
        mst_csr_facts_release(&facts);
        der[i] ^= 0x41;
    }
    free(der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked),         cmocka_unit_test(test_keys),
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_unreadable_lists),
        cmocka_unit_test(test_not_a_request), cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
