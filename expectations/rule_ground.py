"""What any rule's query finds in its database, in a night as in an example: the seeds, the check digit, the period.

The rows it judges, and those it compares them with, are put there by whoever asks it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.id_number import create_check_digit
from expectations.seeds import load_seeds


def prepare_ground(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """Load the seeds of the folder and create the SQL functions of the rules."""
    load_seeds(connection, seeds)
    create_check_digit(connection)


def set_period(connection: duckdb.DuckDBPyConnection, period: str) -> None:
    """Create ``this_period``: the period (``YYYY-MM``), its days and its year."""
    connection.execute(
        """
        create or replace table this_period as
        select ? as period, first_day, last_day(first_day) as last_day, cast(year(first_day) as bigint) as "year"
        from (select cast(? || '-01' as date) as first_day)
        """,
        [period, period],
    )
