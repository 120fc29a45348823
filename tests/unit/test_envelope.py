"""Which sheet or member is which form, what names and covers say as people write them, and workbooks within zips."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.contract import load_contracts
from orchestration.core.settings import Settings
from orchestration.receive.cover import code_of
from orchestration.receive.file_names import sender_of, sender_of_member, table_name
from orchestration.receive.inbox import receive
from orchestration.workbook.words import load_words
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, csv_text, make_csv, make_workbook

ROW = {"sequence": 1, "village_code": VILLAGE, "household_code": HOUSEHOLD}
FORM = "households"
TITLE = load_contracts()[FORM].title
FILLED = [line.split(",") for line in csv_text(FORM, [ROW]).splitlines()]


@pytest.fixture
def home(tmp_path):
    return Settings(home=tmp_path / "home", settle_seconds=0)


def book(tmp_path, **parts):
    parts.setdefault("forms", {FORM: [ROW]})
    return make_workbook(tmp_path / "a.xlsx", **parts)


def arrive(home, path, name=None):
    """The receipt of a file laid into the township's folder."""
    target = home.inbox / SUBMITTER / (name or path.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(path.read_bytes())
    (receipt,) = receive(home).received
    return receipt


def told(receipt):
    return [(finding.code, finding.form) for finding in receipt.findings]


def message(receipt):
    (finding,) = receipt.findings
    return finding.message


def packed(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


# --- sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("name", [f"{TITLE}（2016年旧）", "底稿"])
def test_a_hidden_sheet_is_not_read_and_is_named(home, tmp_path, state, name):
    path = book(tmp_path, extra_sheets={name: FILLED})
    workbook = openpyxl.load_workbook(path)
    workbook[name].sheet_state = state
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-28", None)]
    assert f"隐藏的工作表“{name}”" in message(receipt)
    assert receipt.forms[0].sheets == (TITLE,)


def test_a_form_whose_only_sheet_is_hidden_is_refused_and_says_so(home, tmp_path):
    path = book(tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook[TITLE].sheet_state = "hidden"
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-28", None), ("FL-21", FORM)]
    assert f"“{TITLE}”是隐藏的" in receipt.findings[1].message


def test_a_hidden_cover_says_so(home, tmp_path):
    path = book(tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook["封面"].sheet_state = "hidden"
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-09", None)]
    assert "隐藏" in message(receipt)


@pytest.mark.parametrize("name", [f"{TITLE} (2)", f"{TITLE}（2016年旧）", f"{TITLE}副本"])
def test_two_sheets_that_may_be_the_form_are_refused_with_both_names(home, tmp_path, name):
    receipt = arrive(home, book(tmp_path, extra_sheets={name: FILLED}))
    assert told(receipt) == [("FL-21", FORM)]
    assert f"“{TITLE}”、“{name}”" in message(receipt)
    assert receipt.refuses(FORM)


@pytest.mark.parametrize("name", [f"{TITLE}（二）", f"{TITLE}续", f"{TITLE}（莘田村）", f"{TITLE}-江滨社区"])
def test_sheets_that_make_up_the_form_by_their_names_belong_together(home, tmp_path, name):
    receipt = arrive(home, book(tmp_path, extra_sheets={name: FILLED}))
    assert told(receipt) == []
    assert receipt.forms[0].sheets == (TITLE, name)


def test_instructions_named_after_a_form_are_a_note(home, tmp_path):
    name = f"{TITLE}填写说明"
    receipt = arrive(home, book(tmp_path, extra_sheets={name: [["一、户编号共16位"], ["二、户主姓名"]]}))
    assert told(receipt) == [("FL-28", FORM)]
    assert receipt.forms[0].sheets == (TITLE,)
    assert not receipt.refuses(FORM)


def test_instructions_beside_no_form_announce_nothing(home, tmp_path):
    receipt = arrive(home, book(tmp_path, extra_sheets={"收益分配表填写说明": [["一、说明"]]}))
    assert told(receipt) == [("FL-28", "distributions")]
    assert [notice.form for notice in receipt.forms] == [FORM]


def test_scratch_sheets_are_one_note_and_blank_ones_none(home, tmp_path):
    scratch = {"Sheet2": [[" ", "\u3000"]], "Sheet3": [["草稿"]], "Sheet4": [["x"]]}
    receipt = arrive(home, book(tmp_path, extra_sheets=scratch))
    assert told(receipt) == [("FL-28", None)]
    assert "“Sheet3”、“Sheet4”不是报表" in message(receipt)
    assert len(message(receipt)) < 80


def test_a_sheet_under_another_name_is_asked_to_bear_the_name_of_the_form_that_is_missing(home, tmp_path):
    path = book(tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook[TITLE].title = "Sheet1"
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-04", None), ("FL-21", FORM)]
    assert TITLE in receipt.findings[0].message


def test_a_workbook_of_too_many_sheets_is_not_looked_through(home, tmp_path):
    limit = load_words().limits.sheets
    receipt = arrive(home, book(tmp_path, extra_sheets={f"{TITLE}{n}": [] for n in range(limit)}))
    assert told(receipt) == [("FL-07", None)]
    assert str(limit) in message(receipt)


# --- cover ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["３５０４２６２０２", " 350426202 ", "350426202*", 350426202, "'350426202", "350426202.0"]
)
def test_a_code_on_the_cover_is_read_however_it_was_typed(home, tmp_path, code):
    receipt = arrive(home, book(tmp_path, cover={"submitter_code": code}))
    assert (receipt.submitter_code, told(receipt)) == (SUBMITTER, [])


@pytest.mark.parametrize("text", ["350402-CF", "350402－ＣＦ", "350402–cf", "350402—CF", "350402‑CF", "350402_CF"])
def test_dashes_and_letters_of_a_code_are_made_alike(text):
    assert code_of(text) == "350402-CF"


# Letters of a code as other scripts draw them, and digits with what shows nothing among them.
ALIKE = ["350402-\u0421F", "350402-\u0441f", "350402\u2212\uff23\uff26", "3504\u200b02-CF\u202c", "350402ーCF"]


@pytest.mark.parametrize("text", ALIKE)
def test_a_code_drawn_alike_is_the_same_on_the_cover_and_in_names(text):
    assert code_of(text) == "350402-CF"
    for stem in (f"{text}_2017-06_贷款贴息明细表_全量", f"{text} 2017年6月 贷款贴息明细表 全量"):
        sender = sender_of(stem)
        assert sender is not None
        assert (sender.submitter_code, sender.period) == ("350402-CF", "2017-06")
        assert table_name(sender.rest).form == "loan_subsidies"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("35O426202", ["第3个字符是“O”（U+004F）", "数字0"]),
        ("35\u041e426202", ["第3个字符", "U+041E", "数字0"]),
        ("3504262０l", ["第9个字符", "U+006C", "数字1"]),
        ("35042620②", ["第9个字符", "U+2461"]),
        ("350426\u0966\u0660\u0662", ["第7个字符", "U+0966", "第9个字符"]),
        ("350402-\u0416F", ["第8个字符", "U+0416"]),
    ],
)
def test_a_code_that_might_mean_another_names_the_character_and_its_position(home, tmp_path, text, told):
    on_cover = arrive(home, book(tmp_path, cover={"submitter_code": text}))
    names = (f"{text}_2017-06_{TITLE}_全量_1.csv", f"{text} 2017-06 {TITLE} 全量 1.csv")
    in_names = [arrive(home, make_csv(tmp_path, FORM, [ROW]), name) for name in names]
    for receipt in (on_cover, *in_names):
        (finding,) = receipt.findings
        assert (finding.code, receipt.submitter_code) == ("FL-12", SUBMITTER)
        assert [part for part in told if part not in finding.message] == []
        assert "。。" not in finding.message


def test_the_position_is_that_in_the_text_the_message_quotes(home, tmp_path):
    text = "3\u200b5042620O"
    told_of = message(arrive(home, book(tmp_path, cover={"submitter_code": text})))
    assert f"“{text}”" in told_of
    assert f"第{len(text)}个字符是“O”" in told_of


@pytest.mark.parametrize("code", ["350499999", "350499-LI", "350499-PSBC", "溪尾乡", "溪尾乡2"])
def test_a_code_of_ordinary_characters_that_nobody_has_needs_no_hint(home, tmp_path, code):
    assert "个字符" not in message(arrive(home, book(tmp_path, cover={"submitter_code": code})))


@pytest.mark.parametrize(("text", "place"), [("2O17-06", 2), ("2017-O6", 6), ("2017年⑥月", 6), ("2017-0l", 7)])
def test_a_period_that_might_mean_another_names_the_character_and_its_position(home, tmp_path, text, place):
    workbook = arrive(home, make_workbook(tmp_path / "a.xlsx", period=text, forms={FORM: [ROW]}))
    table = arrive(home, make_csv(tmp_path, FORM, [ROW]), f"{SUBMITTER}_{text}_{TITLE}_全量_1.csv")
    for receipt in (workbook, table):
        assert (told(receipt), receipt.period) == ([("FL-11", None)], None)
        assert f"第{place}个字符是“{text[place - 1]}”" in message(receipt)


@pytest.mark.parametrize("period", ["'2017-06", date(2017, 6, 1), date(2017, 6, 30), datetime(2017, 6, 30, 23), 2017.6])
def test_a_period_on_the_cover_is_the_month_its_cell_shows(home, tmp_path, period):
    receipt = arrive(home, book(tmp_path, cover={"period": period}))
    assert (receipt.period, told(receipt)) == ("2017-06", [])


def test_a_number_that_may_be_january_or_october_is_no_period(home, tmp_path):
    receipt = arrive(home, book(tmp_path, cover={"period": 2017.10}))
    assert (receipt.period, told(receipt)) == (None, [("FL-11", None)])
    assert "分不清是1月还是10月" in message(receipt)
    assert arrive(home, book(tmp_path, cover={"period": "2017.1"})).period == "2017-01"


@pytest.mark.parametrize("mode", ["全量/更正", "全量 更正 无数据", "□全量 √更正", "更正后的全量"])
def test_a_mode_left_to_choose_is_none(home, tmp_path, mode):
    receipt = arrive(home, book(tmp_path, modes={FORM: mode}))
    assert told(receipt) == [("FL-09", FORM)]
    assert receipt.refuses(FORM)


@pytest.mark.parametrize("field", ["submitter_code", "period"])
def test_an_error_in_a_cover_cell_is_told_in_words_with_its_cell(home, tmp_path, field):
    path = book(tmp_path)
    workbook = openpyxl.load_workbook(path)
    cell = "B2" if field == "submitter_code" else "B4"
    workbook["封面"][cell] = "#N/A"
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-09", None)]
    assert f"{cell}单元格是公式错误 #N/A" in message(receipt)
    assert "Problem" not in message(receipt)


@pytest.mark.parametrize(
    ("count", "read"), [("1个", 1), ("１", 1), ("共1户", 1), (1.0, 1), ("一", 1), ("", None), ("—", None)]
)
def test_a_count_on_the_cover_is_read_as_people_write_it(home, tmp_path, count, read):
    receipt = arrive(home, book(tmp_path, control_rows={FORM: count}))
    assert (receipt.forms[0].control_rows, told(receipt)) == (read, [])


@pytest.mark.parametrize("count", ["②", -1, 1.5, "约1", "9" * 30, 1e18, True, "见附表"])
def test_a_count_that_cannot_be_read_is_told_at_its_cell_and_refuses_nothing(home, tmp_path, count):
    receipt = arrive(home, book(tmp_path, control_rows={FORM: count}))
    (finding,) = receipt.findings
    assert (finding.code, finding.severity, finding.cell, receipt.refuses(FORM)) == ("FL-29", "explain", "C10", False)
    assert receipt.forms[0].control_rows is None


def test_a_form_announced_twice_is_refused_with_both_cells(home, tmp_path):
    path = book(tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook["封面"].append([TITLE, "更正", 1])
    workbook.save(path)
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-21", FORM)]
    assert "B10、B11" in message(receipt)
    assert [notice.form for notice in receipt.forms] == [FORM]


def test_no_data_with_a_count_contradicts_itself(home, tmp_path):
    receipt = arrive(home, book(tmp_path, modes={"members": "无数据"}, control_rows={"members": 5}))
    assert told(receipt) == [("FL-21", "members")]
    assert "无数据" in message(receipt)


def test_no_data_with_rows_and_their_count_is_told_once(home, tmp_path):
    receipt = arrive(home, book(tmp_path, modes={FORM: "无数据"}))
    assert told(receipt) == [("FL-21", FORM)]
    assert "无数据" in message(receipt)


def arrived_nil(home, tmp_path, content, is_packed):
    """The receipt of a table named 无数据, alone or as the member of a zip."""
    path = tmp_path / "a.bin"
    if is_packed:
        return arrive(home, packed(path, **{f"{TITLE}_无数据.csv": content}), f"{SUBMITTER}_2017-06.zip")
    path.write_bytes(content)
    return arrive(home, path, f"{SUBMITTER}_2017-06_{TITLE}_无数据.csv")


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("content", [csv_text(FORM, [ROW, ROW]), "a,b\r\n1,2\r\n"])
def test_a_text_table_named_no_data_that_has_rows_is_refused_and_says_how_many(home, tmp_path, content, is_packed):
    receipt = arrived_nil(home, tmp_path, content.encode(), is_packed)
    assert told(receipt) == [("FL-21", FORM)]
    assert "文件名写明无数据，文件里却有2行" in message(receipt)


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("content", ["本期无数据", csv_text(FORM, []), f"{TITLE}\r\n本期无数据\r\n"])
def test_a_text_table_named_no_data_without_rows_says_so(home, tmp_path, content, is_packed):
    receipt = arrived_nil(home, tmp_path, content.encode(), is_packed)
    assert (told(receipt), [form.mode for form in receipt.forms]) == ([], ["nothing"])


def test_a_text_table_named_no_data_that_cannot_be_cut_is_refused(home, tmp_path):
    content = csv_text(FORM, [ROW]).replace(VILLAGE, f'"{VILLAGE}').encode()
    assert told(arrived_nil(home, tmp_path, content, False)) == [("FL-24", FORM)]


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stem",
    [
        "350426202_2017-06_贫困户登记表_全量_132", "350426202＿2017-06＿贫困户登记表＿全量＿132行",
        "350426202-2017-06-贫困户登记表-全量-132", "350426202 2017年6月 贫困户登记表 全量 132行",
        "350426202-2017年6月份-贫困户登记表-全量-132",
        "３５０４２６２０２_２０１７０６_贫困户登记表_全量_１３２", "350426202_2017.6_贫困户登记表_全量（132行）",
        "350426202—2017-06—贫困户登记表—全量132行", "350426202_2017-06-01_贫困户登记表_全量_132(1)",
    ],
)  # fmt: skip
def test_a_name_is_read_whatever_parts_it(stem):
    sender = sender_of(stem)
    assert sender is not None
    assert (sender.submitter_code, sender.period) == (SUBMITTER, "2017-06")
    table = table_name(sender.rest)
    assert (table.form, table.mode, table.count) == (FORM, "full", 132)


@pytest.mark.parametrize("stem", ["350402-CF_2017-06_贷款贴息明细表_全量", "350402-cf 2017-06 贷款贴息明细表 全量"])
def test_a_code_with_a_hyphen_stays_whole(stem):
    sender = sender_of(stem)
    assert sender is not None
    assert (sender.submitter_code, table_name(sender.rest).form) == ("350402-CF", "loan_subsidies")


@pytest.mark.parametrize(
    "stem", ["贫困户登记表_全量_132", "1_贫困户登记表", "350426202_贫困户登记表", "2017-06_表", "数据"]
)
def test_a_member_that_begins_with_its_form_names_no_sender(stem):
    assert sender_of_member(stem) is None


@pytest.mark.parametrize("stem", ["350426202_2017-06-30_贫困户登记表_全量", "350426202_上半年_贫困户登记表_全量"])
def test_what_is_no_period_is_not_made_one(stem):
    sender = sender_of(stem)
    assert sender is not None
    assert sender.period is None


@pytest.mark.parametrize("name", ["贫困户登记表.csv", "全量_350426202_2017-06_贫困户登记表_6.csv"])
def test_a_name_without_its_parts_is_told_what_they_are(home, tmp_path, name):
    receipt = arrive(home, make_csv(tmp_path, FORM, [ROW]), name)
    assert told(receipt) == [("FL-09", None)]
    assert "下划线" in message(receipt)
    assert "350426202_2017-06_贫困户登记表_全量_132.csv" in message(receipt)


NAMES_OF_ONE_SENDER = [
    "350426202_2017-06_报表", "350426202＿2017-06＿报表", "350426202-2017-06-报表", "350426202 2017年6月 报表",
    "350426202 2017年6月份 报表 (1)", "３５０４２６２０２_２０１７０６", "350426202—2017.6—报表",
    "350426\u200b202_2017-06",
]  # fmt: skip


@pytest.mark.parametrize("stem", NAMES_OF_ONE_SENDER)
def test_the_name_of_a_refused_file_is_read_like_that_of_a_table(home, stem):
    """An old workbook in the inbox itself: nothing but its name says who is answered, and for when."""
    sender = sender_of(stem)
    assert sender is not None
    target = home.inbox / f"{stem}.xls"
    target.parent.mkdir(parents=True)
    target.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    (receipt,) = receive(home).received
    assert (receipt.submitter_code, receipt.period) == (sender.submitter_code, sender.period) == (SUBMITTER, "2017-06")
    assert told(receipt) == [("FL-13", None)]


@pytest.mark.parametrize(
    ("folder", "stem", "answered"),
    [
        (SUBMITTER, "350423101 2017-06 报表", (SUBMITTER, "2017-06")),  # the folder it came in, whatever its name says
        ("旧文件", "350423101 2017-06 报表", ("350423101", "2017-06")),
        ("旧文件", "350499999 2017-06 报表", (None, "2017-06")),
        ("旧文件", "35O423101_2017-06_报表", (None, "2017-06")),
        (SUBMITTER, "350426202 2017年2季度 报表", (SUBMITTER, None)),
        ("旧文件", "报表 2017-06", (None, None)),
    ],
)
def test_a_refused_file_is_answered_to_nobody_but_a_known_office(home, folder, stem, answered):
    target = home.inbox / folder / f"{stem}.xls"
    target.parent.mkdir(parents=True)
    target.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    (receipt,) = receive(home).received
    assert (receipt.submitter_code, receipt.period) == answered


@pytest.mark.parametrize("name", [f"{SUBMITTER}_2017-06-{TITLE}.csv", f"{SUBMITTER}_2017-06_报表-{TITLE}.csv"])
def test_a_name_as_sheets_are_exported_one_by_one_is_told_what_it_lacks(home, tmp_path, name):
    receipt = arrive(home, make_csv(tmp_path, FORM, [ROW]), name)
    assert [code for code, _ in told(receipt)] == ["FL-09"]
    assert "报送方式" in message(receipt)


# --- zips -----------------------------------------------------------------------------------------

CSV = csv_text(FORM, [ROW]).encode()


def test_a_zip_of_members_named_like_files_of_their_own_is_read(home, tmp_path):
    path = packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **{f"{SUBMITTER}_2017-06_{TITLE}_全量_1.csv": CSV})
    receipt = arrive(home, path)
    assert told(receipt) == []
    assert [(n.form, n.mode, n.control_rows) for n in receipt.forms] == [(FORM, "full", 1)]


@pytest.mark.parametrize("name", [f"350423101_2017-06_{TITLE}_全量.csv", f"{SUBMITTER}_2016-12_{TITLE}_全量.csv"])
def test_a_member_of_another_office_or_period_refuses_the_zip(home, tmp_path, name):
    path = packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **{name: CSV, "村集体经济收入表_全量.csv": b"x"})
    receipt = arrive(home, path)
    assert told(receipt) == [("FL-10", None)]
    assert name in message(receipt)
    assert receipt.is_refused


