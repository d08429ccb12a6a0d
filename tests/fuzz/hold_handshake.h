/* What holds of what a handshake showed, whatever the peer sent. */
#ifndef MST_TESTS_FUZZ_HOLD_HANDSHAKE_H
#define MST_TESTS_FUZZ_HOLD_HANDSHAKE_H

#include "model/evidence.h"

void hold_handshake(const struct mst_handshake *handshake);
void hold_same_handshake(const struct mst_handshake *left, const struct mst_handshake *right);

#endif
