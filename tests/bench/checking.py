"""Checks measured three ways on equal rows: GX inside DuckDB, GX on pandas, one hand-written scan.

The built-in expectations run on both engines of GX; the SQL rules are run as a night runs them
(``expectations.suites`` and ``duckdb_gx``, then each failing rule's own query into a table) and against a
single scan that finds the same rows.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch

from expectations.duckdb_gx import open_validator
from expectations.rule_model import Rule
from expectations.suites import build_suite
from tests.bench.measure import Line, best_seconds, rate_text, ratio_line

AIM_PANDAS = 50.0
AIM_SCAN = 4.0

# A return of guarantee loans in its landing shape; one row in about a thousand breaks something.
_ROWS = """
create or replace table loan as
with drawn as (select i, hash(i) as h, hash(i + 7919) as g from range({rows}) as t(i))
select
    'S1/loans/' || i as record_id,
    case when h % 1009 = 0 then null else '350426202' end as submitter_code,
    'DB-350426202-' || lpad(cast(case when h % 5003 = 0 then i - 1 else i end as varchar), 9, '0') as contract_number,
    '350426202203' || lpad(cast(i // 4 % 10000 as varchar), 4, '0') as household_code,
    case when h % 1013 = 0 then null else 'T' || md5(cast(i as varchar)) end as borrower_token,
    case when h % 1019 = 0 then 'none' when h % 3 = 0 then 'member_mutual' else 'poverty_guarantee' end as loan_product,
    ['rcc', 'abc', 'psbc'][1 + cast(g % 3 as bigint)] as bank,
    cast(1000 * (1 + g % 50) as decimal(18, 2)) as principal_yuan,
    cast(case when g % 1021 = 0 then 48 else 12 * (1 + h % 3) end as bigint) as term_months,
    date '2014-01-01' + cast(h % 1200 as integer) as released_on,
    date '2014-01-01' + cast(h % 1200 as integer) + cast(365 * (1 + h % 3) as integer) as due_on,
    cast(4 + h % 3 as decimal(18, 4)) as rate_percent,
    cast(1000 * (h % (1 + g % 50)) as decimal(18, 2)) as repaid_yuan,
    cast(1000 * (1 + g % 50 - h % (1 + g % 50)) + case when h % 1031 = 0 then 5 else 0 end as decimal(18, 2))
        as balance_yuan,
    cast(case when g % 1033 = 0 then 900000 else 0 end as decimal(18, 2)) as overdue_yuan
from drawn
"""

# Conditions that hold for a row that breaks the rule.
_CONDITIONS = (
    "submitter_code is null",
    "contract_number is null",
    "length(contract_number) <> 22",
    "household_code is null",
    "length(household_code) <> 16",
    "borrower_token is null",
    "loan_product is null",
    "loan_product not in ('poverty_guarantee', 'member_mutual')",
    "bank is null",
    "bank not in ('rcc', 'abc', 'psbc')",
    "principal_yuan is null",
    "principal_yuan < 100 or principal_yuan > 500000",
    "term_months is null",
    "term_months > 36",
    "released_on is null",
    "released_on > date '2017-06-30'",
    "due_on < released_on",
    "rate_percent < 0 or rate_percent > 24",
    "repaid_yuan < 0",
    "repaid_yuan > principal_yuan",
    "abs(principal_yuan - repaid_yuan - balance_yuan) > 1",
    "overdue_yuan > balance_yuan",
    "overdue_yuan > 0 and due_on > date '2017-06-30'",
)
_UNIQUENESS = (
    "select record_id from (select *, count(*) over (partition by contract_number) as same from b) where same > 1"
)


def rules() -> list[Rule]:
    """The conditions and the uniqueness of the key as rules of the pipeline."""
    queries = [f"select record_id from b where {condition}" for condition in _CONDITIONS] + [_UNIQUENESS]
    return [
        Rule(
            code=f"BM-{number:02d}",
            form="guarantee_loans",
            title=f"bench {number}",
            severity="explain",
            holds="none",
            columns=("contract_number",),
            query=f"with b as (select * from {{batch}}) {query}",
            message="",
            fix="",
            source="bench",
        )
        for number, query in enumerate(queries, start=1)
    ]


def built_in_suite(*, unique_key: bool) -> ExpectationSuite:
    """Expectations that GX itself ships and both engines understand.

    GX asks for uniqueness with a window over all rows, which costs DuckDB more than all the others together;
    so it is measured with and without. (The pipeline's own rule of keys is SQL.)
    """
    required = ("contract_number", "household_code", "principal_yuan", "released_on")
    expectations = [
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in required),
        gxe.ExpectColumnValueLengthsToEqual(column="contract_number", value=22),
        gxe.ExpectColumnValuesToBeInSet(column="loan_product", value_set=["poverty_guarantee", "member_mutual"]),
        gxe.ExpectColumnValuesToBeInSet(column="bank", value_set=["rcc", "abc", "psbc"]),
        gxe.ExpectColumnValuesToBeBetween(column="principal_yuan", min_value=100, max_value=500_000),
        gxe.ExpectColumnValuesToBeBetween(column="term_months", min_value=1, max_value=36),
        gxe.ExpectColumnValuesToBeBetween(column="rate_percent", min_value=0, max_value=24),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="principal_yuan", column_B="repaid_yuan", or_equal=True),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="due_on", column_B="released_on"),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="balance_yuan", column_B="overdue_yuan", or_equal=True),
        gxe.ExpectColumnValuesToBeBetween(column="repaid_yuan", min_value=0),
    ]
    if unique_key:
        expectations.append(gxe.ExpectColumnValuesToBeUnique(column="contract_number"))
    for number, expectation in enumerate(expectations, start=1):
        expectation.meta = {"rule_id": f"BI-{number:02d}"}
    return ExpectationSuite(name="built-in", expectations=expectations)


def write_loans(database: Path, rows: int) -> None:
    """A database file with that many rows, the same at every call."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(_ROWS.format(rows=rows))


def gx_on_duckdb(database: Path, suite: ExpectationSuite) -> dict[str, int]:
    """Failing rows by rule, inside DuckDB."""
    with open_validator(database, {suite.name: "select * from loan"}) as validator:
        outcomes = validator.validate(suite)
    return {outcome.rule_code: _count(outcome.failed_rows) for outcome in outcomes}


def pandas_batch(database: Path, rows: int) -> Batch:
    """The rows as pandas gets them from typed Parquet: money stays decimal, dates stay dates."""
    parquet = database.with_suffix(".parquet")
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"copy (select * from loan limit {rows}) to '{parquet}' (format parquet)")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("loan")
    definition = asset.add_batch_definition_whole_dataframe("all")
    return definition.get_batch(batch_parameters={"dataframe": pd.read_parquet(parquet)})


def gx_on_pandas(batch: Batch, suite: ExpectationSuite) -> dict[str, int]:
    """Failing rows by rule, on pandas."""
    results = batch.validate(suite, result_format="BASIC").results
    configs = [result.expectation_config for result in results]
    codes = [config.meta["rule_id"] for config in configs if config is not None]
    return {code: int(r.result["unexpected_count"]) for code, r in zip(codes, results, strict=True)}


def rules_with_findings(database: Path) -> int:
    """All rules as a night runs them: GX judges, then the failing rules' queries fill a table."""
    suite = {rule.code: rule for rule in rules()}
    with open_validator(database, {"bench": "select * from loan"}) as validator:
        outcomes = validator.validate(build_suite("bench", suite.values()))
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table hits (rule_code varchar, record_id varchar)")
        for outcome in outcomes:
            if _count(outcome.failed_rows):
                query = suite[outcome.rule_code].query.format(batch="(select * from loan) as subselect")
                connection.execute(f"insert into hits select ?, record_id from ({query})", [outcome.rule_code])
        return _count(connection.execute("select count(*) from hits").fetchall()[0][0])


def scan_with_findings(database: Path) -> int:
    """The floor: one scan by hand that leaves the same rows in a table."""
    named = ", ".join(f"case when {c} then 'BM-{n:02d}' end" for n, c in enumerate(_CONDITIONS, start=1))
    broken = " or ".join(f"({condition})" for condition in _CONDITIONS)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"""
            create or replace table scanned as
            select rule_code, record_id from (
                select record_id, unnest([{named}]) as rule_code from loan where {broken}
            ) where rule_code is not null
            union all
            select 'BM-{len(_CONDITIONS) + 1:02d}', record_id from loan
            where contract_number in (select contract_number from loan group by contract_number having count(*) > 1)
            """
        )
        return _count(connection.execute("select count(*) from scanned").fetchall()[0][0])


def _count(value: int | None) -> int:
    if value is None:
        raise RuntimeError("a rule of the bench could not be checked")
    return value


def measure(folder: Path, rows: int, pandas_rows: int) -> list[Line]:
    """All lines about checking.

    Args:
        folder: scratch space.
        rows: rows checked inside DuckDB.
        pandas_rows: rows GX on pandas is given; its rate is compared per row.
    """
    database = folder / "bench_checks.duckdb"
    write_loans(database, 1000)
    for unique_key in (False, True):  # GX loads its metrics at first use
        gx_on_duckdb(database, built_in_suite(unique_key=unique_key))
    write_loans(database, rows)
    batch = pandas_batch(database, pandas_rows)
    lines = []
    for unique_key in (False, True):
        lines += _engines(database, batch, rows, pandas_rows, unique_key=unique_key)
    return lines + _against_the_scan(database, rows)


def _engines(database: Path, batch: Batch, rows: int, pandas_rows: int, *, unique_key: bool) -> list[Line]:
    def suite() -> ExpectationSuite:
        return built_in_suite(unique_key=unique_key)

    inside = best_seconds(lambda: gx_on_duckdb(database, suite()))
    on_pandas = best_seconds(lambda: gx_on_pandas(batch, suite()), repeat=2)
    if rows == pandas_rows and gx_on_duckdb(database, suite()) != gx_on_pandas(batch, suite()):
        raise RuntimeError("the two engines count different rows: they are not comparable")
    faster = (rows / inside) / (pandas_rows / on_pandas)
    name = f"{len(suite().expectations)} built-in expectations" + (" with a unique key" if unique_key else "")
    return [
        Line(name, "GX inside DuckDB", f"{rows:,} rows", inside, rate_text(rows, inside, "rows")),
        Line(name, "GX on pandas", f"{pandas_rows:,} rows", on_pandas, rate_text(pandas_rows, on_pandas, "rows")),
        ratio_line(name, "DuckDB to pandas, per row", faster, f"≥ {AIM_PANDAS:.0f}×", met=faster >= AIM_PANDAS),
    ]


def _against_the_scan(database: Path, rows: int) -> list[Line]:
    with_gx = best_seconds(lambda: rules_with_findings(database))
    by_hand = best_seconds(lambda: scan_with_findings(database))
    if rules_with_findings(database) != scan_with_findings(database):
        raise RuntimeError("the scan and the rules found different rows: they are not comparable")
    slower = with_gx / by_hand
    name = f"{len(rules())} SQL rules, findings included"
    return [
        Line(name, "GX inside DuckDB", f"{rows:,} rows", with_gx, rate_text(rows, with_gx, "rows")),
        Line(name, "hand-written scan", f"{rows:,} rows", by_hand, rate_text(rows, by_hand, "rows")),
        ratio_line(name, "GX time to scan time", slower, f"≤ {AIM_SCAN:.0f}×", met=slower <= AIM_SCAN),
    ]
