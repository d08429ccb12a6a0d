#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "unit/judge_cases.h"

#define STATE(id) MST_STAPLE_STATE_##id

static const struct state_row {
    const char *name;
    struct staple_flaws flaws;
    enum mst_staple_state state;
} state_rows[] = {
    {"nothing wrong", {0}, STATE(GOOD)},
    {"handshake too short", {.never_tried = true}, STATE(NONE)},
    {"not acknowledged", {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED}, STATE(ABSENT)},
    {"promised only", {.delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT}, STATE(ABSENT)},
    {"zero bytes", {.delivery = MST_DELIVERY_EMPTY}, STATE(EMPTY)},
    {"zero bytes by another name", {.no_bytes = true}, STATE(EMPTY)},
    {"oversize", {.oversize = true, .size = 65537}, STATE(OVERSIZE)},
    {"malformed", {.malformed = true}, STATE(MALFORMED)},
    {"unreadable thisUpdate", {.this_update = ABSENT_TIME}, STATE(MALFORMED)},
    {"malformedRequest",
     {.responder = MST_RESPONDER_STATUS_MALFORMED_REQUEST},
     STATE(RESPONDER_ERROR)},
    {"internalError", {.responder = MST_RESPONDER_STATUS_INTERNAL_ERROR}, STATE(RESPONDER_ERROR)},
    {"tryLater", {.responder = MST_RESPONDER_STATUS_TRY_LATER}, STATE(RESPONDER_ERROR)},
    {"status 4", {.responder = MST_RESPONDER_STATUS_RESERVED}, STATE(RESPONDER_ERROR)},
    {"sigRequired", {.responder = MST_RESPONDER_STATUS_SIG_REQUIRED}, STATE(RESPONDER_ERROR)},
    {"unauthorized", {.responder = MST_RESPONDER_STATUS_UNAUTHORIZED}, STATE(RESPONDER_ERROR)},
    {"status 7", {.responder = MST_RESPONDER_STATUS_UNKNOWN}, STATE(RESPONDER_ERROR)},
    {"nobody signed", {.signer_fault = MST_SIGNER_FAULT_UNKNOWN}, STATE(SIGNER_UNKNOWN)},
    {"wrong signer", {.signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED}, STATE(SIGNER_UNAUTHORIZED)},
    {"forged", {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE}, STATE(BAD_SIGNATURE)},
    {"critical extension", {.critical = true}, STATE(CRITICAL_EXTENSION)},
    {"critical extension beside revoked",
     {.critical = true, .status = MST_CERTIFICATE_STATUS_REVOKED},
     STATE(CRITICAL_EXTENSION)},
    {"wrong serial", {.mismatch = MST_MISMATCH_WRONG_SERIAL}, STATE(MISMATCH)},
    {"wrong name", {.mismatch = MST_MISMATCH_WRONG_ISSUER_NAME_HASH}, STATE(MISMATCH)},
    {"wrong key", {.mismatch = MST_MISMATCH_WRONG_ISSUER_KEY_HASH}, STATE(MISMATCH)},
    {"unknown hash", {.mismatch = MST_MISMATCH_UNKNOWN_HASH}, STATE(MISMATCH)},
    {"mismatch without times",
     {.mismatch = MST_MISMATCH_WRONG_SERIAL, .this_update = ABSENT_TIME},
     STATE(MISMATCH)},
    {"revoked", {.status = MST_CERTIFICATE_STATUS_REVOKED}, STATE(REVOKED)},
    {"revoked and expired",
     {.status = MST_CERTIFICATE_STATUS_REVOKED, .next_update = -1},
     STATE(REVOKED)},
    {"unknown", {.status = MST_CERTIFICATE_STATUS_UNKNOWN}, STATE(UNKNOWN)},
    {"begins now", {.this_update = EXACTLY_NOW}, STATE(GOOD)},
    {"begins in a second", {.this_update = 1}, STATE(NOT_YET_VALID)},
    {"ends in a second", {.next_update = 1}, STATE(GOOD)},
    {"ends now", {.next_update = EXACTLY_NOW}, STATE(EXPIRED)},
    {"ended a second ago", {.next_update = -1}, STATE(EXPIRED)},
    {"ends before it begins, past", {.this_update = -5, .next_update = -10}, STATE(EXPIRED)},
    {"ends before it begins, future", {.this_update = 10, .next_update = 5}, STATE(NOT_YET_VALID)},
    {"as old as allowed", {.this_update = -10 * DAY}, STATE(GOOD)},
    {"a second older", {.this_update = -10 * DAY - 1}, STATE(TOO_OLD)},
    {"too old and expired", {.this_update = -10 * DAY - 1, .next_update = -1}, STATE(EXPIRED)},
    {"no nextUpdate, as old as allowed",
     {.this_update = -10 * DAY, .next_update = ABSENT_TIME},
     STATE(GOOD)},
    {"no nextUpdate, a second older",
     {.this_update = -10 * DAY - 1, .next_update = ABSENT_TIME},
     STATE(TOO_OLD)},
};

