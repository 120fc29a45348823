"""What was read although nobody sees it on the sheet: hidden rows and columns, values their format does not show.

Hidden sheets are the envelope's: they are not read.
"""

from __future__ import annotations

from expectations.model import Contract
from orchestration.workbook.notices import Notice
from orchestration.workbook.table import FormTable
from orchestration.workbook.words import column_letter, load_words
from orchestration.workbook.workbook import Sheet


def unseen(sheet: Sheet, table: FormTable, contract: Contract) -> list[Notice]:
    """One note for all hidden rows and columns of a form's sheet, one for all values hidden by their format."""
    columns = {cell.index for cell in table.header_cells.values()}
    read = set(table.row_numbers)
    rows = [number for index in sheet.hidden_rows if (number := sheet.number(index)) in read]
    letters = [column_letter(index) for index in sheet.hidden_columns if index in columns]
    cells = [
        f"{column_letter(column)}{sheet.number(row)}"
        for row, column in sheet.concealed
        if column in columns and sheet.number(row) in read
    ]
    words = load_words()
    notices = []
    if rows or letters:
        parts = [words.phrase("hidden_rows", count=len(rows), first=rows[0])] if rows else []
        parts += [words.phrase("hidden_columns", names="、".join(letters))] if letters else []
        notices.append(
            Notice("FL-34", contract.form, sheet.name, row_number=rows[0] if rows else None, value="，".join(parts))
        )
    if cells:
        places = words.phrase("cells_and_more", first=cells[0], count=len(cells))
        notices.append(Notice("FL-33", contract.form, sheet.name, cell=cells[0], value=places))
    return notices
