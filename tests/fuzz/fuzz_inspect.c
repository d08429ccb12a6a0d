/* What a check makes of files: a chain with its staple, the staple alone with the chain as possible
 * issuers (chain_input.h), or a certificate request. Each as JSON and as text for people. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/chain_input.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_record.h"
#include "fuzz/hold_staple.h"
#include "fuzz/people.h"
#include "inspect.h"
#include "output/check_record.h"
#include "output/check_text.h"
#include "pki/csr.h"

/* Asked for trust and a name, or for neither. */
static struct mst_inspector *inspector(bool asks)
{
    static struct mst_inspector *inspectors[2];
    if (!inspectors[asks]) {
        const struct mst_inspect_options options = {
            .ca_file = asks ? fuzz_people()->root_file : NULL,
            .host = asks ? "must.example" : NULL,
            .now_s = FUZZ_NOW_S,
            .policy = {.at_s = MST_TIME_NONE,
                       .max_age_s = MST_DEFAULT_MAX_AGE_S,
                       .min_remaining_s = MST_DEFAULT_MIN_REMAINING_S}};
        FUZZ_REQUIRE(mst_inspector_new(&options, &inspectors[asks], NULL) == MST_OK);
    }
    return inspectors[asks];
}

/* Lines without control characters, ended by a newline. */
static void hold_lines(const char *text)
{
    const size_t length = strlen(text);
    FUZZ_REQUIRE(length > 0 && text[length - 1] == '\n');
    FUZZ_REQUIRE(mst_text_is_utf8(text, length));
    for (const char *at = text; *at; at++)
        FUZZ_REQUIRE(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7f));
}

static bool all_accept(const struct mst_clients *clients)
{
    return clients->rfc.accepts && clients->firefox.accepts && clients->gnutls.accepts;
}

static void hold_good(const struct mst_inspection *inspection)
{
    const struct mst_tls_feature_facts *feature = NULL;
    switch (inspection->kind) {
    case MST_DOCUMENT_KIND_CERTIFICATE:
        feature = &inspection->certificate.certificate.tls_feature;
        if (inspection->staple_given)
            FUZZ_REQUIRE(inspection->good ==
                         all_accept(&inspection->certificate.judgement.clients));
        else if (inspection->good)
            FUZZ_REQUIRE(feature->must_staple && all_accept(&inspection->with_good_staple));
        break;
    case MST_DOCUMENT_KIND_CERTIFICATE_REQUEST:
        feature = &inspection->request.tls_feature;
        if (inspection->good)
            FUZZ_REQUIRE(feature->must_staple && inspection->request.signature_valid &&
                         inspection->request_reasons == 0);
        break;
    default:
        FUZZ_REQUIRE(inspection->good ==
                     (inspection->response_judgement.state == MST_STAPLE_STATE_GOOD));
        FUZZ_REQUIRE(!inspection->good || inspection->issuer_known);
        break;
    }
}

/* Releases it. */
static void hold_inspection(struct mst_inspection *inspection)
{
    size_t length = 0;
    hold_no_errors();
    inspection->file = "-";
    inspection->position = 1;
    FUZZ_REQUIRE(inspection->now_s == FUZZ_NOW_S);
    hold_good(inspection);
    char *line = mst_check_record_line(inspection, &length);
    hold_line(line, length);
    free(line);
    char *text = mst_check_text_lines(inspection);
    FUZZ_REQUIRE(text);
    hold_lines(text);
    free(text);
    mst_inspection_release(inspection);
}

static void inspect_chain(const struct mst_handshake *handshake, bool asks)
{
    const struct mst_document staple = {.kind = MST_DOCUMENT_KIND_OCSP_RESPONSE,
                                        .position = 1,
                                        .der = handshake->staple.data,
                                        .length = handshake->staple.size};
    struct mst_inspection inspection;
    mst_inspect_certificate(inspector(asks), handshake->chain, handshake->chain_length, NULL,
                            &inspection);
    hold_inspection(&inspection);
    mst_inspect_certificate(inspector(asks), handshake->chain, handshake->chain_length, &staple,
                            &inspection);
    hold_inspection(&inspection);
    mst_inspect_response(inspector(asks), &staple, handshake->chain, handshake->chain_length,
                         &inspection);
    hold_inspection(&inspection);
    mst_inspect_response(inspector(asks), &staple, NULL, 0, &inspection);
    FUZZ_REQUIRE(!inspection.issuer_known);
    hold_inspection(&inspection);
}

static void inspect_request(const uint8_t *data, size_t size)
{
    const struct mst_document request = {.kind = MST_DOCUMENT_KIND_CERTIFICATE_REQUEST,
                                         .position = 1,
                                         .der = (uint8_t *)(uintptr_t)data,
                                         .length = size};
    struct mst_inspection inspection;
    mst_inspect_request(inspector(true), &request, &inspection);
    hold_inspection(&inspection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mst_evidence evidence;
    if (mst_csr_is_readable(data, size)) {
        inspect_request(data, size);
    } else if (chain_input_read(data, size, &evidence)) {
        const struct mst_handshake *handshake = &evidence.connections[0].handshake;
        /* Kept in files, no response is above the size that a scan keeps. */
        const bool is_whole = handshake->staple.data || handshake->staple.size == 0;
        if (handshake->chain_length > 0 && is_whole) {
            inspect_chain(handshake, true);
            inspect_chain(handshake, false);
        }
        mst_evidence_release(&evidence);
    }
    return 0;
}