static struct mst_staple_judgement judge(const struct staple_flaws *flaws,
                                         const struct leaf_flaws *leaf_flaws)
{
    const struct mst_staple_facts staple = make_staple(flaws);
    const struct mst_certificate_facts leaf = make_leaf(leaf_flaws);
    struct mst_staple_judgement judgement;
    mst_judge_staple(&staple, &leaf, NOW, &default_policy, &judgement);
    return judgement;
}

static void test_states(void **context)
{
    (void)context;
    static const struct leaf_flaws leaf = {0};
    bool seen[MST_STAPLE_STATE_COUNT] = {false};
    for (size_t i = 0; i < MST_COUNT_OF(state_rows); i++) {
        const enum mst_staple_state state = judge(&state_rows[i].flaws, &leaf).state;
        seen[state] = true;
        if (state != state_rows[i].state)
            fail_msg("%s: state %d", state_rows[i].name, (int)state);
    }
    for (size_t i = 0; i < MST_STAPLE_STATE_COUNT; i++)
        assert_true(seen[i]);
}

/* Everything is wrong; each step mends what stands first. The vocabulary lists the states in this
 * order too. */
static void mend(struct mst_staple_facts *staple, enum mst_staple_state state)
{
    switch (state) {
    case STATE(OVERSIZE):
        staple->oversize = false;
        break;
    case STATE(MALFORMED):
        staple->malformed = false;
        break;
    case STATE(RESPONDER_ERROR):
        staple->responder_status = MST_RESPONDER_STATUS_SUCCESSFUL;
        staple->signer_fault = MST_SIGNER_FAULT_UNKNOWN;
        break;
    case STATE(SIGNER_UNKNOWN):
        staple->signer_fault = MST_SIGNER_FAULT_UNAUTHORIZED;
        break;
    case STATE(SIGNER_UNAUTHORIZED):
        staple->signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE;
        break;
    case STATE(BAD_SIGNATURE):
        staple->signer_fault = MST_SIGNER_FAULT_NONE;
        break;
    case STATE(CRITICAL_EXTENSION):
        staple->critical_extension = false;
        break;
    case STATE(MISMATCH):
        staple->mismatch = MST_MISMATCH_NONE;
        staple->matching = 1;
        break;
    case STATE(REVOKED):
        staple->certificate_status = MST_CERTIFICATE_STATUS_UNKNOWN;
        break;
    case STATE(UNKNOWN):
        staple->certificate_status = MST_CERTIFICATE_STATUS_GOOD;
        break;
    case STATE(NOT_YET_VALID):
        staple->this_update_s = NOW - 20 * DAY;
        break;
    case STATE(EXPIRED):
        staple->next_update_s = NOW + DAY;
        break;
    case STATE(TOO_OLD):
        staple->this_update_s = NOW - DAY;
        break;
    default:
        break;
    }
}

static void test_precedence(void **context)
{
    (void)context;
    const struct leaf_flaws sound = {0};
    const struct mst_certificate_facts leaf = make_leaf(&sound);
    const struct staple_flaws everything = {
        .oversize = true,
        .malformed = true,
        .responder = MST_RESPONDER_STATUS_TRY_LATER,
        .signer_fault = MST_SIGNER_FAULT_UNKNOWN,
        .critical = true,
        .mismatch = MST_MISMATCH_WRONG_SERIAL,
        .status = MST_CERTIFICATE_STATUS_REVOKED,
        .this_update = DAY,
        .next_update = -DAY,
    };
    struct mst_staple_facts staple = make_staple(&everything);
    for (int state = STATE(OVERSIZE); state <= STATE(GOOD); state++) {
        struct mst_staple_judgement judgement;
        mst_judge_staple(&staple, &leaf, NOW, &default_policy, &judgement);
        assert_int_equal(judgement.state, state);
        mend(&staple, (enum mst_staple_state)state);
    }
}

#define NONE MST_TIME_NONE

