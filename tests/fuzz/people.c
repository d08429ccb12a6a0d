#include "fuzz/people.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "pki/certificate.h"

static struct mst_certificate *read_certificate(const char *name)
{
    enum { SIZE_MAX_BYTES = 8192 };
    uint8_t der[SIZE_MAX_BYTES];
    MST_AUTO_FREE char *path = mst_format("%s/%s", MST_FUZZ_PEOPLE, name);
    MST_AUTO_FCLOSE FILE *file = fopen(path, "rb");
    FUZZ_REQUIRE(file);
    struct mst_certificate *certificate =
        mst_certificate_from_der(der, fread(der, 1, sizeof der, file));
    FUZZ_REQUIRE(certificate);
    return certificate;
}

const struct fuzz_people *fuzz_people(void)
{
    static struct fuzz_people people;
    if (people.leaf)
        return &people;
    people.leaf = read_certificate("leaf.der");
    people.issuer = read_certificate("issuer.der");
    people.root_file = mst_format("%s/root.pem", MST_FUZZ_PEOPLE);
    mst_certificate_read(people.leaf, &people.leaf_facts);
    FUZZ_REQUIRE(mst_trust_new(people.root_file, &people.trust, NULL) == MST_OK);
    return &people;
}
