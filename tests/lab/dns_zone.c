#include "dns_zone.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/attributes.h"
#include "load.h"
#include "scene.h"

static const char lab_zone[] = "lab.test", load_zone[] = "load.test";

/* The length of what stands before ".zone" in `name`; SIZE_MAX when it is not in the zone. */
static size_t labels_before(const char *name, const char *zone)
{
    size_t length = strlen(name), zone_length = strlen(zone);
    if (length < zone_length || strcmp(name + length - zone_length, zone) != 0)
        return SIZE_MAX;
    if (length == zone_length)
        return 0;
    return name[length - zone_length - 1] == '.' ? length - zone_length - 1 : SIZE_MAX;
}

static void answer_negative(struct lab_dns_reply *reply, enum lab_rcode rcode, const char *zone)
{
    lab_dns_reply_set_rcode(reply, rcode);
    lab_dns_reply_add_soa(reply, zone);
}

static void add_ipv4(struct lab_dns_reply *reply, const char *owner, const char *text)
{
    uint8_t address[4];
    if (inet_pton(AF_INET, text, address) == 1)
        lab_dns_reply_add_address(reply, owner, address, sizeof address);
}

static void add_ipv6(struct lab_dns_reply *reply, const char *owner, const char *prefix,
                     const char *rest)
{
    char text[2 * LAB_ADDRESS_SIZE];
    uint8_t address[16];
    (void)snprintf(text, sizeof text, "%s%s", prefix, rest);
    if (inet_pton(AF_INET6, text, address) == 1)
        lab_dns_reply_add_address(reply, owner, address, sizeof address);
}

/* The scene's address for questions of its family; "no data" for the others. `owner` as for
 * records. */
static void answer_addresses(struct lab_dns_reply *reply, const struct lab_dns_question *question,
                             size_t index, const char *owner)
{
    const struct lab_scene *scene = lab_scene_at(index);
    char address[LAB_ADDRESS_SIZE], dead[LAB_ADDRESS_SIZE];
    lab_scene_address(index, address);
    lab_scene_dead_address(index, dead);
    bool a = question->type == LAB_DNS_TYPE_A, aaaa = question->type == LAB_DNS_TYPE_AAAA;
    if (a && scene->dns == LAB_DNS_DEAD_FIRST)
        add_ipv4(reply, owner, dead);
    if (a && scene->dns != LAB_DNS_AAAA) {
        add_ipv4(reply, owner, address);
    } else if (aaaa && scene->dns == LAB_DNS_AAAA) {
        add_ipv6(reply, owner, "::", "1");
    } else if (aaaa && scene->dns == LAB_DNS_BOTH) {
        add_ipv6(reply, owner, "::ffff:", address);
    } else if (aaaa && scene->dns == LAB_DNS_DEAD_IPV6) {
        add_ipv6(reply, owner, "::ffff:", dead);
    } else {
        answer_negative(reply, LAB_RCODE_OK, lab_zone);
    }
}

static void answer_cnames(struct lab_dns_reply *reply, const struct lab_dns_question *question,
                          size_t index)
{
    static const char first[] = "First.Alias.lab.test", second[] = "second.alias.lab.test";
    lab_dns_reply_add_cname(reply, NULL, first);
    lab_dns_reply_add_cname(reply, first, second);
    answer_addresses(reply, question, index, second);
}

static void answer_scene(struct lab_dns_reply *reply, const struct lab_dns_question *question,
                         size_t index, bool over_tcp)
{
    switch (lab_scene_at(index)->dns) {
    case LAB_DNS_NXDOMAIN:
        answer_negative(reply, LAB_RCODE_NXDOMAIN, lab_zone);
        return;
    case LAB_DNS_NODATA:
        answer_negative(reply, LAB_RCODE_OK, lab_zone);
        return;
    case LAB_DNS_SERVFAIL:
        lab_dns_reply_set_rcode(reply, LAB_RCODE_SERVFAIL);
        return;
    case LAB_DNS_REFUSED:
        lab_dns_reply_set_rcode(reply, LAB_RCODE_REFUSED);
        return;
    case LAB_DNS_SILENCE:
        reply->silent = true;
        return;
    case LAB_DNS_CNAME:
        answer_cnames(reply, question, index);
        return;
    case LAB_DNS_CNAME_NOWHERE:
        lab_dns_reply_add_cname(reply, NULL, "nowhere.lab.test");
        return;
    case LAB_DNS_TRUNCATED:
        if (!over_tcp) {
            lab_dns_reply_set_truncated(reply);
            return;
        }
        MST_FALLTHROUGH;
    default:
        answer_addresses(reply, question, index, NULL);
    }
}

static void answer_load(struct lab_dns_reply *reply, const struct lab_dns_question *question,
                        size_t label_length)
{
    uint32_t number = 0;
    if (!lab_load_number(question->name, label_length, &number)) {
        answer_negative(reply, label_length ? LAB_RCODE_NXDOMAIN : LAB_RCODE_OK, load_zone);
    } else if (question->type != LAB_DNS_TYPE_A) {
        answer_negative(reply, LAB_RCODE_OK, load_zone);
    } else {
        uint8_t address[4];
        lab_load_address(number, address);
        lab_dns_reply_add_address(reply, NULL, address, sizeof address);
    }
}

void lab_dns_zone_answer(const struct lab_dns_question *question, bool over_tcp,
                         struct lab_dns_reply *reply)
{
    lab_dns_reply_begin(reply, question);
    size_t label_length = labels_before(question->name, load_zone);
    if (label_length != SIZE_MAX) {
        answer_load(reply, question, label_length);
        return;
    }
    label_length = labels_before(question->name, lab_zone);
    size_t index = 0;
    if (label_length == SIZE_MAX)
        lab_dns_reply_set_rcode(reply, LAB_RCODE_REFUSED);
    else if (label_length == 0)
        answer_negative(reply, LAB_RCODE_OK, lab_zone);
    else if (lab_scene_find(question->name, label_length, &index))
        answer_scene(reply, question, index, over_tcp);
    else
        answer_negative(reply, LAB_RCODE_NXDOMAIN, lab_zone);
}
