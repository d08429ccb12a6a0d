/* The blocks of a PEM file (RFC 7468) that hold documents, one at a time. */
#ifndef MST_PKI_PEM_H
#define MST_PKI_PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/vocabulary.h"

/* A label, and what stands in such a block. */
struct mst_pem_format {
    const char *label;
    enum mst_document_kind kind;
    bool has_trust;         /* OpenSSL's settings of trust follow the certificate */
    const char *unreadable; /* static words for a block whose content is not what the label says */
};

struct mst_pem_block {
    const struct mst_pem_format *format;
    uint8_t *bytes; /* NULL: it is not base64, or does not end, or there is no memory */
    size_t length;
};

/* Where a reader stands: zeroed but for the bytes, which are borrowed. */
struct mst_pem_reader {
    const uint8_t *at;
    size_t length;
    bool saw_private_key;
};

/* Takes the next block with a label of ours; false when there is none. Text between the blocks and
 * blocks of any other label are passed over unread, so nothing is ever decrypted. After a block
 * without bytes there is nothing more to read. */
bool mst_pem_next(struct mst_pem_reader *reader, struct mst_pem_block *ret_block);

void mst_pem_block_release(struct mst_pem_block *block);

#endif
