#include "output/stored_fields.h"

#include <stdio.h>
#include <string.h>

#include "model/vocabulary.h"
#include "output/stored_record.h"
#include "pki/encoding.h"

bool mst_stored_refuse(const struct mst_stored_fields *fields, const char *name, const char *what)
{
    (void)snprintf(fields->reason, MST_STORED_REASON_SIZE, "'%s%s' %s", fields->place, name, what);
    return false;
}

static const json_t *find(const struct mst_stored_fields *fields, const char *name)
{
    const json_t *value = json_object_get(fields->object, name);
    if (!value)
        (void)mst_stored_refuse(fields, name, "is missing");
    return value;
}

bool mst_stored_object(const struct mst_stored_fields *fields, const char *name, const char *place,
                       struct mst_stored_fields *ret_fields)
{
    const json_t *value = find(fields, name);
    if (!value)
        return false;
    if (!json_is_object(value) && !json_is_null(value))
        return mst_stored_refuse(fields, name, "is no object");
    *ret_fields = (struct mst_stored_fields){
        .object = json_is_null(value) ? NULL : value, .place = place, .reason = fields->reason};
    return true;
}

bool mst_stored_element(const struct mst_stored_fields *fields, const char *name,
                        const json_t *array, size_t index, const char *place,
                        struct mst_stored_fields *ret_fields)
{
    const json_t *value = json_array_get(array, index);
    if (!json_is_object(value))
        return mst_stored_refuse(fields, name, "holds something that is no object");
    *ret_fields = (struct mst_stored_fields){value, place, fields->reason};
    return true;
}

bool mst_stored_array(const struct mst_stored_fields *fields, const char *name, size_t most,
                      const json_t **ret_array)
{
    const json_t *value = find(fields, name);
    if (!value)
        return false;
    if (!json_is_array(value))
        return mst_stored_refuse(fields, name, "is no list");
    if (json_array_size(value) > most)
        return mst_stored_refuse(fields, name, "is longer than a scan makes it");
    *ret_array = value;
    return true;
}

static bool read_number(const struct mst_stored_fields *fields, const char *name,
                        const json_t *value, int64_t low, int64_t high, int64_t *ret_number)
{
    if (!json_is_integer(value))
        return mst_stored_refuse(fields, name, "is no whole number");
    const json_int_t number = json_integer_value(value);
    if (number < low || number > high)
        return mst_stored_refuse(fields, name, "is a number out of range");
    *ret_number = number;
    return true;
}

bool mst_stored_number(const struct mst_stored_fields *fields, const char *name, int64_t low,
                       int64_t high, int64_t *ret_number)
{
    const json_t *value = find(fields, name);
    return value && read_number(fields, name, value, low, high, ret_number);
}

bool mst_stored_number_or_null(const struct mst_stored_fields *fields, const char *name,
                               int64_t low, int64_t high, int64_t if_null, int64_t *ret_number)
{
    const json_t *value = find(fields, name);
    if (!value)
        return false;
    if (!json_is_null(value))
        return read_number(fields, name, value, low, high, ret_number);
    *ret_number = if_null;
    return true;
}

/* Text, or null: `ret_text` NULL. */
static bool find_text(const struct mst_stored_fields *fields, const char *name,
                      const char **ret_text, size_t *ret_length)
{
    const json_t *value = find(fields, name);
    if (!value)
        return false;
    if (!json_is_string(value) && !json_is_null(value))
        return mst_stored_refuse(fields, name, "is no text");
    *ret_text = json_string_value(value);
    *ret_length = json_string_length(value);
    return true;
}

/* DEL and the C1 controls, which mst_json_text replaces: what holds one would be written otherwise
 * than it was read. */
static bool has_control(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        if (*at == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0))
            return true;
    return false;
}

bool mst_stored_text(const struct mst_stored_fields *fields, const char *name, char *text,
                     size_t size)
{
    const char *value = NULL;
    size_t length = 0;
    if (!find_text(fields, name, &value, &length))
        return false;
    if (length >= size)
        return mst_stored_refuse(fields, name, "is longer than a scan makes it");
    if (value && has_control(value))
        return mst_stored_refuse(fields, name, "holds a control that a scan does not write");
    if (value)
        memcpy(text, value, length);
    text[length] = '\0';
    return true;
}

bool mst_stored_word(const struct mst_stored_fields *fields, const char *name, const char *noun,
                     size_t *ret_member)
{
    const char *word = NULL;
    size_t length = 0;
    if (!find_text(fields, name, &word, &length))
        return false;
    if (!word)
        *ret_member = 0;
    else if (!mst_vocabulary_find(noun, word, ret_member))
        return mst_stored_refuse(fields, name, "is a word that is not known");
    return true;
}

bool mst_stored_bytes(const struct mst_stored_fields *fields, const char *name, uint8_t **ret_bytes,
                      size_t *ret_length)
{
    const char *text = NULL;
    size_t text_length = 0;
    if (!find_text(fields, name, &text, &text_length))
        return false;
    size_t length = 0;
    uint8_t *bytes = text ? mst_base64_decode(text, text_length, &length) : NULL;
    if (text && !bytes)
        return mst_stored_refuse(fields, name, "is not base64");
    *ret_bytes = bytes;
    *ret_length = length;
    return true;
}
