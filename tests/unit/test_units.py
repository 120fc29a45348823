"""How a unit may be stated, where, and what is made of it: the table of docs/units.md, tried on real files."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.relations import FACTOR_TYPE
from orchestration.read.sql_macros import create_macros
from orchestration.read.values import typed_expressions
from orchestration.workbook.table import FormTable, read_form
from orchestration.workbook.unit_words import native_factors, unit_words
from orchestration.workbook.units import above_headers, in_header
from orchestration.workbook.workbook import open_workbook
from tests.fuzz import examples

DOCS = Path(__file__).parents[2] / "docs" / "units.md"
# Form and column by the Chinese name the table gives it.
COLUMNS = {
    "股金总额": ("cooperatives", "registered_capital_yuan"),
    "基金规模": ("guarantee_funds", "fund_amount_yuan"),
    "经营收入": ("village_income", "operating_income_yuan"),
    "托养面积": ("base_fostering", "area_mu"),
    "承保人数": ("insurance_policies", "insured_persons"),
    "承保户数": ("insurance_policies", "insured_households"),
    "总人口数": ("village_profiles", "population"),
    "年利率": ("bank_loans", "annual_rate_percent"),
    "期限": ("guarantee_loans", "term_months"),
}
# Where it stands, the column, how it is written ({} is the column's name), what one unit in a cell is worth in the
# column's own unit: yuan, mu, persons, households, percent, months. None: the form is refused (FL-25).
STATED = [
    ("header", "股金总额", "{}", 1),
    ("header", "基金规模", "{}", 10000),
    ("header", "股金总额", "{}（元）", 1),
    ("header", "股金总额", "{}(万元)", 10000),
    ("header", "股金总额", "{}【万元】", 10000),
    ("header", "股金总额", "{}［万元］", 10000),
    ("header", "股金总额", "{}〔万元〕", 10000),
    ("header", "股金总额", "{}（万元", 10000),
    ("header", "股金总额", "{}（单位：万元）", 10000),
    ("header", "股金总额", "{}（金额单位：人民币万元）", 10000),
    ("header", "股金总额", "{}（按万元计）", 10000),
    ("header", "股金总额", "{}（以万元为单位）", 10000),
    ("header", "股金总额", "{}（万元，保留两位小数）", 10000),
    ("header", "股金总额", "{}（含扶贫资金）（万元）", 10000),
    ("header", "股金总额", "{}（含扶贫资金）", 1),
    ("header", "股金总额", "{}/万元", 10000),
    ("header", "股金总额", "{}，万元", 10000),
    ("header", "股金总额", "{}：万元", 10000),
    ("header", "股金总额", "{} 万元", 10000),
    ("header", "股金总额", "{}\n（万元）", 10000),
    ("header", "股金总额", "{}\n单位：万元", 10000),
    ("header", "股金总额", "{}（万圆）", 10000),
    ("header", "股金总额", "{}（萬元）", 10000),
    ("header", "股金总额", "{}（万）", 10000),
    ("header", "股金总额", "{}（Ｗ）", 10000),
    ("header", "股金总额", "{}（千元）", 1000),
    ("header", "股金总额", "{}（仟元）", 1000),
    ("header", "股金总额", "{}（百元）", 100),
    ("header", "股金总额", "{}（十万元）", 100000),
    ("header", "股金总额", "{}（百万元）", 1000000),
    ("header", "股金总额", "{}（亿元）", 100000000),
    ("header", "股金总额", "{}（人民币）", 1),
    ("header", "基金规模", "{}（￥）", 1),
    ("header", "股金总额", "{}（RMB 万元）", 10000),
    ("header", "股金总额", "{}（万元/户）", 10000),
    ("header", "股金总额", "{}（年）", 1),
    ("header", "股金总额", "{}（2016年）", 1),
    ("header", "股金总额", "*{}（万元）", 10000),
    ("header", "股金总额", "{}（含扶贫资金）万元", 10000),
    ("header", "股金总额", "{}（亩）", None),
    ("header", "股金总额", "{}（户）", None),
    ("header", "股金总额", "{}（美元）", None),
    ("header", "股金总额", "{}（单位：贯）", None),
    ("header", "股金总额", "{}（元、万元）", None),
    ("header", "股金总额", "{}（×10000元）", None),
    ("header", "股金总额", "{}（k元）", None),
    ("header", "股金总额", "{}（WAN）", 10000),
    ("header", "股金总额", "{}（wanyuan）", 10000),
    ("header", "股金总额", "{}（CNY10k）", None),
    ("header", "股金总额", "{}（in 10k yuan）", None),
    ("header", "股金总额", "{}（ten thousand yuan）", None),
    ("header", "股金总额", "{}（WY）", None),
    ("header", "股金总额", "{}（K）", 1),
    ("header", "股金总额", "{}（请填万元）", 10000),
    ("header", "股金总额", "{}（万亓）", None),
    ("header", "股金总额", "{}（万园）", None),
    ("header", "股金总额", "{}（一万）", None),
    ("header", "股金总额", "{}（千企帮千村）", 1),
    ("header", "股金总额", "{}（精确到元）", 1),
    ("header", "股金总额", "{}（十万）", 100000),
    ("header", "股金总额", "{}（单位：百万）", 1000000),
    ("header", "股金总额", "{}〖万元〗", 10000),
    ("header", "股金总额", "{}『万元』", 10000),
    ("header", "股金总额", "{}.万元", 10000),
    ("header", "股金总额", "{}\\万元", 10000),
    ("header", "总人口数", "{}（单 位：万 人）", 10000),
    ("header", "股金总额", "{}（不足1万元的不填）", None),
    ("header", "托养面积", "{}", 1),
    ("header", "托养面积", "{}（亩）", 1),
    ("header", "托养面积", "{}（单位：亩）", 1),
    ("header", "托养面积", "{}/亩", 1),
    ("header", "托养面积", "{}（万亩）", 10000),
    ("header", "托养面积", "{}（公顷）", 15),
    ("header", "托养面积", "{}（㎡）", 0.0015),
    ("header", "托养面积", "{}（平方米）", 0.0015),
    ("header", "托养面积", "{}（元）", None),
    ("header", "承保人数", "{}（人）", 1),
    ("header", "承保人数", "{}（口）", 1),
    ("header", "承保人数", "{}（单位：人）", 1),
    ("header", "承保人数", "{}（名）", 1),
    ("header", "承保户数", "{}（户）", 1),
    ("header", "总人口数", "{}（万人）", 10000),
    ("header", "承保人数", "{}（万元）", None),
    ("header", "承保户数", "{}（人）", None),
    ("header", "年利率", "{}（%）", 1),
    ("header", "年利率", "{}％", 1),
    ("header", "年利率", "{}（‰）", 0.1),
    ("header", "年利率", "{}（成）", 10),
    ("header", "年利率", "{}（厘）", None),
    ("header", "期限", "{}（月）", 1),
    ("header", "期限", "{}（年）", 12),
    ("header", "期限", "{}（天）", None),
    ("group", "经营收入", "村集体经济收入（元）", 1),
    ("group", "经营收入", "村集体经济收入（单位：万元）", 10000),
    ("row below", "股金总额", "万元", 10000),
    ("row below", "股金总额", "（元）", 1),
    ("row below with a shape", "股金总额", "（万元）", 10000),
    ("row below with words", "股金总额", "万元", 10000),
    ("row below with words", "股金总额", "￥", 1),
    ("row below with words", "股金总额", "单位：见说明", None),
    ("row below with dashes", "股金总额", "（万元）", 10000),
    ("line", "股金总额", "单位：万元", 10000),
    ("line", "股金总额", "单 位：万 元", 10000),
    ("line", "股金总额", "（单位：万元）", 10000),
    ("line", "股金总额", "单　位：万　元", 10000),
    ("line", "托养面积", "单　位：元　公　顷", 15),
    ("line", "股金总额", "说明：1.金额单位为万元；2.编号以文本填写", 10000),
    ("line", "股金总额", "单位：10000元", 10000),
    ("line", "股金总额", "单位：户、人、万元", 10000),
    ("line", "股金总额", "单位：户 人 万元", 10000),
    ("line", "股金总额", "计量单位：万元/亩", 10000),
    ("line", "股金总额", "填报单位：溪尾乡　　　　单位：万元", 10000),
    ("line", "股金总额", "单位：溪尾乡    （金额单位：万元）", 10000),
    ("line", "股金总额", "金额单位：人民币万元", 10000),
    ("line", "股金总额", "货币单位：万元", 10000),
    ("line", "股金总额", "说明：本表金额以万元为单位", 10000),
    ("line", "股金总额", "单位：万元（保留两位小数）", 10000),
    ("line", "股金总额", "填表人：某　　2017 年 6 月　　万元", 10000),
    ("line", "股金总额", "单位（万元）", 10000),
    ("line", "股金总额", "填报单位：溪尾乡单位：人民币 万元", 10000),
    ("line", "基金规模", "以下金额均为元", 1),
    ("line", "基金规模", "单位：元", 1),
    ("line", "基金规模", "货币单位：人民币", 1),
    ("line", "股金总额", "单位：溪尾乡", 1),
    ("line", "股金总额", "填报单位：人社局", 1),
    ("line", "股金总额", "多 元 化 经 营", 1),
    ("line", "股金总额", "单元数：三　　元月填报", 1),
    ("line", "托养面积", "单位：公顷", 15),
    ("line", "托养面积", "单位：元、亩", 1),
    ("line", "承保人数", "单位：人、元", 1),
    ("line", "股金总额", "单位：元、万元", None),
    ("line", "股金总额", "单位：亩", None),
    ("line", "股金总额", "单位：美元", None),
    ("line", "股金总额", "金额单位：见说明", None),
    ("line", "股金总额", "单位：万元整数", None),
    ("line", "股金总额", "请以万元为单位填写", 10000),
    ("line", "股金总额", "各单位请按万元填写", 10000),
    ("line", "股金总额", "请统一用万元", 10000),
    ("line", "股金总额", "单位→万元", 10000),
    ("line", "股金总额", "请勿用万元", 1),
    ("line", "股金总额", "数据以元为单位，不要填万元", 1),
    ("line", "股金总额", "十万元以上的合作社", 1),
    ("line", "股金总额", "数字先折算成万元再填", None),
    ("line", "股金总额", "单位：ten thousand yuan", None),
    ("line", "股金总额", "单位：K", None),
    ("line", "股金总额", "单位：WY", None),
    ("two cells", "股金总额", "金额单位：|万元", 10000),
    ("two cells", "股金总额", "填报单位|溪尾乡", 1),
    ("title", "股金总额", "合作社登记表（万元）", 10000),
    ("title", "股金总额", "合作社登记表（单位：万元）", 10000),
    ("title", "股金总额", "合作社登记表（2017年上半年）", 1),
    ("title", "股金总额", "多元合作社登记表", 1),
    ("sheet name", "股金总额", "合作社登记表（万元）", 10000),
    ("header and line", "股金总额", "{}（万元）|单位：万元", 10000),
    ("header and line", "股金总额", "{}（万元）|单位：人、亩", 10000),
    ("header and line", "股金总额", "{}（元）|单位：万元", None),
    ("header and line", "股金总额", "{}（人民币）|单位：万元", 10000),
    ("header and line", "股金总额", "{}（元）|单位：元、万元", None),
    ("title and line", "股金总额", "合作社登记表（元）|单位：万元", None),
    ("group and line", "经营收入", "村集体经济收入（万元）|单位：元", None),
    ("total row", "股金总额", "万元", 1),
    ("note below", "股金总额", "注：单位为万元", 10000),
    ("note below", "股金总额", "注：金额以万元计", 10000),
    ("note below", "股金总额", "注：本表金额均为万元", 10000),
    ("note below", "股金总额", "注：金额全部折成万元再填", None),
    ("note below", "股金总额", "填报单位：溪尾乡　　单位：万元", 10000),
    ("note below", "股金总额", "注：超过10万元的另附说明", 1),
    ("note below", "股金总额", "单位负责人：元某", 1),
]
# A unit behind the number in a cell: what the cell is worth in the column's own unit, None: it cannot be read (XX-02).
BEHIND = [
    ("股金总额", "35.4万元", 354000),
    ("股金总额", "35.4 万元", 354000),
    ("股金总额", "３５．４　万元", 354000),
    ("股金总额", "35.4万", 354000),
    ("股金总额", "35.4w", 354000),
    ("股金总额", "35.4Ｗ", 354000),
    ("股金总额", "35.4萬圆", 354000),
    ("股金总额", "1,200千元", 1200000),
    ("股金总额", "3百元", 300),
    ("股金总额", "354000元", 354000),
    ("股金总额", "￥354,000.00", 354000),
    ("股金总额", "354000元人民币", 354000),
    ("股金总额", "0.5亿元", 50000000),
    ("股金总额", "99999999999亿元", None),
    ("股金总额", "35亩", None),
    ("股金总额", "35人", None),
    ("股金总额", "35美元", None),
    ("股金总额", "约35万元", None),
    ("股金总额", "35万5千", None),
    ("托养面积", "12亩", 12),
    ("托养面积", "2公顷", 30),
    ("托养面积", "2000㎡", 3),
    ("托养面积", "12元", None),
    ("承保人数", "27人", 27),
    ("承保人数", "27 口", 27),
    ("承保人数", "1.2万人", 12000),
    ("承保人数", "1.23456万人", None),
    ("承保人数", "27户", None),
    ("年利率", "4.75%", 4.75),
    ("年利率", "4.75％", 4.75),
    ("年利率", "47.5‰", 4.75),
    ("期限", "2年", 24),
    ("期限", "24个月", 24),
]


def sheet_of(path: Path, where: str, column_name: str, written: str) -> FormTable:
    """A workbook with the form's headers, a row of data, a total and a note, and the unit where the table says."""
    form, _ = COLUMNS[column_name]
    contract = load_contracts()[form]
    places = where.split(" and ")
    texts = dict(zip(places, written.split("|"), strict=False))
    columns = [column for column in contract.columns if column.required or column.name == COLUMNS[column_name][1]]
    names = [re.sub(r"（.*）$", "", c.header) if c.name == COLUMNS[column_name][1] else c.header for c in columns]
    headers = [
        texts["header"].format(name) if "header" in texts and c.name == COLUMNS[column_name][1] else name
        for c, name in zip(columns, names, strict=True)
    ]
    groups = [texts.get("group", c.group) if c.group else "" for c in columns]
    place = [c.name for c in columns].index(COLUMNS[column_name][1])
    only = [""] * place
    rows = [[texts.get("title", contract.title)], [texts.get("line", "")]]
    if where == "two cells":
        rows[1] = written.split("|")
    rows += [[*groups]] if any(groups) else []
    rows += [headers]
    shapes = ["（文本）" if c.logical_type == "string" else "（年月日）" for c in columns[:place]]
    rows += [[*only, written]] if where == "row below" else []
    rows += [[*shapes, written]] if where == "row below with a shape" else []
    words = ["单位" if i == 0 else "年月日" if c.logical_type == "date" else "文本" for i, c in enumerate(columns)]
    rows += [[*words[:place], written, "万元", "户"]] if where == "row below with words" else []
    rows += [[*("—" for _ in only), written, "—"]] if where == "row below with dashes" else []
    rows += [[f"{number}{index}" for index in range(len(columns))] for number in (1, 2)]
    rows += [["合计", *only[1:], written if where == "total row" else 3]]
    rows += [[written]] if where == "note below" else []
    name = written if where == "sheet name" else contract.title
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(name)
        for line, cells in enumerate(rows):
            page.write_row(line, 0, cells)
    with open_workbook(path) as workbook:
        return read_form(workbook.sheet(name), contract)


