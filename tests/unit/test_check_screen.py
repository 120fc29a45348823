"""What `sanming check` prints: the verdict first, the most important finding next, one mistake in one place once."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.wording import load_screen, load_wording
from orchestration.cli.check_screen import check_lines
from orchestration.cli.main import main
from orchestration.receive.archive import Receipt
from orchestration.runs.checked_file import EXIT_CODES, cells_text, counts_of, document, outcome_of, places_of
from orchestration.runs.preview import Preview, TrialFinding
from orchestration.workbook.characters import visible
from orchestration.workbook.notices import FileFinding

SHEET = load_contracts()["households"].title
REFUSAL = FileFinding(code="FL-12", severity="block", submission_id="s", message="不在名录", fix="请核对")


def finding(severity: str = "block", cell: str | None = "B5", rule: str = "HH-02", **changed: Any) -> TrialFinding:
    row = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) if cell else None
    told: dict[str, Any] = {
        "severity": severity,
        "form": "households",
        "sheet": SHEET,
        "row_number": row,
        "cell": cell,
        "rule_code": rule,
        "value": None,
        "message": f"{rule}有误",
        "fix": f"请改{rule}",
    }
    return TrialFinding(**{**told, **changed})


def preview(findings: Sequence[TrialFinding] = (), name: str = "报表.xlsx", refused: bool = False) -> Preview:
    receipt = Receipt(
        submission_id="s",
        original_name=name,
        stored_name="original.xlsx",
        sha256="0",
        size_bytes=1,
        received_at=datetime(2017, 7, 1, tzinfo=UTC),
        inbox_path=name,
        modified_ns=0,
        submitter_code="350426202",
        period="2017-06",
        data_origin="synthetic",
        findings=(REFUSAL,) if refused else (),
    )
    return Preview(receipt, {"households": ("partly accepted", 5, 3, 2)}, tuple(findings))


def lines(*findings: TrialFinding, **given: Any) -> list[str]:
    return list(check_lines(preview(findings, **given)))


@pytest.mark.parametrize(
    ("found", "refused", "outcome", "said"),
    [
        pytest.param([], False, "accepted", "会被接收。", id="clean"),
        pytest.param([finding("explain")], False, "accepted", "会被接收；另有1处", id="to explain"),
        pytest.param([finding(), finding(cell="C5")], False, "to_correct", "有2处须改", id="to correct"),
        pytest.param([finding(cell=None)], True, "unreadable", "读不了", id="refused"),
    ],
)
def test_the_first_line_is_the_verdict(found: list[TrialFinding], refused: bool, outcome: str, said: str) -> None:
    assert outcome_of(preview(found, refused=refused)) == outcome
    assert lines(*found, refused=refused)[0].startswith(said)


def test_findings_come_by_severity_then_sheet_row_and_column() -> None:
    members = load_contracts()["members"].title
    found = [
        finding("inform", "A1"),
        finding("explain", "A2"),
        finding("block", "A9", form="members", sheet=members),
        finding("block", "AA10"),
        finding("block", "C10"),
        finding("block", "C9", rule="HH-03"),
        finding("block", None, form=None, sheet=None),
    ]
    told = [(place.sheet, *place.cells) for place in places_of(found)]
    assert told == [
        (None,),
        (SHEET, "C9"),
        (SHEET, "C10"),
        (SHEET, "AA10"),
        (members, "A9"),
        (SHEET, "A2"),
        (SHEET, "A1"),
    ]


def test_two_findings_of_one_cell_are_one_place_under_the_more_important() -> None:
    (place,) = places_of([finding("inform", rule="HH-09"), finding("block", rule="HH-02")])
    assert place.severity == "block"
    assert [told.rule_code for told in place.findings] == ["HH-02", "HH-09"]
    assert counts_of([place]) == {"block": 1, "explain": 0, "inform": 0}


def test_what_is_said_twice_of_one_place_is_told_once() -> None:
    printed = lines(finding(rule="HH-02", message="同样的话"), finding(rule="HH-03", message="同样的话"))
    assert sum("同样的话" in line for line in printed) == 1


def test_one_mistake_down_a_column_is_told_once_with_its_cells() -> None:
    printed = lines(*(finding(cell=f"B{row}", rule="HH-01") for row in (6, 7, 8, 12)))
    assert printed[0].startswith("有4处须改")
    (where,) = [line for line in printed if line.startswith("1. ")]
    assert where == f"1. “{SHEET}” B6:B8、B12（共4处）"
    assert sum("HH-01有误" in line for line in printed) == 1
    assert not [line for line in printed if line.startswith("2. ")]


@given(st.sets(st.integers(1, 60), min_size=1))
def test_the_cells_of_a_place_can_be_read_back_from_its_ranges(rows: set[int]) -> None:
    text = cells_text([f"AB{row}" for row in sorted(rows)]).partition("（")[0]
    if text.endswith("等"):
        return
    named: set[int] = set()
    for part in text.split("、"):
        first, _, last = part.replace("AB", "").partition(":")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == rows


@pytest.mark.parametrize("text", ["[red]十[/red]", "[/]", "列[1]", "[bold", "\\[a]"])
def test_brackets_of_a_clerk_are_printed_as_they_are(text: str) -> None:
    printed = "\n".join(lines(finding(message=f"“{text}”有误"), name=f"{text}.xlsx"))
    assert f"“{text}”有误" in printed
    assert f"{text}.xlsx" in printed


@given(st.text())
def test_no_character_of_a_file_acts_on_the_terminal(text: str) -> None:
    printed = "\n".join(lines(finding(message=text or "空", sheet=text), name=text))
    for character in ("\x1b", "\r", "\u202e", "\u200b", "\x00", "\u2028", "\ud800"):
        assert character not in printed
    printed.encode("utf-8")


def test_a_character_nobody_sees_is_named_by_its_number() -> None:
    assert visible("行政村\u200b") == "行政村⟨U+200B⟩"


def test_no_english_word_stands_on_the_screen() -> None:
    allowed = {"HH", "xlsx", "B"}
    printed = "\n".join(lines(finding(), finding("explain", "B6"), finding("inform", "B7")))
    words = set("".join(c if c.isascii() and c.isalpha() else " " for c in printed).split())
    assert words <= allowed


def test_many_places_are_cut_with_how_many_are_left() -> None:
    printed = lines(*(finding(cell=f"B{row}", message=f"第{row}行有误") for row in range(1, 251)))
    assert printed[0].startswith("有250处须改")
    assert printed[-1] == load_screen()["more"].format(count=50)


def test_every_verdict_and_severity_has_its_word() -> None:
    assert set(load_screen()["verdict"]) == {"accepted", "partly accepted", "rejected", "nothing", "duplicate"}
    assert set(load_wording()["severity"]) == set(counts_of([]))


def test_the_document_says_what_the_screen_says() -> None:
    found = [finding("inform", "A1"), finding("block", "B5", value="九", message="填“九”，不能识别")]
    told = document(preview(found))
    assert (told["file"], told["submitter"], told["period"]) == ("报表.xlsx", "350426202", "2017-06")
    assert (told["outcome"], told["exit_code"]) == ("to_correct", EXIT_CODES["to_correct"])
    assert told["outcome_text"] == lines(*found)[0]
    assert told["forms"] == [
        {
            "form": "households",
            "title": SHEET,
            "verdict": "partly accepted",
            "verdict_text": "部分接收",
            "rows_read": 5,
            "rows_accepted": 3,
            "rows_held": 2,
        }
    ]
    first, second = told["findings"]
    assert (first["severity"], first["rule"], first["sheet"], first["cell"], first["row"]) == (
        "block",
        "HH-02",
        SHEET,
        "B5",
        5,
    )
    assert (first["value"], first["message"], first["fix"]) == ("九", "填“九”，不能识别", "请改HH-02")
    assert second["severity_text"] == "提示"


def test_the_document_holds_no_value_that_the_message_does_not_show() -> None:
    told = document(preview([finding(value="某人的名字", message="姓名有误")]))
    assert "某人的名字" not in json.dumps(told, ensure_ascii=False)


@pytest.fixture
def sanming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SANMING_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["check", *arguments])

    return run


def _made(tmp_path: Path, name: str) -> str:
    path = tmp_path / name
    path.write_bytes(b"")
    return str(path)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("named", "said"),
    [
        pytest.param([], "没有写文件名", id="no file"),
        pytest.param(["一.xlsx", "二.xlsx"], "一次只能检查一个", id="several files"),
        pytest.param(["没有[1].xlsx"], "找不到文件“没有[1].xlsx”", id="a file that is not there"),
        pytest.param(["FOLDER"], "是文件夹", id="a folder"),
        pytest.param(["~$报表.xlsx"], "临时文件", id="a lock file of an office program"),
        pytest.param(["Thumbs.db"], "临时文件", id="clutter of a share"),
        pytest.param(["/dev/null"], "不是普通文件", id="a device"),
    ],
)
def test_what_cannot_be_checked_is_told_in_chinese_and_ends_with_2(
    sanming, tmp_path: Path, named: list[str], said: str, as_json: bool
) -> None:
    made = ("~$报表.xlsx", "Thumbs.db")
    paths = [_made(tmp_path, n) if n in made else str(tmp_path) if n == "FOLDER" else n for n in named]
    result = sanming(*paths, *(["--json"] if as_json else []))
    assert result.exit_code == 2
    assert said in result.output
    assert "Error" not in result.output and "Usage" not in result.output
    if as_json:
        told = json.loads(result.stdout)
        assert (told["outcome"], told["exit_code"]) == ("unreadable", 2)
        assert said in told["outcome_text"]


def test_an_option_nobody_knows_and_the_help_are_chinese(sanming) -> None:
    unknown = sanming("--jsno", "一.xlsx")
    assert unknown.exit_code == 2
    assert "不认识选项“--jsno”" in unknown.output
    told = sanming("--help")
    assert told.exit_code == 0
    assert told.output.startswith("用法：sanming check")
    assert "--json" in told.output


def test_a_broken_file_is_told_as_one_document(sanming, tmp_path: Path) -> None:
    result = sanming(_made(tmp_path, "350402001_2017-06.xlsx"), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == told["exit_code"] == 2
    assert told["outcome"] == "unreadable"
    assert [item["rule"] for item in told["findings"]] == ["FL-01"]
    assert told["findings"][0]["message"] and told["findings"][0]["fix"]


def test_a_progress_bar_does_not_stand_among_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def try_file(settings: Any, path: Path) -> Preview:
        os.write(1, b"100% done")
        return preview([finding()])

    monkeypatch.setenv("SANMING_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("orchestration.runs.preview.preview_file", try_file)
    with pytest.raises(SystemExit) as ended:
        main(["check", _made(tmp_path, "报表.xlsx"), "--json"])
    assert ended.value.code == 1
    assert json.loads(capfd.readouterr().out)["outcome"] == "to_correct"
