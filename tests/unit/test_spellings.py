"""Codes and their words, invisible and drawn-alike characters, and dashes: the same everywhere they stand."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from orchestration.core.settings import CHECKOUT
from orchestration.workbook.characters import fold, shows_nothing
from orchestration.workbook.words import coded, plain
from tests.builders import VILLAGE, VILLAGE_CODE, id_number
from tests.fuzz import examples
from tests.typed_cells import typed, typing_connection

SEEDS = CHECKOUT / "dbt_project" / "seeds"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202d\u202c\u2060\u2066\u2069\ufeff\u00ad\u180e\ufe0f"
BLANKS = " \t\n\xa0\u2002\u2009\u202f\u3000"
DASHES = "–—−－‐‑﹣ー"
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
NUMBER = id_number("350490", date(1969, 5, 12), 11)
CODED = [
    (form, column.name, column.code_list)
    for form, contract in load_contracts().items()
    for column in contract.columns
    if column.code_list
]


@pytest.fixture(scope="module")
def connection():
    with typing_connection() as connection:
        yield connection


def wrapped(text):
    return [*(mark + text + mark for mark in INVISIBLE), *(text[:2] + mark + text[2:] for mark in INVISIBLE)]


def codes_of(name):
    with (SEEDS / f"code_{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\u2fd5", "\u9fa0"),  # the last radical
        ("\uf900", "\u8c48"),
        ("\ufad9", "\u9f8e"),
        ("\ufe10", ","),  # vertical forms
        ("\ufe16", "?"),
        ("\ufe6b", "@"),  # small forms
        ("\U0002f800", "\u4e3d"),
        ("\U0002fa1d", "\U0002a600"),
    ],
)
def test_a_compatible_form_at_either_end_of_its_block_is_the_character_that_is_seen(written: str, meant: str) -> None:
    assert fold(written) == meant


@pytest.mark.parametrize(("form", "column", "name"), CODED)
def test_every_code_is_accepted_as_its_words_and_every_word_as_its_code_in_every_coded_column(
    connection, form, column, name
):
    cells, expected = [], []
    for row in codes_of(name):
        words = [row["code"], row["name"], *filter(None, row["aliases"].split("|"))]
        spelled = [*words, *(f" {word} " for word in words), *(word.translate(FULL_WIDTH) for word in words)]
        spelled += [row["code"].upper(), f"{row['code']} {row['name']}", f"{row['name']}（{row['code']}）"]
        if row["code"].isdigit():
            spelled += [f"{row['code']}.0", f" 0{row['code']}", str(int(row["code"])), f"{int(row['code'])}.0"]
        cells += spelled
        expected += [row["code"]] * len(spelled)
    found = typed(connection, form, column, cells)
    assert [(cell, code) for cell, code, right in zip(cells, found, expected, strict=True) if code != right] == []


def test_invisible_characters_change_no_code_word_place_number_or_identity(connection):
    for form, column, text, value in [
        ("guarantee_loans", "principal_yuan", "30000", Decimal("30000.00")),
        ("guarantee_loans", "term_months", "12", 12),
        ("guarantee_loans", "contract_number", "DB-350426202-00003", "DB-350426202-00003"),
        ("guarantee_loans", "village_code", VILLAGE, VILLAGE_CODE),
        ("guarantee_loans", "bank", "农业银行", "abc"),
        ("guarantee_loans", "released_on", "2017-06-30", date(2017, 6, 30)),
        ("households", "safe_water", "没参加", False),
        ("guarantee_funds", "fund_name", "溪尾乡基金", "溪尾乡基金"),
    ]:
        cells = wrapped(text)
        assert typed(connection, form, column, cells) == [value] * len(cells), column
    cells = wrapped(NUMBER)
    tokens = typed(connection, "guarantee_loans", "borrower_id_number", [NUMBER, *cells], also=("borrower_token",))
    assert {token for _, token in tokens} == {tokens[0][1]} != {None}


def test_a_cell_of_nothing_that_shows_is_blank(connection):
    cells = [*INVISIBLE, *BLANKS, "\u200b \u3000\ufeff", "'", "' "]
    assert typed(connection, "guarantee_funds", "fund_name", cells, also=("fund_name__text",)) == [(None, None)] * len(
        cells
    )


def test_dashes_are_one_where_they_can_mean_nothing_else(connection):
    codes = [f"DB{dash}350426202{dash}00003" for dash in DASHES]
    assert typed(connection, "guarantee_loans", "contract_number", codes) == ["DB-350426202-00003"] * len(codes)
    assert typed(connection, "guarantee_loans", "released_on", [f"2017{dash}06{dash}30" for dash in DASHES]) == [
        date(2017, 6, 30)
    ] * len(DASHES)
    negative = [f"{dash}12.5" for dash in DASHES]
    assert typed(connection, "household_income", "net_income_yuan", negative) == [Decimal("-12.50")] * len(DASHES)
    alone = [*DASHES, *(dash * 2 for dash in DASHES), "／", "ｎｕｌｌ", "Null", "n/a"]
    blank = [(None, None)] * len(alone)
    assert typed(connection, "households", "housing_area_m2", alone, also=("housing_area_m2__text",)) == blank


def test_letters_drawn_like_latin_ones_mean_them_in_a_code_and_never_a_digit(connection):
    number = id_number("350490", date(1969, 5, 12), 1)[:-1] + "X"
    alike = [number[:-1] + sign for sign in "xＸ\u0425\u0445\u03a7\u03c7\u2169\u2179×"]
    found = typed(connection, "guarantee_loans", "borrower_id_number", [number, *alike], also=("borrower_token",))
    assert {token for _, token in found} == {found[0][1]} != {None}
    contract = ["D\u0412-350426202-00003", "db-350426202-00003", "DB-35\u041e426202-00003", "DB-35O426202-00003"]
    assert typed(connection, "guarantee_loans", "contract_number", contract) == ["DB-350426202-00003"] * 2 + [None] * 2
    assert typed(connection, "guarantee_loans", "principal_yuan", ["3O000", "3\u041e000", "l2", "②"]) == [None] * 4


def test_characters_copied_from_pdf_name_the_village_a_reader_sees(connection):
    radicals = ["⾼山村", "高⼭村", "高山\u6751"]
    codes = typed(connection, "households", "village_code", ["高山村", *radicals])
    assert len({*codes}) == 1
    assert codes[0]


@pytest.mark.parametrize(
    "text",
    ["350490690512011", "35049069051201", "无证件", f"{NUMBER}、{NUMBER}", NUMBER * 2, NUMBER[:5] + "O" + NUMBER[6:]],
)
def test_what_tells_no_person_gives_no_token_and_keeps_its_text(connection, text):
    also = ("borrower_token", "borrower_id_number__text")
    ((_, token, kept),) = typed(connection, "bank_loans", "borrower_id_number", [text], also=also)
    assert (token, kept) == (None, text)


def test_yes_and_no_are_known_in_every_boolean_column(connection):
    yes = ["是", "√", "✓", "✔", "1", "1.0", "１", "01", "有", "y", "Yes", "true", " 是 ", "是\u200b", "参加", "已参加"]
    no = ["否", "×", "✗", "✘", "x", "X", "0", "0.0", "2", "无", "没有", "没参加", "未参加", "n", "No", "false"]
    for form, contract in load_contracts().items():
        for column in contract.columns:
            if column.logical_type == "boolean":
                found = typed(connection, form, column.name, [*yes, *no, "也许", "□"])
                assert found == [True] * len(yes) + [False] * len(no) + [None, None], column.name


def test_the_dash_of_an_accounting_zero_is_zero_and_a_dash_alone_is_blank(connection):
    cells = [" -   ", " -\u3000", " ¥ -   ", "\t—  ", "-", "—", " -", "- "]
    found = typed(connection, "households", "farmland_area_mu", cells)
    assert found == [Decimal(0)] * 4 + [None] * 4


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))
@settings(max_examples=examples(60), deadline=None)
def test_python_and_sql_fold_every_text_alike(connection, text):
    ((folded, is_nothing),) = connection.execute("select plain(compatible($1)), tidy($1) is null", [text]).fetchall()
    assert folded == fold(text).replace(" ", "").replace("'", "")
    assert is_nothing == shows_nothing(text.replace("'", ""))


@pytest.mark.parametrize("mark", [*INVISIBLE, *BLANKS])
def test_a_label_is_compared_without_what_shows_nothing(mark):
    assert plain(f"{mark}行{mark}政村：{mark}") == "行政村"
    assert coded(f"{mark}d\u0412{mark}－1") == "DB-1"
