"""What a sender says of why: on the cover beside a form, and beside each row that is withdrawn. One notion for all.

A form of a submission is explained where either is there. The words are a clerk's and may name persons: who asks
whether a return is explained gets yes or no.
"""

from __future__ import annotations


def rows_with_reasons(rows: str) -> str:
    """A select of ``submission_id`` and ``reasons`` of the submissions that give a reason beside a withdrawn row.

    Args:
        rows: the landed rows of a form, as they stand in a from clause.
    """
    return (
        "select submission_id, list(distinct deletion_reason order by deletion_reason) as reasons"
        f" from {rows} where row_action = 'delete' and deletion_reason is not null group by submission_id"
    )
