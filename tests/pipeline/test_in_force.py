"""Figures of quality count what is in force: sending twice is no more rows; findings of what was replaced say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member

RIGHT, WRONG, GONE = "right", "wrong", "gone"
SERIALS = range(1, 8)
_CHANGES = {RIGHT: {}, WRONG: REPEATED_CAUSE, GONE: WITHDRAWN}
Told = dict[int, str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def full(told: Iterable[str]) -> tuple[str, Told]:
    return "full", dict(zip(SERIALS, told, strict=False))


# In the order in which they come: how each is meant, what it tells of which household; and whether it is refused.
SENT: list[tuple[str, Told, bool]] = [
    (*full([RIGHT, WRONG, RIGHT, RIGHT]), False),
    (*full([RIGHT, WRONG, RIGHT, WRONG, RIGHT]), False),
    ("correction", {2: RIGHT, 3: GONE, 6: WRONG}, False),
    (*full([WRONG, WRONG, RIGHT, WRONG, WRONG, WRONG]), True),  # too little of it passes
]
AFTER: list[tuple[str, Told, bool]] = [("nothing", {}, False), (*full([RIGHT, RIGHT]), False)]


def returns(sent: list[tuple[str, Told, bool]]) -> list[Return]:
    return [
        Return(
            forms={
                "households": [household(n, **_CHANGES[what]) for n, what in told.items()],
                "members": [member(n, **(WITHDRAWN if what == GONE else {})) for n, what in told.items()],
            },
            mode=mode,
            received_at=datetime(2017, 7, 3, 8) + timedelta(hours=hour),
            explanation="整村搬迁" if mode == "nothing" else None,
            submission_id=str(hour),
        )
        for hour, (mode, told, _) in enumerate(sent)
    ]


def standing(sent: list[tuple[str, Told, bool]]) -> dict[int, tuple[int, str]]:
    """Household → which return tells of it last, and what, counted on paper."""
    state: dict[int, tuple[int, str]] = {}
    for place, (mode, told, is_refused) in enumerate(sent):
        if is_refused:
            continue
        state = {**(state if mode == "correction" else {}), **{n: (place, what) for n, what in told.items()}}
    return state


def judge(settings: Settings, sent: list[tuple[str, Told, bool]]) -> None:
    land(settings, *returns(sent))
    check_periods(settings, ("2017-06",))


def ask(settings: Settings, relation: str, what: str, where: str = "true") -> list[tuple[object, ...]]:
    path = settings.findings / relation / "period=2017-06" / "rows.parquet"
    return duckdb.execute(f"select {what} from read_parquet(?) where {where} order by all", [str(path)]).fetchall()


@pytest.mark.parametrize("count", range(1, len(SENT) + len(AFTER) + 1))
def test_rows_in_force_are_those_that_the_returns_leave(settings: Settings, count: int) -> None:
    sent = [*SENT, *AFTER][:count]
    judge(settings, sent)
    left = standing(sent).values()
    read = Counter(place for place, what in left if what != GONE)
    held = Counter(place for place, what in left if what == WRONG)
    told = ask(settings, "submissions", "submission_id, rows_in_force, rows_held_in_force", "form = 'households'")
    assert told == [(str(place), read[place], held[place]) for place in range(count)]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_a_finding_says_whether_its_row_was_replaced(settings: Settings, count: int) -> None:
    sent = [*SENT, *AFTER][:count]
    judge(settings, sent)
    left = {(place, n) for n, (place, _) in standing(sent).items()}
    last_whole = max(
        place for place, (mode, _, is_refused) in enumerate(sent) if mode != "correction" and not is_refused
    )
    found = ask(settings, "findings", "submission_id, row_number, is_replaced", "rule_code = 'HH-11'")
    assert found
    for submission, row_number, is_replaced in found:
        place = int(str(submission))
        serial = list(sent[place][1])[int(str(row_number)) - 4]
        # What was refused was in force never; it is replaced by the next whole.
        expected = place < last_whole if sent[place][2] else (place, serial) not in left
        assert is_replaced == expected, (place, serial)


@pytest.mark.parametrize("after", [[], AFTER])
def test_what_was_said_of_a_whole_is_replaced_with_it(settings: Settings, after: list[tuple[str, Told, bool]]) -> None:
    judge(settings, [*SENT, *after])
    assert set(ask(settings, "findings", "submission_id, is_replaced", "rule_code = 'FL-17'")) == {("3", bool(after))}
