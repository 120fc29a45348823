"""Every rule by its own query: its good example passes, its bad one is caught, clean rows break none.

Which rows are effective and what a finding says are tested with checking, not here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from expectations.relations import ANSWERED, form_of
from expectations.rule_model import Example, Rule
from tests.rule_examples import SEEDS, failing_cells, open_bench

RULES: dict[str, Rule] = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules}


@pytest.fixture(scope="module")
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_bench() as connection:
        yield connection


@pytest.mark.parametrize("code", RULES)
def test_the_good_example_passes(bench: duckdb.DuckDBPyConnection, code: str) -> None:
    example = RULES[code].good
    assert example is not None, f"{code} has no good example"
    assert failing_cells(bench, RULES[code], example) == []


@pytest.mark.parametrize("code", RULES)
def test_the_bad_example_is_caught_once_per_cell(bench: duckdb.DuckDBPyConnection, code: str) -> None:
    rule = RULES[code]
    assert rule.bad is not None, f"{code} has no bad example"
    cells = failing_cells(bench, rule, rule.bad)
    assert cells
    assert len(cells) == len(set(cells)), "a cell is reported twice"
    assert {column for _, column in cells} <= set(rule.columns), "a column is blamed that the rule does not name"


# A generated rule asks the columns of one row, in whichever period.
_OF_A_PERIOD = [
    (code, period)
    for code, rule in RULES.items()
    for period in ("2016-12", "2017-06")
    if period > "2017" or not rule.generated
]


@pytest.mark.parametrize(("code", "period"), _OF_A_PERIOD)
def test_clean_rows_break_no_rule(bench: duckdb.DuckDBPyConnection, code: str, period: str) -> None:
    # The clean household's income is that of 2017; in another year it says so.
    year = {"household_income": ({"income_year": int(period[:4])},)}
    assert failing_cells(bench, RULES[code], Example(rows=year, period=period)) == []


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if not rule.generated])
def test_cells_that_could_not_be_read_break_no_written_rule(bench: duckdb.DuckDBPyConnection, code: str) -> None:
    """Every typed value NULL, every text kept: the generic rules report that, no other may join in."""
    rule = RULES[code]
    contract = load_contracts()[rule.form]
    unreadable = {column.name: None for column in contract.columns} | {
        f"{column.name}__text": "?" for column in contract.columns if column.name != "row_action"
    }
    assert failing_cells(bench, rule, Example(rows={rule.form: (unreadable,)})) == []


@pytest.mark.parametrize("code", RULES)
def test_no_rows_break_no_rule(bench: duckdb.DuckDBPyConnection, code: str) -> None:
    assert failing_cells(bench, RULES[code], Example(rows={RULES[code].form: ()})) == []


def _parameters_with_unverified_rows() -> set[str]:
    names = set()
    for path in SEEDS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            if any(row.get("verified") == "false" for row in csv.DictReader(file)):
                names.add(path.stem)
    return names


def test_a_rule_that_blocks_asks_whether_its_parameter_is_verified() -> None:
    unverified = _parameters_with_unverified_rows()
    assert {"poverty_line", "loan_product_cap", "status_transition", "shell_village_threshold"} <= unverified
    for rule in RULES.values():
        used = {name for name in unverified if re.search(rf"\b{name}\b", rule.query)}
        if rule.severity == "block" and used:
            assert re.search(r"\bverified\b", rule.query), f"{rule.code} blocks by {used}, verified or not"


def _asking_who_answered() -> Iterator[tuple[str, str]]:
    """Rules that tell an empty register from one that never came, each with the form it is."""
    for rule in RULES.values():
        yield from ((rule.code, form_of(name)) for name in rule.needs if name.startswith(ANSWERED))


# It asks, among other things, what stands in the register and should not, and its bad example shows that.
_MISSES_NOTHING = {"HC-11"}


@pytest.mark.parametrize(("code", "form"), _asking_who_answered())
def test_an_empty_register_is_no_missing_one(bench: duckdb.DuckDBPyConnection, code: str, form: str) -> None:
    rule = RULES[code]
    assert rule.bad is not None
    rows = {name: content for name, content in rule.bad.rows.items() if form_of(name) != form}
    silent = Example(rows={**rows, form: ()}, period=rule.bad.period)
    nil = Example(rows={**rows, form: (), f"{ANSWERED}{form}": ({},)}, period=rule.bad.period)
    assert failing_cells(bench, rule, silent) == []
    assert bool(failing_cells(bench, rule, nil)) == (code not in _MISSES_NOTHING)


def test_who_answered_is_asked_of_answers_and_not_of_rows() -> None:
    """The phrase that takes an empty register for none: submitters listed from rows, and others excused by it."""
    for rule in RULES.values():
        listed = re.findall(r"(\w+) as \(\s*select distinct submitter_code(?: as \w+)? from \w+\s*\)", rule.query)
        assert not listed, f"{rule.code}: {listed}, ask {ANSWERED}<form>"


@pytest.mark.parametrize(
    ("code", "seed", "rows"),
    [
        ("HH-17", "status_transition", ({"from_status": "1", "to_status": "0", "is_allowed": False},)),
        ("HH-19", "poverty_line", ({"income_year": 2016, "identification_standard": "01", "amount_yuan": 2952},)),
        ("GL-10", "loan_product_cap", ({"outstanding_cap_yuan": 50000, "term_cap_months": 36},)),
        ("GL-11", "loan_product_cap", ({"outstanding_cap_yuan": 50000, "term_cap_months": 36},)),
    ],
)
def test_an_unverified_parameter_never_blocks(
    bench: duckdb.DuckDBPyConnection, code: str, seed: str, rows: tuple[dict[str, Any], ...]
) -> None:
    rule = RULES[code]
    assert rule.bad is not None
    common = {"loan_product": "poverty_guarantee", "valid_from": "2014-01-01"} if seed == "loan_product_cap" else {}

    def bad_with(verified: bool) -> Example:
        parameter = tuple({**common, **row, "verified": verified} for row in rows)
        return Example(rows={**rule.bad.rows, seed: parameter}, period=rule.bad.period)  # type: ignore[union-attr]

    assert failing_cells(bench, rule, bad_with(verified=True))
    assert failing_cells(bench, rule, bad_with(verified=False)) == []


def test_a_rule_needs_the_relations_that_its_query_names() -> None:
    query = """
        with b as (select * from {batch}),
        standing as (
            -- from nowhere
            select household_code from latest_households
        )
        select b.record_id from b
        inner join standing using (household_code)
        where regexp_full_match(b.name, 'from here\\d{{2}}') and b.sex not in (select code from code_sex)
            and exists (select 1 from rounding_members as r cross join this_period)
    """
    rule = RULES["MB-09"].model_copy(update={"query": query})
    assert rule.needs == ("code_sex", "latest_households", "rounding_members", "this_period")


def test_rules_look_at_forms_and_seeds_alone() -> None:
    known = {*load_contracts(), *(path.stem for path in SEEDS.glob("*.csv")), "this_period"}
    for rule in RULES.values():
        assert {form_of(need) for need in rule.needs} <= known, rule.code
        words = set(re.findall(r"\b(?:from|join)\s+(\w+)", rule.query))
        assert {word for word in words if form_of(word) in known} == set(rule.needs), rule.code


def test_rules_speak_to_clerks_and_say_where_they_come_from() -> None:
    assert len(RULES) >= 50
    for rule in RULES.values():
        for text in (rule.title, rule.message, rule.fix, rule.source):
            assert re.search(r"[\u4e00-\u9fff]", text), f"{rule.code}: {text!r} is not Chinese"
        assert rule.message_en
        assert set(re.findall(r"\{(\w+)\}", rule.message)) <= {"value", "header", "unit"}, rule.code
        assert rule.message.format(value="1", header="2", unit="3")
        assert not re.search(r"(?<!\{)\{(?!batch\}|\{)", rule.query), f"{rule.code}: a brace str.format would take"


def test_rules_that_compare_submitters_hold_nothing() -> None:
    across = {code for code, rule in RULES.items() if rule.across_submitters}
    assert across >= {
        "HH-25",
        "MB-19",
        "MB-20",
        "AM-13",
        "GL-24",
        "BL-11",
        "DS-11",
        "EA-13",
        "HD-10",
        "LS-10",
        "UM-15",
        "VP-11",
    }
    assert {RULES[code].severity for code in across} <= {"explain", "inform"}
