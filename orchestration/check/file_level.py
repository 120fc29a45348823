"""Files that never got a period: their findings and verdicts, so that nothing sent goes unanswered."""

from __future__ import annotations

import duckdb

from orchestration.check.environment import load_returns
from orchestration.check.findings import create_findings
from orchestration.check.in_force import nothing_in_force
from orchestration.check.outputs import write_findings
from orchestration.check.verdicts import create_dispositions, summarise
from orchestration.check.versions import create_versions
from orchestration.core.settings import Settings

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
