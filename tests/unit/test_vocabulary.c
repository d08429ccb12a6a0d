#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/attributes.h"
#include "base/text.h"
#include "model/vocabulary.h"

static bool is_name(const char *text)
{
    const size_t length = strlen(text);
    return length > 0 && islower((unsigned char)text[0]) && text[length - 1] != '_' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static bool is_sentence(const char *text)
{
    const size_t length = strlen(text);
    return length > 1 && !islower((unsigned char)text[0]) && text[length - 1] == '.' &&
           text[length - 2] != '.' && !strstr(text, "  ") && mst_text_is_utf8(text, length);
}

static void test_words(void **context)
{
    (void)context;
    for (const struct mst_vocabulary *list = mst_vocabularies; list->noun; list++) {
        assert_true(is_name(list->noun));
        assert_true(list->count > 0);
        for (size_t i = 0; i < list->count; i++) {
            const struct mst_word *word = &list->words[i];
            /* NULL is only for the member that means null in the record, the first */
            if ((!word->name && i > 0) || (word->name && !is_name(word->name)) ||
                !is_sentence(word->text))
                fail_msg("%s %zu: %s", list->noun, i, word->text);
        }
    }
}

static void test_names_are_unique(void **context)
{
    (void)context;
    for (const struct mst_vocabulary *list = mst_vocabularies; list->noun; list++) {
        for (size_t i = 0; i < list->count; i++) {
            size_t found = SIZE_MAX;
            if (!list->words[i].name)
                continue;
            assert_true(mst_vocabulary_find(list->noun, list->words[i].name, &found));
            if (found != i)
                fail_msg("%s %s is there twice", list->noun, list->words[i].name);
        }
        for (const struct mst_vocabulary *other = list + 1; other->noun; other++)
            assert_string_not_equal(list->noun, other->noun);
    }
}

static const struct find_row {
    const char *noun, *name;
    int member; /* -1: none */
} find_rows[] = {
    {"verdict", "must_staple_ok", MST_VERDICT_MUST_STAPLE_OK},
    {"verdict", "not_applicable", MST_VERDICT_NOT_APPLICABLE},
    {"staple_state", "good", MST_STAPLE_STATE_GOOD},
    {"certificate_status", "good", MST_CERTIFICATE_STATUS_GOOD},
    {"stage", "internal", MST_STAGE_INTERNAL},
    {"warning", "handshake_failed", MST_WARNING_HANDSHAKE_FAILED},
    {"verdict", "MUST_STAPLE_OK", -1},
    {"verdict", "good", -1},
    {"verdict", "", -1},
    {"nonsense", "good", -1},
};

static void test_find(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(find_rows); i++) {
        size_t member = SIZE_MAX;
        const bool found = mst_vocabulary_find(find_rows[i].noun, find_rows[i].name, &member);
        assert_int_equal(found, find_rows[i].member >= 0);
        if (found)
            assert_int_equal(member, find_rows[i].member);
    }
}

static void test_accessors(void **context)
{
    (void)context;
    assert_string_equal(mst_verdict_word(MST_VERDICT_STAPLED)->name, "stapled");
    assert_string_equal(mst_reason_word(MST_REASON_NAME_MISMATCH)->name, "name_mismatch");
    assert_string_equal(mst_stage_word(MST_STAGE_DNS)->name, "dns");
    assert_null(mst_verdict_word(MST_VERDICT_NONE)->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_accessors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
