#include "fuzz/hold.h"

#include <string.h>
#include <strings.h>

#include <openssl/err.h>

#include "base/clock.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

enum {
    STATUS_REQUEST = 5,
    NAME_MAX_LENGTH = 1024,
    URL_MAX_LENGTH = 1024,
    URLS_MAX = 16,
    DNS_NAMES_MAX = 16,
    DNS_NAME_MAX_LENGTH = 255,
    SERIAL_MAX_LENGTH = 1 + 2 * 256, /* "-" and the hex of 256 bytes */
};

static const char cut[] = "...";
static const char hex_digits[] = "0123456789abcdef";

void hold_text(const char *text, size_t max)
{
    FUZZ_REQUIRE(text);
    const size_t length = strlen(text);
    FUZZ_REQUIRE(length <= max + sizeof cut - 1);
    FUZZ_REQUIRE(length <= max || strcmp(text + length - (sizeof cut - 1), cut) == 0);
    FUZZ_REQUIRE(mst_text_is_utf8(text, length));
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        FUZZ_REQUIRE(*at != 0x7f && (*at != 0xc2 || at[1] >= 0xa0));
}

void hold_word(const char *text, size_t size)
{
    FUZZ_REQUIRE(memchr(text, '\0', size));
    for (; *text; text++)
        FUZZ_REQUIRE(*text >= 0x20 && *text < 0x7f);
}

void hold_sha256(const char *text)
{
    FUZZ_REQUIRE(strspn(text, hex_digits) == MST_SHA256_HEX_SIZE - 1);
    FUZZ_REQUIRE(text[MST_SHA256_HEX_SIZE - 1] == '\0');
}

void hold_time(int64_t time_s)
{
    char text[MST_RFC3339_SIZE];
    if (time_s == MST_TIME_NONE)
        return;
    mst_time_format_s(time_s, text);
    FUZZ_REQUIRE(text[0] != '\0');
}

/* The header of the first element: its size, and in `ret_length` that of the content. */
static size_t hold_header(const uint8_t *data, size_t size, size_t *ret_length)
{
    enum { LONG_FORM = 0x80, OCTETS_MAX = 4 };
    FUZZ_REQUIRE(size >= 2);
    size_t length = data[1];
    size_t header = 2;
    if (length >= LONG_FORM) {
        const size_t octets = length - LONG_FORM;
        FUZZ_REQUIRE(octets > 0 && octets <= OCTETS_MAX && octets <= size - header);
        FUZZ_REQUIRE(data[header] != 0);
        length = 0;
        for (size_t i = 0; i < octets; i++)
            length = length << 8 | data[header++];
        FUZZ_REQUIRE(length >= LONG_FORM);
    }
    FUZZ_REQUIRE(length <= size - header);
    *ret_length = length;
    return header;
}

void hold_der(const uint8_t *data, size_t size)
{
    enum { BOOLEAN = 0x01, CONSTRUCTED = 0x20, TAG = 0x1f };
    for (size_t at = 0; at < size;) {
        if ((data[at] & TAG) == TAG)
            return;
        size_t length = 0;
        const size_t content = at + hold_header(data + at, size - at, &length);
        if (data[at] == BOOLEAN)
            FUZZ_REQUIRE(length == 1 && (data[content] == 0 || data[content] == 0xff));
        if (data[at] & CONSTRUCTED)
            hold_der(data + content, length);
        at = content + length;
    }
}

void hold_no_errors(void)
{
    const bool is_empty = ERR_peek_error() == 0;
    ERR_print_errors_fp(stderr);
    FUZZ_REQUIRE(is_empty);
}

static bool is_listed(const struct mst_tls_feature_facts *feature, int64_t number)
{
    for (size_t i = 0; i < feature->count; i++)
        if (feature->features[i] == number)
            return true;
    return false;
}

void hold_feature(const struct mst_tls_feature_facts *feature)
{
    FUZZ_REQUIRE(feature->count <= MST_FEATURES_MAX);
    FUZZ_REQUIRE(feature->fault < MST_FEATURE_FAULT_COUNT);
    const bool all_listed = feature->count < MST_FEATURES_MAX;
    if (!feature->present) {
        FUZZ_REQUIRE(!feature->must_staple && !feature->critical && feature->count == 0);
        FUZZ_REQUIRE(feature->fault == MST_FEATURE_FAULT_NONE);
        return;
    }
    FUZZ_REQUIRE(feature->must_staple == (feature->fault == MST_FEATURE_FAULT_NONE));
    if (feature->must_staple && all_listed)
        FUZZ_REQUIRE(is_listed(feature, STATUS_REQUEST));
    if (feature->fault == MST_FEATURE_FAULT_NO_STATUS_REQUEST)
        FUZZ_REQUIRE(!is_listed(feature, STATUS_REQUEST));
    if (feature->fault == MST_FEATURE_FAULT_EMPTY_LIST ||
        feature->fault == MST_FEATURE_FAULT_EMPTY_VALUE)
        FUZZ_REQUIRE(feature->count == 0);
}

