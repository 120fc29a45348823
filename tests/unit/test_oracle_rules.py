"""What the oracle of the figures goes by: what stands after a return, where a place counts, when figures agree."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from twin.oracle.book import keep_book
from twin.oracle.compare import compare
from twin.oracle.persons import age_on
from twin.oracle.returns import Sent, Told
from twin.oracle.sides import division_of, roll_up, side
from twin.oracle.standing import Line, after
from twin.planting import Finding
from twin.score import is_key_of


@pytest.mark.parametrize(
    ("lines", "stands"),
    [
        # What passes stands; a held row leaves its last version.
        ([("a", Line("new")), ("b", Line("new", is_held=True))], {"a": "new", "b": "old b"}),
        # A held row under a number that never stood may be a slip in the first of those that are absent.
        ([("a", Line("new")), ("z", Line("new", is_held=True))], {"a": "new", "b": "old b"}),
        # Not where the key says what it means.
        ([("a", Line("new")), ("z", Line("new", is_held=True, speaks=False))], {"a": "new"}),
        # Within a household only a key of that household is absent.
        ([("a", Line("new")), ("z", Line("new", is_held=True, within="h2"))], {"a": "new", "c": "old c"}),
        # Less than half passes: nothing is replaced.
        ([("a", Line("new")), *((n, Line("new", is_held=True)) for n in "xy")], {n: f"old {n}" for n in "abc"}),
    ],
)
def test_what_stands_after_a_whole(lines: list[tuple[str, Line[str]]], stands: dict[str, str]) -> None:
    standing = {n: f"old {n}" for n in "abc"}
    within = {"a": "h1", "b": "h1", "c": "h2"} if any(line.within for _, line in lines) else {}
    assert after(standing, {}, "full", lines, has_reason=True, within_of=within) == stands


def test_a_correction_waits_for_a_whole_and_nil_ends_what_stood() -> None:
    line = [("a", Line("new"))]
    assert after(None, {"a": "old"}, "correction", line, has_reason=False) is None
    assert after({"a": "old", "b": "old"}, {}, "correction", line, has_reason=False) == {"a": "new", "b": "old"}
    assert after({"a": "old"}, {}, "nothing", [], has_reason=False) == {"a": "old"}
    assert after({"a": "old"}, {}, "nothing", [], has_reason=True) == {}


def test_a_row_waits_for_its_day_and_counts_from_then_though_it_is_not_returned_again() -> None:
    days = [date(2017, 6, 30), date(2017, 7, 5), None]
    rows = pd.DataFrame({"distribution_code": list("abc"), "declared_on": days, "held": False}, dtype=object)
    june = Sent("350426202", "2017-06", datetime(2017, 7, 10, tzinfo=UTC), {"distributions": Told("full", rows)})
    other = Sent(
        "350426101", "2017-12", datetime(2018, 1, 10, tzinfo=UTC), {"distributions": Told("full", rows.head(0))}
    )

    def stands(*sent: Sent, period: str | None = None) -> str:
        book = keep_book(sent)
        found = book.ledger("distributions") if period is None else book.state("distributions", period)
        return "".join(found["distribution_code"])

    assert [stands(june), stands(june, other)] == ["ac", "abc"]
    assert [stands(june, other, period=period) for period in ("2017-06", "2017-12")] == ["ac", "abc"]


def test_a_subject_counts_once_in_a_division_and_a_gone_township_in_none_of_later() -> None:
    rows = pd.DataFrame({"place": ["350402001201", "350403001201"], "key": ["x", "x"]})
    rolled = roll_up(side(rows, "place", key="key"), lambda _: True)
    assert rolled["2017", "county"] == {"350402": 1, "350403": 1}
    assert rolled["2023", "county"] == {"350404": 1}
    assert rolled["2017", "city"] == rolled["2023", "city"] == {"350400": 1}
    assert division_of("350425103201", "2023", "village") is None
    assert division_of("350400", "2017", "county") is None


def test_an_age_is_of_the_day() -> None:
    assert age_on("350495200006301234", date(2017, 6, 30)) == 17
    assert age_on("350495200007011234", date(2017, 6, 30)) == 16


def test_figures_agree_to_the_last_digit_that_is_published() -> None:
    def table(value: float, level: str = "city", status: str = "provisional") -> pd.DataFrame:
        return pd.DataFrame(
            [("funds", "2017", level, "1", "2017-06", value, None, value, status)],
            columns=["indicator", "map_edition", "division_level", "division_code", "period", "numerator",
                     "denominator", "value", "status"],
        )  # fmt: skip

    assert compare(table(1 / 3), table(0.333333)).differing.empty
    assert len(compare(table(0.33333), table(1 / 3)).differing) == 1
    none, nothing = table(1.0).head(0), table(0.0, "village")
    assert compare(none, nothing).differing.empty
    assert len(compare(none, table(0.0)).differing) == 1
    assert len(compare(table(0.0), table(float("nan"), status="not returned")).differing) == 1


def test_a_key_is_that_of_the_city_whose_errors_it_lists(tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    with key.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["error_id", "rule_code", "form", "period"])
        writer.writerows([["GL-08", "GL-08", "guarantee_loans", "2017-06"], ["FL-01", "FL-01", "", "2017-06"]])
    found = Finding("GL-08", "GL-08", "guarantee_loans", "2017-06", "tag", "household_code", "planted")
    assert is_key_of(key, [found])
    assert not is_key_of(key, [found, found])
    assert not is_key_of(key, [])
