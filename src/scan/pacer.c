#include "scan/pacer.h"

enum { MS_PER_S = 1000, BURST_MS = 100 };

void mst_pacer_init(struct mst_pacer *pacer, double per_second, int64_t now_ms)
{
    const double per_ms = per_second / MS_PER_S;
    const double burst = per_ms * BURST_MS;
    *pacer = (struct mst_pacer){
        .per_ms = per_ms, .burst = burst < 1 ? 1 : burst, .tokens = 1, .last_ms = now_ms};
}

int64_t mst_pacer_take(struct mst_pacer *pacer, int64_t now_ms)
{
    if (pacer->per_ms <= 0)
        return 0;
    if (now_ms > pacer->last_ms) {
        pacer->tokens += (double)(now_ms - pacer->last_ms) * pacer->per_ms;
        pacer->last_ms = now_ms;
    }
    if (pacer->tokens > pacer->burst)
        pacer->tokens = pacer->burst;
    if (pacer->tokens >= 1) {
        pacer->tokens -= 1;
        return 0;
    }
    return (int64_t)((1 - pacer->tokens) / pacer->per_ms) + 1;
}

void mst_pacer_charge(struct mst_pacer *pacer, unsigned count)
{
    pacer->tokens -= count;
}
