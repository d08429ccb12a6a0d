/* OCSP responses about LEAF of the staple world: one for each way to be good, and to be wrong. */
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "fuzz/seed_files.h"
#include "unit/staple_world.h"

#define BASIC "1.3.6.1.5.5.7.48.1.1"

enum { OLD_S = PKI_NOW_S - 2 * PKI_DAY_S };

/* What differs from a good response of the issuer. Hashes are named, for they are no constants. */
struct recipe {
    const char *name;
    enum who signer; /* NOBODY: the issuer */
    enum who embedded[3];
    bool by_key, embeds, breaks_signature, is_sha1;
    const char *extension, *raw_produced_at;
    size_t singles;        /* 0: one */
    struct pki_single all; /* each SingleResponse */
    struct pki_single last;
    const char *hash; /* of the CertIDs; NULL: SHA-1 */
};

#define GOOD V_OCSP_CERTSTATUS_GOOD
#define REVOKED V_OCSP_CERTSTATUS_REVOKED
#define UNKNOWN V_OCSP_CERTSTATUS_UNKNOWN

static const struct recipe recipes[] = {
    {.name = "good"},
    {.name = "good_by_key", .by_key = true},
    {.name = "good_sha256_certid", .hash = "SHA256"},
    {.name = "good_sha384_certid", .hash = "SHA384"},
    {.name = "good_sha512_certid", .hash = "SHA512"},
    {.name = "md5_certid", .hash = "MD5"},
    {.name = "sha1_signature", .is_sha1 = true},
    {.name = "delegate", .signer = DELEGATE, .embeds = true},
    {.name = "delegate_by_key", .signer = DELEGATE, .embeds = true, .by_key = true},
    {.name = "delegate_critical_nocheck", .signer = CRITICAL_DELEGATE, .embeds = true},
    {.name = "delegate_without_nocheck", .signer = PLAIN_DELEGATE, .embeds = true},
    {.name = "delegate_not_embedded", .signer = DELEGATE},
    {.name = "delegate_expired", .signer = EXPIRED_DELEGATE, .embeds = true},
    {.name = "delegate_without_eku", .signer = SIBLING, .embeds = true},
    {.name = "delegate_any_eku", .signer = ANY_DELEGATE, .embeds = true},
    {.name = "delegate_odd_critical", .signer = ODD_DELEGATE, .embeds = true},
    {.name = "delegate_of_a_stranger", .signer = STRANGE_DELEGATE, .embeds = true},
    {.name = "delegate_and_another_of_its_name",
     .signer = DELEGATE,
     .embeds = true,
     .embedded = {FORGED_DELEGATE, UNNAMED_DELEGATE}},
    {.name = "superfluous_certificates", .embedded = {ISSUER, ROOT}},
    {.name = "bad_signature", .breaks_signature = true},
    {.name = "signed_by_an_impostor", .signer = IMPOSTOR},
    {.name = "revoked", .all = {.status = REVOKED}},
    {.name = "revoked_for_a_reason", .all = {.status = REVOKED, .reason = 2}},
    {.name = "revoked_for_reason_7", .all = {.status = REVOKED, .reason = 8}},
    {.name = "unknown", .all = {.status = UNKNOWN}},
    {.name = "wrong_serial", .all = {.serial = 7}},
    {.name = "wrong_name", .all = {.wrong_name = true}},
    {.name = "wrong_key", .all = {.wrong_key = true}},
    {.name = "from_the_future", .all = {.this_update_s = PKI_NOW_S + PKI_HOUR_S}},
    {.name = "expired", .all = {.this_update_s = OLD_S, .next_update_s = PKI_NOW_S - PKI_HOUR_S}},
    {.name = "too_old", .all = {.this_update_s = PKI_NOW_S - 20 * (int64_t)PKI_DAY_S}},
    {.name = "without_next_update", .all = {.next_update_s = PKI_ABSENT_S}},
    {.name = "time_with_offset", .all = {.raw_this_update = "20200101010000+0100"}},
    {.name = "time_with_fraction", .all = {.raw_next_update = "20300101000000.5Z"}},
    {.name = "time_of_year_9999", .all = {.raw_next_update = "99991231235959Z"}},
    {.name = "time_unreadable", .all = {.raw_next_update = "soon"}},
    {.name = "produced_at_unreadable", .raw_produced_at = "now"},
    {.name = "critical_in_response", .extension = "1.2.3.4=critical,DER:0500"},
    {.name = "critical_in_single", .all = {.extension = "1.2.3.4=critical,DER:0500"}},
    {.name = "scts_in_single", .all = {.extension = "1.3.6.1.4.1.11129.2.4.5=DER:04020000"}},
    {.name = "good_then_revoked", .singles = 2, .last = {.status = REVOKED}},
    {.name = "other_then_good", .singles = 2, .all = {.serial = 7}, .last = {.status = GOOD}},
    {.name = "blanket", .singles = 20, .all = {.serial = 7}, .last = {.status = GOOD}},
};

