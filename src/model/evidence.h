/* What was seen of one target, and nothing that was concluded from it. scan/ fills it; examine
 * turns it into a finding, now or years later. */
#ifndef MST_MODEL_EVIDENCE_H
#define MST_MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/endpoint.h"
#include "model/failure.h"
#include "model/target.h"

/* A parsed certificate. What is inside belongs to pki/, which fills in how to free it. */
struct mst_certificate {
    void (*destroy)(struct mst_certificate *certificate);
};

/* NULL is allowed. */
void mst_certificate_free(struct mst_certificate *certificate);

enum {
    MST_CHAIN_LENGTH_MAX = 32,       /* certificates kept of one chain */
    MST_STAPLE_SIZE_MAX = 64 * 1024, /* a larger staple is `oversize`: its size is told, its bytes
                                        are not kept */
    MST_CONNECTIONS_MAX = 4,         /* connections tried for one target */
};

/* One answer to an A or AAAA question. */
struct mst_dns_answer {
    enum mst_dns_status status;
    size_t count; /* addresses kept, at most MST_ADDRESSES_MAX */
    struct mst_address addresses[MST_ADDRESSES_MAX];
};

struct mst_dns_result {
    int64_t elapsed_ms;
    struct mst_dns_answer a, aaaa;
};

/* Bytes of a staple as they came; `data` NULL when none came, was empty or was oversize. */
struct mst_staple {
    enum mst_delivery delivery;
    uint8_t *data;
    size_t size; /* as sent, also when the bytes were not kept */
};

/* What a handshake showed. The chain is as the peer sent it, leaf first. */
struct mst_handshake {
    char version[12]; /* "TLSv1.3"; "" until known */
    char cipher[48];  /* the OpenSSL name; "" until known */
    char group[24];   /* key exchange group; "" when unknown */
    struct mst_certificate *chain[MST_CHAIN_LENGTH_MAX];
    size_t chain_length; /* kept ones; 0: no certificate came */
    size_t chain_sent;   /* as many as the peer sent */
    struct mst_staple staple;
    struct mst_staple *intermediate_staples; /* [chain_length - 1] in chain order, or NULL: none */
};

struct mst_connection {
    struct mst_endpoint endpoint;
    unsigned attempt;     /* 1-based, per address */
    int64_t connect_ms;   /* -1: not connected */
    int64_t handshake_ms; /* -1: not begun */
    uint64_t bytes_in;    /* TCP payload read */
    struct mst_handshake handshake;
    struct mst_failure failure; /* stage NONE: the handshake was completed */
};

struct mst_evidence {
    struct mst_target *target; /* owned */
    int64_t started_ms;        /* wall clock, since the epoch */
    int64_t elapsed_ms;
    struct mst_dns_result dns;  /* both NOT_ASKED when no name was resolved */
    struct mst_failure failure; /* what ended it before or beside the connections; else NONE */
    size_t connection_count;
    struct mst_connection connections[MST_CONNECTIONS_MAX];
};

/* Whether certificate and staple were seen, so that the connection can be judged: a chain came and
 * the delivery of the staple is known. */
bool mst_connection_is_examinable(const struct mst_connection *connection);

/* Frees what a handshake holds and zeroes it. */
void mst_handshake_release(struct mst_handshake *handshake);

/* Frees the evidence's contents, the target included, and zeroes it. */
void mst_evidence_release(struct mst_evidence *evidence);

#endif
