#include "output/summary.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attributes.h"
#include "base/mem.h"
#include "output/tally.h"
#include "unit/json_path.h"
#include "unit/sample_finding.h"

static const char *const option_names[] = {"concurrency", "resolver", "resolver"};
static const char *const option_values[] = {"100", "192.0.2.53", "192.0.2.54"};
static const char *const version_names[] = {"muststaple"};
static const char *const version_values[] = {"0.1.0"};

static const struct mst_summary_run run = {
    .started_ms = (int64_t)SAMPLE_NOW_S * 1000,
    .ended_ms = (int64_t)SAMPLE_NOW_S * 1000 + 2500,
    .elapsed_ms = 2500,
    .option_count = 3,
    .option_names = option_names,
    .option_values = option_values,
    .version_count = 1,
    .version_names = version_names,
    .version_values = version_values,
};

/* Two examined and one that was not resolved. */
static struct mst_sink *filled_tally(void)
{
    struct mst_sink *tally = mst_tally_new();
    struct sample sample;
    sample_examined(&sample);
    tally->ops->accept(tally, &sample.finding);
    struct mst_connection_finding *connection = &sample.finding.connections[0];
    connection->judgement.verdict = MST_VERDICT_MUST_STAPLE_BROKEN;
    connection->judgement.reasons = MST_WORD_BIT(MST_REASON_STAPLE_EXPIRED);
    connection->judgement.clients.rfc.accepts = false;
    connection->staple_judgement.state = MST_STAPLE_STATE_EXPIRED;
    connection->staple_judgement.remaining_s = -5;
    free(connection->certificate.issuer);
    connection->certificate.issuer = mst_strdup("CN=\x1b[2J\xc3\xbc");
    tally->ops->accept(tally, &sample.finding);
    sample_release(&sample);
    sample_unresolved(&sample);
    tally->ops->accept(tally, &sample.finding);
    sample_release(&sample);
    return tally;
}

/* A directory of our own, gone again at the end. */
struct scratch {
    char directory[64], path[96];
};

static struct scratch new_scratch(void)
{
    struct scratch scratch = {.directory = "/tmp/mst-summary-XXXXXX"};
    assert_non_null(mkdtemp(scratch.directory));
    (void)snprintf(scratch.path, sizeof scratch.path, "%s/summary.json", scratch.directory);
    return scratch;
}

static int count_entries(const char *path)
{
    DIR *directory = opendir(path);
    assert_non_null(directory);
    int count = 0;
    for (const struct dirent *entry = NULL; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    (void)closedir(directory);
    return count;
}

static void remove_scratch(const struct scratch *scratch)
{
    (void)unlink(scratch->path);
    assert_int_equal(rmdir(scratch->directory), 0);
}

static void write_to(const char *path)
{
    struct mst_sink *tally = filled_tally();
    struct mst_error error = {0};
    if (mst_summary_write(tally, &run, path, &error) != MST_OK)
        fail_msg("%s", error.text);
    tally->ops->free(tally);
}

static void expect_at(const json_t *summary, const char *path, const char *expected)
{
    char *text = json_path_text(summary, path);
    if (strcmp(text, expected) != 0)
        fail_msg("%s is %s, not %s", path, text, expected);
    free(text);
}

static const struct {
    const char *path, *value;
} fields[] = {
    {"v", "1"},
    {"type", "\"summary\""},
    {"started", "\"2023-11-14T22:13:20.000Z\""},
    {"ended", "\"2023-11-14T22:13:22.500Z\""},
    {"elapsed_ms", "2500"},
    {"interrupted", "false"},
    {"options", "{\"concurrency\":\"100\",\"resolver\":\"192.0.2.53,192.0.2.54\"}"},
    {"versions", "{\"muststaple\":\"0.1.0\"}"},
    {"records", "3"},
    {"outcomes.examined", "2"},
    {"outcomes.unresolved", "1"},
    {"outcomes.interrupted", "0"},
    {"failures.dns", "{\"nxdomain\":1}"},
    {"failures.connect", "{}"},
    {"verdicts.must_staple_ok", "1"},
    {"verdicts.must_staple_broken", "1"},
    {"verdicts.stapled", "0"},
    {"staple_states.good", "1"},
    {"staple_states.expired", "1"},
    {"reasons.staple_expired", "1"},
    {"reasons.name_mismatch", "0"},
    {"warnings.feature_not_inherited", "2"},
    {"clients.rfc", "{\"accepts\":1,\"refuses\":1,\"depends_on_fetch\":0}"},
    {"clients.firefox", "{\"accepts\":0,\"refuses\":2,\"depends_on_fetch\":2}"},
    {"funnel.lines", "{\"count\":3,\"of\":3}"},
    {"funnel.resolved", "{\"count\":2,\"of\":3}"},
    {"funnel.must_staple", "{\"count\":2,\"of\":2}"},
    {"funnel.must_staple_good", "{\"count\":1,\"of\":2}"},
    {"staple_remaining.expired", "1"},
    {"staple_remaining.under_7d", "1"},
    {"issuers.0.issuer", "\"CN=\\u001B[2J\xc3\xbc\""},
    {"issuers.1.issuer", "\"CN=Test CA,O=Test\""},
    {"issuers.1.verdicts.must_staple_ok", "1"},
    {"issuers.2", "(none)"},
    {"ranks.0.bucket", "\"1k\""},
    {"ranks.0.funnel.lines", "{\"count\":2,\"of\":2}"},
    {"ranks.4.bucket", "\"beyond\""},
    {"ranks.5", "(none)"},
};

static void test_json(void **state)
{
    (void)state;
    const struct scratch scratch = new_scratch();
    write_to(scratch.path);
    json_error_t error;
    json_t *summary = json_load_file(scratch.path, JSON_REJECT_DUPLICATES, &error);
    if (!summary)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < MST_COUNT_OF(fields); i++)
        expect_at(summary, fields[i].path, fields[i].value);
    json_decref(summary);
    assert_int_equal(count_entries(scratch.directory), 1);
    remove_scratch(&scratch);
}

