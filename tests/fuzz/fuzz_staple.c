/* An OCSP response as the staple of a fixed certificate: read with and without what is known of the
 * certificate and its issuer, then judged through to every client. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_staple.h"
#include "fuzz/people.h"
#include "pki/single_list.h"
#include "pki/staple.h"

enum { CASES = 6 };

static void read_staple(const uint8_t *data, size_t size, const struct mst_certificate *subject,
                        const struct mst_certificate *issuer, struct mst_staple_facts *ret_facts)
{
    const struct mst_staple staple = {
        .delivery = size > 0 ? MST_DELIVERY_SENT : MST_DELIVERY_EMPTY,
        .data = size > 0 ? (uint8_t *)(uintptr_t)data : NULL,
        .size = size,
    };
    mst_staple_read(&staple, subject, issuer, FUZZ_NOW_S, ret_facts);
    hold_no_errors();
}

/* The first `count` of six cases: the leaf with Must-Staple, as it is, and with a TLS Feature
 * nobody can read; on a chain that is trusted or not. */
static void hold_cases(const struct mst_staple_facts *staple, size_t count)
{
    static const struct mst_tls_feature_facts features[] = {
        {.present = true, .must_staple = true, .count = 1, .features = {5}},
        {.present = false},
        {.present = true, .fault = MST_FEATURE_FAULT_BAD_DER},
    };
    static const struct mst_policy policy = {.at_s = MST_TIME_NONE,
                                             .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                             .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
    static char sha256[1][MST_SHA256_HEX_SIZE];
    struct mst_certificate_facts certificate = fuzz_people()->leaf_facts;
    struct mst_chain_facts chain = {
        .length = 1, .host_matches = true, .sha256_count = 1, .sha256 = sha256};
    for (size_t i = 0; i < count; i++) {
        chain.trusted = chain.issuer_known = i % 2 == 0;
        chain.fault = chain.trusted ? MST_CHAIN_FAULT_NONE : MST_CHAIN_FAULT_UNTRUSTED;
        certificate.tls_feature = features[i / 2];
        certificate.has_http_ocsp_url = i / 2 == 0;
        const struct mst_case given = {.certificate = &certificate,
                                       .chain = &chain,
                                       .staple = staple,
                                       .now_s = FUZZ_NOW_S,
                                       .policy = &policy};
        hold_case(&given);
    }
}

/* A byte more or less makes another response of it: none that can be read. */
static void hold_exact_length(const uint8_t *data, size_t size)
{
    const struct fuzz_people *people = fuzz_people();
    uint8_t *copy = fuzz_copy(data, size);
    uint8_t *longer = realloc(copy, size + 1);
    FUZZ_REQUIRE(longer);
    longer[size] = 0;
    for (int change = -1; change <= 1; change += 2) {
        struct mst_staple_facts facts;
        read_staple(longer, size + (size_t)change, people->leaf, people->issuer, &facts);
        FUZZ_REQUIRE(facts.malformed || facts.oversize || size + (size_t)change == 0);
        mst_staple_facts_release(&facts);
    }
    free(longer);
}

/* Behind a responder's error nobody looks further, and certificates keep their bytes as they came.
 */
static void hold_form(const uint8_t *data, size_t size, const struct mst_staple_facts *facts)
{
    if (facts->responder_status == MST_RESPONDER_STATUS_SUCCESSFUL && facts->certificates == 0)
        hold_der(data, size);
    hold_exact_length(data, size);
}

/* Read and listed with what is known; the facts are to be released. */
static void read_and_hold(const uint8_t *data, size_t size, struct hold_known known,
                          struct mst_staple_facts *ret_facts)
{
    const struct mst_certificate *subject = known.subject ? fuzz_people()->leaf : NULL;
    const struct mst_certificate *issuer = known.issuer ? fuzz_people()->issuer : NULL;
    struct mst_single_list list;
    read_staple(data, size, subject, issuer, ret_facts);
    mst_single_list_read(data, size, subject, issuer, &list);
    hold_no_errors();
    hold_staple(ret_facts, known);
    hold_single_list(&list, ret_facts, known);
    mst_single_list_release(&list);
}

static void hold_again(const uint8_t *data, size_t size, const struct mst_staple_facts *facts)
{
    struct mst_staple_facts again;
    read_staple(data, size, fuzz_people()->leaf, fuzz_people()->issuer, &again);
    hold_same_staple(facts, &again);
    mst_staple_facts_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hold_known knowns[] = {
        {.subject = true, .issuer = true}, {.subject = true}, {.issuer = true}, {.subject = false}};
    for (size_t i = 0; i < MST_COUNT_OF(knowns); i++) {
        const size_t cases = i == 0 ? CASES : 1;
        struct mst_staple_facts facts;
        read_and_hold(data, size, knowns[i], &facts);
        if (i == 0)
            hold_again(data, size, &facts);
        if (i == 0 && !facts.malformed && facts.responder_status != MST_RESPONDER_STATUS_NONE)
            hold_form(data, size, &facts);
        hold_cases(&facts, cases);
        /* Nobody here can sign what was changed: as if it had been signed. */
        if (facts.signer_fault == MST_SIGNER_FAULT_BAD_SIGNATURE) {
            facts.signer_fault = MST_SIGNER_FAULT_NONE;
            hold_cases(&facts, cases);
        }
        mst_staple_facts_release(&facts);
    }
    return 0;
}
