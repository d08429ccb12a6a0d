#include "model/inspection.h"

void mst_inspection_release(struct mst_inspection *inspection)
{
    mst_connection_finding_release(&inspection->certificate);
    mst_csr_facts_release(&inspection->request);
    mst_staple_facts_release(&inspection->response);
    mst_single_list_release(&inspection->singles);
    *inspection = (struct mst_inspection){0};
}
