#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/list.h"

struct item {
    char name;
    struct mst_list link;
};

/* What is done to a list, one letter a step: a lower-case letter appends that item, its capital
 * takes it out, '-' takes the first. Then what is left, in order. */
static const struct list_row {
    const char *steps, *left;
} list_rows[] = {
    {"", ""},       {"-", ""},       {"a", "a"},     {"aA", ""},       {"aAA", ""},
    {"abc", "abc"}, {"abcB", "ac"},  {"abcA", "bc"}, {"abcC", "ab"},   {"abc-", "bc"},
    {"abc---", ""}, {"abc----", ""}, {"abAa", "ba"}, {"abcBb", "acb"}, {"C", ""},
};

static char take_name(struct mst_list *head)
{
    struct mst_list *link = mst_list_take_first(head);
    return link ? MST_LIST_ITEM(link, struct item, link)->name : '\0';
}

static void test_steps(void **context)
{
    (void)context;
    for (size_t i = 0; i < MST_COUNT_OF(list_rows); i++) {
        struct mst_list head;
        struct item items[3];
        mst_list_init(&head);
        for (size_t at = 0; at < MST_COUNT_OF(items); at++) {
            items[at].name = (char)('a' + at);
            mst_list_init(&items[at].link);
        }
        for (const char *step = list_rows[i].steps; *step; step++) {
            if (*step == '-')
                (void)take_name(&head);
            else if (*step >= 'a')
                mst_list_append(&head, &items[*step - 'a'].link);
            else
                mst_list_remove(&items[*step - 'A'].link);
        }
        assert_int_equal(mst_list_is_empty(&head), list_rows[i].left[0] == '\0');
        for (const char *left = list_rows[i].left; *left; left++)
            assert_int_equal(take_name(&head), *left);
        assert_int_equal(take_name(&head), '\0');
        assert_true(mst_list_is_empty(&head));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
