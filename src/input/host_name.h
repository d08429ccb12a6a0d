/* Host names as people write them, made into what DNS and TLS want: lower-case A-labels. */
#ifndef MST_INPUT_HOST_NAME_H
#define MST_INPUT_HOST_NAME_H

#include <stdbool.h>

#include "model/target.h"

/* Whether the text is written like an IPv4 address, well or badly: digits and dots only, at least
 * one digit. */
bool mst_host_name_is_dotted_number(const char *text);

/* Makes `text` (valid UTF-8) a name: internationalised labels become A-labels (UTS #46,
 * non-transitional), case is folded, one trailing dot goes. Underscores are accepted, since names
 * in use have them; a last label that is a number is not, since it would be read as an address.
 * False, `host` untouched and `ret_fault` set to static words, when it is no host name (RFC
 * 1123 2.1, RFC 1035 2.3.4). `text` must not be empty. */
bool mst_host_name_make(const char *text, char host[MST_HOST_SIZE], const char **ret_fault);

#endif
