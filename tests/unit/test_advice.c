#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attributes.h"
#include "output/advice.h"

enum { LINE_WIDTH = 90, ADVICE_LENGTH_MAX = 420 };

/* Whole sentences in plain ASCII, short enough to be read. */
static void check_sentences(const char *name, const char *advice)
{
    const size_t length = strlen(advice);
    if (length < 20 || length > ADVICE_LENGTH_MAX)
        fail_msg("the advice on %s has %zu characters", name, length);
    if (advice[length - 1] != '.')
        fail_msg("the advice on %s does not end: %s", name, advice);
    if (strstr(advice, "  "))
        fail_msg("the advice on %s has a gap: %s", name, advice);
    for (const char *at = advice; *at; at++)
        if (*at < ' ' || *at > '~')
            fail_msg("the advice on %s holds the byte %d", name, *at);
}

static void test_every_reason_has_advice(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_REASON_COUNT; i++) {
        const char *name = mst_reason_word((enum mst_reason)i)->name;
        const char *advice = mst_advice_for_reason((enum mst_reason)i);
        if (advice)
            check_sentences(name, advice);
        else
            fail_msg("nobody knows what to do about %s", name);
    }
}

static void test_warnings_have_advice(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_WARNING_COUNT; i++) {
        const char *name = mst_warning_word((enum mst_warning)i)->name;
        const char *advice = mst_advice_for_warning((enum mst_warning)i);
        if (advice)
            check_sentences(name, advice);
        else
            fail_msg("nobody knows what to do about %s", name);
    }
}

static void test_advice_speaks_of_its_reason(void **state)
{
    (void)state;
    static const struct {
        enum mst_reason reason;
        const char *words;
    } rows[] = {
        {MST_REASON_STAPLE_EXPIRED, "ssl_stapling_file"},
        {MST_REASON_STAPLE_TRY_LATER, "Apache"},
        {MST_REASON_STAPLE_REVOKED, "new key"},
        {MST_REASON_STAPLE_NOT_ACKNOWLEDGED, "ssl_stapling on"},
        {MST_REASON_ISSUER_UNKNOWN, "--issuer"},
        {MST_REASON_CERTIFICATE_EXPIRED, "Renew"},
        {MST_REASON_FEATURE_NO_STATUS_REQUEST, "tlsfeature = status_request"},
        {MST_REASON_NO_OCSP_URL, "ssl_stapling_responder"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++)
        if (!strstr(mst_advice_for_reason(rows[i].reason), rows[i].words))
            fail_msg("%s: no word of '%s'", mst_reason_word(rows[i].reason)->name, rows[i].words);
}

static void test_how_to_ask(void **state)
{
    (void)state;
    static const char *const spellings[] = {
        "    tlsfeature = status_request\n",
        "    1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05\n",
        "-addext \"tlsfeature = status_request\"",
    };
    for (size_t i = 0; i < MST_COUNT_OF(spellings); i++)
        assert_non_null(strstr(mst_advice_how_to_ask, spellings[i]));
    for (const char *line = mst_advice_how_to_ask; *line;) {
        const size_t length = strcspn(line, "\n");
        assert_true(length <= LINE_WIDTH);
        assert_int_equal(line[length], '\n');
        line += length + 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_reason_has_advice),
        cmocka_unit_test(test_warnings_have_advice),
        cmocka_unit_test(test_advice_speaks_of_its_reason),
        cmocka_unit_test(test_how_to_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
