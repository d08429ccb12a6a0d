#include "unit/json_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

char *json_path_text(const json_t *object, const char *path)
{
    const json_t *value = object;
    char key[64];
    for (const char *at = path; value && *at; at += at[0] == '.') {
        const size_t length = strcspn(at, ".");
        (void)snprintf(key, sizeof key, "%.*s", (int)length, at);
        value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
                                     : json_object_get(value, key);
        at += length;
    }
    return value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : mst_strdup("(none)");
}

json_t *json_path_line(const char *line, size_t length)
{
    assert_non_null(line);
    assert_int_equal(strlen(line), length);
    assert_true(mst_text_is_utf8(line, length));
    assert_ptr_equal(strchr(line, '\n'), line + length - 1);
    json_error_t error;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        fail_msg("%s", error.text);
    return object;
}

void json_path_expect(const json_t *object, const struct json_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        MST_AUTO_FREE char *value = json_path_text(object, fields[i].path);
        if (strcmp(value, fields[i].value) != 0)
            fail_msg("%s is %s, not %s", fields[i].path, value, fields[i].value);
    }
}

void json_path_expect_keys(const json_t *object, const char *path, const char *keys)
{
    MST_AUTO_FREE char *text = json_path_text(object, path);
    json_t *inner = json_loads(text, 0, NULL);
    char found[512] = "";
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(inner, key, value)
    {
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s ", key);
    }
    json_decref(inner);
    assert_string_equal(found, keys);
}
