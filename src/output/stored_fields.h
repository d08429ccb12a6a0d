/* Reading the fields of a stored JSON object. Each gives false when the field is not there or not
 * as it must be, after saying so in `reason`; what it fills is untouched then. */
#ifndef MST_OUTPUT_STORED_FIELDS_H
#define MST_OUTPUT_STORED_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole numbers that every JSON reader keeps (RFC 8259 6). */
#define MST_STORED_NUMBER_MAX ((int64_t)1 << 53)

struct mst_stored_fields {
    const json_t *object;
    const char *place; /* what stands before its names in the reason: "connections." */
    char *reason;      /* MST_STORED_REASON_SIZE, of the whole record */
};

/* Says "'<place><name>' <what>"; false. */
bool mst_stored_refuse(const struct mst_stored_fields *fields, const char *name, const char *what);

/* An object, or null: `ret_fields->object` NULL. */
bool mst_stored_object(const struct mst_stored_fields *fields, const char *name, const char *place,
                       struct mst_stored_fields *ret_fields);

/* An element of an array as an object. */
bool mst_stored_element(const struct mst_stored_fields *fields, const char *name,
                        const json_t *array, size_t index, const char *place,
                        struct mst_stored_fields *ret_fields);

/* An array of at most `most` elements. */
bool mst_stored_array(const struct mst_stored_fields *fields, const char *name, size_t most,
                      const json_t **ret_array);

bool mst_stored_number(const struct mst_stored_fields *fields, const char *name, int64_t low,
                       int64_t high, int64_t *ret_number);
bool mst_stored_number_or_null(const struct mst_stored_fields *fields, const char *name,
                               int64_t low, int64_t high, int64_t if_null, int64_t *ret_number);

/* Text of less than `size` bytes, without DEL and C1 controls; null is "". */
bool mst_stored_text(const struct mst_stored_fields *fields, const char *name, char *text,
                     size_t size);

/* A member of the vocabulary of `noun`. Null is its first member, which is NONE; so this is not for
 * vocabularies without. */
bool mst_stored_word(const struct mst_stored_fields *fields, const char *name, const char *noun,
                     size_t *ret_member);

/* Base64, to be freed; null gives NULL. */
bool mst_stored_bytes(const struct mst_stored_fields *fields, const char *name, uint8_t **ret_bytes,
                      size_t *ret_length);

#endif
