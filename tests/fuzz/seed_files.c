#include "fuzz/seed_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "unit/pki_maker.h"

static char root_folder[PATH_MAX / 2];

MST_NORETURN static void give_up(const char *path)
{
    perror(path);
    exit(EXIT_FAILURE);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        give_up(path);
}

void seed_files_begin(const char *folder)
{
    (void)snprintf(root_folder, sizeof root_folder, "%s", folder);
    make_folder(root_folder);
}

static FILE *create(const char *kind, const char *target, const char *name)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", root_folder, kind);
    make_folder(path);
    (void)snprintf(path, sizeof path, "%s/%s/%s", root_folder, kind, target);
    if (name[0] != '\0')
        make_folder(path);
    (void)snprintf(path, sizeof path, "%s/%s/%s%s%s", root_folder, kind, target, name[0] ? "/" : "",
                   name);
    FILE *file = fopen(path, "wb");
    if (!file)
        give_up(path);
    return file;
}

static void finish(FILE *file, const void *data, size_t size, const char *name)
{
    if (fwrite(data, 1, size, file) != size || fclose(file) != 0)
        give_up(name);
}

void seed_write(const char *target, const char *name, const void *data, size_t size)
{
    finish(create("corpus", target, name), data, size, name);
}

void seed_write_text(const char *target, const char *name, const char *text)
{
    seed_write(target, name, text, strlen(text));
}

void seed_write_person(const char *name, const X509 *certificate)
{
    char file[NAME_MAX];
    size_t size = 0;
    MST_AUTO_FREE uint8_t *der = pki_certificate_der(certificate, &size);
    (void)snprintf(file, sizeof file, "%s.der", name);
    finish(create("people", file, ""), der, size, name);
}

void seed_write_root(const char *name, const X509 *certificate)
{
    char name_in_folder[NAME_MAX];
    (void)snprintf(name_in_folder, sizeof name_in_folder, "%s.pem", name);
    FILE *file = create("people", name_in_folder, "");
    if (PEM_write_X509(file, certificate) != 1)
        give_up(name);
    finish(file, "", 0, name);
}

const char *seed_root_file(const char *name)
{
    static char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/people/%s.pem", root_folder, name);
    return path;
}
