#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "judge/verdict.h"
#include "unit/judge_cases.h"

#define REASON(id) MST_WORD_BIT(MST_REASON_##id)
#define WARNING(id) MST_WORD_BIT(MST_WARNING_##id)

/* Every kind of staple there is, with the reason it gives. */
static const struct staple_row {
    struct staple_flaws flaws;
    enum { NOTHING, BAD, REVOKED, GOOD } kind;
    mst_word_set reason;
} staple_rows[] = {
    {{.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED}, NOTHING, REASON(STAPLE_NOT_ACKNOWLEDGED)},
    {{.delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT},
     NOTHING,
     REASON(STAPLE_ACKNOWLEDGED_NOT_SENT)},
    {{.delivery = MST_DELIVERY_EMPTY}, BAD, REASON(STAPLE_EMPTY)},
    {{.oversize = true}, BAD, REASON(STAPLE_OVERSIZE)},
    {{.malformed = true}, BAD, REASON(STAPLE_MALFORMED)},
    {{.responder = MST_RESPONDER_STATUS_MALFORMED_REQUEST}, BAD, REASON(STAPLE_MALFORMED_REQUEST)},
    {{.responder = MST_RESPONDER_STATUS_INTERNAL_ERROR}, BAD, REASON(STAPLE_INTERNAL_ERROR)},
    {{.responder = MST_RESPONDER_STATUS_TRY_LATER}, BAD, REASON(STAPLE_TRY_LATER)},
    {{.responder = MST_RESPONDER_STATUS_RESERVED}, BAD, REASON(STAPLE_RESERVED_STATUS)},
    {{.responder = MST_RESPONDER_STATUS_SIG_REQUIRED}, BAD, REASON(STAPLE_SIG_REQUIRED)},
    {{.responder = MST_RESPONDER_STATUS_UNAUTHORIZED}, BAD, REASON(STAPLE_UNAUTHORIZED)},
    {{.responder = MST_RESPONDER_STATUS_UNKNOWN}, BAD, REASON(STAPLE_UNKNOWN_STATUS)},
    {{.signer_fault = MST_SIGNER_FAULT_UNKNOWN}, BAD, REASON(STAPLE_SIGNER_UNKNOWN)},
    {{.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED}, BAD, REASON(STAPLE_SIGNER_UNAUTHORIZED)},
    {{.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE}, BAD, REASON(STAPLE_BAD_SIGNATURE)},
    {{.critical = true}, BAD, REASON(STAPLE_CRITICAL_EXTENSION)},
    {{.mismatch = MST_MISMATCH_WRONG_SERIAL}, BAD, REASON(STAPLE_MISMATCH_WRONG_SERIAL)},
    {{.mismatch = MST_MISMATCH_WRONG_ISSUER_NAME_HASH},
     BAD,
     REASON(STAPLE_MISMATCH_WRONG_ISSUER_NAME_HASH)},
    {{.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH},
     BAD,
     REASON(STAPLE_MISMATCH_WRONG_ISSUER_KEY_HASH)},
    {{.mismatch = MST_MISMATCH_UNKNOWN_HASH}, BAD, REASON(STAPLE_MISMATCH_UNKNOWN_HASH)},
    {{.status = MST_CERTIFICATE_STATUS_REVOKED}, REVOKED, REASON(STAPLE_REVOKED)},
    {{.status = MST_CERTIFICATE_STATUS_UNKNOWN}, BAD, REASON(STAPLE_UNKNOWN)},
    {{.this_update = HOUR}, BAD, REASON(STAPLE_NOT_YET_VALID)},
    {{.next_update = -HOUR}, BAD, REASON(STAPLE_EXPIRED)},
    {{.this_update = -11 * DAY}, BAD, REASON(STAPLE_TOO_OLD)},
    {{0}, GOOD, 0},
};

