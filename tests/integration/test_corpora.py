"""`muststaple check` over other people's documents: the X.509 test vectors of Python's cryptography,
which hold OCSP responses of real responders and NIST's PKITS certificates.

Each OCSP response of the oldest release that is tested with has a row. Later releases add files:
those are judged too, and only have to give whole records."""
import collections
import functools
import importlib.util
import json
import pathlib
import re
import subprocess

import jsonschema
import pytest

import scanner

PACKAGE = "cryptography_vectors"
DEBIAN = pathlib.Path("/usr/lib/python3/dist-packages") / PACKAGE
MISSING = ("the test vectors of Python's cryptography are not there; "
           "scripts/packages test installs them (python3-cryptography-vectors)")


def find_corpus():
    """The package's X.509 folder; another Python than the system's may run the tests."""
    spec = importlib.util.find_spec(PACKAGE)
    places = [*(spec.submodule_search_locations if spec else ()), DEBIAN]
    return next((path for path in (pathlib.Path(place) / "x509" for place in places)
                 if path.is_dir()), None)


CORPUS = find_corpus()


def files(folder, *endings):
    """Their names below the folder of the corpus."""
    return sorted(path.relative_to(CORPUS / folder).as_posix()
                  for path in (CORPUS / folder).rglob("*") if path.suffix in endings)


@functools.cache
def schema():
    content = json.loads((scanner.ROOT / "data" / "check.schema.json").read_text())
    return jsonschema.validators.validator_for(content)(content)


def check(*arguments):
    """Runs it, holds every record to the schema: (exit status, records, standard error)."""
    done = scanner.run("check", "--json", *arguments)
    assert done.returncode in (0, 1, 2), (done.returncode, done.stderr)
    records = scanner.parse(done.stdout)
    assert [error.message for record in records for error in schema().iter_errors(record)] == []
    assert bool(records) == (done.returncode != 2), done.stderr
    assert all(record["good"] for record in records) == (done.returncode == 0) or not records
    return done.returncode, records, done.stderr


@pytest.fixture(scope="module", autouse=True)
def corpus():
    if not CORPUS:
        pytest.fail(MISSING, pytrace=False)


@pytest.fixture(scope="module")
def issuers(tmp_path_factory):
    """The issuers of some of the responses that are in the corpus."""
    path = tmp_path_factory.mktemp("issuers") / "issuers.pem"
    path.write_bytes(b"".join((CORPUS / name).read_bytes() for name in
                              ("letsencryptx3.pem", "rapidssl_sha256_ca_g3.pem")))
    return path


# Responses

AT = "2018-09-01T14:00:00Z"

Single = collections.namedtuple("Single", "serial status this_update next_update revoked_at reason",
                                defaults=(None, None))
Response = collections.namedtuple("Response", "state signer hashes issuer_known singles count")


def response(state, *singles, signer=None, hashes="sha1", issuer_known=False, count=None):
    return Response(state, signer, hashes, issuer_known, singles, count or len(singles))


DIGICERT = Single("0fa0a21e15c20bbe1d68ea8fe7706635", "revoked", "2018-09-01T13:45:20Z",
                  "2018-09-08T13:00:20Z", "2018-09-01T04:11:54Z")
LETS_ENCRYPT = Single("031c787a7dc90295007bc5f2220b3b527af0", "good", "2018-08-30T11:00:00Z",
                      "2018-09-06T11:00:00Z")
QUOVADIS = Single("081d8b989e92fae68956dce62a893209a1bc24d3", "revoked", "2018-09-01T19:48:17Z",
                  "2018-09-03T19:48:17Z", "2018-06-27T12:30:01Z", "superseded")