def test_one_form_in_two_modes_is_refused_with_both_names(home, tmp_path):
    names = (f"{TITLE}_全量_1.csv", f"{TITLE}_更正.csv")
    receipt = arrive(home, packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **dict.fromkeys(names, CSV)))
    assert told(receipt) == [("FL-21", FORM)]
    assert all(name in message(receipt) for name in names)


def test_two_members_of_a_form_are_refused_unless_their_names_make_them_parts(home, tmp_path):
    names = (f"{TITLE}_全量_1.csv", f"{TITLE}_全量_1(2).csv")
    path = packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **dict.fromkeys(names, CSV))
    assert told(arrive(home, path)) == [("FL-21", FORM)]
    parts = (f"{TITLE}（莘田村）_全量_1.csv", f"{TITLE}（二）_全量_1.csv")
    receipt = arrive(home, packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **dict.fromkeys(parts, CSV)))
    assert (told(receipt), receipt.forms[0].control_rows) == ([], 2)


@pytest.mark.parametrize("name", ["a.zip", "溪尾乡报表.zip"])
def test_one_workbook_in_a_zip_is_read_as_if_it_came_alone(home, tmp_path, name):
    clutter = {"__MACOSX/._a.xlsx": b"x", "报表/~$溪尾乡.xlsx": b"x", "Thumbs.db": b"x"}
    path = packed(tmp_path / name, **{"报表/溪尾乡.xlsx": book(tmp_path).read_bytes()}, **clutter)
    receipt = arrive(home, path)
    assert (receipt.submitter_code, told(receipt), receipt.stored_name) == (SUBMITTER, [], "original.zip")
    assert [(n.form, n.sheets) for n in receipt.forms] == [(FORM, (TITLE,))]


