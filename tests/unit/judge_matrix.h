/* The tables of test_judge_matrix.c: what is expected of every case, written out, a letter for a
 * cell. */
#ifndef MST_TESTS_JUDGE_MATRIX_H
#define MST_TESTS_JUDGE_MATRIX_H

#include "unit/judge_matrix_columns.h"

/* The rows of one form of the extension. */
enum row {
    ROW_VERDICT_HTTP,
    ROW_VERDICT_HTTPS,
    ROW_VERDICT_NO_URL,
    ROW_RFC,
    ROW_FIREFOX_HTTP,
    ROW_FIREFOX_NO_HTTP, /* an https URL or none */
    ROW_FIREFOX_SHORT,
    ROW_FIREFOX_EXPIRED,
    ROW_GNUTLS,
    ROW_GNUTLS_EXPIRED,
    ROWS,
};

/* Verdicts look at the URL; being short-lived or expired does not change them. The client of the
 * RFCs looks at neither URL nor lifetime ('-': refuses for the staple, 'f': for the feature), and
 * calls every expired certificate so. Firefox looks at everything, GnuTLS not at the URL. */
static const struct form_row {
    const char *name;
    const char *reason; /* that the extension gives */
    const char *rows[ROWS];
} forms[FEATURE_FORMS] = {
    [FEATURE_ABSENT] =
        {
            "no extension",
            NULL,
            {
                /*1  2   3       4   5 6    7  8      9   */
                "nnn bbb bbbbbbb bbb b bbbb rb bbbbbb sss", /* verdict: http URL */
                "nnn bbb bbbbbbb bbb b bbbb rb bbbbbb sss", /* https URL */
                "aaa bbb bbbbbbb bbb b bbbb rb bbbbbb sss", /* no URL */
                "+++ --- ------- --- - ---- -- ------ +++", /* rfc */
                "+++ GGG 12t?56? ssB C aaaa RU +F+o+o ++o", /* firefox: http URL */
                "+++ GGG 12T?56? SSB C AAAA RU +F+O+O ++O", /* https or no URL */
                "+++ GGG 12+?56? ++B C ++++ RU +F++++ +++", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_MUST_STAPLE] =
        {
            "5",
            NULL,
            {
                /*1  2   3       4   5 6    7  8      9   */
                "BBB BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* verdict: http URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* https URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* no URL */
                "--- --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12t?56? ssB C aaaa RU +F+o+o ++o", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU +F+O+O ++O", /* https or no URL */
                "MMM GGG 12+?56? ++B C ++++ RU +F++++ +++", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "MMM LII MMMMMMM III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_TWICE_5] =
        {
            "5, 5",
            NULL,
            {
                /*1  2   3       4   5 6    7  8      9   */
                "BBB BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* verdict: http URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* https URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* no URL */
                "--- --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12t?56? ssB C aaaa RU +F+o+o ++o", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU +F+O+O ++O", /* https or no URL */
                "MMM GGG 12+?56? ++B C ++++ RU +F++++ +++", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "MMM LII MMMMMMM III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_5_AND_6] =
        {
            "5, 6",
            NULL,
            {
                /*1  2   3       4   5 6    7  8      9   */
                "BBB BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* verdict: http URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* https URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* no URL */
                "--- --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "MMM LII MMMMMMM III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_5_AND_17] =
        {
            "5, 17",
            NULL,
            {
                /*1  2   3       4   5 6    7  8      9   */
                "BBB BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* verdict: http URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* https URL */
                "III BBB BBBBBBB BBB B BBBB RB BBBBBB OOO", /* no URL */
                "--- --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "MMM LII MMMMMMM III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_17] =
        {
            "17",
            "feature_no_status_request",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "+++ --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_6] =
        {
            "6",
            "feature_no_status_request",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "+++ --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_1285] =
        {
            "1285",
            "feature_no_status_request",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "+++ --- ------- --- - ---- -- ------ +++", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_BAD_DER] =
        {
            "no list",
            "feature_bad_der",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "DDD GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* firefox: http URL */
                "DDD GGG 12T?56? SSB C AAAA RU DFDODO DDO", /* https or no URL */
                "DDD GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_5_THEN_BAD_DER] =
        {
            "5, then no INTEGER",
            "feature_bad_der",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "MMM GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU DFDODO DDO", /* https or no URL */
                "MMM GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_EMPTY_VALUE] =
        {
            "no bytes",
            "feature_empty_value",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* firefox: http URL */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* https or no URL */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* short-lived */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_BAD_INTEGER] =
        {
            "an INTEGER of no bytes",
            "feature_bad_integer",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_5_AND_BAD_INTEGER] =
        {
            "5, then an INTEGER of no bytes",
            "feature_bad_integer",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU MFMOMO MMO", /* https or no URL */
                "MMM GGG 12M?56? MMB C MMMM RU MFMMMM MMM", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_TRAILING] =
        {
            "5, then trailing data",
            "feature_trailing_data",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "MMM GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* firefox: http URL */
                "MMM GGG 12T?56? SSB C AAAA RU DFDODO DDO", /* https or no URL */
                "MMM GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_EMPTY_LIST] =
        {
            "empty list",
            "feature_empty_list",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "+++ --- ------- --- - ---- -- ------ +++", /* rfc */
                "DDD GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* firefox: http URL */
                "DDD GGG 12T?56? SSB C AAAA RU DFDODO DDO", /* https or no URL */
                "DDD GGG 12D?56? DDB C DDDD RU DFDDDD DDD", /* short-lived */
                "EEE EGE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
                "+++ LII +++++++ III + II+I R+ ++SS++ +++", /* gnutls */
                "EEE LEE EEEEEEE EEE E EEEE EE EEEEEE EEE", /* expired */
            },
        },
    [FEATURE_EXTENSION_TWICE] =
        {
            "the extension twice",
            "feature_duplicate_extension",
            {
                /*1  2   3       4   5 6    7  8      9   */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* verdict: http URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* https URL */
                "MMM MMM MMMMMMM MMM M MMMM MM MMMMMM MMM", /* no URL */
                "fff fff fffffff fff f ffff ff ffffff fff", /* rfc */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* firefox: http URL */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* https or no URL */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* short-lived */
                "VVV VGV VVVVVVV VVV V VVVV VV VVVVVV VVV", /* expired */
                "222 L22 2222222 222 2 2222 22 222222 222", /* gnutls */
                "222 L22 2222222 222 2 2222 22 222222 222", /* expired */
            },
        },
};

#endif