# What the bytes say, as OpenSSL's command shows them. Two issuers are in the corpus: the signers of
# the other responses can only be unknown, and two responses "of" RapidSSL are made up.
RESPONSES = {
    "ocsp-army.deps.mil-resp.der": response(
        "signer_unknown", Single("03919f", "revoked", "2020-02-22T00:00:00Z",
                                 "2020-02-29T01:00:00Z", "2018-05-30T20:23:18Z"), count=20),
    "resp-delegate-unknown-cert.der": response(
        "signer_unknown", Single("6372742e73683fadcfcbaead410f72bee1fd3223", "unknown",
                                 "2018-09-01T13:02:10Z", "2018-09-02T13:02:09Z")),
    "resp-invalid-signature-oid.der": response(
        "bad_signature", LETS_ENCRYPT, signer="issuer", issuer_known=True),
    "resp-responder-key-hash.der": response("signer_unknown", DIGICERT),
    "resp-response-type-unknown-oid.der": response("malformed"),
    "resp-revoked-no-next-update.der": response(
        "signer_unknown", Single("3f20", "revoked", "2018-10-23T00:28:54Z", None,
                                 "2017-12-27T00:28:54Z"), issuer_known=True),
    "resp-revoked-reason.der": response("signer_unknown", QUOVADIS),
    "resp-revoked.der": response(
        "signer_unknown", Single("01af1efbdd5eae0952320b24fe6b5568", "revoked",
                                 "2018-08-31T17:49:19Z", "2018-09-07T17:04:19Z",
                                 "2016-09-02T21:28:48Z")),
    "resp-sct-extension.der": response(
        "signer_unknown", Single("23bf9a6c2bf9a2f0db5ecb4143caab63ad3871d3", "good",
                                 "2019-11-16T02:30:49Z", "2019-11-19T02:30:49Z")),
    "resp-sha256.der": response("good", LETS_ENCRYPT, signer="issuer", issuer_known=True),
    "resp-single-extension-reason.der": response(
        "signer_unknown", Single("3f20", "good", "2019-11-10T04:27:49Z", "2019-11-17T04:27:49Z"),
        issuer_known=True),
    "resp-successful-no-response-bytes.der": response("malformed"),
    "resp-unauthorized.der": response("responder_error"),
    "resp-unknown-extension.der": response("signer_unknown", QUOVADIS),
    "resp-unknown-hash-alg.der": response("signer_unknown", DIGICERT, hashes=None),
    "resp-unknown-response-status.der": response("responder_error"),
}
RESPONDER_STATUS = {"resp-unauthorized.der": "unauthorized",
                    "resp-unknown-response-status.der": "unknown"}
REQUESTS = ["ocsp-army.inapplicable-req.der", "ocsp-army.revoked-req.der",
            "ocsp-army.valid-req.der", "req-duplicate-ext.der", "req-ext-nonce.der",
            "req-ext-unknown-oid.der", "req-invalid-hash-alg.der", "req-multi-sha1.der",
            "req-sha1.der"]


@pytest.mark.parametrize("name", RESPONSES)
def test_response(name, issuers):
    row = RESPONSES[name]
    status, records, _ = check("--at", AT, "--issuer", issuers, CORPUS / "ocsp" / name)
    record, = records
    staple = record["staple"]
    assert status == (0 if row.state == "good" else 1)
    assert (record["kind"], record["position"]) == ("ocsp_response", 1)
    assert record["good"] is (row.state == "good")
    assert record["judged_at"] == AT
    assert record["issuer_known"] is row.issuer_known
    assert ("issuer_unknown" in record["reasons"]) is not row.issuer_known
    assert staple["state"] == row.state
    assert staple["responder_status"] == RESPONDER_STATUS.get(name, "successful")
    assert (staple["signer"] and staple["signer"]["kind"]) == row.signer
    assert staple["size"] == (CORPUS / "ocsp" / name).stat().st_size
    assert (staple["singles"] or 0) == len(record["singles"]) == row.count
    for single, expected in zip(record["singles"], row.singles):
        assert Single(single["serial"], single["certificate_status"], single["this_update"],
                      single["next_update"], single["revoked_at"],
                      single["revocation_reason"]) == expected
        assert single["certid_hash"] == row.hashes
        assert single["mismatch"] is None
    if row.signer:
        assert staple["certificate_status"] == row.singles[0].status
        assert staple["this_update"] == row.singles[0].this_update


@pytest.mark.parametrize("name", REQUESTS)
def test_ocsp_requests_are_no_documents(name):
    status, _, stderr = check(CORPUS / "ocsp" / name)
    assert status == 2
    assert name in stderr and stderr.count("\n") == 1


