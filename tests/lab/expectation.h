/* A row's expectations as JSON: path into the record -> value. */
#ifndef MST_LAB_EXPECTATION_H
#define MST_LAB_EXPECTATION_H

#include <jansson.h>

#include "material.h"

/* `material` NULL: only what the table says; else also what is known of the certificate and the
 * staple served. A new reference. */
json_t *lab_expectation(size_t index, const struct lab_material *material, unsigned port);

#endif
