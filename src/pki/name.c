#include "pki/name.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "pki/cleanup.h"

/* RFC 2253's escapes but for the bytes above 0x7f, which RFC 4514 leaves as they are. */
static const unsigned long rfc4514 = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;

/* Octet by octet, for names whose strings are not what their type promises. */
static const unsigned long octets =
    (XN_FLAG_RFC2253 | ASN1_STRFLGS_IGNORE_TYPE) &
    ~(unsigned long)(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_UTF8_CONVERT);

char *mst_name_text(const X509_NAME *name)
{
    MST_CLEANUP(mst_cleanup_bio) BIO *text = BIO_new(BIO_s_mem());
    if (!text)
        return mst_text_sanitize("", 0, MST_NAME_TEXT_MAX);
    if (X509_NAME_print_ex(text, name, 0, rfc4514) < 0) {
        (void)BIO_reset(text);
        (void)X509_NAME_print_ex(text, name, 0, octets);
    }
    char *bytes = NULL;
    const long length = BIO_get_mem_data(text, &bytes);
    return mst_text_sanitize(bytes, length > 0 ? (size_t)length : 0, MST_NAME_TEXT_MAX);
}
