"""The command line from outside: exit codes, refusals, and that asking for help stays cheap."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import main
from orchestration.core.settings import CHECKOUT


@pytest.fixture
def sanming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SANMING_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return run


def test_help_lists_the_exit_codes(sanming) -> None:
    told = sanming("--help").output
    assert "75  another night is at work" in told
    for command in ("night", "check", "template", "release", "rules", "twin", "score", "ui"):
        assert command in told


def test_help_loads_neither_dagster_nor_dbt_nor_great_expectations() -> None:
    code = (
        "import sys; from orchestration.cli.main import main; main(['--help'], standalone_mode=False);"
        "heavy = {'dagster', 'dbt', 'great_expectations', 'pandas', 'duckdb', 'pydantic'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 5  # half a second on an idle machine


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("template", "350402001", "June"), "expected YYYY-MM", id="a period that is none"),
        pytest.param(("template", "999999999", "2017-06"), "no submitter 999999999", id="an unknown submitter"),
        pytest.param(("template", "350402001", "2017-05"), "owes no form for 2017-05", id="a month nothing is due"),
        pytest.param(("twin",), "one of the two", id="no place for the city"),
        pytest.param(("twin", "out", "--arriving", "--still"), "leave one option out", id="a still city that arrives"),
        pytest.param(("rules", "show", "XX-99"), "XX-99: no such rule", id="an unknown rule"),
        pytest.param(("rules", "try"), "name a rule", id="a trial of nothing"),
        pytest.param(("rules", "waive", "1", "--by", "a", "--reason", "b"), "no such finding", id="an unknown finding"),
    ],
)
def test_a_refusal_says_what_was_expected_and_ends_with_64(sanming, arguments: tuple[str, ...], expected: str) -> None:
    result = sanming(*arguments)
    assert result.exit_code == 64
    assert expected in result.output


def test_an_unusable_setting_is_named(sanming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANMING_WORKERS", "many")
    result = sanming("release", "list")
    assert result.exit_code == 64
    assert "SANMING_WORKERS='many'" in result.output


def test_without_the_webserver_ui_says_what_to_install(tmp_path: Path) -> None:
    # A process of its own: where nothing is refused, the command becomes the webserver.
    code = "import sys; sys.modules['dagster_webserver'] = None; from orchestration.cli.main import main; main(['ui'])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, "SANMING_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 64, told.stderr
    assert "dagster-webserver is not installed" in told.stderr
    assert "`make ui`" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_home_without_a_release_says_what_to_do(sanming) -> None:
    assert "run `sanming night`" in sanming("release", "list").output
    verified = sanming("release", "verify")
    assert verified.exit_code == 1
    assert "nothing is published yet" in verified.output


def test_the_template_holds_the_forms_that_are_due(sanming, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from expectations.contract import load_contracts, load_cover
    from twin.duties import due_forms

    result = sanming("template", "350402001", "2017-06")
    assert result.exit_code == 0, result.output
    sheets = load_workbook(tmp_path / "350402001_2017-06.xlsx", read_only=True).sheetnames
    due = {load_contracts()[form].title for form in due_forms("350402001", "2017-06")}
    assert sheets[0] == load_cover().sheet
    assert {sheet for sheet in sheets if sheet in {c.title for c in load_contracts().values()}} == due


def test_the_synthetic_city_never_enters_a_used_inbox_or_a_real_home(
    sanming, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "home" / "raw" / "inbox" / "a.xlsx"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x")
    assert "already used" in sanming("twin", "--if-unused").output
    assert [path.name for path in kept.parent.iterdir()] == ["a.xlsx"]
    monkeypatch.setenv("SANMING_DATA_ORIGIN", "real")
    assert sanming("twin", str(tmp_path / "out")).exit_code == 64


def test_checking_a_broken_file_is_2_and_says_what_to_do_in_the_clerk_s_language(sanming, tmp_path: Path) -> None:
    from expectations.contract import load_file_rules

    broken = tmp_path / "350402001_2017-06.xlsx"
    broken.write_bytes(b"")
    result = sanming("check", str(broken))
    assert result.exit_code == 2, result.output
    assert "FL-01" in result.output
    assert load_file_rules()["FL-01"].fix[:4] in result.output.replace("\n", "")
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_checking_a_clean_return_is_0_and_a_held_row_is_1(sanming, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from expectations.contract import load_contracts
    from twin.city import build_city

    city = build_city(tmp_path / "city", scale=0.05, townships=1, periods=("2015-12",), errors=False)
    (clean,) = [path for path in (city.inbox / city.townships[0]).rglob("*") if path.is_file()]
    assert sanming("check", str(clean)).exit_code == 0
    assert clean.suffix == ".xlsx"
    book = load_workbook(clean)
    loans = book[load_contracts()["guarantee_loans"].title]
    header = load_contracts()["guarantee_loans"].column("contract_number").header
    (cell,) = [cell for row in loans.iter_rows(max_row=5) for cell in row if cell.value == header]
    first = next(row for row in range(cell.row + 1, cell.row + 4) if loans.cell(row, cell.column).value)
    loans.cell(first, cell.column).value = None
    damaged = tmp_path / clean.name
    book.save(damaged)
    result = sanming("check", str(damaged))
    assert result.exit_code == 1, result.output
    assert "GL-01" in result.output


def test_a_template_goes_into_a_folder_under_its_own_name(sanming, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    result = sanming("template", "350402001", "2017-06", "--out", str(folder))
    assert result.exit_code == 0, result.output
    assert [path.name for path in folder.iterdir()] == ["350402001_2017-06.xlsx"]
    assert str(folder / "350402001_2017-06.xlsx") in result.output


def test_a_template_that_cannot_be_written_is_a_sentence(sanming, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    result = sanming("template", "350402001", "2017-06", "--out", str(tmp_path / "file" / "new.xlsx"))
    assert result.exit_code == 64
    assert "cannot be written" in result.output
    assert "Traceback" not in result.output