static struct pki_single single_of(const struct recipe *recipe, const struct pki_single *form)
{
    struct pki_single single = *form;
    single.subject = staple_world_get(LEAF)->x509;
    single.issuer = staple_world_get(ISSUER)->x509;
    single.hash = recipe->hash ? EVP_get_digestbyname(recipe->hash) : NULL;
    return single;
}

static void write_recipe(const struct recipe *recipe)
{
    struct pki_response response = {
        .signer = staple_world_get(recipe->signer ? recipe->signer : ISSUER),
        .by_key = recipe->by_key,
        .embed_signer = recipe->embeds,
        .digest = recipe->is_sha1 ? EVP_sha1() : NULL,
        .raw_produced_at = recipe->raw_produced_at,
        .extension = recipe->extension,
        .break_signature = recipe->breaks_signature,
        .single_count = recipe->singles ? recipe->singles : 1,
    };
    size_t size = 0;
    for (size_t i = 0; i < MST_COUNT_OF(recipe->embedded) && recipe->embedded[i]; i++)
        response.embedded[i] = staple_world_get(recipe->embedded[i])->x509;
    for (size_t i = 0; i < response.single_count; i++) {
        const bool is_last = i > 0 && i + 1 == response.single_count;
        response.singles[i] = single_of(recipe, is_last ? &recipe->last : &recipe->all);
    }
    uint8_t *data = pki_response_make(&response, &size);
    seed_write("staple", recipe->name, data, size);
    free(data);
}

/* Signed by delegates with other kinds of keys. */
static void write_keys(void)
{
    static const struct {
        const char *name;
        enum pki_key_kind kind;
        bool is_sha1;
    } rows[] = {{"delegate_rsa", PKI_KEY_RSA, false},
                {"delegate_rsa_pss", PKI_KEY_RSA_PSS, false},
                {"delegate_rsa_pss_sha1", PKI_KEY_RSA_PSS, true},
                {"delegate_ed25519", PKI_KEY_ED25519, false}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate spec = {.name = "Another Responder",
                                             .issuer = staple_world_get(ISSUER),
                                             .kind = rows[i].kind,
                                             .extensions = {"extendedKeyUsage=OCSPSigning"}};
        struct pki_identity delegate = pki_issue(&spec);
        struct pki_response response = staple_world_response();
        size_t size = 0;
        response.signer = &delegate;
        response.embed_signer = true;
        response.digest = rows[i].is_sha1 ? EVP_sha1() : NULL;
        uint8_t *data = pki_response_make(&response, &size);
        seed_write("staple", rows[i].name, data, size);
        free(data);
        pki_identity_release(&delegate);
    }
}

/* Around the bytes of a good BasicOCSPResponse. */
static void write_wrapped(void)
{
    static const struct {
        const char *name, *type;
        size_t trailing;
    } rows[] = {
        {"without_response_bytes", "", 0},
        {"another_type", "1.3.6.1.5.5.7.48.1.2", 0},
        {"trailing_byte_inside", BASIC, 1},
    };
    const struct pki_response response = staple_world_response();
    OCSP_BASICRESP *made = pki_basic_make(&response);
    unsigned char *basic = NULL;
    const int basic_size = i2d_OCSP_BASICRESP(made, &basic);
    uint8_t *longer = calloc((size_t)basic_size + 1, 1);
    memcpy(longer, basic, (size_t)basic_size);
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        size_t size = 0;
        uint8_t *data =
            pki_response_wrap(rows[i].type, longer, (size_t)basic_size + rows[i].trailing, &size);
        seed_write("staple", rows[i].name, data, size);
        free(data);
    }
    free(longer);
    OPENSSL_free(basic);
    OCSP_BASICRESP_free(made);
}

void seeds_staple(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(recipes); i++)
        write_recipe(&recipes[i]);
    write_keys();
    write_wrapped();
    seed_write("staple", "try_later", "\x30\x03\x0a\x01\x03", 5);
    seed_write("staple", "status_of_five_octets", "\x30\x07\x0a\x05\x01\x00\x00\x00\x00", 9);
    seed_write("staple", "indefinite_length", "\x30\x80\x0a\x01\x03\x00\x00", 7);
    seed_write("staple", "not_der", "HTTP/1.1 200 OK\r\n", 17);
}
