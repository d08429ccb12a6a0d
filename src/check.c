/* Files -> documents -> inspections -> text or JSON. */
#include <muststaple/check.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "check_files.h"
#include "check_pile.h"
#include "input/host_name.h"
#include "inspect.h"
#include "output/check_record.h"
#include "output/check_text.h"

enum { MS_PER_S = 1000 };

struct mst_check {
    struct mst_check_config config;
    struct mst_inspector *inspector;
    struct mst_check_file cert, issuer, staple;
    struct mst_check_file *files; /* one for each path */
    size_t inspection_count;
    struct mst_inspection *inspections;
};

void mst_check_config_init(struct mst_check_config *config)
{
    *config = (struct mst_check_config){
        .max_age_s = MST_DEFAULT_MAX_AGE_S,
        .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S,
    };
}

/* ---- what was asked for ---- */

static bool is_dash(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static enum mst_status check_config(const struct mst_check_config *config, struct mst_error *error)
{
    size_t dashes = (size_t)is_dash(config->cert_path) + is_dash(config->issuer_path) +
                    is_dash(config->staple_path);
    for (size_t i = 0; i < config->path_count; i++)
        dashes += is_dash(config->paths[i]);
    if (dashes > 1)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "standard input ('-') can be read for one file only");
    /* A good staple beside a certificate that it is not about must not pass for an answer. */
    if (config->staple_path && !config->cert_path && config->path_count > 0)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "'%.200s' beside --staple: name the staple's certificate with --cert, "
                             "its issuer with --issuer",
                             config->paths[0]);
    if (config->cert_path || config->staple_path || config->path_count > 0)
        return MST_OK;
    return mst_error_set(error, MST_ERROR_USAGE,
                         config->issuer_path
                             ? "an issuer alone is nothing to check: name a file, or give --cert "
                               "or --staple"
                             : "nothing to check: name a file, or give --cert or --staple");
}

/* The name as DNS has it; an address as it is. */
static enum mst_status make_host(const char *given, char host[MST_HOST_SIZE],
                                 struct mst_error *error)
{
    struct mst_address address;
    if (mst_address_parse(given, &address)) {
        mst_address_format(&address, host);
        return MST_OK;
    }
    const char *fault = "it is not UTF-8 text";
    if (given[0] == '\0')
        fault = "it is empty";
    else if (mst_text_is_utf8(given, strlen(given)) && mst_host_name_make(given, host, &fault))
        return MST_OK;
    return mst_error_set(error, MST_ERROR_USAGE, "'%.80s' is not a host name or address: %s", given,
                         fault);
}

static enum mst_status make_inspector(struct mst_check *check, struct mst_error *error)
{
    const struct mst_check_config *config = &check->config;
    char host[MST_HOST_SIZE];
    if (config->host) {
        const enum mst_status status = make_host(config->host, host, error);
        if (status != MST_OK)
            return status;
    }
    const struct mst_inspect_options options = {
        .ca_file = config->ca_file,
        .host = config->host ? host : NULL,
        .now_s = config->at_given ? config->at_s : mst_clock_wall_ms() / MS_PER_S,
        .policy = {.at_s = MST_TIME_NONE,
                   .max_age_s = config->max_age_s,
                   .min_remaining_s = config->min_remaining_s},
    };
    return mst_inspector_new(&options, &check->inspector, error);
}

static enum mst_status read_one(const char *path, enum mst_check_demand demand,
                                struct mst_check_file *file, struct mst_error *error)
{
    return path ? mst_check_file_read(path, demand, file, error) : MST_OK;
}

static enum mst_status read_files(struct mst_check *check, struct mst_error *error)
{
    const struct mst_check_config *config = &check->config;
    enum mst_status status =
        read_one(config->cert_path, MST_CHECK_DEMAND_CERTIFICATES, &check->cert, error);
    if (status == MST_OK)
        status =
            read_one(config->issuer_path, MST_CHECK_DEMAND_CERTIFICATES, &check->issuer, error);
    if (status == MST_OK)
        status = read_one(config->staple_path, MST_CHECK_DEMAND_RESPONSE, &check->staple, error);
    for (size_t i = 0; i < config->path_count && status == MST_OK; i++)
        status = read_one(config->paths[i], MST_CHECK_DEMAND_ANYTHING, &check->files[i], error);
    return status;
}

/* ---- inspecting ---- */

static struct mst_inspection *add_inspection(struct mst_check *check)
{
    check->inspections =
        mst_realloc(check->inspections, check->inspection_count + 1, sizeof *check->inspections);
    return &check->inspections[check->inspection_count++];
}

static void inspect_pile(struct mst_check *check, const char *path,
                         const struct mst_check_pile *pile, const struct mst_document *staple)
{
    struct mst_inspection *inspection = add_inspection(check);
    mst_inspect_certificate(check->inspector, pile->certificates, pile->count, staple, inspection);
    inspection->file = path;
    inspection->position = pile->documents[0]->position;
}

/* The certificate and what else lies in its file came together, as a server would send them. */
static void inspect_cert(struct mst_check *check, const struct mst_document *staple)
{
    MST_CLEANUP(mst_check_pile_release) struct mst_check_pile pile = {.count = 0};
    mst_check_pile_add_all(&pile, &check->cert.documents);
    mst_check_pile_add_issuers(&pile, &check->issuer.documents);
    inspect_pile(check, check->cert.path, &pile, staple);
}

static void inspect_response(struct mst_check *check, const char *path,
                             const struct mst_document *response,
                             const struct mst_check_pile *issuers)
{
    struct mst_inspection *inspection = add_inspection(check);
    mst_inspect_response(check->inspector, response, issuers->certificates, issuers->count,
                         inspection);
    inspection->file = path;
    inspection->position = response->position;
}

