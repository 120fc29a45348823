"""Receive: who sent what for when, what is refused and why, and that nothing is lost or taken twice."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import xlsxwriter

from expectations.contract import load_contracts, load_file_rules
from orchestration.core import clock
from orchestration.core.settings import CHECKOUT, Settings, SettingsError
from orchestration.receive.archive import list_receipts, original_path
from orchestration.receive.cover import period_of, sending_mode
from orchestration.receive.inbox import receive
from orchestration.workbook.notices import Notice
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, csv_text, make_csv, make_workbook, make_zip

ROW = {"sequence": 1, "village_code": VILLAGE, "household_code": HOUSEHOLD}
MEMBER = {"village_code": VILLAGE, "household_code": HOUSEHOLD, "person_code": f"{HOUSEHOLD}001"}
FUND = {"fund_code": f"{SUBMITTER}01", "fund_name": "基金", "fund_amount_yuan": 100}
OTHER = "350423101"
MOMENT = datetime(2017, 7, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    return Settings(home=tmp_path, settle_seconds=0)


def inbox(home, name="a.xlsx", folder=SUBMITTER):
    path = home.inbox / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def good(home, **changes):
    return make_workbook(inbox(home), forms={"households": [ROW]}, **changes)


def only(home):
    (receipt,) = receive(home).received
    return receipt


def test_a_workbook_is_archived_with_its_receipt_and_leaves_the_inbox(home):
    path = good(home, modes={"guarantee_loans": "无数据"}, explanations={"households": "并村"})
    content = path.read_bytes()
    receipt = only(home)
    assert (receipt.submitter_code, receipt.period, receipt.template_version) == (SUBMITTER, "2017-06", "2017.1")
    assert [(n.form, n.mode, n.sheet, n.control_rows, n.explanation) for n in receipt.forms] == [
        ("households", "full", load_contracts()["households"].title, 1, "并村"),
        ("guarantee_loans", "nothing", None, 0, None),
    ]
    assert (receipt.findings, receipt.data_origin) == ((), "synthetic")
    assert original_path(home, receipt).read_bytes() == content
    assert original_path(home, receipt).parent.parent == home.archive / "2017-06" / SUBMITTER
    assert not path.exists()
    assert list_receipts(home) == [receipt]


def test_the_archive_is_closed_to_others(home):
    good(home)
    path = original_path(home, only(home))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, *list(path.parents)[1:4])} == {0o700}


def test_a_file_still_being_written_waits(home):
    good(home)
    report = receive(replace(home, settle_seconds=3600))
    assert report.received == ()
    assert {path.name for path in report.waiting} == {"a.xlsx"}


@pytest.mark.parametrize("name", ["~$a.xlsx", "Thumbs.db", "desktop.ini", "a.xlsx.tmp", "a.part", ".DS_Store"])
def test_a_leftover_of_a_program_is_passed_over_and_nobody_waits_for_it(home, name):
    inbox(home, name).write_bytes(b"x")
    report = receive(replace(home, settle_seconds=3600))
    assert (report.received, dict(report.waiting), report.passed_over) == ((), {}, ())
    assert inbox(home, name).exists()


def test_receipts_of_one_moment_keep_the_order_in_which_the_files_were_written(home):
    first, second = inbox(home, "b.xlsx"), inbox(home, "a.xlsx")
    for age, path in ((20, first), (10, second)):
        make_workbook(path, forms={"households": [ROW]}, explanations={"households": path.name})
        os.utime(path, (MOMENT.timestamp() - age,) * 2)
    with clock.at(MOMENT):
        received = receive(home).received
    assert [receipt.original_name for receipt in received] == ["b.xlsx", "a.xlsx"]
    assert [(receipt.received_at - MOMENT).microseconds for receipt in received] == [0, 1]


def test_a_receive_killed_after_archiving_is_completed_without_a_second_receipt(home):
    path = good(home)
    code = (
        "from pathlib import Path; from orchestration.core.settings import Settings; "
        "from orchestration.receive.inbox import receive; "
        f"receive(Settings(home=Path({str(home.home)!r}), settle_seconds=0, failpoint='receive.after_archive'))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=False).returncode == 137
    assert not path.exists()
    assert len(list_receipts(home)) == 1
    assert receive(home).received == ()
    assert len(list_receipts(home)) == 1


def test_what_a_killed_receive_left_half_copied_is_swept(home):
    leftover = home.archive / ".tmp-20170701T000000000000Z_abc"
    leftover.mkdir(parents=True)
    (leftover / "original.xlsx").write_bytes(b"half")
    receive(home)
    assert not leftover.exists()


def test_the_same_file_sent_again_later_gets_a_receipt_of_its_own(home):
    content = good(home).read_bytes()
    receive(home)
    inbox(home).write_bytes(content)
    receive(home)
    assert len(list_receipts(home)) == 2


def test_a_home_never_mixes_real_and_synthetic_submissions(home):
    good(home)
    receive(home)
    with pytest.raises(SettingsError, match="SANMING_DATA_ORIGIN"):
        receive(replace(home, data_origin="real"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_file_says_who_when_and_what_in_its_name(home, encoding):
    make_csv(home.inbox, "household_income", [ROW], mode="更正", period="2016年12月", encoding=encoding)
    receipt = only(home)
    assert (receipt.submitter_code, receipt.period, receipt.findings) == (SUBMITTER, "2016-12", ())
    assert [(n.form, n.mode) for n in receipt.forms] == [("household_income", "correction")]


def test_a_zip_holds_one_member_per_form_and_clutter_is_passed_over(home):
    make_zip(home.inbox, {"households": [ROW], "members": []}, members={"__MACOSX/._x.csv": b"x"})
    receipt = only(home)
    assert [n.form for n in receipt.forms] == ["households", "members"]
    assert receipt.findings == ()


@pytest.mark.parametrize(
    ("name", "form", "mode"),
    [
        ("贫困户登记表_全量(改)(2)最终版", "households", "full"),
        ("贫困户登记表_更正_最终版", "households", "correction"),
        ("guarantee_loans_全量", "guarantee_loans", "full"),
    ],
)
def test_what_a_clerk_adds_to_a_file_name_does_no_harm(home, name, form, mode):
    path = inbox(home, f"{SUBMITTER}_2017-06_{name}.csv")
    path.write_text("x", encoding="utf-8")
    assert [(n.form, n.mode) for n in only(home).forms] == [(form, mode)]


@pytest.mark.parametrize(
    "text",
    [
        *("2017-06", "2017年6月", "201706", "2017.6", "2017-06-01", "２０１７年０６月", "2017/06", "2017年6月份"),
        *("2017年度6月", "2017年6月底", "2017年6月1日", "2017－6", "2017‑06", "2017 年 6 月"),
    ],
)
def test_a_period_is_known_in_its_usual_shapes(text):
    assert period_of(text) == "2017-06"


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(
    "shape", ["{}-{:02}", "{}-{}", "{}{:02}", "{}年{}月", "{}.{}", "{}-{}-1", "{}-{:02}-01", "{}{:02}01"]
)
def test_every_month_is_itself_in_every_shape(shape, month):
    assert period_of(shape.format(2017, month)) == f"2017-{month:02}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "6月", "2017", "2017-13", "2017-06-30", "上半年", "201706301"),
        *("2017Q2", "2017-Q4", "2017年2季度", "2017年第2季度", "2017第2期", "2017年十2月"),  # would be other months
        *("2017-l2", "2017-I2", "2017-①2", "2017-○6", "2017-O6", "2017年\u0661月", "20\u06617-06"),
    ],
)
def test_anything_else_is_no_period(text):
    assert period_of(text) is None


def test_modes_are_words_of_the_cover():
    assert [sending_mode(word) for word in ("全量", "更正", "无数据", "本期无数据", "")] == [
        "full",
        "correction",
        "nothing",
        "nothing",
        None,
    ]


# --- what is refused -----------------------------------------------------------------------------

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def bomb(path, members=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members or {"xl/workbook.xml": b"<x/>", "xl/sheet1.xml": bytes(30_000_000)}).items():
            archive.writestr(name, content)


def html(path):
    path.write_bytes("<html><table><tr><td>姓名</td></tr></table></html>".encode())


def far_cell(path):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("封面")
        sheet.write(0, 0, "near")
        sheet.write(1_048_575, 16_383, "far")


def forged_count(path):
    make_workbook(path, forms={"households": [ROW]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = re.sub(rb'uniqueCount="\d+"', b'uniqueCount="99999999999"', texts)
    bomb(path, parts)


def packed_otherwise(path, offsets, value):
    """A zip whose headers say another method, or a newer version, than the library knows."""
    bomb(path, {"贫困户登记表_全量.csv": b"x" * 100})
    content = bytearray(path.read_bytes())
    for mark, offset in zip((b"PK\x03\x04", b"PK\x01\x02"), offsets, strict=True):
        place = content.index(mark) + offset
        content[place : place + 2] = value.to_bytes(2, "little")
    path.write_bytes(content)


BAD_FILES = {
    "a zip packed by Deflate64": ("a.zip", lambda p: packed_otherwise(p, (8, 10), 9), "FL-02"),
    "a zip packed by Zstandard": ("a.zip", lambda p: packed_otherwise(p, (8, 10), 93), "FL-02"),
    "a zip for a newer unzip": ("a.zip", lambda p: packed_otherwise(p, (4, 6), 99), "FL-02"),
    "an empty file": ("a.xlsx", lambda p: p.write_bytes(b""), "FL-01"),
    "UTF-16 without its mark, of no form": (
        "350426202_2017-06_贫困户登记表_全量.csv",
        lambda p: p.write_bytes("甲,乙\r\n1,2\r\n".encode("utf-16-le")),
        "FL-02",
    ),
    "blank lines only": ("350426202_2017-06_households_全量.csv", lambda p: p.write_bytes(b"\r\n \r\n"), "FL-01"),
    "text named xlsx": ("a.xlsx", lambda p: p.write_text("户编号,姓名", encoding="utf-8"), "FL-02"),
    "bytes named xlsx": ("a.xlsx", lambda p: p.write_bytes(b"\x00\x01\x02" * 50), "FL-02"),
    "a picture named csv": ("350426202_2017-06_households_全量.csv", lambda p: p.write_bytes(b"\x89PNG\0\0"), "FL-02"),
    "a damaged zip": ("a.xlsx", lambda p: p.write_bytes(b"PK\x03\x04" + bytes(100)), "FL-02"),
    "a zip without tables": ("a.zip", lambda p: bomb(p, {"a.docx": b"x"}), "FL-02"),
    "an empty workbook part": ("a.xlsx", lambda p: bomb(p, {"xl/workbook.xml": b"<x/>"}), "FL-02"),
    "an encrypted workbook": ("a.xlsx", lambda p: p.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "FL-03"),
    "an old workbook": ("a.xls", lambda p: p.write_bytes(OLE + "Workbook".encode("utf-16-le")), "FL-13"),
    "an old WPS workbook": ("a.et", lambda p: p.write_bytes(OLE), "FL-13"),
    "html named xls": ("a.xls", html, "FL-13"),
    "a zip bomb": ("a.xlsx", bomb, "FL-07"),
    "a stray cell in the last corner of the grid": ("a.xlsx", far_cell, "FL-07"),
    "a zip of too many members": ("a.zip", lambda p: bomb(p, {f"{n}.csv": b"" for n in range(2001)}), "FL-07"),
    "a path in a member's name": ("a.zip", lambda p: bomb(p, {"../贫困户登记表_全量.csv": b"x"}), "FL-08"),
    "an absolute member": ("a.zip", lambda p: bomb(p, {"/etc/a.csv": b"x"}), "FL-08"),
    "a member on a drive": ("a.zip", lambda p: bomb(p, {"C:\\a.csv": b"x"}), "FL-08"),
}


def test_a_workbook_that_claims_more_texts_than_it_has_is_read_as_it_is(home):
    forged_count(inbox(home, "a.xlsx"))
    (receipt,) = receive(home).received
    assert (receipt.findings, receipt.forms[0].form) == ((), "households")


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_kept_answered_and_harms_nobody(home, case):
    name, write, code = BAD_FILES[case]
    path = inbox(home, name)
    write(path)
    make_workbook(inbox(home, "good.xlsx", OTHER), OTHER, forms={"households": [ROW]})
    receipts = {receipt.original_name: receipt for receipt in receive(home).received}
    (finding,) = receipts[name].findings
    assert finding.code == code
    assert receipts[name].is_refused
    assert receipts[name].submitter_code == SUBMITTER  # the folder it came in: that is who gets the answer
    assert name in finding.message
    assert finding.fix
    assert original_path(home, receipts[name]).exists()
    assert receipts["good.xlsx"].findings == ()


def refused(home, code):
    receipt = only(home)
    findings = [finding for finding in receipt.findings if finding.code == code]
    assert findings, receipt.findings
    assert {finding.code for finding in receipt.findings} == {code}
    return receipt, findings[0]


def test_a_workbook_without_a_cover_is_refused(home):
    good(home, with_cover=False)
    receipt, finding = refused(home, "FL-09")
    assert receipt.is_refused
    assert "封面" in finding.message


@pytest.mark.parametrize(("field", "label"), [("submitter_code", "报送单位代码"), ("period", "报送期")])
def test_a_blank_cover_field_is_named(home, field, label):
    good(home, cover={field: None})
    _, finding = refused(home, "FL-09")
    assert (finding.value, finding.sheet) == (label, "封面")


def test_a_csv_file_with_a_name_that_says_nothing_is_refused(home):
    inbox(home, "数据.csv").write_text("a,b", encoding="utf-8")
    assert "350426202_2017-06" in refused(home, "FL-09")[1].message


def test_a_file_in_another_offices_folder_is_answered_to_that_folder(home):
    make_workbook(inbox(home, folder=OTHER), SUBMITTER, forms={"households": [ROW]})
    receipt, finding = refused(home, "FL-10")
    assert (receipt.submitter_code, finding.value) == (OTHER, SUBMITTER)


@pytest.mark.parametrize("period", ["上半年", "2017-13", "2099-06", "2014-06", "2015-11", "2001-07"])
def test_a_period_that_cannot_be_is_refused(home, period):
    good(home, period=period)
    receipt, finding = refused(home, "FL-11")
    assert (receipt.period, finding.value) == (None, period)


@pytest.mark.parametrize("period", ["2099-01", "2014-06"])
def test_a_period_that_cannot_be_is_refused_in_the_name_of_an_old_file_as_well(home, period):
    inbox(home, f"{SUBMITTER}_{period}.xls").write_bytes(OLE + "Workbook".encode("utf-16-le"))
    receipt = only(home)
    assert [finding.code for finding in receipt.findings] == ["FL-13", "FL-11"]
    assert (receipt.submitter_code, receipt.period) == (SUBMITTER, None)


def test_the_month_that_runs_in_sanming_can_be_meant_and_the_next_cannot(home):
    """At half past midnight of the first of July in Sanming it is still June elsewhere."""
    with clock.at(datetime(2017, 6, 30, 16, 30, tzinfo=UTC)):
        for period in ("2017-07", "2017-08"):
            path = make_workbook(inbox(home), period=period, modes={"assistance_measures": "无数据"})
            os.utime(path, (0, 0))
            (receipt,) = receive(home).received
            assert (receipt.period is None) == (period == "2017-08")


def test_a_form_not_due_in_the_period_is_refused_alone(home):
    make_workbook(inbox(home), forms={"households": [ROW], "household_income": [ROW]})
    receipt, finding = refused(home, "FL-11")
    assert finding.form == "household_income"
    assert (receipt.refuses("household_income"), receipt.refuses("households")) == (True, False)


def test_an_unknown_submitter_is_refused(home):
    make_workbook(home.inbox / "a.xlsx", "350499999", forms={"households": [ROW]})
    receipt, finding = refused(home, "FL-12")
    assert (receipt.submitter_code, finding.value) == (None, "350499999")


def test_a_form_the_submitter_does_not_owe_is_refused(home):
    make_workbook(inbox(home, folder="350426"), "350426", forms={"households": [ROW]})
    receipt, finding = refused(home, "FL-06")
    assert (receipt.submitter_code, finding.form, finding.value) == ("350426", "households", "350426")


def test_the_urban_programme_is_refused_outside_its_pilot_districts(home):
    row = load_contracts()["urban_households"].clean_rows[0]
    make_workbook(inbox(home), forms={"households": [ROW], "urban_households": [row]})
    receipt, finding = refused(home, "FL-06")
    assert (finding.form, receipt.refuses("urban_households"), receipt.refuses("households")) == (
        "urban_households", True, False,
    )  # fmt: skip


def test_the_urban_programme_is_refused_before_its_first_day(home):
    row = load_contracts()["urban_households"].clean_rows[0]
    place = {"folder": "350402002"}
    make_workbook(inbox(home, **place), "350402002", "2016-12", forms={"urban_households": [row]})
    _, finding = refused(home, "FL-06")
    assert (finding.form, finding.value) == ("urban_households", "350402002")


def test_a_sheet_that_is_no_form_is_named_and_the_forms_stand(home):
    good(home, extra_sheets={"产业扶贫表": [["a"]], "Sheet3": [], "填表说明": [["x"]]})
    receipt, finding = refused(home, "FL-28")
    assert (finding.sheet, finding.severity, receipt.refuses("households")) == ("产业扶贫表", "inform", False)
    assert "“产业扶贫表”不是报表" in finding.message


def test_cover_and_sheets_must_agree_form_by_form(home):
    make_workbook(
        inbox(home),
        forms={"households": [ROW], "members": [MEMBER], "guarantee_funds": [FUND]},
        modes={"guarantee_loans": "全量", "guarantee_funds": "无数据"},
        unannounced={"members"},
    )
    receipt, _ = refused(home, "FL-21")
    assert {finding.form for finding in receipt.findings} == {"members", "guarantee_loans", "guarantee_funds"}
    assert not receipt.refuses("households")


def test_a_sheet_of_the_template_left_empty_says_nothing(home):
    make_workbook(
        inbox(home),
        forms={"households": [ROW], "members": [], "guarantee_funds": []},
        modes={"guarantee_funds": "无数据"},
        unannounced={"members"},
    )
    receipt = only(home)
    assert receipt.findings == ()
    assert [(n.form, n.mode) for n in receipt.forms] == [("households", "full"), ("guarantee_funds", "nothing")]


def test_several_sheets_of_a_form_belong_together(home):
    title = load_contracts()["households"].title
    good(home, extra_sheets={f"{title}（莘田村）": [["x"]]})
    assert only(home).forms[0].sheets == (title, f"{title}（莘田村）")


def test_a_sheet_that_is_no_part_beside_one_that_is_leaves_open_which_counts(home):
    title = load_contracts()["households"].title
    rows = [line.split(",") for line in csv_text("households", [{"household_code": HOUSEHOLD}]).splitlines()]
    good(home, extra_sheets={f"{title}（莘田村）": rows, f"{title}备份": rows})
    finding = next(finding for finding in only(home).findings if finding.form == "households")
    assert all(name in finding.message for name in (title, f"{title}（莘田村）", f"{title}备份")), finding.message


def test_every_message_can_be_written_for_every_rule():
    fields = dict.fromkeys(("file", "sheet", "cell", "form_title", "value", "expected"), "甲")
    for rule in load_file_rules().values():
        texts = rule.texts(of_form=False) + rule.texts(of_form=True)
        assert "{" not in "".join(text.format(**fields) for text in texts)


@pytest.mark.parametrize("code", ["FL-02", "FL-07", "FL-09", "FL-11"])
def test_what_refuses_one_form_is_not_said_of_the_whole_file(code):
    """The file's other forms are read: to say that it is unreadable or its period wrong would be false."""
    title = load_contracts()["households"].title
    notice = Notice(code, form="households", sheet=title, value="所填", expected="应填")
    of_form = notice.finding("s", "报表.xlsx", SUBMITTER, "2017-06")
    of_file = replace(notice, form=None).finding("s", "报表.xlsx", SUBMITTER, "2017-06")
    assert (title in of_form.message, "报表.xlsx" in of_form.message) == (True, False)
    assert (title in of_file.message, "报表.xlsx" in of_file.message) == (False, True)
    assert of_form.fix != of_file.fix
