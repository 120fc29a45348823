"""As known on any day: what was made night by night is what the returns of that day give, checked and built at once.

From rows as they were read to facts and figures, on two forms. The whole way from the archive to a sealed release is
one case of it (tests/acceptance/test_rebuild).

In `make test` two nights are compared with one (test_checking), and what stands with what the returns say, in whatever
order they come (test_orders, test_in_force).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods, unchecked_periods
from orchestration.core.settings import Settings
from tests.added_rule import contracts_with, judge_by
from tests.dbt.accepted import AcceptedArea, open_build, run_dbt
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member

# What two forms lead to: facts, and figures of households, persons and returns.
TOLD = (
    "fct_poverty_status",
    "fct_person_status",
    "int_poverty_transition",
    "fct_submission",
    "fct_obligation",
    "int_indicator_households",
    "int_indicator_persons",
    "int_indicator_returns",
    "int_indicator_rows",
)
FIRST_DAY = datetime(2017, 7, 3, 8, 0)
DAYS = 5


def make_return(chance: random.Random) -> Return:
    """A return as clerks send them: whole or a correction, some rows wrong, some withdrawn."""
    mode = chance.choice(["full", "correction"])
    serials = chance.sample(range(1, 7), chance.randint(2, 6))
    gone = set(chance.sample(serials, 1)) if mode == "correction" else set()
    households = [
        household(n, **(WITHDRAWN if n in gone else {}), **(REPEATED_CAUSE if chance.random() < 0.3 else {}))
        for n in serials
    ]
    forms = {"households": households, "members": [member(n) for n in serials if n not in gone]}
    return Return(forms=forms, mode=mode, period=chance.choice(["2016-12", "2017-06"]))


def make_history(chance: random.Random) -> list[list[Return]]:
    """What came on each of five days, the later period often first; a day may repeat what an earlier one brought."""
    days: list[list[Return]] = []
    for day in range(DAYS):
        arrived = [make_return(chance) for _ in range(chance.randint(1, 2))]
        earlier = [sent for before in days for sent in before]
        if earlier and chance.random() < 0.5:
            arrived.append(chance.choice(earlier))
        at = FIRST_DAY + timedelta(days=day)
        days.append([replace(sent, received_at=at + timedelta(minutes=n)) for n, sent in enumerate(arrived)])
    return days


def outcome(home: Settings) -> Iterator[tuple[str, list[tuple]]]:
    """Every table of the accepted, held and findings areas."""
    for area in (home.accepted, home.held, home.findings):
        for path in sorted(area.rglob("rows.parquet")):
            query = f"select * from read_parquet('{path}') order by all"
            yield str(path.relative_to(home.warehouse)), duckdb.sql(query).fetchall()


def make_home(folder: Path) -> Settings:
    """A home in which every form has its place, since the models look there."""
    settings = Settings(home=folder)
    AcceptedArea(settings.warehouse).write()
    return settings


def facts(home: Settings) -> Iterator[tuple[str, list[tuple]]]:
    """What the models make of the home as known on its day."""
    query = f"select max(received_at) from read_parquet('{home.findings}/submissions/*/rows.parquet')"
    (known_on,) = duckdb.sql(query).fetchone() or (None,)
    command = ["build", "--resource-type", "model", "--select", *(f"+{model}" for model in TOLD)]
    assert run_dbt(home.warehouse, *command, variables=json.dumps({"known_on": str(known_on)})) == []
    with open_build(home.warehouse) as connection:
        for model in TOLD:
            schema = "intermediate." if model.startswith("int_") else ""
            yield model, connection.execute(f"select * from {schema}{model} order by all").fetchall()


@pytest.mark.verify
@pytest.mark.parametrize("seed", [348])
def test_five_past_days_rebuilt_at_once_are_what_their_nights_made(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_by(monkeypatch, contracts_with())
    history = make_history(random.Random(seed))
    nightly = make_home(tmp_path / "nightly")
    for day in range(DAYS):
        land(nightly, *history[day])
        check_periods(nightly, unchecked_periods(nightly))
        if day == 0:
            continue  # one night either way
        rebuilt = make_home(tmp_path / f"day-{day}")
        land(rebuilt, *(sent for arrived in history[: day + 1] for sent in arrived))
        check_periods(rebuilt, landed_periods(rebuilt))
        assert dict(outcome(rebuilt)) == dict(outcome(nightly)), day
    # The models are given the same rows on every day, in an order that depends on the nights: one day shows that they
    # make the same of them.
    known, known_again = dict(facts(nightly)), dict(facts(rebuilt))
    assert all(known.values())
    assert known == known_again
    made = dict(outcome(nightly))
    # The history had what such a test is about: rows held, carried and replaced, and periods out of their order.
    assert any(rows for name, rows in made.items() if name.startswith("held/households"))
    accepted = f"read_parquet('{nightly.accepted}/households/*/rows.parquet')"
    replaced, carried = duckdb.sql(f"select count(known_to), count_if(is_carried) from {accepted}").fetchone() or (0, 0)
    assert min(replaced, carried) > 0
    first_by_period = {sent.period: day for day in reversed(range(DAYS)) for sent in history[day]}
    assert len(first_by_period) > 1
