"""What this machine allows, and what happens when it allows less."""
import resource
import subprocess
import time

from scanner import SLOW, TIMEOUT_S, parse, run, start
from servers import hang_up


def test_too_few_open_files(tmp_path):
    targets = tmp_path / "targets.txt"
    targets.write_text("127.0.0.1:1\n")
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    done = run("scan", targets, "--threads", "2", preexec_fn=limit)
    assert done.returncode == 2
    assert "open files" in done.stderr and "40" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    assert run("scan", targets, "--threads", "2", preexec_fn=limit).returncode == 0


def test_out_of_descriptors(servers, scan):
    """Targets that could not be tried for our own sake have records that say so, and the scan is not
    called done."""
    count = 60
    listener = servers.listener(hang_up)
    arguments, results, _ = scan.arguments([listener.address] * count, "--rate", "30")
    process = start(*arguments, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 20 * SLOW
    while listener.contacts < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (6, hard))
    time.sleep(0.5)
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (1024, hard))
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    records = parse(results.read_bytes())
    assert sorted(record["line"] for record in records) == list(range(1, count + 1))
    codes = [record["failure"]["code"] for record in records]
    assert codes.count("local_limit") > 0 and codes.count("local_limit") < count
    assert process.returncode == 3
    assert b"ran out of descriptors" in stderr
