"""What an indicator's SQL reads: its own branch, what that needs of the models before it, and conditions as well."""

from __future__ import annotations

import pytest

from orchestration.core.settings import CHECKOUT, Settings
from orchestration.explain.lineage.columns_read import BY_NAME, BY_ROWS, NOT, ColumnsRead, Node
from orchestration.explain.lineage.indicator_column import SEED, seed_text

STAGED = "select household_code, village_code, status, cause, helper from read_parquet('x')"
STATE = """
with known as (select * from b.s.stg_households)
select household_code, village_code, cause, helper, status in ('0', '2') as is_poor,
    row_number() over (partition by household_code order by village_code) as claim_rank
from known
"""
FIGURES = """
with households as (select * from b.i.state where claim_rank = 1),
rolled as (
    select village_code, count(*) as registered, count(case when is_poor then 1 end) as poor,
        count(case when is_poor and helper is not null then 1 end) as paired
    from households group by village_code
),
by_cause as (select village_code, cause, count(*) as poor from households where is_poor group by village_code, cause)
select 'registered' as indicator, village_code, registered as numerator, null as denominator from rolled
union all
select 'pairing_rate' as indicator, village_code, paired as numerator, poor as denominator from rolled
union all
select 'poor_cause_' || cause as indicator, village_code, poor as numerator, null as denominator from by_cause
"""
COUNTED = "select 'counted' as indicator, count(*) as numerator from b.s.stg_households"
WITHIN = """
with told as (
    select 'helped' as indicator, count(helper) as numerator from b.s.stg_households
    union all
    select 'caused' as indicator, count(cause) as numerator from b.s.stg_households
)
select indicator, numerator from told
"""
NODES = {
    "stg_households": Node("b.s.stg_households", STAGED, is_staging=True),
    "state": Node("b.i.state", STATE, parents=("stg_households",)),
    "figures": Node("b.i.figures", FIGURES, parents=("state",)),
    "counted": Node("b.i.counted", COUNTED, parents=("stg_households",)),
    "targets": Node("b.s.targets", columns=("target",), cells=frozenset({"any"})),
    "by_rows": Node("b.i.by_rows", "select target as indicator from b.s.targets", parents=("targets",)),
    "within": Node("b.i.within", WITHIN, parents=("stg_households",)),
}


@pytest.mark.parametrize(
    ("indicator", "columns"),
    [
        ("registered", {"household_code", "village_code"}),
        ("pairing_rate", {"household_code", "village_code", "status", "helper"}),
        ("poor_cause_02", {"household_code", "village_code", "status", "cause"}),
    ],
)
def test_only_what_the_branch_of_an_indicator_asks_for_is_read(indicator: str, columns: set[str]) -> None:
    assert ColumnsRead(NODES).of_indicator("figures", indicator) == {"stg_households": columns}


def test_a_model_gives_an_indicator_by_its_name_by_a_pattern_of_it_or_by_its_rows() -> None:
    asked = ("figures", "registered"), ("figures", "poor_cause_02"), ("by_rows", "any"), ("figures", "any")
    by_pattern = len("poor_cause_")
    assert [ColumnsRead(NODES).gives(*one) for one in asked] == [BY_NAME, by_pattern, BY_ROWS, NOT]


def test_rows_give_only_what_stands_in_them() -> None:
    asked = ("by_rows", "other"), ("within", "helped"), ("within", "other")
    assert [ColumnsRead(NODES).gives(*one) for one in asked] == [NOT, BY_ROWS, NOT]


def test_a_union_within_a_model_is_told_apart_as_well() -> None:
    assert ColumnsRead(NODES).of_indicator("within", "helped") == {"stg_households": {"helper"}}


def test_of_two_patterns_that_fit_the_one_with_more_letters_of_the_name_gives_it() -> None:
    classes = "select 'poor_' || family || '_share_' || class as indicator from b.i.state"
    read = ColumnsRead({**NODES, "classes": Node("b.i.classes", classes, parents=("state",))})
    assert read.gives("classes", "poor_cause_share_02") > read.gives("figures", "poor_cause_share_02") > NOT


def test_rows_of_a_form_that_are_only_counted_are_read_all_the_same() -> None:
    assert ColumnsRead(NODES).of_indicator("counted", "counted") == {"stg_households": frozenset()}


@pytest.mark.verify
def test_the_seed_says_what_the_models_read() -> None:
    settings = Settings(home=CHECKOUT)
    assert (settings.seeds / SEED).read_text(encoding="utf-8") == seed_text(settings), "run `make generate`"
