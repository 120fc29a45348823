"""The public's file: confirmed figures only, no small count that could be computed, and an edition only when told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.reader_roles import tables_of
from orchestration.areas import public_file
from orchestration.areas.public_file import (
    NotAuditedError,
    PublicEdition,
    audit_public,
    make_public_edition,
)
from orchestration.areas.record import list_records
from orchestration.areas.suppress import Suppression
from orchestration.areas.system import System
from orchestration.core.settings import Settings
from orchestration.release.manifest import Release, ReleaseError
from tests.public_city import CITY, TOWNSHIPS, Counts, change, publish_city

KNOWN_ON = datetime(2017, 1, 20, 2, 0, tzinfo=UTC)
CONFIRMED, PROVISIONAL = {"2016-12": "county-confirmed"}, {"2016-12": "provisional"}
LATER = {"2016-12": "final", "2017-06": "county-confirmed"}
# What only a person, a household, a loan or a village has.
SUBJECTS = ("_token", "_key", "person_code", "household_code", "contract_number", "village_code", "subject_code")


def city_counts(*periods: str, small: Mapping[str, tuple[int, int, int]] | None = None) -> Counts:
    """Counts well above the threshold, but for the townships that are named."""
    usual = {code: (40 + 7 * n, 90 + 11 * n, 20 + 3 * n) for n, code in enumerate(TOWNSHIPS)}
    return {
        (code, period): tuple(count + later for count in (usual | dict(small or {}))[code])
        if code not in (small or {})
        else (small or {})[code]
        for later, period in enumerate(periods)
        for code in TOWNSHIPS
    }


SMALL = {"350402001": (3, 60, 25), "350427102": (52, 101, 2)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", data_origin="synthetic")
    settings.warehouse.mkdir(parents=True)
    return settings


def publish(settings: Settings, counts: Counts, statuses: Mapping[str, str]) -> Release:
    day = KNOWN_ON.replace(day=1 + len(list(settings.releases.glob("2*"))))
    return publish_city(settings, day, counts, statuses)


def make(settings: Settings, counts: Counts, statuses: Mapping[str, str] = CONFIRMED) -> PublicEdition:
    edition = make_public_edition(settings, publish(settings, counts, statuses))
    assert edition is not None
    return edition


def ask(edition: PublicEdition, question: str) -> list[tuple]:
    with duckdb.connect(str(edition.database), read_only=True) as connection:
        return connection.execute(question).fetchall()


def figures(edition: PublicEdition, table: str = "reports.indicator") -> dict[tuple[str, ...], tuple]:
    rows = ask(
        edition, f"select indicator, map_edition, division_code, period, value, numerator, denominator from {table}"
    )
    return {tuple(row[:4]): row[4:] for row in rows}


def test_nothing_confirmed_is_nothing_for_the_public(settings: Settings) -> None:
    assert make_public_edition(settings, publish(settings, city_counts("2016-12"), PROVISIONAL)) is None
    with pytest.raises(ReleaseError, match="no public edition yet"):
        audit_public(settings)


def test_it_holds_confirmed_figures_alone(settings: Settings) -> None:
    edition = make(settings, city_counts("2016-12", "2017-06"), {"2016-12": "final", "2017-06": "provisional"})
    for table in ("indicator", "figure", "city_figure", "county_figure", "indicator_additive"):
        assert ask(edition, f"select distinct period from reports.{table}") == [("2016-12",)]
    assert ask(edition, "select period from marts.dim_period") == [("2016-12",)]
    assert ask(edition, "select distinct latest_period from marts.dim_indicator") == [("2016-12",)]
    assert ask(edition, "select latest_period, release_id from quality.release_info") == [
        ("2016-12", edition.edition_id)
    ]


def test_figures_above_the_threshold_stand_as_they_are(settings: Settings) -> None:
    counts = city_counts("2016-12")
    found = figures(make(settings, counts))
    for township in TOWNSHIPS:
        poor, exited, _ = counts[township, "2016-12"]
        assert found["poor_persons", "2017", township, "2016-12"] == (poor, poor, None)
        assert found["exit_rate", "2017", township, "2016-12"][1:] == (exited, poor + exited)
    assert all(value is not None for value, *_ in found.values())


def test_a_small_count_is_suppressed_on_both_maps_with_others_and_with_its_amount(settings: Settings) -> None:
    edition = make(settings, city_counts("2016-12", small=SMALL))
    found, nothing = figures(edition), (None, None, None)
    for code, edition_of in (("350402001", "2017"), ("350404001", "2023")):
        assert found["poor_persons", edition_of, code, "2016-12"] == nothing
    for code, edition_of in (("350427102", "2017"), ("350405102", "2023")):
        assert found["guaranteed_households", edition_of, code, "2016-12"] == nothing
        assert found["guarantee_loan_amount", edition_of, code, "2016-12"] == nothing
    hidden = {(key[0], key[2]) for key, row in found.items() if row[0] is None and key[1] == "2017"}
    assert len([place for indicator, place in hidden if indicator == "poor_persons"]) > 1
    words = ask(edition, "select distinct status, status_name, display from reports.figure where value is null")
    assert words == [("suppressed", "不公布", None)]
    assert audit_public(settings).ok


def test_an_amount_is_not_told_before_it_is_told_of_how_many_it_is(settings: Settings) -> None:
    """The loans of a period are confirmed, who has them is not yet: nobody knows whether it is one household."""
    counts = city_counts("2016-12")
    release = publish_city(settings, KNOWN_ON, counts, CONFIRMED, unconfirmed=("guaranteed_households",))
    edition = make_public_edition(settings, release)
    assert edition is not None
    amounts = [row for key, row in figures(edition).items() if key[0] == "guarantee_loan_amount"]
    assert len(amounts) > len(TOWNSHIPS)
    assert set(amounts) == {(None, None, None)}


def test_what_a_share_leaves_is_small_as_well(settings: Settings) -> None:
    """All but two of 92 persons exited: who reads the share knows the two."""
    found = figures(make(settings, city_counts("2016-12", small={"350402001": (2, 90, 25)})))
    assert found["exited_persons", "2017", "350402001", "2016-12"][0] is None
    assert found["exit_rate", "2017", "350402001", "2016-12"][0] is None


def test_persons_villages_and_what_helps_to_judge_are_not_in_it(settings: Settings) -> None:
    edition = make(settings, city_counts("2016-12", small=SMALL))
    columns = ask(edition, "select table_schema || '.' || table_name, column_name from information_schema.columns")
    assert {table for table, _ in columns} <= set(tables_of("public"))
    assert [column for _, column in columns if column.endswith(SUBJECTS)] == []
    assert ask(edition, "select count(*) from reports.need_measure") == [(0,)]
    for column in ("coverage", "low", "high", "rows_questioned"):
        assert ask(edition, f"select count({column}) from reports.indicator") == [(0,)]
    assert ask(edition, "select count(*) from reports.indicator where indicator = 'rows_held'") == [(0,)]


def test_a_night_that_confirms_nothing_changes_nothing(settings: Settings) -> None:
    first = make(settings, city_counts("2016-12", "2017-06", small=SMALL), LATER | {"2017-06": "provisional"})
    before = (first.database.read_bytes(), first.database.stat().st_mtime_ns)
    moved = {
        key: (poor + (key[1] == "2017-06"), *rest)
        for key, (poor, *rest) in city_counts("2016-12", "2017-06", small=SMALL).items()
    }
    second = make(settings, moved, LATER | {"2017-06": "provisional"})
    assert (second.edition_id, second.is_new) == (first.edition_id, False)
    assert (first.database.read_bytes(), first.database.stat().st_mtime_ns) == before
    assert len(list_records(settings)) == 1


def test_a_confirmed_period_makes_a_new_edition_and_the_old_one_is_kept(settings: Settings) -> None:
    counts = city_counts("2016-12", "2017-06", small=SMALL)
    first = make(settings, counts, LATER | {"2017-06": "provisional"})
    second = make(settings, counts, LATER)
    assert second.edition_id.startswith("2017-06-")
    assert (settings.public / "current").readlink().name == second.edition_id
    assert first.database.is_file()
    assert audit_public(settings).ok


def test_what_was_suppressed_for_a_period_stays_so(settings: Settings) -> None:
    """The township's poor are corrected from 3 to 30: the later edition tells neither them nor what hid them."""
    first = make(settings, city_counts("2016-12", small=SMALL))
    second = make(settings, city_counts("2016-12", small=SMALL | {"350402001": (30, 60, 25)}))
    hidden = {key for key, (value, *_) in figures(first).items() if value is None}
    later = figures(second)
    assert hidden
    assert {later[key][0] for key in hidden} == {None}
    assert audit_public(settings).ok