@pytest.mark.parametrize(("where", "column", "written", "factor"), STATED)
def test_a_stated_unit_is_understood_or_the_form_is_refused(tmp_path, where, column, written, factor):
    table = sheet_of(tmp_path / "a.xlsx", where, column, written)
    refusals = [notice.code for notice in table.notices if notice.code != "FL-18"]
    if factor is None:
        assert (refusals, table.is_refused) == (["FL-25"], True)
    else:
        assert (refusals, table.factors[COLUMNS[column][1]]) == ([], factor)
        assert table.rows_read == 2


@pytest.mark.parametrize(("column", "text", "value"), BEHIND)
def test_a_unit_behind_a_number_is_its_columns_or_the_cell_cannot_be_read(column, text, value):
    form, name = COLUMNS[column]
    expression = typed_expressions(load_contracts()[form].column(name))[name]
    with duckdb.connect() as connection:
        create_macros(connection)
        cell = f'select half_width(?) as "{name}__prepared", cast(1 as {FACTOR_TYPE}) as "{name}__factor"'
        (found,) = connection.execute(f"select {expression} from ({cell})", [text]).fetchone() or (None,)
    assert found == (None if value is None else pytest.approx(value))


_PIECES = st.sampled_from([*"单位 ： 万 元 亩 （ ） 、 / 人民币 溪尾乡 10 , 计".split(), " ", "　"])


