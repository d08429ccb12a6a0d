"""Where results go: whole lines or a clear word, whatever happens to the other end."""
import json
import os
import pathlib
import subprocess
import time

import jsonschema
import pytest

from scanner import ROOT, SCANNER, TIMEOUT_S, SLOW, complain_of_sanitizers, parse, run, start
from servers import hang_up

MANY = 30_000 // SLOW


@pytest.fixture
def few(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("127.0.0.1:1\n:1\nbad host\n")
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Enough for records to fill every buffer on their way."""
    path = tmp_path_factory.mktemp("input") / "many.txt"
    path.write_text("127.0.0.1:1\n" + "".join(f"no host {number}\n" for number in range(MANY)))
    return path


def test_records_alone_on_standard_output(few):
    for arguments in (["scan", few], ["scan", few, "-o", "-"]):
        done = run(*arguments)
        assert done.returncode == 0
        assert len(parse(done.stdout)) == 3
        assert done.stderr


def test_quiet(few):
    done = run("scan", few, "--quiet")
    assert done.returncode == 0
    assert len(parse(done.stdout)) == 3
    assert done.stderr == ""


def test_no_live_line_without_a_terminal(few):
    done = run("scan", few)
    assert "\r" not in done.stderr and "\x1b" not in done.stderr


def test_closing_summary_is_short_plain_text(few):
    stderr = run("scan", few, "-o", os.devnull).stderr
    assert stderr.isascii()
    assert all(len(line) <= 80 for line in stderr.splitlines())
    assert "invalid" in stderr


def test_full_disk(few):
    done = run("scan", few, "-o", "/dev/full")
    assert done.returncode == 3
    assert "/dev/full" in done.stderr and "No space left" in done.stderr


def test_full_disk_for_the_summary(few, tmp_path):
    done = run("scan", few, "-o", tmp_path / "results", "--summary", "/dev/full")
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert len(parse((tmp_path / "results").read_bytes())) == 3


def test_unwritable_place(tmp_path, servers):
    """Said before anything is scanned."""
    listener = servers.listener(hang_up)
    targets = tmp_path / "targets.txt"
    targets.write_text(f"{listener.address}\n")
    done = run("scan", targets, "-o", tmp_path / "nowhere" / "file")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert done.stdout == ""
    assert listener.contacts == 0


def test_unwritable_place_for_the_summary(few, tmp_path):
    """Whenever it is noticed, it is said, and what was scanned is there."""
    done = run("scan", few, "--summary", tmp_path / "nowhere" / "file")
    assert done.returncode in (2, 3)
    assert "nowhere" in done.stderr
    assert len(parse(done.stdout)) == (3 if done.returncode == 3 else 0)


@pytest.mark.parametrize("options", [
    ["-o", "results", "--summary", "results"],
    ["-o", "results", "--summary", "./results"],
    ["-o", "few.txt"],
    ["-o", "link"],
    ["-o", "results", "--summary", "few.txt"],
    ["-o", "exclude", "--exclude", "exclude"],
    ["-o", "roots", "--ca-file", "roots"],
    ["--summary", "-"],
], ids=" ".join)
def test_nothing_that_is_read_is_written(options, few, tmp_path, authority):
    (tmp_path / "link").symlink_to(few)
    (tmp_path / "exclude").write_text("example.org\n")
    (tmp_path / "roots").write_bytes(pathlib.Path(authority.ca_file).read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = run("scan", few, *options, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_input_is_not_appended_to(few):
    """`scan - < list >> list` would feed on itself for ever."""
    before = few.read_bytes()
    with few.open("rb") as list_in, few.open("ab") as list_out:
        process = start("scan", "-", stdin=list_in, stdout=list_out, stderr=subprocess.PIPE)
        _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, stderr
    assert few.read_bytes() == before


def test_summary_tells_what_was_not_written(many, tmp_path):
    summary = tmp_path / "summary.json"
    done = run("scan", many, "-o", "/dev/full", "--summary", summary)
    assert done.returncode == 3
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert told["interrupted"] is True
    assert told["records_written"] == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors(closed, few, tmp_path):
    """Nothing of ours takes their place."""
    results = tmp_path / "results"
    command = f'exec "$0" scan "$1" -o "$2" {closed}'
    done = subprocess.run(["sh", "-c", command, SCANNER, few, results], timeout=TIMEOUT_S, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert len(parse(results.read_bytes())) == 3


@pytest.mark.parametrize("command", ['exec "$0" scan "$1" --quiet >&-', 'exec "$0" scan --quiet <&-'])
def test_closed_descriptor_that_is_needed(command, few):
    done = subprocess.run(["sh", "-c", command, SCANNER, few], timeout=TIMEOUT_S, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 3
    assert b"Bad file descriptor" in done.stderr


def test_fifo_without_a_reader_can_be_stopped(few, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = start("scan", few, "-o", fifo, stderr=subprocess.PIPE)
    time.sleep(0.5 * SLOW)
    process.terminate()
    process.communicate(timeout=TIMEOUT_S)
    assert process.returncode != 0


def test_closed_pipe(many):
    """`| head -1`: the reader has its line, the scanner stops and says so."""
    process = start("scan", many, "--quiet", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = process.stdout.readline()
    process.stdout.close()
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert json.loads(first)["type"] == "target"
    assert process.returncode == 3
    complain_of_sanitizers(stderr.decode())
    assert "pipe" in stderr.decode().lower()
    assert len(stderr.splitlines()) <= 2


def test_closed_pipe_stops_a_long_scan(servers, tmp_path):
    """Even with nothing more to write for a while, the scan does not go on for nobody."""
    targets = tmp_path / "targets.txt"
    targets.write_text("[]\n" * MANY + "127.0.0.1:1\n" * 50)
    process = start("scan", targets, "--quiet", "--rate", "1", stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20 * SLOW) == 3


def test_slow_reader_loses_nothing(many):
    process = start("scan", many, "--quiet", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.5)
    pieces = []
    while piece := os.read(process.stdout.fileno(), 65536):
        pieces.append(piece)
        if len(pieces) < 20:
            time.sleep(0.02)
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, stderr
    assert sorted(record["line"] for record in parse(b"".join(pieces))) == list(range(1, MANY + 2))


def test_slow_reader_does_not_cost_memory(many):
    """The queue has a ceiling, however long the reader sleeps."""
    if SLOW > 1:
        pytest.skip("sanitizers use memory of their own")
    process = start("scan", many, "--quiet", "--threads", "1", "--concurrency", "100",
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak_kib = int(status.split("VmHWM:")[1].split()[0])
        assert process.poll() is None
        assert peak_kib < 48 * 1024
    finally:
        process.kill()
        process.communicate()


def test_results_are_replaced(few, tmp_path):
    results = tmp_path / "results.jsonl"
    results.write_text("old\n" * 100_000)
    assert run("scan", few, "-o", results).returncode == 0
    assert len(parse(results.read_bytes())) == 3


def test_summary_is_there_whole_or_not_at_all(few, tmp_path):
    """The new one replaces the old one in one step, and nothing is left beside it."""
    folder = tmp_path / "out"
    folder.mkdir()
    summary = folder / "summary.json"
    summary.write_text("old")
    before = summary.stat().st_ino
    with summary.open() as old:
        done = run("scan", few, "-o", os.devnull, "--summary", summary)
        assert done.returncode == 0, done.stderr
        assert old.read() == "old"
    assert summary.stat().st_ino != before
    assert os.listdir(folder) == ["summary.json"]
    json.loads(summary.read_text())


def test_summary_of_a_scan_that_could_not_write(few, tmp_path):
    summary = tmp_path / "summary.json"
    summary.write_text('"old"')
    assert run("scan", few, "-o", "/dev/full", "--summary", summary).returncode == 3
    json.loads(summary.read_text())


def test_summary_counts(few, tmp_path, servers, authority, scan):
    """The summary agrees with the records, and with its schema."""
    good = servers.s_server(authority.must, authority.good(authority.must))
    done = scan([good.named("must.test"), good.named("must.test"), "[]", "127.0.0.1:1"])
    jsonschema.validate(done.summary, json.loads((ROOT / "data/summary.schema.json").read_text()))
    outcomes = [record["outcome"] for record in done.records]
    assert {word: count for word, count in done.summary["outcomes"].items() if count} == {
        word: outcomes.count(word) for word in set(outcomes)}
    assert {word: count for word, count in done.summary["verdicts"].items() if count} == {
        "must_staple_ok": 2}


def test_summary_on_standard_output(few, tmp_path):
    done = run("scan", few, "-o", tmp_path / "results", "--summary", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"]["invalid"] == 2
