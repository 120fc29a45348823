"""The city at real size, one night: the article's figures and the whole answer key.

In a file of its own, because a file's tests stay on one worker and this city is built once.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.explain.lineage.columns_read import ColumnsRead
from orchestration.explain.lineage.indicator_column import model_of, project_nodes
from orchestration.explain.lineage.lineage_build import open_working
from orchestration.release.manifest import read_release
from orchestration.transform.dbt_runner import compile_models, prepare_manifest
from tests.answers import answer_of, examples
from tests.dbt.accepted import PROJECT
from tests.nights import home_settings, table
from twin.city import City
from twin.score import score

# The first of these tests waits for the city to be built and for its night.
pytestmark = [pytest.mark.timeout(1800), pytest.mark.verify]


def facts_of_the_article() -> set[str]:
    with (PROJECT / "seeds" / "article_facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["fact"] for row in csv.DictReader(file)}


def test_every_fact_of_the_article_comes_out_with_difference_zero(full_home: Path) -> None:
    rows = table(full_home, "reports.article_2017", "fact, difference, computed")
    assert {fact for fact, *_ in rows} == facts_of_the_article()
    assert [row for row in rows if row[1] != 0 or row[2] is None] == []


@pytest.mark.parametrize(("page", "query", "answer"), examples(), ids=lambda text: str(text)[:60])
def test_the_pages_answers_are_those_of_the_city(page: str, query: str, answer: str, full_home: Path) -> None:
    database = full_home / "warehouse" / "current" / "sanming.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        assert answer_of(connection, query) == answer, page


def test_every_planted_error_of_the_full_city_is_found_and_nothing_else(full_city: City, full_home: Path) -> None:
    result = score(full_city.answer_key, home_settings(full_home).findings)
    assert (result.missed, result.unexpected) == ((), ())
    assert (result.recall, result.precision) == (1.0, 1.0)


def test_every_rule_of_every_form_is_planted_at_least_once(full_city: City) -> None:
    planted = {row.split(",")[1] for row in full_city.answer_key.read_text("utf-8").splitlines()[1:]}
    # What is unknown to the office cannot be broken: such a rule reports "not evaluated".
    evaluated = {
        rule.code
        for contract in load_contracts().values()
        for rule in contract.judging
        if rule.not_evaluated_when is None and rule.retired_on is None
    }
    assert evaluated - planted == set()


def test_each_indicator_is_told_from_the_model_that_gave_it(full_home: Path) -> None:
    settings = home_settings(full_home)
    with open_working(settings, read_release(settings)) as (_, models):
        gave = {indicator: model.relation.rsplit(".", 1)[1] for model in models for indicator in model.indicators}
    read = ColumnsRead(project_nodes(settings, compile_models(settings, prepare_manifest(settings))))
    assert len(gave) > 200
    assert {indicator: model_of(read, indicator) for indicator in gave} == gave
