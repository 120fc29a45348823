"""The template a submitter gets: what is known is filled in, and Excel helps instead of harming."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from expectations.contract import load_contracts, load_cover
from expectations.generate import CHECKOUT
from expectations.model import Column, Contract
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


def validation_of(sheet: Worksheet, index: int) -> DataValidation | None:
    """The validation of the cells of a column, which are all below the headers."""
    found = [
        rule
        for rule in sheet.data_validations.dataValidation
        if any(area.min_col <= index <= area.max_col for area in rule.sqref.ranges)
    ]
    return found[0] if found else None


def columns_where(template: Workbook, wanted) -> list[tuple[Contract, Column, Worksheet, int, DataValidation]]:
    """The columns of all forms that are wanted, each with its place and its validation."""
    found = []
    for contract in load_contracts().values():
        sheet = template[contract.title]
        places = header_cells(sheet, contract)
        for column in filter(wanted, contract.columns):
            index = places[header_text(column)][1]
            rule = validation_of(sheet, index)
            assert rule is not None, f"{contract.form}.{column.name}"
            found.append((contract, column, sheet, index, rule))
    assert found
    return found


def day_of(serial: str) -> date:
    """The day a spreadsheet means by a number."""
    return openpyxl.utils.datetime.from_excel(float(serial)).date()


def is_date(precision: str):
    return lambda column: column.logical_type == "date" and column.date_precision == precision


def test_a_date_column_takes_no_day_before_1950_so_that_a_typed_month_is_no_day_of_1905(template: Workbook) -> None:
    for contract, column, sheet, index, rule in columns_where(template, is_date("day")):
        where = f"{contract.form}.{column.name}"
        assert (rule.type, rule.operator or "between", rule.errorStyle or "stop") == ("date", "between", "stop"), where
        assert day_of(rule.formula1) == date(1950, 1, 1), where
        assert date(2030, 1, 1) <= day_of(rule.formula2) <= date(2100, 1, 1), where
        assert not float(rule.formula1) <= 2017.06 <= float(rule.formula2), where
        assert not float(rule.formula1) <= 20170630 <= float(rule.formula2), where
        assert "2017-06-30" in rule.prompt and "1950-01-01" in rule.error, where
        assert column_format(sheet, index) == "yyyy-mm-dd", where


def test_a_month_column_is_text_so_that_2017_10_keeps_its_zero(template: Workbook) -> None:
    for contract, column, sheet, index, rule in columns_where(template, is_date("month")):
        where = f"{contract.form}.{column.name}"
        assert column_format(sheet, index) == "@", where
        assert (rule.type, rule.errorStyle or "stop") == ("custom", "stop"), where
        assert "2017-06" in rule.prompt and "2017-06" in rule.error, where


def test_a_percent_column_cannot_hold_a_fraction_of_one_for_a_percentage(template: Workbook) -> None:
    for contract, column, sheet, index, rule in columns_where(template, lambda column: column.unit == "percent"):
        where = f"{contract.form}.{column.name}"
        assert rule.type == "decimal", where
        cell = str(rule.sqref).split(":")[0]
        assert rule.formula1.lstrip("=") == f"IF({cell}=0,0,1)", where
        assert float(rule.formula2) == 100, where
        # A share of a whole may be below one; a rate of lending is none.
        assert (rule.errorStyle or "stop") == ("warning" if column.maximum == 100 else "stop"), where
        assert "4.75%" in rule.prompt and "0.0475" in rule.prompt, where
        assert "%" not in column_format(sheet, index), where


def test_what_was_pasted_over_a_bound_shows_in_red(template: Workbook) -> None:
    def is_guarded(column: Column) -> bool:
        return column.logical_type == "date" or column.unit == "percent"

    for contract, column, sheet, index, _ in columns_where(template, is_guarded):
        shown = [
            rule
            for area, rules in sheet.conditional_formatting._cf_rules.items()
            for rule in rules
            if any(part.min_col == index for part in area.sqref.ranges)
        ]
        assert shown and shown[0].formula, f"{contract.form}.{column.name}"


def test_every_prompt_and_error_is_short_enough_for_a_spreadsheet(template: Workbook) -> None:
    for sheet in template:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32 and len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255 and len(rule.error or "") <= 225
            assert len(rule.formula1 or "") <= 255


def test_a_form_without_data_is_asked_for_its_reason(template: Workbook) -> None:
    cover, sheet = load_cover(), template["封面"]
    (header,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == cover.explanation_header]
    for offset in range(1, len(load_contracts()) + 1):
        row = header.row + offset
        asked = sheet.cell(row, header.column + 1).value
        assert asked.startswith("=IF(")
        assert "请在说明栏写明原因" in asked and cover.modes["nothing"][0] in asked
        areas = [area for area in sheet.conditional_formatting if sheet.cell(row, header.column).coordinate in area]
        assert areas


def test_the_count_of_the_cover_takes_whole_numbers_only(template: Workbook) -> None:
    cover, sheet = load_cover(), template["封面"]
    (header,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == cover.rows_header]
    rule = validation_of(sheet, header.column)
    assert rule is not None
    assert (rule.type, rule.formula1, rule.formula2) == ("whole", "0", "999999")


def test_the_notes_say_how_a_csv_file_is_named_with_its_count(template: Workbook) -> None:
    told = " ".join(str(row[0].value) for row in template["填表说明"].iter_rows(max_col=1))
    first = next(iter(load_contracts().values())).title
    assert f"350426202_2017-06_{first}_全量_132.csv" in told


def test_every_sheet_has_a_paper_size_fits_its_width_and_repeats_its_headers(template: Workbook) -> None:
    for sheet in template:
        assert sheet.page_setup.paperSize in {"8", "9", 8, 9}, sheet.title
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert int(sheet.page_setup.fitToHeight) == 0, sheet.title
        assert sheet.oddFooter.right.text, sheet.title
        if sheet.title != "封面":
            assert sheet.print_title_rows, sheet.title
    for name in ("封面", "填表说明", "代码表"):
        assert int(template[name].page_setup.paperSize) == 9


def test_no_title_is_cut_by_the_edge_of_a_page(template: Workbook) -> None:
    for contract in load_contracts().values():
        sheet = template[contract.title]
        across = [area for area in sheet.merged_cells.ranges if area.min_row == 1]
        pages = int(sheet.page_setup.fitToWidth or 1)
        assert sheet["A1"].value == contract.title
        if pages > 1:
            assert across == [] and sheet["A1"].alignment.horizontal in {None, "general", "left"}
            assert sheet.print_title_cols or sheet.freeze_panes.startswith("A")


def test_the_rows_to_fill_in_have_borders_and_the_lines_above_have_none(template: Workbook) -> None:
    for contract in load_contracts().values():
        sheet = template[contract.title]
        for entry in sheet.column_dimensions.values():
            assert entry.border.bottom.style == entry.border.left.style == "thin", contract.form
        assert sheet.row_dimensions[1].border.bottom.style is None
        assert sheet.row_dimensions[2].border.bottom.style is None


def test_a_column_is_as_wide_as_the_choices_of_its_list(template: Workbook) -> None:
    contract = load_contracts()["households"]
    sheet = template[contract.title]
    index = header_cells(sheet, contract)["脱贫属性"][1]
    (entry,) = [entry for entry in sheet.column_dimensions.values() if entry.min <= index <= entry.max]
    longest = max(len(name) for name in offered_names(template, contract, "脱贫属性"))
    assert entry.width >= 2 * longest


def offered_names(template: Workbook, contract: Contract, header: str) -> list[str]:
    """The choices of a column's drop-down."""
    sheet = template[contract.title]
    rule = validation_of(sheet, header_cells(sheet, contract)[header][1])
    assert rule is not None
    return [row[0].value for row in template["代码表"][rule.formula1.replace("$", "").split("!")[1]]]
