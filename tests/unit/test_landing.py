"""Land: one batch of typed rows per call, complete or absent, and what is said about each form."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from expectations.contract import load_contracts
from expectations.relations import FILE_FINDING_COLUMNS, landing_columns
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.home.batches import list_batches
from orchestration.read.landing import land
from orchestration.receive.archive import UNKNOWN
from orchestration.receive.inbox import receive
from orchestration.workbook.notices import FileFinding
from tests.builders import (
    HOUSEHOLD,
    SUBMITTER,
    VILLAGE,
    VILLAGE_CODE,
    csv_text,
    header_text,
    make_csv,
    make_workbook,
    make_zip,
)

# Every landing types all forms: a second each.
pytestmark = pytest.mark.slow

OTHER = "350423101"


def household(number, **changes):
    row = {
        "sequence": number,
        "village_code": VILLAGE,
        "household_code": f"{VILLAGE_CODE}{number:04d}",
        "head_name": f"户主{number}",
        "person_count": 3,
        "farmland_area_mu": 4.5,
    }
    return {**row, **changes}


def village(**changes):
    row = dict.fromkeys(("operating", "contract", "investment", "subsidy", "other"), 0.5)
    return {
        "sequence": 1,
        "village_code": VILLAGE,
        "registered_poor_village": "是",
        **{f"{name}_income_yuan": value for name, value in row.items()},
        "total_income_yuan": 2.5,
        "recorded_shell": "否",
        **changes,
    }


@pytest.fixture
def home(tmp_path):
    return Settings(home=tmp_path, settle_seconds=0, workers=1)


def send(home, name="a.xlsx", submitter=SUBMITTER, **parts):
    parts.setdefault("forms", {"households": [household(1), household(2)]})
    return make_workbook(home.inbox / submitter / name, submitter, **parts)


def night(home):
    receive(home)
    return land(home)


def rows(home, relation, columns="*", where="true"):
    files = str(home.landing / relation / "*" / "*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select {columns} from read_parquet(?, hive_partitioning = false) where {where} order by all", [files]
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def findings(home, columns="code, form, sheet, cell, value"):
    return [tuple(row.values()) for row in rows(home, "file_findings", columns)]


def status(home):
    return {row["form"]: row["status"] for row in rows(home, "submission_forms")}


def snapshot(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_rows_land_typed_with_their_address(home):
    send(home, forms={"households": [household(1, farmland_area_mu="４.5亩")], "village_income": [village()]})
    report = night(home)
    assert (report.submissions, list_batches(home)[-1].periods) == (1, ("2017-06",))
    assert (report.rows_by_form["households"], report.rows_by_form["village_income"]) == (1, 1)
    (row,) = rows(home, "households")
    assert list(row) == list(landing_columns(load_contracts()["households"]))
    assert row["record_id"] == f"{row['submission_id']}/贫困户登记表/4"
    assert (row["submitter_code"], row["period"], row["mode"]) == (SUBMITTER, "2017-06", "full")
    assert (row["village_code"], row["household_code"]) == (VILLAGE_CODE, HOUSEHOLD)
    assert (row["farmland_area_mu"], row["farmland_area_mu__text"]) == (Decimal("4.50"), "４.5亩")
    (income,) = rows(home, "village_income")
    assert (income["total_income_yuan"], income["total_income_yuan__text"]) == (Decimal(25000), "2.5")
    assert findings(home) == []


def test_every_form_has_a_file_for_a_touched_period_and_the_area_is_closed(home):
    send(home)
    night(home)
    for relation in (*load_contracts(), "file_findings", "submission_forms", "layout"):
        (file,) = (home.landing / relation / "period=2017-06").glob("batch-*.parquet")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.landing.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.key_file.stat().st_mode) == 0o600


def test_landing_again_changes_nothing(home):
    send(home)
    night(home)
    before = snapshot(home.landing)
    assert night(home).batch_id is None
    assert snapshot(home.landing) == before


def test_a_batch_without_a_manifest_is_swept_and_landed_whole(home):
    send(home)
    receive(home)
    code = (
        "from pathlib import Path; from orchestration.core.settings import Settings; "
        "from orchestration.read.landing import land; "
        f"land(Settings(home=Path({str(home.home)!r}), workers=1, failpoint='landing.before_manifest'))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=False).returncode == 137
    stray = home.landing / "households" / "period=2017-06" / "batch-000000000000.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"moved, but its manifest was never written")
    assert land(home).rows_by_form["households"] == 2
    assert not stray.exists()
    assert not list(home.landing.glob(".tmp-*"))
    (manifest,) = (home.landing / "batches").glob("*.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    assert sorted(file["name"] for file in content["files"]) == sorted(
        str(path.relative_to(home.landing)) for path in home.landing.glob("*/period=*/*.parquet")
    )


def test_a_rebuilt_landing_area_has_the_same_rows_and_tokens(home):
    send(home, forms={"households": [household(1, head_id_number="35049019680815123X")]})
    night(home)
    before = rows(home, "households")
    for path in sorted(home.landing.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    land(home)
    assert rows(home, "households") == before
    assert before[0]["head_token"]


def test_worker_processes_give_the_same_rows_as_one(home, tmp_path, monkeypatch):
    monkeypatch.setattr("orchestration.read.reading_run._ONE_CHILD_BYTES", 0)
    for number in range(10):
        send(home, f"{number}.xlsx", explanations={"households": str(number)})
    receive(home)
    land(home)
    one = rows(home, "households")
    for path in sorted(home.landing.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    land(replace(home, workers=2))
    assert rows(home, "households") == one
    assert len(one) == 20


def test_the_same_cells_in_another_file_are_registered_as_a_duplicate(home):
    send(home, "first.xlsx")
    night(home)
    send(home, "second.xlsx", info_line="第二次保存")
    night(home)
    statuses = sorted(row["status"] for row in rows(home, "submission_forms"))
    assert statuses == ["duplicate", "read"]
    assert findings(home, "code, severity, value") == [("FL-20", "inform", "first.xlsx")]
    assert len(rows(home, "households")) == 2


def test_an_earlier_state_sent_again_after_a_newer_one_is_no_duplicate(home):
    for name, count in (("first.xlsx", 1), ("second.xlsx", 2), ("third.xlsx", 1)):
        send(home, name, forms={"households": [household(n + 1) for n in range(count)]})
        night(home)
    assert [row["status"] for row in rows(home, "submission_forms")] == ["read"] * 3


def test_an_explanation_added_to_equal_cells_is_new(home):
    send(home, "first.xlsx")
    send(home, "second.xlsx", explanations={"households": "并村"})
    night(home)
    assert [row["status"] for row in rows(home, "submission_forms")] == ["read"] * 2


def test_a_form_without_a_required_column_is_refused_and_the_others_land(home):
    send(
        home,
        forms={"households": [household(1)], "village_income": [village()]},
        headers={"households": {"head_name": None}},
    )
    night(home)
    assert findings(home) == [("FL-05", "households", "贫困户登记表", None, "户主姓名")]
    assert status(home) == {"households": "refused", "village_income": "read"}
    assert (len(rows(home, "households")), len(rows(home, "village_income"))) == (0, 1)


def test_a_doubled_column_refuses_the_form_and_an_unknown_one_does_not(home):
    send(
        home,
        forms={"households": [household(1)], "village_income": [village()]},
        headers={"households": {"village_group": "户编号"}, "village_income": {"remark": "村支书"}},
    )
    night(home)
    assert findings(home) == [
        ("FL-15", "village_income", "村集体经济收入表", "M3", "村支书"),
        ("FL-19", "households", "贫困户登记表", "C3、D3", "户编号"),
    ]
    assert status(home) == {"households": "refused", "village_income": "read"}


def test_a_control_count_that_differs_is_asked_about(home):
    send(home, control_rows={"households": 5})
    night(home)
    assert findings(home) == [("FL-14", "households", "贫困户登记表", None, "2 行")]
    assert "第4行到第5行的2行数据" in findings(home, "message")[0][0]


def test_a_total_row_that_differs_is_asked_about_at_its_cell(home):
    path = send(home, forms={"village_income": [village()]})
    book = openpyxl.load_workbook(path)
    book["村集体经济收入表"]["D6"] = 0.7
    book.save(path)
    night(home)
    (finding,) = findings(home, "code, form, cell, row_number, message")
    assert finding[:4] == ("FL-14", "village_income", "D6", 6)
    assert "“经营收入（万元）”合计 0.7" in finding[4]
    assert "实际读到0.5。" in finding[4]


@pytest.mark.parametrize(("total", "told"), [(1.03, []), (1.05, ["FL-14"])])
def test_a_total_of_rounded_rows_may_differ_by_what_they_were_rounded_by(home, total, told):
    """Three villages of 0.3444万元, written to two decimals, are 1.0332; 0.02 is what four numbers leave open."""
    rows = [village(sequence=number, operating_income_yuan=0.34) for number in (1, 2, 3)]
    path = send(home, forms={"village_income": rows})
    book = openpyxl.load_workbook(path)
    book["村集体经济收入表"]["D8"] = total
    book.save(path)
    night(home)
    assert [code for (code,) in findings(home, "code")] == told


def test_a_total_is_not_compared_where_a_cell_of_its_column_cannot_be_read(home):
    path = send(home, forms={"village_income": [village(), village(sequence=2, operating_income_yuan="约3万")]})
    book = openpyxl.load_workbook(path)
    book["村集体经济收入表"]["D7"] = 0.7
    book.save(path)
    night(home)
    assert findings(home) == []


def cut_by_a_blank_row(home, mode):
    path = send(home, forms={"households": [household(n) for n in (1, 2, 3)]}, modes={"households": mode})
    book = openpyxl.load_workbook(path)
    book["贫困户登记表"].insert_rows(5)
    book.save(path)
    night(home)


def test_rows_below_a_blank_row_of_a_correction_are_reported_once(home):
    cut_by_a_blank_row(home, "更正")
    assert findings(home) == [("FL-18", "households", "贫困户登记表", "A6", "2")]
    assert len(rows(home, "households")) == 1


def test_a_whole_return_cut_by_a_blank_row_is_refused_in_one_finding_with_the_rows_it_counted(home):
    cut_by_a_blank_row(home, "全量")
    (finding,) = findings(home, "code, form, sheet, cell, value")
    assert finding[:4] == ("FL-27", "households", "贫困户登记表", "A6")
    assert "还有2行数据" in finding[4]
    assert "第4行到第4行的1行" in finding[4]
    assert status(home) == {"households": "refused"}
    assert rows(home, "households") == []


def test_a_cell_excel_could_not_calculate_keeps_its_text_and_kind_and_has_no_value(home):
    path = send(home)
    book = openpyxl.load_workbook(path)
    sheet = book["贫困户登记表"]
    sheet["D4"], sheet["G4"], sheet["G5"] = "#REF!", "=A1*2", "#DIV/0!"
    sheet["F5"] = 350490196808151234
    book.save(path)
    night(home)
    wanted = "household_code, household_code__text, household_code__kind, person_count, person_count__text"
    first, second = rows(home, "households", f"row_number, {wanted}")
    assert list(first.values()) == [4, None, "#REF!", "error", None, "=A1*2"]
    assert second["person_count__text"] == "#DIV/0!"
    (damaged,) = rows(
        home, "households", "head_id_number, head_id_number__text, head_id_number__kind, head_token", "row_number = 5"
    )
    assert list(damaged.values()) == [None, "350490196808151000", "number", None]


def test_csv_and_zip_land_like_workbooks_with_their_own_addresses(home):
    make_csv(home.inbox, "households", [household(1)], encoding="gb18030")
    make_zip(
        home.inbox / OTHER, {"village_income": [village(village_code="元山村")]}, submitter=OTHER, encoding="utf-16"
    )
    night(home)
    (row,) = rows(home, "households", "sheet, row_number, village_code")
    assert tuple(row.values()) == (f"{SUBMITTER}_2017-06_households_全量_1.csv", 2, VILLAGE_CODE)
    (row,) = rows(home, "village_income", "sheet, row_number, village_code, total_income_yuan")
    assert tuple(row.values()) == ("村集体经济收入表_全量_1.csv", 2, "350423101205", Decimal(25000))
    assert findings(home) == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_csv_in_utf_16_without_its_mark_lands_as_it_is(home, encoding):
    make_csv(home.inbox, "households", [household(1)], encoding=encoding)
    night(home)
    (row,) = rows(home, "households", "sheet, row_number, village_code")
    assert tuple(row.values()) == (f"{SUBMITTER}_2017-06_households_全量_1.csv", 2, VILLAGE_CODE)
    assert findings(home) == []


def test_a_csv_with_fewer_rows_than_its_name_says_is_refused_whole(home):
    make_csv(home.inbox, "households", [household(1), household(2)], count=3)
    night(home)
    assert [row[:3] for row in findings(home)] == [
        ("FL-27", "households", f"{SUBMITTER}_2017-06_households_全量_3.csv")
    ]
    assert (status(home), rows(home, "households")) == ({"households": "refused"}, [])


def test_a_row_moved_by_a_thousands_mark_refuses_its_form_with_its_line(home):
    path = make_csv(home.inbox, "households", [household(1), household(2, person_count="3,000")])
    night(home)
    (finding,) = findings(home, "code, sheet, row_number")
    assert finding == ("FL-24", path.name, 3)
    assert rows(home, "households") == []


def test_a_workbook_in_a_zip_lands_like_one_that_came_alone(home):
    inner = send(home)
    packed = inner.with_name("报表.zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(inner, "报表/a.xlsx")
    inner.unlink()
    night(home)
    assert (findings(home), len(rows(home, "households"))) == ([], 2)


def test_a_member_that_is_no_text_refuses_its_form_only(home):
    make_zip(home.inbox, {"households": [household(1)]}, members={"村集体经济收入表_全量.csv": b"\x81\xff\xfe\x00"})
    night(home)
    assert status(home) == {"households": "read", "village_income": "refused"}
    assert [row[:3] for row in findings(home)] == [("FL-02", "village_income", "村集体经济收入表_全量.csv")]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_refuses_its_form_whatever_packed_it(home, method):
    home.inbox.mkdir(parents=True)
    path = home.inbox / f"{SUBMITTER}_2017-06.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("贫困户登记表_全量.csv", csv_text("households", [household(n) for n in range(1, 90)]))
    content = bytearray(path.read_bytes())
    content[90:130] = bytes(40)
    path.write_bytes(content)
    night(home)
    assert [row[:2] for row in findings(home)] == [("FL-02", "households")]


def test_an_exporters_blanks_and_nulls_are_not_values(home):
    contract = load_contracts()["households"]
    values = {column.name: "null " for column in contract.columns}
    values |= {
        "village_code": f"{VILLAGE} ",
        "household_code": f'="{HOUSEHOLD}"',
        "head_name": "张　三 ",
        "safe_water": "无 ",
    }
    text = ",".join(f"{header_text(c)} " for c in contract.columns) + "\n" + ",".join(values.values()) + "\n"
    path = home.inbox / f"{SUBMITTER}_2017-06_households_全量.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8-sig")
    night(home)
    (row,) = rows(home, "households")
    assert (row["village_code"], row["household_code"], row["head_name"]) == (VILLAGE_CODE, HOUSEHOLD, "张　三")
    assert row["safe_water"] is False
    assert (row["phone__text"], row["person_count__text"]) == (None, None)


def test_sheets_of_one_form_are_appended(home):
    contract = load_contracts()["households"]
    lines = [line.split(",") for line in csv_text("households", [household(3)]).splitlines()]
    send(home, control_rows={"households": 3}, extra_sheets={f"{contract.title}（二）": lines})
    night(home)
    assert findings(home) == []
    assert [row["sheet"] for row in rows(home, "households", "sheet")] == [contract.title] * 2 + [
        f"{contract.title}（二）"
    ]


def test_what_was_sent_is_told_form_by_form(home):
    send(home, modes={"guarantee_loans": "无数据", "guarantee_funds": "全量"}, explanations={"households": "并村"})
    night(home)
    told = {row["form"]: row for row in rows(home, "submission_forms")}
    assert {form: row["status"] for form, row in told.items()} == {
        "households": "read",
        "guarantee_loans": "nothing",
        "guarantee_funds": "missing",
    }
    assert (told["households"]["rows_read"], told["households"]["explanation"]) == (2, "并村")
    assert [row[0] for row in findings(home)] == ["FL-21"]


def test_a_file_of_nobody_is_told_under_an_unknown_period(home):
    (home.inbox).mkdir(parents=True)
    (home.inbox / "a.xlsx").write_bytes(b"")
    night(home)
    assert list_batches(home)[-1].periods == (UNKNOWN,)
    (row,) = rows(home, "submission_forms")
    assert (row["form"], row["status"], row["period"], row["original_name"]) == (None, "refused", None, "a.xlsx")
    assert (home.landing / "file_findings" / "period=unknown").exists()
    assert [row[0] for row in findings(home)] == ["FL-01"]


def test_a_finding_of_a_file_lands_with_all_it_says():
    assert list(FILE_FINDING_COLUMNS) == list(FileFinding.model_fields)


def test_layout_says_where_each_column_stood(home):
    send(home, forms={"village_income": [village()]})
    night(home)
    (row,) = rows(home, "layout", where="column_name = 'operating_income_yuan'")
    assert (row["excel_column"], row["header_row"], row["header_text"], row["unit_factor"]) == (
        "D",
        4,
        "经营收入（万元）",
        10000,
    )
