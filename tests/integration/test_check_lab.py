"""What `check` says of a chain and a staple in files is what `scan` said of the host that sent them:
every host of the lab, field by field."""
import base64
import datetime
import ssl

import pytest

import scanner
from test_lab import TIMEOUTS, Lab

# What a handshake tells and files do not.
NOT_IN_FILES = {"handshake_failed"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.process.stop()


@pytest.fixture(scope="module")
def scanned(lab, tmp_path_factory):
    scan = scanner.Scan(tmp_path_factory.mktemp("scans"))
    done = scan(lab.manifest["targets"], *lab.manifest["options"], *TIMEOUTS, "--raw",
                private=False)
    assert done.returncode == 0, done.stderr
    return done.records


def comparable(record):
    """Records whose only connection brought everything that it judged, and kept it."""
    if record["outcome"] != "examined" or len(record["connections"]) != 1:
        return False
    connection = record["connections"][0]
    staple = connection["staple"]
    return (len(connection["raw"]["chain"]) == connection["chain"]["length"]
            and staple["state"] != "oversize")


def judged_at(record):
    """The end of the visit, in whole seconds, as a scan judges."""
    started = datetime.datetime.fromisoformat(record["started"].replace("Z", "+00:00"))
    started_ms = round(started.timestamp() * 1000)
    return (started_ms + record["elapsed_ms"]) // 1000


class Files:
    """Chain and staple of a record as they lie on a disk."""

    def __init__(self, folder, connection, pem):
        chain = [base64.b64decode(text) for text in connection["raw"]["chain"]]
        self.chain = folder / "chain.pem"
        self.leaf = folder / "leaf"
        self.issuers = folder / "issuers.pem"
        pems = [ssl.DER_cert_to_PEM_cert(der) for der in chain]
        self.chain.write_text("".join(pems))
        self.issuers.write_text("".join(pems[1:]))
        self.leaf.write_bytes(pems[0].encode() if pem else chain[0])
        self.options = []
        if connection["staple"]["delivery"] in ("sent", "empty"):
            staple = folder / "staple.der"
            staple.write_bytes(base64.b64decode(connection["raw"]["staple"] or ""))
            self.options = ["--staple", staple]
        self.together = ["--cert", self.chain]
        self.apart = ["--cert", self.leaf]
        if len(chain) > 1:
            self.apart += ["--issuer", self.issuers]


def expected(record):
    """The fields of a check's record that the scan's has too."""
    connection = record["connections"][0]
    stapled = connection["staple"]["delivery"] in ("sent", "empty")
    fields = {"certificate": connection["certificate"], "ca_features": connection["ca_features"],
              "chain": connection["chain"]}
    if stapled:
        fields |= {"staple": connection["staple"], "verdict": record["verdict"],
                   "reasons": record["reasons"],
                   "warnings": [word for word in record["warnings"] if word not in NOT_IN_FILES]}
    # A client may ask for staples of the intermediates too; those are in no file.
    if stapled and not connection["intermediate_staples"]:
        fields["clients"] = record["clients"]
    return fields


def check(record, root, files):
    done = scanner.run("check", *files, "--json", "--ca-file", root, "--at", judged_at(record),
                       "--host", record["sni"] or record["host"])
    assert done.returncode in (0, 1), f"{record['input']}: {done.stderr}"
    assert done.stderr == ""
    (seen,) = scanner.parse(done.stdout.encode())
    return seen


def differences(record, seen, fields):
    return [f"{record['input']}: {name}: {seen[name]}, not {value}"
            for name, value in fields.items() if seen[name] != value]


def test_same_as_the_scan(lab, scanned, tmp_path):
    """The chain in one file, as a server would send it."""
    root = lab.folder / "root.pem"
    wrong, compared = [], 0
    for record in filter(comparable, scanned):
        files = Files(tmp_path, record["connections"][0], pem=True)
        seen = check(record, root, files.together + files.options)
        wrong += differences(record, seen, expected(record))
        compared += 1
    assert wrong == []
    assert compared > len(scanned) / 2


def test_same_with_the_issuers_apart(lab, scanned, tmp_path):
    """The certificate in one file, in DER, and its issuers in another: everything but what else a
    server sent along."""
    root = lab.folder / "root.pem"
    wrong, compared = [], 0
    for record in filter(comparable, scanned):
        files = Files(tmp_path, record["connections"][0], pem=False)
        seen = check(record, root, files.apart + files.options)
        fields = expected(record)
        del fields["chain"], fields["ca_features"]
        wrong += differences(record, seen, fields)
        compared += 1
    assert wrong == []
    assert compared > len(scanned) / 2


def test_every_text_can_be_read(lab, scanned, tmp_path):
    """For people: whatever the host was like, there are words for it and no controls."""
    root = lab.folder / "root.pem"
    for record in filter(comparable, scanned):
        files = Files(tmp_path, record["connections"][0], pem=True)
        done = scanner.run("check", *files.together, *files.options, "--ca-file", root,
                           "--at", judged_at(record), "--host", record["sni"] or record["host"])
        assert done.returncode in (0, 1) and done.stderr == ""
        assert "\nWhat to do:" in done.stdout and "(null)" not in done.stdout
        if files.options:
            assert f"{record['verdict']}: " in done.stdout
            for word in {*record["reasons"], *record["warnings"]} - NOT_IN_FILES:
                assert f"\n  - {word}: " in done.stdout
        assert all(character == "\n" or character.isprintable() for character in done.stdout)
