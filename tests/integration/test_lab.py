"""The lab's table is a test: every scene scanned, every expected field compared."""
import base64
import hashlib
import json
import re
import subprocess

import jsonschema
import pytest

import compare_lab
import scanner
from servers import Process


def scenes():
    """The table, known before any server runs."""
    done = subprocess.run([scanner.LAB, "--list"], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


# Silent hosts cost as much as is allowed; the others answer at once.
TIMEOUTS = [word for stage, seconds in (("dns", 2), ("connect", 2), ("handshake", 2))
            for word in (f"--{stage}-timeout", seconds * scanner.SLOW)]
TIMEOUTS += ["--timeout", 4 * scanner.SLOW]

SCENES = [scene["name"] for scene in scenes()]


class Lab:
    def __init__(self, folder):
        self.folder = folder
        log = folder / "lab.log"
        self.process = Process(
            [scanner.LAB, "--dir", folder], log,
            lambda: "ready" in log.read_text(encoding="utf-8", errors="replace").split())
        self.manifest = compare_lab.load(folder)
        self.staged = {scene["name"]: scene for scene in self.manifest["scenes"]}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    status = lab.process.stop()
    output = lab.process.output()
    scanner.complain_of_sanitizers(output)
    assert status in (0, -15), output


@pytest.fixture(scope="module")
def scan_lab(lab, tmp_path_factory):
    """Scans all of the lab with the options it asks for, and some more."""
    scan = scanner.Scan(tmp_path_factory.mktemp("scans"))

    def run(*options):
        done = scan(lab.manifest["targets"], *lab.manifest["options"],
                    *TIMEOUTS, *options, private=False)
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def scanned(scan_lab):
    """The scan that most tests look at."""
    return scan_lab("--raw")


@pytest.fixture(scope="module")
def records(scanned):
    return scanned.by_line()


def validator(name):
    schema = json.loads((scanner.ROOT / "data" / f"{name}.schema.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("name", SCENES)
def test_scene(name, lab, records):
    if name not in lab.staged:
        pytest.skip("no IPv6 loopback here")
    scene = lab.staged[name]
    assert compare_lab.differences(scene, records[scene["line"]]) == []


def firefox_cases():
    """scene -> what Firefox does, of the table in docs/lab.md."""
    text = (scanner.ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| [^|]+ \| `([a-z0-9-]+)` \| ([A-Za-z_ ]+) \|$", text, re.MULTILINE))


def test_cases_of_firefox_are_staged():
    """The document's table says what the scenes expect."""
    expect = {scene["name"]: scene["expect"] for scene in scenes()}
    cases = firefox_cases()
    assert len(cases) == 12
    for name, outcome in cases.items():
        accepts, fetches = outcome == "accepts", outcome.startswith("fetch ")
        told = {key: expect[name][f"clients.firefox.{key}"]
                for key in ("accepts", "depends_on_fetch", "error")}
        assert told == {"accepts": accepts, "depends_on_fetch": fetches,
                        "error": None if accepts else outcome.split()[-1]}, name


def test_each_line_once(lab, records):
    assert sorted(records) == [scene["line"] for scene in lab.manifest["scenes"]]


def test_records_follow_the_schema(scanned):
    check = validator("record")
    wrong = [f"{record['input']}: {error.json_path}: {error.message}"
             for record in scanned.records for error in check.iter_errors(record)]
    assert wrong == []


def test_summary_follows_the_schema(scanned):
    assert [error.message for error in validator("summary").iter_errors(scanned.summary)] == []


def counted(records, key):
    words = [record[key] for record in records if record[key] is not None]
    return {word: words.count(word) for word in set(words)}


def test_summary_counts_the_records(scanned):
    def told(noun):
        return {word: count for word, count in scanned.summary[noun].items() if count}

    assert told("outcomes") == counted(scanned.records, "outcome")
    assert told("verdicts") == counted(scanned.records, "verdict")


def test_raw_is_what_was_hashed(records):
    """Chain and staple in base64 have the SHA-256 that the record names."""
    seen = 0
    for record in records.values():
        for connection in record["connections"]:
            if not connection["raw"] or not connection["chain"]:
                continue
            chain = [base64.b64decode(text, validate=True) for text in connection["raw"]["chain"]]
            assert [hashlib.sha256(der).hexdigest() for der in chain] == connection["chain"]["sha256"]
            staple, text = connection["staple"], connection["raw"]["staple"]
            assert (text is None) == (staple["sha256"] is None)
            if text is not None:
                bytes_of_it = base64.b64decode(text, validate=True)
                assert hashlib.sha256(bytes_of_it).hexdigest() == staple["sha256"]
                assert len(bytes_of_it) == staple["size"]
            seen += 1
    assert seen > len(SCENES) / 2


def test_roll_up_repeats_a_connection(records):
    """What a record says of the host, one of its connections says too."""
    for record in records.values():
        if record["outcome"] != "examined":
            continue
        assert (record["verdict"], record["staple"]) in [
            (connection["verdict"], connection["staple"]["state"])
            for connection in record["connections"] if connection["staple"]]
        assert record["certificate_remaining_s"] is not None
        assert record["clients"]["rfc"]["accepts"] in (True, False)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_threads_change_nothing(threads, lab, scan_lab):
    done = scan_lab("--threads", threads)
    assert compare_lab.compare(lab.manifest, done.records) == []


def test_few_at_a_time_change_nothing(lab, scan_lab):
    """With a few in flight instead of all."""
    done = scan_lab("--concurrency", "4")
    assert compare_lab.compare(lab.manifest, done.records) == []


def test_ipv4_only(lab, records, scan_lab):
    """Asks for no AAAA, and changes nothing for hosts that have an IPv4 address."""
    for line, record in scan_lab("-4").by_line().items():
        if record["dns"]:
            assert record["dns"]["aaaa"]["status"] is None
        before = records[line]["connections"]
        if before and all(connection["family"] == "ipv4" for connection in before):
            assert record["verdict"] == records[line]["verdict"]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_one_tls_version(version, records, scan_lab):
    """Only that version is spoken, and hosts that speak it have the same verdict."""
    same = 0
    for line, record in scan_lab("--tls", version).by_line().items():
        for connection in record["connections"]:
            if connection["tls"] and connection["tls"]["version"]:
                assert connection["tls"]["version"] == f"TLSv{version}"
        if record["outcome"] == "examined" and records[line]["outcome"] == "examined":
            assert record["must_staple"] == records[line]["must_staple"]
            same += record["verdict"] == records[line]["verdict"]
    assert same > len(SCENES) / 4


def test_comparison_can_fail(lab, scanned):
    """The comparison itself notices every kind of difference."""
    one = lab.manifest["scenes"][0]
    record = next(record for record in scanned.records if record["line"] == one["line"])
    others = [other for other in scanned.records if other is not record]
    assert compare_lab.compare(lab.manifest, scanned.records) == []
    assert compare_lab.compare(lab.manifest, others) == [f"{one['name']}: no record"]
    assert compare_lab.compare(lab.manifest, [*scanned.records, record])
    for path in one["expect"]:
        changed = json.loads(json.dumps(record))
        holder = compare_lab.lookup(changed, path.rpartition(".")[0]) if "." in path else changed
        last = path.rpartition(".")[2]
        holder[int(last) if isinstance(holder, list) else last] = "something else"
        assert any(path in line for line in compare_lab.compare(lab.manifest, [*others, changed]))


def test_many_targets_at_once(lab, tmp_path):
    """Each of many load targets has exactly one record, and each is examined."""
    count = 2000
    targets = subprocess.run([scanner.LAB, "--load-targets", str(count)], check=True, timeout=60,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    path = tmp_path / "load.txt"
    path.write_text(targets, encoding="utf-8")
    done = scanner.Scan(tmp_path)(path, *lab.manifest["options"], "--concurrency", count // 2,
                                  private=False)
    assert done.returncode == 0, done.stderr
    records = done.by_line()
    assert sorted(records) == list(range(1, count + 1))
    assert {record["outcome"] for record in records.values()} == {"examined"}
    assert done.summary["verdicts"]["must_staple_ok"] == count // 10