CLUTTER = [
    f"~${TITLE}_全量_1.csv", f".~{TITLE}_全量_1.csv", f"._{TITLE}_全量_1.csv", f".旧/{TITLE}_全量_1.csv", "THUMBS.DB",
    f"__MACOSX/{TITLE}_全量_1.csv", "报表/Desktop.ini", f"{TITLE}_全量_1.csv.TMP", f"{TITLE}_全量_1.csv.crdownload",
]  # fmt: skip


@pytest.mark.parametrize("name", CLUTTER)
def test_what_programs_leave_behind_is_passed_over_in_the_inbox_and_in_a_zip(home, tmp_path, name):
    lying = home.inbox / SUBMITTER / name
    lying.parent.mkdir(parents=True)
    lying.write_bytes(CSV)
    path = packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **{f"./报表/{TITLE}_全量_1.csv": CSV, name: CSV})
    receipt = arrive(home, path)
    assert (told(receipt), [notice.sheets for notice in receipt.forms]) == ([], [(f"./报表/{TITLE}_全量_1.csv",)])
    assert lying.exists()


def test_an_office_programs_lock_file_beside_tables_is_passed_over(home, tmp_path):
    members = {f"{TITLE}_全量_1.csv": CSV, f".~lock.{TITLE}_全量.csv#": b"x", f"~${TITLE}.csv": b"x"}
    assert told(arrive(home, packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **members))) == []


