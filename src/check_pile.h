/* Certificates of several files put together: a chain, or possible issuers. */
#ifndef MST_CHECK_PILE_H
#define MST_CHECK_PILE_H

#include <stdbool.h>
#include <stddef.h>

#include "pki/document.h"

/* In the order in which they were added; all borrowed from their files. Zeroed is empty. */
struct mst_check_pile {
    size_t count;
    const struct mst_document **documents;
    struct mst_certificate **certificates;
};

/* `document` must be a certificate. */
void mst_check_pile_add(struct mst_check_pile *pile, const struct mst_document *document);

/* Every certificate among `documents`. */
void mst_check_pile_add_all(struct mst_check_pile *pile, const struct mst_documents *documents);

/* Those among `documents` that issued, by name, what lies on the pile, and what issued them; each
 * certificate once, and none where MST_CHAIN_LENGTH_MAX are there. */
void mst_check_pile_add_issuers(struct mst_check_pile *pile, const struct mst_documents *documents);

void mst_check_pile_release(struct mst_check_pile *pile);

/* Whether the certificate at `index` belongs to the chain of one before it, by name. The issuer of
 * a self-issued certificate does not. */
bool mst_check_pile_is_issuer_of_earlier(const struct mst_documents *documents, size_t index);

#endif
