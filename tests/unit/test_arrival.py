"""The inbox keeps its word: what lies there is taken, waits, or is named; nothing is lost, doubled or touched."""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.core import clock
from orchestration.core.rights import keep_rights
from orchestration.core.settings import Settings
from orchestration.receive import arrival, inbox
from orchestration.receive.archive import list_receipts, original_path
from orchestration.receive.arrival import left_behind, take_from_inbox
from orchestration.receive.inbox import receive
from orchestration.receive.inbox_key import inbox_state
from orchestration.receive.look import look
from orchestration.workbook.characters import visible
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, make_workbook
from tests.children import KILLED, exit_code_of

ROW = {"sequence": 1, "village_code": VILLAGE, "household_code": HOUSEHOLD}


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", settle_seconds=0)


def put(home: Settings, name: str | bytes, content: bytes = b"x", age: float = 60) -> Path:
    path = home.inbox / SUBMITTER / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    written = path.stat().st_mtime - age
    os.utime(path, (written, written))
    return path


def content(home: Settings) -> list[bytes]:
    return [original_path(home, receipt).read_bytes() for receipt in list_receipts(home)]


def test_a_file_sent_again_with_its_old_time_of_writing_gets_its_receipt(home: Settings) -> None:
    """A clerk takes a correction back: the first file lies there again as it was, by a copy that keeps its time."""
    for name in (b"A", b"B", b"A"):
        path = put(home, "return.xlsx", name)
        os.utime(path, (1_498_000_000, 1_498_000_000))
        receive(home)
    assert content(home) == [b"A", b"B", b"A"]
    assert [receipt.modified_ns for receipt in list_receipts(home)] == [1_498_000_000 * 10**9] * 3


