/* What servers do with a connection, one table entry per enum lab_conduct. */
#ifndef MST_LAB_CONDUCT_H
#define MST_LAB_CONDUCT_H

#include "scene.h"
#include "server.h"

/* NULL for LAB_CONDUCT_NO_LISTENER. The listener's context is the scene's struct lab_material for
 * the TLS ones. */
const struct lab_conduct_ops *lab_conduct_ops(enum lab_conduct conduct);

#endif
