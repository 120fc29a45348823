"""Text → typed values: the shapes clerks write numbers, dates, words, places and identities in."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.relations import landing_columns
from expectations.seed_rows import read_seed_rows
from orchestration.core.settings import CHECKOUT
from orchestration.home.token_key import person_token
from orchestration.read.lookups import place_names
from orchestration.read.raw_rows import raw_schema
from orchestration.read.typing_run import FormRows, Typist
from tests.builders import SUBMITTER, VILLAGE_CODE, id_number
from tests.fuzz import examples
from tests.typed_cells import KEY, TOWNSHIP_WITH_PAIR, typed, typing_connection

SEEDS = CHECKOUT / "dbt_project" / "seeds"


@pytest.fixture(scope="module")
def connection():
    with typing_connection() as connection:
        yield connection


def test_the_typed_rows_have_exactly_the_landing_columns(connection):
    forms = [FormRows(contract, raw_schema(contract).empty_table()) for contract in load_contracts().values()]
    Typist(connection, KEY).type_rows(forms)
    for rows in forms:
        connection.register("typed", rows.landing())
        found = dict(connection.execute("select column_name, column_type from (describe typed)").fetchall())
        expected = {name: kind.replace(", ", ",") for name, kind in landing_columns(rows.contract).items()}
        assert list(found.items()) == [*expected.items(), ("is_total", "BOOLEAN")]


def test_columns_typed_alike_are_typed_together_and_each_gets_its_own(connection):
    """One text in two forms, as a person's ID number and in a column that wants no ID: each in its own meaning."""
    contracts = load_contracts()
    forms = []
    for form, period in (("members", "2017-06"), ("households", "2018-06")):
        contract = contracts[form]
        row = {"submission_id": form, "submitter_code": SUBMITTER, "period": period, "sheet": "x", "row_number": 7}
        row |= {"is_total": False, "is_1904": False}
        for column in contract.columns:
            row[column.name] = id_number("350491", date(1950, 3, 1), 11) if column.privacy == "token" else "2"
            row[f"{column.name}__kind"], row[f"{column.name}__factor"] = "text", Decimal(1)
        schema = raw_schema(contract)
        forms.append(FormRows(contract, pa.Table.from_pylist([row, {**row, "row_number": 8}], schema=schema)))
    Typist(connection, KEY, workers=2).type_rows(forms)
    members, households = (rows.landing().to_pylist() for rows in forms)
    assert (
        members[0]["person_token"]
        == households[0]["head_token"]
        == person_token(KEY, id_number("350491", date(1950, 3, 1), 11))
    )
    assert households[0]["head_age_years"] == members[0]["person_age_years"] + 1
    assert [row["record_id"] for row in members] == ["members/x/7", "members/x/8"]
    assert households[0]["person_count"] == 2
    assert {**members[0], "record_id": 0, "row_number": 0} == {**members[1], "record_id": 0, "row_number": 0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3200", "3200.00"),
        ("3,200", "3200.00"),
        ("1,234,567.8", "1234567.80"),
        ("３２００．５", "3200.50"),
        ("-12.5", "-12.50"),
        ("+7", "7.00"),
        ("3200元", "3200.00"),
        ("1.2万", "12000.00"),
        ("1.2万元", "12000.00"),
        ("　3200 ", "3200.00"),
        ("'3200", "3200.00"),
        ("25100.004", "25100.00"),
        ("0", "0.00"),
        ("约3000", None),
        ("2-3万", None),
        ("1048笔5390", None),
        ("3,20", None),
        ("1e5", None),
        ("12..5", None),
        ("三千", None),
        ("3200亩", None),
        ("#DIV/0!", None),
        ("99999999999999999999", None),
        ("2017-03-01", None),
        ("", None),
        ("—", None),
        ("无", None),
        ("null ", None),
        ("3 200", None),
    ],
)
def test_a_number_is_read_strictly(connection, text, value):
    (found,) = typed(connection, "household_income", "wage_income_yuan", [text])
    assert found == (None if value is None else Decimal(value))


def test_the_unit_of_the_header_multiplies_and_a_unit_in_the_cell_goes_first(connection):
    cells = ["1.23456", "60", "60万元", "600000元"]
    found = typed(connection, "guarantee_funds", "fund_amount_yuan", cells, factor=10000)
    assert found == [Decimal("12345.60"), Decimal(600000), Decimal(600000), Decimal(600000)]


@pytest.mark.parametrize(
    ("text", "value"), [("4", 4), ("4.0", 4), ("４人", 4), ("1,240", 1240), ("4.5", None), ("四", None)]
)
def test_a_count_is_whole(connection, text, value):
    assert typed(connection, "households", "person_count", [text]) == [value]


