/* How a handshake failed, put into the words of the record. */
#ifndef MST_TLS_FAILURE_H
#define MST_TLS_FAILURE_H

#include "model/failure.h"
#include "tls/tap.h"

/* The RFC 8446 name of an alert (6, B.2), static; "unknown" for a number without one. */
const char *mst_tls_alert_name(int alert);

/* A failure of the handshake that the TLS library had no part in. `detail` is cut to fit. */
void mst_tls_failure_set(struct mst_failure *ret_failure, enum mst_failure_code code,
                         const char *detail);

/* The failure that the TLS library has just reported: empties its error queue of this thread. */
void mst_tls_failure_take(struct mst_failure *ret_failure, const struct mst_tap *tap);

/* The connection ended before the handshake did. */
void mst_tls_failure_ended(struct mst_failure *ret_failure, const struct mst_tap *tap, bool reset);

#endif
