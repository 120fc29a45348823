"""Changes of rules: which there are, and who notices one.

First its thresholds (`tests/unit/test_rule_edges.py`) and examples (`tests/unit/test_rules.py`), then what every rule
keeps (`tests/unit/rule_properties.py`), then the small city, whose answer key names every finding and says that there
is no other (`tests/acceptance/test_answer_key.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.rule_model import Example, Rule
from orchestration.check.effective import apply_returns, create_valid_returns, last_revision, select_revision
from orchestration.check.environment import checking_database, prepare, work_on
from orchestration.check.findings import create_findings
from orchestration.check.quarantine import refuse_nil
from orchestration.check.verdicts import create_dispositions
from orchestration.check.versions import create_versions
from tests.mutate.homes import prepared
from tests.mutate.results import NOBODY, Mutant, Verdict
from tests.mutate.sql_changes import DIALECT, Site, changed, parse, sites
from tests.mutate.sql_trial import first_line, patience
from tests.nights import home_settings
from tests.rule_examples import failing_cells, open_bench
from tests.unit.rule_properties import PROPERTIES
from tests.unit.test_rule_edges import edges

# The batch's place in a rule's query, as a name that can be parsed.
_BATCH, _BATCH_NAME = "{batch}", "batch_of_the_rule"
Cell = tuple[str, str]


class RuleMutants:
    """All changes of all rules."""

    def __init__(self) -> None:
        self._bench = open_bench()
        self._rules = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules}
        self._open = ExitStack()

    def all(self) -> Iterator[Mutant]:
        """Every change of a written rule. Generated ones are made by Python and changed there."""
        for code, rule in self._rules.items():
            found = [] if rule.generated else sites(parse(parsable(rule.query)))
            yield from (Mutant("rules", code, site.kind, site.place, site.text) for site in found)

    def attempt(self, mutant: Mutant) -> Verdict:
        """What the rule's examples say, and then the small city."""
        rule = self._rules[mutant.name]
        site = Site(mutant.kind, mutant.place, mutant.text)
        query = changed(parse(parsable(rule.query)), site).sql(dialect=DIALECT)
        braced = query.replace("{", "{{").replace("}", "}}").replace(_BATCH_NAME, _BATCH)
        other = rule.model_copy(update={"query": braced})
        try:
            return self._by_example(rule, other) or self._by_property(other) or self._in_the_city(rule, other)
        except duckdb.InterruptException:
            return Verdict("time", "not answered in time")
        except duckdb.Error as error:
            return Verdict("build", first_line(error))

    def _by_example(self, rule: Rule, other: Rule) -> Verdict | None:
        for name, example in _examples(rule):
            with patience(self._bench):
                if failing_cells(self._bench, rule, example) != failing_cells(self._bench, other, example):
                    return Verdict("example", name)
        return None

    def _by_property(self, other: Rule) -> Verdict | None:
        for holds in PROPERTIES:
            with patience(self._bench):
                if said := holds(self._bench, other):
                    return Verdict("property", said)
        return None

    def _in_the_city(self, rule: Rule, other: Rule) -> Verdict:
        for period, connection in self._city.items():
            with patience(connection):
                if _found(connection, rule) != _found(connection, other):
                    return Verdict("answer key", period)
        return Verdict(NOBODY, "")

    @cached_property
    def _city(self) -> dict[str, duckdb.DuckDBPyConnection]:
        """The effective rows of each of the small city's periods."""
        home = prepared()[0].home
        periods = sorted(
            path.name.removeprefix("period=") for path in (home / "warehouse/landing/households").iterdir()
        )
        return {period: self._open.enter_context(work_on(self._effective_rows(home, period))) for period in periods}

    def _effective_rows(self, home: Path, period: str) -> str:
        database = self._open.enter_context(checking_database(period))
        with work_on(database) as connection:
            prepare(connection, home_settings(home), period)
            create_versions(connection)
            create_findings(connection, tuple(self._rules.values()))
            create_dispositions(connection)
            create_valid_returns(connection)
            last = max(last_revision(connection), 1)
            select_revision(connection, last, last)
            refuse_nil(connection)
        apply_returns(database, 1, tuple(self._rules.values()))
        return database


def _found(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Cell]:
    if rule.not_evaluated_when is not None:
        unknown = connection.execute(rule.not_evaluated_when).fetchone()
        if unknown is not None and unknown[0]:
            return []
    found = connection.execute(rule.query.format(batch=f"(select * from {rule.form}) as subselect"))
    names = [name for name, *_ in found.description]
    return sorted((row[0], row[1] if "column_name" in names else rule.columns[0]) for row in found.fetchall())


def parsable(query: str) -> str:
    """A rule's query, as it is parsed: with a name where its batch will be."""
    return query.replace(_BATCH, _BATCH_NAME).replace("{{", "{").replace("}}", "}")


def _examples(rule: Rule) -> Iterator[tuple[str, Example]]:
    """What the tests of the rules run: its thresholds and examples, clean rows, rows that cannot be read, and none."""
    assert rule.good is not None
    assert rule.bad is not None
    yield from (("edge", example) for code, example, _ in edges() if code == rule.code)
    yield "good", rule.good
    yield "bad", rule.bad
    for period in ("2016-12", "2017-06"):
        year = {"household_income": ({"income_year": int(period[:4])},)}
        yield "clean", Example(rows=year, period=period)
    yield "none", Example(rows={rule.form: ()})
    contract = load_contracts()[rule.form]
    unreadable = {column.name: None for column in contract.columns} | {
        f"{column.name}__text": "?" for column in contract.columns if column.name != "row_action"
    }
    yield "unreadable", Example(rows={rule.form: (unreadable,)})
