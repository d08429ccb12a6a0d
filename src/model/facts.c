#include "model/facts.h"

#include <stdlib.h>

void mst_certificate_facts_release(struct mst_certificate_facts *facts)
{
    free(facts->subject);
    free(facts->issuer);
    free(facts->serial);
    mst_texts_release(&facts->ocsp_urls);
    mst_texts_release(&facts->crl_urls);
    *facts = (struct mst_certificate_facts){0};
}

void mst_chain_facts_release(struct mst_chain_facts *facts)
{
    for (size_t i = 0; i < facts->ca_feature_count; i++)
        free(facts->ca_features[i].subject);
    free(facts->ca_features);
    free(facts->sha256);
    *facts = (struct mst_chain_facts){0};
}

void mst_staple_facts_release(struct mst_staple_facts *facts)
{
    free(facts->signer_subject);
    *facts = (struct mst_staple_facts){0};
}
