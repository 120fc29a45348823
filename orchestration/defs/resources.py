"""The one resource: the context of a run, with the settings in it."""

import dagster as dg

from orchestration.core.variables import read_settings
from orchestration.defs.run_context import RunContext


@dg.resource(description="The context of this run, with the settings of the home. A night passes its own.")
def run_context(_context: dg.InitResourceContext) -> RunContext:
    """A context over the settings of the environment."""
    return RunContext(read_settings())


@dg.definitions
def resources() -> dg.Definitions:
    """Runs started in the UI work in one process too: importing the checks costs seconds in each."""
    return dg.Definitions(resources={"run_context": run_context}, executor=dg.in_process_executor)
