#include "unit/json_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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
