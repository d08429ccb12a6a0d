/* A DNS server for tests, on the test's own loop: UDP and TCP on one free port of 127.0.0.1. Its
 * handles do not keep the loop alive.
 *
 * What it answers follows from the name: "SCRIPT.anything", or "SCRIPT-NUMBER.anything", where the
 * number becomes the address 10.x.y.z or 2001:db8::x:y. The scripts are listed in dns_peer.c. */
#ifndef MST_TESTS_LOOP_DNS_PEER_H
#define MST_TESTS_LOOP_DNS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"
#include "model/endpoint.h"

struct dns_peer {
    uv_udp_t udp;
    uv_tcp_t tcp;
    struct mst_list helpers; /* connections and answers that are late */
    bool mute;               /* answers nothing at all */
    unsigned udp_questions, tcp_questions;
    struct mst_endpoint endpoint;
};

void dns_peer_start(struct dns_peer *peer, uv_loop_t *loop);

/* The loop must run once more afterwards, before the memory goes. */
void dns_peer_stop(struct dns_peer *peer);

#endif