def test_all_of_the_responses_have_a_row():
    """What is new must give a record, or one line that says why not."""
    there = files("ocsp", ".der")
    assert set(RESPONSES) | set(REQUESTS) <= set(there)
    for name in set(there) - set(RESPONSES) - set(REQUESTS):
        status, records, stderr = check("--at", AT, CORPUS / "ocsp" / name)
        assert status == 2 and stderr or len(records) == 1, name


@pytest.mark.parametrize("at, options, state, reason", [
    ("2018-08-30T10:59:59Z", [], "not_yet_valid", "staple_not_yet_valid"),
    ("2018-08-30T11:00:00Z", [], "good", None),
    ("2018-09-06T10:59:59Z", [], "good", None),
    ("2018-09-06T11:00:00Z", [], "expired", "staple_expired"),
    ("2018-09-01T14:00:00Z", ["--max-age", "86400"], "too_old", "staple_too_old"),
])
def test_a_response_at_other_times(at, options, state, reason, issuers):
    _, (record,), _ = check("--at", at, *options, "--issuer", issuers,
                            CORPUS / "ocsp" / "resp-sha256.der")
    assert record["staple"]["state"] == state
    assert record["reasons"] == ([reason] if reason else [])


# Certificates with staples

@pytest.mark.parametrize("certificate, staple, at, must_staple, state, verdict, reasons", [
    # The certificate itself is not in the corpus, but what its precertificate says is.
    ("cryptography.io.precert.pem", "resp-sha256.der", AT, False, "good", "stapled", []),
    ("cryptography.io.precert.pem", "resp-sha256.der", "2018-10-01T00:00:00Z", False, "expired",
     "stapled_bad", ["staple_expired"]),
    ("cryptography.io.precert.pem", "resp-invalid-signature-oid.der", AT, False, "bad_signature",
     "stapled_bad", ["staple_bad_signature"]),
    ("cryptography.io.precert.pem", "resp-revoked.der", AT, False, "signer_unknown", "stapled_bad",
     ["staple_signer_unknown"]),
    ("tls-feature-ocsp-staple.pem", "resp-sha256.der", "2017-10-01T00:00:00Z", True, "mismatch",
     "must_staple_broken", ["staple_mismatch_wrong_serial"]),
    ("tls-feature-ocsp-staple.pem", "resp-sha256.der", AT, True, "mismatch", "must_staple_broken",
     ["staple_mismatch_wrong_serial", "certificate_expired"]),
    ("tls-feature-ocsp-staple.pem", "resp-unauthorized.der", "2017-10-01T00:00:00Z", True,
     "responder_error", "must_staple_broken", ["staple_unauthorized"]),
    ("cryptography.io.pem", "resp-single-extension-reason.der", AT, False, "signer_unknown",
     "stapled_bad", ["staple_signer_unknown"]),
])
def test_certificate_with_staple(certificate, staple, at, must_staple, state, verdict, reasons,
                                 issuers):
    _, (record,), _ = check("--at", at, "--cert", CORPUS / certificate, "--issuer", issuers,
                            "--staple", CORPUS / "ocsp" / staple)
    assert record["certificate"]["tls_feature"]["must_staple"] is must_staple
    assert record["staple"]["state"] == state
    assert record["verdict"] == verdict
    assert record["reasons"] == reasons
    assert record["clients"]["rfc"]["accepts"] is (state == "good")


# Certificates alone

NONE = {"present": False, "must_staple": False, "features": [], "critical": False, "fault": None}
MUST_STAPLE = {**NONE, "present": True, "must_staple": True, "features": [5]}

