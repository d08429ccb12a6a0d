#include "model/finding.h"

#include <stdlib.h>

void mst_connection_finding_release(struct mst_connection_finding *connection)
{
    mst_certificate_facts_release(&connection->certificate);
    mst_chain_facts_release(&connection->chain);
    mst_staple_facts_release(&connection->staple);
    for (size_t i = 0; i < connection->intermediate_staple_count; i++)
        mst_staple_facts_release(&connection->intermediate_staples[i].facts);
    free(connection->intermediate_staples);
    *connection = (struct mst_connection_finding){0};
}

void mst_finding_release(struct mst_finding *finding)
{
    for (size_t i = 0; i < finding->connection_count; i++)
        mst_connection_finding_release(&finding->connections[i]);
    *finding = (struct mst_finding){0};
}
