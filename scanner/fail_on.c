#include "fail_on.h"

#include <muststaple/audit.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool fail_on_set(const struct option_row *row, const char *value, void *into)
{
    struct fail_on *fail_on = (void *)((char *)into + row->offset);
    fail_on_release(fail_on);
    fail_on->text = mst_strdup(value);
    char *rest = fail_on->text;
    for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        uint64_t count = 0;
        if (!mst_audit_count(NULL, word, &count)) {
            complain("--%s takes verdicts, reasons, warnings, outcomes or failure codes, not "
                     "'%.80s'; docs/record.md lists them, must_staple_broken is one",
                     row->name, word);
            return false;
        }
        if (fail_on->count == FAIL_WORDS_MAX) {
            complain("--%s takes at most %d words", row->name, FAIL_WORDS_MAX);
            return false;
        }
        fail_on->words[fail_on->count++] = word;
    }
    return true;
}

bool fail_on_matched(const struct fail_on *fail_on, fail_on_count_fn *count, const void *run,
                     bool quiet)
{
    bool matched = false;
    for (size_t i = 0; i < fail_on->count; i++) {
        uint64_t records = 0;
        if (!count(run, fail_on->words[i], &records) || records == 0)
            continue;
        matched = true;
        if (!quiet)
            complain("--fail-on: %llu record%s with %s", (unsigned long long)records,
                     records == 1 ? "" : "s", fail_on->words[i]);
    }
    return matched;
}

void fail_on_release(struct fail_on *fail_on)
{
    free(fail_on->text);
    *fail_on = (struct fail_on){0};
}
