#include "pki/trust_roots.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"

static X509_LOOKUP *file_lookup(X509_STORE *store)
{
    return X509_STORE_add_lookup(store, X509_LOOKUP_file());
}

static enum mst_status no_lookup(struct mst_error *error)
{
    return mst_error_set(error, MST_ERROR_LIBRARY, "OpenSSL cannot load certificates from files");
}

enum mst_status mst_trust_roots_add_file(X509_STORE *store, const char *file,
                                         struct mst_error *error)
{
    X509_LOOKUP *lookup = file_lookup(store);
    if (!lookup)
        return no_lookup(error);
    MST_AUTO_FCLOSE FILE *readable = fopen(file, "re");
    if (!readable)
        return mst_error_set(error, MST_ERROR_USAGE, "cannot read the CA file %s: %s", file,
                             strerror(errno));
    ERR_clear_error();
    const int count = X509_load_cert_file(lookup, file, X509_FILETYPE_PEM);
    const unsigned long reason = ERR_peek_last_error();
    ERR_clear_error();
    if (count > 0)
        return MST_OK;
    if (ERR_GET_LIB(reason) == ERR_LIB_PEM && ERR_GET_REASON(reason) != PEM_R_NO_START_LINE)
        return mst_error_set(error, MST_ERROR_USAGE,
                             "the CA file %s holds a certificate that cannot be read", file);
    return mst_error_set(error, MST_ERROR_USAGE, "the CA file %s holds no certificate in PEM",
                         file);
}

/* The names under which OpenSSL itself would find a certificate: a hash, a dot and a number. */
static bool is_hash_name(const char *name)
{
    enum { HASH_LENGTH = 8 };
    const size_t hash = strspn(name, "0123456789abcdef");
    const char *number = name + hash + 1;
    return hash == HASH_LENGTH && name[hash] == '.' && number[0] != '\0' &&
           strspn(number, "0123456789") == strlen(number);
}

static void add_directory(X509_LOOKUP *lookup, const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (!is_hash_name(entry->d_name))
            continue;
        MST_AUTO_FREE char *file = mst_format("%s/%s", path, entry->d_name);
        (void)X509_load_cert_file(lookup, file, X509_FILETYPE_PEM);
    }
    (void)closedir(directory);
}

enum mst_status mst_trust_roots_add_system(X509_STORE *store, struct mst_error *error)
{
    X509_LOOKUP *lookup = file_lookup(store);
    if (!lookup)
        return no_lookup(error);
    (void)X509_LOOKUP_load_file(lookup, NULL, X509_FILETYPE_DEFAULT);
    const char *named = secure_getenv(X509_get_default_cert_dir_env());
    add_directory(lookup, named ? named : X509_get_default_cert_dir());
    ERR_clear_error();
    return MST_OK;
}
