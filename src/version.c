#include <muststaple/version.h>

#include <uv.h>

#include "base/attributes.h"
#include "input/target_line.h"
#include "net/resolver.h"
#include "output/record.h"
#include "tls/context.h"

const struct mst_version *mst_versions(size_t *ret_count)
{
    static struct mst_version versions[6];
    versions[0] = (struct mst_version){"muststaple", MST_VERSION};
    versions[1] = (struct mst_version){"openssl", mst_tls_library_version()};
    versions[2] = (struct mst_version){"libuv", uv_version_string()};
    versions[3] = (struct mst_version){"c-ares", mst_resolver_library_version()};
    versions[4] = (struct mst_version){"jansson", mst_record_library_version()};
    versions[5] = (struct mst_version){"libidn2", mst_target_line_library_version()};
    *ret_count = MST_COUNT_OF(versions);
    return versions;
}
