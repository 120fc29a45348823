"""Settings come from the environment, and for the command also from `.env` of the folder it is started in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import webserver
from orchestration.cli.main import main
from orchestration.core.settings import CHECKOUT, Settings, SettingsError
from orchestration.core.variables import read_settings
from tests.nights import lend_project

# What the script `sanming` does; then the settings that every subcommand reads.
START = "import sys; from orchestration.cli.main import start; sys.argv[0] = 'sanming'; start()"
SHOW = (
    "from orchestration.cli import main, refusals;main.main = lambda: print(refusals.settings_from_env());main.start()"
)


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting but those of the test."""
    for name in [name for name in os.environ if name.startswith("SANMING_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def run(folder: Path, code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Python started in a folder by somebody whose shell has set these variables and no other of ours."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SANMING_")}
    path = f"{CHECKOUT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**own, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def env_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / ".env"
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
    return path


def test_without_a_variable_every_setting_is_its_default(environ: pytest.MonkeyPatch) -> None:
    assert read_settings() == Settings(home=CHECKOUT)
    for name in ("HOME", "DATA_ORIGIN", "WORKERS", "CHECKLIST_BLOCKS", "SIGN_OFF"):
        environ.setenv(f"SANMING_{name}", "")
    assert read_settings() == Settings(home=CHECKOUT)


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("DATA_ORIGIN", "real", "data_origin", "real"),
        ("SETTLE_SECONDS", "0.5", "settle_seconds", 0.5),
        ("WORKERS", "4", "workers", 4),
        ("WORKERS", "0", "workers", 1),
        ("KEEP_RELEASES", "3", "keep_releases", 3),
        ("KEEP_WORKINGS", "9", "keep_workings", 9),
        ("LOCK_WAIT_SECONDS", "60", "lock_wait_seconds", 60.0),
        ("CHECKLIST_BLOCKS", "none", "checklist_blocks", ()),
        ("CHECKLIST_BLOCKS", "privacy, coverage", "checklist_blocks", ("privacy", "coverage")),
        ("LEAST_PEOPLE", "10", "least_people", 10),
        ("SIGN_OFF", "on", "signatures", 2),
        ("SIGN_OFF", "off", "signatures", 0),
    ],
)
def test_a_variable_is_its_setting(
    environ: pytest.MonkeyPatch, variable: str, value: str, setting: str, expected: object
) -> None:
    environ.setenv(f"SANMING_{variable}", value)
    assert getattr(read_settings(), setting) == expected


def test_a_home_is_told_from_where_one_stands_or_from_one_s_own_folder(
    environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.chdir(tmp_path)
    environ.setenv("HOME", str(tmp_path / "me"))
    for value, home in (("here", "here"), ("~/there", "me/there")):
        environ.setenv("SANMING_HOME", value)
        assert read_settings().home == tmp_path / home


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("HOME", "~nobody.is.called.so/home", "a folder"),
        ("DATA_ORIGIN", "maybe", "synthetic or real"),
        ("WORKERS", "many", "a number of at least 0"),
        ("WORKERS", "inf", "a number of at least 0"),
        ("KEEP_RELEASES", "-1", "a number of at least 0"),
        ("SETTLE_SECONDS", "nan", "a number of at least 0"),
        ("LOCK_WAIT_SECONDS", "1 h", "a number of at least 0"),
        ("CHECKLIST_BLOCKS", "taste", "none, or some of reconciliations,coverage"),
        ("CHECKLIST_BLOCKS", "privacy,none", "none, or some of reconciliations,coverage"),
        ("LEAST_PEOPLE", "1", "a whole number from 2 to 100"),
        ("SIGN_OFF", "maybe", "on or off"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_was_expected(
    environ: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    environ.setenv(f"SANMING_{variable}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    (told,) = str(refused.value).splitlines()
    assert told.startswith(f"SANMING_{variable}={value!r}: expected {expected}")
    assert told.endswith("; correct it or unset it")


def test_every_value_that_cannot_be_used_is_named_at_once(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("SANMING_WORKERS", "many")
    environ.setenv("SANMING_SIGN_OFF", "1")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [line.split("=")[0] for line in str(refused.value).splitlines()] == ["SANMING_WORKERS", "SANMING_SIGN_OFF"]


def test_the_command_reads_the_env_file_of_its_folder_and_the_shell_overrules_it(tmp_path: Path) -> None:
    env_file(tmp_path, "# 三明", "SANMING_HOME=here", "SANMING_KEEP_RELEASES=3", "export SANMING_SIGN_OFF='on'")
    told = run(tmp_path, SHOW, SANMING_KEEP_RELEASES="5").stdout
    for part in (f"home={tmp_path / 'here'!r}", "keep_releases=5", "signatures=2"):
        assert part in told
    (tmp_path / "below").mkdir()
    assert "signatures=0" in run(tmp_path / "below", SHOW).stdout  # a folder's own, never one above it


def test_an_env_file_of_a_windows_editor_is_read_and_one_that_is_no_text_in_utf_8_refused(tmp_path: Path) -> None:
    env_file(tmp_path, "SANMING_SIGN_OFF=on", encoding="utf-8-sig")
    assert "signatures=2" in run(tmp_path, SHOW).stdout
    path = env_file(tmp_path, "# 三明", "SANMING_SIGN_OFF=on", encoding="gb18030")
    refused = run(tmp_path, START, "release", "list")
    assert (refused.returncode, refused.stdout) == (64, "")
    assert refused.stderr.strip() == f"Error: {path}: expected a readable text in UTF-8; correct it or remove it"


def test_a_value_of_the_env_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    env_file(tmp_path, "SANMING_WORKERS=many")
    refused = run(tmp_path, START, "release", "list")
    assert refused.returncode == 64
    assert "SANMING_WORKERS='many'" in refused.stderr


def test_a_test_and_a_library_call_read_no_env_file(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file(tmp_path, "SANMING_WORKERS=many")
    environ.chdir(tmp_path)
    environ.setenv("SANMING_HOME", str(tmp_path))
    assert read_settings().workers == Settings.workers
    assert "nothing is published yet" in CliRunner().invoke(main, ["release", "list"]).output


def test_dagster_s_pages_have_the_settings_of_the_command_and_no_env_file_of_their_folder(
    environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, str] = {}
    environ.setattr(signal, "signal", lambda *_: None)
    environ.setattr(os, "execve", lambda _program, _command, variables: given.update(variables))
    environ.chdir(tmp_path)
    environ.setenv("SANMING_SIGN_OFF", "on")
    settings = Settings(home=tmp_path / "home", signatures=2)
    webserver.serve(settings, 3000)
    assert Path.cwd() == settings.dagster_home
    environ.setattr(os, "environ", given)
    assert read_settings() == settings


@pytest.mark.slow
def test_no_variable_kills_a_night_where_a_test_may(tmp_path: Path, parsed_project: Path) -> None:
    lend_project(parsed_project, tmp_path)
    broken = tmp_path / "raw" / "inbox" / "350402001" / "a.xlsx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"")
    variables = {"SANMING_HOME": str(tmp_path), "SANMING_SETTLE_SECONDS": "0"}
    done = run(tmp_path, START, "night", SANMING_FAILPOINT="receive.after_archive", **variables)
    assert done.returncode == 0, done.stderr
    assert "files received: 1," in done.stdout
