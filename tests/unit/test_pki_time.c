#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/clock.h"
#include "pki/time.h"

static int64_t read_time(int type, const char *text, size_t length)
{
    ASN1_STRING *string = ASN1_STRING_type_new(type);
    assert_int_equal(ASN1_STRING_set(string, text, (int)length), 1);
    const int64_t time_s = mst_time_from_asn1(string);
    ASN1_STRING_free(string);
    return time_s;
}

enum { UTC = V_ASN1_UTCTIME, GENERAL = V_ASN1_GENERALIZEDTIME };
static const struct {
    int type;
    const char *text;
    int64_t time_s;
} rows[] = {
    {GENERAL, "20200101000000Z", 1577836800},
    {GENERAL, "20200229235959Z", 1583020799},
    {GENERAL, "99991231235959Z", 253402300799},
    {GENERAL, "19691231235959Z", -1},
    {GENERAL, "19000101000000Z", -2208988800},
    {GENERAL, "00010101000000Z", -62135596800},
    {GENERAL, "20380119031408Z", 2147483648},
    {GENERAL, "21060207062816Z", 4294967296},
    {UTC, "200101000000Z", 1577836800},
    {UTC, "491231235959Z", 2524607999},
    {UTC, "500101000000Z", -631152000},
    {UTC, "700101000000Z", 0},
    {GENERAL, "20200101000000.5Z", MST_TIME_NONE},
    {GENERAL, "20200101000000.0Z", MST_TIME_NONE},
    {GENERAL, "20200101000000,5Z", MST_TIME_NONE},
    {GENERAL, "20200101000000+0000", MST_TIME_NONE},
    {GENERAL, "20200101000000-0000", MST_TIME_NONE},
    {GENERAL, "20200101013000+0130", MST_TIME_NONE},
    {GENERAL, "20200101013000.25+0130", MST_TIME_NONE},
    {GENERAL, "20200101000000z", MST_TIME_NONE},
    {GENERAL, "202001010000Z", MST_TIME_NONE},
    {GENERAL, "2020010100Z", MST_TIME_NONE},
    {GENERAL, "200101000000Z", MST_TIME_NONE},
    {GENERAL, "0200101000000Z", MST_TIME_NONE},
    {GENERAL, "120200101000000Z", MST_TIME_NONE},
    {UTC, "2001010000Z", MST_TIME_NONE},
    {UTC, "200101013000+0130", MST_TIME_NONE},
    {UTC, "200101000000+0000", MST_TIME_NONE},
    {UTC, "200101000000z", MST_TIME_NONE},
    {GENERAL, "20200101000000", MST_TIME_NONE},
    {GENERAL, "20200101000000.5", MST_TIME_NONE},
    {GENERAL, "20200101000000.Z", MST_TIME_NONE},
    {GENERAL, "20201301000000Z", MST_TIME_NONE},
    {GENERAL, "20210229000000Z", MST_TIME_NONE},
    {GENERAL, "20200101240000Z", MST_TIME_NONE},
    {GENERAL, "20200101000060Z", MST_TIME_NONE},
    {GENERAL, "20200101000000+2500", MST_TIME_NONE},
    {GENERAL, "20200101000000+00", MST_TIME_NONE},
    {GENERAL, "20200101000000ZZ", MST_TIME_NONE},
    {GENERAL, " 20200101000000Z", MST_TIME_NONE},
    {GENERAL, "-0200101000000Z", MST_TIME_NONE},
    {GENERAL, "2020-01-01T00:00:00Z", MST_TIME_NONE},
    {GENERAL, "Z", MST_TIME_NONE},
    {GENERAL, "", MST_TIME_NONE},
    {UTC, "20200101000000Z", MST_TIME_NONE},
    {UTC, "200101000000", MST_TIME_NONE},
    {UTC, "200101000000.5Z", MST_TIME_NONE},
    {UTC, "201301000000Z", MST_TIME_NONE},
    {V_ASN1_OCTET_STRING, "20200101000000Z", MST_TIME_NONE},
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].text);
        assert_int_equal(read_time(rows[i].type, rows[i].text, strlen(rows[i].text)),
                         rows[i].time_s);
    }
}

static void test_nul_inside(void **state)
{
    (void)state;
    static const char inside[] = "20200101000000\0Z";
    static const char late[] = "20200101000000Z\0\0\0\0Z";
    assert_int_equal(read_time(V_ASN1_GENERALIZEDTIME, inside, sizeof inside - 1), MST_TIME_NONE);
    assert_int_equal(read_time(V_ASN1_GENERALIZEDTIME, late, sizeof late - 1), MST_TIME_NONE);
}

static void test_absent(void **state)
{
    (void)state;
    assert_int_equal(mst_time_from_asn1(NULL), MST_TIME_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_nul_inside),
        cmocka_unit_test(test_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
