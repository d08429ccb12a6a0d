/* A certificate request in DER. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "pki/csr.h"

static void hold_same(const struct mst_csr_facts *left, const struct mst_csr_facts *right)
{
    FUZZ_REQUIRE(strcmp(left->subject, right->subject) == 0);
    FUZZ_REQUIRE(strcmp(left->key, right->key) == 0);
    FUZZ_REQUIRE(strcmp(left->signature, right->signature) == 0);
    FUZZ_REQUIRE(left->signature_valid == right->signature_valid);
    FUZZ_REQUIRE(left->dns_names.count == right->dns_names.count);
    for (size_t i = 0; i < left->dns_names.count; i++)
        FUZZ_REQUIRE(strcmp(left->dns_names.items[i], right->dns_names.items[i]) == 0);
    hold_same_feature(&left->tls_feature, &right->tls_feature);
}

/* Exactly one request: no byte more, none less. */
static void hold_exact_length(const uint8_t *data, size_t size)
{
    uint8_t *longer = realloc(fuzz_copy(data, size), size + 1);
    FUZZ_REQUIRE(longer);
    longer[size] = 0;
    FUZZ_REQUIRE(!mst_csr_is_readable(longer, size + 1));
    FUZZ_REQUIRE(!mst_csr_is_readable(longer, size - 1));
    free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_csr_facts facts;
    struct mst_csr_facts again;
    const bool is_read = mst_csr_read(data, size, &facts);
    hold_no_errors();
    FUZZ_REQUIRE(mst_csr_is_readable(data, size) == is_read);
    hold_no_errors();
    if (!is_read)
        return 0;
    hold_csr(&facts);
    FUZZ_REQUIRE(mst_csr_read(data, size, &again));
    hold_same(&facts, &again);
    mst_csr_facts_release(&again);
    mst_csr_facts_release(&facts);
    hold_exact_length(data, size);
    return 0;
}
