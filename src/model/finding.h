/* What was concluded from one target's evidence at one time under one policy. */
#ifndef MST_MODEL_FINDING_H
#define MST_MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/evidence.h"
#include "model/facts.h"
#include "model/vocabulary.h"

/* What the user allows. */
struct mst_policy {
    int64_t at_s;      /* judge at this time; MST_TIME_NONE: at the time of the handshake */
    int64_t max_age_s; /* older staples are `too_old`; also the life of one without nextUpdate */
    int64_t min_remaining_s; /* less left than this is worth a warning */
};

enum { MST_DEFAULT_MAX_AGE_S = 10 * 86400, MST_DEFAULT_MIN_REMAINING_S = 86400 };

/* What one client would do. */
struct mst_client_outcome {
    bool accepts;
    bool depends_on_fetch; /* it would ask the responder itself first: the answer decides */
    const char *error;     /* the client's own name for it, static; NULL when it accepts */
};

struct mst_clients {
    struct mst_client_outcome rfc, firefox, gnutls;
};

/* A staple's state and its times against `now`. MST_TIME_NONE where a time is not known. */
struct mst_staple_judgement {
    enum mst_staple_state state;
    mst_word_set warnings;
    int64_t remaining_s;           /* nextUpdate - now; negative when expired */
    int64_t effective_remaining_s; /* until the first of nextUpdate, thisUpdate + max age, the
                                      signer's and the leaf's notAfter */
    int64_t lifetime_s;            /* nextUpdate - thisUpdate */
    int64_t age_s;                 /* now - thisUpdate */
};

struct mst_judgement {
    enum mst_verdict verdict;
    mst_word_set reasons;
    mst_word_set warnings;
    struct mst_clients clients;
};

struct mst_intermediate_staple {
    size_t position; /* in the chain: 1 is the leaf's issuer */
    struct mst_staple_facts facts;
    struct mst_staple_judgement judgement;
};

struct mst_connection_finding {
    const struct mst_connection *seen; /* into the evidence */
    bool examined;                     /* the rest is meaningful only then */
    int64_t now_s;                     /* the time it was judged at */
    struct mst_certificate_facts certificate;
    struct mst_chain_facts chain;
    struct mst_staple_facts staple;
    struct mst_staple_judgement staple_judgement;
    size_t intermediate_staple_count;
    struct mst_intermediate_staple *intermediate_staples;
    struct mst_judgement judgement;
};

struct mst_finding {
    const struct mst_evidence *evidence; /* borrowed: outlives the finding */
    enum mst_outcome outcome;
    struct mst_failure failure; /* stage NONE when examined and the handshake was completed */
    size_t connection_count;
    struct mst_connection_finding connections[MST_CONNECTIONS_MAX];
    const struct mst_connection_finding
        *rolled_up; /* the one that speaks for the target, or NULL */
};

/* Free what the structs own and zero them. */
void mst_connection_finding_release(struct mst_connection_finding *connection);
void mst_finding_release(struct mst_finding *finding);

#endif
