/* --fail-on: words that make a run end with a complaint when a record carries one. */
#ifndef MST_SCANNER_FAIL_ON_H
#define MST_SCANNER_FAIL_ON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "option.h"

enum { FAIL_WORDS_MAX = 64 };

struct fail_on {
    char *text; /* owned: what words point into */
    const char *words[FAIL_WORDS_MAX];
    size_t count;
};

/* An option_set_fn for a member struct fail_on: words with commas between them, each a verdict,
 * reason, warning, outcome or failure code. */
option_set_fn fail_on_set;

/* How many records of a run carry a word; see mst_audit_count. */
typedef bool fail_on_count_fn(const void *run, const char *word, uint64_t *ret_count);

/* Whether any record carries any of the words; unless `quiet`, those are named on standard error.
 */
bool fail_on_matched(const struct fail_on *fail_on, fail_on_count_fn *count, const void *run,
                     bool quiet);

void fail_on_release(struct fail_on *fail_on);

#endif