@pytest.mark.parametrize("others", [{"b.xlsx": b"PK"}, {f"{TITLE}_全量_1.csv": CSV}])
def test_several_workbooks_or_a_mixture_in_a_zip_are_told_what_to_do(home, tmp_path, others):
    members = {"a.xlsx": book(tmp_path).read_bytes(), **others}
    receipt = arrive(home, packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **members))
    assert told(receipt) == [("FL-02", None)]
    assert "a.xlsx" in message(receipt)
    assert "不压缩的工作簿" in receipt.findings[0].fix


def test_an_old_workbook_in_a_zip_is_told_as_an_old_workbook(home, tmp_path):
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    assert told(arrive(home, packed(tmp_path / "a.zip", **{"a.xls": old}))) == [("FL-13", None)]


def test_a_file_that_is_no_table_beside_tables_is_a_note(home, tmp_path):
    members = {f"{TITLE}_全量_1.csv": CSV, "说明.docx": b"x"}
    receipt = arrive(home, packed(tmp_path / f"{SUBMITTER}_2017-06.zip", **members))
    assert told(receipt) == [("FL-28", None)]
    assert "说明.docx" in message(receipt)


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods", ".et", ".bak", ""])
def test_a_good_workbook_is_read_whatever_its_suffix_claims(home, tmp_path, suffix):
    receipt = arrive(home, book(tmp_path), f"报表{suffix}")
    assert (receipt.submitter_code, told(receipt)) == (SUBMITTER, [])


def test_open_document_tables_are_told_as_such(home, tmp_path):
    path = packed(
        tmp_path / "a.ods",
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        **{"content.xml": b"<x/>"},
    )
    flat = tmp_path / "a.fods"
    flat.write_text(
        '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        encoding="utf-8",
    )
    for file in (path, flat):
        receipt = arrive(home, file)
        assert told(receipt) == [("FL-13", None)]
        assert "OpenDocument" in message(receipt)


def test_the_workbook_in_a_zip_is_unpacked_only_as_long_as_it_is_read(home, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    arrive(home, packed(tmp_path / "a.zip", **{"a.xlsx": book(tmp_path).read_bytes()}))
    assert list(Path(scratch).iterdir()) == []


@given(st.text(max_size=40))
def test_no_name_is_an_error(name):
    sender = sender_of(name)
    assert sender is None or sender.submitter_code is not None
    assert table_name(name).count is None or table_name(name).mode is not None
