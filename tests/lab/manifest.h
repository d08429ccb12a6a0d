/* What the lab tells of itself: lab.json, targets.txt and the scan options. */
#ifndef MST_LAB_MANIFEST_H
#define MST_LAB_MANIFEST_H

#include "material.h"

struct lab_manifest {
    const char *dir;
    uint16_t port, dns_port, http_port;
    bool has_ipv6;                        /* scenes on [::1] are left out without it */
    const struct lab_material *materials; /* as many as scenes; NULL: nothing is served (--list) */
};

/* Writes DIR/targets.txt and DIR/lab.json. */
void lab_manifest_write(const struct lab_manifest *manifest);

/* The scenes and their expectations as JSON to standard output. */
void lab_manifest_list(void);

/* The options that a scan of the lab needs, on one line to standard output. */
void lab_manifest_print_options(const struct lab_manifest *manifest);

#endif
