#include "judge/case.h"

bool mst_case_leaf_is_expired(const struct mst_case *given)
{
    const int64_t not_after_s = given->certificate->not_after_s;
    if (not_after_s == MST_TIME_NONE)
        return false;
    return given->now_s > not_after_s;
}

bool mst_case_leaf_is_not_yet_valid(const struct mst_case *given)
{
    const int64_t not_before_s = given->certificate->not_before_s;
    return not_before_s != MST_TIME_NONE && given->now_s < not_before_s;
}

static bool only_time_fails(const struct mst_case *given)
{
    return given->chain->fault == MST_CHAIN_FAULT_EXPIRED ||
           given->chain->fault == MST_CHAIN_FAULT_NOT_YET_VALID;
}

bool mst_case_issuer_is_expired(const struct mst_case *given)
{
    return only_time_fails(given) && given->chain->issuer_fault == MST_CHAIN_FAULT_EXPIRED;
}

bool mst_case_issuer_is_not_yet_valid(const struct mst_case *given)
{
    return only_time_fails(given) && given->chain->issuer_fault == MST_CHAIN_FAULT_NOT_YET_VALID;
}

bool mst_case_is_untrusted(const struct mst_case *given)
{
    return given->chain->fault == MST_CHAIN_FAULT_UNTRUSTED ||
           (!given->chain->trusted && given->chain->fault == MST_CHAIN_FAULT_NONE);
}

bool mst_case_name_differs(const struct mst_case *given)
{
    return !given->chain->host_matches;
}