def test_a_lost_warehouse_remembers_what_was_told(settings: Settings) -> None:
    """Everything right of the archive may be deleted."""
    counts = city_counts("2016-12", small=SMALL)
    release = publish(settings, counts, CONFIRMED)
    first = make_public_edition(settings, release)
    assert first is not None
    told = figures(first)
    for path in settings.public.rglob("*"):
        path.chmod(0o755)
    settings.public.rename(settings.home / "lost")
    second = make_public_edition(settings, release)
    assert second is not None
    assert (second.edition_id, second.is_new) == (first.edition_id, True)
    assert figures(second) == told
    assert len(list_records(settings)) == 1


def test_the_audit_finds_a_planted_leak(settings: Settings) -> None:
    """One count that was suppressed beside a small one is told again, in one table only."""
    edition = make(settings, city_counts("2016-12", small=SMALL))
    beside = next(
        key[2] for key, (value, *_) in figures(edition).items()
        if value is None and key[:2] == ("poor_persons", "2017") and key[2] != "350402001"
    )  # fmt: skip
    where = f"indicator = 'poor_persons' and map_edition = '2017' and division_code = '{beside}'"
    change(edition.database, f"update reports.figure set display = '47 人' where {where}")
    found = audit_public(settings)
    assert "350402001" in {count.key.place for count in found.narrow}
    assert [problem.split(":")[0] for problem in found.problems] == [f"poor_persons {beside} 2016-12"]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update reports.indicator set low = 3 where division_code = '350402001'", "reports.indicator.low"),
        (
            "update reports.indicator set numerator = 60000 where division_code = '350405102'"
            " and indicator = 'guarantee_loan_amount'",
            "guaranteed_households 350427102 2016-12: not told, and an amount of those people is",
        ),
    ],
)
def test_the_audit_finds_what_the_file_should_not_tell(settings: Settings, statement: str, told: str) -> None:
    change(make(settings, city_counts("2016-12", small=SMALL)).database, statement)
    assert any(problem.startswith(told) for problem in audit_public(settings).problems)


