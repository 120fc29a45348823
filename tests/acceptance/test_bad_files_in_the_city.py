"""A night of the full city with bad files in its inbox is, for everybody who did not send them, a night without them.

The files lie under the township they name and under others. One is read: it registers a person of another county.
What rules across submitters say of the other side is part of that and left out; they never hold a row, and they mark
the figures that the person counts in as questioned.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.runs.night import run_night
from tests.acceptance.test_repeatable import ARRIVAL
from tests.builders import HOUSEHOLD, SUBMITTER, make_workbook
from tests.nights import home_settings, lend_project, send, share_key, table
from tests.unit.test_inbox import BAD_FILES
from twin.city import City
from twin.places import seed

pytestmark = [pytest.mark.timeout(1800), pytest.mark.verify]

COUNTY, CITY = SUBMITTER[:6], f"{SUBMITTER[:4]}00"
OTHERS = f"left(division_code, 6) not in ('{COUNTY}', '{CITY}')"
WRONG_FOLDERS = ("350423101", "350402002", "350421100", "350430102", "350400-ABC", "350425", "临时")
# What a question leaves on a figure beside its value.
QUESTIONED = "rows_questioned, low, high, low_expected, high_expected, span_basis"
NEW_HOUSEHOLD = f"{HOUSEHOLD[:-4]}0999"
BAD = "bad"
TABLES = [
    *(f"{kind}/{form}" for form in load_contracts() for kind in ("accepted", "held")),
    "findings/findings",
    "findings/submissions",
]
ACROSS = [rule.code for contract in load_contracts().values() for rule in contract.rules if rule.across_submitters]


def put_bad_files(inbox: Path) -> int:
    """Every bad file under the township that the good ones of its kind name and under one that has nothing to do."""
    for number, (name, write, _) in enumerate(BAD_FILES.values()):
        for folder in (SUBMITTER, WRONG_FOLDERS[number % len(WRONG_FOLDERS)]):
            path = inbox / folder / BAD / str(number) / name
            path.parent.mkdir(parents=True)
            write(path)
    return 2 * len(BAD_FILES)


def member_elsewhere(home: Path) -> str:
    """The ID number of a poor person who is registered in another county, in a township of a larger code."""
    rows = home_settings(home).landing / "members" / "period=2017-06" / "*.parquet"
    counted = table(home, "marts.fct_person_status", "person_code", "period = '2017-06' and is_counted and is_poor")
    found = duckdb.execute(
        "select id_number from read_parquet(?) where person_code in (select unnest(?))"
        " and submitter_code > ? and left(submitter_code, 6) <> ? order by person_code desc limit 1",
        [str(rows), [code for (code,) in counted], SUBMITTER, COUNTY],
    ).fetchone()
    assert found
    return str(found[0])


def register(path: Path, id_number: str) -> None:
    """A correction that registers a person in a new household."""
    household, member = (load_contracts()[form].clean_rows[0] for form in ("households", "members"))
    person = {"household_code": NEW_HOUSEHOLD, "sex": "男" if int(id_number[16]) % 2 else "女"}
    make_workbook(
        path,
        forms={
            "households": [{**household, **person, "head_id_number": id_number, "person_count": 1}],
            "members": [{**member, **person, "person_code": f"{NEW_HOUSEHOLD}001", "id_number": id_number}],
        },
        modes={"households": "更正", "members": "更正"},
    )


@dataclass(frozen=True)
class Spoilt:
    """A home whose night met the bad files, and the ids of their submissions."""

    home: Path
    bad: tuple[str, ...]


@pytest.fixture(scope="module")
def spoilt(full_city: City, full_home: Path, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    """The night with the bad files beside all that the city sent."""
    home = tmp_path_factory.mktemp("spoilt-home")
    share_key(full_home, home)
    lend_project(parsed_project, home)
    send(full_city, home)
    refused = put_bad_files(home_settings(home).inbox)
    register(home_settings(home).inbox / SUBMITTER / BAD / "newcomer.xlsx", member_elsewhere(full_home))
    report = run_night(home_settings(home, workers=2))
    assert report.success, f"{report.failed_step}: {report.error}"
    sent = [receipt for receipt in report.received.received if f"/{BAD}/" in receipt.inbox_path]
    assert (len(sent), sum(receipt.is_refused for receipt in sent)) == (refused + 1, refused)
    return Spoilt(home, tuple(receipt.submission_id for receipt in sent))


def rows_of_others(home: Path, name: str, bad: tuple[str, ...]) -> str:
    """The query for the rows of everybody but the sender, without what the moment of arrival decides."""
    paths = [str(path) for path in (home / "warehouse" / name).glob("period=*/*.parquet")]
    listed = f"read_parquet({paths}, union_by_name = true, hive_partitioning = false)"
    described = duckdb.sql(f"describe select * from {listed}").fetchall()
    columns = [
        # Ids that a text names begin with the moment of receipt.
        f"regexp_replace({column}, '\\d{{8}}T\\d+Z_', '', 'g')" if kind == "VARCHAR" else column
        for column, kind, *_ in described
        if column not in ARRIVAL
    ]
    kept = f"submitter_code is distinct from '{SUBMITTER}' and submission_id not in {bad}"
    if name == "findings/findings":
        kept += f" and rule_code not in {tuple(ACROSS)}"
    return f"select {', '.join(columns)} from {listed} where {kept}"


def test_accepted_held_and_findings_of_everybody_else_are_the_same(full_home: Path, spoilt: Spoilt) -> None:
    differing, compared = {}, 0
    for name in TABLES:
        before, after = (rows_of_others(home, name, spoilt.bad) for home in (full_home, spoilt.home))
        compared += duckdb.sql(before).count("*").fetchone()[0]  # type: ignore[index]
        query = f"(({before}) except all ({after})) union all (({after}) except all ({before}))"
        if rows := duckdb.sql(query).fetchall():
            differing[name] = rows[:3]
    assert differing == {}
    assert compared > 500_000


def test_all_figures_of_the_other_counties_are_the_same(full_home: Path, spoilt: Spoilt) -> None:
    assert table(spoilt.home, "marts.fct_person_status", "is_counted", f"household_code = '{NEW_HOUSEHOLD}'") == [
        (False,)
    ]
    before, after = (
        table(home, "reports.indicator", f"* exclude ({QUESTIONED})", OTHERS) for home in (full_home, spoilt.home)
    )
    assert len(before) > 500_000
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]][:3] == []


def told_from_peers() -> set[str]:
    definitions = seed("indicator_definition")
    return set(definitions.loc[definitions["span"].isin(["amount", "mean"]), "indicator"])


def test_only_figures_that_rest_on_the_person_registered_twice_are_questioned(full_home: Path, spoilt: Spoilt) -> None:
    columns = f"indicator, map_edition, division_code, period, {QUESTIONED}"
    before, after = (table(home, "reports.indicator", columns, OTHERS) for home in (full_home, spoilt.home))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert all(new[:4] == old[:4] for old, new in changed)
    # What a row brings at most is told from all peers, so that of amounts and means the ends lie a little elsewhere.
    asked = [(old, new) for old, new in changed if old[4] != new[4]]
    assert {new[0] for old, new in changed if old[4] == new[4]} <= told_from_peers()
    persons = f"select person_key from marts.fct_person_status where household_code = '{NEW_HOUSEHOLD}'"
    ((*places,),) = table(
        spoilt.home,
        "marts.fct_person_status",
        "village_code, township_code, county_code",
        f"person_key in ({persons}) and household_code <> '{NEW_HOUSEHOLD}' and period = '2017-06'",
    )
    assert {(new[2], new[3], new[4] - old[4]) for old, new in asked} == {(place, "2017-06", 1) for place in places}
    assert "poor_persons" in {new[0] for _, new in asked}
