"""The same return, saved by every office program and library that clerks use, lands equal in every column.

A return once as XlsxWriter makes it and once as the filled template passes through each client; what lands is compared
with what lands of the first. A client that is not on the machine is skipped, with the reason.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from expectations.contract import load_contracts, load_cover
from expectations.templates import write_template
from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.inbox import receive
from tests.builders import SUBMITTER, as_written, header_text, make_workbook
from tests.office_clients import (
    EXCELJS,
    SHEETJS,
    LibreOffice,
    Missing,
    Node,
    by_openpyxl,
    by_pandas,
    by_xlsxwriter_1904,
    with_iso_dates,
)
from tests.rule_examples import SEEDS

pytestmark = pytest.mark.verify

PERIOD = "2017-06"
FORMS = ("households", "guarantee_loans", "cooperatives", "equity_holdings")
DAYS = (date(2015, 12, 31), date(2016, 2, 29), date(2016, 3, 1), date(2017, 1, 10))
MONEY = (30000, 1234567.89, 0.01, 45000.5)
RATES = (4.75, 4.35, 5.225, 0)
# What tells one submission from another, and not what was sent.
OF_THE_SUBMISSION = {"submission_id", "record_id", "received_at"}

Rows = dict[str, list[dict[str, Any]]]


def entries() -> Rows:
    """Cells as a clerk enters them: long numbers as texts, dates, money, percentages and words of lists."""
    changed: dict[str, list[dict[str, Any]]] = {
        "households": [
            {"household_code": f"350426202203{n:04d}", "identified_on": date(2014, n, 1)} for n in (1, 2, 10, 12)
        ],
        "guarantee_loans": [
            {
                "contract_number": f"DB-350426202-{n:05d}",
                "released_on": day,
                "principal_yuan": m,
                "annual_rate_percent": r,
            }
            for n, (day, m, r) in enumerate(zip(DAYS, MONEY, RATES, strict=True), start=1)
        ],
        "cooperatives": [{"founded_on": day, "registered_capital_yuan": m} for day, m in zip(DAYS, MONEY, strict=True)],
        "equity_holdings": [{}, {}, {}, {}],
    }
    rows = {}
    for form in FORMS:
        contract = load_contracts()[form]
        clean = [contract.clean_rows[n % len(contract.clean_rows)] for n in range(len(changed[form]))]
        typed = [
            {**row, **other, "sequence": n} for n, (row, other) in enumerate(zip(clean, changed[form], strict=True), 1)
        ]
        rows[form] = [{c.name: as_written(c, row.get(c.name)) for c in contract.columns} for row in typed]
    return rows


def filled_template(path: Path) -> Path:
    """The template with the entries in its cells and on its cover."""
    cover, contracts = load_cover(), [load_contracts()[form] for form in FORMS]
    write_template(
        path,
        submitter_code=SUBMITTER,
        submitter_name="溪尾乡",
        area=SUBMITTER,
        period=PERIOD,
        contracts=contracts,
        cover=cover,
        seeds=SEEDS,
    )
    book = openpyxl.load_workbook(path)
    for contract in contracts:
        sheet = book[contract.title]
        depth = 2 if any(column.group for column in contract.columns) else 1
        top = {cell.value: cell.column for row in sheet.iter_rows(min_row=3, max_row=2 + depth) for cell in row}
        for row in sheet.iter_rows(min_row=3, max_row=2 + depth):
            for cell in row:
                if cell.comment is not None:
                    cell.comment = None  # exceljs cannot open comments where openpyxl puts them
        for line, row in enumerate(entries()[contract.form], start=3 + depth):
            for column in contract.columns:
                if row[column.name] is not None:
                    sheet.cell(line, top[header_text(column)]).value = row[column.name]
    book.save(path)
    return path


@dataclass(frozen=True)
class Sources:
    """The two workbooks every client gets."""

    plain: Path
    template: Path

    def both(self) -> tuple[Path, Path]:
        return self.plain, self.template


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("sources")
    plain = make_workbook(folder / "plain.xlsx", SUBMITTER, PERIOD, entries(), with_totals=False)
    return Sources(plain, filled_template(folder / "template.xlsx"))


class Landing:
    """Lands a file in a home of its own, all with one key, so that a person has one token."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = 0

    def rows(self, file: Path) -> Rows:
        """The rows that landed, by form, without what tells submissions apart."""
        self._count += 1
        home = Settings(home=self._root / str(self._count), settle_seconds=0, workers=1)
        first = Settings(home=self._root / "1", settle_seconds=0, workers=1)
        if first.key_file.exists():
            home.key_file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(first.key_file, home.key_file)
        place = home.inbox / SUBMITTER / f"{SUBMITTER}_{PERIOD}{file.suffix}"
        place.parent.mkdir(parents=True)
        shutil.copyfile(file, place)
        (receipt,) = receive(home).received
        land(home)
        assert [found for found in receipt.findings if found.severity == "block"] == []
        return {form: _landed(home, form) for form in FORMS}


