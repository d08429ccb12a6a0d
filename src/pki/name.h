/* Distinguished names as text. */
#ifndef MST_PKI_NAME_H
#define MST_PKI_NAME_H

#include <openssl/x509.h>

enum { MST_NAME_TEXT_MAX = 1024 };

/* RFC 4514, most specific part first, as valid UTF-8 of at most MST_NAME_TEXT_MAX bytes whatever is
 * in the name. To be freed. */
char *mst_name_text(const X509_NAME *name);

#endif
