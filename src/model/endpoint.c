#include "model/endpoint.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"

enum { IPV4_BITS = 32, IPV6_BITS = 128, PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

bool mst_address_parse(const char *text, struct mst_address *ret_address)
{
    struct mst_address address = {0};
    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.family = MST_FAMILY_IPV4;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.family = MST_FAMILY_IPV6;
    else
        return false;
    *ret_address = address;
    return true;
}

bool mst_port_parse(const char *text, uint16_t *ret_port)
{
    const size_t length = strlen(text);
    if (length == 0 || length > PORT_DIGITS_MAX || strspn(text, "0123456789") != length)
        return false;
    const long port = strtol(text, NULL, 10);
    if (port < 1 || port > PORT_MAX)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

/* Splits "[host]:port", "[host]" or "host:port" with a single colon; false when neither fits. */
static bool split_port(const char *text, char *host, size_t host_size, const char **ret_port)
{
    const char *end = NULL;
    *ret_port = NULL;
    if (text[0] == '[') {
        text++;
        end = strchr(text, ']');
        if (!end || (end[1] != '\0' && end[1] != ':'))
            return false;
        if (end[1] == ':')
            *ret_port = end + 2;
    } else {
        end = strchr(text, ':');
        if (!end || strchr(end + 1, ':'))
            return false;
        *ret_port = end + 1;
    }
    const size_t length = (size_t)(end - text);
    if (length >= host_size)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    return true;
}

bool mst_endpoint_parse(const char *text, uint16_t default_port, struct mst_endpoint *ret_endpoint)
{
    struct mst_endpoint endpoint = {.port = default_port};
    if (!mst_address_parse(text, &endpoint.address)) {
        char host[MST_ADDRESS_TEXT_SIZE];
        const char *port = NULL;
        if (!split_port(text, host, sizeof host, &port) ||
            !mst_address_parse(host, &endpoint.address) ||
            (text[0] == '[') != (endpoint.address.family == MST_FAMILY_IPV6) ||
            (port && !mst_port_parse(port, &endpoint.port)))
            return false;
    }
    *ret_endpoint = endpoint;
    return true;
}

void mst_address_format(const struct mst_address *address, char text[MST_ADDRESS_TEXT_SIZE])
{
    const int family = address->family == MST_FAMILY_IPV4 ? AF_INET : AF_INET6;
    if (address->family == MST_FAMILY_NONE ||
        !inet_ntop(family, address->bytes, text, MST_ADDRESS_TEXT_SIZE))
        text[0] = '\0';
}

static bool same_bits(const uint8_t *left, const uint8_t *right, unsigned bits)
{
    const unsigned whole = bits / 8;
    const unsigned rest = bits % 8;
    if (memcmp(left, right, whole) != 0)
        return false;
    return rest == 0 || (left[whole] >> (8 - rest)) == (right[whole] >> (8 - rest));
}

bool mst_address_in(const struct mst_address *address, const struct mst_address *network,
                    unsigned prefix)
{
    const unsigned bits = network->family == MST_FAMILY_IPV4 ? IPV4_BITS : IPV6_BITS;
    return address->family == network->family && prefix <= bits &&
           same_bits(address->bytes, network->bytes, prefix);
}

struct block {
    const char *network;
    unsigned prefix;
};

/* IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771). */
static const struct block reserved_ipv4[] = {
    {"0.0.0.0", 8},       /* this network, RFC 791 */
    {"10.0.0.0", 8},      /* private use, RFC 1918 */
    {"100.64.0.0", 10},   /* shared address space, RFC 6598 */
    {"127.0.0.0", 8},     /* loopback, RFC 1122 */
    {"169.254.0.0", 16},  /* link local, RFC 3927 */
    {"172.16.0.0", 12},   /* private use, RFC 1918 */
    {"192.0.0.0", 24},    /* IETF protocol assignments, RFC 6890 */
    {"192.0.2.0", 24},    /* documentation, RFC 5737 */
    {"192.88.99.0", 24},  /* 6to4 relay anycast, deprecated, RFC 7526 */
    {"192.168.0.0", 16},  /* private use, RFC 1918 */
    {"198.18.0.0", 15},   /* benchmarking, RFC 2544 */
    {"198.51.100.0", 24}, /* documentation, RFC 5737 */
    {"203.0.113.0", 24},  /* documentation, RFC 5737 */
    {"224.0.0.0", 4},     /* multicast, RFC 5771 */
    {"240.0.0.0", 4},     /* reserved and limited broadcast, RFC 1112, RFC 8190 */
};

/* Everything outside 2000::/3 is not global unicast; inside it, these are special (IANA IPv6
 * Special-Purpose Address Registry). */
static const struct block reserved_ipv6[] = {
    {"2001::", 23},     /* IETF protocol assignments, Teredo among them, RFC 2928 */
    {"2001:db8::", 32}, /* documentation, RFC 3849 */
    {"3fff::", 20},     /* documentation, RFC 9637 */
};

static bool in_any(const struct mst_address *address, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mst_address network;
        if (mst_address_parse(blocks[i].network, &network) &&
            mst_address_in(address, &network, blocks[i].prefix))
            return true;
    }
    return false;
}

bool mst_address_embedded_ipv4(const struct mst_address *address, struct mst_address *ret_address)
{
    static const struct {
        const char *network;
        unsigned prefix, offset;
    } forms[] = {{"::ffff:0:0", 96, 12}, {"64:ff9b::", 96, 12}, {"2002::", 16, 2}};
    for (size_t i = 0; i < MST_COUNT_OF(forms); i++) {
        struct mst_address network;
        if (!mst_address_parse(forms[i].network, &network) ||
            !mst_address_in(address, &network, forms[i].prefix))
            continue;
        *ret_address = (struct mst_address){.family = MST_FAMILY_IPV4};
        memcpy(ret_address->bytes, address->bytes + forms[i].offset, 4);
        return true;
    }
    return false;
}

bool mst_address_is_reserved(const struct mst_address *address)
{
    if (address->family == MST_FAMILY_IPV4)
        return in_any(address, reserved_ipv4, MST_COUNT_OF(reserved_ipv4));
    struct mst_address inner;
    if (mst_address_embedded_ipv4(address, &inner))
        return in_any(&inner, reserved_ipv4, MST_COUNT_OF(reserved_ipv4));
    const bool global_unicast = (address->bytes[0] & 0xe0) == 0x20;
    return !global_unicast || in_any(address, reserved_ipv6, MST_COUNT_OF(reserved_ipv6));
}
