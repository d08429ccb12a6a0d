#include "model/evidence.h"

#include <stdlib.h>

void mst_certificate_free(struct mst_certificate *certificate)
{
    if (certificate)
        certificate->destroy(certificate);
}

bool mst_connection_is_examinable(const struct mst_connection *connection)
{
    const struct mst_handshake *handshake = &connection->handshake;
    return handshake->chain_length > 0 && handshake->staple.delivery != MST_DELIVERY_NONE;
}

void mst_handshake_release(struct mst_handshake *handshake)
{
    if (handshake->intermediate_staples) {
        for (size_t i = 0; i + 1 < handshake->chain_length; i++)
            free(handshake->intermediate_staples[i].data);
        free(handshake->intermediate_staples);
    }
    free(handshake->staple.data);
    for (size_t i = 0; i < handshake->chain_length; i++)
        mst_certificate_free(handshake->chain[i]);
    *handshake = (struct mst_handshake){0};
}

void mst_evidence_release(struct mst_evidence *evidence)
{
    for (size_t i = 0; i < evidence->connection_count; i++)
        mst_handshake_release(&evidence->connections[i].handshake);
    mst_target_free(evidence->target);
    *evidence = (struct mst_evidence){0};
}
