/* The DNS server: UDP and TCP on one port of 127.0.0.1, authoritative for lab.test and load.test.
 */
#ifndef MST_LAB_DNS_SERVER_H
#define MST_LAB_DNS_SERVER_H

#include <stdint.h>

#include "server.h"

struct lab_dns_server {
    uv_udp_t udp;
    uint8_t buffer[64 * 1024];
};

/* Starts on `port`, or on a free one when it is 0. */
void lab_dns_server_init(struct lab_dns_server *dns, struct lab_server *server, uint16_t port);
uint16_t lab_dns_server_port(const struct lab_dns_server *dns);

/* Closes the UDP socket; the TCP listener is the server's. */
void lab_dns_server_close(struct lab_dns_server *dns);

#endif