def _landed(home: Settings, form: str) -> list[dict[str, Any]]:
    found = duckdb.execute(
        "select * from read_parquet(?, hive_partitioning = false) order by row_number",
        [str(home.landing / form / "*" / "*.parquet")],
    )
    names = [column[0] for column in found.description]
    lines = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [{name: value for name, value in line.items() if name not in OF_THE_SUBMISSION} for line in lines]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Landing:
    return Landing(tmp_path_factory.mktemp("homes"))


@pytest.fixture(scope="module")
def expected(sources: Sources, landing: Landing) -> Rows:
    return landing.rows(sources.plain)


def test_what_is_compared_holds_every_kind_of_column(expected: Rows) -> None:
    loans = expected["guarantee_loans"]
    assert [row["released_on"] for row in loans] == list(DAYS)
    assert [float(row["principal_yuan"]) for row in loans] == list(MONEY)
    assert [float(row["annual_rate_percent"]) for row in loans] == list(RATES)
    assert [row["identified_on"].month for row in expected["households"]] == [1, 2, 10, 12]
    assert all(row["head_token"] and row["household_code"] for row in expected["households"])
    assert {row["holder_kind"] for row in expected["equity_holdings"]} >= {"household_group", "enterprise"}


def differences(expected: Rows, found: Rows, *, only_values: bool = False) -> list[str]:
    """Every cell that landed otherwise; where a value came as another text, values alone are compared."""
    told = []
    for form, rows in expected.items():
        if len(rows) != len(found[form]):
            told.append(f"{form}: {len(rows)} rows expected, {len(found[form])} landed")
            continue
        for row, other in zip(rows, found[form], strict=True):
            for name, value in row.items():
                is_text = name.endswith(("__text", "__kind")) or name in {"row_number", "sheet"}
                if value != other[name] and not (only_values and is_text):
                    told.append(f"{form}.{name}, row {row['row_number']}: {value!r}, landed {other[name]!r}")
    return told


LIBRARIES: dict[str, Callable[[Path, Path], None]] = {
    "openpyxl": by_openpyxl,
    "pandas": by_pandas,
    "XlsxWriter, 1904": by_xlsxwriter_1904,
}


