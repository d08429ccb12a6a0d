"""What a scan wrote, judged again: the same at the same time, and at another time what a scan at
that time would have said. The lab is scanned, and `openssl s_server`."""
import datetime
import json
import os
import resource
import select
import signal
import subprocess
import time

import jsonschema
import pytest

import scanner
from scanner import SLOW, TIMEOUT_S, run, start
from servers import silent
from test_lab import lab, scan_lab, validator  # fixtures, so that there is one way to start a lab

assert lab and scan_lab


def now_and(**difference):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**difference)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Rejudge:
    """`rejudge(input, *options)`: input as a path or as bytes for standard input."""

    def __init__(self, folder, ca_file):
        self.folder = folder
        self.ca_file = ca_file

    def __call__(self, given, *options, **keywords):
        results, summary = self.folder / "again.jsonl", self.folder / "again.json"
        for path in (results, summary):
            path.unlink(missing_ok=True)
        arguments = ["rejudge", "-" if isinstance(given, bytes) else given, "-o", results,
                     "--summary", summary, "--ca-file", self.ca_file, *options]
        done = run(*arguments, stdin=given if isinstance(given, bytes) else b"", **keywords)
        done.bytes = results.read_bytes() if results.exists() else None
        done.records = scanner.parse(done.bytes or b"")
        if summary.exists():
            done.summary = json.loads(summary.read_text(encoding="utf-8"))
        return done


@pytest.fixture(scope="module")
def scanned(scan_lab):
    return scan_lab("--raw")


@pytest.fixture(scope="module")
def stored(scanned, tmp_path_factory):
    """The records of the lab with raw bytes, as the scan wrote them."""
    path = tmp_path_factory.mktemp("stored") / "stored.jsonl"
    path.write_bytes(written_by(scanned))
    return path


def written_by(done):
    """The lines of a scan, which its records were read from."""
    return b"".join(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
                    for record in done.records)


@pytest.fixture
def rejudge(tmp_path, lab):
    return Rejudge(tmp_path, lab.folder / "root.pem")


def root_of(lab):
    options = lab.manifest["options"]
    return options[options.index("--ca-file") + 1]


def test_lab_names_its_root(lab):
    assert root_of(lab) == str(lab.folder / "root.pem")


# ---- the same again ----

def test_every_record_comes_out_the_same(stored, rejudge):
    """Byte for byte, in the order of the input."""
    done = rejudge(stored, "--raw")
    assert done.returncode == 0, done.stderr
    before = stored.read_bytes().splitlines()
    after = done.bytes.splitlines()
    assert len(before) == len(after) > 100
    for left, right in zip(before, after):
        assert json.loads(left) == json.loads(right)
    assert before == after


def test_summary_comes_out_the_same(scanned, stored, rejudge):
    again = rejudge(stored).summary
    own = {"started", "ended", "elapsed_ms", "options"}
    assert {key for key in again if again[key] != scanned.summary[key]} <= own
    assert set(again) == set(scanned.summary)
    assert again["options"]["ca-file"] and again["interrupted"] is False


def test_all_kinds_of_records_were_seen(scanned):
    """What the comparison above is worth."""
    assert {record["outcome"] for record in scanned.records} >= {
        "examined", "unresolved", "unreachable", "no_tls", "invalid"}
    connections = [connection for record in scanned.records for connection in record["connections"]]
    assert {connection["raw"]["delivery"] for connection in connections} == {
        None, "not_acknowledged", "acknowledged_not_sent", "sent", "empty"}
    assert any(record["outcome"] == "examined" and record["failure"] for record in scanned.records)
    assert any(connection["raw"]["size"] and not connection["raw"]["staple"]
               for connection in connections)


def test_excluded_targets(scan_lab, rejudge, tmp_path):
    """By name, by the address that it resolves to, and by the address on the line."""
    networks = tmp_path / "networks"
    networks.write_text("127.0.0.0/8\n::1\nmust.test\n")
    scanned = scan_lab("--raw", "--exclude", networks)
    assert scanned.summary["outcomes"]["excluded"] > 100 and scanned.summary["outcomes"]["examined"] == 0
    done = rejudge(written_by(scanned), "--raw")
    assert done.bytes == written_by(scanned)
    assert done.summary["funnel"] == scanned.summary["funnel"]