static const struct times_row {
    const char *name;
    struct staple_flaws flaws;
    struct leaf_flaws leaf;
    int64_t remaining_s, effective_remaining_s, lifetime_s, age_s;
} times_rows[] = {
    {"nextUpdate is first", {0}, {0}, 6 * DAY, 6 * DAY, 7 * DAY, DAY},
    {"max age is first", {.next_update = 30 * DAY}, {0}, 30 * DAY, 9 * DAY, 31 * DAY, DAY},
    {"leaf is first", {0}, {.not_after = 2 * DAY}, 6 * DAY, 2 * DAY, 7 * DAY, DAY},
    {"delegate is first",
     {.signer_kind = MST_SIGNER_KIND_DELEGATE, .signer_not_after = HOUR},
     {0},
     6 * DAY,
     HOUR,
     7 * DAY,
     DAY},
    {"delegate is last",
     {.signer_kind = MST_SIGNER_KIND_DELEGATE, .signer_not_after = 90 * DAY},
     {0},
     6 * DAY,
     6 * DAY,
     7 * DAY,
     DAY},
    {"the issuer's end does not matter",
     {.signer_not_after = HOUR},
     {0},
     6 * DAY,
     6 * DAY,
     7 * DAY,
     DAY},
    {"no nextUpdate", {.next_update = ABSENT_TIME}, {0}, NONE, 9 * DAY, NONE, DAY},
    {"expired", {.next_update = -HOUR}, {0}, -HOUR, -HOUR, 23 * HOUR, DAY},
    {"from the future", {.this_update = HOUR}, {0}, 6 * DAY, 6 * DAY, 6 * DAY - HOUR, -HOUR},
    {"leaf without a date", {0}, {.not_after = ABSENT_TIME}, 6 * DAY, 6 * DAY, 7 * DAY, DAY},
    {"absent", {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED}, {0}, NONE, NONE, NONE, NONE},
    {"malformed", {.malformed = true}, {0}, NONE, NONE, NONE, NONE},
    {"responder error", {.responder = MST_RESPONDER_STATUS_TRY_LATER}, {0}, NONE, NONE, NONE, NONE},
    {"mismatch", {.mismatch = MST_MISMATCH_WRONG_SERIAL}, {0}, NONE, NONE, NONE, NONE},
    {"forged ones have times",
     {.signer_fault = MST_SIGNER_FAULT_BAD_SIGNATURE},
     {0},
     6 * DAY,
     6 * DAY,
     7 * DAY,
     DAY},
};

static void test_times(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(times_rows); i++) {
        const struct times_row *row = &times_rows[i];
        const struct mst_staple_judgement judgement = judge(&row->flaws, &row->leaf);
        if (judgement.remaining_s != row->remaining_s ||
            judgement.effective_remaining_s != row->effective_remaining_s ||
            judgement.lifetime_s != row->lifetime_s || judgement.age_s != row->age_s)
            fail_msg("%s: %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, row->name,
                     judgement.remaining_s, judgement.effective_remaining_s, judgement.lifetime_s,
                     judgement.age_s);
    }
}

/* No combination of extreme times overflows (the sanitizer sees) or becomes good by it. */
static void test_hostile_times(void **context)
{
    (void)context;
    static const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1,       0,
                                       1,         INT64_MAX - 1, INT64_MAX};
    enum { COUNT = MST_COUNT_OF(extremes) };
    for (size_t i = 0; i < (size_t)COUNT * COUNT * COUNT * COUNT; i++) {
        const struct staple_flaws flaws = {.signer_kind = MST_SIGNER_KIND_DELEGATE};
        const struct leaf_flaws sound = {0};
        struct mst_staple_facts staple = make_staple(&flaws);
        struct mst_certificate_facts leaf = make_leaf(&sound);
        const int64_t now_s = extremes[i % COUNT];
        staple.this_update_s = extremes[i / COUNT % COUNT];
        staple.next_update_s = extremes[i / COUNT / COUNT % COUNT];
        staple.signer_not_after_s = staple.produced_at_s = leaf.not_after_s =
            extremes[i / COUNT / COUNT / COUNT];
        struct mst_staple_judgement judgement;
        mst_judge_staple(&staple, &leaf, now_s, &default_policy, &judgement);
        if (judgement.state != STATE(GOOD))
            continue;
        assert_true(staple.this_update_s != MST_TIME_NONE && staple.this_update_s <= now_s);
        assert_true(staple.next_update_s == MST_TIME_NONE || staple.next_update_s > now_s);
    }
}

#define WARNS(id) MST_WORD_BIT(MST_WARNING_STAPLE_##id)
#define DELEGATE .signer_kind = MST_SIGNER_KIND_DELEGATE

