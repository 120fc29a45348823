"""The template a submitter gets: what is known is filled in, and Excel helps instead of harming."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations.contract import load_contracts, load_cover
from expectations.generate import CHECKOUT
from expectations.model import Contract
from expectations.template_sheets import header_text
from expectations.templates import write_template

SEEDS = CHECKOUT / "dbt_project" / "seeds"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = write_template(
        tmp_path_factory.mktemp("template") / "template.xlsx",
        submitter_code="350426202",
        submitter_name="溪尾乡",
        area="350426202",
        period="2017-06",
        contracts=list(load_contracts().values()),
        cover=load_cover(),
        seeds=SEEDS,
    )
    return openpyxl.load_workbook(path)


def header_cells(sheet: Worksheet, contract: Contract) -> dict[str, tuple[int, int]]:
    """Header → (row, column) of the contract's headers within the first rows."""
    wanted = {header_text(column) for column in contract.columns}
    return {
        cell.value: (cell.row, cell.column)
        for row in sheet.iter_rows(min_row=1, max_row=5)
        for cell in row
        if cell.value in wanted
    }


def column_format(sheet: Worksheet, index: int) -> str:
    """The number format of a whole column; neighbours of one format share an entry."""
    (entry,) = [entry for entry in sheet.column_dimensions.values() if entry.min <= index <= entry.max]
    return entry.number_format


def test_sheets_stand_in_the_order_of_the_forms_with_the_guides_last(template: Workbook) -> None:
    titles = [contract.title for contract in load_contracts().values()]
    assert template.sheetnames == ["封面", *titles, "填表说明", "代码表"]


def test_the_guides_are_sheets_that_reading_ignores(template: Workbook) -> None:
    cover = load_cover()
    forms = {contract.title for contract in load_contracts().values()}
    assert set(template.sheetnames) - forms - {cover.sheet} == set(cover.known_sheets)


def test_the_cover_names_submitter_period_and_forms(template: Workbook) -> None:
    cover, sheet = load_cover(), template["封面"]
    labelled = {row[0].value: row[1].value for row in sheet.iter_rows(min_col=1, max_col=2)}
    assert labelled[cover.fields[0].label] == "350426202"
    assert labelled["报送单位"] == "溪尾乡"
    assert labelled["报送期"] == "2017-06"
    assert labelled["模板版本"] == cover.template_version
    for contract in load_contracts().values():
        assert labelled[contract.title] == cover.modes["full"][0]


@pytest.mark.parametrize("form", load_contracts())
def test_every_column_has_its_header_once_with_unit_and_comment(form: str, template: Workbook) -> None:
    contract = load_contracts()[form]
    sheet = template[contract.title]
    found = header_cells(sheet, contract)
    assert list(found) and set(found) == {header_text(column) for column in contract.columns}
    for column in contract.columns:
        row, index = found[header_text(column)]
        comment = sheet.cell(row, index).comment
        assert comment is not None and column.description in comment.text


def test_headers_carry_their_unit_once() -> None:
    columns = [column for contract in load_contracts().values() for column in contract.columns if column.header_unit]
    assert columns
    for column in columns:
        assert header_text(column).count(f"（{column.header_unit}）") == 1


@pytest.mark.parametrize("form", load_contracts())
def test_long_codes_are_text_so_that_excel_keeps_their_digits(form: str, template: Workbook) -> None:
    contract = load_contracts()[form]
    sheet = template[contract.title]
    found = header_cells(sheet, contract)
    for column in contract.columns:
        if column.text_only:
            assert column_format(sheet, found[header_text(column)][1]) == "@"


@pytest.mark.parametrize("form", load_contracts())
def test_closed_lists_offer_exactly_the_names_of_their_code_list(form: str, template: Workbook) -> None:
    contract = load_contracts()[form]
    sheet = template[contract.title]
    found = header_cells(sheet, contract)
    offered = {
        cell_range.min_col: rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
        for cell_range in rule.sqref.ranges
    }
    for column in contract.columns:
        if column.code_list and not column.multiple:
            area = offered[found[header_text(column)][1]].replace("$", "").split("!")[1]
            names = [row[0].value for row in template["代码表"][area]]
            seed = (SEEDS / f"code_{column.code_list}.csv").read_text(encoding="utf-8").splitlines()[1:]
            assert sorted(names) == sorted(line.split(",")[1] for line in seed)


def test_a_township_chooses_among_its_own_villages(template: Workbook) -> None:
    sheet = template["代码表"]
    (column,) = [cell.column for cell in sheet[2] if cell.value == "行政村"]
    names = [cell.value for (cell,) in sheet.iter_rows(min_row=3, min_col=column, max_col=column) if cell.value]
    assert "莘田村" in names
    assert len(names) == len(set(names))