static void test_replaces_and_keeps_permissions(void **state)
{
    (void)state;
    const struct scratch scratch = new_scratch();
    const int fd = open(scratch.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    assert_int_equal(write(fd, "old", 3), 3);
    assert_int_equal(fchmod(fd, 0640), 0);
    (void)close(fd);
    write_to(scratch.path);
    struct stat status;
    assert_int_equal(stat(scratch.path, &status), 0);
    assert_true(status.st_size > 1000);
    assert_int_equal(status.st_mode & 0777, 0640);
    remove_scratch(&scratch);
}

static void test_follows_a_link(void **state)
{
    (void)state;
    const struct scratch scratch = new_scratch();
    char link[128];
    (void)snprintf(link, sizeof link, "%s/link", scratch.directory);
    const int fd = open(scratch.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    (void)close(fd);
    assert_int_equal(symlink(scratch.path, link), 0);
    write_to(link);
    struct stat status;
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(scratch.path, &status), 0);
    assert_true(status.st_size > 1000);
    assert_int_equal(unlink(link), 0);
    remove_scratch(&scratch);
}

/* Standard output may be a file, and must be appended to rather than replaced. */
static void test_standard_output(void **state)
{
    (void)state;
    static const char *const names[] = {"-", "/dev/stdout"};
    for (size_t i = 0; i < MST_COUNT_OF(names); i++) {
        const struct scratch scratch = new_scratch();
        const int fd = open(scratch.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        (void)fflush(stdout);
        const int kept = dup(STDOUT_FILENO);
        assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
        assert_int_equal(write(STDOUT_FILENO, "before\n", 7), 7);
        struct mst_sink *tally = filled_tally();
        const enum mst_status status = mst_summary_write(tally, &run, names[i], NULL);
        tally->ops->free(tally);
        assert_int_equal(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
        (void)close(kept);
        assert_int_equal(status, MST_OK);
        char text[16] = "";
        assert_int_equal(pread(fd, text, 9, 0), 9);
        assert_string_equal(text, "before\n{\n");
        (void)close(fd);
        assert_int_equal(count_entries(scratch.directory), 1);
        remove_scratch(&scratch);
    }
}

static void test_what_cannot_be_written(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"/dev/full", "cannot write the summary to '/dev/full': No space left on device"},
        {"/nonexistent/x",
         "cannot write the summary to '/nonexistent/x': No such file or directory"},
        {"/tmp", "cannot write the summary to '/tmp': Is a directory"},
    };
    struct mst_sink *tally = filled_tally();
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_error error = {0};
        assert_int_equal(mst_summary_write(tally, &run, rows[i].path, &error), MST_ERROR_OUTPUT);
        assert_string_equal(error.text, rows[i].text);
    }
    assert_int_equal(mst_summary_write(tally, &run, "/dev/null", NULL), MST_OK);
    tally->ops->free(tally);
}

