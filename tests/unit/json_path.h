/* Looking into a record or a summary by a path. */
#ifndef MST_TESTS_UNIT_JSON_PATH_H
#define MST_TESTS_UNIT_JSON_PATH_H

#include <jansson.h>
#include <stddef.h>

/* The value at a path such as "connections.0.tls.version", as compact JSON; "(none)" when absent.
 * To be freed. */
char *json_path_text(const json_t *object, const char *path);

/* A record's line, parsed, after the checks that hold for every line. */
json_t *json_path_line(const char *line, size_t length);

/* A value as json_path_text tells it. */
struct json_field {
    const char *path, *value;
};

void json_path_expect(const json_t *object, const struct json_field *fields, size_t count);

/* The object at `path` has these keys, in this order, each with a blank behind it. */
void json_path_expect_keys(const json_t *object, const char *path, const char *keys);

#endif
