"""One change of one model, built with all that hangs on it: does a unit test, a data test or a figure notice?

Nothing is written: what differs is built in memory, and the queries after it read that instead of the night's table.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from sqlglot import exp

from expectations.contract import load_contracts
from tests.mutate.results import NOBODY, Verdict
from tests.mutate.sql_changes import DIALECT, Site, changed, parse, sites
from tests.mutate.warehouse import ACTUAL, Node, Warehouse
from twin.oracle.compare import KEY, SIDES, compare

FIGURES, FACTS = "indicator", "article_2017"
# A query that is not done after this many seconds is noticed by whoever waits for the night.
PATIENCE = 60.0


class SqlTrial:
    """The trials of one prepared warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._same: dict[str, bool] = {}
        self._trees: dict[str, tuple[exp.Expression, list[Site]]] = {}

    def try_unit_tests(self, model: str, site: Site) -> Verdict | None:
        """What the model's own unit tests say; none where none notices.

        What a macro writes is changed in the macro: then the unit tests of all models that have it are asked.
        """
        own = _squeezed(site.text) in _squeezed(self.warehouse.models[model].written)
        for name in (model,) if own else (model, *(self.warehouse.unit_tests.keys() - {model})):
            for query in self.warehouse.unit_tests.get(name, ()):
                if said := self._unit_test(query, site, any_place=name != model):
                    return said
        return None

    def _unit_test(self, query: str, site: Site, *, any_place: bool) -> Verdict | None:
        tree, places = self._parsed(query)
        for place in places:
            if place == site or (any_place and place.kind == site.kind and of_any_form(place) == of_any_form(site)):
                copy = tree.copy()
                inner = _model_in(copy)
                inner.replace(changed(inner, place))
                if said := _outcome(copy.sql(dialect=DIALECT), _name_of(query)):
                    return said
        return None

    def _parsed(self, query: str) -> tuple[exp.Expression, list[Site]]:
        if query not in self._trees:
            tree = parse(query)
            self._trees[query] = (tree, sites(_model_in(tree)))
        return self._trees[query]

    def try_build(self, model: str, site: Site) -> Verdict:
        """What the data tests and the figures say of all that hangs on the model."""
        query = changed(parse(self.warehouse.models[model].sql), site).sql(dialect=DIALECT)
        with self.warehouse.connect() as connection, patience(connection):
            try:
                return self._follow(connection, model, query)
            except duckdb.InterruptException:
                return Verdict("time", f"not built in {PATIENCE:.0f} s")
            except duckdb.Error as error:
                return Verdict("build", first_line(error))

    def is_written_alike(self, model: str) -> bool:
        """Whether the model's query, parsed and written anew, gives the same rows: else a change says nothing."""
        if model not in self._same:
            node = self.warehouse.models[model]
            with self.warehouse.connect() as connection:
                _build(connection, node, parse(node.sql).sql(dialect=DIALECT))
                self._same[model] = not _differs(connection, node)
        return self._same[model]

    def _follow(self, connection: duckdb.DuckDBPyConnection, model: str, query: str) -> Verdict:
        built: dict[str, str] = {}
        done: set[str] = set()
        moved: list[str] = []
        for node in self.warehouse.models.values():
            done.add(node.name)
            if node.name != model and not built.keys() & set(node.parents):
                continue
            _build(connection, node, query if node.name == model else self._beside(node, built))
            if not _differs(connection, node):
                continue
            built[node.name] = _made(node)
            moved.append(node.name)
            if found := self._ask(connection, node.name, built, done):
                return found
        return Verdict(NOBODY, f"differ: {', '.join(moved)}" if moved else "no row differs")

    def _ask(
        self, connection: duckdb.DuckDBPyConnection, last: str, built: dict[str, str], done: set[str]
    ) -> Verdict | None:
        """What the tests say that can be run now and could not before the last model was built."""
        for test in self.warehouse.tests:
            if last in test.parents and done >= set(test.parents):
                failures = connection.execute(f"select count(*) from ({self._beside(test, built)})").fetchone()
                if failures and failures[0]:
                    return Verdict("data test", test.name)
        if last == FIGURES and (differing := self._figures(connection)):
            return Verdict("oracle", differing)
        if last == FACTS and (differing := self._facts(connection)):
            return Verdict("article", differing)
        return None

    def _facts(self, connection: duckdb.DuckDBPyConnection) -> str:
        """The article's facts that are not those of the city's state (`tests/acceptance/test_article.py`)."""
        computed = dict(
            connection.execute(f"select fact, computed from {_made(self.warehouse.models[FACTS])}").fetchall()
        )
        expected = self.warehouse.facts
        return ", ".join(
            fact
            for fact in expected
            if computed.get(fact) is None or abs(float(computed[fact]) - expected[fact]) >= 0.01
        )

    def _figures(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Of the figures that the change moved, those that are not the oracle's now."""
        node = self.warehouse.models[FIGURES]
        shown = ", ".join(f'"{name}"' for name in (*KEY, *SIDES, "status"))
        moved = connection.execute(
            f"""
            with mine as (select {shown} from {_made(node)}), theirs as (select {shown} from {node.relation})
            select distinct {", ".join(f'"{name}"' for name in KEY)}
            from ((from mine except from theirs) union all (from theirs except from mine))
            """
        ).df()
        if moved.empty:
            return ""
        published = connection.execute(f"select * from {_made(node)}").df().merge(moved, on=KEY)
        expected = self.warehouse.expected.merge(moved, on=KEY)
        counts = compare(published, expected).by_indicator()
        return ", ".join(f"{name} {count}" for name, count in counts.head(4).items())

    def _beside(self, node: Node, built: dict[str, str]) -> str:
        """A node's query over what was built for this trial."""
        query = node.sql
        for parent in built:
            query = query.replace(self.warehouse.models[parent].relation, built[parent])
        return query


def _outcome(query: str, name: str) -> Verdict | None:
    """Whether a unit test's two sides differ."""
    with duckdb.connect() as connection, patience(connection):
        try:
            rows = connection.execute(query).fetchall()
        except duckdb.Error as error:
            return Verdict("unit test", f"{name}: {first_line(error)}")
    sides = Counter(row[:-1] for row in rows if row[-1] == "actual")
    return Verdict("unit test", name) if sides != Counter(row[:-1] for row in rows if row[-1] != "actual") else None


def of_any_form(site: Site) -> str:
    """What stands there, whichever form and key a macro has written it for."""
    contracts = load_contracts()
    keys = {key for contract in contracts.values() for key in contract.key}
    text = re.sub("|".join(f"'{form}'" for form in contracts), "'form'", site.text)
    return re.sub(rf"\b({'|'.join(sorted(keys))})\b", "key", text)


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _made(node: Node) -> str:
    return f'memory.main."{node.name}"'


def _build(connection: duckdb.DuckDBPyConnection, node: Node, query: str) -> None:
    """A table like the night's: its columns have the types of the contract."""
    connection.execute(f"create table {_made(node)} as from {node.relation} limit 0")
    connection.execute(f"insert into {_made(node)} by name {query}")


def _differs(connection: duckdb.DuckDBPyConnection, node: Node) -> bool:
    row = connection.execute(
        f"""
        select (select count(*) from {_made(node)}) <> (select count(*) from {node.relation})
            or exists (from {_made(node)} except all from {node.relation})
        """
    ).fetchone()
    return row is not None and bool(row[0])


def _model_in(query: exp.Expression) -> exp.Expression:
    """The model's own query within what dbt runs for a unit test."""
    inner = next(one for one in query.find_all(exp.Subquery) if one.alias == f"_{ACTUAL}")
    return inner.this


def _name_of(query: str) -> str:
    return query.split('"node_id": "', 1)[-1].split('"', 1)[0].rsplit(".", 1)[-1]


def first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160]


@contextmanager
def patience(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    timer = threading.Timer(PATIENCE, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
