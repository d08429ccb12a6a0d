/* The token bucket: how many may begin, and when to ask again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "scan/pacer.h"

/* Asks every millisecond for a while and counts what is granted. */
static const struct {
    const char *name;
    double per_second;
    int64_t duration_ms;
    unsigned least, most;
} rates[] = {
    {"no limit grants every time", 0, 100, 101, 101},
    {"ten a second", 10, 1000, 10, 12},
    {"a thousand a second", 1000, 1000, 1000, 1002},
    {"one in two seconds", 0.5, 10000, 5, 6},
    {"more than one a millisecond is asked for in bursts only", 100000, 100, 101, 101},
};

static void test_rates(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rates); i++) {
        struct mst_pacer pacer;
        mst_pacer_init(&pacer, rates[i].per_second, 0);
        unsigned granted = 0;
        for (int64_t now_ms = 0; now_ms <= rates[i].duration_ms; now_ms++)
            granted += mst_pacer_take(&pacer, now_ms) == 0;
        if (granted < rates[i].least || granted > rates[i].most)
            fail_msg("%s: %u granted", rates[i].name, granted);
    }
}

/* The wait that is told is enough, and not much more than enough. */
static void test_wait_is_true(void **state)
{
    (void)state;
    static const double per_second[] = {0.3, 1, 7, 50, 333, 999};
    for (size_t i = 0; i < MST_COUNT_OF(per_second); i++) {
        struct mst_pacer pacer;
        mst_pacer_init(&pacer, per_second[i], 0);
        while (mst_pacer_take(&pacer, 0) == 0)
            continue;
        const int64_t wait_ms = mst_pacer_take(&pacer, 0);
        assert_true(wait_ms >= 1);
        assert_true((double)wait_ms <= 1000 / per_second[i] + 2);
        assert_int_equal(mst_pacer_take(&pacer, wait_ms), 0);
    }
}

static void test_idle_time_gathers_a_tenth_of_a_second(void **state)
{
    (void)state;
    struct mst_pacer pacer;
    mst_pacer_init(&pacer, 100, 0);
    unsigned granted = 0;
    while (mst_pacer_take(&pacer, 60000) == 0)
        granted++;
    assert_int_equal(granted, 10);
}

static void test_charge(void **state)
{
    (void)state;
    struct mst_pacer pacer;
    mst_pacer_init(&pacer, 10, 0);
    assert_int_equal(mst_pacer_take(&pacer, 0), 0);
    mst_pacer_charge(&pacer, 3);
    assert_true(mst_pacer_take(&pacer, 399) > 0);
    assert_int_equal(mst_pacer_take(&pacer, 401), 0);
}

/* Loops look at their clocks at different moments: an earlier time neither gives nor takes. */
static void test_times_out_of_order(void **state)
{
    (void)state;
    struct mst_pacer pacer;
    mst_pacer_init(&pacer, 10, 1000);
    assert_int_equal(mst_pacer_take(&pacer, 1000), 0);
    assert_true(mst_pacer_take(&pacer, 500) > 0);
    assert_true(mst_pacer_take(&pacer, 1050) > 0);
    assert_true(mst_pacer_take(&pacer, 900) > 0);
    assert_int_equal(mst_pacer_take(&pacer, 1101), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_wait_is_true),
        cmocka_unit_test(test_idle_time_gathers_a_tenth_of_a_second),
        cmocka_unit_test(test_charge),
        cmocka_unit_test(test_times_out_of_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
