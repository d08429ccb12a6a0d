/* Chains with staples (chain_input.h), and the records that a scan would have written of them and
 * of targets that came to nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "examine.h"
#include "fuzz/chain_input.h"
#include "fuzz/seed_files.h"
#include "output/record.h"
#include "unit/staple_world.h"

enum { ROOM = 64 * 1024, SEQUENCE = 0x30, OCTET_STRING = 0x04, LINKS_MAX = 4 };

/* A certificate of the staple world and what is stapled to it. */
enum staple_kind { BARE, GOOD, REVOKED, OLD, BROKEN, EMPTY, NOT_SENT };

struct link {
    enum who who, issuer;
    enum staple_kind staple;
};

struct recipe {
    const char *name;
    bool has_failed;
    struct link links[LINKS_MAX];
};

static const struct recipe recipes[] = {
    {"stapled", false, {{LEAF, ISSUER, GOOD}, {ISSUER, ROOT, BARE}}},
    {"leaf_alone", false, {{LEAF, ISSUER, GOOD}}},
    {"all_stapled", false, {{LEAF, ISSUER, GOOD}, {ISSUER, ROOT, GOOD}, {ROOT, ROOT, GOOD}}},
    {"issuer_alone_stapled", false, {{LEAF, ISSUER, BARE}, {ISSUER, ROOT, GOOD}}},
    {"revoked", false, {{LEAF, ISSUER, REVOKED}, {ISSUER, ROOT, BARE}}},
    {"expired", false, {{LEAF, ISSUER, OLD}, {ISSUER, ROOT, BARE}}},
    {"broken", false, {{LEAF, ISSUER, BROKEN}, {ISSUER, ROOT, EMPTY}}},
    {"empty", true, {{LEAF, ISSUER, EMPTY}, {ISSUER, ROOT, BARE}}},
    {"not_sent", false, {{LEAF, ISSUER, NOT_SENT}, {ISSUER, ROOT, BARE}}},
    {"stranger", false, {{STRANGE_DELEGATE, STRANGER, GOOD}, {STRANGER, STRANGER, BARE}}},
    {"backwards", false, {{ROOT, ROOT, BARE}, {ISSUER, ROOT, BARE}, {LEAF, ISSUER, GOOD}}},
    {"nothing", true, {{NOBODY, NOBODY, BARE}}},
};

static void put(struct mst_buf *bytes, const void *data, size_t size)
{
    if (!mst_buf_append(bytes, data, size))
        abort();
}

static void put_element(struct mst_buf *bytes, unsigned identifier, const uint8_t *data,
                        size_t size)
{
    size_t length = 0;
    MST_AUTO_FREE uint8_t *element = pki_der_wrap(identifier, data, size, &length);
    put(bytes, element, length);
}

static void put_response(struct mst_buf *bytes, const struct link *link)
{
    struct pki_response response = staple_world_response();
    size_t size = 0;
    response.signer = staple_world_get(link->issuer);
    response.singles[0].subject = staple_world_get(link->who)->x509;
    response.singles[0].issuer = staple_world_get(link->issuer)->x509;
    response.singles[0].status =
        link->staple == REVOKED ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD;
    if (link->staple == OLD)
        response.singles[0].next_update_s = PKI_NOW_S - 1;
    MST_AUTO_FREE uint8_t *data = pki_response_make(&response, &size);
    put_element(bytes, OCTET_STRING, data, size);
}

static void put_link(struct mst_buf *bytes, const struct link *link)
{
    size_t size = 0;
    MST_AUTO_FREE uint8_t *der = pki_certificate_der(staple_world_get(link->who)->x509, &size);
    put(bytes, der, size);
    switch (link->staple) {
    case BARE:
        break;
    case BROKEN:
        put_element(bytes, OCTET_STRING, (const uint8_t *)"\x30\x03\x0a\x01", 4);
        break;
    case EMPTY:
        put_element(bytes, OCTET_STRING, NULL, 0);
        break;
    case NOT_SENT:
        put(bytes, "\x81\x00", 2);
        break;
    default:
        put_response(bytes, link);
        break;
    }
}

/* As a scan writes it, raw bytes included. */
static void write_record(const char *name, const struct mst_evidence *evidence)
{
    static const struct mst_policy policy = {.at_s = MST_TIME_NONE,
                                             .max_age_s = MST_DEFAULT_MAX_AGE_S,
                                             .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S};
    struct mst_examiner *examiner = NULL;
    struct mst_finding finding;
    size_t length = 0;
    if (mst_examiner_new(seed_root_file("root"), &policy, &examiner, NULL) != MST_OK)
        abort();
    mst_examine(examiner, evidence, &finding);
    MST_AUTO_FREE char *line = mst_record_line(&finding, true, &length);
    seed_write("stored_record", name, line, length - 1);
    mst_finding_release(&finding);
    mst_examiner_free(examiner);
}

