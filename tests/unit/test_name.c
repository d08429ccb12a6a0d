#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/text.h"
#include "pki/name.h"

struct part {
    int nid, type;
    const char *bytes;
    int length;
    int set; /* as X509_NAME_add_entry_by_NID: -1 joins the part before */
};

static X509_NAME *make_name(const struct part *parts, size_t count)
{
    X509_NAME *name = X509_NAME_new();
    for (size_t i = 0; i < count && parts[i].nid; i++)
        assert_int_equal(X509_NAME_add_entry_by_NID(name, parts[i].nid, parts[i].type,
                                                    (const unsigned char *)parts[i].bytes,
                                                    parts[i].length, -1, parts[i].set),
                         1);
    return name;
}

#define UTF8(nid, text)                                                                            \
    {                                                                                              \
        nid, V_ASN1_UTF8STRING, text, sizeof(text) - 1, 0                                          \
    }
#define OTHER(nid, type, text)                                                                     \
    {                                                                                              \
        nid, type, text, sizeof(text) - 1, 0                                                       \
    }

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct part parts[3];
    } rows[] = {
        {"", {{0}}},
        {"CN=must.example", {UTF8(NID_commonName, "must.example")}},
        {"CN=leaf,O=Test,C=CH",
         {OTHER(NID_countryName, V_ASN1_PRINTABLESTRING, "CH"), UTF8(NID_organizationName, "Test"),
          UTF8(NID_commonName, "leaf")}},
        {"O=Test+CN=leaf",
         {UTF8(NID_commonName, "leaf"), {NID_organizationName, V_ASN1_UTF8STRING, "Test", 4, -1}}},
        {"CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h", {UTF8(NID_commonName, "a,b+c\"d\\e<f>g;h")}},
        {"CN=\\#a\\ ", {UTF8(NID_commonName, "#a ")}},
        {"CN=Z\xc3\xbcrich", {UTF8(NID_commonName, "Z\xc3\xbcrich")}},
        {"CN=Z\xc3\xbcrich", {OTHER(NID_commonName, V_ASN1_T61STRING, "Z\xfcrich")}},
        {"CN=Z\xc3\xbcrich", {OTHER(NID_commonName, V_ASN1_BMPSTRING, "\0Z\0\xfc\0r\0i\0c\0h")}},
        {"CN=good.example\\00.bad.example",
         {OTHER(NID_commonName, V_ASN1_PRINTABLESTRING, "good.example\0.bad.example")}},
        {"CN=a\\0D\\0Ab\\7F", {UTF8(NID_commonName, "a\r\nb\x7f")}},
        {"CN=a\xef\xbf\xbd"
         "b",
         {UTF8(NID_commonName, "a\xff"
                               "b")}},
        {"CN=a\xef\xbf\xbd\xef\xbf\xbd", {UTF8(NID_commonName, "a\xc0\x80")}},
        {"CN=\xef\xbf\xbd\\00", {OTHER(NID_commonName, V_ASN1_BMPSTRING, "\xd8\0")}},
        {"CN=#030300ABCD", {OTHER(NID_commonName, V_ASN1_BIT_STRING, "\xab\xcd")}},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].text);
        X509_NAME *name = make_name(rows[i].parts, MST_COUNT_OF(rows[i].parts));
        char *text = mst_name_text(name);
        assert_string_equal(text, rows[i].text);
        free(text);
        X509_NAME_free(name);
    }
}

/* However long, the text is bounded and valid UTF-8. */
static void test_long_names(void **state)
{
    (void)state;
    static const int types[] = {V_ASN1_UTF8STRING, V_ASN1_T61STRING, V_ASN1_BIT_STRING};
    static char bytes[60000];
    memset(bytes, 0xfc, sizeof bytes);
    for (size_t i = 0; i < MST_COUNT_OF(types); i++) {
        const struct part part = {NID_commonName, types[i], bytes, sizeof bytes, 0};
        X509_NAME *name = make_name(&part, 1);
        char *text = mst_name_text(name);
        assert_in_range(strlen(text), 1000, MST_NAME_TEXT_MAX + 3);
        assert_true(mst_text_is_utf8(text, strlen(text)));
        assert_string_equal(text + strlen(text) - 3, "...");
        free(text);
        X509_NAME_free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_long_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