def without_raw(record):
    for connection in record["connections"]:
        del connection["raw"]
    return record


def test_without_raw_bytes_in_the_new_records(stored, rejudge):
    done = rejudge(stored)
    assert done.returncode == 0, done.stderr
    assert done.records == [without_raw(json.loads(line)) for line in stored.read_bytes().splitlines()]


def test_again_and_again(stored, rejudge, tmp_path):
    """At another time and back."""
    there = tmp_path / "there.jsonl"
    there.write_bytes(rejudge(stored, "--raw", "--at", now_and(days=400)).bytes)
    assert there.read_bytes() != stored.read_bytes()
    assert rejudge(there, "--raw").bytes == stored.read_bytes()


def test_records_follow_the_schema(stored, rejudge):
    check = validator("record")
    for options in ((), ("--raw", "--at", now_and(days=3))):
        records = rejudge(stored, *options).records
        assert [error.message for record in records for error in check.iter_errors(record)] == []


def test_interrupted_targets(scan, servers, rejudge, tmp_path):
    """The scan is stopped twice while nobody answers."""
    listener = servers.listener(silent)
    arguments, results, _ = scan.arguments(
        [f"{listener.address},must.test", listener.address, "127.0.0.1:1"], "--raw", "--timeout", "60",
        "--handshake-timeout", "60", "--allow-private", "--quiet")
    process = start(*arguments)
    deadline = time.monotonic() + 20 * SLOW
    while listener.contacts < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    process.wait(TIMEOUT_S)
    assert b'"interrupted"' in results.read_bytes()
    assert rejudge(results, "--raw").bytes == results.read_bytes()


def test_real_servers(authority, module_servers, module_scan, tmp_path):
    """`openssl s_server` with staples of several kinds, also at another time."""
    lines = []
    for identity in (authority.must, authority.plain):
        for staple in (None, "good", "delegated", "expired", "revoked", "try_later"):
            address = module_servers.s_server(identity, staple and getattr(authority, staple)(identity))
            lines.append(address.named(identity.name))
    scanned = module_scan(lines, "--raw")
    assert scanned.returncode == 0, scanned.stderr
    again = Rejudge(tmp_path, authority.ca_file)
    assert again(written_by(scanned), "--raw").bytes == written_by(scanned)
    moment = now_and(days=20)
    assert judged_of(again(written_by(scanned), "--at", moment).records) == judged_of(
        module_scan(lines, "--at", moment).records)


# ---- another time, another policy ----

JUDGED = ["outcome", "verdict", "reasons", "warnings", "must_staple", "staple", "staple_remaining_s",
          "certificate_remaining_s", "clients"]
JUDGED_OF_CONNECTION = ["chain", "certificate", "ca_features", "staple", "intermediate_staples", "verdict"]


def judged_of(records):
    """line -> what was concluded, and nothing that another visit may see differently."""
    return {record["line"]: [{key: record[key] for key in JUDGED}] +
            [{key: connection[key] for key in JUDGED_OF_CONNECTION} for connection in record["connections"]]
            for record in records}


@pytest.mark.parametrize("options", [
    ["--at", {"days": 3}],
    ["--at", {"days": 11}],
    ["--at", {"days": -2}],
    ["--at", {"days": 4000}],
    ["--at", {"days": -4000}],
    ["--at", {"hours": 30}, "--max-age", "3600"],
    ["--at", {"hours": 1}, "--min-remaining", "10000000"],
    ["--at", {"hours": 1}, "--max-age", "315360000", "--min-remaining", "0"],
], ids=str)
def test_as_a_scan_with_the_same_options(options, stored, lab, scan_lab, rejudge):
    options = [now_and(**option) if isinstance(option, dict) else option for option in options]
    scan, again = scan_lab(*options), rejudge(stored, *options)
    assert again.returncode == 0, again.stderr
    left, right = judged_of(scan.records), judged_of(again.records)
    assert sorted(left) == sorted(right)
    assert [line for line in left if left[line] != right[line]] == []
    for noun in ("outcomes", "verdicts", "staple_states", "reasons", "warnings", "clients", "funnel",
                 "staple_remaining", "issuers", "ranks"):
        assert again.summary[noun] == scan.summary[noun], noun


