#include "pki/single_list.h"

#include <stdio.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/cert_id.h"
#include "pki/certificate_x509.h"
#include "pki/cleanup.h"
#include "pki/response.h"
#include "pki/serial.h"
#include "pki/single_statement.h"

static void write_hash(const ASN1_OCTET_STRING *hash, char text[MST_HASH_HEX_SIZE])
{
    enum { BYTES_MAX = (MST_HASH_HEX_SIZE - 1) / 2 };
    const size_t length = (size_t)ASN1_STRING_length(hash);
    mst_hex(ASN1_STRING_get0_data(hash), length < BYTES_MAX ? length : BYTES_MAX, text);
}

static void read_single(OCSP_SINGLERESP *single, struct mst_cert_id_wanted *wanted,
                        struct mst_single_facts *facts)
{
    const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(single);
    const struct mst_cert_id_comparison comparison = mst_cert_id_compare(wanted, id);
    const struct mst_single_statement statement = mst_single_statement_read(single);
    ASN1_OCTET_STRING *name = NULL;
    ASN1_OCTET_STRING *key = NULL;
    ASN1_INTEGER *serial = NULL;
    (void)OCSP_id_get0_info(&name, NULL, &key, &serial, (OCSP_CERTID *)(uintptr_t)id);
    (void)snprintf(facts->certid_hash, sizeof facts->certid_hash, "%s", comparison.hash);
    write_hash(name, facts->issuer_name_hash);
    write_hash(key, facts->issuer_key_hash);
    facts->serial = mst_serial_text(serial);
    facts->mismatch = comparison.mismatch;
    facts->status = statement.status;
    facts->revoked_at_s = statement.revoked_at_s;
    facts->revocation_reason = statement.reason;
    facts->this_update_s = statement.this_update_s;
    facts->next_update_s = statement.next_update_s;
}

static void read_singles(OCSP_BASICRESP *basic, struct mst_cert_id_wanted *wanted,
                         struct mst_single_list *list)
{
    list->total = (size_t)OCSP_resp_count(basic);
    list->count = list->total < MST_SINGLES_LISTED_MAX ? list->total : MST_SINGLES_LISTED_MAX;
    list->items = mst_alloc(list->count, sizeof *list->items);
    for (size_t i = 0; i < list->count; i++)
        read_single(OCSP_resp_get0(basic, (int)i), wanted, &list->items[i]);
}

void mst_single_list_read(const uint8_t *data, size_t size, const struct mst_certificate *subject,
                          const struct mst_certificate *issuer, struct mst_single_list *ret_list)
{
    struct mst_cert_id_wanted wanted = {
        .subject = subject ? mst_certificate_x509(subject) : NULL,
        .issuer = issuer ? mst_certificate_x509(issuer) : NULL,
    };
    enum mst_responder_status status = MST_RESPONDER_STATUS_NONE;
    MST_CLEANUP(mst_cleanup_ocsp_basic) OCSP_BASICRESP *basic = NULL;
    *ret_list = (struct mst_single_list){0};
    if (data && size > 0 && size <= MST_STAPLE_SIZE_MAX &&
        !mst_response_parse(data, size, &status, &basic) && basic)
        read_singles(basic, &wanted, ret_list);
    ERR_clear_error();
}
