#include "unit/single_rows.h"

static const EVP_MD *digest_of(const char *name)
{
    return name ? EVP_get_digestbyname(name) : NULL;
}

static void add_single(struct pki_response *response, const struct single_row *row)
{
    response->singles[response->single_count++] = (struct pki_single){
        .subject = staple_world_get(LEAF)->x509,
        .issuer = staple_world_get(ISSUER)->x509,
        .hash = digest_of(row->hash),
        .wrong_name = row->wrong_name,
        .wrong_key = row->wrong_key,
        .short_name = row->short_name,
        .short_key = row->short_key,
        .serial = row->serial,
        .status = row->status,
        .reason = row->reason,
        .this_update_s = row->this_update_s,
        .next_update_s = row->next_update_s,
    };
}

void single_rows_add(struct pki_response *response, const struct single_row *rows, size_t count)
{
    for (size_t i = 0; i < count && rows[i].there; i++)
        add_single(response, &rows[i]);
}
