"""One clock, which a test can set, and nobody beside it: no module and no SQL asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from orchestration.core import clock
from tests.unit.clock_rules import CLOCK, readings, sql_of, sql_readings

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for name in ("expectations", "orchestration", "twin") for path in (ROOT / name).rglob("*.py"))
SQL = sorted(
    path
    for name, kinds in {
        "dbt_project": ("*.sql", "*.yml"),
        "docs": ("*.md",),
        "expectations": ("*.yaml", "*.py"),
        "orchestration": ("*.py",),
        "twin": ("*.py",),
    }.items()
    for kind in kinds
    for path in (ROOT / name).rglob(kind)
)
# The one place that asks: today, for the readers' macros.
PUSH = ROOT / "orchestration" / "release" / "push"
MACROS = ROOT / "orchestration" / "release" / "views.py"


def test_now_is_now_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= before + timedelta(minutes=1)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 12, 31, 11, 30, tzinfo=timezone(timedelta(hours=-5))), date(2027, 1, 1)),
    ],
)
def test_today_is_the_day_in_sanming(moment: datetime, day: date) -> None:
    with clock.at(moment):
        assert (clock.now(), clock.today()) == (moment, day)
    assert (clock.day_of(moment), clock.month_of(moment)) == (day, f"{day:%Y-%m}")


def test_the_clock_goes_on_when_the_test_is_over_also_where_it_failed() -> None:
    moment = datetime(2017, 7, 1, tzinfo=UTC)
    with pytest.raises(RuntimeError), clock.at(moment), clock.at(moment + timedelta(1)):
        raise RuntimeError
    assert clock.now().year > 2017


def test_a_moment_without_a_time_zone_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2017, 7, 1)):
        pass


def test_a_moment_is_shown_in_the_time_of_sanming() -> None:
    assert clock.minute_of(datetime(2017, 7, 31, 16, 5, tzinfo=UTC)) == "2017-08-01 00:05"


def test_no_module_but_the_clock_reads_the_clock() -> None:
    found = [line for path in MODULES for line in readings(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))]
    assert found == []


def test_no_sql_asks_the_clock_but_the_macro_for_today_and_the_copy_in_another_database() -> None:
    """There a person grants by hand, and the server notes when: its clock, which no figure reads."""
    found = {path: told for path in SQL if (told := sql_readings(sql_of(path)))}
    assert found == {MACROS: ["now()"], PUSH / "policies.py": ["now()"], PUSH / "standing.py": ["now()"]}


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime\nat = datetime.now(UTC)",
        "import datetime as dt\nat = dt.datetime.utcnow()",
        "from datetime import date\nday = date.today()",
        "import time\nold = time.time() - 60",
        "from time import time as tick\nold = tick()",
        "from datetime import datetime\nfield(default_factory=datetime.now)",
        "import pandas as pd\nat = pd.Timestamp.now()",
        "shown = moment.astimezone()",
        "from datetime import datetime\nat = datetime.fromtimestamp(path.stat().st_mtime)",
    ],
)
def test_every_way_to_read_the_clock_is_seen(line: str) -> None:
    assert len(readings("orchestration/core/lock.py", line)) == 1
    assert readings(CLOCK, line) == []


@pytest.mark.parametrize(
    "line",
    [
        "import time\nstarted = time.monotonic()\ntime.sleep(1)",
        "from datetime import time\nmidnight = time()",
        "moment.astimezone(UTC)\ndatetime.fromtimestamp(seconds, UTC)",
        "from orchestration import clock\nclock.now()",
    ],
)
def test_a_timer_a_time_of_day_and_the_clock_itself_may_be_used(line: str) -> None:
    assert readings("orchestration/core/lock.py", line) == []


def test_sql_that_asks_the_clock_is_seen_in_models_pages_and_modules(tmp_path: Path) -> None:
    for name, text in {
        "model.sql": "-- not now()\nselect current_date as day {# today() #}",
        "page.md": "Ask for now().\n```sql\nselect current_date;\n```",
        "module.py": '"""Not now()."""\nQUERY = f"select {x} where day = current_date"',
        "contract.yaml": "# not now()\nquery: select current_date",
    }.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert sql_readings(sql_of(path)) == ["current_date"], name
