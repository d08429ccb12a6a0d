/* load.test: ten million hosts h0.load.test ... on 64 addresses, each with a certificate and a good
 * staple of its own, Must-Staple on every tenth, made when first asked for. */
#ifndef MST_LAB_LOAD_H
#define MST_LAB_LOAD_H

#include <openssl/ssl.h>

#include "pki.h"
#include "server.h"

enum { LAB_LOAD_HOSTS = 10000001, LAB_LOAD_ADDRESSES = 64, LAB_LOAD_CACHE = 50000 };

/* Reads "h123" (any case, no superfluous zero). False for what is no host of load.test. */
bool lab_load_number(const char *label, size_t length, uint32_t *ret_number);

/* The IPv4 address of a host. */
void lab_load_address(uint32_t number, uint8_t address[4]);

struct lab_load;

/* Makes the first `prepare` hosts ahead (at most LAB_LOAD_CACHE). `pki` must outlive it. */
struct lab_load *lab_load_new(const struct lab_pki *pki, size_t prepare);
void lab_load_free(struct lab_load *load);

/* Listens on all its addresses. A libuv error below zero when one is taken. */
int lab_load_listen(struct lab_load *load, struct lab_server *server, uint16_t port);

#endif
