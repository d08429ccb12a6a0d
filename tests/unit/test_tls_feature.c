#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "pki/tls_feature.h"
#include "unit/pki_maker.h"

#define NONE MST_FEATURE_FAULT_NONE
#define BAD_DER MST_FEATURE_FAULT_BAD_DER
#define NO_VALUE MST_FEATURE_FAULT_EMPTY_VALUE
#define BAD_INTEGER MST_FEATURE_FAULT_BAD_INTEGER
#define TRAILING MST_FEATURE_FAULT_TRAILING_DATA
#define EMPTY MST_FEATURE_FAULT_EMPTY_LIST
#define WITHOUT_5 MST_FEATURE_FAULT_NO_STATUS_REQUEST

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const struct {
    const char *name;
    const uint8_t *value;
    size_t size;
    enum mst_feature_fault fault;
    size_t count;
    int64_t features[4];
} values[] = {
    {"status_request", BYTES(0x30, 3, 2, 1, 5), NONE, 1, {5}},
    {"5 twice", BYTES(0x30, 6, 2, 1, 5, 2, 1, 5), NONE, 2, {5, 5}},
    {"another", BYTES(0x30, 3, 2, 1, 6), WITHOUT_5, 1, {6}},
    {"5 and 6", BYTES(0x30, 6, 2, 1, 5, 2, 1, 6), NONE, 2, {5, 6}},
    {"5 and 17", BYTES(0x30, 6, 2, 1, 5, 2, 1, 17), NONE, 2, {5, 17}},
    {"17 and 5", BYTES(0x30, 6, 2, 1, 17, 2, 1, 5), NONE, 2, {17, 5}},
    {"17 alone", BYTES(0x30, 3, 2, 1, 17), WITHOUT_5, 1, {17}},
    {"0x0505", BYTES(0x30, 4, 2, 2, 5, 5), WITHOUT_5, 1, {0x505}},
    {"integer of no bytes", BYTES(0x30, 2, 2, 0), BAD_INTEGER, 0, {0}},
    {"5 and an integer of no bytes", BYTES(0x30, 5, 2, 1, 5, 2, 0), BAD_INTEGER, 1, {5}},
    {"no bytes, then no integer", BYTES(0x30, 5, 2, 0, 4, 1, 5), BAD_INTEGER, 0, {0}},
    {"no integer, then no bytes", BYTES(0x30, 5, 4, 1, 5, 2, 0), BAD_DER, 0, {0}},
    {"no bytes, then trailing", BYTES(0x30, 2, 2, 0, 0), BAD_INTEGER, 0, {0}},
    {"an integer of no bytes and 5", BYTES(0x30, 5, 2, 0, 2, 1, 5), BAD_INTEGER, 0, {0}},
    {"5 and a non-minimal 5", BYTES(0x30, 7, 2, 1, 5, 2, 2, 0, 5), BAD_INTEGER, 1, {5}},
    {"a non-minimal 5 and 5", BYTES(0x30, 7, 2, 2, 0, 5, 2, 1, 5), BAD_INTEGER, 0, {0}},
    {"17, an integer of no bytes, 5",
     BYTES(0x30, 8, 2, 1, 17, 2, 0, 2, 1, 5),
     BAD_INTEGER,
     1,
     {17}},
    {"5 and a non-minimal huge one",
     BYTES(0x30, 14, 2, 1, 5, 2, 9, 0, 0, 0, 0, 0, 0, 0, 0, 6),
     BAD_INTEGER,
     1,
     {5}},
    {"non-minimal 0", BYTES(0x30, 4, 2, 2, 0, 0), BAD_INTEGER, 0, {0}},
    {"0", BYTES(0x30, 3, 2, 1, 0), WITHOUT_5, 1, {0}},
    {"an integer of no bytes and trailing data",
     BYTES(0x30, 5, 2, 1, 5, 2, 0, 0xe5),
     BAD_INTEGER,
     1,
     {5}},
    {"an integer of no bytes and a wrong tag",
     BYTES(0x30, 7, 2, 1, 5, 2, 0, 5, 0),
     BAD_INTEGER,
     1,
     {5}},
    {"trailing data in the list", BYTES(0x30, 6, 2, 1, 5, 0xe5, 0xe5, 0xe5), BAD_DER, 1, {5}},
    {"NUL in the list", BYTES(0x30, 4, 2, 1, 5, 0), BAD_DER, 1, {5}},
    {"end of contents in the list", BYTES(0x30, 5, 2, 1, 5, 0, 0), BAD_DER, 1, {5}},
    {"OCTET STRING and 5", BYTES(0x30, 6, 4, 1, 5, 2, 1, 5), BAD_DER, 0, {0}},
    {"BOOLEAN between", BYTES(0x30, 9, 2, 1, 5, 1, 1, 0, 2, 1, 5), BAD_DER, 1, {5}},
    {"context tag on 5", BYTES(0x30, 3, 0x82, 1, 5), BAD_DER, 0, {0}},
    {"high tag number", BYTES(0x30, 4, 0x1f, 2, 1, 5), BAD_DER, 0, {0}},
    {"long form of the list's length, two bytes",
     BYTES(0x30, 0x82, 0, 3, 2, 1, 5),
     BAD_DER,
     0,
     {0}},
    {"indefinite length of 5", BYTES(0x30, 5, 2, 0x80, 5, 0, 0), BAD_DER, 0, {0}},
    {"two lists", BYTES(0x30, 3, 2, 1, 5, 0x30, 3, 2, 1, 5), TRAILING, 1, {5}},
    {"5 four times", BYTES(0x30, 12, 2, 1, 5, 2, 1, 5, 2, 1, 5, 2, 1, 5), NONE, 4, {5, 5, 5, 5}},
    {"-251, which ends as 5 does", BYTES(0x30, 4, 2, 2, 0xff, 5), WITHOUT_5, 1, {-251}},
    {"trailing data", BYTES(0x30, 3, 2, 1, 5, 0xe5, 0xe5, 0xe5), TRAILING, 1, {5}},
    {"trailing NUL", BYTES(0x30, 3, 2, 1, 5, 0), TRAILING, 1, {5}},
    {"empty list and trailing data", BYTES(0x30, 0, 0xe5), TRAILING, 0, {0}},
    {"empty value", (const uint8_t *)"", 0, NO_VALUE, 0, {0}},
    {"no value", NULL, 0, NO_VALUE, 0, {0}},
    {"empty list", BYTES(0x30, 0), EMPTY, 0, {0}},
    {"negative", BYTES(0x30, 3, 2, 1, 0xfb), WITHOUT_5, 1, {-5}},
    {"5 and negative", BYTES(0x30, 7, 2, 1, 5, 2, 2, 0xff, 0x7f), NONE, 2, {5, -129}},
    {"non-minimal 5", BYTES(0x30, 4, 2, 2, 0, 5), BAD_INTEGER, 0, {0}},
    {"non-minimal -5", BYTES(0x30, 4, 2, 2, 0xff, 0xfb), BAD_INTEGER, 0, {0}},
    {"255", BYTES(0x30, 4, 2, 2, 0, 0xff), WITHOUT_5, 1, {255}},
    {"eight bytes",
     BYTES(0x30, 10, 2, 8, 0x7f, 255, 255, 255, 255, 255, 255, 255),
     WITHOUT_5,
     1,
     {INT64_MAX}},
    {"huge", BYTES(0x30, 14, 2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 5, 2, 1, 5), NONE, 2, {INT64_MAX, 5}},
    {"huge negative",
     BYTES(0x30, 11, 2, 9, 0x80, 0, 0, 0, 0, 0, 0, 0, 5),
     WITHOUT_5,
     1,
     {INT64_MIN}},
    {"indefinite length", BYTES(0x30, 0x80, 2, 1, 5, 0, 0), BAD_DER, 0, {0}},
    {"long form of the list's length", BYTES(0x30, 0x81, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"long form of 5's length", BYTES(0x30, 4, 2, 0x81, 1, 5), BAD_DER, 0, {0}},
    {"list shorter than said", BYTES(0x30, 4, 2, 1, 5), BAD_DER, 0, {0}},
    {"integer longer than the list", BYTES(0x30, 3, 2, 2, 5), BAD_DER, 0, {0}},
    {"integer beyond the list", BYTES(0x30, 3, 2, 2, 5, 5), BAD_DER, 0, {0}},
    {"5 without a list", BYTES(2, 1, 5), BAD_DER, 0, {0}},
    {"primitive list", BYTES(0x10, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"constructed integer", BYTES(0x30, 5, 0x22, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"SET", BYTES(0x31, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"context class", BYTES(0xb0, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"ENUMERATED 5", BYTES(0x30, 3, 10, 1, 5), BAD_DER, 0, {0}},
    {"5 and OCTET STRING", BYTES(0x30, 6, 2, 1, 5, 4, 1, 5), BAD_DER, 1, {5}},
    {"list in a list", BYTES(0x30, 5, 0x30, 3, 2, 1, 5), BAD_DER, 0, {0}},
    {"one byte", BYTES(0x30), BAD_DER, 0, {0}},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(values); i++) {
        struct mst_tls_feature_facts facts = {.critical = true};
        print_message("%s\n", values[i].name);
        mst_tls_feature_read_value(values[i].value, values[i].size, &facts);
        assert_true(facts.present);
        assert_true(facts.critical);
        assert_int_equal(facts.fault, values[i].fault);
        assert_int_equal(facts.must_staple, values[i].fault == NONE);
        assert_int_equal(facts.count, values[i].count);
        for (size_t j = 0; j < facts.count; j++)
            assert_int_equal(facts.features[j], values[i].features[j]);
        assert_int_equal(ERR_peek_error(), 0);
    }
}

/* More features than are kept: 5 counts wherever it stands. */
static void test_long_lists(void **state)
{
    (void)state;
    static const struct {
        size_t features;
        uint8_t last;
        size_t count;
    } rows[] = {
        {MST_FEATURES_MAX, 5, MST_FEATURES_MAX},
        {MST_FEATURES_MAX + 1, 5, MST_FEATURES_MAX},
        {MST_FEATURES_MAX + 1, 7, MST_FEATURES_MAX},
        {42, 5, MST_FEATURES_MAX},
        {20000, 5, MST_FEATURES_MAX},
        {20000, 7, MST_FEATURES_MAX},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        uint8_t *list = mst_alloc(rows[i].features, 3);
        for (size_t j = 0; j < rows[i].features; j++)
            memcpy(list + 3 * j,
                   (const uint8_t[]){2, 1, j + 1 < rows[i].features ? 6 : rows[i].last}, 3);
        size_t size = 0;
        uint8_t *value = pki_der_wrap(0x30, list, 3 * rows[i].features, &size);
        struct mst_tls_feature_facts facts = {0};
        mst_tls_feature_read_value(value, size, &facts);
        assert_int_equal(facts.fault, rows[i].last == 5 ? NONE : WITHOUT_5);
        assert_int_equal(facts.must_staple, rows[i].last == 5);
        assert_int_equal(facts.count, rows[i].count);
        free(value);
        free(list);
    }
}

static const uint8_t five[] = {0x30, 3, 2, 1, 5};
static const uint8_t six[] = {0x30, 3, 2, 1, 6};

static void test_extensions(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct pki_feature features[2];
        bool present, must_staple, critical;
        enum mst_feature_fault fault;
        int64_t first;
    } rows[] = {
        {"none", {{0}}, false, false, false, NONE, 0},
        {"one", {{five, 5, false}}, true, true, false, NONE, 5},
        {"critical", {{five, 5, true}}, true, true, true, NONE, 5},
        {"empty", {{five, 0, false}}, true, false, false, NO_VALUE, 0},
        {"twice the same",
         {{five, 5, false}, {five, 5, false}},
         true,
         false,
         false,
         MST_FEATURE_FAULT_DUPLICATE_EXTENSION,
         5},
        {"an empty one and 5",
         {{five, 0, false}, {five, 5, false}},
         true,
         false,
         false,
         MST_FEATURE_FAULT_DUPLICATE_EXTENSION,
         0},
        {"6 critical", {{six, 5, true}}, true, false, true, WITHOUT_5, 6},
        {"two, the second critical",
         {{six, 5, false}, {five, 5, true}},
         true,
         false,
         true,
         MST_FEATURE_FAULT_DUPLICATE_EXTENSION,
         6},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_tls_feature_facts facts = {.present = true, .count = 3};
        struct pki_certificate spec = {.name = "leaf"};
        memcpy(spec.features, rows[i].features, sizeof spec.features);
        struct pki_identity leaf = pki_issue(&spec);
        print_message("%s\n", rows[i].name);
        mst_tls_feature_read(X509_get0_extensions(leaf.x509), &facts);
        assert_int_equal(facts.present, rows[i].present);
        assert_int_equal(facts.must_staple, rows[i].must_staple);
        assert_int_equal(facts.critical, rows[i].critical);
        assert_int_equal(facts.fault, rows[i].fault);
        assert_int_equal(facts.count, rows[i].first ? 1 : 0);
        assert_int_equal(facts.features[0], rows[i].first);
        pki_identity_release(&leaf);
    }
}

static void test_covers(void **state)
{
    (void)state;
    static const struct {
        struct mst_tls_feature_facts child, issuer;
        bool covers;
    } rows[] = {
        {{0}, {0}, true},
        {{0}, {.count = 1, .features = {5}}, false},
        {{.count = 1, .features = {5}}, {0}, true},
        {{.count = 1, .features = {5}}, {.count = 1, .features = {5}}, true},
        {{.count = 2, .features = {17, 5}}, {.count = 1, .features = {5}}, true},
        {{.count = 1, .features = {5}}, {.count = 2, .features = {5, 17}}, false},
        {{.count = 2, .features = {17, 5}}, {.count = 2, .features = {5, 17}}, true},
        {{.count = 1, .features = {6}, .fault = WITHOUT_5}, {.count = 1, .features = {6}}, true},
        {{.count = 1, .features = {5}, .fault = TRAILING}, {.count = 1, .features = {5}}, false},
        {{.count = 1, .features = {5}, .fault = BAD_INTEGER}, {.count = 1, .features = {5}}, false},
        {{.fault = NO_VALUE}, {.count = 1, .features = {5}}, false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        assert_int_equal(mst_tls_feature_covers(&rows[i].child, &rows[i].issuer), rows[i].covers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