void hold_same_feature(const struct mst_tls_feature_facts *left,
                       const struct mst_tls_feature_facts *right)
{
    FUZZ_REQUIRE(left->present == right->present && left->must_staple == right->must_staple);
    FUZZ_REQUIRE(left->critical == right->critical && left->fault == right->fault);
    FUZZ_REQUIRE(left->count == right->count);
    for (size_t i = 0; i < left->count; i++)
        FUZZ_REQUIRE(left->features[i] == right->features[i]);
}

static bool is_http(const char *url)
{
    static const char http[] = "http://";
    return strncasecmp(url, http, sizeof http - 1) == 0 && strlen(url) > sizeof http - 1;
}

static void hold_urls(const struct mst_texts *urls)
{
    FUZZ_REQUIRE(urls->count <= URLS_MAX);
    for (size_t i = 0; i < urls->count; i++)
        hold_text(urls->items[i], URL_MAX_LENGTH);
}

void hold_serial(const char *serial)
{
    hold_text(serial, SERIAL_MAX_LENGTH);
    const size_t sign = serial[0] == '-' ? 1 : 0;
    const char *rest = serial + sign + strspn(serial + sign, hex_digits);
    FUZZ_REQUIRE(rest[0] == '\0' || strcmp(rest, cut) == 0);
}

void hold_certificate(const struct mst_certificate_facts *facts)
{
    bool any_http = false;
    hold_text(facts->subject, NAME_MAX_LENGTH);
    hold_text(facts->issuer, NAME_MAX_LENGTH);
    hold_serial(facts->serial);
    hold_sha256(facts->sha256);
    hold_time(facts->not_before_s);
    hold_time(facts->not_after_s);
    hold_word(facts->key, sizeof facts->key);
    hold_word(facts->signature, sizeof facts->signature);
    hold_urls(&facts->ocsp_urls);
    hold_urls(&facts->crl_urls);
    for (size_t i = 0; i < facts->ocsp_urls.count; i++)
        any_http = any_http || is_http(facts->ocsp_urls.items[i]);
    FUZZ_REQUIRE(facts->has_http_ocsp_url == any_http);
    if (facts->short_lived)
        FUZZ_REQUIRE(facts->not_before_s != MST_TIME_NONE &&
                     facts->not_after_s >= facts->not_before_s);
    hold_feature(&facts->tls_feature);
}

static void hold_same_texts(const struct mst_texts *left, const struct mst_texts *right)
{
    FUZZ_REQUIRE(left->count == right->count);
    for (size_t i = 0; i < left->count; i++)
        FUZZ_REQUIRE(strcmp(left->items[i], right->items[i]) == 0);
}

void hold_same_certificate(const struct mst_certificate_facts *left,
                           const struct mst_certificate_facts *right)
{
    FUZZ_REQUIRE(strcmp(left->subject, right->subject) == 0);
    FUZZ_REQUIRE(strcmp(left->issuer, right->issuer) == 0);
    FUZZ_REQUIRE(strcmp(left->serial, right->serial) == 0);
    FUZZ_REQUIRE(strcmp(left->sha256, right->sha256) == 0);
    FUZZ_REQUIRE(left->not_before_s == right->not_before_s);
    FUZZ_REQUIRE(left->not_after_s == right->not_after_s);
    FUZZ_REQUIRE(strcmp(left->key, right->key) == 0);
    FUZZ_REQUIRE(strcmp(left->signature, right->signature) == 0);
    hold_same_texts(&left->ocsp_urls, &right->ocsp_urls);
    hold_same_texts(&left->crl_urls, &right->crl_urls);
    FUZZ_REQUIRE(left->has_http_ocsp_url == right->has_http_ocsp_url);
    FUZZ_REQUIRE(left->short_lived == right->short_lived);
    hold_same_feature(&left->tls_feature, &right->tls_feature);
}

void hold_chain(const struct mst_chain_facts *facts)
{
    FUZZ_REQUIRE(facts->trusted == (facts->fault == MST_CHAIN_FAULT_NONE));
    FUZZ_REQUIRE(facts->trusted == (facts->error[0] == '\0'));
    FUZZ_REQUIRE(!facts->trusted || facts->issuer_known);
    hold_word(facts->error, sizeof facts->error);
    for (size_t i = 0; i < facts->sha256_count; i++)
        hold_sha256(facts->sha256[i]);
    FUZZ_REQUIRE(facts->ca_feature_count <= facts->sha256_count);
    for (size_t i = 0; i < facts->ca_feature_count; i++) {
        const struct mst_ca_feature *feature = &facts->ca_features[i];
        hold_text(feature->subject, NAME_MAX_LENGTH);
        hold_sha256(feature->sha256);
        hold_feature(&feature->tls_feature);
        FUZZ_REQUIRE(feature->tls_feature.present);
    }
}

void hold_csr(const struct mst_csr_facts *facts)
{
    hold_text(facts->subject, NAME_MAX_LENGTH);
    hold_word(facts->key, sizeof facts->key);
    hold_word(facts->signature, sizeof facts->signature);
    FUZZ_REQUIRE(facts->dns_names.count <= DNS_NAMES_MAX);
    for (size_t i = 0; i < facts->dns_names.count; i++)
        hold_text(facts->dns_names.items[i], DNS_NAME_MAX_LENGTH);
    hold_feature(&facts->tls_feature);
}