static const mst_word_set feature_reasons[FEATURE_FORMS] = {
    [FEATURE_17] = REASON(FEATURE_NO_STATUS_REQUEST),
    [FEATURE_6] = REASON(FEATURE_NO_STATUS_REQUEST),
    [FEATURE_1285] = REASON(FEATURE_NO_STATUS_REQUEST),
    [FEATURE_BAD_DER] = REASON(FEATURE_BAD_DER),
    [FEATURE_5_THEN_BAD_DER] = REASON(FEATURE_BAD_DER),
    [FEATURE_EMPTY_VALUE] = REASON(FEATURE_EMPTY_VALUE),
    [FEATURE_BAD_INTEGER] = REASON(FEATURE_BAD_INTEGER),
    [FEATURE_5_AND_BAD_INTEGER] = REASON(FEATURE_BAD_INTEGER),
    [FEATURE_TRAILING] = REASON(FEATURE_TRAILING_DATA),
    [FEATURE_EMPTY_LIST] = REASON(FEATURE_EMPTY_LIST),
    [FEATURE_EXTENSION_TWICE] = REASON(FEATURE_DUPLICATE_EXTENSION),
};

/* What can be wrong beside the staple; it gives reasons and never changes the verdict. */
static const struct chain_row {
    struct chain_flaws chain;
    int64_t not_before, not_after;
    mst_word_set reasons;
} chain_rows[] = {
    {{0}, 0, 0, 0},
    {{.fault = MST_CHAIN_FAULT_UNTRUSTED}, 0, 0, REASON(CHAIN_UNTRUSTED)},
    {{.fault = MST_CHAIN_FAULT_UNTRUSTED, .issuer_unknown = true},
     0,
     0,
     REASON(CHAIN_UNTRUSTED) | REASON(ISSUER_UNKNOWN)},
    {{.fault = MST_CHAIN_FAULT_EXPIRED}, 0, -1, REASON(CERTIFICATE_EXPIRED)},
    {{.fault = MST_CHAIN_FAULT_EXPIRED}, 0, EXACTLY_NOW, REASON(CHAIN_UNTRUSTED)},
    {{0}, 0, EXACTLY_NOW, 0},
    {{.fault = MST_CHAIN_FAULT_EXPIRED}, 0, 0, REASON(CHAIN_UNTRUSTED)},
    {{.fault = MST_CHAIN_FAULT_EXPIRED}, 0, ABSENT_TIME, REASON(CHAIN_UNTRUSTED)},
    {{0}, EXACTLY_NOW, 0, 0},
    {{.fault = MST_CHAIN_FAULT_NOT_YET_VALID}, ABSENT_TIME, 0, REASON(CHAIN_UNTRUSTED)},
    {{.fault = MST_CHAIN_FAULT_NOT_YET_VALID}, 1, 0, REASON(CERTIFICATE_NOT_YET_VALID)},
    {{.fault = MST_CHAIN_FAULT_NOT_YET_VALID}, 0, 0, REASON(CHAIN_UNTRUSTED)},
    {{.fault = MST_CHAIN_FAULT_EXPIRED},
     1,
     0,
     REASON(CHAIN_UNTRUSTED) | REASON(CERTIFICATE_NOT_YET_VALID)},
    {{.fault = MST_CHAIN_FAULT_UNTRUSTED},
     0,
     -1,
     REASON(CHAIN_UNTRUSTED) | REASON(CERTIFICATE_EXPIRED)},
    {{.other_host = true}, 0, 0, REASON(NAME_MISMATCH)},
    {{.other_host = true, .fault = MST_CHAIN_FAULT_EXPIRED},
     0,
     -DAY,
     REASON(NAME_MISMATCH) | REASON(CERTIFICATE_EXPIRED)},
};

static bool carries_must_staple(enum feature_form form)
{
    return form == FEATURE_MUST_STAPLE || form == FEATURE_TWICE_5 || form == FEATURE_5_AND_6 ||
           form == FEATURE_5_AND_17;
}

