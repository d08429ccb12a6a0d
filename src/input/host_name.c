#include "input/host_name.h"

#include <idn2.h>
#include <stdint.h>
#include <string.h>

enum { NAME_LENGTH_MAX = 253, LABEL_LENGTH_MAX = 63 };

static const char digits[] = "0123456789";
static const char hex_digits[] = "0123456789abcdef";

/* The C library's own tests depend on the locale. */
static bool is_letter_or_digit(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

bool mst_host_name_is_dotted_number(const char *text)
{
    return strpbrk(text, digits) && strspn(text, "0123456789.") == strlen(text);
}

/* What is wrong with one lower-case label; NULL: nothing. */
static const char *label_fault(const char *label, size_t length)
{
    if (length == 0)
        return "a label of the name is empty";
    if (length > LABEL_LENGTH_MAX)
        return "a label of the name is longer than 63 bytes";
    if (label[0] == '-' || label[length - 1] == '-')
        return "a label of the name begins or ends with a hyphen";
    for (size_t i = 0; i < length; i++)
        if (!is_letter_or_digit(label[i]) && label[i] != '-' && label[i] != '_')
            return "the name holds a character that no host name has";
    return NULL;
}

/* A name whose last label is decimal or hexadecimal would be taken for an address by others. */
static bool is_number(const char *label)
{
    if (label[0] == '0' && label[1] == 'x')
        return strspn(label + 2, hex_digits) == strlen(label + 2);
    return strspn(label, digits) == strlen(label);
}

static const char *name_fault(const char *name)
{
    if (strlen(name) > NAME_LENGTH_MAX)
        return "the name is longer than 253 bytes";
    const char *label = name;
    for (;;) {
        const size_t length = strcspn(label, ".");
        const char *fault = label_fault(label, length);
        if (fault)
            return fault;
        if (label[length] == '\0')
            break;
        label += length + 1;
    }
    return is_number(label) ? "the last label of the name is a number" : NULL;
}

/* Copies in lower case without the trailing dot, as much as `host` holds: what does not fit is
 * longer than a name may be, and is found out by its length. */
static void copy_lower(const char *text, char host[MST_HOST_SIZE])
{
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '.')
        length--;
    if (length > MST_HOST_SIZE - 1)
        length = MST_HOST_SIZE - 1;
    for (size_t i = 0; i < length; i++)
        host[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    host[length] = '\0';
}

static const char *ascii_name(const char *text, char host[MST_HOST_SIZE])
{
    char name[MST_HOST_SIZE] = "";
    copy_lower(text, name);
    const char *fault = name_fault(name);
    if (!fault)
        memcpy(host, name, sizeof name);
    return fault;
}

static const char *international_name(const char *text, char host[MST_HOST_SIZE])
{
    char *name = NULL;
    const int result = idn2_to_ascii_8z(text, &name, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (result == IDN2_TOO_BIG_DOMAIN)
        return "the name is longer than 253 bytes";
    if (result == IDN2_TOO_BIG_LABEL)
        return "a label of the name is longer than 63 bytes";
    if (result != IDN2_OK)
        return "the name is not a valid internationalised name";
    const char *fault = ascii_name(name, host);
    idn2_free(name);
    return fault;
}

bool mst_host_name_make(const char *text, char host[MST_HOST_SIZE], const char **ret_fault)
{
    const char *fault = is_ascii(text) ? ascii_name(text, host) : international_name(text, host);
    if (fault)
        *ret_fault = fault;
    return !fault;
}