def test_other_times_matter(stored, rejudge):
    """The comparison above compares something."""
    verdicts = [rejudge(stored, "--at", now_and(days=days)).summary["verdicts"] for days in (0, 30, 4000)]
    assert verdicts[0] != verdicts[1]
    assert verdicts[0]["must_staple_ok"] > 0 == verdicts[2]["must_staple_ok"]


def test_other_roots(stored, rejudge, authority, tmp_path):
    other = Rejudge(tmp_path, authority.ca_file)(stored)
    assert other.returncode == 0, other.stderr
    assert "chain_untrusted" in {reason for record in other.records for reason in record["reasons"]}
    assert not [record for record in other.records
                if any(connection["chain"] and connection["chain"]["trusted"]
                       for connection in record["connections"])]


def test_fail_on(stored, rejudge):
    assert rejudge(stored, "--fail-on", "must_staple_ok").returncode == 1
    done = rejudge(stored, "--fail-on", "must_staple_ok", "--at", now_and(days=4000), "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


# ---- input and output ----

def test_standard_input_and_several_files(stored, rejudge, tmp_path, lab):
    content = stored.read_bytes()
    assert rejudge(content, "--raw").bytes == content
    done = run("rejudge", "--quiet", "--raw", "--ca-file", root_of(lab), stdin=content)
    assert done.returncode == 0 and done.stdout.encode() == content and done.stderr == ""
    done = run("rejudge", "--quiet", "--raw", "--ca-file", root_of(lab), stored, "-", stored, stdin=content)
    assert done.returncode == 0 and done.stdout.encode() == 3 * content


def test_blank_lines_and_line_ends(stored, rejudge):
    content = stored.read_bytes()
    done = rejudge(b"\n \r\n" + content.replace(b"\n", b"\r\n\t\n")[:-4], "--raw")
    assert done.returncode == 0, done.stderr
    assert done.bytes == content


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_no_record_at_all(content, rejudge):
    done = rejudge(content)
    assert done.returncode == 0
    assert "no record in the input" in done.stderr
    assert done.summary["records"] == 0


@pytest.mark.parametrize("options", [
    ["-o", "stored"], ["-o", "link"], ["-o", "out", "--summary", "stored"], ["-o", "out", "--summary", "out"],
    ["-o", "roots", "--ca-file", "roots"], ["--summary", "-"],
], ids=" ".join)
def test_nothing_that_is_read_is_written(options, stored, lab, tmp_path):
    (tmp_path / "stored").write_bytes(stored.read_bytes())
    (tmp_path / "link").symlink_to("stored")
    (tmp_path / "roots").write_bytes((lab.folder / "root.pem").read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = run("rejudge", "stored", *options, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("arguments, word", [
    (["/nonexistent"], "/nonexistent"),
    (["/"], "directory"),
    (["--ca-file", "/nonexistent"], "/nonexistent"),
    (["--at", "yesterday"], "--at"),
    (["--fail-on", "nonsense"], "nonsense"),
    (["--max-age", "0"], "max-age"),
    (["--port", "443"], "port"),
    (["-o", "/nonexistent/file"], "/nonexistent/file"),
    (["--summary", "/nonexistent/file"], "/nonexistent/file"),
])
def test_usage(arguments, word):
    done = run("rejudge", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert word in done.stderr and len(done.stderr.splitlines()) == 1


def test_help():
    done = run("rejudge", "--help")
    assert done.returncode == 0 and done.stderr == ""
    for word in ("--ca-file", "-o", "--summary", "--raw", "--quiet", "--at", "--max-age",
                 "--min-remaining", "--fail-on"):
        assert word in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_full_disk(stored, lab):
    done = run("rejudge", stored, "-o", "/dev/full", "--ca-file", root_of(lab))
    assert done.returncode == 3
    assert "No space left" in done.stderr


# ---- lines that cannot be judged again ----

@pytest.fixture(scope="module")
def good_line(stored):
    """One record of a host that was examined."""
    return next(line for line in stored.read_bytes().splitlines()
                if b'"verdict":"must_staple_ok"' in line)


def changed(line, change):
    record = json.loads(line)
    change(record)
    return json.dumps(record).encode()


def set_to(*path):
    """A change of the value at a path to its last element."""
    *way, last, value = path

    def change(record):
        for step in way:
            record = record[step]
        record[last] = value

    return change


RAW = ("connections", 0, "raw")
ADDRESSES = [f"192.0.2.{number}" for number in range(17)]
BAD_LINES = {
    "no JSON": (b"example.org", "it is not JSON"),
    "binary": (b"\xff\xfe\x00\x80", "it holds a NUL"),
    "zeros, as after a crash": (bytes(5000), "it holds a NUL"),
    "a list": (b"[1,2]", "it is no JSON object"),
    "deep": (b"[" * 100_000, "it is not JSON"),
    "many values": (b"[" + b"0," * 1_000_000 + b"0]", "it holds more than a record"),
    "a summary": (b'{"v":1,"type":"summary"}', "it is no record of a scan"),
    "another version": (set_to("v", 2), "another version wrote it"),
    "torn": (lambda line: line[:-100], "it is cut off"),
    "two in one": (lambda line: line + line, "it is not JSON"),
    "NUL inside": (lambda line: line.replace(b"must", b"mu\x00st", 1), "it holds a NUL"),
    "escaped NUL": (lambda line: line.replace(b'"input":"', b'"input":"\\u0000', 1), "it is not JSON"),
    "a field twice": (lambda line: line[:-1] + b',"line":7}', "it names a field twice"),
    "negative": (set_to("elapsed_ms", -1), "'elapsed_ms' is a number out of range"),
    "huge": (set_to("line", 2**62), "'line' is a number out of range"),
    "beyond 64 bits": (set_to("line", 2**64), "it is not JSON"),
    "a real number": (set_to("port", 443.5), "'port' is no whole number"),
    "another type": (set_to("host", ["a"]), "'host' is no text"),
    "no time": (set_to("started", "now"), "'started' is no time"),
    "many addresses": (set_to("dns", {"elapsed_ms": 0, "a": {"status": "ok", "addresses": ADDRESSES},
                                      "aaaa": {"status": None, "addresses": []}}), "is longer than"),
    "many connections": (lambda line: changed(line, lambda record: record.update(
        connections=record["connections"] * 5)), "'connections' is longer"),
    "many certificates": (set_to(*RAW, "chain", ["AA=="] * 33), "'connections.raw.chain' is longer"),
    "no certificate": (set_to(*RAW, "chain", ["AAAA"]), "holds something that is no certificate"),
    "no base64": (set_to(*RAW, "staple", "????"), "'connections.raw.staple' is not base64"),
    "another size": (set_to(*RAW, "size", 1), "does not fit its delivery and its size"),
    "no raw bytes": (lambda line: changed(line, without_raw), "it was scanned without --raw"),
    "raw bytes are null": (set_to("connections", 0, "raw", None), "'connections.raw' is null"),
    "too long": (b"x" * (16 * 1024 * 1024 + 1), "it is longer than 16 MiB"),
    "spaces without end": (lambda line: line[:-1] + b" " * (16 * 1024 * 1024) + b"}", "longer than 16 MiB"),
    "terminal controls": (b'{"type":"\x1b[2J"}', "it is not JSON"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_line_is_passed_over(name, good_line, rejudge):
    bad, reason = BAD_LINES[name]
    if callable(bad):
        try:
            bad = bad(good_line)
        except TypeError:
            bad = changed(good_line, bad)
    done = rejudge(b"\n".join([good_line, b"", good_line, bad, good_line, bad]), "--raw", "--quiet")
    assert done.returncode == 3
    assert done.bytes == 3 * (good_line + b"\n")
    assert done.stderr.startswith("muststaple: 2 of 5 lines could not be judged again; the first is line 4 ")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (done.summary["records"], done.summary["interrupted"]) == (3, True)


def test_torn_last_line(stored, rejudge):
    content = stored.read_bytes()
    lines = content.splitlines()
    done = rejudge(content[:-50], "--raw")
    assert done.returncode == 3
    assert done.bytes.splitlines() == lines[:-1]
    assert f"1 of {len(lines)} lines could not be judged again" in done.stderr
    assert f"line {len(lines)} of 'standard input': it is cut off" in done.stderr


def test_nothing_usable(stored, rejudge, tmp_path):
    """A scan without --raw, targets instead of records."""
    plain = tmp_path / "plain.jsonl"
    plain.write_bytes(rejudge(stored).bytes)
    done = rejudge(plain, "--quiet")
    examined = sum(b'"outcome":"examined"' in line for line in plain.read_bytes().splitlines())
    total = len(plain.read_bytes().splitlines())
    assert done.returncode == 3
    assert f"{examined} of {total} lines" in done.stderr and "scanned without --raw" in done.stderr
    assert len(done.records) == total - examined
    only_examined = b"".join(line + b"\n" for line in plain.read_bytes().splitlines()
                             if b'"outcome":"examined"' in line)
    for content, reason in ((only_examined, "scanned without --raw"), (b"example.org\n", "it is not JSON")):
        done = rejudge(content, "--quiet")
        assert done.returncode == 2
        assert "scan --raw" in done.stderr and reason in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.bytes == b""


# ---- large input, slow readers, signals ----

@pytest.fixture(scope="module")
def large(stored, tmp_path_factory):
    """Some thousand records, more than any buffer on their way holds."""
    path = tmp_path_factory.mktemp("large") / "large.jsonl"
    content = stored.read_bytes()
    with path.open("wb") as file:
        for _ in range(40 // SLOW):
            file.write(content)
    return path


def peak_kib(*arguments):
    """Peak memory of a run that goes well."""
    process = start(*arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.skipif(scanner.cached("MST_SANITIZE") != "", reason="sanitizers keep what is freed")
def test_memory_does_not_grow(stored, large, lab):
    options = ("--ca-file", root_of(lab), "--raw", "--quiet")
    assert peak_kib("rejudge", large, *options) < peak_kib("rejudge", stored, *options) + 24 * 1024


def wait_for_output(process):
    """Until there is something to read, which is left there."""
    assert select.select([process.stdout], [], [], TIMEOUT_S)[0], "nothing was written"


def cpu_ticks(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[11:13]


def wait_until_still(process):
    """Until it waits for somebody to read."""
    deadline, still, spent = time.monotonic() + TIMEOUT_S, 0, None
    wait_for_output(process)
    while still < 5:
        assert time.monotonic() < deadline, "it does not wait for room"
        time.sleep(0.1)
        before, spent = spent, cpu_ticks(process)
        still = still + 1 if spent == before else 0
    assert process.poll() is None, "it ended without a reader"


def test_reader_that_does_not_read(large, lab):
    """What waits for it has a ceiling, and everything comes once it reads."""
    process = start("rejudge", large, "--raw", "--quiet", "--ca-file", root_of(lab),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_still(process)
    stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, stderr
    assert stdout == large.read_bytes()


def test_reader_that_goes_away(large, lab):
    process = start("rejudge", large, "--raw", "--quiet", "--ca-file", root_of(lab),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    stderr = process.stderr.read()
    assert process.wait(TIMEOUT_S) == 3
    assert b"Broken pipe" in stderr
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_signal_while_waiting_for_input(number, good_line, lab, tmp_path):
    results, summary = tmp_path / "results", tmp_path / "summary"
    process = start("rejudge", "-", "-o", results, "--raw", "--ca-file", root_of(lab), "--summary", summary,
                    stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(good_line + b"\n" + good_line[:50])
    process.stdin.flush()
    deadline = time.monotonic() + 20 * SLOW
    while not (results.exists() and results.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(10 * SLOW) == 3
    stderr = process.stderr.read()
    assert b"interrupted" in stderr
    assert results.read_bytes() == good_line + b"\n"
    assert json.loads(summary.read_text())["interrupted"] is True
    process.stdin.close()
    process.stderr.close()


def test_signal_while_nobody_reads(large, lab):
    """The first signal ends the reading, the second the waiting; lines in the pipe are whole."""
    process = start("rejudge", large, "--raw", "--quiet", "--ca-file", root_of(lab),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_still(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10 * SLOW)
    finally:
        process.kill()
    stdout, stderr = process.communicate()
    assert process.returncode == 3, stderr
    assert large.read_bytes().startswith(stdout[:stdout.rfind(b"\n") + 1])


def test_first_signal_writes_what_is_done(large, lab):
    process = start("rejudge", large, "--raw", "--quiet", "--ca-file", root_of(lab),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for_output(process)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 3 and b"interrupted" in stderr
    assert stdout.endswith(b"\n") and large.read_bytes().startswith(stdout)
    assert len(stdout) < large.stat().st_size
