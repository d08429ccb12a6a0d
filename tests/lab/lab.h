/* The whole lab: authorities, servers, DNS, responder, on one loop. */
#ifndef MST_LAB_LAB_H
#define MST_LAB_LAB_H

#include "dns_server.h"
#include "http_responder.h"
#include "load.h"
#include "material.h"
#include "options.h"

struct lab {
    const char *dir; /* borrowed; exists */
    uv_loop_t loop;
    struct lab_server server;
    struct lab_dns_server dns;
    struct lab_http_responder responder;
    struct lab_pki pki;
    struct lab_load *load;
    struct lab_material *materials; /* one per scene */
    uint16_t port, http_port;
    bool has_ipv6;
    uv_signal_t interrupted, terminated;
    uv_poll_t standard_input;
    bool watches_input;
    bool stopped; /* also before it ran */
};

/* Starts everything and writes root.pem, targets.txt and lab.json; ends the program when it cannot.
 */
void lab_start(struct lab *lab, const struct lab_options *options, const char *dir);

/* Serves until a signal, or until standard input ends when that was asked for. */
void lab_run(struct lab *lab);

void lab_release(struct lab *lab);

#endif
