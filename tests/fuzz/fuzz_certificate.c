/* One certificate in DER: read, written again, and looked at as a leaf, as its own issuer and as an
 * issuer of another. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/clock.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/people.h"
#include "pki/certificate.h"

static void hold_round_trip(const struct mst_certificate *certificate, const uint8_t *data,
                            size_t size)
{
    size_t length = 0;
    uint8_t *der = mst_certificate_to_der(certificate, &length);
    FUZZ_REQUIRE(der && length == size && memcmp(der, data, size) == 0);
    free(der);
}

static void hold_digest(const struct mst_certificate *certificate, const uint8_t *data, size_t size)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char expected[2 * EVP_MAX_MD_SIZE + 1];
    char text[MST_SHA256_HEX_SIZE];
    FUZZ_REQUIRE(EVP_Digest(data, size, digest, &length, EVP_sha256(), NULL) == 1);
    mst_hex(digest, length, expected);
    mst_certificate_sha256(certificate, text);
    FUZZ_REQUIRE(strcmp(text, expected) == 0);
}

static void hold_facts(const struct mst_certificate *certificate)
{
    struct mst_certificate_facts facts;
    struct mst_certificate_facts again;
    mst_certificate_read(certificate, &facts);
    hold_no_errors();
    hold_certificate(&facts);
    mst_certificate_read(certificate, &again);
    hold_same_certificate(&facts, &again);
    mst_certificate_facts_release(&again);
    mst_certificate_facts_release(&facts);
}

/* The chain as it would come in a handshake. */
static void hold_trust(struct mst_certificate *const *chain, size_t length)
{
    static const int64_t times[] = {FUZZ_NOW_S, 0, INT64_MAX};
    struct mst_trust *trust = fuzz_people()->trust;
    for (size_t i = 0; i < MST_COUNT_OF(times); i++) {
        struct mst_chain_facts facts;
        mst_trust_begin(trust);
        mst_trust_verify(trust, chain, length, i == 0 ? "must.example" : "192.0.2.1", times[i],
                         &facts);
        FUZZ_REQUIRE(facts.sha256_count == length && facts.ca_feature_count == 0);
        mst_trust_read_ca_features(trust, chain, length, &facts);
        hold_chain(&facts);
        struct mst_certificate *issuer = mst_trust_find_issuer(trust, chain, length, 0);
        FUZZ_REQUIRE(facts.issuer_known == (issuer != NULL));
        mst_certificate_free(issuer);
        mst_chain_facts_release(&facts);
        hold_no_errors();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fuzz_people *people = fuzz_people();
    struct mst_certificate *certificate = mst_certificate_from_der(data, size);
    hold_no_errors();
    if (!certificate)
        return 0;
    hold_round_trip(certificate, data, size);
    hold_digest(certificate, data, size);
    hold_facts(certificate);
    hold_trust((struct mst_certificate *[]){certificate, people->issuer}, 2);
    hold_trust((struct mst_certificate *[]){certificate, certificate}, 2);
    hold_trust((struct mst_certificate *[]){people->leaf, certificate}, 2);
    mst_certificate_free(certificate);
    return 0;
}
