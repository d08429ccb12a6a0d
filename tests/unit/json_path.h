/* Looking into a record or a summary by a path. */
#ifndef MST_TESTS_UNIT_JSON_PATH_H
#define MST_TESTS_UNIT_JSON_PATH_H

#include <jansson.h>

/* The value at a path such as "connections.0.tls.version", as compact JSON; "(none)" when absent.
 * To be freed. */
char *json_path_text(const json_t *object, const char *path);

#endif