@given(st.lists(st.decimals(min_value=-(10**10), max_value=10**10, places=2), min_size=1, max_size=30))
@settings(max_examples=examples(20), deadline=None)
def test_money_survives_every_way_of_writing_it(connection, amounts):
    full_width = str.maketrans({**{str(d): chr(0xFF10 + d) for d in range(10)}, ",": "，", ".": "．", "-": "－"})
    shapes = (str, lambda a: f"{a:,}", lambda a: f" {a:,}元", lambda a: f"{a:,}".translate(full_width))
    cells = [write(amount) for write in shapes for amount in amounts]
    assert typed(connection, "household_income", "wage_income_yuan", cells) == amounts * len(shapes)


DAY = date(2017, 6, 30)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2017.06.30", DAY),
        ("2017年6月30日", DAY),
        ("2017-6-30", DAY),
        ("2017/6/30", DAY),
        ("20170630", DAY),
        ("42916", DAY),
        ("２０１７年６月３０日", DAY),
        ("2017-06-30 00:00:00", DAY),
        ("2017 年 6 月 30 日", DAY),
        ("2017年6月30号", DAY),
        ("42916.0", DAY),
        ("2017/6/31", None),
        ("6月30日", None),
        ("2017", None),
        ("2017.6", None),
        ("201706", None),
        ("30", None),
        ("20171332", None),
        ("99999", None),
        ("去年底", None),
        ("2017-13-01", None),
        ("—", None),
    ],
)
def test_a_day_is_read_in_the_shapes_in_use(connection, text, value):
    assert typed(connection, "guarantee_loans", "released_on", [text]) == [value]


@pytest.mark.parametrize(
    "text", ["2017.6", "2017年6月", "201706", "2017-06", "2017/6", "2017.06.30", "42916", "20170630"]
)
def test_a_month_is_its_first_day(connection, text):
    assert typed(connection, "households", "identified_on", [text]) == [date(2017, 6, 1)]


def test_a_month_stored_as_the_number_2017_1_may_be_october_and_is_not_guessed(connection):
    assert typed(connection, "households", "identified_on", ["2017.1", "2017.6"], kind="number") == [
        None,
        date(2017, 6, 1),
    ]
    assert typed(connection, "households", "identified_on", ["2017.10", "2017.1"]) == [
        date(2017, 10, 1),
        date(2017, 1, 1),
    ]


def test_serial_days_of_a_workbook_that_counts_from_1904_are_moved(connection):
    assert typed(connection, "guarantee_loans", "released_on", ["41454"], kind="number", is_1904=True) == [DAY]