def test_what_arrives_under_the_same_name_meanwhile_is_received_by_the_next_run(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = arrival.copy_to_judge

    def copy_and_replace(arrived: arrival.Arrived) -> str:
        put(home, "return.xlsx", b"later")
        return real(arrived)

    put(home, "return.xlsx", b"first")
    monkeypatch.setattr(inbox, "copy_to_judge", copy_and_replace)
    receive(home)
    assert content(home) == [b"first"]
    monkeypatch.undo()
    receive(home)
    assert content(home) == [b"first", b"later"]
    assert list_receipts(home)[0].sha256 != list_receipts(home)[1].sha256


def test_who_still_writes_to_a_file_that_was_taken_changes_nothing_that_is_kept(home: Settings) -> None:
    path = put(home, "return.xlsx", b"as judged")
    with path.open("r+b") as open_elsewhere:
        receive(home)
        open_elsewhere.write(b"AS CHANGED")
    assert content(home) == [b"as judged"]


@pytest.mark.parametrize("place", ["take_from_inbox", "copy_to_judge", "receive_into_place", "_put"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_receive_killed_anywhere_loses_and_doubles_nothing(
    home: Settings, monkeypatch: pytest.MonkeyPatch, place: str, when: str
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        make_workbook(home.inbox / SUBMITTER / name, forms={"households": [ROW]}, explanations={"households": name})
    module = arrival if place == "_put" else inbox
    real = getattr(module, place)

    def die(*arguments: object) -> object:
        if when == "before":
            os._exit(KILLED)
        real(*arguments)
        os._exit(KILLED)

    monkeypatch.setattr(module, place, die)
    assert exit_code_of(receive, home) == KILLED
    monkeypatch.undo()
    receive(home)
    assert sorted(receipt.original_name for receipt in list_receipts(home)) == ["a.xlsx", "b.xlsx"]
    assert {receipt.submitter_code for receipt in list_receipts(home)} == {SUBMITTER}
    assert not list(home.archive.glob(".tmp-*"))
    assert receive(home).received == ()


def test_what_a_killed_run_took_keeps_its_folder_name_and_time(home: Settings) -> None:
    path = put(home, "return.xlsx", age=3600)
    written = path.stat().st_mtime_ns
    take_from_inbox(home, path)
    (arrived,) = left_behind(home)
    assert (arrived.folder, arrived.name, arrived.inbox_path) == (SUBMITTER, "return.xlsx", f"{SUBMITTER}/return.xlsx")
    assert arrived.modified_ns == written


def test_a_clerks_file_named_receipt_is_no_receipt(home: Settings) -> None:
    take_from_inbox(home, put(home, "receipt.json", b"{}"))
    assert list_receipts(home) == []


def test_an_inbox_on_another_file_system_is_copied_and_only_the_copied_file_removed(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.is_relative_to(home.inbox):
            raise OSError(18, "Invalid cross-device link", str(path))
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    path = put(home, "return.xlsx", b"content")
    receive(home)
    assert content(home) == [b"content"]
    assert not path.exists()


def test_a_name_that_is_not_utf8_is_received_and_told_as_it_was_meant(home: Settings) -> None:
    put(home, f"{SUBMITTER}_2017-06_贫困户登记表_全量.csv".encode("gb18030"), "户编号\n".encode())
    put(home, b"\xff\xfe\xfd.xlsx")
    names = [receipt.original_name for receipt in receive(home).received]
    assert sorted(names) == [f"{SUBMITTER}_2017-06_贫困户登记表_全量.csv", r"\xff\xfe\xfd.xlsx"]
    assert sorted(receipt.original_name for receipt in list_receipts(home)) == sorted(names)
    assert [n.form for r in list_receipts(home) for n in r.forms] == ["households"]


def test_a_name_that_grows_too_long_as_utf8_is_received(home: Settings) -> None:
    name = "表" * 120 + ".xlsx"
    put(home, name.encode("gb18030"))
    assert receive(home).received[0].original_name == name


def test_a_file_written_in_the_future_is_settled_by_when_it_arrived(home: Settings) -> None:
    path = put(home, "return.xlsx", age=-86_400)
    quiet = replace(home, settle_seconds=1)
    about = path.stat()
    with clock.at(datetime.fromtimestamp(about.st_ctime, UTC) + timedelta(seconds=30)):
        assert look(quiet).settled == [path]


def test_a_file_and_a_clock_both_in_the_future_are_settled_by_two_looks(home: Settings) -> None:
    path = put(home, "return.xlsx")
    with clock.at(datetime(2017, 7, 1, tzinfo=UTC)):
        first = look(home)
        assert (first.settled, list(first.waiting)) == ([], [path])
        assert look(home, first.waiting).settled == [path]
        path.write_bytes(b"more than before")
        assert look(home, first.waiting).settled == []


def test_a_young_file_holds_up_neither_the_sensor_nor_the_others(home: Settings) -> None:
    patient = replace(home, settle_seconds=30)
    put(home, "settled.xlsx", age=60)
    before = inbox_state(patient)
    put(home, "young.xlsx", age=0)
    put(home, "~$settled.xlsx", age=0)
    assert inbox_state(patient) == before
    assert [receipt.original_name for receipt in receive(patient).received] == ["settled.xlsx"]
    assert inbox_state(patient).key is None


def test_what_is_no_file_is_named_with_its_reason_and_left_alone(home: Settings, tmp_path: Path) -> None:
    put(home, "good.xlsx")
    folder = home.inbox / SUBMITTER
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "link.xlsx").symlink_to("/etc/hostname")
    (folder / "folder.xlsx").mkdir()
    (folder / "folder.xlsx" / "inner.xml").write_text("x", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(folder)
        listening.bind("s.xlsx")
        os.chdir(before)
        report = receive(home)
    assert {one.path.rpartition("/")[2]: one.why for one in report.passed_over} == {
        "pipe.xlsx": "is a named pipe",
        "link.xlsx": "is a link",
        "folder.xlsx": "is a folder with the name of a file",
        "s.xlsx": "is a socket",
    }
    assert [receipt.original_name for receipt in report.received] == ["good.xlsx"]
    assert (dict(report.waiting), (folder / "folder.xlsx" / "inner.xml").exists()) == ({}, True)


def test_what_may_not_be_opened_listed_or_moved_is_named_and_the_rest_received(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root may do everything, the refusals of the system are put in its mouth."""
    closed, fixed = put(home, "closed.xlsx"), put(home, "fixed.xlsx")
    (home.inbox / "locked").mkdir()
    put(home, "good.xlsx")
    access, scandir, rename = os.access, os.scandir, Path.rename

    def refuse_listing(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def refuse_moving(path: Path, target: Path) -> Path:
        if path == fixed:
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and access(path, mode))
    monkeypatch.setattr(os, "scandir", refuse_listing)
    monkeypatch.setattr(Path, "rename", refuse_moving)
    report = receive(home)
    assert {one.path: one.why for one in report.passed_over} == {
        f"{SUBMITTER}/closed.xlsx": "cannot be opened: its rights do not allow it",
        f"{SUBMITTER}/fixed.xlsx": "cannot be taken away (Permission denied)",
        "locked": "cannot be listed (Permission denied)",
    }
    assert [receipt.original_name for receipt in report.received] == ["good.xlsx"]
    assert (closed.exists(), fixed.exists()) == (True, True)


def test_a_file_that_vanishes_between_look_and_move_is_no_matter(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "good.xlsx")
    gone = put(home, "gone.xlsx")
    real = inbox.look

    def look_and_lose(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        gone.unlink()
        return found

    monkeypatch.setattr(inbox, "look", look_and_lose)
    assert [receipt.original_name for receipt in receive(home).received] == ["good.xlsx"]
    assert not list(home.archive.glob(".tmp-*"))


def test_a_name_is_shown_in_the_inbox_and_at_a_check_without_signs_that_move_a_terminal(home: Settings) -> None:
    name = "\x1b[31m红\n\u202e.xlsx"
    told = "⟨U+001B⟩[31m红⟨U+000A⟩⟨U+202E⟩.xlsx"
    (home.inbox / name).mkdir(parents=True)  # a folder named like a file is passed over
    assert [one.path for one in receive(home).passed_over] == [told]
    assert visible(name) == told


def test_areas_with_names_of_persons_are_closed_also_in_an_old_home(home: Settings) -> None:
    for area in (home.accepted, home.inbox):
        area.mkdir(parents=True, mode=0o755)
    keep_rights(home)
    closed = (home.archive, home.landing, home.accepted, home.held, home.findings, home.build, home.working)
    assert {stat.S_IMODE(area.stat().st_mode) for area in closed} == {0o700}
    assert stat.S_IMODE(home.inbox.stat().st_mode) == 0o2770
