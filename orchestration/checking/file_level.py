"""Files that never got a period: their findings and verdicts, so that nothing sent goes unanswered."""

from __future__ import annotations

import duckdb

from orchestration.checking.environment import load_returns
from orchestration.checking.findings import create_findings
from orchestration.checking.in_force import nothing_in_force
from orchestration.checking.outputs import write_findings
from orchestration.checking.verdicts import create_dispositions, summarise
from orchestration.checking.versions import create_versions
from orchestration.settings import Settings

UNKNOWN = "unknown"


def write_unidentified(settings: Settings) -> None:
    """Write findings and rejected verdicts of the landed files whose period could not be told."""
    with duckdb.connect() as connection:
        load_returns(connection, settings, UNKNOWN)
        create_versions(connection)
        create_dispositions(connection)
        create_findings(connection)
        nothing_in_force(connection)
        summarise(connection)
        write_findings(connection, settings, UNKNOWN, [])
