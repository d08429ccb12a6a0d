/* What strict clients would do with a connection: the RFCs' letter, Firefox (mozilla::pkix) and
 * GnuTLS. Each answers for the whole connection, the chain included, in the order in which it looks
 * itself, so that `error` is what its user would read. Pure. */
#ifndef MST_JUDGE_CLIENTS_H
#define MST_JUDGE_CLIENTS_H

#include "judge/case.h"

void mst_judge_clients(const struct mst_case *given, struct mst_clients *ret_clients);

#endif
