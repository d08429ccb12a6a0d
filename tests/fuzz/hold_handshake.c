#include "fuzz/hold_handshake.h"

#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "pki/certificate.h"

static void hold_staple_bytes(const struct mst_staple *staple)
{
    FUZZ_REQUIRE(staple->delivery < MST_DELIVERY_COUNT);
    FUZZ_REQUIRE((staple->delivery == MST_DELIVERY_SENT) == (staple->size > 0));
    FUZZ_REQUIRE(!staple->data || (staple->size > 0 && staple->size <= MST_STAPLE_SIZE_MAX));
    FUZZ_REQUIRE(staple->data || staple->size == 0 || staple->size > MST_STAPLE_SIZE_MAX);
}

void hold_handshake(const struct mst_handshake *handshake)
{
    hold_word(handshake->version, sizeof handshake->version);
    hold_word(handshake->cipher, sizeof handshake->cipher);
    hold_word(handshake->group, sizeof handshake->group);
    FUZZ_REQUIRE(handshake->chain_length <= MST_CHAIN_LENGTH_MAX);
    FUZZ_REQUIRE(handshake->chain_length <= handshake->chain_sent);
    hold_staple_bytes(&handshake->staple);
    FUZZ_REQUIRE(!handshake->intermediate_staples || handshake->chain_length > 1);
    for (size_t i = 0; handshake->intermediate_staples && i + 1 < handshake->chain_length; i++)
        hold_staple_bytes(&handshake->intermediate_staples[i]);
}

static void hold_same_bytes(const struct mst_staple *left, const struct mst_staple *right)
{
    FUZZ_REQUIRE(left->delivery == right->delivery && left->size == right->size);
    FUZZ_REQUIRE(!left->data == !right->data);
    if (left->data)
        FUZZ_REQUIRE(memcmp(left->data, right->data, left->size) == 0);
}

void hold_same_handshake(const struct mst_handshake *left, const struct mst_handshake *right)
{
    FUZZ_REQUIRE(left->chain_length == right->chain_length);
    FUZZ_REQUIRE(left->chain_sent == right->chain_sent);
    hold_same_bytes(&left->staple, &right->staple);
    FUZZ_REQUIRE(!left->intermediate_staples == !right->intermediate_staples);
    for (size_t i = 0; left->intermediate_staples && i + 1 < left->chain_length; i++)
        hold_same_bytes(&left->intermediate_staples[i], &right->intermediate_staples[i]);
    for (size_t i = 0; i < left->chain_length; i++) {
        char digest[MST_SHA256_HEX_SIZE];
        char other[MST_SHA256_HEX_SIZE];
        mst_certificate_sha256(left->chain[i], digest);
        mst_certificate_sha256(right->chain[i], other);
        FUZZ_REQUIRE(strcmp(digest, other) == 0);
    }
}
