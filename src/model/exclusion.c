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
    if (length == 0 || length > HOST_LENGTH_MAX || text[0] == '.' || text[length - 1] == '.' ||
        strstr(text, ".."))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
            return false;
    const char *last = strrchr(text, '.');
    last = last ? last + 1 : text;
    return strspn(last, "0123456789") != strlen(last);
}

/* Where `domain` stands among the sorted ones, or has to be put. */
static size_t domain_position(const struct mst_exclusion *exclusion, const char *domain)
{
    size_t low = 0;
    size_t high = exclusion->domain_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(exclusion->domains[middle], domain) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_domain(const struct mst_exclusion *exclusion, const char *domain)
{
    const size_t at = domain_position(exclusion, domain);
    return at < exclusion->domain_count && strcmp(exclusion->domains[at], domain) == 0;
}

/* Takes the text over. */
static void add_domain(struct mst_exclusion *exclusion, char *domain)
{
    for (char *at = domain; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    if (has_domain(exclusion, domain)) {
        free(domain);
        return;
    }
    const size_t at = domain_position(exclusion, domain);
    exclusion->domains =
        mst_realloc(exclusion->domains, exclusion->domain_count + 1, sizeof *exclusion->domains);
    memmove(exclusion->domains + at + 1, exclusion->domains + at,
            (exclusion->domain_count - at) * sizeof *exclusion->domains);
    exclusion->domains[at] = domain;
    exclusion->domain_count++;
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
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '.')
        length--;
    char *domain = mst_strndup(text, length);
    if (!is_domain(domain)) {
        free(domain);
        return false;
    }
    add_domain(exclusion, domain);
    return true;
}

bool mst_exclusion_has_host(const struct mst_exclusion *exclusion, const char *host)
{
    for (const char *suffix = host; suffix; suffix = strchr(suffix, '.')) {
        if (*suffix == '.')
            suffix++;
        if (has_domain(exclusion, suffix))
            return true;
    }
    return false;
}

static bool has_network_of(const struct mst_exclusion *exclusion, const struct mst_address *address)
{
    for (size_t i = 0; i < exclusion->network_count; i++)
        if (mst_address_in(address, &exclusion->networks[i].network, exclusion->networks[i].prefix))
            return true;
    return false;
}

bool mst_exclusion_has_address(const struct mst_exclusion *exclusion,
                               const struct mst_address *address)
{
    struct mst_address inner;
    return has_network_of(exclusion, address) ||
           (mst_address_embedded_ipv4(address, &inner) && has_network_of(exclusion, &inner));
}

void mst_exclusion_release(struct mst_exclusion *exclusion)
{
    for (size_t i = 0; i < exclusion->domain_count; i++)
        free(exclusion->domains[i]);
    free(exclusion->domains);
    free(exclusion->networks);
    *exclusion = (struct mst_exclusion){0};
}
