/* The numbers of a tally, all of them: what the summary is made from. */
#ifndef MST_OUTPUT_TALLY_COUNTS_H
#define MST_OUTPUT_TALLY_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "model/sink.h"
#include "output/tally.h"

/* The steps from a line to a good staple. Each is a share of another one, its denominator:
 * X(ID, name, ID of the denominator). LINES is its own. */
#define MST_FUNNEL_STEPS(X)                                                                        \
    X(LINES, "lines", LINES)                                                                       \
    X(VALID, "valid", LINES)                                                                       \
    X(RESOLVED, "resolved", VALID)                                                                 \
    X(CONNECTED, "connected", RESOLVED)                                                            \
    X(EXAMINED, "examined", CONNECTED)                                                             \
    X(HAS_OCSP_URL, "has_ocsp_url", EXAMINED)                                                      \
    X(MUST_STAPLE, "must_staple", EXAMINED)                                                        \
    X(STAPLED, "stapled", EXAMINED)                                                                \
    X(GOOD, "good", STAPLED)                                                                       \
    X(MUST_STAPLE_STAPLED, "must_staple_stapled", MUST_STAPLE)                                     \
    X(MUST_STAPLE_GOOD, "must_staple_good", MUST_STAPLE)

#define MST_FUNNEL_MEMBER(id, name, of) MST_FUNNEL_##id,
enum mst_funnel { MST_FUNNEL_STEPS(MST_FUNNEL_MEMBER) MST_FUNNEL_COUNT };

/* How long the staples that were sent still last: X(ID, name, seconds they last less than). */
#define MST_REMAININGS(X)                                                                          \
    X(EXPIRED, "expired", 1)                                                                       \
    X(UNDER_1H, "under_1h", 3600)                                                                  \
    X(UNDER_6H, "under_6h", 6 * 3600)                                                              \
    X(UNDER_12H, "under_12h", 12 * 3600)                                                           \
    X(UNDER_1D, "under_1d", 86400)                                                                 \
    X(UNDER_2D, "under_2d", 2 * 86400)                                                             \
    X(UNDER_3D, "under_3d", 3 * 86400)                                                             \
    X(UNDER_4D, "under_4d", 4 * 86400)                                                             \
    X(UNDER_7D, "under_7d", 7 * 86400)                                                             \
    X(FROM_7D, "from_7d", INT64_MAX)                                                               \
    X(NONE, "none", 0) /* no nextUpdate, or unreadable */

#define MST_REMAINING_MEMBER(id, name, below_s) MST_REMAINING_##id,
enum mst_remaining { MST_REMAININGS(MST_REMAINING_MEMBER) MST_REMAINING_COUNT };

/* Popularity, when the input says the rank: X(ID, name, ranks up to). */
#define MST_RANK_BUCKETS(X)                                                                        \
    X(1K, "1k", 1000)                                                                              \
    X(10K, "10k", 10000)                                                                           \
    X(100K, "100k", 100000)                                                                        \
    X(1M, "1M", 1000000)                                                                           \
    X(BEYOND, "beyond", UINT64_MAX)

#define MST_RANK_MEMBER(id, name, up_to) MST_RANK_##id,
enum mst_rank { MST_RANK_BUCKETS(MST_RANK_MEMBER) MST_RANK_COUNT };

#define MST_CLIENTS(X) X(RFC, rfc) X(FIREFOX, firefox) X(GNUTLS, gnutls)
#define MST_CLIENT_MEMBER(ID, name) MST_CLIENT_##ID,
enum mst_client { MST_CLIENTS(MST_CLIENT_MEMBER) MST_CLIENT_COUNT };

struct mst_client_counts {
    uint64_t accepts, refuses;
    uint64_t depends_on_fetch; /* of both: where the responder's own answer would decide */
};

/* What is counted for everything, for each rank bucket and for each issuer. */
struct mst_tally_group {
    uint64_t funnel[MST_FUNNEL_COUNT];
    uint64_t verdicts[MST_VERDICT_COUNT];
    uint64_t remaining[MST_REMAINING_COUNT];
};

/* Issuers that are told apart by name; what comes later counts as "other". */
enum { MST_TALLY_ISSUERS_MAX = 1000 };

struct mst_issuer_counts {
    char *name; /* NULL: all others together */
    struct mst_tally_group group;
};

struct mst_tally_counts {
    struct mst_tally_snapshot snapshot;
    uint64_t failures[MST_STAGE_COUNT][MST_FAILURE_CODE_COUNT];
    uint64_t staple_states[MST_STAPLE_STATE_COUNT];
    struct mst_client_counts clients[MST_CLIENT_COUNT];
    struct mst_tally_group all;
    struct mst_tally_group ranks[MST_RANK_COUNT];
    uint64_t ranked; /* records whose input gave a rank */
    size_t issuer_count;
    struct mst_issuer_counts *issuers;
};

/* A copy, taken at one moment; to be released. Issuers with the most certificates first, the others
 * together last. */
void mst_tally_copy(struct mst_sink *tally, struct mst_tally_counts *ret_counts);
void mst_tally_counts_release(struct mst_tally_counts *counts);

#endif
