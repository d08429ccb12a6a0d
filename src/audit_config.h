/* What an audit derives from its configuration before anything is opened. */
#ifndef MST_AUDIT_CONFIG_H
#define MST_AUDIT_CONFIG_H

#include <muststaple/audit.h>

#include "model/endpoint.h"

/* The configuration with every "derive it" replaced, and checked. */
struct mst_audit_plan {
    uint32_t threads;
    uint32_t concurrency; /* all threads together, at least one each */
    struct mst_endpoint *resolvers;
    size_t resolver_count;
};

/* MST_ERROR_USAGE, and the line to show, when something cannot be. */
enum mst_status mst_audit_plan_make(const struct mst_audit_config *config,
                                    struct mst_audit_plan *ret_plan, struct mst_error *error);
void mst_audit_plan_release(struct mst_audit_plan *plan);

#endif
