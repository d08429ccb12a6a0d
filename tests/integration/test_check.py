"""`muststaple check`: files made by OpenSSL's command line, judged without a network."""
import base64
import datetime
import json
import os
import pty
import re
import subprocess

import jsonschema
import pytest

import scanner
from scanner import run
from workshop import DAY, MADE_FOR_DAYS, Workshop, openssl

WIDTH = 92
GOOD, NOT_GOOD, UNREADABLE, UNWRITTEN = 0, 1, 2, 3


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="module")
def schema():
    text = (scanner.ROOT / "data" / "check.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


class Checker:
    """`check("must.pem", "--issuer ca.pem")`: words that name a file of the workshop are that file."""

    def __init__(self, workshop, schema):
        self.workshop = workshop
        self.schema = schema

    def words(self, line):
        for word in line.split():
            path = self.workshop(word)
            yield path if path.exists() else word

    def __call__(self, line, after_s=600, **keywords):
        """Ten minutes after everything was made, whenever that was."""
        at = ["--at", self.workshop.made_s + after_s] if after_s is not None else []
        return run("check", *self.words(line), *at, **keywords)

    def records(self, line, **keywords):
        done = self(f"{line} --json", **keywords)
        assert done.stderr == ""
        records = scanner.parse(done.stdout.encode())
        for record in records:
            assert [error.message for error in self.schema.iter_errors(record)] == []
        assert done.returncode == (GOOD if all(record["good"] for record in records) else NOT_GOOD)
        return records

    def record(self, line, **keywords):
        records = self.records(line, **keywords)
        assert len(records) == 1
        return records[0]


@pytest.fixture(scope="module")
def check(workshop, schema):
    return Checker(workshop, schema)


def flat(text):
    """Lines that were wrapped are one again, and so are blanks."""
    return re.sub(r"\s+", " ", text)


# What is checked, the exit status, and what a person reads.
TEXTS = [
    ("must.pem", GOOD, ["must.pem: a certificate", "Must-Staple: set", "Issuer: CN=ca,O=Workshop",
                        "Subject: CN=must.example", "Key: EC P-256", "http://ocsp.example/",
                        "all accept it with a good staple", "What to do: nothing."]),
    ("raw.pem", GOOD, ["Must-Staple: set", "Subject: CN=raw.example"]),
    ("rsa.pem", GOOD, ["Must-Staple: set", "Key: RSA 2048"]),
    ("plain.pem", NOT_GOOD, ["Must-Staple: not set", "tlsfeature = status_request",
                             "1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05", "Let's Encrypt"]),
    ("both.pem", NOT_GOOD, ["set, but other features stand beside it",
                            "5 (status_request), 17 (status_request_v2)",
                            "Firefox refuses: MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING",
                            "feature_not_alone: "]),
    ("other.pem", NOT_GOOD, ["Must-Staple: not set in a way that clients understand",
                             "feature_no_status_request: "]),
    ("trailing.pem", NOT_GOOD, ["not set in a way that clients understand",
                                "feature_trailing_data: ", "SEC_ERROR_BAD_DER"]),
    ("critical.pem", GOOD, ["set, but marked critical", "feature_critical: "]),
    ("nowhere.pem", GOOD, ["Must-Staple: set", "OCSP URL: none", "no_ocsp_url: "]),
    ("bound-chain.pem", NOT_GOOD, ["Issuer demands: CN=binding.example: 5 (status_request)",
                                   "does not carry all of them", "feature_not_inherited: "]),
    ("must.csr", GOOD, ["a certificate request", "Must-Staple: asked for", "Names: host.example",
                        "ecdsa-with-SHA256, valid", "What to do: nothing."]),
    ("raw.csr", GOOD, ["Must-Staple: asked for"]),
    ("rsa.csr", GOOD, ["Must-Staple: asked for", "Key: RSA 2048"]),
    ("plain.csr", NOT_GOOD, ["Must-Staple: not asked for", "host.example www.host.example",
                             "tlsfeature = status_request",
                             "1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05",
                             '-addext "tlsfeature = status_request"']),
    ("both.csr", NOT_GOOD, ["asked for, but other features stand beside it"]),
    ("other.csr", NOT_GOOD, ["not asked for in a way that clients understand"]),
    ("--cert must.pem --issuer ca.pem --staple good.ocsp", GOOD,
     ["a certificate and its staple", "Staple: good: ", "Certificate is: good",
      "Signer: issuer, CN=ca,O=Workshop", "CertID hash: sha1",
      "must_staple_ok: Must-Staple and a good staple.", "RFC 7633 accepts Firefox accepts",
      "every client accepts", "What to do: nothing."]),
    ("--cert must.pem --issuer ca.pem --staple revoked.ocsp", NOT_GOOD,
     ["Certificate is: revoked", "2024-01-02T03:04:05Z", "key_compromise", "must_staple_revoked: ",
      "SEC_ERROR_REVOKED_CERTIFICATE", "Make a new key"]),
    ("--cert must.pem --issuer ca.pem --staple foreign.ocsp", NOT_GOOD,
     ["mismatch: The staple is about another certificate.", "wrong_serial",
      "staple_mismatch_wrong_serial: "]),
    ("--cert must.pem --issuer ca.pem --staple forged.ocsp", NOT_GOOD,
     ["signer_unauthorized: ", "worth nothing", "staple_signer_unauthorized: "]),
    ("--cert must.pem --issuer ca.pem --staple try_later.ocsp", NOT_GOOD,
     ["Responder says: try_later", "SSLStaplingFakeTryLater"]),
    ("--cert plain.pem --issuer ca.pem --staple plain.ocsp", GOOD,
     ["stapled: No Must-Staple, and a good staple.", "Must-Staple: not set"]),
    ("--cert must.pem --staple good.ocsp", NOT_GOOD, ["Issuer found: no", "issuer_unknown: "]),
    ("--staple good.ocsp --issuer ca.pem", GOOD,
     ["good.ocsp: an OCSP response", "Response: good", "Answers: 1. serial 1001: good"]),
    ("--staple two.ocsp --issuer ca.pem", GOOD,
     ["1. serial 1001: good", "2. serial 1009: good", "staple_several_responses: "]),
    ("--staple good.ocsp", NOT_GOOD, ["Issuer: not known", "1. serial 1001"]),
    ("--staple good.ocsp --issuer other_ca.pem", NOT_GOOD, ["serial 1001"]),
]


@pytest.mark.parametrize("line, status, words", TEXTS, ids=[row[0] for row in TEXTS])
def test_text(line, status, words, check):
    done = check(line)
    assert done.stderr == ""
    assert done.returncode == status, done.stdout
    assert [word for word in words if word not in flat(done.stdout)] == [], done.stdout
    # Headings have the whole path in them.
    assert all(len(text) <= WIDTH for text in done.stdout.splitlines() if text.startswith(" "))
    assert all(text == text.rstrip() for text in done.stdout.splitlines())


# --cert must.pem --issuer ca.pem and this staple: state, verdict, reasons, who accepts.
STAPLES = [
    ("good.ocsp", "good", "must_staple_ok", []),
    ("sha256.ocsp", "good", "must_staple_ok", []),
    ("delegated.ocsp", "good", "must_staple_ok", []),
    ("two.ocsp", "good", "must_staple_ok", []),
    ("revoked.ocsp", "revoked", "must_staple_revoked", ["staple_revoked"]),
    ("foreign.ocsp", "mismatch", "must_staple_broken", ["staple_mismatch_wrong_serial"]),
    ("forged.ocsp", "signer_unauthorized", "must_staple_broken", ["staple_signer_unauthorized"]),
    ("stranger.ocsp", "signer_unknown", "must_staple_broken", ["staple_signer_unknown"]),
    ("broken.ocsp", "bad_signature", "must_staple_broken", ["staple_bad_signature"]),
    ("cut.ocsp", "malformed", "must_staple_broken", ["staple_malformed"]),
    ("trailing.ocsp", "malformed", "must_staple_broken", ["staple_malformed"]),
    ("garbage.ocsp", "malformed", "must_staple_broken", ["staple_malformed"]),
    ("garbage", "malformed", "must_staple_broken", ["staple_malformed"]),
    ("empty", "empty", "must_staple_broken", ["staple_empty"]),
    ("try_later.ocsp", "responder_error", "must_staple_broken", ["staple_try_later"]),
    ("unauthorized.ocsp", "responder_error", "must_staple_broken", ["staple_unauthorized"]),
]


@pytest.mark.parametrize("staple, state, verdict, reasons", STAPLES, ids=[row[0] for row in STAPLES])
def test_staple(staple, state, verdict, reasons, check):
    record = check.record(f"--cert must.pem --issuer ca.pem --staple {staple}")
    assert record["type"] == "check" and record["kind"] == "certificate"
    assert (record["staple"]["state"], record["verdict"], record["reasons"]) == (
        state, verdict, reasons)
    assert record["good"] == (state == "good")
    assert record["clients"]["rfc"]["accepts"] == (state == "good")
    assert record["certificate"]["tls_feature"]["must_staple"] is True


# Ten minutes after the staple was made, and later: seconds, options, state, warnings.
TIMES = [
    (600, "", "good", []),
    (-DAY, "", "not_yet_valid", ["staple_produced_at_odd"]),
    (6.5 * DAY, "", "good", ["staple_margin_low", "staple_not_refreshed"]),
    (6.5 * DAY, "--min-remaining 60", "good", ["staple_not_refreshed"]),
    (3 * DAY, f"--min-remaining {5 * DAY}", "good", ["staple_margin_low"]),
    (3 * DAY, f"--max-age {2 * DAY}", "too_old", None),
    (8 * DAY, "", "expired", None),
    ((MADE_FOR_DAYS + 1) * DAY, "", "expired", None),
]


@pytest.mark.parametrize("after_s, options, state, warnings", TIMES)
def test_time(after_s, options, state, warnings, check):
    record = check.record(f"--cert must.pem --issuer ca.pem --staple good.ocsp {options}",
                          after_s=int(after_s))
    assert record["staple"]["state"] == state
    if warnings is not None:
        assert record["warnings"] == warnings
    assert ("certificate_expired" in record["reasons"]) == (after_s > MADE_FOR_DAYS * DAY)


def test_both_spellings_of_a_time(check, workshop):
    line = "--cert must.pem --issuer ca.pem --staple good.ocsp --json"
    at_s = workshop.made_s + 3 * DAY
    moment = datetime.datetime.fromtimestamp(at_s, datetime.timezone.utc)
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    spellings = [str(at_s), moment.strftime("%Y-%m-%dT%H:%M:%SZ"), moment.astimezone(zone).isoformat()]
    outputs = {check(f"{line} --at {text}", after_s=None).stdout for text in spellings}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["judged_at"] == spellings[1]


def test_without_a_time_it_is_now(check):
    record = check.record("--cert must.pem --issuer ca.pem --staple good.ocsp", after_s=None)
    assert record["verdict"] == "must_staple_ok"
    now = datetime.datetime.now(datetime.timezone.utc)
    judged_at = datetime.datetime.fromisoformat(record["judged_at"].replace("Z", "+00:00"))
    assert abs((now - judged_at).total_seconds()) < 60 * scanner.SLOW


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_time_zone_is_not_an_input(zone, check):
    line = "--cert must.pem --issuer ca.pem --staple good.ocsp"
    assert check(line, env={**os.environ, "TZ": zone}).stdout == check(line).stdout


# The same documents in other clothes.
@pytest.mark.parametrize("one, other", [
    ("must.pem", "must.der"), ("must.pem", "commented.pem"), ("must.pem", "with-key.pem"),
    ("must.csr", "must.csr.der"), ("plain.csr", "plain.csr.der"), ("plain.pem", "plain.der"),
])
def test_forms(one, other, check):
    first, second = check.record(one), check.record(other)
    assert second["file"].endswith(other)
    for record in (first, second):
        del record["file"], record["position"]
    assert first == second


def test_response_in_pem(check, workshop):
    der = base64.encodebytes(workshop("good.ocsp").read_bytes()).decode()
    workshop("good.ocsp.pem").write_text(
        f"-----BEGIN OCSP RESPONSE-----\n{der}-----END OCSP RESPONSE-----\n")
    for name in ("good.ocsp", "good.ocsp.pem"):
        assert check.record(f"--cert must.pem --issuer ca.pem --staple {name}")["good"]
        assert check.record(f"{name} --issuer ca.pem")["staple"]["state"] == "good"


def test_chain_file(check):
    record = check.record("--cert chain.pem --staple good.ocsp")
    assert record["verdict"] == "must_staple_ok" and record["chain"]["length"] == 2
    assert check.record("chain.pem")["chain"]["length"] == 2
    assert [record["chain"]["length"] for record in check.records("must.pem ca.pem")] == [2, 1]


def test_trust_and_host(check):
    line = "--cert must.pem --issuer ca.pem --staple good.ocsp"
    silent = check.record(line)["chain"]
    assert silent["trusted"] is None and silent["host_matches"] is None
    fine = check.record(f"{line} --ca-file ca.pem --host host.example")
    assert fine["chain"]["trusted"] is True and fine["chain"]["host_matches"] is True
    wrong = check.record(f"{line} --ca-file other_ca.pem --host www.example")
    assert wrong["reasons"] == ["chain_untrusted", "name_mismatch"]
    assert wrong["verdict"] == "must_staple_ok" and not wrong["good"]
    text = flat(check(f"{line} --ca-file other_ca.pem --host www.example").stdout)
    assert "not trusted: " in text and "Host: the certificate is not for it" in text


def test_roots_name_the_issuer(check):
    """The issuer's certificate may come from the trusted roots, as in a scan."""
    assert check.record("--cert must.pem --staple good.ocsp --ca-file ca.pem")["good"]


def test_several_files(check):
    records = check.records("must.pem plain.pem must.csr two.csr good.ocsp")
    assert [(record["kind"], record["position"], record["good"]) for record in records] == [
        ("certificate", 1, True), ("certificate", 1, False), ("certificate_request", 1, True),
        ("certificate_request", 1, True), ("certificate_request", 2, False),
        ("ocsp_response", 1, False)]
    text = check("must.csr two.csr").stdout
    assert re.findall(r"^\S.*: a certificate request$", text, re.MULTILINE)[2].endswith(
        "two.csr, document 2: a certificate request")


def test_one_bad_among_good_ones(check):
    assert check("must.pem must.csr").returncode == GOOD
    assert check("must.pem must.csr plain.csr").returncode == NOT_GOOD


@pytest.mark.parametrize("line", ["", "-", "--cert -", "--json"])
@pytest.mark.parametrize("name", ["must.pem", "must.der"])
def test_standard_input(line, name, check, workshop):
    done = check(line, stdin=workshop(name).read_bytes())
    assert done.returncode == GOOD and done.stderr == ""
    if "--json" in line:
        assert json.loads(done.stdout)["file"] == "-"
    else:
        assert done.stdout.startswith("standard input: a certificate\n")


def test_staple_from_standard_input(check, workshop):
    done = check("--cert must.pem --issuer ca.pem --staple -",
                 stdin=workshop("good.ocsp").read_bytes())
    assert done.returncode == GOOD


def test_a_terminal_is_told_what_it_is_asked_for(check, workshop):
    """Who forgot the file sees that somebody waits; records have standard output for themselves."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal to be had here: {error}")
    with open(ours, "wb", buffering=0) as keyboard:
        started = scanner.start("check", "--json", stdin=theirs, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        os.close(theirs)
        keyboard.write(workshop("must.csr").read_bytes() + b"\x04")
        stdout, stderr = started.communicate(timeout=scanner.TIMEOUT_S)
    assert started.returncode == GOOD
    assert b"reading" in stderr and b"Ctrl-D" in stderr and len(stderr.splitlines()) == 1
    assert json.loads(stdout)["good"] is True


UNREADABLE_FILES = [
    ("host-ec.key", "private key"), ("garbage", "garbage"), ("empty", "empty"), ("text", "text"),
    ("folder", "folder"), ("no-such-file", "No such file"), ("cut.der", "cut.der"),
    ("cut.pem", "cut.pem"),
]


@pytest.mark.parametrize("name, words", UNREADABLE_FILES)
@pytest.mark.parametrize("place", ["{}", "--cert {}", "--cert must.pem --issuer {}", "must.pem {}"])
def test_unreadable(place, name, words, check):
    done = check(place.format(name))
    assert (done.returncode, done.stdout) == (UNREADABLE, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("muststaple: ") and words in lines[0], done.stderr


@pytest.mark.parametrize("line, words", [
    ("must.pem --at yesterday", "--at"),
    ("must.pem --max-age -1", "--max-age"),
    ("must.pem --ca-file no-such-file", "no-such-file"),
    ("must.pem --ca-file text", "text"),
    ("must.pem --frobnicate", "--frobnicate"),
    ("must.pem --cert", "--cert"),
    ("--issuer ca.pem -- - -", "standard input"),
    ("--cert must.csr", "certificates"),
    ("--cert must.pem --staple no-such-file", "no-such-file"),
    ("must.pem --issuer ca.pem --staple good.ocsp", "--cert"),
    ("ca.pem --staple good.ocsp", "--cert"),
    ("--cert must.pem --staple folder", "folder"),
    ("--cert must.pem --staple ca.pem", "ca.pem"),
])
def test_usage(line, words, check):
    done = check(line, after_s=None)
    assert (done.returncode, done.stdout) == (UNREADABLE, "")
    assert words in done.stderr and len(done.stderr.splitlines()) == 1


def test_help():
    done = run("check", "--help")
    assert done.returncode == GOOD and done.stderr == ""
    for word in ("--cert", "--issuer", "--staple", "--ca-file", "--host", "--at", "--max-age",
                 "--min-remaining", "--json", "tlsfeature = status_request",
                 "1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05", "-addext"):
        assert word in done.stdout, word
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize("options", [[], ["--json"], ["--help"]])
def test_full_disk(options, workshop):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([scanner.SCANNER, "check", workshop("must.pem"), *options],
                              stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                              timeout=scanner.TIMEOUT_S, check=False)
    assert done.returncode == UNWRITTEN
    assert b"cannot write" in done.stderr


def test_closed_output(workshop):
    """Closed before it began, and a reader that went away."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as gone:
        for output in ({"stdout": gone}, {"preexec_fn": lambda: os.close(1)}):
            done = subprocess.run([scanner.SCANNER, "check", workshop("must.pem")],
                                  stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  timeout=scanner.TIMEOUT_S, check=False, **output)
            assert done.returncode == UNWRITTEN
            assert b"cannot write" in done.stderr


def test_nothing_is_obeyed(check, workshop):
    """What a terminal would obey comes out as something it shows."""
    openssl("req", "-new", "-key", workshop("host-ec.key"), "-out", workshop("escape.csr"),
            "-utf8", "-subj", "/CN=\x1b[2Jhidden\u202eelpmaxe", "-config", workshop("configuration"),
            "-reqexts", "must")
    done = check("escape.csr")
    assert done.returncode == GOOD
    assert "hidden" in done.stdout
    assert all(character == "\n" or character.isprintable() for character in done.stdout)
    assert check.record("escape.csr")["good"]


def test_old_recipes_agree(check, workshop):
    """What one looked for with grep before, in every certificate and request."""
    for name in ("plain", "must", "raw", "rsa"):
        for tool, ending, key in (("x509", "pem", "certificate"), ("req", "csr", "certificate_request")):
            file = f"{name}.{ending}"
            text = openssl(tool, "-noout", "-text", "-in", workshop(file)).decode()
            found = "status_request" in text or "1.3.6.1.5.5.7.1.24" in text
            assert found == (name != "plain")
            assert check.record(file)[key]["tls_feature"]["must_staple"] is found