# path -> what its `certificate` must hold
CERTIFICATES = {
    "tls-feature-ocsp-staple.pem": {
        "subject": "CN=scotthelme.co.uk", "tls_feature": MUST_STAPLE,
        "serial": "04092a5463d8e6ebd8e26103ecfede9aaffa", "not_before": "2017-08-31T23:01:00Z",
        "not_after": "2017-11-29T23:01:00Z", "lifetime_s": 90 * 86400, "key": "RSA 2048",
        "ocsp_urls": ["http://ocsp.int-x3.letsencrypt.org"]},
    "cryptography.io.pem": {"serial": "3f20", "tls_feature": NONE, "key": "RSA 4096"},
    "cryptography.io.with_garbage.pem": {"serial": "3f20", "tls_feature": NONE},
    "cryptography.io.old_header.pem": {"serial": "3f20", "tls_feature": NONE},
    "badasn1time.pem": {"serial": "cfcdde7cf4bf66fd", "not_before": "2011-03-21T09:25:52Z",
                        "not_after": None, "remaining_s": None, "lifetime_s": None},
    "v1_cert.pem": {"serial": "18", "not_before": "1995-06-19T23:33:12Z", "key": "RSA 512"},
    "verisign_md2_root.pem": {"serial": "70bae41d10d92934b638ca7b03ccbabf",
                              "signature": "md2WithRSAEncryption"},
    "e-trust.ru.der": {"serial": "34681e40cb41ef33a9a0b7c876929a29", "key": None,
                       "signature": "GOST R 34.11-94 with GOST R 34.10-2001"},
    "utf8-dnsname.pem": {"serial": "49dd0fe61975cd24a909b00d417a",
                         "ocsp_urls": [f"http://ocsp{number}.netlock.hu/cbca.cgi"
                                       for number in (1, 2, 3)]},
    "custom/aia_ocsp_ca_issuers.pem": {"ocsp_urls": ["http://ocsp.domain.com",
                                                     "http://ocsp2.domain.com"]},
    "custom/aia_ca_issuers.pem": {"ocsp_urls": []},
    "custom/negative_serial.pem": {"serial": "-04316693ed"},
    "custom/invalid_version.pem": {"serial": "065aad1208021089f61edb14cce44adc41cfd3"},
    "custom/post2000utctime.pem": {"not_before": "2014-11-26T21:41:20Z",
                                   "not_after": "2014-12-26T21:41:20Z"},
    "custom/alternate-rsa-sha1-oid.der": {"signature": "sha1WithRSA"},
    "custom/rsa_pss_cert.pem": {"key": "RSA-PSS 2048", "signature": "rsassaPss"},
    "custom/ec_no_named_curve.pem": {"serial": "00", "signature": "ecdsa-with-SHA256"},
    "custom/unsupported_subject_public_key_info.pem": {"serial": "01267e7b3afbacdd", "key": None},
    "custom/bad_country.pem": {"subject": "jurisdictionC=also too long,C=too long"},
    "ed25519/server-ed25519-cert.pem": {"key": "Ed25519", "not_after": "2117-06-15T23:31:19Z"},
    "ed448/server-ed448-cert.pem": {"key": "Ed448"},
    "PKITS_data/certs/InvalidNegativeSerialNumberTest15EE.crt": {"serial": "-01"},
    "PKITS_data/certs/ValidNegativeSerialNumberTest14EE.crt": {"serial": "ff"},
    "PKITS_data/certs/InvalidLongSerialNumberTest18EE.crt": {
        "serial": "7f0102030405060708090a0b0c0d0e0f10111213"},
    "PKITS_data/certs/Validpre2000UTCnotBeforeDateTest3EE.crt": {
        "not_before": "1950-01-01T12:01:00Z"},
    "PKITS_data/certs/ValidGeneralizedTimenotAfterDateTest8EE.crt": {
        "not_after": "2050-01-01T12:01:00Z"},
    "PKITS_data/certs/InvalidEEnotBeforeDateTest2EE.crt": {"not_before": "2047-01-01T12:01:00Z"},
}


@pytest.mark.parametrize("path", CERTIFICATES)
def test_certificate(path):
    _, (record,), _ = check("--at", AT, CORPUS / path)
    expected = CERTIFICATES[path]
    assert record["kind"] == "certificate"
    assert {field: record["certificate"][field] for field in expected} == expected
    assert record["verdict"] is None and record["staple"] is None


def test_must_staple_certificate_is_good_in_its_time():
    for at, good, reasons in (("2017-10-01T00:00:00Z", True, []),
                              ("2017-08-31T23:00:59Z", False, ["certificate_not_yet_valid"]),
                              ("2017-11-29T23:01:01Z", False, ["certificate_expired"])):
        status, (record,), _ = check("--at", at, CORPUS / "tls-feature-ocsp-staple.pem")
        assert (status, record["good"], record["reasons"]) == (0 if good else 1, good, reasons)


