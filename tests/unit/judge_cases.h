/* Cases for the judge, told by what is wrong with them: everything left zero is as it should be. */
#ifndef MST_TESTS_JUDGE_CASES_H
#define MST_TESTS_JUDGE_CASES_H

#include <stdint.h>
#include <stdio.h>

#include "judge/case.h"
#include "judge/staple_state.h"

#define NOW INT64_C(1700000000)
#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

/* Where zero means "as it should be", these say "there is none" and "exactly now". */
#define ABSENT_TIME INT64_MAX
#define EXACTLY_NOW (INT64_MAX - 1)

struct staple_flaws {
    enum mst_delivery delivery; /* NONE: SENT */
    bool never_tried;           /* delivery NONE */
    bool no_bytes, oversize, malformed;
    size_t size;                         /* 0: 500 */
    enum mst_responder_status responder; /* NONE: SUCCESSFUL */
    enum mst_signer_fault signer_fault;
    enum mst_signer_kind signer_kind;      /* NONE: ISSUER */
    int64_t signer_not_after, produced_at; /* relative to NOW; produced_at 0: thisUpdate */
    bool without_nocheck, sha1, conflicting, critical;
    size_t singles, superfluous; /* singles 0: 1 */
    enum mst_mismatch mismatch;
    enum mst_certificate_status status; /* NONE: GOOD */
    int64_t this_update, next_update;   /* relative to NOW; 0: 1 day ago, in 6 days */
    bool by_key;                        /* the ResponderID */
    size_t certificates;
    /* the first SingleResponse by name and serial number; NONE: the one that counts. One with
     * another issuerKeyHash is such a one, other mismatches are not. */
    enum mst_certificate_status first_status;
    int64_t first_this_update, first_next_update;
    /* two match, and their times together, relative to NOW; 0: now, in 6 days, 1 day ago, 1 day ago
     */
    bool several;
    int64_t latest_this_update, earliest_next_update;
    int64_t earliest_this_update, earliest_this_update_only;
    bool ends_before_it_begins;
    bool signer_sha1, signed_by_issuer, odd_certificate;
    const char *signer_key; /* NULL: "EC P-256" */
};

static inline int64_t time_or(int64_t relative_s, int64_t otherwise_s)
{
    if (relative_s == ABSENT_TIME)
        return MST_TIME_NONE;
    if (relative_s == EXACTLY_NOW)
        return NOW;
    return NOW + (relative_s ? relative_s : otherwise_s);
}

static inline struct mst_answer make_first_answer(const struct staple_flaws *flaws,
                                                  const struct mst_staple_facts *staple)
{
    if (flaws->mismatch && flaws->mismatch != MST_MISMATCH_WRONG_ISSUER_KEY_HASH)
        return (struct mst_answer){.status = MST_CERTIFICATE_STATUS_NONE,
                                   .this_update_s = MST_TIME_NONE,
                                   .next_update_s = MST_TIME_NONE};
    return (struct mst_answer){
        .status = flaws->first_status ? flaws->first_status : staple->certificate_status,
        .this_update_s =
            flaws->first_this_update ? time_or(flaws->first_this_update, 0) : staple->this_update_s,
        .next_update_s = flaws->first_next_update ? time_or(flaws->first_next_update, 0)
                                                  : staple->next_update_s};
}

