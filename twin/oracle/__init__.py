"""An oracle of the published figures: the same indicators from the twin's own rows, in pandas and not in SQL.

It rests on the definitions in words (docs/indicators.md, docs/subjects), on the seeds, and on what the twin wrote. It
never reads models, accepted rows or the warehouse: where it and a release differ, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from twin.oracle.book import keep_book
from twin.oracle.families import FAMILIES
from twin.oracle.figures import figures_of, with_controls, with_surveys
from twin.oracle.returns import Sent


def expected_figures(sent: Iterable[Sent], day: datetime | None = None) -> pd.DataFrame:
    """Every figure that must be published of what was received by a day.

    Args:
        sent: the returns in the order in which they were received (``returns.returns_of``).
        day: what came later is not known; by default all is.
    """
    book = keep_book(sent, day)
    return with_controls(book, with_surveys(book, figures_of(book, FAMILIES)))
