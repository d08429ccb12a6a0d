/* A chain and its staples (chain_input.h) from the wire to the record and back. */
#include "fuzz/chain_input.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_evidence evidence;
    if (!chain_input_read(data, size, &evidence))
        return 0;
    hold_record(&evidence);
    mst_evidence_release(&evidence);
    return 0;
}
