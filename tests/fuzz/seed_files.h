/* Where the seeds go: FOLDER/corpus/TARGET/NAME. Everything ends the program when it fails. */
#ifndef MST_TESTS_FUZZ_SEED_FILES_H
#define MST_TESTS_FUZZ_SEED_FILES_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

/* Below which folder, which is made if need be. */
void seed_files_begin(const char *folder);

/* Seeds of one target. */
void seed_write(const char *target, const char *name, const void *data, size_t size);
void seed_write_text(const char *target, const char *name, const char *text);

/* The certificates that stay fixed: FOLDER/people/NAME.der, and NAME.pem. */
void seed_write_person(const char *name, const X509 *certificate);
void seed_write_root(const char *name, const X509 *certificate);

/* The file of NAME.pem, valid until the next call. */
const char *seed_root_file(const char *name);

/* One source each. */
void seeds_certificate(void);
void seeds_examine(void);
void seeds_request(void);
void seeds_staple(void);
void seeds_tap(void);
void seeds_text(void);

#endif
