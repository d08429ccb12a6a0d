/* Everything against everything: each form of the TLS Feature extension, with each staple there
 * can be, on each kind of certificate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "judge/verdict.h"
#include "unit/judge_matrix.h"

/* Which rows speak of a kind of certificate. */
static const struct {
    enum row verdict, firefox, gnutls;
} rows_of[KINDS] = {
    [KIND_HTTP] = {ROW_VERDICT_HTTP, ROW_FIREFOX_HTTP, ROW_GNUTLS},
    [KIND_HTTPS] = {ROW_VERDICT_HTTPS, ROW_FIREFOX_NO_HTTP, ROW_GNUTLS},
    [KIND_NO_URL] = {ROW_VERDICT_NO_URL, ROW_FIREFOX_NO_HTTP, ROW_GNUTLS},
    [KIND_SHORT] = {ROW_VERDICT_HTTP, ROW_FIREFOX_SHORT, ROW_GNUTLS},
    [KIND_EXPIRED] = {ROW_VERDICT_HTTP, ROW_FIREFOX_EXPIRED, ROW_GNUTLS_EXPIRED},
};

/* The letter of a row in one column; a row must have one for each. */
static char letter_at(const char *row, size_t column)
{
    char found = '\0';
    size_t count = 0;
    for (const char *at = row; *at; at++) {
        if (*at == ' ')
            continue;
        if (count++ == column)
            found = *at;
    }
    assert_int_equal(count, COLUMNS);
    return found;
}

static const char *word_of(const struct letter *letters, size_t count, char letter)
{
    for (size_t i = 0; i < count; i++)
        if (letters[i].letter == letter)
            return letters[i].word;
    fail_msg("no letter '%c'", letter);
    return NULL;
}

#define WORD_OF(letters, letter) word_of(letters, MST_COUNT_OF(letters), letter)

/* One cell: what is expected where. */
struct cell {
    const struct form_row *form;
    const struct column *column;
    enum kind kind;
    char verdict, rfc, firefox, gnutls;
};

static void complain(const struct cell *cell, const char *what, const char *got,
                     const char *expected)
{
    fail_msg("%s, %s, %s: %s is %s, not %s", cell->form->name, cell->column->name,
             kinds[cell->kind].name, what, got ? got : "yes", expected ? expected : "yes");
}

static void check_client(const struct cell *cell, const char *client,
                         const struct mst_client_outcome *outcome, const char *error, bool fetch)
{
    const bool same =
        error && outcome->error ? strcmp(error, outcome->error) == 0 : error == outcome->error;
    if (!same || outcome->accepts != !error)
        complain(cell, client, outcome->error, error);
    if (outcome->depends_on_fetch != fetch)
        complain(cell, client, fetch ? "certain" : "up to a fetch", fetch ? "that" : "certain");
}

static const char *expected_rfc_error(const struct cell *cell)
{
    if (cell->kind == KIND_EXPIRED)
        return "certificate_expired";
    if (cell->rfc == 'f')
        return cell->form->reason;
    if (cell->rfc == '+')
        return NULL;
    return cell->column->reason ? cell->column->reason : "staple_not_acknowledged";
}

static void check_clients(const struct cell *cell, const struct mst_clients *clients)
{
    const bool fetch = strchr("aost", cell->firefox) != NULL;
    const char letter = (char)(fetch ? cell->firefox - 'a' + 'A' : cell->firefox);
    check_client(cell, "rfc", &clients->rfc, expected_rfc_error(cell), false);
    check_client(cell, "firefox", &clients->firefox, WORD_OF(firefox_letters, letter), fetch);
    check_client(cell, "gnutls", &clients->gnutls, WORD_OF(gnutls_letters, cell->gnutls), false);
}

static mst_word_set reason_bit(const char *name)
{
    size_t reason;
    if (!name)
        return 0;
    assert_true(mst_vocabulary_find("reason", name, &reason));
    return MST_WORD_BIT(reason);
}