static bool has_http(enum url_form url)
{
    return url == URL_HTTP || url == URL_HTTPS_THEN_HTTP || url == URL_HTTP_THEN_HTTPS;
}

/* The table of verdicts, told again: by verdict, not by fact. */
static bool is_expected(enum mst_verdict verdict, enum feature_form form, enum url_form url,
                        int staple)
{
    const bool must = carries_must_staple(form);
    const bool none = form == FEATURE_ABSENT;
    switch (verdict) {
    case MST_VERDICT_MUST_STAPLE_OK:
        return must && staple == GOOD;
    case MST_VERDICT_MUST_STAPLE_BROKEN:
        return must && (staple == BAD || (staple == NOTHING && has_http(url)));
    case MST_VERDICT_MUST_STAPLE_REVOKED:
        return must && staple == REVOKED;
    case MST_VERDICT_MUST_STAPLE_IMPOSSIBLE:
        return must && staple == NOTHING && !has_http(url);
    case MST_VERDICT_MUST_STAPLE_MALFORMED:
        return !must && !none;
    case MST_VERDICT_STAPLED:
        return none && staple == GOOD;
    case MST_VERDICT_STAPLED_BAD:
        return none && staple == BAD;
    case MST_VERDICT_STAPLED_REVOKED:
        return none && staple == REVOKED;
    case MST_VERDICT_NOT_STAPLED:
        return none && staple == NOTHING && url != URL_NONE;
    case MST_VERDICT_NOT_APPLICABLE:
        return none && staple == NOTHING && url == URL_NONE;
    default:
        return false;
    }
}

static mst_word_set expected_reasons(const struct scene *scene, const struct staple_row *staple,
                                     const struct chain_row *chain)
{
    mst_word_set reasons = feature_reasons[scene->leaf.feature] | chain->reasons;
    const bool applies = scene->leaf.feature != FEATURE_ABSENT || scene->leaf.url != URL_NONE ||
                         staple->kind != NOTHING;
    if (applies)
        reasons |= staple->reason;
    if (carries_must_staple(scene->leaf.feature) && !has_http(scene->leaf.url) &&
        staple->kind != GOOD)
        reasons |= REASON(NO_OCSP_URL);
    return reasons;
}

static void check_scene(size_t staple_at, size_t chain_at, enum feature_form form,
                        enum url_form url, bool *seen)
{
    const struct staple_row *staple = &staple_rows[staple_at];
    const struct chain_row *chain = &chain_rows[chain_at];
    const struct scene scene = {.staple = staple->flaws,
                                .leaf = {.feature = form,
                                         .url = url,
                                         .not_before = chain->not_before,
                                         .not_after = chain->not_after},
                                .chain = chain->chain};
    struct stage stage;
    struct mst_judgement judgement;
    set_stage(&scene, &stage);
    mst_judge(&stage.given, &judgement);
    seen[judgement.verdict] = true;
    if (!is_expected(judgement.verdict, form, url, (int)staple->kind))
        fail_msg("feature %d url %d staple %zu chain %zu: %s", (int)form, (int)url, staple_at,
                 chain_at, mst_verdict_word(judgement.verdict)->name);
    const mst_word_set reasons = expected_reasons(&scene, staple, chain);
    if (judgement.reasons != reasons)
        fail_msg("feature %d url %d staple %zu chain %zu: reasons %" PRIx64 " not %" PRIx64,
                 (int)form, (int)url, staple_at, chain_at, judgement.reasons, reasons);
}

static void test_every_combination(void **context)
{
    (void)context;
    bool seen[MST_VERDICT_COUNT] = {true};
    for (size_t staple = 0; staple < MST_COUNT_OF(staple_rows); staple++)
        for (size_t chain = 0; chain < MST_COUNT_OF(chain_rows); chain++)
            for (int form = 0; form < FEATURE_FORMS; form++)
                for (int url = 0; url < URL_FORMS; url++)
                    check_scene(staple, chain, (enum feature_form)form, (enum url_form)url, seen);
    for (size_t i = 0; i < MST_VERDICT_COUNT; i++)
        assert_true(seen[i]);
}

