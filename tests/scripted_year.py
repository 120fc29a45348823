"""A year as it might go, played on two townships of the synthetic city, for the report on its revisions.

``python -m tests.scripted_year HOME WORK`` plays it in an empty HOME; ``tests.revision_report`` then writes
docs/revision_report.md. Every file is received at a fixed moment and the key is a fixed one, so the figures come out
the same each time. A change of a rule or of a boundary is a change of the checkout: those nights run from a copy of it.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.core import clock
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.core.variables import read_settings
from tests.builders import make_workbook
from tests.nights import TINY_PERIODS, TINY_SCALE, TINY_TOWNSHIPS, date_back, home_settings, send
from twin.city import City, build_city
from twin.state import State, make_state

LATE, CORRECTED = TINY_TOWNSHIPS
COUNTY = "350423"
KEY = "348" * 21 + "0"
_COPIED = ("dbt_project", "expectations", "orchestration", "tests", "twin")
Row = dict[str, Any]
_WORDS = {True: "是", False: "否"}


@dataclass(frozen=True)
class Year:
    """Where the year is played.

    Attributes:
        work: a folder for the city and for copies of the checkout.
        checkout: what the next night runs from.
    """

    settings: Settings
    work: Path
    city: City
    state: State
    checkout: Path

    def send(self, period: str, *, without: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> None:
        """Put what the city sends for a period into the inbox."""
        others = tuple(folder.name for folder in self.city.inbox.iterdir() if only and folder.name not in only)
        send(self.city, self.settings.home, without=(*without, *others), only_period=period)

    def rows(self, form: str, period: str, place: str) -> list[Row]:
        """The clean rows of a form that lie in a place, as a clerk writes them."""
        frame = self.state.forms[form, period]
        code = "household_code" if "household_code" in frame.columns else "village_code"
        return [
            {name: _cell(value) for name, value in row.items()}
            for row in frame[frame[code].str.startswith(place)].to_dict("records")
        ]

    def correct(
        self,
        submitter: str,
        period: str,
        name: str,
        forms: Mapping[str, list[dict[str, Any]]],
        stated: Mapping[str, str],
    ) -> None:
        """Put a correction into the inbox."""
        modes = dict.fromkeys(forms, "更正")
        path = self.settings.inbox / submitter / f"{name}.xlsx"
        make_workbook(path, submitter, period, forms, modes=modes, explanations=stated)


def _cell(value: Any) -> Any:
    """A typed value as it stands in a cell."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "item"):
        value = value.item()
    return _WORDS[value] if isinstance(value, bool) else value


def begin(home: Path, work: Path) -> Year:
    """An empty home with a fixed key, and the city beside it."""
    if any(home.glob("raw/archive/*")):
        raise SystemExit(f"{home}: already used; the year needs an empty home")
    settings = home_settings(home.resolve())
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    settings.key_file.write_text(KEY)
    settings.key_file.chmod(0o600)
    city = build_city(work / "city", scale=TINY_SCALE, townships=TINY_TOWNSHIPS, periods=TINY_PERIODS)
    state = make_state(TINY_SCALE, TINY_TOWNSHIPS, TINY_PERIODS)
    return Year(settings, work, city, state, CHECKOUT)


# --- what happens ----------------------------------------------------------------------------------


def first_returns(year: Year) -> None:
    """Everyone returns 2016-12 but one township."""
    year.send("2016-12", without=(LATE,))


def late_township(year: Year) -> None:
    """The township that was missing returns 2016-12 a month after its deadline."""
    year.send("2016-12", only=(LATE,))


def half_year(year: Year) -> None:
    """Everyone returns 2017-06."""
    year.send("2017-06")


def corrections(year: Year) -> None:
    """A township withdraws a household and mends two loans; another mends a village's income, and does not say why.

    That one wrote yuan into a sheet of ten thousand yuan.
    """
    household = next(row for row in year.rows("households", "2017-06", CORRECTED) if row["poverty_status"] == "0")
    household |= {"row_action": "删除", "deletion_reason": "与邻村重复登记"}
    members = year.rows("members", "2017-06", household["household_code"])
    members = [row | {"row_action": "删除", "deletion_reason": "与邻村重复登记"} for row in members]
    loans = [row for row in year.rows("guarantee_loans", "2017-06", CORRECTED) if row["balance_yuan"] >= 20000][:2]
    loans = [
        row | {"repaid_yuan": row["repaid_yuan"] + 10000, "balance_yuan": row["balance_yuan"] - 10000} for row in loans
    ]
    year.correct(
        CORRECTED,
        "2017-06",
        "2017-06更正",
        {"households": [household], "members": members, "guarantee_loans": loans},
        {
            "households": "县扶贫办核查发现重复登记一户",
            "members": "随户删除",
            "guarantee_loans": "与信用社对账后更正还款额",
        },
    )
    village = year.rows("village_income", "2016-12", LATE)[0]
    village |= {
        "operating_income_yuan": village["operating_income_yuan"] - 60000,
        "total_income_yuan": village["total_income_yuan"] - 60000,
    }
    year.correct(LATE, "2016-12", "2016-12更正", {"village_income": [village]}, {})


