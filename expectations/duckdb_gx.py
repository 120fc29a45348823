"""Great Expectations on DuckDB: the small datasource GX lacks, and one function that runs a suite.

GX 1.x has no DuckDB datasource, and its generic SQL engine leaves a connection before it fetches,
which ends duckdb-engine's result with it. Two subclasses of public classes mend that: an execution
engine that keeps one connection, and a fluent datasource that uses it. What a rule means is not
known here (see ``suites``), nor what becomes of a failing row (see ``orchestration.check``).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.sql_datasource import QueryAsset
from great_expectations.execution_engine import SqlAlchemyExecutionEngine


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine on one kept connection."""

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """The kept connection, opened at first use and left open for the fetch that follows."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Close the kept connection and the pool behind it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


_WHOLE = "all"  # a batch is all rows of its query
# Named here because the datasource has a field called ``type``.
_EngineClass = type[SqlAlchemyExecutionEngine]


class DuckDBDatasource(SQLDatasource):
    """A DuckDB file as a fluent datasource (``context.data_sources.add_duckdb``)."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> _EngineClass:
        """The engine that keeps its connection."""
        return DuckDBExecutionEngine


@dataclass(frozen=True)
class CheckOutcome:
    """What GX said of one rule.

    ``failed_rows`` is GX's own count; it is ``None`` when the rule could not be checked, and then
    ``error`` says why: a missing column or a broken query is neither passed nor failed.
    """

    rule_code: str
    success: bool
    failed_rows: int | None
    error: str | None


class DuckDBValidator:
    """One ephemeral GX context on one DuckDB database; runs suites on named queries against it."""

    def __init__(self, database: str | Path, batches: Mapping[str, str]) -> None:
        """Open a file, closed everywhere else in the process, or an in-memory database by name (``:memory:…``).

        Args:
            database: the file or name.
            batches: the query of each batch by its name. All are made with the datasource, since GX writes
                out its whole configuration at every later addition, a third of what judging a form took.
        """
        no_docs_site = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults())
        self._context = gx.get_context(mode="ephemeral", project_config=no_docs_site)
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = self._context.data_sources.add_duckdb(
            "checks",
            connection_string=f"duckdb:///{database}",
            assets=[
                QueryAsset(name=name, query=query, batch_definitions=[BatchDefinition(name=_WHOLE, partitioner=None)])
                for name, query in batches.items()
            ],
        )

    def validate(self, suite: ExpectationSuite) -> list[CheckOutcome]:
        """Run a suite on the batch of its name; one outcome per rule, in the suite's order."""
        batch = self._source.get_asset(suite.name).get_batch_definition(_WHOLE).get_batch()
        results = batch.validate(suite, result_format="BASIC")
        by_code = {outcome.rule_code: outcome for outcome in map(_outcome, results.results)}
        return [by_code[(expectation.meta or {})["rule_id"]] for expectation in suite.expectations]

    def close(self) -> None:
        """Let go of the file."""
        self._source.get_execution_engine().close()
        self._source.get_engine().dispose()


@contextmanager
def open_validator(database: str | Path, batches: Mapping[str, str]) -> Iterator[DuckDBValidator]:
    """A validator on the file, closed at the end so that others can open it again."""
    validator = DuckDBValidator(database, batches)
    try:
        yield validator
    finally:
        validator.close()


def _outcome(result: ExpectationValidationResult) -> CheckOutcome:
    config = result.expectation_config
    if config is None:
        raise ValueError("GX gave a result without the expectation it belongs to")
    code = config.meta["rule_id"]
    error = _error(result.exception_info)
    if error is not None:
        return CheckOutcome(code, success=False, failed_rows=None, error=error)
    values = result.result
    count = values.get("observed_value", values.get("unexpected_count", 0))
    return CheckOutcome(code, success=bool(result.success), failed_rows=int(count), error=None)


def _error(info: dict[str, Any] | None) -> str | None:
    """The first message in GX's ``exception_info``, which is flat or keyed by metric id."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message", "no message")).strip().splitlines()[0]
    return None
