"""Fixtures of the integration tests. The build under test is named by MUSTSTAPLE_BUILD (build/dev)."""
import pytest

import scanner
from authority import Authority
from servers import Servers


def pytest_sessionstart(session):
    if not scanner.SCANNER.is_file():
        pytest.exit(f"{scanner.SCANNER} is not built", returncode=1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """The servers' logs belong to the report of a failing test."""
    report = (yield).get_result()
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Servers):
                report.sections.append(("servers", value.logs()))


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def module_servers(tmp_path_factory):
    """Servers that live as long as the tests of a file."""
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.close()


@pytest.fixture
def servers(tmp_path):
    folder = tmp_path / "servers"
    folder.mkdir()
    servers = Servers(folder)
    yield servers
    servers.close()


@pytest.fixture
def scan(tmp_path, authority):
    return scanner.Scan(tmp_path, authority.ca_file)


@pytest.fixture(scope="module")
def module_scan(tmp_path_factory, authority):
    return scanner.Scan(tmp_path_factory.mktemp("scan"), authority.ca_file)