/* The elements as one list, for both targets, and the record of it. */
static void write_list(const char *name, const struct mst_buf *list)
{
    struct mst_evidence evidence;
    size_t size = 0;
    MST_AUTO_FREE uint8_t *data = pki_der_wrap(SEQUENCE, list->data, list->length, &size);
    seed_write("examine", name, data, size);
    seed_write("inspect", name, data, size);
    if (!chain_input_read(data, size, &evidence))
        abort();
    write_record(name, &evidence);
    mst_evidence_release(&evidence);
}

static void write_chain(const struct recipe *recipe)
{
    struct mst_buf list;
    mst_buf_init(&list, ROOM);
    for (size_t i = 0; i < LINKS_MAX && recipe->links[i].who != NOBODY; i++)
        put_link(&list, &recipe->links[i]);
    if (recipe->has_failed)
        put(&list, "\x82\x00", 2);
    write_list(recipe->name, &list);
    mst_buf_release(&list);
}

static void put_identity(struct mst_buf *list, const struct pki_identity *identity)
{
    size_t size = 0;
    MST_AUTO_FREE uint8_t *der = pki_certificate_der(identity->x509, &size);
    put(list, der, size);
}

/* A CA that demands TLS features of what it issues. */
static const struct {
    const char *name;
    struct pki_feature leaf, authority;
} features[] = {
    {"feature_inherited",
     {(const uint8_t *)"\x30\3\2\1\5", 5, false},
     {(const uint8_t *)"\x30\3\2\1\5", 5, false}},
    {"feature_not_inherited", {0}, {(const uint8_t *)"\x30\3\2\1\5", 5, false}},
    {"feature_extended",
     {(const uint8_t *)"\x30\6\2\1\x11\2\1\5", 8, false},
     {(const uint8_t *)"\x30\3\2\1\5", 5, true}},
    {"feature_broken_above",
     {(const uint8_t *)"\x30\3\2\1\5", 5, false},
     {(const uint8_t *)"\x30\4\2\1\5", 5, false}},
    {"feature_without_http_url", {(const uint8_t *)"\x30\3\2\1\5", 5, false}, {0}},
};

static void write_features(size_t row)
{
    struct mst_buf list;
    struct pki_certificate above = {.name = "Feature CA",
                                    .issuer = staple_world_get(ROOT),
                                    .extensions = {"basicConstraints=critical,CA:TRUE"},
                                    .features = {features[row].authority}};
    struct pki_identity authority = pki_issue(&above);
    struct pki_certificate below = {.name = "must.example",
                                    .issuer = &authority,
                                    .extensions = {"subjectAltName=DNS:must.example"},
                                    .features = {features[row].leaf}};
    struct pki_identity leaf = pki_issue(&below);
    mst_buf_init(&list, ROOM);
    put_identity(&list, &leaf);
    put_identity(&list, &authority);
    write_list(features[row].name, &list);
    mst_buf_release(&list);
    pki_identity_release(&leaf);
    pki_identity_release(&authority);
}

/* Targets of which no certificate was seen. */
static const struct {
    const char *name, *host;
    struct mst_failure failure;
    enum mst_dns_status dns;
} failures[] = {
    {"unresolved",
     "nowhere.example",
     {.stage = MST_STAGE_DNS, .code = MST_FAILURE_CODE_NXDOMAIN},
     MST_DNS_STATUS_NXDOMAIN},
    {"excluded",
     "mine.example",
     {.stage = MST_STAGE_DNS, .code = MST_FAILURE_CODE_EXCLUDED},
     MST_DNS_STATUS_OK},
    {"invalid",
     "",
     {.stage = MST_STAGE_INPUT, .code = MST_FAILURE_CODE_BAD_HOST, .detail = "no"},
     MST_DNS_STATUS_NOT_ASKED},
    {"interrupted",
     "late.example",
     {.stage = MST_STAGE_INTERNAL, .code = MST_FAILURE_CODE_INTERRUPTED},
     MST_DNS_STATUS_NOT_ASKED},
};

static void write_failure(size_t row)
{
    struct mst_target *target = mst_alloc(1, sizeof *target);
    struct mst_evidence evidence = {
        .target = target,
        .started_ms = (int64_t)PKI_NOW_S * 1000,
        .dns = {.a.status = failures[row].dns, .aaaa.status = failures[row].dns}};
    target->line = row + 1;
    target->input = mst_format("%s \xc3\xbc \"", failures[row].host);
    (void)snprintf(target->host, sizeof target->host, "%s", failures[row].host);
    (void)snprintf(target->sni, sizeof target->sni, "%s", failures[row].host);
    if (failures[row].failure.stage == MST_STAGE_INPUT)
        target->invalid = failures[row].failure;
    else
        evidence.failure = failures[row].failure;
    target->port = target->host[0] != '\0' ? 443 : 0;
    write_record(failures[row].name, &evidence);
    mst_evidence_release(&evidence);
}

void seeds_examine(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(recipes); i++)
        write_chain(&recipes[i]);
    for (size_t i = 0; i < MST_COUNT_OF(features); i++)
        write_features(i);
    for (size_t i = 0; i < MST_COUNT_OF(failures); i++)
        write_failure(i);
}
