#include "fuzz/chain_input.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "fuzz/people.h"
#include "pki/certificate.h"
#include "pki/der.h"

enum {
    SEQUENCE = 0x30,
    OCTET_STRING = 0x04,
    NOT_ACKNOWLEDGED = 0x80,
    NOT_SENT = 0x81,
    FAILED = 0x82,
    MS_PER_S = 1000,
    ELAPSED_MS = 120,
};

/* One staple for each certificate of the chain, as long as it is not known which of them came. */
struct chain {
    struct mst_connection *connection;
    struct mst_staple staples[MST_CHAIN_LENGTH_MAX];
};

static bool add_certificate(struct chain *chain, const uint8_t *der, size_t length)
{
    struct mst_handshake *handshake = &chain->connection->handshake;
    handshake->chain_sent++;
    if (handshake->chain_length == MST_CHAIN_LENGTH_MAX)
        return true;
    struct mst_certificate *certificate = mst_certificate_from_der(der, length);
    if (!certificate)
        return false;
    chain->staples[handshake->chain_length].delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
    handshake->chain[handshake->chain_length++] = certificate;
    return true;
}

static bool set_staple(struct chain *chain, enum mst_delivery delivery, struct mst_der bytes)
{
    const struct mst_handshake *handshake = &chain->connection->handshake;
    if (handshake->chain_length == 0)
        return false;
    struct mst_staple *staple = &chain->staples[handshake->chain_length - 1];
    free(staple->data);
    *staple = (struct mst_staple){.delivery = delivery, .size = bytes.length};
    if (bytes.length > 0 && bytes.length <= MST_STAPLE_SIZE_MAX)
        staple->data = fuzz_copy(bytes.at, bytes.length);
    return true;
}

static void fail(struct mst_connection *connection)
{
    connection->failure = (struct mst_failure){.stage = MST_STAGE_HANDSHAKE,
                                               .code = MST_FAILURE_CODE_ALERT,
                                               .alert = "handshake_failure",
                                               .detail = "afterwards"};
}

static bool take_element(struct chain *chain, struct mst_der *list)
{
    const struct mst_der before = *list;
    struct mst_der content;
    if (mst_der_take(list, SEQUENCE, &content))
        return add_certificate(chain, before.at, before.length - list->length);
    if (mst_der_take(list, OCTET_STRING, &content))
        return set_staple(chain, content.length > 0 ? MST_DELIVERY_SENT : MST_DELIVERY_EMPTY,
                          content);
    if (mst_der_take(list, NOT_ACKNOWLEDGED, &content))
        return set_staple(chain, MST_DELIVERY_NOT_ACKNOWLEDGED, (struct mst_der){0});
    if (mst_der_take(list, NOT_SENT, &content))
        return set_staple(chain, MST_DELIVERY_ACKNOWLEDGED_NOT_SENT, (struct mst_der){0});
    if (!mst_der_take(list, FAILED, &content))
        return false;
    fail(chain->connection);
    return true;
}

/* As the tap harvests them. */
static void hand_over_staples(struct chain *chain)
{
    struct mst_handshake *handshake = &chain->connection->handshake;
    bool any = false;
    handshake->staple = chain->staples[0];
    for (size_t i = 1; i < handshake->chain_length; i++)
        any = any || chain->staples[i].delivery != MST_DELIVERY_NOT_ACKNOWLEDGED;
    if (!any)
        return;
    handshake->intermediate_staples =
        mst_alloc(handshake->chain_length - 1, sizeof *handshake->intermediate_staples);
    memcpy(handshake->intermediate_staples, &chain->staples[1],
           (handshake->chain_length - 1) * sizeof *handshake->intermediate_staples);
}

static struct mst_target *make_target(void)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    static const char host[] = "must.example";
    target->line = 1;
    target->input = mst_strdup(host);
    memcpy(target->host, host, sizeof host);
    memcpy(target->sni, host, sizeof host);
    target->port = 443;
    return target;
}

static void begin_evidence(struct mst_evidence *evidence)
{
    static const struct mst_address address = {MST_FAMILY_IPV4, {192, 0, 2, 1}};
    *evidence = (struct mst_evidence){
        .target = make_target(),
        .started_ms = (int64_t)FUZZ_NOW_S * MS_PER_S,
        .elapsed_ms = ELAPSED_MS,
        .dns = {.elapsed_ms = 1,
                .a = {.status = MST_DNS_STATUS_OK, .count = 1, .addresses = {address}},
                .aaaa = {.status = MST_DNS_STATUS_NODATA}},
        .connection_count = 1,
        .connections = {{.endpoint = {address, 443},
                         .attempt = 1,
                         .connect_ms = 1,
                         .handshake_ms = 2,
                         .bytes_in = 3000,
                         .handshake = {.version = "TLSv1.3",
                                       .cipher = "TLS_AES_256_GCM_SHA384",
                                       .group = "X25519"}}},
    };
}

bool chain_input_read(const uint8_t *data, size_t size, struct mst_evidence *ret_evidence)
{
    struct mst_der input = {data, size};
    struct mst_der list;
    const bool is_list = mst_der_take(&input, SEQUENCE, &list);
    ERR_clear_error();
    if (!is_list)
        return false;
    begin_evidence(ret_evidence);
    struct chain chain = {.connection = &ret_evidence->connections[0]};
    while (list.length > 0 && take_element(&chain, &list))
        continue;
    ERR_clear_error(); /* of the last element, which could not be taken */
    hand_over_staples(&chain);
    if (!mst_connection_is_examinable(chain.connection))
        fail(chain.connection);
    return true;
}
