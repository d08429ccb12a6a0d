#include "check_pile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/trust.h"

void mst_check_pile_release(struct mst_check_pile *pile)
{
    free(pile->documents);
    free(pile->certificates);
}

void mst_check_pile_add(struct mst_check_pile *pile, const struct mst_document *document)
{
    const size_t count = pile->count + 1;
    pile->documents = mst_realloc(pile->documents, count, sizeof(void *));
    pile->certificates = mst_realloc(pile->certificates, count, sizeof(void *));
    pile->documents[pile->count] = document;
    pile->certificates[pile->count] = document->certificate;
    pile->count = count;
}

void mst_check_pile_add_all(struct mst_check_pile *pile, const struct mst_documents *documents)
{
    for (size_t i = 0; i < documents->count; i++)
        if (documents->items[i].certificate)
            mst_check_pile_add(pile, &documents->items[i]);
}

static bool contains(const struct mst_check_pile *pile, const struct mst_document *document)
{
    for (size_t i = 0; i < pile->count; i++) {
        const struct mst_document *other = pile->documents[i];
        if (other->length == document->length &&
            memcmp(other->der, document->der, document->length) == 0)
            return true;
    }
    return false;
}

void mst_check_pile_add_issuers(struct mst_check_pile *pile, const struct mst_documents *documents)
{
    for (size_t at = 0; at < pile->count; at++)
        for (size_t i = 0; i < documents->count; i++) {
            const struct mst_document *candidate = &documents->items[i];
            /* What is beyond would not be kept of a chain. */
            if (pile->count >= MST_CHAIN_LENGTH_MAX)
                return;
            if (candidate->certificate &&
                mst_trust_is_named_issuer(pile->certificates[at], candidate->certificate) &&
                !contains(pile, candidate))
                mst_check_pile_add(pile, candidate);
        }
}

bool mst_check_pile_is_issuer_of_earlier(const struct mst_documents *documents, size_t index)
{
    const struct mst_certificate *issuer = documents->items[index].certificate;
    for (size_t i = 0; i < index; i++) {
        const struct mst_certificate *child = documents->items[i].certificate;
        if (child && mst_trust_is_named_issuer(child, issuer) &&
            !mst_trust_is_named_issuer(child, child))
            return true;
    }
    return false;
}