@pytest.mark.parametrize("source", ["plain", "template"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_of_python_changes_nothing(
    library: str, source: str, sources: Sources, landing: Landing, expected: Rows, tmp_path: Path
) -> None:
    target = tmp_path / "saved.xlsx"
    LIBRARIES[library](getattr(sources, source), target)
    assert differences(expected, landing.rows(target)) == []


def test_the_filled_template_lands_as_the_plain_return_does(sources: Sources, landing: Landing, expected: Rows) -> None:
    assert differences(expected, landing.rows(sources.template)) == []


# A day with Z and another hour than midnight is the day it is in Sanming then.
ISO = {
    "day": lambda d: f"{d:%Y-%m-%d}",
    "no seconds": lambda d: f"{d:%Y-%m-%dT%H:%M}",
    "seconds": lambda d: f"{d:%Y-%m-%dT%H:%M:%S}",
    "milliseconds": lambda d: f"{d:%Y-%m-%dT%H:%M:%S}.000",
    "Z": lambda d: f"{d:%Y-%m-%dT%H:%M:%S}Z",
    "milliseconds and Z": lambda d: f"{d:%Y-%m-%dT%H:%M:%S}.000Z",
    "offset": lambda d: f"{d:%Y-%m-%dT%H:%M:%S}+08:00",
    "Z of the evening before": lambda d: f"{d - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z",
}


@pytest.mark.parametrize("form", ISO)
def test_a_date_kept_as_iso_8601_is_the_day_that_is_seen(
    form: str, sources: Sources, landing: Landing, expected: Rows, tmp_path: Path
) -> None:
    target = tmp_path / "saved.xlsx"
    with_iso_dates(ISO[form])(sources.plain, target)
    assert differences(expected, landing.rows(target), only_values=True) == []


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    try:
        return LibreOffice(tmp_path_factory.mktemp("profile"))
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def by_libreoffice(sources: Sources, office: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both workbooks in every format: folders xlsx, ods, back (from ods) and csv."""
    work = tmp_path_factory.mktemp("libreoffice")
    for suffix in ("xlsx", "ods", "csv"):
        office.convert(sources.both(), suffix, work / suffix)
    office.convert(sorted((work / "ods").glob("*.ods")), "xlsx", work / "back")
    return work


@pytest.mark.parametrize("source", ["plain", "template"])
@pytest.mark.parametrize("way", ["xlsx", "back"])
def test_libreoffice_changes_nothing(
    way: str, source: str, by_libreoffice: Path, landing: Landing, expected: Rows
) -> None:
    assert differences(expected, landing.rows(by_libreoffice / way / f"{source}.xlsx")) == []


@pytest.mark.parametrize("source", ["plain", "template"])
def test_the_csv_files_of_libreoffice_land_with_the_same_values(
    source: str, by_libreoffice: Path, landing: Landing, expected: Rows, tmp_path: Path
) -> None:
    bundle = tmp_path / "named"
    bundle.mkdir()
    for form in FORMS:
        title = load_contracts()[form].title
        name = f"{title}_{load_cover().modes['full'][0]}_{len(expected[form])}.csv"
        shutil.copyfile(by_libreoffice / "csv" / f"{source}-{title}.csv", bundle / name)
    archive = shutil.make_archive(str(tmp_path / "bundle"), "zip", bundle)
    assert differences(expected, landing.rows(Path(archive)), only_values=True) == []


# What is typed → whether the template's cell takes it: as a day, as a month (a text), as a rate.
TYPED_DAYS = {date(2017, 6, 30): True, date(1950, 1, 1): True, 2017.06: False, 2017: False, 20170630: False}
TYPED_MONTHS = {"2017-06": True, "2017.06": True, "2017.10": True, "2017-13": False, "1905-07": False, 2017.06: False}
# What is beyond the usual is taken: a rule asks about it.
TYPED_RATES = {4.75: True, 0: True, 1: True, 24: True, 24.5: True, 100: True, 0.0475: False, 0.99: False, 100.5: False}
RULES = {
    "day": ("guarantee_loans", "released_on", TYPED_DAYS),
    "month": ("households", "identified_on", TYPED_MONTHS),
    "rate": ("guarantee_loans", "annual_rate_percent", TYPED_RATES),
}


def test_the_bounds_of_the_template_take_what_is_right_and_nothing_else(
    sources: Sources, office: LibreOffice, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(sources.template)
    computed = openpyxl.Workbook()
    lines = []
    for kind, (form, column, typed) in RULES.items():
        contract = load_contracts()[form]
        index = [item.name for item in contract.columns].index(column) + 1
        (rule,) = [
            rule
            for rule in book[contract.title].data_validations.dataValidation
            if any(area.min_col == index for area in rule.sqref.ranges)
        ]
        cell = str(rule.sqref).split(":")[0]
        bounds = rule.formula1 if rule.type == "custom" else f"AND({cell}>={rule.formula1},{cell}<={rule.formula2})"
        for value, is_taken in typed.items():
            line = len(lines) + 1
            lines.append((kind, value, is_taken))
            computed.active.cell(line, 1).value = value
            computed.active.cell(line, 2).value = f"=IFERROR({bounds.replace(cell, f'A{line}')},FALSE)"
    computed.active.title = "x"
    computed.save(tmp_path / "bounds.xlsx")
    office.convert([tmp_path / "bounds.xlsx"], "csv", tmp_path)
    said = [row.split(",")[-1] for row in (tmp_path / "bounds-x.csv").read_text(encoding="utf-8").split()]
    assert [(kind, value, text == "TRUE") for (kind, value, _), text in zip(lines, said, strict=True)] == lines


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    try:
        return Node(tmp_path_factory.mktemp("node") / "packages")
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("source", ["plain", "template"])
def test_exceljs_changes_nothing(
    source: str, node: Node, sources: Sources, landing: Landing, expected: Rows, tmp_path: Path
) -> None:
    target = tmp_path / "saved.xlsx"
    node.run(EXCELJS, str(getattr(sources, source)), str(target))
    assert differences(expected, landing.rows(target)) == []


# In Shanghai SheetJS keeps a day as 23:59:17 of the day before, with Z: 43 seconds before midnight of no time zone.
@pytest.mark.parametrize("source", ["plain", "template"])
@pytest.mark.parametrize(("dates", "zone"), [("iso", "UTC"), ("iso", "Asia/Shanghai"), ("numbers", "UTC")])
def test_sheetjs_changes_nothing(
    dates: str, zone: str, source: str, node: Node, sources: Sources, landing: Landing, expected: Rows, tmp_path: Path
) -> None:
    target = tmp_path / "saved.xlsx"
    node.run(SHEETJS, str(getattr(sources, source)), str(target), dates, zone=zone)
    assert differences(expected, landing.rows(target), only_values=dates == "iso") == []


def test_iso_spellings_are_those_that_programs_write() -> None:
    moment = datetime(2017, 6, 30)
    assert ISO["milliseconds and Z"](moment) == "2017-06-30T00:00:00.000Z"
    assert ISO["Z of the evening before"](moment) == "2017-06-29T16:00:00Z"
