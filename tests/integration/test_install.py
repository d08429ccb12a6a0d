"""What is installed can be used: the program, and the library by pkg-config and by CMake."""
import os
import pathlib
import shlex
import subprocess

import pytest

from scanner import BUILD, ROOT, SLOW, cached

if SLOW > 1:
    pytest.skip("a build with sanitizers is not for others", allow_module_level=True)

# The library calls for the counters' runtime then.
COVERAGE = ["--coverage"] if cached("MST_COVERAGE") == "ON" else []

PROGRAM = r"""
#include <muststaple/audit.h>
#include <muststaple/version.h>
#include <stdio.h>

int main(void)
{
    struct mst_audit_config config;
    mst_audit_config_init(&config);
    size_t count = 0;
    const struct mst_version *versions = mst_versions(&count);
    return printf("%s %s %d\n", versions[0].name, versions[0].value, config.port) < 0;
}
"""

CMAKE_PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(muststaple 0.1 REQUIRED)
add_executable(user user.c)
target_link_libraries(user PRIVATE muststaple::muststaple)
"""


def output_of(*command, **keywords):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                          **keywords)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An installed tree that was moved after the installation."""
    folder = tmp_path_factory.mktemp("install")
    output_of("cmake", "--install", BUILD, "--prefix", folder / "before")
    return (folder / "before").rename(folder / "after")


@pytest.fixture
def user(tmp_path):
    source = tmp_path / "user.c"
    source.write_text(PROGRAM)
    return source


def installed(prefix):
    return {str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()}


def test_what_is_there(prefix):
    files = installed(prefix)
    assert {"bin/muststaple", "share/man/man1/muststaple.1", "include/muststaple/audit.h",
            "share/muststaple/record.schema.json", "share/muststaple/summary.schema.json"} <= files
    assert any(path.endswith("pkgconfig/muststaple.pc") for path in files)
    assert any(path.endswith("doc/muststaple/record.md") for path in files)
    assert not [path for path in files if "muststaple-lab" in path]
    assert not [path for path in files if path.startswith("include/") and "/muststaple/" not in path]


def test_nothing_names_the_place_it_was_built(prefix):
    wrong = [name for name in installed(prefix)
             if pathlib.Path(name).suffix in {".cmake", ".pc", ".1", ".h"}
             and str(ROOT).encode() + b"/" in (prefix / name).read_bytes()]
    assert not wrong


def test_program_runs(prefix):
    assert output_of(prefix / "bin/muststaple", "--version").startswith("muststaple ")


def test_pkg_config(prefix, user):
    pc = next(prefix.rglob("muststaple.pc"))
    environment = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent),
                   "LD_LIBRARY_PATH": str(pc.parents[1])}
    assert output_of("pkg-config", "--modversion", "muststaple", env=environment).strip()
    flags = output_of("pkg-config", "--cflags", "--libs", "muststaple", env=environment)
    program = user.with_suffix("")
    output_of("cc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", user, "-o", program,
              *shlex.split(flags), *COVERAGE)
    assert output_of(program, env=environment).split()[::2] == ["muststaple", "443"]


def test_find_package(prefix, user, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(CMAKE_PROJECT)
    output_of("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja",
              f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_EXE_LINKER_FLAGS={' '.join(COVERAGE)}")
    output_of("cmake", "--build", tmp_path / "build")
    assert output_of(tmp_path / "build/user").split()[::2] == ["muststaple", "443"]


def test_headers_stand_alone(prefix, tmp_path):
    for header in sorted((prefix / "include/muststaple").glob("*.h")):
        source = tmp_path / f"{header.stem}.c"
        source.write_text(f"#include <muststaple/{header.name}>\n")
        for dialect in (["-x", "c", "-std=c11"], ["-x", "c", "-std=c17"]):
            output_of("cc", *dialect, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                      "-fsyntax-only", f"-I{prefix / 'include'}", source)
