/* The plan: what was seen so far in, the next connection or the end out. A test is a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "scan/plan.h"

/* Statuses and addresses as text: "ok 192.0.2.1 192.0.2.2", "nxdomain", "" not asked. */
static struct mst_dns_answer answer_of(const char *text)
{
    struct mst_dns_answer answer = {.status = MST_DNS_STATUS_NOT_ASKED};
    char copy[256];
    (void)snprintf(copy, sizeof copy, "%s", text);
    char *rest = copy;
    const char *word = strsep(&rest, " ");
    size_t member = 0;
    if (word && *word) {
        assert_true(mst_vocabulary_find("dns_status", word, &member));
        answer.status = (enum mst_dns_status)member;
    }
    while ((word = strsep(&rest, " ")))
        assert_true(mst_address_parse(word, &answer.addresses[answer.count++]));
    return answer;
}

#define NOTHING MST_STAGE_NONE, MST_FAILURE_CODE_NONE

static const struct {
    const char *about;
    const char *host, *address; /* of the target; address "": to be resolved */
    const char *a, *aaaa;
    unsigned tried;             /* connections so far */
    enum mst_stage tried_stage; /* where the last of them failed */
    bool allow_private;
    const char *excluded; /* one entry, or NULL */
    enum mst_plan_step step;
    const char *endpoint; /* expected, of CONNECT */
    enum mst_stage stage;
    enum mst_failure_code code;
} rows[] = {
    {"a name is resolved first", "a.test", "", "", "", 0, 0, false, NULL, MST_PLAN_RESOLVE, NULL,
     NOTHING},
    {"an excluded domain is not even resolved", "www.a.test", "", "", "", 0, 0, false, "a.test",
     MST_PLAN_END, NULL, MST_STAGE_CONNECT, MST_FAILURE_CODE_EXCLUDED},
    {"IPv4 comes first", "a.test", "", "ok 1.1.1.1", "ok 2606::1", 0, 0, false, NULL,
     MST_PLAN_CONNECT, "1.1.1.1", NOTHING},
    {"then IPv6", "a.test", "", "ok 1.1.1.1 1.1.1.2", "ok 2606::1", 1, MST_STAGE_CONNECT, false,
     NULL, MST_PLAN_CONNECT, "2606::1", NOTHING},
    {"then IPv4 again", "a.test", "", "ok 1.1.1.1 1.1.1.2", "ok 2606::1", 2, MST_STAGE_CONNECT,
     false, NULL, MST_PLAN_CONNECT, "1.1.1.2", NOTHING},
    {"until none is left", "a.test", "", "ok 1.1.1.1 1.1.1.2", "ok 2606::1", 3, MST_STAGE_CONNECT,
     false, NULL, MST_PLAN_END, NULL, NOTHING},
    {"or four were tried", "a.test", "", "ok 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5", "nodata", 4,
     MST_STAGE_CONNECT, false, NULL, MST_PLAN_END, NULL, NOTHING},
    {"a completed handshake ends it", "a.test", "", "ok 1.1.1.1 1.1.1.2", "nodata", 1,
     MST_STAGE_NONE, false, NULL, MST_PLAN_END, NULL, NOTHING},
    {"a failed handshake ends it", "a.test", "", "ok 1.1.1.1 1.1.1.2", "nodata", 1,
     MST_STAGE_HANDSHAKE, false, NULL, MST_PLAN_END, NULL, NOTHING},
    {"IPv6 alone will do", "a.test", "", "nodata", "ok 2606::1", 0, 0, false, NULL,
     MST_PLAN_CONNECT, "2606::1", NOTHING},
    {"private addresses are passed over", "a.test", "", "ok 10.0.0.1 1.1.1.1", "nodata", 0, 0,
     false, NULL, MST_PLAN_CONNECT, "1.1.1.1", NOTHING},
    {"only private ones", "a.test", "", "ok 127.0.0.1", "ok ::1", 0, 0, false, NULL, MST_PLAN_END,
     NULL, MST_STAGE_CONNECT, MST_FAILURE_CODE_PRIVATE_ADDRESS},
    {"mapped private address", "a.test", "", "nodata", "ok ::ffff:10.0.0.1", 0, 0, false, NULL,
     MST_PLAN_END, NULL, MST_STAGE_CONNECT, MST_FAILURE_CODE_PRIVATE_ADDRESS},
    {"private ones allowed", "a.test", "", "ok 127.0.0.1", "nodata", 0, 0, true, NULL,
     MST_PLAN_CONNECT, "127.0.0.1", NOTHING},
    {"excluded network", "a.test", "", "ok 1.1.1.1 1.1.2.1", "nodata", 0, 0, false, "1.1.1.0/24",
     MST_PLAN_CONNECT, "1.1.2.1", NOTHING},
    {"only excluded addresses", "a.test", "", "ok 1.1.1.1", "nodata", 0, 0, true, "1.1.1.0/24",
     MST_PLAN_END, NULL, MST_STAGE_CONNECT, MST_FAILURE_CODE_EXCLUDED},
    {"no such name", "a.test", "", "nxdomain", "nxdomain", 0, 0, false, NULL, MST_PLAN_END, NULL,
     MST_STAGE_DNS, MST_FAILURE_CODE_NXDOMAIN},
    {"SERVFAIL beside no data says more", "a.test", "", "servfail", "nodata", 0, 0, false, NULL,
     MST_PLAN_END, NULL, MST_STAGE_DNS, MST_FAILURE_CODE_SERVFAIL},
    {"time-out beside no data says more", "a.test", "", "nodata", "timeout", 0, 0, false, NULL,
     MST_PLAN_END, NULL, MST_STAGE_DNS, MST_FAILURE_CODE_TIMEOUT},
    {"only IPv4 was asked for", "a.test", "", "nodata", "", 0, 0, false, NULL, MST_PLAN_END, NULL,
     MST_STAGE_DNS, MST_FAILURE_CODE_NODATA},
    {"an address that the user wrote", "1.1.1.1", "1.1.1.1", "", "", 0, 0, false, NULL,
     MST_PLAN_CONNECT, "1.1.1.1", NOTHING},
    {"is contacted even when private", "a.test", "127.0.0.1", "", "", 0, 0, false, NULL,
     MST_PLAN_CONNECT, "127.0.0.1", NOTHING},
    {"but not when excluded", "a.test", "127.0.0.1", "", "", 0, 0, true, "127.0.0.0/8",
     MST_PLAN_END, NULL, MST_STAGE_CONNECT, MST_FAILURE_CODE_EXCLUDED},
    {"and once only", "1.1.1.1", "1.1.1.1", "", "", 1, MST_STAGE_CONNECT, false, NULL, MST_PLAN_END,
     NULL, NOTHING},
};