@given(st.lists(st.dates(date(1955, 1, 1), date(2060, 12, 31)), min_size=1, max_size=30))
@settings(max_examples=examples(20), deadline=None)
def test_every_day_survives_every_way_of_writing_it(connection, days):
    shapes = (
        date.isoformat,
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        lambda d: f"{d:%Y.%m.%d}",
        lambda d: f"{d.year}/{d.month}/{d.day}",
        lambda d: f"{d:%Y%m%d}",
        lambda d: str((d - date(1899, 12, 30)) // timedelta(days=1)),
    )
    cells = [shape(day) for shape in shapes for day in days]
    assert typed(connection, "guarantee_loans", "released_on", cells) == days * len(shapes)


def test_yes_and_no_are_known_by_their_many_names(connection):
    cells = ["是", "√", "1", "有", "参加", "Y", "TRUE", "否", "×", "0", "2", "无", "没参加", "N", "FALSE", "也许", "—"]
    found = typed(connection, "households", "safe_water", cells)
    assert found == [True] * 7 + [False] * 8 + [None, None]


def test_the_list_of_peoples_is_that_of_the_standard_with_its_numbers(connection):
    """A list that cites GB/T 3304 carries its 56 peoples; wives from Guizhou and Guangxi are usual in Fujian."""
    rows = read_seed_rows(SEEDS / "code_ethnicity.csv")
    cited = [row["code"] for row in rows if row["source"].startswith("GB/T 3304")]
    assert cited == [f"{number:02d}" for number in range(1, 57)]
    known = {"苗族": "06", "维吾尔": "05", "布依族": "09", "侗族": "12", "畲": "22", "仡佬族": "37", "基诺族": "56"}
    assert typed(connection, "members", "ethnicity", list(known)) == list(known.values())
    assert typed(connection, "members", "ethnicity", ["其他", "火星族"]) == ["99", None]


def test_a_word_of_a_code_list_is_known_by_name_alias_code_and_width(connection):
    cells = ["低保贫困户", "低保户", "04", "4", "低保（部分）贫困户", "低保(部分)贫困户", " 低 保 户", "富裕户", ""]
    found = typed(connection, "households", "household_attribute", cells)
    assert found == ["04"] * 7 + [None, None]


def test_several_codes_keep_their_order_and_one_unknown_word_voids_them(connection):
    cells = ["缺技术、缺资金", "缺资金，缺技术", "缺技术;缺技术;", "缺技术 、因婚", "缺技术、不明", "因病"]
    found = typed(connection, "households", "other_causes", cells)
    codes = {"缺技术": found[0].split(",")[0], "缺资金": found[0].split(",")[1]}
    assert found[1] == f"{codes['缺资金']},{codes['缺技术']}"
    assert found[2] == f"{codes['缺技术']},{codes['缺技术']}"
    assert found[3] == f"{codes['缺技术']},12"
    assert found[4:] == [None, "01"]


def test_a_village_is_known_by_the_names_of_its_township_only(connection):
    cells = [
        "莘田村",
        "莘田",
        "莘田村委会",
        "莘田村民委员会",
        VILLAGE_CODE,
        "溪尾乡莘田村",
        "尤溪县溪尾乡莘田村",
        "莘 田 村",
    ]
    assert typed(connection, "households", "village_code", cells) == [VILLAGE_CODE] * len(cells)
    assert typed(connection, "households", "village_code", ["元山村", "350423101205", "莘田社区"]) == [None] * 3


def test_the_short_name_of_a_residents_committee_beside_a_village_names_nobody(connection):
    found = typed(
        connection,
        "households",
        "village_code",
        ["小蕉", "小蕉村", "小蕉居委会", "小蕉村委会"],
        submitter=TOWNSHIP_WITH_PAIR,
    )
    assert found[0] is None
    assert found[1] == found[3] != found[2]
    assert all(code.startswith(TOWNSHIP_WITH_PAIR) for code in found[1:])


def test_a_county_names_its_townships_and_villages_and_the_city_everything():
    county = place_names(SEEDS, "350426", "township")
    assert county["溪尾乡"] == county["尤溪县溪尾乡"] == county["350426202"] == "350426202"
    assert "高桥镇" not in county
    assert place_names(SEEDS, "350400", "county")["沙县"] == "350427"
    villages = place_names(SEEDS, "350400", "village")
    assert villages["嵩溪镇元山村"] == "350423101205"
    assert "元山村" not in villages, "two counties have one"
    division = place_names(SEEDS, "350400", "division")
    assert [division[name] for name in ("350400", "尤溪县", "溪尾乡", VILLAGE_CODE)] == [
        "350400",
        "350426",
        "350426202",
        VILLAGE_CODE,
    ]


def test_digits_stored_as_a_number_are_not_believed(connection):
    code = f"{VILLAGE_CODE}0001"
    assert typed(connection, "households", "household_code", [code], kind="number") == [None]
    assert typed(connection, "households", "household_code", [code, f"'{code}", " " + code, "350426.202"]) == [
        code
    ] * 3 + [None]


def test_what_an_id_number_tells_is_derived_and_its_token_is_keyed(connection):
    number = id_number("350490", date(1968, 8, 15), 123)
    also = ("person_token", "person_birth_date", "person_age_years", "person_id_sex", "person_id_county_code")
    wide = number.translate(str.maketrans({str(d): chr(0xFF10 + d) for d in range(10)}))
    rows = typed(
        connection, "members", "id_number", [number, number.lower(), wide, number + "41", number + "4101"], also=also
    )
    token = hmac.new(KEY, number.encode(), hashlib.sha256).hexdigest()[:32]
    assert person_token(KEY, number) == token
    assert {row[1:] for row in rows} == {(token, date(1968, 8, 15), 48, "1", "350490")}
    assert [row[0] for row in rows] == [number, number, number, number + "41", number + "4101"]


@pytest.mark.parametrize("text", ["35049019680815", "350490196808151234567", "无", "35049A196808151234"])
def test_what_is_no_id_number_gives_no_token(connection, text):
    also = ("person_token", "person_birth_date", "person_age_years", "person_id_sex", "person_id_county_code")
    ((_, *derived),) = typed(connection, "members", "id_number", [text], also=also)
    assert derived == [None] * 5


def test_an_impossible_birth_date_gives_a_token_but_no_date(connection):
    also = ("person_token", "person_birth_date", "person_age_years")
    ((_, token, born, age),) = typed(connection, "members", "id_number", ["350490196802301234"], also=also)
    assert (len(token), born, age) == (32, None, None)


@given(st.dates(date(1900, 1, 1), date(2017, 6, 30)), st.integers(1, 999))
@settings(max_examples=examples(25), deadline=None)
def test_birth_date_age_and_sex_follow_from_every_id_number(connection, born, sequence):
    number = id_number("350491", born, sequence)
    also = ("person_birth_date", "person_age_years", "person_id_sex")
    ((_, found, age, sex),) = typed(connection, "members", "id_number", [number], also=also)
    assert found == born
    assert age == 2017 - born.year - ((born.month, born.day) > (6, 30))
    assert sex == ("1" if sequence % 2 else "2")