static inline struct mst_staple_facts make_staple(const struct staple_flaws *flaws)
{
    struct mst_staple_facts staple = {
        .delivery = flaws->delivery ? flaws->delivery : MST_DELIVERY_SENT,
        .size = flaws->size ? flaws->size : 500,
        .oversize = flaws->oversize,
        .malformed = flaws->malformed,
        .responder_status = flaws->responder ? flaws->responder : MST_RESPONDER_STATUS_SUCCESSFUL,
        .signer_fault = flaws->signer_fault,
        .signer_kind = flaws->signer_kind ? flaws->signer_kind : MST_SIGNER_KIND_ISSUER,
        .signer_not_after_s =
            flaws->signer_not_after ? NOW + flaws->signer_not_after : MST_TIME_NONE,
        .signer_sha1 = flaws->signer_sha1,
        .odd_certificate = flaws->odd_certificate,
        .signed_by_issuer = flaws->signed_by_issuer,
        .signer_nocheck = !flaws->without_nocheck,
        .responder_by_name = !flaws->by_key,
        .certificates = flaws->certificates,
        .sha1_signature = flaws->sha1,
        .superfluous_certificates = flaws->superfluous,
        .singles = flaws->singles ? flaws->singles : 1,
        .matching = flaws->mismatch  ? 0
                    : flaws->several ? 2
                                     : 1,
        .matching_times = {.latest_this_update_s = NOW + flaws->latest_this_update,
                           .earliest_next_update_s = time_or(flaws->earliest_next_update, 6 * DAY),
                           .earliest_this_update_s = time_or(flaws->earliest_this_update, -DAY),
                           .earliest_this_update_only_s =
                               time_or(flaws->earliest_this_update_only, -DAY),
                           .ends_before_it_begins = flaws->ends_before_it_begins},
        .conflicting = flaws->conflicting,
        .critical_extension = flaws->critical,
        .mismatch = flaws->mismatch,
        .certificate_status = flaws->status ? flaws->status : MST_CERTIFICATE_STATUS_GOOD,
        .revoked_at_s = MST_TIME_NONE,
        .this_update_s = time_or(flaws->this_update, -DAY),
        .next_update_s = time_or(flaws->next_update, 6 * DAY),
    };
    staple.produced_at_s = time_or(flaws->produced_at, -DAY);
    (void)snprintf(staple.signer_key, sizeof staple.signer_key, "%s",
                   flaws->signer_key ? flaws->signer_key : "EC P-256");
    staple.first_by_name_and_serial = make_first_answer(flaws, &staple);
    if (flaws->never_tried)
        staple.delivery = MST_DELIVERY_NONE;
    if (staple.delivery != MST_DELIVERY_SENT || flaws->no_bytes)
        staple.size = 0;
    return staple;
}

enum feature_form {
    FEATURE_ABSENT,
    FEATURE_MUST_STAPLE,       /* 30 03 02 01 05 */
    FEATURE_TWICE_5,           /* 30 06 02 01 05 02 01 05 */
    FEATURE_5_AND_6,           /* 30 06 02 01 05 02 01 06 */
    FEATURE_5_AND_17,          /* 30 06 02 01 05 02 01 11 */
    FEATURE_17,                /* 30 03 02 01 11 */
    FEATURE_6,                 /* 30 03 02 01 06 */
    FEATURE_1285,              /* 30 04 02 02 05 05 */
    FEATURE_BAD_DER,           /* 05 00 */
    FEATURE_5_THEN_BAD_DER,    /* 30 06 02 01 05 04 01 05 */
    FEATURE_EMPTY_VALUE,       /* no bytes */
    FEATURE_BAD_INTEGER,       /* 30 02 02 00 */
    FEATURE_5_AND_BAD_INTEGER, /* 30 05 02 01 05 02 00 */
    FEATURE_TRAILING,          /* 30 03 02 01 05 e5 e5 e5 */
    FEATURE_EMPTY_LIST,        /* 30 00 */
    FEATURE_EXTENSION_TWICE,
    FEATURE_FORMS,
};

