/* Everything TLS that is the same for all connections of a worker. Built to reach every server: TLS
 * 1.0 to 1.3, no verification inside the handshake, no resumption, status_request always sent, no
 * certificate compression. Not thread-safe: one per worker. */
#ifndef MST_TLS_CONTEXT_H
#define MST_TLS_CONTEXT_H

#include <muststaple/status.h>

enum mst_tls_version { MST_TLS_ANY, MST_TLS_1_2_ONLY, MST_TLS_1_3_ONLY };

struct mst_tls_context;

enum mst_status mst_tls_context_new(enum mst_tls_version version,
                                    struct mst_tls_context **ret_context, struct mst_error *error);
void mst_tls_context_free(struct mst_tls_context *context);

/* The version of the TLS library at run time, static. */
const char *mst_tls_library_version(void);

#endif
