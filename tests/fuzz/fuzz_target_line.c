/* One line of input: what it is understood as, written down again, is understood as the same. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "input/target_line.h"

enum { LINE = 17, DEFAULT_PORT = 443, LABEL_LENGTH_MAX = 63, NAME_LENGTH_MAX = 253 };

static struct mst_target *parse(const char *bytes, size_t length)
{
    struct mst_target *target = mst_target_line_parse(bytes, length, LINE, DEFAULT_PORT);
    FUZZ_REQUIRE(target && target->line == LINE);
    hold_text(target->input, MST_LINE_LENGTH_MAX);
    hold_word(target->host, sizeof target->host);
    hold_word(target->sni, sizeof target->sni);
    return target;
}

static void hold_invalid(const struct mst_target *target)
{
    FUZZ_REQUIRE(target->invalid.stage == MST_STAGE_INPUT);
    FUZZ_REQUIRE(target->invalid.code != MST_FAILURE_CODE_NONE);
    FUZZ_REQUIRE(target->invalid.detail[0] != '\0' && !target->invalid.alert);
    hold_word(target->invalid.detail, sizeof target->invalid.detail);
    FUZZ_REQUIRE(target->host[0] == '\0' && target->sni[0] == '\0' && target->port == 0);
    FUZZ_REQUIRE(target->address.family == MST_FAMILY_NONE);
}

/* A name as DNS and TLS take it: lower case, no empty label, none too long. */
static void hold_name(const char *name)
{
    FUZZ_REQUIRE(strlen(name) <= NAME_LENGTH_MAX);
    FUZZ_REQUIRE(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(name));
    for (const char *label = name;; label++) {
        const size_t length = strcspn(label, ".");
        FUZZ_REQUIRE(length > 0 && length <= LABEL_LENGTH_MAX);
        FUZZ_REQUIRE(label[0] != '-' && label[length - 1] != '-');
        label += length;
        if (*label == '\0')
            break;
    }
}

static void hold_valid(const struct mst_target *target)
{
    char address[MST_ADDRESS_TEXT_SIZE];
    const bool has_address = target->address.family != MST_FAMILY_NONE;
    FUZZ_REQUIRE(target->port != 0 && target->host[0] != '\0');
    FUZZ_REQUIRE(target->sni[0] != '\0' || has_address);
    if (target->sni[0] != '\0') {
        struct mst_address none;
        hold_name(target->sni);
        FUZZ_REQUIRE(strcmp(target->host, target->sni) == 0);
        FUZZ_REQUIRE(!mst_address_parse(target->sni, &none));
    } else {
        mst_address_format(&target->address, address);
        FUZZ_REQUIRE(strcmp(target->host, address) == 0);
    }
}

/* The target in the form of docs/targets.md that says everything. */
static char *format(const struct mst_target *target)
{
    char address[MST_ADDRESS_TEXT_SIZE];
    const bool is_ipv6 = target->address.family == MST_FAMILY_IPV6;
    mst_address_format(&target->address, address);
    MST_AUTO_FREE char *rank =
        target->rank ? mst_format("%llu,", (unsigned long long)target->rank) : mst_strdup("");
    MST_AUTO_FREE char *endpoint =
        target->address.family == MST_FAMILY_NONE
            ? mst_format("%s:%u", target->host, target->port)
            : mst_format(is_ipv6 ? "[%s]:%u" : "%s:%u", address, target->port);
    const bool is_pair = target->address.family != MST_FAMILY_NONE && target->sni[0] != '\0';
    return mst_format("%s%s%s%s", rank, endpoint, is_pair ? "," : "", is_pair ? target->sni : "");
}

static void hold_format(const struct mst_target *target)
{
    MST_AUTO_FREE char *text = format(target);
    struct mst_target *again = parse(text, strlen(text));
    FUZZ_REQUIRE(again->invalid.stage == MST_STAGE_NONE);
    FUZZ_REQUIRE(strcmp(again->host, target->host) == 0);
    FUZZ_REQUIRE(strcmp(again->sni, target->sni) == 0);
    FUZZ_REQUIRE(again->port == target->port && again->rank == target->rank);
    FUZZ_REQUIRE(again->address.family == target->address.family);
    FUZZ_REQUIRE(
        memcmp(again->address.bytes, target->address.bytes, sizeof target->address.bytes) == 0);
    mst_target_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Of a longer line only the beginning is at hand. */
    const size_t at_hand = size < MST_LINE_LENGTH_MAX ? size : (size_t)MST_LINE_LENGTH_MAX;
    MST_AUTO_FREE uint8_t *bytes = fuzz_copy(data, at_hand);
    struct mst_target *target = parse((const char *)bytes, size);
    if (target->invalid.stage != MST_STAGE_NONE) {
        hold_invalid(target);
    } else {
        FUZZ_REQUIRE(!mst_target_line_is_blank((const char *)bytes, size));
        hold_valid(target);
        hold_format(target);
    }
    mst_target_free(target);
    return 0;
}
