"""Number receipts: a figure comes back from the cells it is said to come from, a row is followed to its end.

``python -m tests.receipts HOME`` asks the same of any city, and `make bench` of the full one.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.decisions.log import list_decisions
from orchestration.explain.lineage.explain import Explainer, ExplainError, explain, open_explainer
from orchestration.explain.lineage.explanation import Figure
from orchestration.explain.lineage.fact_rows import FactRows
from orchestration.explain.lineage.row_status import Address, TraceError
from orchestration.explain.lineage.trace import Traced, trace
from orchestration.release.manifest import Release, ReleaseError, read_release
from tests.fuzz import examples
from tests.nights import home_settings
from tests.receipts import missed_by, random_figures, random_rows

pytestmark = pytest.mark.timeout(900)

# Every indicator once; `make verify` asks more of all (tests/verify.py).
FIGURES, ROWS, COMPARED = examples(250), examples(250), examples(30)


@pytest.fixture(scope="module")
def settings(small_home: Path) -> Settings:
    return home_settings(small_home)


@pytest.fixture(scope="module")
def release(settings: Settings) -> Release:
    return read_release(settings)


@pytest.fixture(scope="module")
def explainer(settings: Settings, release: Release) -> Iterator[Explainer]:
    with open_explainer(settings, release) as opened:
        yield opened


def test_random_figures_are_recomputed_from_the_rows_they_name(explainer: Explainer, release: Release) -> None:
    missed = [missed_by(explainer, asked) for asked in random_figures(release, FIGURES, seed=348)]
    assert [problem for problem in missed if problem] == []


def test_an_explanation_names_no_more_than_counts(explainer: Explainer) -> None:
    """Without one of the persons counted, the figure is one less."""
    found = explainer.explain(Figure("poor_persons", "350426202", "2017-06"))
    members = [row for row in found.rows if row.form == "members" and row.in_numerator]
    assert len(members) == found.figure["numerator"]
    for gone in random.Random(1).sample(members, 3):
        rows = tuple(row for row in found.rows if row != gone)
        less, _ = explainer.recompute(replace(found, rows=rows))
        assert less == found.figure["numerator"] - 1


def test_the_rows_of_facts_between_are_counted(explainer: Explainer) -> None:
    found = explainer.explain(Figure("poor_persons", "350426202", "2017-06"))
    assert found.facts == (FactRows("marts.fct_person_status", int(found.figure["numerator"]), 0),)


def test_an_age_names_the_id_number_that_it_was_read_from(explainer: Explainer) -> None:
    found = explainer.explain(Figure("poor_persons_age_60", "350426202", "2017-06"))
    assert "id_number" in found.columns
    member = next(row for row in found.rows if row.form == "members")
    assert f"F{member.row_number}" in member.cells


def test_a_column_written_in_another_unit_says_what_it_was_multiplied_by(
    explainer: Explainer, release: Release, settings: Settings
) -> None:
    ten_thousand = duckdb.sql(
        f"select submission_id, sheet, excel_column from read_parquet('{settings.landing}/layout/*/batch-*.parquet')"
        " where unit_factor = 10000 and form = 'guarantee_funds'"
    ).fetchall()
    told = {
        (one.submission_id, one.sheet, one.column)
        for asked, *_ in random_figures(release, 500, seed=348)
        if asked.indicator == "fund_amount"
        for one in explainer.explain(asked).conversions
    }
    assert told
    assert told <= set(ten_thousand)


@pytest.fixture(scope="module")
def named(explainer: Explainer, release: Release) -> dict[Figure, Address]:
    """Figures, each with one of the rows that it names."""
    chance = random.Random(3)
    found = {}
    for figure, *_ in random_figures(release, COMPARED, seed=349):
        rows = [row for row in explainer.explain(figure).rows if row.row_number]
        if rows:
            row = chance.choice(rows)
            found[figure] = Address(row.submission_id, row.sheet, row.row_number)
    return found


@pytest.fixture(scope="module")
def traced(settings: Settings, release: Release, named: dict[Figure, Address]) -> dict[Address, Traced]:
    """Random rows and those that figures name, followed in one pass."""
    asked = [*random_rows(settings, ROWS, seed=347), *named.values()]
    return {found.row_status.address: found for found in trace(settings, release, asked)}


def test_random_rows_are_followed_to_tables_and_figures_or_to_the_reason_why_not(traced: dict[Address, Traced]) -> None:
    assert len(traced) >= ROWS
    kinds = Counter(found.row_status.kind for found in traced.values())
    assert kinds["accepted"] > kinds["held"] > 0
    for found in traced.values():
        used = found.tables or any(not use.is_of_return for use in found.figures)
        assert not used or found.row_status.kind == "accepted"
        if found.row_status.kind in ("replaced", "duplicate"):
            assert found.row_status.by
        if found.row_status.kind == "held":
            assert found.row_status.by
            assert found.row_status.messages
    # Few kept rows are evidence alone: terms that no later entry calls on, changes of households nobody counts.
    idle = [f for f in traced.values() if f.row_status.kind == "accepted" and not f.tables and not f.instead]
    idle = [f for f in idle if all(use.is_of_return for use in f.figures)]
    assert len(idle) < ROWS // 20


def test_where_a_row_is_said_to_go_the_figure_names_it(explainer: Explainer, traced: dict[Address, Traced]) -> None:
    pairs = [(found.row_status, use) for found in traced.values() for use in found.figures]
    for row_status, use in random.Random(2).sample(pairs, COMPARED):
        found = explainer.explain(Figure(use.indicator, use.division_code, use.period, use.map_edition))
        place = (row_status.form, 0) if use.is_of_return else (row_status.address.sheet, row_status.address.row_number)
        (row,) = [
            r
            for r in found.rows
            if r.submission_id == row_status.address.submission_id and (r.sheet, r.row_number) == place
        ]
        assert (row.in_numerator, row.in_denominator) == (use.in_numerator, use.in_denominator)


def test_a_row_that_a_figure_names_is_followed_to_it(
    named: dict[Figure, Address], traced: dict[Address, Traced]
) -> None:
    assert named
    for figure, address in named.items():
        uses = {(use.indicator, use.division_code, use.period, use.map_edition) for use in traced[address].figures}
        assert (figure.indicator, figure.division, figure.period, figure.map_edition) in uses, (figure, address)


def test_what_does_not_exist_is_refused_with_what_does(settings: Settings, release: Release) -> None:
    with pytest.raises(ExplainError, match=r"'poor_personz' is unknown.*poor_persons"):
        explain(settings, release, Figure("poor_personz", "350400", "2017-06"))
    (row, *_) = explain(settings, release, Figure("poor_persons", "350400", "2017-06")).rows
    with pytest.raises(TraceError, match="no such submission"):
        trace(settings, release, [Address("20170101T000000000000Z_000000000000", row.sheet, 4)])
    with pytest.raises(TraceError, match=f"expected one of .*{row.sheet}"):
        trace(settings, release, [Address(row.submission_id, "不存在的表", 4)])
    with pytest.raises(TraceError, match=r"row 1 holds no record; rows \d+ to"):
        trace(settings, release, [Address(row.submission_id, row.sheet, 1)])


def test_a_release_whose_working_is_gone_says_how_to_bring_it_back(settings: Settings, release: Release) -> None:
    other = release.model_copy(update={"release_id": "2016-12-20170101T000000Z-00000000"})
    with pytest.raises(ReleaseError, match="sanming rebuild --known-on"):
        explain(settings, other, Figure("poor_persons", "350400", "2017-06"))


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"SANMING_HOME": str(home)})


def test_the_commands_tell_it_in_words_and_as_data_and_cells_only_with_a_name_and_a_purpose(
    small_home: Path, settings: Settings
) -> None:
    asked = ("explain", "funds", "--division", "350426202", "--period", "2017-06")
    told = run(small_home, *asked)
    assert told.exit_code == 0, told.output
    assert "担保基金登记表 (guarantee_funds), columns" in told.output
    data = json.loads(run(small_home, *asked, "--json").output)
    row = data["rows"][0]
    followed = ("trace", row["submission_id"], row["sheet"], str(row["row_number"]))
    refused = run(small_home, *followed, "--values")
    assert refused.exit_code == 1
    assert "--purpose" in refused.output
    assert list_decisions(settings, ("cells_read",)) == ()
    shown = run(small_home, *followed, "--values", "--by", "张三", "--purpose", "核对来信")
    assert "funds 2017-06 map 2017 (numerator): 350400 350426 350426202" in shown.output
    assert "marts.fct_guarantee_fund: 1 rows" in shown.output
    assert "基金名称=" in shown.output
    (noted,) = list_decisions(settings, ("cells_read",))
    assert (noted.by, noted.reason, noted.subject) == ("张三", "核对来信", "/".join(followed[1:]))


def test_a_page_per_indicator_tells_what_it_is_and_where_it_comes_from(
    small_home: Path, release: Release, tmp_path: Path
) -> None:
    asked = ("--indicator", "poor_persons", "--indicator", "pairing_rate")
    written = run(small_home, "pages", str(tmp_path / "pages"), *asked)
    assert written.exit_code == 0, written.output
    page = (tmp_path / "pages" / "poor_persons.md").read_text(encoding="utf-8")
    with duckdb.connect(str(release.database), read_only=True) as connection:
        (value,) = connection.execute(
            "select cast(value as bigint) from reports.indicator where indicator = 'poor_persons'"
            " and division_code = '350426' and period = '2017-06' and map_edition = '2017'"
        ).fetchone() or (None,)
    assert f"350426 | 2017-06 | {value:,} |" in page
    assert "贫困人口登记表 (members)" in page
    assert "pairing_rate.md" in (tmp_path / "pages" / "index.md").read_text(encoding="utf-8")
    again = run(small_home, "pages", str(tmp_path / "pages"))
    assert again.exit_code == 1
    assert "not empty" in again.output
    unknown = run(small_home, "pages", str(tmp_path / "other"), "--indicator", "poor_personz")
    assert "no such indicator" in unknown.output
    assert not (tmp_path / "other").exists()