static void inspect_request(struct mst_check *check, const char *path,
                            const struct mst_document *request)
{
    struct mst_inspection *inspection = add_inspection(check);
    mst_inspect_request(check->inspector, request, inspection);
    inspection->file = path;
    inspection->position = request->position;
}

/* A chain may go on in any file: round again, as long as that brings more. */
static void add_chain(const struct mst_check *check, const struct mst_check_file *own,
                      struct mst_check_pile *pile)
{
    size_t before = 0;
    while (before != pile->count) {
        before = pile->count;
        mst_check_pile_add_issuers(pile, &own->documents);
        mst_check_pile_add_issuers(pile, &check->issuer.documents);
        for (size_t i = 0; i < check->config.path_count; i++)
            mst_check_pile_add_issuers(pile, &check->files[i].documents);
    }
}

static void inspect_in_file(struct mst_check *check, const struct mst_check_file *file,
                            size_t index)
{
    if (mst_check_pile_is_issuer_of_earlier(&file->documents, index))
        return;
    MST_CLEANUP(mst_check_pile_release) struct mst_check_pile pile = {.count = 0};
    mst_check_pile_add(&pile, &file->documents.items[index]);
    add_chain(check, file, &pile);
    inspect_pile(check, file->path, &pile, NULL);
}

static void inspect_file(struct mst_check *check, const struct mst_check_file *file,
                         const struct mst_check_pile *issuers)
{
    for (size_t i = 0; i < file->documents.count; i++) {
        const struct mst_document *document = &file->documents.items[i];
        switch (document->kind) {
        case MST_DOCUMENT_KIND_CERTIFICATE:
            inspect_in_file(check, file, i);
            break;
        case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
            inspect_request(check, file->path, document);
            break;
        case MST_DOCUMENT_KIND_OCSP_RESPONSE:
            inspect_response(check, file->path, document, issuers);
            break;
        default:
            break;
        }
    }
}

static const struct mst_document *first_response(const struct mst_documents *documents)
{
    for (size_t i = 0; i < documents->count; i++)
        if (documents->items[i].kind == MST_DOCUMENT_KIND_OCSP_RESPONSE)
            return &documents->items[i];
    return NULL;
}

static void inspect_all(struct mst_check *check)
{
    MST_CLEANUP(mst_check_pile_release) struct mst_check_pile issuers = {.count = 0};
    mst_check_pile_add_all(&issuers, &check->issuer.documents);
    for (size_t i = 0; i < check->config.path_count; i++)
        mst_check_pile_add_all(&issuers, &check->files[i].documents);
    const struct mst_document *staple = first_response(&check->staple.documents);
    if (check->cert.path)
        inspect_cert(check, staple);
    else if (staple)
        inspect_response(check, check->staple.path, staple, &issuers);
    for (size_t i = 0; i < check->config.path_count; i++)
        inspect_file(check, &check->files[i], &issuers);
}

/* ---- making it, and what came of it ---- */

static void free_check(struct mst_check **check)
{
    mst_check_free(*check);
}

enum mst_status mst_check_new(const struct mst_check_config *config, struct mst_check **ret_check,
                              struct mst_error *error)
{
    struct mst_check *check MST_CLEANUP(free_check) = mst_alloc(1, sizeof *check);
    check->config = *config;
    check->files = mst_alloc(config->path_count, sizeof *check->files);
    enum mst_status status = check_config(config, error);
    if (status == MST_OK)
        status = make_inspector(check, error);
    if (status == MST_OK)
        status = read_files(check, error);
    if (status != MST_OK)
        return status;
    inspect_all(check);
    *ret_check = MST_STEAL(check);
    return MST_OK;
}

void mst_check_free(struct mst_check *check)
{
    if (!check)
        return;
    for (size_t i = 0; i < check->inspection_count; i++)
        mst_inspection_release(&check->inspections[i]);
    free(check->inspections);
    for (size_t i = 0; i < check->config.path_count; i++)
        mst_check_file_release(&check->files[i]);
    free(check->files);
    mst_check_file_release(&check->cert);
    mst_check_file_release(&check->issuer);
    mst_check_file_release(&check->staple);
    mst_inspector_free(check->inspector);
    free(check);
}

bool mst_check_is_good(const struct mst_check *check)
{
    for (size_t i = 0; i < check->inspection_count; i++)
        if (!check->inspections[i].good)
            return false;
    return true;
}

static void release_buf(struct mst_buf *buf)
{
    mst_buf_release(buf);
}

static char *json_of(const struct mst_inspection *inspection)
{
    size_t length = 0;
    return mst_check_record_line(inspection, &length);
}

/* What `print` makes of each, one after the other, with `between` in between. */
static char *print_all(const struct mst_check *check, const char *between,
                       char *(*print)(const struct mst_inspection *inspection))
{
    MST_CLEANUP(release_buf) struct mst_buf text;
    mst_buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < check->inspection_count; i++) {
        MST_AUTO_FREE char *lines = print(&check->inspections[i]);
        if (!lines || !mst_buf_append(&text, between, i > 0 ? strlen(between) : 0) ||
            !mst_buf_append(&text, lines, strlen(lines)))
            return NULL;
    }
    size_t length = 0;
    if (!mst_buf_append(&text, "", 1))
        return NULL;
    return (char *)mst_buf_steal(&text, &length);
}

char *mst_check_json(const struct mst_check *check)
{
    return print_all(check, "", json_of);
}

char *mst_check_text(const struct mst_check *check)
{
    return print_all(check, "\n", mst_check_text_lines);
}
