"""Contract → xlsx template: the workbook a submitter fills in.

A cover with what is known already, one sheet per form (``template_sheets``), then instructions and the
code lists behind the drop-downs. How a filled workbook is read back lives in
``orchestration.read``; both follow the same contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from expectations.code_lists import code_list_names, lists_of, place_choices
from expectations.cover_model import Cover
from expectations.model import Contract
from expectations.template_book import Choices, TemplateBook, list_name
from expectations.template_print import print_sideways
from expectations.template_sheets import header_text, write_form_sheet


def write_template(
    path: Path,
    *,
    submitter_code: str,
    submitter_name: str,
    area: str,
    period: str,
    contracts: Sequence[Contract],
    cover: Cover,
    seeds: Path,
) -> Path:
    """Write the workbook that a submitter fills in for a period.

    Args:
        path: where the workbook goes; its folder is made.
        submitter_code: as on the cover.
        submitter_name: as on the cover.
        area: code of the submitter's area; it chooses the drop-downs of places.
        period: the reported month, ``YYYY-MM``.
        contracts: the forms this submitter owes for the period.
        cover: the cover sheet's labels.
        seeds: folder of the code lists.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    book = TemplateBook(path)
    cover_sheet = book.workbook.add_worksheet(cover.sheet)
    form_sheets = [book.workbook.add_worksheet(contract.title) for contract in contracts]
    instructions = book.workbook.add_worksheet(book.words["template"]["instructions_sheet"])
    codes = book.workbook.add_worksheet(book.words["template"]["codes_sheet"])
    choices = _write_codes(book, codes, _all_choices(book, contracts, cover, seeds, area), lists_of(contracts))
    given = {
        "submitter_code": submitter_code, "submitter_name": submitter_name, "period": period,
        "template_version": cover.template_version,
    }  # fmt: skip
    _write_cover(book, cover_sheet, cover, given, contracts)
    for contract, sheet in zip(contracts, form_sheets, strict=True):
        write_form_sheet(book, sheet, contract, choices, {"submitter": submitter_name, "period": period})
    _write_instructions(book, instructions, contracts, choices, _csv_name(book, cover, given, contracts))
    book.workbook.close()
    return path


def _csv_name(book: TemplateBook, cover: Cover, given: Mapping[str, str], contracts: Sequence[Contract]) -> str:
    """How this submitter would name the first of its forms as a CSV file."""
    return str(
        book.words["template"]["csv_name"].format(
            submitter=given["submitter_code"],
            period=given["period"],
            title=contracts[0].title,
            mode=cover.modes["full"][0],
        )
    )


def _all_choices(
    book: TemplateBook, contracts: Sequence[Contract], cover: Cover, seeds: Path, area: str
) -> dict[str, list[str]]:
    words = book.words["template"]
    lists = {words["boolean_list"]: [cover.true_words[0], cover.false_words[0]]}
    lists |= {name: code_list_names(seeds, name) for name in lists_of(contracts)}
    levels = {column.place for contract in contracts for column in contract.columns}
    return lists | {
        words["place_lists"][level]: names for level, names in place_choices(seeds, area).items() if level in levels
    }


def _write_codes(
    book: TemplateBook, sheet: Worksheet, lists: Mapping[str, Sequence[str]], titles: Mapping[str, str]
) -> Choices:
    """One column per list: name in row 2, choices from row 3 on."""
    words = book.words["template"]
    sheet.write_string(0, 0, words["codes_title"], book.style("left_title"))
    ranges, widths = {}, []
    for index, (name, choices) in enumerate(lists.items()):
        sheet.write_string(1, index, titles.get(name, name), book.style("label"))
        sheet.write_column(2, index, choices)
        widths.append(max(12, *(2 * len(choice) + 2 for choice in choices)))
        sheet.set_column(index, index, widths[-1])
        letter = xl_col_to_name(index)
        ranges[name] = f"='{words['codes_sheet']}'!${letter}$3:${letter}${2 + len(choices)}"
    sheet.freeze_panes(2, 0)
    print_sideways(sheet, words["codes_sheet"], widths, header_rows=(0, 1), always_a4=True)
    return Choices(ranges, titles, {name: max(map(len, choices), default=0) for name, choices in lists.items()})


