/* Cases for the judge, told by what is wrong with them: everything left zero is as it should be. */
#ifndef MST_TESTS_JUDGE_CASES_H
#define MST_TESTS_JUDGE_CASES_H

#include <stdint.h>

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
};

static inline int64_t time_or(int64_t relative_s, int64_t otherwise_s)
{
    if (relative_s == ABSENT_TIME)
        return MST_TIME_NONE;
    if (relative_s == EXACTLY_NOW)
        return NOW;
    return NOW + (relative_s ? relative_s : otherwise_s);
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
        .signer_nocheck = !flaws->without_nocheck,
        .sha1_signature = flaws->sha1,
        .superfluous_certificates = flaws->superfluous,
        .singles = flaws->singles ? flaws->singles : 1,
        .matching = flaws->mismatch ? 0 : 1,
        .conflicting = flaws->conflicting,
        .critical_extension = flaws->critical,
        .mismatch = flaws->mismatch,
        .certificate_status = flaws->status ? flaws->status : MST_CERTIFICATE_STATUS_GOOD,
        .revoked_at_s = MST_TIME_NONE,
        .this_update_s = time_or(flaws->this_update, -DAY),
        .next_update_s = time_or(flaws->next_update, 6 * DAY),
    };
    staple.produced_at_s = time_or(flaws->produced_at, -DAY);
    if (flaws->never_tried)
        staple.delivery = MST_DELIVERY_NONE;
    if (staple.delivery != MST_DELIVERY_SENT || flaws->no_bytes)
        staple.size = 0;
    return staple;
}

enum feature_form {
    FEATURE_ABSENT,
    FEATURE_MUST_STAPLE, /* 30 03 02 01 05 */
    FEATURE_TWICE_5,     /* 30 06 02 01 05 02 01 05 */
    FEATURE_5_AND_17,    /* and 5 with anything else */
    FEATURE_17,          /* 17 alone */
    FEATURE_6,           /* 30 03 02 01 06 */
    FEATURE_1285,        /* 30 04 02 02 05 05 */
    FEATURE_TRAILING,    /* 30 03 02 01 05 e5 e5 e5 */
    FEATURE_EMPTY_VALUE, /* no SEQUENCE */
    FEATURE_EMPTY_LIST,  /* 30 00 */
    FEATURE_EXTENSION_TWICE,
    FEATURE_FORMS,
};

static inline struct mst_tls_feature_facts make_feature(enum feature_form form)
{
    static const struct mst_tls_feature_facts forms[FEATURE_FORMS] = {
        [FEATURE_MUST_STAPLE] = {.present = true, .must_staple = true, .count = 1, .features = {5}},
        [FEATURE_TWICE_5] = {.present = true, .must_staple = true, .count = 2, .features = {5, 5}},
        [FEATURE_5_AND_17] = {.present = true,
                              .must_staple = true,
                              .count = 2,
                              .features = {5, 17}},
        [FEATURE_17] = {.present = true,
                        .fault = MST_FEATURE_FAULT_NO_STATUS_REQUEST,
                        .count = 1,
                        .features = {17}},
        [FEATURE_6] = {.present = true,
                       .fault = MST_FEATURE_FAULT_NO_STATUS_REQUEST,
                       .count = 1,
                       .features = {6}},
        [FEATURE_1285] = {.present = true,
                          .fault = MST_FEATURE_FAULT_NO_STATUS_REQUEST,
                          .count = 1,
                          .features = {1285}},
        [FEATURE_TRAILING] = {.present = true,
                              .fault = MST_FEATURE_FAULT_TRAILING_DATA,
                              .count = 1,
                              .features = {5}},
        [FEATURE_EMPTY_VALUE] = {.present = true, .fault = MST_FEATURE_FAULT_BAD_DER},
        [FEATURE_EMPTY_LIST] = {.present = true, .fault = MST_FEATURE_FAULT_EMPTY_LIST},
        [FEATURE_EXTENSION_TWICE] = {.present = true,
                                     .fault = MST_FEATURE_FAULT_DUPLICATE_EXTENSION},
    };
    return forms[form];
}

enum url_form { URL_HTTP, URL_LDAP_ONLY, URL_NONE, URL_FORMS };

struct leaf_flaws {
    enum feature_form feature;
    enum url_form url;
    int64_t not_before, not_after; /* relative to NOW; 0: 30 days ago, in 60 days */
    bool short_lived, critical;
};

static inline struct mst_certificate_facts make_leaf(const struct leaf_flaws *flaws)
{
    static char url[] = "http://ocsp.test/";
    static char *urls[] = {url};
    struct mst_certificate_facts leaf = {
        .not_before_s = time_or(flaws->not_before, -30 * DAY),
        .not_after_s = time_or(flaws->not_after, 60 * DAY),
        .ocsp_urls = {.items = urls, .count = flaws->url == URL_NONE ? 0 : 1},
        .has_http_ocsp_url = flaws->url == URL_HTTP,
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
    CA_MALFORMED, /* it cannot be read */
};

struct chain_flaws {
    enum mst_chain_fault fault;
    bool other_host, issuer_unknown;
    enum ca_form ca; /* of the intermediate at position 1 */
};

#define LEAF_SHA256 "aa"
#define CA_SHA256 "bb"

/* The chain of a leaf and one intermediate; what it borrows lives in `room`. */
struct chain_room {
    char sha256[2][MST_SHA256_HEX_SIZE];
    struct mst_ca_feature ca;
};

static inline struct mst_chain_facts make_chain(const struct chain_flaws *flaws,
                                                struct chain_room *room)
{
    *room = (struct chain_room){.sha256 = {LEAF_SHA256, CA_SHA256},
                                .ca = {.sha256 = CA_SHA256,
                                       .child_has_all = flaws->ca != CA_VIOLATED,
                                       .child_identical = flaws->ca == CA_SAME}};
    room->ca.tls_feature =
        make_feature(flaws->ca == CA_MALFORMED ? FEATURE_EMPTY_VALUE : FEATURE_MUST_STAPLE);
    return (struct mst_chain_facts){
        .length = 2,
        .trusted = flaws->fault == MST_CHAIN_FAULT_NONE,
        .fault = flaws->fault,
        .host_matches = !flaws->other_host,
        .issuer_known = !flaws->issuer_unknown,
        .sha256_count = 2,
        .sha256 = room->sha256,
        .ca_feature_count = flaws->ca == CA_PLAIN ? 0 : 1,
        .ca_features = &room->ca,
    };
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

static inline void set_stage(const struct scene *scene, struct stage *ret_stage)
{
    *ret_stage = (struct stage){.leaf = make_leaf(&scene->leaf),
                                .staple = make_staple(&scene->staple),
                                .intermediate = {.position = 1}};
    ret_stage->chain = make_chain(&scene->chain, &ret_stage->room);
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