def test_no_file_is_written_where_the_choice_would_tell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is chosen nothing but the small counts is left: the audit of the file says so before it can be seen."""

    def only_small(system: System, threshold: int) -> Suppression:
        return Suppression(system.is_small, ())

    monkeypatch.setattr(public_file, "suppress", only_small)
    with pytest.raises(NotAuditedError, match=r"is from 60 to 60; .* no file was written"):
        make_public_edition(settings, publish(settings, city_counts("2016-12", small=SMALL), CONFIRMED))
    assert list(settings.public.iterdir()) == []
    assert list_records(settings) == ()


def test_an_attacker_computes_nothing_by_hand(settings: Settings) -> None:
    """Differences of levels, maps, periods and editions, ratios times what is printed: none gives a hidden count."""
    first = make(settings, city_counts("2016-12", "2017-06", small=SMALL), LATER | {"2017-06": "provisional"})
    second = make(settings, city_counts("2016-12", "2017-06", small=SMALL), LATER)
    known = _known(first) | _known(second)
    truth = {key: count for record in list_records(settings) for key, count in _truth(record.counts).items()}
    hidden = {key for key in truth if key not in known}
    assert len(hidden) > 4
    while True:
        learnt = {key: value for key, value in _learnt(known).items() if key not in known}
        if not learnt:
            break
        known |= learnt
    assert not hidden & set(known)


def _truth(counts: Mapping) -> dict[tuple[str, str, str], float]:
    return {(key.count, key.place, key.period): told.value for key, told in counts.items()}


def _known(edition: PublicEdition) -> dict[tuple[str, str, str], Decimal]:
    """Count, place of 2017 and period → what any figure of any map says or gives by multiplication."""
    later = {code: old for old, code in TOWNSHIPS.items() if list(TOWNSHIPS.values()).count(code) == 1} | {
        "350405": "350427"
    }
    found = {}
    for (indicator, edition_of, code, period), (value, top, bottom) in figures(edition).items():
        place = code if edition_of == "2017" else later.get(code, f"2023-{code}" if code != CITY else CITY)
        names = ("exited_persons", "registered_persons") if indicator == "exit_rate" else (indicator, "")
        for name, number in zip(names, (top, bottom), strict=True):
            if name and number is not None:
                found[name, place, period] = number
        if value is not None and bottom is not None:
            found[names[0], place, period] = round(value * bottom)
    return found


def _learnt(known: Mapping[tuple[str, str, str], Decimal]) -> dict[tuple[str, str, str], Decimal]:
    """What follows from one sum with one number missing."""
    parts: dict[str, list[str]] = {
        CITY: ["350402", "350403", "350427"],
        "2023-350404": ["350402", "350403"],
        "2023-350404012": ["350403002", "350403003"],
    }
    for code in TOWNSHIPS:
        parts.setdefault(code[:6], []).append(code)
    periods, places = {key[2] for key in known}, {key[1] for key in known}
    sums = [
        [((count, whole, period), 1), *(((count, part, period), -1) for part in of)]
        for count in ("poor_persons", "exited_persons", "registered_persons", "guaranteed_households")
        for whole, of in parts.items()
        for period in periods
    ] + [
        [((f"{name}_persons", place, period), sign) for name, sign in (("registered", 1), ("poor", -1), ("exited", -1))]
        for place in places
        for period in periods
    ]  # fmt: skip
    found = {}
    for terms in sums:
        missing = [(key, sign) for key, sign in terms if key not in known]
        if len(missing) == 1:
            (key, sign), rest = missing[0], sum(known[key] * sign for key, sign in terms if key in known)
            found[key] = -rest * sign
    return found
