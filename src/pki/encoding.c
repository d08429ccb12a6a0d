#include "pki/encoding.h"

#include <limits.h>

#include <openssl/evp.h>

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
