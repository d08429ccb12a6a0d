/* A token bucket: how many connections may begin now. Pure; time is an argument. */
#ifndef MST_SCAN_PACER_H
#define MST_SCAN_PACER_H

#include <stdint.h>

struct mst_pacer {
    double per_ms; /* tokens a millisecond; 0: no limit */
    double burst;  /* tokens that may gather */
    double tokens; /* negative: in debt */
    int64_t last_ms;
};

/* `per_second` may be a fraction; 0 is no limit. A tenth of a second's worth may gather. */
void mst_pacer_init(struct mst_pacer *pacer, double per_second, int64_t now_ms);

/* Times may come a little out of order, as those of several loops do. Takes one token and gives 0,
 * or gives the milliseconds after which to ask again. */
int64_t mst_pacer_take(struct mst_pacer *pacer, int64_t now_ms);

/* Charges `count` tokens for connections that could not wait; later ones wait for them. */
void mst_pacer_charge(struct mst_pacer *pacer, unsigned count);

#endif