static void test_every_reason_is_given(void **context)
{
    (void)context;
    mst_word_set given = REASON(NO_OCSP_URL);
    for (size_t i = 0; i < MST_COUNT_OF(staple_rows); i++)
        given |= staple_rows[i].reason;
    for (size_t i = 0; i < MST_COUNT_OF(chain_rows); i++)
        given |= chain_rows[i].reasons;
    for (size_t i = 0; i < FEATURE_FORMS; i++)
        given |= feature_reasons[i];
    assert_int_equal(given, MST_WORD_BIT(MST_REASON_COUNT) - 1);
}

static const struct warning_row {
    const char *name;
    struct scene scene;
    mst_word_set warnings;
} warning_rows[] = {
    {"clean", {.leaf = {.feature = FEATURE_MUST_STAPLE}}, 0},
    {"the staple's are taken over", {.staple = {.sha1 = true}}, WARNING(STAPLE_SHA1_SIGNATURE)},
    {"short-lived",
     {.leaf = {.feature = FEATURE_MUST_STAPLE, .short_lived = true}},
     WARNING(MUST_STAPLE_ON_SHORT_LIVED)},
    {"short-lived without Must-Staple", {.leaf = {.short_lived = true}}, 0},
    {"critical",
     {.leaf = {.feature = FEATURE_MUST_STAPLE, .critical = true}},
     WARNING(FEATURE_CRITICAL)},
    {"5 and 17", {.leaf = {.feature = FEATURE_5_AND_17}}, WARNING(FEATURE_NOT_ALONE)},
    {"5 twice", {.leaf = {.feature = FEATURE_TWICE_5}}, 0},
    {"17 alone is no company", {.leaf = {.feature = FEATURE_17}}, 0},
    {"inherited", {.leaf = {.feature = FEATURE_MUST_STAPLE}, .chain = {.ca = CA_SAME}}, 0},
    {"not inherited", {.chain = {.ca = CA_VIOLATED}}, WARNING(FEATURE_NOT_INHERITED)},
    {"handshake failed", {.handshake_failed = true}, WARNING(HANDSHAKE_FAILED)},
};

static void test_warnings(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(warning_rows); i++) {
        struct stage stage;
        struct mst_judgement judgement;
        set_stage(&warning_rows[i].scene, &stage);
        mst_judge(&stage.given, &judgement);
        if (judgement.warnings != warning_rows[i].warnings)
            fail_msg("%s: %" PRIx64, warning_rows[i].name, judgement.warnings);
    }
}

static void test_severity_is_a_strict_order(void **context)
{
    (void)context;
    static const enum mst_verdict falling[] = {
        MST_VERDICT_MUST_STAPLE_REVOKED,
        MST_VERDICT_STAPLED_REVOKED,
        MST_VERDICT_MUST_STAPLE_BROKEN,
        MST_VERDICT_MUST_STAPLE_MALFORMED,
        MST_VERDICT_MUST_STAPLE_IMPOSSIBLE,
        MST_VERDICT_STAPLED_BAD,
        MST_VERDICT_NOT_STAPLED,
        MST_VERDICT_NOT_APPLICABLE,
        MST_VERDICT_STAPLED,
        MST_VERDICT_MUST_STAPLE_OK,
        MST_VERDICT_NONE,
    };
    assert_int_equal(MST_COUNT_OF(falling), MST_VERDICT_COUNT);
    for (size_t i = 0; i + 1 < MST_COUNT_OF(falling); i++)
        assert_true(mst_verdict_severity(falling[i]) > mst_verdict_severity(falling[i + 1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_combination),
        cmocka_unit_test(test_every_reason_is_given),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_severity_is_a_strict_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
