/* An IP address, and an address with a port. Plain values. */
#ifndef MST_MODEL_ENDPOINT_H
#define MST_MODEL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mst_family { MST_FAMILY_NONE, MST_FAMILY_IPV4, MST_FAMILY_IPV6 };

struct mst_address {
    enum mst_family family;
    uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest is zero */
};

struct mst_endpoint {
    struct mst_address address;
    uint16_t port;
};

/* Addresses as many as one answer may give us; what is beyond is counted, not kept. */
enum { MST_ADDRESSES_MAX = 16, MST_ADDRESS_TEXT_SIZE = 46 };

/* Reads "192.0.2.1" or "2001:db8::1" (no brackets, no zone). */
bool mst_address_parse(const char *text, struct mst_address *ret_address);

/* Reads "ADDRESS", "ADDRESS:PORT" or "[IPV6]:PORT". Without a port, `default_port`. */
bool mst_endpoint_parse(const char *text, uint16_t default_port, struct mst_endpoint *ret_endpoint);

/* Reads a port, 1 to 65535, digits only. */
bool mst_port_parse(const char *text, uint16_t *ret_port);

/* The address as text (RFC 5952). */
void mst_address_format(const struct mst_address *address, char text[MST_ADDRESS_TEXT_SIZE]);

/* Whether the first `prefix` bits of both are the same; false when the families differ. */
bool mst_address_in(const struct mst_address *address, const struct mst_address *network,
                    unsigned prefix);

/* The IPv4 address that an IPv6 one stands for on the wire: IPv4-mapped, NAT64 and 6to4 (RFC 4291
 * 2.5.5.2, RFC 6052, RFC 3056). False when it stands for none. */
bool mst_address_embedded_ipv4(const struct mst_address *address, struct mst_address *ret_address);

/* Whether the address is private, loopback, link-local, multicast or otherwise not for the public
 * Internet (the IANA special-purpose registries); IPv4 inside IPv6 is judged as IPv4. */
bool mst_address_is_reserved(const struct mst_address *address);

#endif
