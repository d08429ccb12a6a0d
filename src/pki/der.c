#include "pki/der.h"

#include <limits.h>

#include <openssl/asn1.h>

bool mst_der_take(struct mst_der *input, unsigned identifier, struct mst_der *ret_content)
{
    enum { FAILED = 0x80, INDEFINITE = 0x01 };
    if (input->length == 0 || input->length > INT_MAX || input->at[0] != identifier)
        return false;
    const unsigned char *content = input->at;
    long length = 0;
    int tag = 0;
    int class = 0;
    const int form = ASN1_get_object(&content, &length, &tag, &class, (long)input->length);
    if ((form & (FAILED | INDEFINITE)) != 0)
        return false;
    const int shortest = ASN1_object_size(0, (int)length, tag);
    const size_t total = (size_t)(content - input->at) + (size_t)length;
    if (shortest < 0 || (size_t)shortest != total)
        return false;
    *ret_content = (struct mst_der){content, (size_t)length};
    input->at += total;
    input->length -= total;
    return true;
}
