/* Makes the seeds of the fuzz targets, and the certificates that they are about:
 *
 *     make_seeds tests/fuzz
 *
 * All keys are new each time, so people/ and every corpus belong together. Files of other names are
 * left alone. Nothing reads a clock. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/seed_files.h"
#include "unit/staple_world.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: make_seeds FOLDER\n");
        return EXIT_FAILURE;
    }
    (void)staple_world_setup(NULL);
    seed_files_begin(argv[1]);
    seed_write_person("leaf", staple_world_get(LEAF)->x509);
    seed_write_person("issuer", staple_world_get(ISSUER)->x509);
    seed_write_root("root", staple_world_get(ROOT)->x509);
    seeds_certificate();
    seeds_examine();
    seeds_request();
    seeds_staple();
    seeds_tap();
    seeds_text();
    (void)staple_world_teardown(NULL);
    return EXIT_SUCCESS;
}