static void test_plan(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_target target = {.port = 443};
        (void)snprintf(target.host, sizeof target.host, "%s", rows[i].host);
        if (*rows[i].address)
            assert_true(mst_address_parse(rows[i].address, &target.address));
        struct mst_exclusion exclusion = {0};
        if (rows[i].excluded)
            assert_true(mst_exclusion_add(&exclusion, rows[i].excluded));
        struct mst_evidence evidence = {
            .target = &target,
            .dns = {.a = answer_of(rows[i].a), .aaaa = answer_of(rows[i].aaaa)},
            .connection_count = rows[i].tried};
        if (rows[i].tried > 0)
            evidence.connections[rows[i].tried - 1].failure.stage = rows[i].tried_stage;
        const struct mst_plan_rules rules = {rows[i].allow_private, &exclusion};
        struct mst_endpoint endpoint = {0};
        struct mst_failure failure;
        const enum mst_plan_step step = mst_plan_next(&evidence, &rules, &endpoint, &failure);
        char text[MST_ADDRESS_TEXT_SIZE] = "";
        mst_address_format(&endpoint.address, text);
        if (step != rows[i].step || failure.stage != rows[i].stage ||
            failure.code != rows[i].code ||
            strcmp(text, rows[i].endpoint ? rows[i].endpoint : "") != 0)
            fail_msg("%s: step %d, %s, stage %d, code %d", rows[i].about, step, text, failure.stage,
                     failure.code);
        if (step == MST_PLAN_CONNECT)
            assert_int_equal(endpoint.port, 443);
        mst_exclusion_release(&exclusion);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
