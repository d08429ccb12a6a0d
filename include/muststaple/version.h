/* The version of this library and of those it runs on. */
#ifndef MUSTSTAPLE_VERSION_H
#define MUSTSTAPLE_VERSION_H

#include <muststaple/status.h>
#include <stddef.h>

struct mst_version {
    const char *name;  /* "muststaple", "OpenSSL", "libuv", ... */
    const char *value; /* as the library says at run time */
};

/* All of them, muststaple first; static. */
MST_API const struct mst_version *mst_versions(size_t *ret_count);

#endif