static mst_word_set expected_reasons(const struct cell *cell)
{
    mst_word_set reasons = reason_bit(cell->form->reason);
    if (cell->verdict != 'a')
        reasons |= reason_bit(cell->column->reason);
    if (!kinds[cell->kind].has_http && strchr("BIR", cell->verdict))
        reasons |= reason_bit("no_ocsp_url");
    if (cell->kind == KIND_EXPIRED)
        reasons |= reason_bit("certificate_expired");
    return reasons;
}

static void check_reasons(const struct cell *cell, mst_word_set reasons)
{
    const mst_word_set expected = expected_reasons(cell);
    for (size_t i = 0; i < MST_REASON_COUNT; i++)
        if ((reasons ^ expected) & MST_WORD_BIT(i))
            complain(cell, mst_reason_word((enum mst_reason)i)->name,
                     reasons & MST_WORD_BIT(i) ? "given" : "not given",
                     expected & MST_WORD_BIT(i) ? "given" : "not given");
}

static void check_cell(const struct cell *cell, enum feature_form form)
{
    const struct kind_row *kind = &kinds[cell->kind];
    struct scene scene = {
        .staple = cell->column->flaws, .leaf = kind->leaf, .chain = {.fault = kind->fault}};
    struct stage stage;
    struct mst_judgement judgement;
    scene.leaf.feature = form;
    set_stage(&scene, &stage);
    mst_judge(&stage.given, &judgement);
    const char *verdict = mst_verdict_word(judgement.verdict)->name;
    if (strcmp(verdict, WORD_OF(verdict_letters, cell->verdict)) != 0)
        complain(cell, "verdict", verdict, WORD_OF(verdict_letters, cell->verdict));
    check_reasons(cell, judgement.reasons);
    check_clients(cell, &judgement.clients);
}

static void check_form(enum feature_form form, enum kind kind)
{
    const struct form_row *row = &forms[form];
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct cell cell = {
            .form = row,
            .column = &columns[i],
            .kind = kind,
            .verdict = letter_at(row->rows[rows_of[kind].verdict], i),
            .rfc = letter_at(row->rows[ROW_RFC], i),
            .firefox = letter_at(row->rows[rows_of[kind].firefox], i),
            .gnutls = letter_at(row->rows[rows_of[kind].gnutls], i),
        };
        check_cell(&cell, form);
    }
}

static void test_matrix(void **context)
{
    (void)context;
    for (int form = 0; form < FEATURE_FORMS; form++)
        for (int kind = 0; kind < KINDS; kind++)
            check_form((enum feature_form)form, (enum kind)kind);
}

/* No state and no feature fault is missing among the columns and rows. */
static void test_matrix_is_whole(void **context)
{
    (void)context;
    bool states[MST_STAPLE_STATE_COUNT] = {false};
    bool faults[MST_FEATURE_FAULT_COUNT] = {false};
    bool statuses[MST_RESPONDER_STATUS_COUNT] = {[MST_RESPONDER_STATUS_NONE] = true};
    bool mismatches[MST_MISMATCH_COUNT] = {false};
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct scene scene = {.staple = columns[i].flaws};
        struct stage stage;
        set_stage(&scene, &stage);
        states[stage.judgement.state] = true;
        statuses[stage.staple.responder_status] = true;
        mismatches[stage.staple.mismatch] = true;
    }
    for (int form = 0; form < FEATURE_FORMS; form++)
        faults[make_feature((enum feature_form)form).fault] = true;
    for (size_t i = 0; i < MST_STAPLE_STATE_COUNT; i++)
        assert_true(states[i]);
    for (size_t i = 0; i < MST_FEATURE_FAULT_COUNT; i++)
        assert_true(faults[i]);
    for (size_t i = 0; i < MST_RESPONDER_STATUS_COUNT; i++)
        assert_true(statuses[i]);
    for (size_t i = 0; i < MST_MISMATCH_COUNT; i++)
        assert_true(mismatches[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_matrix_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
