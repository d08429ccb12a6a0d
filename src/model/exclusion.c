#include "model/exclusion.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CIDR_TEXT_SIZE = 64, HOST_LENGTH_MAX = 253, IPV4_BITS = 32, IPV6_BITS = 128 };

/* "192.0.2.0/24" or a bare address. */
static bool parse_network(const char *text, struct mst_exclusion_network *ret_network)
{
    char address[CIDR_TEXT_SIZE];
    const size_t length = strcspn(text, "/");
    if (length >= sizeof address)
        return false;
    memcpy(address, text, length);
    address[length] = '\0';
    if (!mst_address_parse(address, &ret_network->network))
        return false;
    const unsigned bits = ret_network->network.family == MST_FAMILY_IPV4 ? IPV4_BITS : IPV6_BITS;
    ret_network->prefix = bits;
    if (text[length] == '\0')
        return true;
    const char *digits = text + length + 1;
    const size_t count = strlen(digits);
    if (count == 0 || count > 3 || strspn(digits, "0123456789") != count)
        return false;
    ret_network->prefix = (unsigned)strtoul(digits, NULL, 10);
    return ret_network->prefix <= bits;
}

/* Whether the text could be a domain in A-labels: letters, digits, hyphen, underscore and dots, and
 * its last label is not all digits (that would be a broken address). */
static bool is_domain(const char *text)
{
    const size_t length = strlen(text);
    if (length == 0 || length > HOST_LENGTH_MAX || text[length - 1] == '.' || strstr(text, ".."))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
            return false;
    const char *last = strrchr(text, '.');
    last = last ? last + 1 : text;
    return strspn(last, "0123456789") != strlen(last);
}

static void add_domain(struct mst_exclusion *exclusion, const char *text)
{
    char *domain = mst_strdup(text);
    for (char *at = domain; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    exclusion->domains =
        mst_realloc(exclusion->domains, exclusion->domain_count + 1, sizeof *exclusion->domains);
    size_t at = exclusion->domain_count++;
    for (; at > 0 && strcmp(exclusion->domains[at - 1], domain) > 0; at--)
        exclusion->domains[at] = exclusion->domains[at - 1];
    exclusion->domains[at] = domain;
}

bool mst_exclusion_add(struct mst_exclusion *exclusion, const char *text)
{
    struct mst_exclusion_network network;
    if (parse_network(text, &network)) {
        exclusion->networks = mst_realloc(exclusion->networks, exclusion->network_count + 1,
                                          sizeof *exclusion->networks);
        exclusion->networks[exclusion->network_count++] = network;
        return true;
    }
    if (strncmp(text, "*.", 2) == 0)
        text += 2;
    else if (text[0] == '.')
        text++;
    if (!is_domain(text))
        return false;
    add_domain(exclusion, text);
    return true;
}

static int compare_domain(const void *key, const void *item)
{
    return strcmp(key, *(char *const *)item);
}

bool mst_exclusion_has_host(const struct mst_exclusion *exclusion, const char *host)
{
    if (exclusion->domain_count == 0)
        return false;
    for (const char *suffix = host; suffix; suffix = strchr(suffix, '.')) {
        if (*suffix == '.')
            suffix++;
        if (bsearch(suffix, exclusion->domains, exclusion->domain_count, sizeof *exclusion->domains,
                    compare_domain))
            return true;
    }
    return false;
}

bool mst_exclusion_has_address(const struct mst_exclusion *exclusion,
                               const struct mst_address *address)
{
    for (size_t i = 0; i < exclusion->network_count; i++)
        if (mst_address_in(address, &exclusion->networks[i].network, exclusion->networks[i].prefix))
            return true;
    return false;
}

void mst_exclusion_release(struct mst_exclusion *exclusion)
{
    for (size_t i = 0; i < exclusion->domain_count; i++)
        free(exclusion->domains[i]);
    free(exclusion->domains);
    free(exclusion->networks);
    *exclusion = (struct mst_exclusion){0};
}
