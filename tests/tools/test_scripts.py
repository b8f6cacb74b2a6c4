"""The shell scripts of make, when something is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shared_data import REPO

SUMMARY = "===== 12 passed, 1 skipped in 3.21s ====="


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with the usual commands only."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "sh", "env", "dirname", "id", "mktemp", "rm", "tee", "grep", "tail", "timeout"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


def put(path: Path, name: str, script: str) -> None:
    """Add a command that runs this script to the PATH; it replaces an existing one."""
    (path / name).unlink(missing_ok=True)
    (path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (path / name).chmod(0o755)


def run(path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(path), "HOME": os.devnull}
    return subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True, check=False)


def test_ci_fails_when_make_test_fails(path: Path) -> None:
    put(path, "make", f"echo '{SUMMARY}'; exit 2")
    assert run(path, ".ci/run").returncode == 2


def test_ci_fails_when_no_test_has_passed(path: Path) -> None:
    put(path, "make", "echo '===== 12 skipped in 3.21s ====='")
    ended = run(path, ".ci/run")
    assert ended.returncode == 1
    assert "empty run" in ended.stderr


def test_ci_ends_with_the_summary_and_sets_the_variable_ci(path: Path) -> None:
    put(path, "make", f'echo "$CI $*"; echo "{SUMMARY}"; echo done')
    ended = run(path, ".ci/run")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["true test", SUMMARY, "done", SUMMARY]


def test_an_old_python_is_reported_with_advice(path: Path, tmp_path: Path) -> None:
    put(path, "python3", 'case "$2" in *sys.exit*) exit 1;; *) echo 3.9;; esac')
    script = tmp_path / "clone" / "tools" / "setup.sh"  # a copy, because the script changes .venv
    script.parent.mkdir(parents=True)
    shutil.copy(REPO / "tools" / "setup.sh", script)
    ended = run(path, "sh", str(script))
    assert ended.returncode == 1
    assert "needs Python 3.11 or newer, but the version of python3 is: 3.9." in ended.stderr


def test_the_setup_installs_a_compiler_if_it_may_and_continues_without_one(path: Path, tmp_path: Path) -> None:
    put(path, "uv", "exit 0")
    put(path, "id", "echo 0")
    put(path, "apt-get", 'echo "apt-get $*"; exit 100')
    shutil.copytree(REPO / "tools", tmp_path / "clone" / "tools")
    python = tmp_path / "clone" / ".venv" / "bin"
    python.mkdir(parents=True)
    put(
        python,
        "python",
        'case "$*" in hatch_build.py) echo "no compiler" >&2; exit 1;; *sysconfig*) echo :headers;; esac',
    )
    ended = run(path, "sh", str(tmp_path / "clone" / "tools" / "setup.sh"))
    assert ended.returncode == 0
    assert "Installing system packages: gcc libc6-dev headers\n" in ended.stdout
    assert ended.stderr == "no compiler\n"
    assert ended.stdout.endswith("Ready: .venv has tikcast and its development tools.\n")


def test_existing_commands_need_no_package(path: Path) -> None:
    ended = run(path, "sh", "tools/system-packages.sh", "grep:grep", "tee:coreutils")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_root_installs_only_what_is_missing(path: Path) -> None:
    put(path, "id", "echo 0")
    put(path, "apt-get", 'echo "apt-get $*"')
    ended = run(path, "sh", "tools/system-packages.sh", "grep:grep", "no-such:one", ":two")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].endswith("--no-upgrade --no-install-recommends one two")


def test_a_user_who_may_not_install_gets_the_exact_command(path: Path) -> None:
    put(path, "id", "echo 1000")
    put(path, "apt-get", "exit 99")
    ended = run(path, "sh", "tools/system-packages.sh", "no-such:one")
    assert ended.returncode == 1
    assert ended.stderr.endswith("Run: sudo apt-get install -y one\n")


def test_optional_packages_that_cannot_be_installed_are_skipped(path: Path) -> None:
    without_apt = run(path, "sh", "tools/system-packages.sh", "--wanted", "no-such:one")
    put(path, "id", "echo 1000")
    put(path, "apt-get", "exit 99")
    forbidden = run(path, "sh", "tools/system-packages.sh", "--wanted", "no-such:one")
    for ended in (without_apt, forbidden):
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_system_without_apt_gets_the_package_names(path: Path) -> None:
    ended = run(path, "sh", "tools/system-packages.sh", "no-such:one")
    assert ended.returncode == 1
    assert "needs these system packages (Debian's names): one." in ended.stderr
