#include "unit/staple_world.h"

#include <stdlib.h>

#include "pki/certificate_x509.h"

static struct pki_identity people[PEOPLE_COUNT];

/* How each is made, issuers first. */
static const struct {
    enum who who, issuer;
    const char *name;
    bool ca;
    int64_t not_before_s, not_after_s;
    const char *extensions[PKI_EXTENSIONS_MAX];
} recipes[] = {
    {ROOT, NOBODY, "Test Root", true, 0, 0, {0}},
    {ISSUER, ROOT, "Test Issuer", true, 0, 0, {0}},
    {LEAF, ISSUER, "must.example", false, 0, 0, {0}},
    {SIBLING, ISSUER, "sibling.example", false, 0, 0, {"extendedKeyUsage=serverAuth"}},
    {DELEGATE,
     ISSUER,
     "Test Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=OCSPSigning", "noCheck=ignored"}},
    {CRITICAL_DELEGATE,
     ISSUER,
     "Critical Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=critical,OCSPSigning", "noCheck=critical,ignored"}},
    {PLAIN_DELEGATE,
     ISSUER,
     "Plain Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=serverAuth,OCSPSigning"}},
    {EXPIRED_DELEGATE,
     ISSUER,
     "Expired Responder",
     false,
     0,
     PKI_NOW_S - 1,
     {"extendedKeyUsage=OCSPSigning"}},
    {FUTURE_DELEGATE,
     ISSUER,
     "Future Responder",
     false,
     PKI_NOW_S + 1,
     0,
     {"extendedKeyUsage=OCSPSigning"}},
    {ANY_DELEGATE, ISSUER, "Any Responder", false, 0, 0, {"extendedKeyUsage=anyExtendedKeyUsage"}},
    {ODD_DELEGATE,
     ISSUER,
     "Odd Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=OCSPSigning", "1.2.3.4=critical,DER:0500"}},
    {CA_DELEGATE,
     ISSUER,
     "CA Responder",
     false,
     0,
     0,
     {"basicConstraints=critical,CA:TRUE", "extendedKeyUsage=OCSPSigning"}},
    {DOUBLE_DELEGATE,
     ISSUER,
     "Double Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=OCSPSigning", "extendedKeyUsage=OCSPSigning"}},
    {SUB_CA, ISSUER, "Test Sub CA", true, 0, 0, {0}},
    {INDIRECT_DELEGATE,
     SUB_CA,
     "Indirect Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=OCSPSigning"}},
    {STRANGER, NOBODY, "Stranger Root", true, 0, 0, {0}},
    {STRANGE_DELEGATE,
     STRANGER,
     "Strange Responder",
     false,
     0,
     0,
     {"extendedKeyUsage=OCSPSigning"}},
    {IMPOSTOR, NOBODY, "Test Issuer", true, 0, 0, {0}},
    {FORGED_DELEGATE, IMPOSTOR, "Test Responder", false, 0, 0, {"extendedKeyUsage=OCSPSigning"}},
    {UNNAMED_DELEGATE, ISSUER, "Test Responder", false, 0, 0, {0}},
    {ALIAS, NOBODY, "Alias Issuer", false, 0, 0, {0}},
    {ALIAS_DELEGATE, ALIAS, "Alias Responder", false, 0, 0, {"extendedKeyUsage=OCSPSigning"}},
};

int staple_world_setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        const struct pki_identity *issuer =
            recipes[i].issuer == NOBODY ? NULL : &people[recipes[i].issuer];
        if (recipes[i].ca) {
            people[recipes[i].who] = pki_issue_ca(recipes[i].name, issuer);
            continue;
        }
        struct pki_certificate spec = {
            .name = recipes[i].name,
            .key_of = recipes[i].who == ALIAS ? &people[ISSUER] : NULL,
            .issuer = issuer,
            .serial = 4096 + (long)recipes[i].who,
            .not_before_s = recipes[i].not_before_s,
            .not_after_s = recipes[i].not_after_s,
        };
        for (size_t j = 0; j < PKI_EXTENSIONS_MAX; j++)
            spec.extensions[j] = recipes[i].extensions[j];
        people[recipes[i].who] = pki_issue(&spec);
    }
    return 0;
}

int staple_world_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEOPLE_COUNT; i++)
        pki_identity_release(&people[i]);
    return 0;
}

const struct pki_identity *staple_world_get(enum who who)
{
    return &people[who];
}

struct pki_response staple_world_response(void)
{
    return (struct pki_response){
        .signer = &people[ISSUER],
        .single_count = 1,
        .singles = {{.subject = people[LEAF].x509, .issuer = people[ISSUER].x509}},
    };
}

struct mst_certificate *staple_world_wrap(enum who who)
{
    return who == NOBODY ? NULL : mst_certificate_wrap(people[who].x509);
}

void staple_world_read_about(const uint8_t *data, size_t size, enum who subject, enum who issuer,
                             struct mst_staple_facts *ret_facts)
{
    const struct mst_staple staple = {MST_DELIVERY_SENT, (uint8_t *)(uintptr_t)data, size};
    struct mst_certificate *about = staple_world_wrap(subject);
    struct mst_certificate *above = staple_world_wrap(issuer);
    mst_staple_read(&staple, about, above, PKI_NOW_S, ret_facts);
    mst_certificate_free(above);
    mst_certificate_free(about);
}

void staple_world_read_bytes(const uint8_t *data, size_t size, enum who issuer,
                             struct mst_staple_facts *ret_facts)
{
    staple_world_read_about(data, size, LEAF, issuer, ret_facts);
}

void staple_world_read(const struct pki_response *response, struct mst_staple_facts *ret_facts)
{
    size_t size = 0;
    uint8_t *data = pki_response_make(response, &size);
    staple_world_read_bytes(data, size, ISSUER, ret_facts);
    free(data);
}
