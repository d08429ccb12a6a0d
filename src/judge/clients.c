#include "judge/clients.h"

#include "judge/client.h"

void mst_judge_clients(const struct mst_case *given, struct mst_clients *ret_clients)
{
    *ret_clients = (struct mst_clients){
        .rfc = mst_client_rfc(given),
        .firefox = mst_client_firefox(given),
        .gnutls = mst_client_gnutls(given),
    };
}
