"""Rows, columns and values that nobody sees are read, and told once each."""

from __future__ import annotations

from expectations.contract import load_contracts
from orchestration.workbook.table import read_form
from orchestration.workbook.unseen import unseen
from orchestration.workbook.workbook import Sheet


def sheet_of(contract, rows, **hidden):
    headers = [column.header for column in contract.columns]
    return Sheet("x", [headers, *rows], **hidden)


def test_hidden_rows_and_columns_of_the_form_are_one_note_and_concealed_values_another():
    contract = next(iter(load_contracts().values()))
    rows = [[f"{line}{index}" for index in range(len(contract.columns))] for line in range(1, 4)]
    sheet = sheet_of(contract, rows, hidden_rows=(0, 2), hidden_columns=(1, 99), concealed=((3, 0), (3, 99)))
    notices = unseen(sheet, read_form(sheet, contract), contract)
    assert [(notice.code, notice.row_number, notice.cell) for notice in notices] == [
        ("FL-34", 3, None),
        ("FL-33", None, "A4"),
    ]
    assert notices[0].value == "1 行被隐藏或筛选（第一处为第3行），B列被隐藏"
    assert notices[1].value == "A4等 1 个单元格"


def test_a_sheet_without_anything_hidden_says_nothing():
    contract = next(iter(load_contracts().values()))
    sheet = sheet_of(contract, [["1"] * len(contract.columns)])
    assert unseen(sheet, read_form(sheet, contract), contract) == []