#define FEATURES_ASKING(...)                                                                       \
    {                                                                                              \
        .present = true, .must_staple = true,                                                      \
        .count = sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t), .features = {           \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define FEATURE_FAULT(id, ...)                                                                     \
    {                                                                                              \
        .present = true, .fault = MST_FEATURE_FAULT_##id, __VA_ARGS__                              \
    }

static inline struct mst_tls_feature_facts make_feature(enum feature_form form)
{
    static const struct mst_tls_feature_facts forms[FEATURE_FORMS] = {
        [FEATURE_MUST_STAPLE] = FEATURES_ASKING(5),
        [FEATURE_TWICE_5] = FEATURES_ASKING(5, 5),
        [FEATURE_5_AND_6] = FEATURES_ASKING(5, 6),
        [FEATURE_5_AND_17] = FEATURES_ASKING(5, 17),
        [FEATURE_17] = FEATURE_FAULT(NO_STATUS_REQUEST, .count = 1, .features = {17}),
        [FEATURE_6] = FEATURE_FAULT(NO_STATUS_REQUEST, .count = 1, .features = {6}),
        [FEATURE_1285] = FEATURE_FAULT(NO_STATUS_REQUEST, .count = 1, .features = {1285}),
        [FEATURE_BAD_DER] = FEATURE_FAULT(BAD_DER, .count = 0),
        [FEATURE_5_THEN_BAD_DER] = FEATURE_FAULT(BAD_DER, .count = 1, .features = {5}),
        [FEATURE_EMPTY_VALUE] = FEATURE_FAULT(EMPTY_VALUE, .count = 0),
        [FEATURE_BAD_INTEGER] = FEATURE_FAULT(BAD_INTEGER, .count = 0),
        [FEATURE_5_AND_BAD_INTEGER] = FEATURE_FAULT(BAD_INTEGER, .count = 1, .features = {5}),
        [FEATURE_TRAILING] = FEATURE_FAULT(TRAILING_DATA, .count = 1, .features = {5}),
        [FEATURE_EMPTY_LIST] = FEATURE_FAULT(EMPTY_LIST, .count = 0),
        [FEATURE_EXTENSION_TWICE] = FEATURE_FAULT(DUPLICATE_EXTENSION, .count = 1, .features = {5}),
    };
    return forms[form];
}

enum url_form {
    URL_HTTP,
    URL_HTTPS,
    URL_NONE,
    URL_HTTPS_THEN_HTTP,
    URL_HTTP_THEN_HTTPS,
    URL_FORMS
};

struct leaf_flaws {
    enum feature_form feature;
    enum url_form url;
    int64_t not_before, not_after; /* relative to NOW; 0: 30 days ago, in 60 days */
    bool short_lived, critical;
};

static inline struct mst_texts make_urls(enum url_form form)
{
    static char http[] = "http://ocsp.test/";
    static char https[] = "HTTPS://ocsp.test/";
    static char *http_first[] = {http, https};
    static char *https_first[] = {https, http};
    static const struct mst_texts urls[URL_FORMS] = {
        [URL_HTTP] = {http_first, 1},
        [URL_HTTPS] = {https_first, 1},
        [URL_HTTPS_THEN_HTTP] = {https_first, 2},
        [URL_HTTP_THEN_HTTPS] = {http_first, 2},
    };
    return urls[form];
}

static inline struct mst_certificate_facts make_leaf(const struct leaf_flaws *flaws)
{
    struct mst_certificate_facts leaf = {
        .not_before_s = time_or(flaws->not_before, -30 * DAY),
        .not_after_s = time_or(flaws->not_after, 60 * DAY),
        .ocsp_urls = make_urls(flaws->url),
        .has_http_ocsp_url = flaws->url != URL_NONE && flaws->url != URL_HTTPS,
        .short_lived = flaws->short_lived,
        .tls_feature = make_feature(flaws->feature),
    };
    leaf.tls_feature.critical = flaws->critical;
    return leaf;
}

enum ca_form {
    CA_PLAIN,
    CA_SAME,      /* carries what its child carries, byte for byte */
    CA_SUPERSET,  /* the child carries it and more */
    CA_VIOLATED,  /* the child lacks it */
    CA_MALFORMED, /* no list; the child has other bytes */
    CA_EMPTY,     /* no bytes, and the child's has none */
    CA_TWICE,     /* the child carries the first of the two, byte for byte */
};

struct chain_flaws {
    enum mst_chain_fault fault; /* above the leaf, where its own dates do not explain it */
    enum mst_chain_fault issuer_fault;
    bool other_host, issuer_unknown;
    enum ca_form ca;       /* of the intermediate at position 1 */
    enum ca_form upper_ca; /* of its issuer at position 2, which is there only to have one */
    bool ca_was_unsent;    /* it is a trusted root: the leaf came alone */
};

#define LEAF_SHA256 "aa"
#define CA_SHA256 "bb"
#define UPPER_CA_SHA256 "cc"

/* The chain of a leaf and its issuers; what it borrows lives in `room`. */
struct chain_room {
    char sha256[3][MST_SHA256_HEX_SIZE];
    struct mst_ca_feature ca[2];
};

static inline void add_ca_feature(enum ca_form form, const char *sha256, struct chain_room *room,
                                  struct mst_chain_facts *chain)
{
    static const enum feature_form features[] = {
        [CA_SAME] = FEATURE_MUST_STAPLE,     [CA_SUPERSET] = FEATURE_MUST_STAPLE,
        [CA_VIOLATED] = FEATURE_MUST_STAPLE, [CA_MALFORMED] = FEATURE_BAD_DER,
        [CA_EMPTY] = FEATURE_EMPTY_VALUE,    [CA_TWICE] = FEATURE_EXTENSION_TWICE,
    };
    if (form == CA_PLAIN)
        return;
    struct mst_ca_feature *ca = &room->ca[chain->ca_feature_count++];
    *ca = (struct mst_ca_feature){.tls_feature = make_feature(features[form]),
                                  .child_has_all = form != CA_VIOLATED,
                                  .child_identical =
                                      form == CA_SAME || form == CA_EMPTY || form == CA_TWICE};
    (void)snprintf(ca->sha256, sizeof ca->sha256, "%s", sha256);
}

static inline struct mst_chain_facts make_chain(const struct chain_flaws *flaws,
                                                struct chain_room *room)
{
    const size_t length = flaws->ca_was_unsent ? 1 : flaws->upper_ca ? 3 : 2;
    struct mst_chain_facts chain = {
        .length = length,
        .trusted = flaws->fault == MST_CHAIN_FAULT_NONE,
        .fault = flaws->fault,
        .host_matches = !flaws->other_host,
        .issuer_known = !flaws->issuer_unknown,
        .sha256_count = length,
        .sha256 = room->sha256,
        .ca_features = room->ca,
    };
    *room = (struct chain_room){.sha256 = {LEAF_SHA256, CA_SHA256, UPPER_CA_SHA256}};
    add_ca_feature(flaws->ca, CA_SHA256, room, &chain);
    add_ca_feature(flaws->upper_ca, UPPER_CA_SHA256, room, &chain);
    return chain;
}

static const struct mst_policy default_policy = {
    .at_s = MST_TIME_NONE,
    .max_age_s = MST_DEFAULT_MAX_AGE_S,
    .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S,
};

/* A whole connection. */
struct scene {
    struct staple_flaws staple;
    struct leaf_flaws leaf;
    struct chain_flaws chain;
    bool with_intermediate_staple;
    struct staple_flaws intermediate_staple;
    bool handshake_failed;
};

struct stage {
    struct mst_certificate_facts leaf;
    struct chain_room room;
    struct mst_chain_facts chain;
    struct mst_staple_facts staple;
    struct mst_staple_judgement judgement;
    struct mst_intermediate_staple intermediate;
    struct mst_case given;
};

static inline enum mst_chain_fault make_issuer_fault(const struct chain_flaws *flaws,
                                                     const struct mst_certificate_facts *leaf)
{
    const bool expired = leaf->not_after_s != MST_TIME_NONE && leaf->not_after_s < NOW;
    const bool early = leaf->not_before_s != MST_TIME_NONE && leaf->not_before_s > NOW;
    if ((flaws->fault == MST_CHAIN_FAULT_EXPIRED && !expired) ||
        (flaws->fault == MST_CHAIN_FAULT_NOT_YET_VALID && !early))
        return flaws->fault;
    return flaws->issuer_fault;
}

static inline void set_stage(const struct scene *scene, struct stage *ret_stage)
{
    *ret_stage = (struct stage){.leaf = make_leaf(&scene->leaf),
                                .staple = make_staple(&scene->staple),
                                .intermediate = {.position = 1}};
    ret_stage->chain = make_chain(&scene->chain, &ret_stage->room);
    ret_stage->chain.issuer_fault = make_issuer_fault(&scene->chain, &ret_stage->leaf);
    mst_judge_staple(&ret_stage->staple, &ret_stage->leaf, NOW, &default_policy,
                     &ret_stage->judgement);
    ret_stage->intermediate.facts = make_staple(&scene->intermediate_staple);
    mst_judge_staple(&ret_stage->intermediate.facts, &ret_stage->leaf, NOW, &default_policy,
                     &ret_stage->intermediate.judgement);
    ret_stage->given = (struct mst_case){
        .certificate = &ret_stage->leaf,
        .chain = &ret_stage->chain,
        .staple = &ret_stage->staple,
        .staple_judgement = &ret_stage->judgement,
        .intermediate_staples = &ret_stage->intermediate,
        .intermediate_staple_count = scene->with_intermediate_staple ? 1 : 0,
        .handshake_failed = scene->handshake_failed,
        .now_s = NOW,
        .policy = &default_policy,
    };
}

#endif
