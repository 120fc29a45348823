"""The one resource: the journal of a run, with the settings in it."""

import dagster as dg

from orchestration.core.settings import read_settings
from orchestration.runs.run_context import Journal


@dg.resource(description="Settings of the home and the journal of this run. A night passes its own.")
def journal(_context: dg.InitResourceContext) -> Journal:
    """A journal over the settings of the environment."""
    return Journal(read_settings())


@dg.definitions
def resources() -> dg.Definitions:
    """Runs started in the UI work in one process too: importing the checks costs seconds in each."""
    return dg.Definitions(resources={"journal": journal}, executor=dg.in_process_executor)