static void test_check_before_the_scan(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text; /* NULL: can be written */
    } rows[] = {
        {"-", NULL},
        {"/dev/stdout", NULL},
        {"/dev/null", NULL},
        {"/nonexistent/x",
         "cannot write the summary to '/nonexistent/x': No such file or directory"},
        {"/dev/null/x", "cannot write the summary to '/dev/null/x': Not a directory"},
        {"/tmp", "cannot write the summary to '/tmp': Is a directory"},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_error error = {0};
        assert_int_equal(mst_summary_check(rows[i].path, &error),
                         rows[i].text ? MST_ERROR_USAGE : MST_OK);
        assert_string_equal(error.text, rows[i].text ? rows[i].text : "");
    }
    const struct scratch scratch = new_scratch();
    assert_int_equal(mst_summary_check(scratch.path, NULL), MST_OK);
    assert_int_equal(count_entries(scratch.directory), 0);
    write_to(scratch.path);
    assert_int_equal(mst_summary_check(scratch.path, NULL), MST_OK);
    remove_scratch(&scratch);
}

static void expect_plain(const char *text)
{
    size_t column = 0;
    for (const char *at = text; *at; at++) {
        assert_true(*at == '\n' || (*at >= ' ' && *at < 0x7f));
        column = *at == '\n' ? 0 : column + 1;
        assert_true(column <= 80);
    }
}

static void test_text(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "3 targets in 2.5 s (1.2/s), 2 examined\n",
        "must_staple_ok ",
        "must_staple_broken ",
        "staple_expired ",
        "dns nxdomain ",
        "unresolved ",
        "50.0 %",
        "CN=?[2J??",
        "Refused by",
        "firefox ",
    };
    static const char *const unwanted[] = {"stapled_bad", "interrupted", "must_staple_revoked",
                                           "Incomplete", "10k"};
    struct mst_sink *tally = filled_tally();
    char *text = mst_summary_text(tally, &run);
    expect_plain(text);
    for (size_t i = 0; i < MST_COUNT_OF(wanted); i++)
        if (!strstr(text, wanted[i]))
            fail_msg("'%s' is not in:\n%s", wanted[i], text);
    for (size_t i = 0; i < MST_COUNT_OF(unwanted); i++)
        if (strstr(text, unwanted[i]))
            fail_msg("'%s' is in:\n%s", unwanted[i], text);
    free(text);
    tally->ops->free(tally);
}

struct elapsed {
    int64_t elapsed_ms;
    bool interrupted;
    const char *text;
};

static const struct elapsed elapsed_rows[] = {
    {0, false, "0 targets in 0.0 s, 0 examined\n"},
    {59949, false, "0 targets in 59.9 s (0.0/s), 0 examined\n"},
    {61000, true, "Incomplete: 0 targets in 1 min 01 s (0.0/s), 0 examined\n"},
    {3600000 + 5 * 60000, false, "0 targets in 1 h 05 min (0.0/s), 0 examined\n"},
};

static void test_text_of_nothing(void **state)
{
    (void)state;
    struct mst_sink *tally = mst_tally_new();
    for (size_t i = 0; i < MST_COUNT_OF(elapsed_rows); i++) {
        const struct mst_summary_run this_run = {.elapsed_ms = elapsed_rows[i].elapsed_ms,
                                                 .interrupted = elapsed_rows[i].interrupted};
        char *text = mst_summary_text(tally, &this_run);
        assert_string_equal(text, elapsed_rows[i].text);
        free(text);
    }
    tally->ops->free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_replaces_and_keeps_permissions),
        cmocka_unit_test(test_follows_a_link),
        cmocka_unit_test(test_standard_output),
        cmocka_unit_test(test_what_cannot_be_written),
        cmocka_unit_test(test_check_before_the_scan),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