@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_any_text_states_known_units_or_none(text):
    for stated in (in_header(text), above_headers(text)):
        assert all(word in unit_words() for word, _ in stated.words)
        assert not (stated.is_unread and stated.words)


@settings(max_examples=examples(20))
@given(st.integers(0, 10**14), st.sampled_from(["", "元", "万", "亿元", "千万元", "个", "%"]))
def test_no_number_with_any_unit_stops_the_typing(number, unit):
    expression = typed_expressions(load_contracts()["cooperatives"].column("registered_capital_yuan"))
    name = "registered_capital_yuan"
    cells = f'select ? as "{name}__prepared", cast(1 as {FACTOR_TYPE}) as "{name}__factor"'
    with duckdb.connect() as connection:
        create_macros(connection)
        (found,) = connection.execute(f"select {expression[name]} from ({cells})", [f"{number}{unit}"]).fetchone() or (
            None,
        )
    factors = {"": 1, **native_factors("yuan")}
    assert found is None or (unit in factors and found == number * int(factors[unit]))


def test_the_documented_tables_are_these():
    assert documented() in DOCS.read_text(encoding="utf-8")


def documented() -> str:
    """The two tables as docs/units.md shows them."""

    def shown(text: str) -> str:
        return text.replace("\n", "⏎").replace("|", " → ")

    lines = ["| where it stands | column | written | understood |", "|---|---|---|---|"]
    for where, column, written, factor in STATED:
        outcome = "**refused (FL-25)**" if factor is None else f"× {factor}"
        lines.append(f"| {where} | {column} | {shown(written.format(column))} | {outcome} |")
    lines += ["", "| column | cell | read as |", "|---|---|---|"]
    for column, text, value in BEHIND:
        lines.append(f"| {column} | {text} | {'**cannot be read (XX-02)**' if value is None else value} |")
    return "\n".join(lines)
