/* The certificates that are fixed while a target's input changes: made once, kept in people/. */
#ifndef MST_TESTS_FUZZ_PEOPLE_H
#define MST_TESTS_FUZZ_PEOPLE_H

#include "model/evidence.h"
#include "model/facts.h"
#include "pki/trust.h"

enum { FUZZ_NOW_S = 1800000000 }; /* when the seeds were right: PKI_NOW_S */

struct fuzz_people {
    struct mst_certificate *leaf, *issuer;
    struct mst_certificate_facts leaf_facts;
    struct mst_trust *trust; /* trusts the issuer's issuer alone */
    char *root_file;         /* PEM */
};

/* Reads them the first time; they live as long as the program. */
const struct fuzz_people *fuzz_people(void);

#endif
