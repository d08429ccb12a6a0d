"""Whatever is in the input: one record a line, or one clear message before anything starts."""
import os
import subprocess

import pytest

from scanner import run, start, parse, TIMEOUT_S


def write(path, content):
    path.write_bytes(content)
    return path


def refused(arguments, *words):
    """A usage error: status 2, nothing on standard output, one line that names what is wrong."""
    done = run("scan", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) <= 2
    for word in words:
        assert word in done.stderr
    return done


def test_missing_file(tmp_path):
    refused([tmp_path / "absent.txt"], "absent.txt", "No such file")


def test_directory(tmp_path):
    refused([tmp_path], str(tmp_path), "irectory")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path):
    path = write(tmp_path / "secret.txt", b"a.test\n")
    path.chmod(0)
    refused([path], "secret.txt", "ermission")


def test_second_file_missing(tmp_path):
    """All is looked at before anything begins."""
    first = write(tmp_path / "first.txt", b"!\n")
    refused([first, tmp_path / "second.txt"], "second.txt")


LINES = [
    # line, the code of its failure, or None: blank or a comment
    (b"\xef\xbb\xbf# a byte order mark, then a comment", None),
    (b"", None),
    (b"   \t ", None),
    (b"# comment", None),
    (b"\r", None),
    (b"bad host", "bad_host"),
    (b"a..b.test", "bad_host"),
    (b"host.test:0", "bad_port"),
    (b"host.test:65536", "bad_port"),
    (b"host.test:http", "bad_port"),
    (b"host.test:", "bad_port"),
    (b":443", "empty_host"),
    (b"[]", "empty_host"),
    (b"[::1", "bad_address"),
    (b"1.2.3.4.5", "bad_address"),
    (b"256.1.1.1", "bad_address"),
    (b"1.2.3,host.test", "bad_address"),
    (b"https:///path", "empty_host"),
    (b"ftp://host.test/", "bad_host"),
    (b"a" * 64 + b".test", "bad_host"),
    (b"x" * 5000, "too_long"),
    (b"\xff\xfe\x00h", "not_text"),
    (b"nul\x00inside.test", "not_text"),
    (b"host\x1b[2J.test", "not_text"),
    (b"127.0.0.1:1", "refused"),  # a target, if a dead one
]


def test_one_record_for_each_line(tmp_path, scan):
    """Blank lines and comments make none; what cannot be read says why, and is numbered right."""
    path = write(tmp_path / "lines.txt", b"\n".join(line for line, _ in LINES) + b"\n")
    done = scan(path)
    assert done.returncode == 0, done.stderr
    records = done.by_line()
    expected = {number: code for number, (_, code) in enumerate(LINES, 1) if code}
    assert {line: record["failure"]["code"] for line, record in records.items()} == expected
    assert records.pop(len(LINES))["outcome"] == "unreachable"
    for record in records.values():
        assert record["outcome"] == "invalid"
        assert record["failure"]["stage"] == "input"
        assert record["failure"]["detail"]
        assert record["host"] is None and record["port"] is None


FORMS = [
    # line, host, port, sni, rank; nothing listens on these ports
    ("{a}:1", "{a}", 1, None, None),
    ("{a}", "{a}", 7, None, None),
    ("{a}:1,Name.Test.", "name.test", 1, "name.test", None),
    ("{a},name.test:2", "name.test", 2, "name.test", None),
    ("https://{a}:3/path?query#part", "{a}", 3, None, None),
    ("12,{a}:4", "{a}", 4, None, 12),
    ("[::1]:5", "::1", 5, None, None),
    ("::1", "::1", 7, None, None),
    ("{a}:1,B\u00dcCHER.test", "xn--bcher-kva.test", 1, "xn--bcher-kva.test", None),
    ("  {a}:1,name.test   # comment", "name.test", 1, "name.test", None),
]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["", "BOM"])
def test_forms(end, bom, tmp_path, scan):
    address = f"127.77.{os.getpid() % 250 + 1}.9"
    text = bom + end.join(form[0].format(a=address) for form in FORMS)  # no end after the last
    path = write(tmp_path / "forms.txt", text.encode())
    done = scan(path, "--port", "7", "--timeout", "5")
    assert done.returncode == 0, done.stderr
    records = done.by_line()
    for number, (line, host, port, sni, rank) in enumerate(FORMS, 1):
        record = records[number]
        assert record["outcome"] == "unreachable", record
        assert record["port"] == port
        assert record["sni"] == sni
        assert record["rank"] == rank
        if "," not in line or rank:
            assert record["host"] == host.format(a=address)
        assert record["input"] == line.format(a=address).strip()


def test_binary_file(tmp_path, scan):
    """Every line of rubbish is one record, and the records are valid UTF-8."""
    rubbish = bytes((number * 37 + number // 251) % 256 for number in range(100_000))
    path = write(tmp_path / "rubbish.bin", rubbish)
    done = scan(path, "--timeout", "2", "--resolver", "127.0.0.1:1", "--dns-timeout", "1")
    assert done.returncode in (2, 3), done.stderr
    lines = rubbish.split(b"\n")
    assert 0 < len(done.by_line()) <= len(lines)
    assert all(record["outcome"] in ("invalid", "unresolved", "unreachable") for record in done.records)


def test_one_long_line(tmp_path, scan):
    """A megabyte without a line end is one line, and what follows is read."""
    path = write(tmp_path / "long.txt", b"x" * 1_000_000 + b"\n[]\n" + b"y" * 1_000_000)
    records = scan(path).by_line()
    assert {line: record["failure"]["code"] for line, record in records.items()} == {
        1: "too_long", 2: "empty_host", 3: "too_long"}
    assert all(len(record["input"]) <= 4096 for record in records.values())


def test_no_target_at_all(tmp_path, scan):
    """Every line has its record, and the exit status says that this was the wrong file."""
    done = scan(write(tmp_path / "wrong.txt", b"<html>\n<body class=x>\n"))
    assert done.returncode == 2
    assert "target" in done.stderr
    assert sorted(done.by_line()) == [1, 2]


def test_empty_input(tmp_path, scan):
    done = scan(write(tmp_path / "empty.txt", b""))
    assert done.returncode == 0, done.stderr
    assert done.records == []
    assert done.summary is not None


def test_standard_input(scan):
    done = scan("-", stdin=b"127.0.0.1:1\n\n:1\n")
    assert done.returncode == 0, done.stderr
    assert sorted(done.by_line()) == [1, 3]


def test_several_files_are_numbered_through(tmp_path, scan):
    first = write(tmp_path / "first.txt", b"# one\n[]")
    second = write(tmp_path / "second.txt", b"[]\n\n[]\n")
    done = scan(first, second)
    assert sorted(done.by_line()) == [2, 3, 5]


def test_skip_and_limit(tmp_path, scan):
    path = write(tmp_path / "many.txt", b"# comment\n" + b"[]\n" * 10)
    done = scan(path, "--skip", "3", "--limit", "4")
    assert sorted(done.by_line()) == [5, 6, 7, 8]


def test_slow_standard_input_is_not_waited_for(scan, tmp_path):
    """What has been read is scanned and written while the pipe is still open."""
    process = start("scan", "-", "-o", "-", "--quiet", stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stdin.write(b"127.0.0.1:1\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert parse(line)[0]["line"] == 1
        rest, _ = process.communicate(b":1\n", timeout=TIMEOUT_S)
        assert [record["line"] for record in parse(rest)] == [2]
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
