#include "output/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { USUAL_LINE_SIZE = 16 * 1024, LINE_FLAGS = JSON_COMPACT };

bool mst_json_put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new_nocheck(object, key, value) == 0;
}

json_t *mst_json_text(const char *text)
{
    if (!text)
        return json_null();
    const size_t length = strlen(text);
    /* DEL, and what C1 controls begin with: the one kind that JSON leaves as it is. */
    json_t *value = strpbrk(text, "\x7f\xc2") ? NULL : json_stringn(text, length);
    if (value)
        return value;
    char *sane = mst_text_sanitize(text, length, length * 3);
    value = json_string_nocheck(sane);
    free(sane);
    return value;
}

bool mst_json_put_text(json_t *object, const char *key, const char *text)
{
    return mst_json_put(object, key, mst_json_text(text));
}

bool mst_json_put_filled(json_t *object, const char *key, const char *text)
{
    return mst_json_put_text(object, key, text && text[0] ? text : NULL);
}

bool mst_json_put_word(json_t *object, const char *key, const struct mst_word *word)
{
    return mst_json_put(object, key, word->name ? json_string_nocheck(word->name) : json_null());
}

bool mst_json_put_bool(json_t *object, const char *key, bool value)
{
    return mst_json_put(object, key, json_boolean(value));
}

bool mst_json_put_count(json_t *object, const char *key, uint64_t value)
{
    return mst_json_put(object, key, json_integer((json_int_t)value));
}

bool mst_json_put_number(json_t *object, const char *key, int64_t value)
{
    return mst_json_put(object, key, value == MST_TIME_NONE ? json_null() : json_integer(value));
}

bool mst_json_put_time(json_t *object, const char *key, int64_t time_s)
{
    char text[MST_RFC3339_SIZE] = "";
    if (time_s != MST_TIME_NONE)
        mst_time_format_s(time_s, text);
    return mst_json_put(object, key, text[0] ? json_string_nocheck(text) : json_null());
}

json_t *mst_json_words(mst_word_set set, const struct mst_word *words, size_t count)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < count; i++)
        if (set & MST_WORD_BIT(i))
            ok &= json_array_append_new(array, json_string_nocheck(words[i].name)) == 0;
    return mst_json_checked(array, ok);
}

json_t *mst_json_texts(const struct mst_texts *texts)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < texts->count; i++)
        ok &= json_array_append_new(array, mst_json_text(texts->items[i])) == 0;
    return mst_json_checked(array, ok);
}

json_t *mst_json_checked(json_t *value, bool ok)
{
    if (ok)
        return value;
    json_decref(value);
    return NULL;
}

/* Nearly every line fits the first buffer, so that its size need not be found out before. */
static char *dump(const json_t *value, size_t *ret_length)
{
    char usual[USUAL_LINE_SIZE];
    size_t length = json_dumpb(value, usual, sizeof usual, LINE_FLAGS);
    if (length == 0)
        return NULL;
    char *line = mst_try_alloc(length + sizeof "\n");
    if (!line)
        return NULL;
    if (length <= sizeof usual)
        memcpy(line, usual, length);
    else
        length = json_dumpb(value, line, length, LINE_FLAGS);
    memcpy(line + length, "\n", sizeof "\n");
    *ret_length = length + 1;
    return line;
}

char *mst_json_line(json_t *value, size_t *ret_length)
{
    char *line = value ? dump(value, ret_length) : NULL;
    json_decref(value);
    return line;
}
