"""The city that lives, as `make run` plays it: four nights at their dates, small and (verify) at real size."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.release.gate import is_blocked
from orchestration.runs.arriving import is_arriving, is_last_to_come, nights_to_come
from tests.answers import ARRIVING, answer_of, database, examples
from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS, lend_project, table
from tests.states import small_arriving
from twin.answer_key import NATURAL
from twin.arrival import nights
from twin.arriving_city import ArrivingCity
from twin.city import build_arriving_city
from twin.expected import expected_figures
from twin.loans import CAP_YUAN
from twin.next_period import NEXT
from twin.oracle.home import score_figures
from twin.score import score
from twin.score_rules import score_rules

pytestmark = pytest.mark.timeout(1800)
NOW = "2017-06"
# Nobody of the city is later than this; the day of `make run` would be years after its periods.
LATEST_DAYS = 45


def play(home: Path, townships: tuple[str, ...] | None, scale: float, project: Path) -> Path:
    """A home with all nights of a city played, under the checklist as it ships; none of them blocked."""
    from orchestration.runs.night import run_night

    build_arriving_city(home / "raw", scale=scale, townships=townships)
    lend_project(project, home)
    settings = Settings(home=home, settle_seconds=0.0)
    played: list[datetime] = []
    for moment in nights_to_come(settings):
        with clock.at(moment):
            report = run_night(settings, derive=is_last_to_come(settings))
        assert report.success, f"{moment}: {report.failed_step}: {report.error}"
        assert report.derived.failures == ()
        assert not is_blocked(settings), moment
        played.append(moment)
    assert played == list(nights())
    assert not is_arriving(settings)
    return home


@pytest.fixture(scope="module")
def home(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return play(tmp_path_factory.mktemp("arriving"), SMALL_TOWNSHIPS, SMALL_SCALE, parsed_project)


@pytest.fixture(scope="module")
def city() -> ArrivingCity:
    return small_arriving()


@pytest.fixture
def ask(home: Path) -> Callable[[str, str, str], list[tuple]]:
    def of_the_city(name: str, columns: str, where: str) -> list[tuple]:
        townships = ", ".join(f"'{one}'" for one in SMALL_TOWNSHIPS)
        return table(home, name, columns, f"submitter_code in ({townships}) and {where}")

    return of_the_city


def test_every_night_is_published_as_of_its_last_receipt(home: Path) -> None:
    releases = sorted(path.name for path in (home / "warehouse" / "releases").iterdir() if path.name[:2] == "20")
    assert len(releases) == len(nights())
    assert [name[:7] for name in releases] == ["2016-12", NOW, NOW, NEXT]


def test_the_last_night_alone_made_pages_of_its_release(home: Path) -> None:
    warehouse = home / "warehouse"
    (site,) = warehouse.glob("releases/*/site")
    assert (warehouse / "current" / "site").samefile(site)


def test_returns_are_dated_by_their_periods_and_some_are_late(ask: Callable[[str, str, str], list[tuple]]) -> None:
    days = [day for (day,) in ask("marts.fct_obligation", "days_late", "days_late is not null")]
    assert min(days) > 0
    assert max(days) <= LATEST_DAYS
    received = ask("marts.fct_obligation", "count(*)", "is_due and state in ('received', 'nothing')")[0][0]
    assert len(days) < received / 4


def test_everything_of_the_half_year_came_and_of_the_last_period_a_part(
    ask: Callable[[str, str, str], list[tuple]],
) -> None:
    missing = ask("marts.fct_obligation", "distinct period", "is_due and state in ('missing', 'rejected')")
    assert missing == [(NEXT,)]
    states = {state for (state,) in ask("marts.fct_obligation", "distinct state", f"period = '{NEXT}' and is_due")}
    assert {"received", "missing"} <= states


def test_a_held_household_of_the_last_period_stands_as_it_was(home: Path, city: ArrivingCity) -> None:
    errors = [one for one in city.planted.findings if one.period == NEXT and one.part != NATURAL]
    held = {one.tag.split(":")[1] for one in errors if one.form in ("households", "members")}
    assert held
    codes = ", ".join(f"'{code}'" for code in held)
    rows = table(
        home, "marts.fct_poverty_status", "household_code", f"period = '{NEXT}' and household_code in ({codes})"
    )
    assert {code for (code,) in rows} == held


def test_what_typing_errors_do_to_figures_is_what_stands_beside_them(home: Path) -> None:
    with (home / "raw" / "expected_with_errors.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert {"registered_households", "village_income_mean"} <= {line["indicator"] for line in told}
    for line in told:
        where = (
            f"map_edition = '2017' and indicator = '{line['indicator']}' and period = '{line['period']}'"
            f" and division_code = '{line['division_code']}'"
        )
        [(value,)] = table(home, "reports.indicator", "value", where)
        assert float(value) == pytest.approx(float(line["value"]), abs=0.005), line


def test_the_figures_of_the_last_period_show_that_the_city_lives(home: Path) -> None:
    city = f"period = '{NEXT}' and division_level = 'city' and map_edition = '2017'"
    happened = dict(table(home, "reports.indicator", "indicator, value", city))
    for name in ("exits_households", "entries_households", "returns_households", "return_rate", "approved_share"):
        assert float(happened[name]) > 0, name
    where = f"{city} and population = 'registered'"
    names = "entered_households, removed_households, born_persons, died_persons"
    ((entered, removed, born, died),) = table(home, "reports.stock_flow", names, where)
    assert min(entered, removed, born, died) > 0
    assert born != died
    # A split adds a household and a merger takes one away: places show what the city's balance may not.
    villages = (
        f"period = '{NEXT}' and population = 'registered' and division_level = 'village' and map_edition = '2017'"
    )
    balances = {n for (n,) in table(home, "reports.stock_flow", "distinct split_merge_households", villages)}
    assert {-1, 1} <= balances
    # Marriages are natural change, too, and may be as many to both sides.
    assert table(home, "reports.stock_flow", "period", f"{villages} and natural_persons <> born_persons - died_persons")


def test_all_figures_of_the_last_night_are_the_oracles(home: Path, city: ArrivingCity) -> None:
    found = score_figures(home / "warehouse" / "current", home / "raw" / "archive", city.planted, city.revisions)
    assert found.compared > 200_000
    assert found.differing.empty, found.differing.head(20).to_string()


def test_the_facts_of_the_article_are_those_of_the_plan(home: Path, city: ArrivingCity) -> None:
    computed = dict(table(home, "reports.article_2017", "fact, computed"))
    expected = expected_figures(city.planted.state)
    assert len(expected) == len(computed)
    for fact, value in zip(expected["fact"], expected["value"], strict=True):
        # The plan rounds a share to two digits.
        assert float(computed[fact]) == pytest.approx(float(value), abs=0.005), fact


def test_the_key_and_what_was_found_are_the_same(home: Path) -> None:
    found = score(home / "raw" / "answer_key.csv", home / "warehouse" / "findings")
    assert found.missed == ()
    assert found.unexpected == ()
    assert found.natural > 0


def test_no_blocking_rule_holds_a_row_that_is_right(home: Path) -> None:
    told = score_rules(home / "raw" / "answer_key.csv", home / "warehouse")
    assert len([one for one in told if one.severity == "block"]) > 300
    assert [one for one in told if one.held] == []


def test_a_loan_over_the_cap_counts_and_its_figure_says_that_it_is_asked_about(home: Path, city: ArrivingCity) -> None:
    (planted,) = [one for one in city.planted.findings if one.error_id == one.rule_code == "GL-10"]
    loans = city.planted.state.forms["guarantee_loans", NOW]
    (contract,) = loans.loc[loans["tag"] == planted.tag, "contract_number"]
    loan = f"period = '{NOW}' and contract_number = '{contract}'"
    assert table(home, "marts.fct_loan_balance", "cast(balance_yuan as int)", loan) == [(CAP_YUAN + 1_000,)]
    figure = f"map_edition = '2017' and period = '{NOW}' and indicator = 'loan_balance'"
    figure += f" and division_code = '{contract[3:12]}'"
    ((is_asked, is_wider),) = table(home, "reports.indicator", "rows_questioned > 0, low < value", figure)
    assert (is_asked, is_wider) == (True, True)


@pytest.fixture(scope="module")
def whole(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return play(tmp_path_factory.mktemp("arriving-full"), None, 1.0, parsed_project)


@pytest.mark.verify
def test_at_real_size_every_fact_of_the_article_is_exact(whole: Path) -> None:
    rows = table(whole, "reports.article_2017", "fact, difference, computed")
    assert [row for row in rows if row[1] != 0 or row[2] is None] == []
    assert len(rows) == 51


@pytest.mark.verify
@pytest.mark.parametrize(("page", "query", "answer"), examples(ARRIVING), ids=lambda text: str(text)[:60])
def test_the_answers_of_the_page_are_those_of_the_city(page: str, query: str, answer: str, whole: Path) -> None:
    with duckdb.connect(str(database(whole, ARRIVING)), read_only=True) as connection:
        assert answer_of(connection, query) == answer, page
