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

void mst_single_list_release(struct mst_single_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].serial);
    free(list->items);
    *list = (struct mst_single_list){0};
}

void mst_csr_facts_release(struct mst_csr_facts *facts)
{
    free(facts->subject);
    mst_texts_release(&facts->dns_names);
    *facts = (struct mst_csr_facts){0};
}
