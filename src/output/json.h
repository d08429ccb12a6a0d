/* Filling JSON objects. Each put gives false when there was no memory for it, and what failed once
 * is never shown: `ok &= mst_json_put_...` down to mst_json_checked. Absent facts become null. */
#ifndef MST_OUTPUT_JSON_H
#define MST_OUTPUT_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "model/vocabulary.h"

/* `key` must be a literal or otherwise valid UTF-8. Takes `value`; NULL counts as failed. */
bool mst_json_put(json_t *object, const char *key, json_t *value);

/* NULL is null. What is not UTF-8, DEL and C1 controls are replaced. */
bool mst_json_put_text(json_t *object, const char *key, const char *text);

/* As above, and "" is null too. */
bool mst_json_put_filled(json_t *object, const char *key, const char *text);

bool mst_json_put_word(json_t *object, const char *key, const struct mst_word *word);
bool mst_json_put_bool(json_t *object, const char *key, bool value);
bool mst_json_put_count(json_t *object, const char *key, uint64_t value);

/* MST_TIME_NONE is null. */
bool mst_json_put_number(json_t *object, const char *key, int64_t value);

/* RFC 3339 with seconds; MST_TIME_NONE, and what has no such form, is null. */
bool mst_json_put_time(json_t *object, const char *key, int64_t time_s);

/* The members of a set by name, in the order of the vocabulary. */

json_t *mst_json_words(mst_word_set set, const struct mst_word *words, size_t count);

json_t *mst_json_text(const char *text);
json_t *mst_json_texts(const struct mst_texts *texts);

/* `value` when all went well, else NULL, `value` released. */
json_t *mst_json_checked(json_t *value, bool ok);

/* One line: compact, with its newline, NUL-terminated, to be freed. Takes `value`; NULL, also for
 * NULL, when there is no memory. */
char *mst_json_line(json_t *value, size_t *ret_length);

#endif
