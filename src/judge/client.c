#include "judge/client.h"

const char *mst_client_first_error(const struct mst_client_rule *rules, size_t count,
                                   const struct mst_case *given)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i].refuses(given))
            return rules[i].error;
    return NULL;
}

struct mst_client_outcome mst_client_outcome(const char *error)
{
    return (struct mst_client_outcome){.accepts = !error, .error = error};
}
