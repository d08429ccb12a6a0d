"""Runs the scanner that was built, and reads what it wrote."""
import itertools
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("MUSTSTAPLE_BUILD", "build/dev")
SCANNER = BUILD / "scanner" / "muststaple"
LAB = BUILD / "tests" / "lab" / "muststaple-lab"


def cached(name):
    """What CMake was told when the build was configured."""
    cache = BUILD / "CMakeCache.txt"
    found = re.search(rf"^{name}:\w+=(.*)$", cache.read_text() if cache.exists() else "", re.MULTILINE)
    return found.group(1) if found else ""


# A build with sanitizers takes its time.
SLOW = 3 if cached("MST_SANITIZE") else 1
TIMEOUT_S = 60 * SLOW

_numbers = itertools.count(1)


class Result:
    """What one run left behind."""

    def __init__(self, returncode, stdout, stderr, records=(), summary=None):
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr
        self.records = list(records)
        self.summary = summary

    def by_line(self):
        """line number -> record; a line with two records is an error."""
        found = {}
        for record in self.records:
            assert record["line"] not in found, f"two records for line {record['line']}"
            found[record["line"]] = record
        return found

    @property
    def record(self):
        """The only one."""
        assert len(self.records) == 1, self.stderr
        return self.records[0]

    @property
    def connection(self):
        """The only connection of the only record."""
        assert len(self.record["connections"]) == 1, self.record
        return self.record["connections"][0]


def start(*arguments, **keywords):
    keywords.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen([SCANNER, *map(str, arguments)], **keywords)


def run(*arguments, stdin=b"", timeout=TIMEOUT_S, **keywords):
    """The scanner with these arguments; standard output and error as text."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run([SCANNER, *map(str, arguments)], input=stdin, capture_output=True,
                          timeout=timeout, check=False, **keywords)
    stderr = done.stderr.decode()
    complain_of_sanitizers(stderr)
    return Result(done.returncode, done.stdout.decode(), stderr)


def complain_of_sanitizers(stderr):
    assert "Sanitizer" not in stderr and "runtime error:" not in stderr, stderr


def parse(content):
    """Records of a results file: whole lines of JSON and nothing else."""
    if isinstance(content, bytes):
        content = content.decode("utf-8")
    assert content == "" or content.endswith("\n"), "the last line is cut"
    return [json.loads(line) for line in content.splitlines()]


class Scan:
    """`scan(targets, *options)`: targets as a list of lines or as a path."""

    def __init__(self, folder, ca_file=None):
        self.folder = pathlib.Path(folder)
        self.ca_file = ca_file

    def arguments(self, targets, *options):
        """The command line, and where it will write: (arguments, results, summary)."""
        number = next(_numbers)
        if not isinstance(targets, (str, os.PathLike)):
            path = self.folder / f"targets{number}.txt"
            path.write_text("".join(f"{line}\n" for line in targets), encoding="utf-8")
            targets = path
        results = self.folder / f"results{number}.jsonl"
        summary = self.folder / f"summary{number}.json"
        arguments = ["scan", targets, "-o", results, "--summary", summary]
        if self.ca_file:
            arguments += ["--ca-file", self.ca_file]
        return [*arguments, *options], results, summary

    def __call__(self, targets, *options, stdin=b"", timeout=TIMEOUT_S, private=True, **keywords):
        if private:
            options = ("--allow-private", *options)
        arguments, results, summary = self.arguments(targets, *options)
        done = run(*arguments, stdin=stdin, timeout=timeout, **keywords)
        if results.exists():
            done.records = parse(results.read_bytes())
        if summary.exists():
            done.summary = json.loads(summary.read_text(encoding="utf-8"))
        return done
