"""What holds of every written rule, whatever it asks: a property is told of its examples, varied.

A property gives a complaint, or nothing where it holds. `make mutate` asks them of a changed rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb

from expectations.contract import load_contracts
from expectations.relations import EVER, PREVIOUS, form_of
from expectations.rule_model import Example, Rule
from tests.rule_examples import SEEDS, failing_cells
from tests.unit.test_rule_edges import edges

Rows = tuple[dict[str, Any], ...]
Property = Callable[[duckdb.DuckDBPyConnection, Rule], str]
_STRANGER = "350426101"
_LONG_OVER, _NEVER_YET = date(1900, 1, 1), date(9999, 12, 31)
# A product without an end will see any later cap; that an area is not in the programme on the day is what is asked.
_ASKS_FOR_THE_DAY = {"LP-10", "UH-10"}
_BLAMED = re.compile(r"'(\w+)'\s+as column_name", re.IGNORECASE)


def names_a_cell_once(bench: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """A rule that says distinct, or joins parts by union, names a cell once, however many rows it is compared with."""
    if not re.search(r"\bselect\s+distinct\b|\bunion\b(?!\s+all)", _written(rule.code), re.IGNORECASE):
        return ""
    for example in _examples(rule):
        rows = _told_in_full(rule, example)
        for name in rows:
            found = failing_cells(bench, rule, _example({**rows, name: rows[name] * 2}, example))
            if len(found) != len(set(found)):
                return f"names a cell twice where {name} stands twice"
    return ""


def strangers_rows_say_nothing(bench: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Rows of another submitter are as good as none, unless the rule compares submitters."""
    for example in () if rule.across_submitters else _examples(rule):
        rows = _told_in_full(rule, example)
        for name in _beside(rule, rows):
            theirs = tuple({**row, "submitter_code": _STRANGER} for row in rows[name])
            without, with_theirs = (failing_cells(bench, rule, _example({**rows, name: content}, example))
                                    for content in ((), theirs))  # fmt: skip
            if without != with_theirs:
                return f"{name} of another submitter changes what is found"
    return ""


def submitters_are_judged_apart(bench: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Who returns the same rows as another has the same findings, and the other keeps its own."""
    for example in () if rule.across_submitters else _examples(rule):
        rows = _told_in_full(rule, example)
        both = {
            name: content + tuple({**row, "submitter_code": _STRANGER} for row in content)
            if form_of(name) in load_contracts()
            else content
            for name, content in rows.items()
        }
        alone = failing_cells(bench, rule, example)
        found = failing_cells(bench, rule, _example(both, example))
        own = [cell for cell in found if not cell[0].startswith(_STRANGER)]
        if own != alone or len(found) != 2 * len(alone):
            return "another submitter's rows change what is found"
    return ""


def blames_what_it_says(bench: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Every column that a rule may blame is blamed in an example or at an edge."""
    assert rule.bad is not None
    at_edges = (example for code, example, _ in edges() if code == rule.code)
    blamed = {column for example in (rule.bad, *at_edges) for _, column in failing_cells(bench, rule, example)}
    missing = _may_blame(rule.code) - blamed
    return f"blames {', '.join(sorted(missing))} in no example" if missing else ""


def is_silent_without_its_parameter(bench: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """Where a dated parameter has no row of the day, nothing is found: what is not known is not broken."""
    assert rule.bad is not None
    for name in sorted(_dated_parameters() & set(re.findall(r"\b(?:from|join)\s+(\w+)", _written(rule.code)))):
        known = rule.bad.rows.get(name) or _rows_of(bench, name)
        later = tuple({**row, "valid_from": _NEVER_YET} for row in known)
        over = tuple({**row, "valid_from": _LONG_OVER, "valid_to": _LONG_OVER} for row in known)
        for rows in ((),) if rule.code in _ASKS_FOR_THE_DAY else ((), later, over):
            if failing_cells(bench, rule, _example({**rule.bad.rows, name: rows}, rule.bad)):
                return f"finds something though {name} has no row of the day"
    return ""


def _rows_of(bench: duckdb.DuckDBPyConnection, seed: str) -> Rows:
    found = bench.execute(f'select * from "{seed}"')
    names = [name for name, *_ in found.description]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())


@cache
def _dated_parameters() -> frozenset[str]:
    """Seeds whose rows hold from a day to a day."""
    headers = {path.stem: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in SEEDS.glob("*.csv")}
    return frozenset(name for name, header in headers.items() if "valid_from" in header and "valid_to" in header)


@cache
def _may_blame(code: str) -> frozenset[str]:
    return frozenset(_BLAMED.findall(_written(code)))


@cache
def _written(code: str) -> str:
    """The rule's query as it stands in its contract, whatever was made of it since."""
    return next(rule.query for contract in load_contracts().values() for rule in contract.rules if rule.code == code)


PROPERTIES: tuple[Property, ...] = (
    names_a_cell_once,
    strangers_rows_say_nothing,
    submitters_are_judged_apart,
    blames_what_it_says,
    is_silent_without_its_parameter,
)


def _examples(rule: Rule) -> tuple[Example, Example]:
    assert rule.good is not None
    assert rule.bad is not None
    return rule.good, rule.bad


def _told_in_full(rule: Rule, example: Example) -> dict[str, Rows]:
    """The example's rows and the clean ones that it does not name, every clean value written out."""
    rows: dict[str, Rows] = dict(example.rows)
    for form in {form_of(name) for name in (rule.form, *rule.needs)} & load_contracts().keys():
        rows.setdefault(form, ({},) * len(load_contracts()[form].clean_rows))
    return {name: _with_clean_values(name, content) for name, content in rows.items()}


def _with_clean_values(name: str, rows: Rows) -> Rows:
    if name.removeprefix(PREVIOUS).removeprefix(EVER) not in load_contracts():
        return rows
    clean = load_contracts()[form_of(name)].clean_rows
    return tuple({**clean[min(number, len(clean) - 1)], **row} for number, row in enumerate(rows))


def _example(rows: Mapping[str, Rows], like: Example) -> Example:
    return Example(rows=dict(rows), period=like.period)


def _beside(rule: Rule, rows: Mapping[str, Rows]) -> Iterator[str]:
    """The relations of other forms that the rule looks at."""
    yield from (name for name in rows if form_of(name) in load_contracts() and form_of(name) != rule.form)