def decision(year: Year) -> None:
    """A county takes back its decision that a village is no shell any more."""
    decided = year.rows("village_decisions", "2017-06", COUNTY)
    removed = [row for row in decided if row["decision_kind"] == "shell_removed"]
    taken_back = removed[0] | {"row_action": "删除", "deletion_reason": "复核未达到摘帽条件"}
    year.correct(
        COUNTY,
        "2017-06",
        "2017-06决定更正",
        {"village_decisions": [taken_back]},
        {"village_decisions": "市级抽查后撤销一村摘帽决定"},
    )


def rule_change(year: Year) -> None:
    """An unsafe house or unsafe water keeps an exited household out; until now it only asked for an explanation."""

    def sharpen(text: str) -> str:
        head, rule = text.split("- id: HH-18", 1)
        rule = rule.replace("severity: explain", "severity: block", 1).replace("value: none", "value: household", 1)
        return f"{head}- id: HH-18{rule}".replace("version: 1.0.0", "version: 1.1.0", 1)

    _edit(year, "expectations/contracts/households.odcs.yaml", sharpen)
    subprocess.run(
        [sys.executable, "-m", "expectations.generate"], cwd=year.checkout, env=_environment(year), check=True
    )


def boundary_change(year: Year) -> None:
    """On the map of 2023 one county becomes a part of another."""
    was, now = "350423,清流县,", "350426,尤溪县,"

    def merge(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line.replace(f",{was}", f",{now}") if line.startswith(was) else line for line in lines)

    _edit(year, "dbt_project/seeds/division_2017.csv", merge)


def _edit(year: Year, path: str, change: Callable[[str], str]) -> None:
    file = year.checkout / path
    before = file.read_text(encoding="utf-8")
    after = change(before)
    if after == before:
        raise SystemExit(f"{file}: the script no longer fits; nothing in it was changed")
    file.write_text(after, encoding="utf-8")


# --- nights ----------------------------------------------------------------------------------------


def night(year: Year, received_at: datetime) -> None:
    """A night, from the year's checkout, over what is in the inbox."""
    command = [sys.executable, "-m", "tests.scripted_year", "--night", received_at.isoformat()]
    subprocess.run(command, cwd=year.checkout, env=_environment(year), check=True)


def _environment(year: Year) -> dict[str, str]:
    quiet = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "SANMING_KEEP_WORKINGS": "9"}
    own = {"SANMING_HOME": str(year.settings.home), "PYTHONPATH": str(year.checkout), "SANMING_SETTLE_SECONDS": "0"}
    return {**os.environ, **quiet, **own}


def run_here(received_at: datetime) -> None:
    """What ``night`` starts in a process of its own."""
    from orchestration.receive.inbox import receive
    from orchestration.runs.night import run_night

    settings = read_settings()
    date_back(settings.inbox, received_at)
    with clock.at(received_at):
        receive(settings)
    report = run_night(settings)
    if not report.success:
        raise SystemExit(f"{report.failed_step}: {report.error}")


def with_copy(year: Year) -> Year:
    """The same year, its nights to come from a copy of the checkout."""
    copy = year.work / "checkout"
    for name in _COPIED:
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    shutil.copy2(CHECKOUT / "pyproject.toml", copy)  # Dagster looks for it
    (copy / "docs").mkdir()
    return Year(year.settings, year.work, year.city, year.state, copy)


def play(home: Path, work: Path) -> Iterator[str]:
    """Play the year, night by night; the title of each."""
    year = begin(home, work)
    for title, month, day, happen in (
        ("first returns", 1, 9, first_returns),
        ("a late township", 2, 15, late_township),
        ("the half-year", 7, 8, half_year),
        ("corrections", 7, 20, corrections),
        ("a decision taken back", 8, 3, decision),
        ("a rule change", 8, 3, rule_change),
        ("a boundary change", 8, 3, boundary_change),
    ):
        if happen is rule_change:
            year = with_copy(year)
        happen(year)
        night(year, datetime(2017, month, day, 8, tzinfo=UTC))
        yield title


if __name__ == "__main__":
    if sys.argv[1] == "--night":
        run_here(datetime.fromisoformat(sys.argv[2]))
    else:
        for played in play(Path(sys.argv[1]), Path(sys.argv[2])):
            print(played, flush=True)