UNREADABLE = {
    "custom/invalid_utf8_common_name.pem": "CERTIFICATE",
    "custom/crl_empty.pem": "holds no certificate, request or response",
    "custom/ca/ca_key.pem": "private key",
    "cryptography-scts-tbs-precert.der": "holds no certificate, request or response",
}


@pytest.mark.parametrize("path", UNREADABLE)
def test_what_cannot_be_read_is_said(path):
    status, _, stderr = check(CORPUS / path)
    assert status == 2
    assert UNREADABLE[path] in stderr and stderr.count("\n") == 1


# Certificate requests

SIGNED_BY_ANOTHER = {"bad-version.pem", "basic_constraints.pem", "challenge-invalid.der",
                     "challenge-multi-valued.der", "invalid_signature.pem",
                     "long-form-attribute.pem", "two_basic_constraints.pem",
                     "unsupported_extension.pem", "unsupported_extension_critical.pem"}
# MD4 is in OpenSSL's legacy provider alone.
NOT_VERIFIED = SIGNED_BY_ANOTHER | {"rsa_md4.der", "rsa_md4.pem"}
VERIFIED = {"challenge.pem", "ec_sha256.der", "rsa_sha256.pem"}
DNS_NAMES = {"san_rsa_sha1.der": ["cryptography.io", "sub.cryptography.io"],
             "san_rsa_sha1.pem": ["cryptography.io", "sub.cryptography.io"],
             "freeipa-bad-critical.pem": ["replica1.ipa.test"]}


def test_certificate_requests():
    """None of them asks for Must-Staple, so none is good."""
    names = files("requests", ".pem", ".der")
    rows = NOT_VERIFIED | VERIFIED | set(DNS_NAMES)
    assert rows <= set(names)
    for name in names:
        status, records, stderr = check(CORPUS / "requests" / name)
        if status == 2:
            assert name not in rows, stderr
            continue
        request = records[0]["certificate_request"]
        assert records[0]["kind"] == "certificate_request" and status == 1, name
        assert request["tls_feature"] == NONE, name
        if name in NOT_VERIFIED | VERIFIED:
            assert request["signature_valid"] is (name in VERIFIED), name
        assert request["dns_names"] == DNS_NAMES.get(name, request["dns_names"]), name


# All of it

def openssl_says(path):
    """Serial number as our records write it, of what OpenSSL's command reads as a certificate."""
    done = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-serial"], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = re.fullmatch(r"serial=(-?)([0-9A-F]+)\n", done.stdout)
    return found and found.group(1) + found.group(2).lower()


def test_pkits_in_one_run():
    """One process for 405 certificates; each is what OpenSSL reads, in the order given."""
    names = files("PKITS_data/certs", ".crt")
    assert len(names) >= 405
    paths = [CORPUS / "PKITS_data" / "certs" / name for name in names]
    _, records, _ = check("--at", AT, *paths)
    assert [record["file"] for record in records] == [str(path) for path in paths]
    assert {record["certificate"]["tls_feature"]["present"] for record in records} == {False}
    some = records[::20]
    assert [record["certificate"]["serial"] for record in some] == [
        openssl_says(record["file"]) for record in some]


@pytest.mark.parametrize("folder", ["", "custom", "requests", "ed25519", "ed448", "ocsp",
                                    "PKITS_data/crls", "PKITS_data/smime", "PKITS_data/pkcs12"])
def test_nothing_in_the_corpus_upsets_it(folder):
    """Certificates or not: a status, whole records by the schema, a line when there are none."""
    seen = 0
    paths = sorted(path for path in (CORPUS / folder).iterdir() if path.is_file())
    for path in paths[:: 1 if len(paths) < 150 else 8]:
        status, records, stderr = check("--at", AT, path)
        assert (status == 2) == bool(stderr), (path, stderr)
        seen += len(records)
    assert seen > 0 or folder.startswith("PKITS_data")


def test_many_files_in_one_run():
    """Those that can be read, in one process: as many records as one by one."""
    paths = [CORPUS / "custom" / name for name in files("custom", ".pem", ".der")
             if check(CORPUS / "custom" / name)[0] != 2]
    status, records, _ = check(*paths)
    assert status == 1
    assert [record["file"] for record in records] == [str(path) for path in paths]
