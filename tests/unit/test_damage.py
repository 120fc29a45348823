"""What was read and checked is made again where it is gone, damaged, or of another version of the logic."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations.model import CONTRACTS_DIR
from orchestration.check import state
from orchestration.check.run import check_periods
from orchestration.check.state import unchecked_periods
from orchestration.core.settings import Settings
from orchestration.home.batches import list_batches, manifest_paths
from orchestration.read import landing
from orchestration.read.landing import land
from orchestration.receive.inbox import receive
from orchestration.transform import definitions
from orchestration.transform.definitions import definitions_hash
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE_CODE, make_workbook

pytestmark = pytest.mark.slow

PERIOD = "2017-06"
OUTPUTS = (
    "accepted/households",
    "held/households",
    "findings/findings",
    "findings/rule_results",
    "findings/submissions",
)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES = [
    pytest.param(lambda path: path.unlink(), id="deleted"),
    pytest.param(lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), id="truncated"),
    pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
    pytest.param(_flip, id="one byte flipped"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two landed batches and a checked period, one row of it held."""
    home = Settings(home=tmp_path_factory.mktemp("finished"), settle_seconds=0, workers=1)
    for name, persons in (("a.xlsx", 3), ("b.xlsx", 4)):
        rows = [household(1, person_count=persons), household(2, head_name=None)]
        make_workbook(home.inbox / SUBMITTER / name, forms={"households": rows})
        receive(home)
        land(home)
    check_periods(home, (PERIOD,))
    assert unchecked_periods(home) == ()
    assert len(list_batches(home)) == 2
    return home


@pytest.fixture
def home(finished: Settings, copy_of: Callable[[Path], Path]) -> Settings:
    return finished.with_home(copy_of(finished.home))


def household(number: int, **changes: object) -> dict[str, object]:
    row = {
        "sequence": number,
        "village_code": VILLAGE_CODE,
        "household_code": f"{HOUSEHOLD[:-1]}{number}",
        "head_name": f"户主{number}",
        "person_count": 3,
    }
    return {**row, **changes}


def landed(home: Settings) -> dict[str, list[tuple[object, ...]]]:
    """All landed rows, whatever batch they stand in."""
    found = {}
    for relation in ("households", "submission_forms", "layout", "file_findings"):
        files = str(home.landing / relation / "period=*" / "*.parquet")
        query = "select * from read_parquet(?, hive_partitioning = false) order by all"
        found[relation] = duckdb.execute(query, [files]).fetchall()
    return found


def outputs(home: Settings) -> dict[str, bytes]:
    paths = [home.warehouse / name / f"period={PERIOD}" / "rows.parquet" for name in OUTPUTS]
    return {str(path.relative_to(home.warehouse)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_landed_file_is_read_again_from_the_archive(home: Settings, damage: Callable[[Path], object]) -> None:
    before = landed(home)
    last = max(list_batches(home), key=lambda batch: batch.submission_ids)
    damage(home.landing / "households" / f"period={PERIOD}" / f"batch-{last.batch_id}.parquet")
    assert land(home).submissions == 1
    assert landed(home) == before
    assert land(home).batch_id is None


def test_with_a_damaged_batch_every_later_one_is_read_again(home: Settings) -> None:
    """A repetition is told from what came before it."""
    before = landed(home)
    first = min(list_batches(home), key=lambda batch: batch.submission_ids)
    (home.landing / "households" / f"period={PERIOD}" / f"batch-{first.batch_id}.parquet").unlink()
    assert land(home).submissions == 2
    assert landed(home) == before


def test_a_damaged_manifest_of_a_batch_stands_for_none(home: Settings) -> None:
    before = landed(home)
    path = manifest_paths(home)[0]
    path.write_text(path.read_text()[:20])
    land(home)
    assert landed(home) == before
    assert land(home).batch_id is None


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("output", OUTPUTS)
def test_a_damaged_output_of_checking_is_noticed(home: Settings, damage: Callable[[Path], object], output: str) -> None:
    damage(home.warehouse / output / f"period={PERIOD}" / "rows.parquet")
    assert unchecked_periods(home) == (PERIOD,)


def test_damaged_outputs_of_checking_are_made_again(home: Settings) -> None:
    before = outputs(home)
    for output in OUTPUTS:
        (home.warehouse / output / f"period={PERIOD}" / "rows.parquet").unlink()
    check_periods(home, unchecked_periods(home))
    assert unchecked_periods(home) == ()
    assert outputs(home) == before


def test_a_damaged_marker_is_no_marker(home: Settings) -> None:
    path = home.findings / "checked" / f"{PERIOD}.json"
    path.write_text(path.read_text()[:20])
    assert unchecked_periods(home) == (PERIOD,)


def test_what_another_version_read_is_read_again_once(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = landed(home)
    monkeypatch.setattr(landing, "READING_VERSION", 99)
    assert land(home).submissions == 2
    assert landed(home) == before
    assert [batch.reading_version for batch in list_batches(home)] == [99]
    assert land(home).batch_id is None


@pytest.mark.parametrize("logic", ["READING_VERSION", "CHECKING_VERSION"])
def test_what_another_version_checked_is_checked_again_once(
    home: Settings, monkeypatch: pytest.MonkeyPatch, logic: str
) -> None:
    monkeypatch.setattr(state, logic, 99)
    assert unchecked_periods(home) == (PERIOD,)
    check_periods(home, (PERIOD,))
    assert unchecked_periods(home) == ()


def test_a_release_tells_the_logic_apart_from_the_definitions(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = definitions_hash(home)
    for name in definitions.LOGIC:
        monkeypatch.setitem(definitions.LOGIC, name, 99)
        assert definitions_hash(home) != before
        before = definitions_hash(home)


@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("screen.yaml", False),
        ("wording.yaml", False),
        ("file_rules.yaml", True),
        ("generic_rules.yaml", True),
        ("reading.yaml", True),
        ("cover.yaml", True),
        ("households.odcs.yaml", True),
    ],
)
def test_words_around_a_return_decide_nothing_and_a_rule_does(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, decides: bool
) -> None:
    """What is checked and released already is checked and released again for a rule, not for a word on the screen."""
    checkout = tmp_path / "checkout"
    contracts = checkout / "expectations" / "contracts"
    shutil.copytree(CONTRACTS_DIR, contracts)
    (checkout / "dbt_project").symlink_to(home.dbt_project)
    monkeypatch.setattr(state, "CONTRACTS_DIR", contracts)
    elsewhere = replace(home, checkout=checkout)
    before = definitions_hash(elsewhere)
    assert (unchecked_periods(elsewhere), before) == ((), definitions_hash(home))
    with (contracts / name).open("a", encoding="utf-8") as stream:
        stream.write("# in other words\n")
    assert (unchecked_periods(elsewhere) == (PERIOD,), definitions_hash(elsewhere) != before) == (decides, decides)
