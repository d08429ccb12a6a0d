#include "pki/encoding.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/cleanup.h"
#include "base/mem.h"

char *mst_base64_encode(const uint8_t *bytes, size_t length)
{
    if (length > INT_MAX / 2)
        return NULL;
    const size_t text_length = (length + 2) / 3 * 4;
    char *text = mst_try_alloc(text_length + 1);
    if (!text)
        return NULL;
    text[0] = '\0';
    (void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    return text;
}

static bool is_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* OpenSSL's decoder also takes spaces around the text, padding anywhere and any bits under it. */
uint8_t *mst_base64_decode(const char *text, size_t length, size_t *ret_length)
{
    enum { GROUP = 4, GROUP_BYTES = 3 };
    if (length % GROUP != 0 || length > INT_MAX)
        return NULL;
    size_t digits = length;
    while (digits > 0 && length - digits < 2 && text[digits - 1] == '=')
        digits--;
    for (size_t i = 0; i < digits; i++)
        if (!is_digit(text[i]))
            return NULL;
    const size_t decoded = length / GROUP * GROUP_BYTES;
    const size_t padding = length - digits;
    MST_AUTO_FREE uint8_t *bytes = mst_try_alloc(decoded);
    if (!bytes)
        return NULL;
    if (length > 0) {
        char last[GROUP + 1];
        (void)EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
        (void)EVP_EncodeBlock((unsigned char *)last, bytes + decoded - GROUP_BYTES,
                              (int)(GROUP_BYTES - padding));
        if (memcmp(last, text + length - GROUP, GROUP) != 0)
            return NULL;
    }
    *ret_length = decoded - padding;
    return MST_STEAL(bytes);
}