def _write_cover(
    book: TemplateBook, sheet: Worksheet, cover: Cover, given: Mapping[str, str], contracts: Sequence[Contract]
) -> None:
    widths = (24, 18, 18, 50, 44)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.merge_range(0, 0, 0, 3, cover.title, book.style("title"))
    sheet.set_row(0, 30)
    row = 1
    for field in cover.fields:
        sheet.write_string(row, 0, field.label, book.style("label"))
        known = given.get(field.name)
        if known is None:
            sheet.write_blank(row, 1, None, book.style("input"))
        else:
            sheet.write_string(row, 1, known, book.style("given"))
        row += 1
    row += 1
    headers = (cover.form_header, cover.mode_header, cover.rows_header, cover.explanation_header)
    for index, header in enumerate(headers):
        sheet.write_string(row, index, header, book.style("label"))
    first = row + 1
    for row, contract in enumerate(contracts, start=first):
        sheet.write_string(row, 0, contract.title, book.style("given"))
        sheet.write_string(row, 1, cover.modes["full"][0], book.style("input"))
        sheet.write_blank(row, 2, None, book.style("count"))
        sheet.write_blank(row, 3, None, book.style("explanation"))
    _guard_cover(book, sheet, cover, first, first + len(contracts) - 1)
    print_sideways(sheet, cover.sheet, widths, always_a4=True)


def _guard_cover(book: TemplateBook, sheet: Worksheet, cover: Cover, first: int, last: int) -> None:
    """What the lines of the forms take; a form reported as without data asks for its reason beside it."""
    words = book.words["template"]
    modes = [spellings[0] for spellings in cover.modes.values()]
    nothing = cover.modes["nothing"][0]
    sheet.data_validation(
        first, 1, last, 1, {"validate": "list", "source": modes, "input_message": words["mode_prompt"]}
    )
    count = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": words["most_rows"]}
    texts = {
        "input_message": words["rows_prompt"],
        "error_title": cover.rows_header,
        "error_message": words["rows_error"],
    }
    sheet.data_validation(first, 2, last, 2, {**count, **texts})
    sheet.data_validation(first, 3, last, 3, {"validate": "any", "input_message": words["explanation_prompt"]})
    for row in range(first, last + 1):
        mode, reason = xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, 3)
        is_silent = f'AND(ISNUMBER(SEARCH("{nothing}",{mode})),TRIM({reason})="")'
        sheet.write_formula(row, 4, f'=IF({is_silent},"{words["nothing_question"]}","")', book.style("warning"), "")
        shown = {"type": "formula", "criteria": f"={is_silent}", "format": book.style("wrong")}
        sheet.conditional_format(row, 3, row, 3, shown)


def _write_instructions(
    book: TemplateBook, sheet: Worksheet, contracts: Sequence[Contract], choices: Choices, csv_name: str
) -> None:
    words = book.words["template"]
    widths = (22, 24, 6, 8, 60, 24, 24)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.merge_range(0, 0, 0, 6, words["instructions_title"], book.style("title"))
    notes = [words["cover_hint"], *words["notes"], words["csv_note"].format(name=csv_name)]
    for row, note in enumerate(notes, start=1):
        sheet.write_string(row, 0, f"{row}. {note}", book.style("info"))
    row = len(notes) + 2
    print_sideways(sheet, words["instructions_sheet"], widths, header_rows=(row, row), always_a4=True)
    sheet.write_row(row, 0, words["column_headers"], book.style("label"))
    for contract in contracts:
        for column in contract.columns:
            row += 1
            cells = (
                contract.title,
                header_text(column),
                words["is_required"] if column.required else words["is_optional"],
                column.header_unit or words["none"],
                column.description,
                column.example or words["none"],
                choices.title(list_name(book, column)) or words["none"],
            )
            for index, text in enumerate(cells):
                sheet.write_string(row, index, text, book.style("wrapped"))
