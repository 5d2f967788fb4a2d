"""The one door, `./run`, on machines that lack something."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.need import ROOT
from tools import everything

FAKE_PYTHON = """#!/bin/sh
# A Python as Debian ships it without python3-venv: it starts, but cannot import ensurepip.
case "$*" in *ensurepip*) exit 1 ;; *sys.version_info*) exit {new_enough} ;; esac
exit 0
"""


def run_in_a_copy(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run `./run setup` of a copy that has nothing installed, with only `path` to look in."""
    (folder / "requirements").mkdir()
    for name in ("run", "requirements/tools.txt", "requirements/base.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "run").chmod(0o755)
    (folder / "home").mkdir()
    return subprocess.run(
        ["/bin/sh", str(folder / "run"), "setup"],
        env={"PATH": path, "HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


def tools_without_python(folder: Path) -> Path:
    """A folder of the few programs the script uses before it has found a Python."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("cat", "cksum", "cut", "dirname", "mkdir"):
        (programs / name).symlink_to(f"/usr/bin/{name}")
    return programs


@pytest.mark.parametrize(
    ("new_enough", "line"),
    [
        (0, "apt-get install -y python3-venv"),
        (1, "apt-get install -y python3 python3-venv"),
    ],
)
def test_without_venv_there_is_exactly_one_line_to_run(tmp_path: Path, new_enough: int, line: str):
    programs = tools_without_python(tmp_path)
    python = programs / "python3"
    python.write_text(FAKE_PYTHON.format(new_enough=new_enough))
    python.chmod(0o755)

    done = run_in_a_copy(tmp_path, str(programs))

    assert done.returncode == 2
    assert (done.stdout + done.stderr).splitlines() == [line]
    assert not (tmp_path / ".tools").exists()


def test_without_any_python_the_line_names_it(tmp_path: Path):
    done = run_in_a_copy(tmp_path, str(tools_without_python(tmp_path)))

    assert done.returncode == 2
    assert done.stderr.splitlines() == ["apt-get install -y python3 python3-venv"]


def test_an_unknown_word_shows_what_there_is():
    done = subprocess.run([ROOT / "run", "nonsense"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "./run demo" in done.stderr


@pytest.mark.parametrize(
    ("port", "what"), [("0", "from 1 to 65535"), ("70000", "from 1 to 65535"), ("busy", "--port")]
)
def test_a_port_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, port: str, what: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1]) if port == "busy" else port
        done = subprocess.run(
            [sys.executable, "-m", "hembesok.project.cli", "demo", "--port", number],
            cwd=ROOT,
            env={**os.environ, "HEMBESOK_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert what in done.stderr
    assert len(done.stderr.splitlines()) == 1


def run_command(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, with no key and no database."""
    return subprocess.run(
        [sys.executable, "-m", "hembesok.project.cli", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_without_a_site_leave_nothing_behind(tmp_path: Path):
    programme = ROOT / "hembesok/programme/protocols/template.toml"
    for words in (["--help"], ["states"], ["check-programme", str(programme)]):
        done = run_command(*words, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_made_is_told_in_one_line(tmp_path: Path):
    done = run_command("publish-programme", "--shipped", folder=tmp_path)
    assert done.returncode == 2
    assert "hembesok migrate" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_may_be_called_anything_and_is_ours_alone(tmp_path: Path):
    data = tmp_path / "a#b ?50%41"
    for words in (["migrate", "-v", "0"], ["publish-programme", "--shipped"]):
        done = run_command(*words, folder=tmp_path, HEMBESOK_DATA=str(data))
        assert done.returncode == 0, done.stderr
    assert {path.name for path in data.iterdir()} >= {"hembesok.sqlite3", "secret-key"}
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "secret-key").stat().st_mode & 0o077 == 0
    assert len((data / "secret-key").read_text()) > 50


@pytest.mark.parametrize("command", ["flush", "sqlflush", "createsuperuser"])
def test_commands_that_would_break_a_promise_are_closed(tmp_path: Path, command: str):
    done = run_command(command, folder=tmp_path)
    assert done.returncode == 2
    assert "is closed" in done.stderr


def test_a_base_step_that_is_not_there_is_told_with_file_step_and_remedy(tmp_path: Path):
    shipped = ROOT / "hembesok/programme/protocols"
    text = (shipped / "goteborg-skane-2018.1.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('"home-newborn"', '"home-newbron"'))
    done = run_command("check-programme", "mine.toml", folder=tmp_path)
    assert done.returncode == 2
    for words in ("mine.toml", "step home-1", "'home-newbron'", "did you mean 'home-newborn'?"):
        assert words in done.stderr


@pytest.mark.parametrize(("required", "failed", "code"), [("", 0, 0), ("1", 1, 1)])
def test_each_skip_is_told_at_the_end_and_is_a_failure_where_nothing_may_be_missing(
    required: str,
    failed: int,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("HEMBESOK_REQUIRE_ALL", required)
    runs: list[dict[str, object]] = [
        {"passed": 2, "failed": 0, "skipped": []},
        {"skipped": [everything.NO_POSTGRES]},
    ]
    assert everything.report(runs) == code
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"skipped: {everything.NO_POSTGRES}",
        f"2 passed, {failed} failed, 1 skipped",
    ]


def test_a_run_in_which_nothing_passed_is_no_success(capsys: pytest.CaptureFixture[str]):
    assert everything.report([{"passed": 0, "failed": 0, "skipped": []}]) == 1
    assert everything.report([{"passed": 9, "failed": 1, "skipped": []}]) == 1


AFTER_THE_FORK = """
import os, signal, sys
import django
django.setup()
from hembesok.documents import typeset, word
from hembesok.project.management.commands import demo as command
command.demo.load = lambda on: typeset.pdf(word.SAMPLE)
command._load_apart() if sys.argv[1] == "apart" else command._load()
child = os.fork()
if not child:
    signal.alarm(int(sys.argv[2]))
    typeset.pdf(word.SAMPLE)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_papers_are_made_in_the_demos_server_though_loading_it_made_papers_too(tmp_path: Path):
    """What the typesetter starts before a fork is gone after it; the demo is loaded apart."""

    def forked(how: str, seconds: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", AFTER_THE_FORK, how, seconds],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "HEMBESOK_DATA": str(tmp_path), "HEMBESOK_SECRET_KEY": "x" * 50,
            },
            check=False,
        ).returncode  # fmt: skip

    assert forked("apart", "120") == 0
    assert forked("here", "10") != 0, "a trap that is no more: load the demo where it is served"