static const struct warning_row {
    const char *name;
    struct staple_flaws flaws;
    struct leaf_flaws leaf;
    mst_word_set warnings;
} warning_rows[] = {
    {"nothing wrong", {0}, {0}, 0},
    {"as much left as asked for", {.next_update = DAY, .this_update = -HOUR}, {0}, 0},
    {"a second less", {.next_update = DAY - 1, .this_update = -HOUR}, {0}, WARNS(MARGIN_LOW)},
    {"the leaf's end counts", {0}, {.not_after = HOUR}, WARNS(MARGIN_LOW)},
    {"expired says enough", {.next_update = -1, .this_update = -HOUR}, {0}, WARNS(NOT_REFRESHED)},
    {"four days old", {.this_update = -4 * DAY, .next_update = 6 * DAY}, {0}, 0},
    {"a second older",
     {.this_update = -4 * DAY - 1, .next_update = 6 * DAY},
     {0},
     WARNS(NOT_REFRESHED)},
    {"half its life", {.this_update = -3 * DAY, .next_update = 3 * DAY}, {0}, 0},
    {"a second more",
     {.this_update = -3 * DAY - 1, .next_update = 3 * DAY},
     {0},
     WARNS(NOT_REFRESHED)},
    {"ended as it began", {.this_update = -HOUR, .next_update = -HOUR}, {0}, 0},
    {"early", {.this_update = HOUR}, {0}, 0},
    {"produced in the leaf's last second",
     {.produced_at = -2 * HOUR},
     {.not_after = -2 * HOUR},
     WARNS(MARGIN_LOW)},
    {"no nextUpdate", {.next_update = ABSENT_TIME}, {0}, WARNS(NO_NEXT_UPDATE)},
    {"produced now", {.produced_at = EXACTLY_NOW}, {0}, 0},
    {"produced in the future", {.produced_at = 1}, {0}, WARNS(PRODUCED_AT_ODD)},
    {"produced before the leaf", {.produced_at = -31 * DAY}, {0}, WARNS(PRODUCED_AT_ODD)},
    {"produced with the leaf", {.produced_at = -30 * DAY}, {0}, 0},
    {"produced after the leaf",
     {.produced_at = -HOUR},
     {.not_after = -2 * HOUR},
     WARNS(PRODUCED_AT_ODD) | WARNS(MARGIN_LOW)},
    {"unreadable producedAt", {.produced_at = ABSENT_TIME}, {0}, 0},
    {"delegate", {DELEGATE, .signer_not_after = 6 * DAY}, {0}, 0},
    {"delegate ends first",
     {DELEGATE, .signer_not_after = 6 * DAY - 1},
     {0},
     WARNS(SIGNER_EXPIRES_FIRST)},
    {"delegate without nocheck",
     {DELEGATE, .signer_not_after = 60 * DAY, .without_nocheck = true},
     {0},
     WARNS(SIGNER_WITHOUT_NOCHECK)},
    {"the issuer needs no nocheck", {.without_nocheck = true}, {0}, 0},
    {"SHA-1", {.sha1 = true}, {0}, WARNS(SHA1_SIGNATURE)},
    {"two", {.singles = 2}, {0}, WARNS(SEVERAL_RESPONSES)},
    {"nineteen", {.singles = 19}, {0}, WARNS(SEVERAL_RESPONSES)},
    {"twenty", {.singles = 20}, {0}, WARNS(SEVERAL_RESPONSES) | WARNS(BLANKET_RESPONSE)},
    {"superfluous", {.superfluous = 1}, {0}, WARNS(SUPERFLUOUS_CERTIFICATES)},
    {"conflicting",
     {.conflicting = true, .singles = 2},
     {0},
     WARNS(CONFLICTING_STATUSES) | WARNS(SEVERAL_RESPONSES)},
    {"nothing is said of what did not come",
     {.delivery = MST_DELIVERY_NOT_ACKNOWLEDGED, .sha1 = true, .singles = 20},
     {0},
     0},
    {"nor of what cannot be read", {.malformed = true, .sha1 = true, .singles = 20}, {0}, 0},
};

static void test_warnings(void **context)
{
    (void)context;
    mst_word_set seen = 0;
    for (size_t i = 0; i < MST_COUNT_OF(warning_rows); i++) {
        const struct warning_row *row = &warning_rows[i];
        const mst_word_set warnings = judge(&row->flaws, &row->leaf).warnings;
        seen |= warnings;
        if (warnings != row->warnings)
            fail_msg("%s: %" PRIx64, row->name, warnings);
    }
    for (size_t i = 0; i < MST_WARNING_COUNT; i++)
        if (strncmp(mst_warning_word((enum mst_warning)i)->name, "staple_", strlen("staple_")) == 0)
            assert_true(seen & MST_WORD_BIT(i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),   cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_times),    cmocka_unit_test(test_hostile_times),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
