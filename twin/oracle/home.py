"""A home's published figures beside the oracle's of the city that was sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from twin.oracle import expected_figures
from twin.oracle.compare import Comparison, compare
from twin.oracle.returns import came_to, corrected_in, returns_of
from twin.plant import Planted
from twin.revisions import Revision


def published_figures(release: Path) -> pd.DataFrame:
    """All rows of ``reports.indicator`` of a release."""
    with duckdb.connect(str(release / "sanming.duckdb"), read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        return connection.execute("select * from reports.indicator").df()


def score_figures(release: Path, archive: Path, planted: Planted, revisions: Sequence[Revision] = ()) -> Comparison:
    """Compare a release with what must come out of the city's returns that a home has received.

    Args:
        release: the folder of a release; it is read for what is published, and for nothing else.
        archive: the home's archive, whose receipts tell which returns came, and when.
        planted: the city as the twin made it.
        revisions: what of it was first sent with a mistake.
    """
    sent = returns_of(planted, came_to(archive, planted), revisions, corrected_in(archive, planted))
    return compare(published_figures(release), expected_figures(sent))
