/* c-ares marks the wire-format functions as deprecated since 1.28 and has no other ones before:
 * each version gets what is good there. */
#include "net/resolver_query.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <string.h>

#define HAS_DNS_RECORD (ARES_VERSION >= 0x011c00)

static enum mst_dns_status status_from_ares(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return MST_DNS_STATUS_OK;
    case ARES_ENODATA:
        return MST_DNS_STATUS_NODATA;
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
        return MST_DNS_STATUS_NXDOMAIN;
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
    case ARES_ENOMEM:
        return MST_DNS_STATUS_SERVFAIL;
    case ARES_EREFUSED:
        return MST_DNS_STATUS_REFUSED;
    case ARES_ETIMEOUT:
        return MST_DNS_STATUS_TIMEOUT;
    case ARES_ECONNREFUSED:
    case ARES_EOF:
#if HAS_DNS_RECORD
    case ARES_ENOSERVER:
#endif
        return MST_DNS_STATUS_RESOLVER_UNREACHABLE;
    default:
        return MST_DNS_STATUS_BAD_ANSWER;
    }
}

static void keep_address(struct mst_dns_answer *answer, enum mst_family family, const void *bytes)
{
    if (answer->count >= MST_ADDRESSES_MAX)
        return;
    struct mst_address *address = &answer->addresses[answer->count++];
    *address = (struct mst_address){.family = family};
    memcpy(address->bytes, bytes, family == MST_FAMILY_IPV4 ? NS_INADDRSZ : NS_IN6ADDRSZ);
}

static void end(struct mst_resolver_query *query, enum mst_dns_status status)
{
    if (status == MST_DNS_STATUS_OK && query->answer.count == 0)
        status = MST_DNS_STATUS_NODATA;
    query->answer.status = status;
    query->ended(query);
}

#if HAS_DNS_RECORD

static void read_record(struct mst_dns_answer *answer, const ares_dns_rr_t *record,
                        enum mst_family family)
{
    const ares_dns_rec_type_t type = ares_dns_rr_get_type(record);
    const void *bytes = NULL;
    if (ares_dns_rr_get_class(record) != ARES_CLASS_IN)
        return;
    if (family == MST_FAMILY_IPV4 && type == ARES_REC_TYPE_A)
        bytes = ares_dns_rr_get_addr(record, ARES_RR_A_ADDR);
    else if (family == MST_FAMILY_IPV6 && type == ARES_REC_TYPE_AAAA)
        bytes = ares_dns_rr_get_addr6(record, ARES_RR_AAAA_ADDR);
    if (bytes)
        keep_address(answer, family, bytes);
}

static void on_answer(void *context, ares_status_t ares_status, size_t timeouts,
                      const ares_dns_record_t *reply)
{
    struct mst_resolver_query *query = context;
    (void)timeouts;
    enum mst_dns_status status = status_from_ares((int)ares_status);
    if (status == MST_DNS_STATUS_OK && ares_dns_record_get_rcode(reply) != ARES_RCODE_NOERROR)
        status = MST_DNS_STATUS_SERVFAIL;
    if (status == MST_DNS_STATUS_OK) {
        const size_t count = ares_dns_record_rr_cnt(reply, ARES_SECTION_ANSWER);
        for (size_t i = 0; i < count; i++)
            read_record(&query->answer, ares_dns_record_rr_get_const(reply, ARES_SECTION_ANSWER, i),
                        query->family);
    }
    end(query, status);
}

void mst_resolver_query_start(struct mst_resolver_query *query, struct ares_channeldata *ares,
                              const char *name)
{
    const ares_dns_rec_type_t type =
        query->family == MST_FAMILY_IPV4 ? ARES_REC_TYPE_A : ARES_REC_TYPE_AAAA;
    (void)ares_query_dnsrec(ares, name, ARES_CLASS_IN, type, on_answer, query, NULL);
}

#else

static int read_ipv4(struct mst_dns_answer *answer, const unsigned char *reply, int length)
{
    struct ares_addrttl found[MST_ADDRESSES_MAX];
    int count = MST_ADDRESSES_MAX;
    const int status = ares_parse_a_reply(reply, length, NULL, found, &count);
    for (int i = 0; status == ARES_SUCCESS && i < count; i++)
        keep_address(answer, MST_FAMILY_IPV4, &found[i].ipaddr);
    return status;
}

static int read_ipv6(struct mst_dns_answer *answer, const unsigned char *reply, int length)
{
    struct ares_addr6ttl found[MST_ADDRESSES_MAX];
    int count = MST_ADDRESSES_MAX;
    const int status = ares_parse_aaaa_reply(reply, length, NULL, found, &count);
    for (int i = 0; status == ARES_SUCCESS && i < count; i++)
        keep_address(answer, MST_FAMILY_IPV6, &found[i].ip6addr);
    return status;
}

static void on_answer(void *context, int ares_status, int timeouts, unsigned char *reply,
                      int length)
{
    enum { RCODE_AT = 3, RCODE_MASK = 0x0f };
    struct mst_resolver_query *query = context;
    (void)timeouts;
    enum mst_dns_status status = status_from_ares(ares_status);
    if (status == MST_DNS_STATUS_OK && (length <= RCODE_AT || (reply[RCODE_AT] & RCODE_MASK) != 0))
        status = MST_DNS_STATUS_SERVFAIL;
    if (status == MST_DNS_STATUS_OK)
        status = status_from_ares(query->family == MST_FAMILY_IPV4
                                      ? read_ipv4(&query->answer, reply, length)
                                      : read_ipv6(&query->answer, reply, length));
    end(query, status);
}

void mst_resolver_query_start(struct mst_resolver_query *query, struct ares_channeldata *ares,
                              const char *name)
{
    const int type = query->family == MST_FAMILY_IPV4 ? ns_t_a : ns_t_aaaa;
    ares_query(ares, name, ns_c_in, type, on_answer, query);
}

#endif
