"""The rows of a form before a revision beside those after it, key by key, as a part of a select.

What the difference means is asked elsewhere: how many changed in ``versions``, what was taken back in ``taken_back``.
"""

from __future__ import annotations

from expectations.model import Contract
from expectations.relations import fact_columns
from expectations.sql_text import column_list


def compared_rows(contract: Contract, after: str, senders: str) -> str:
    """``compared``: each key with its row before (``was``, of submission ``was_sent_in``) and after (``now``).

    A row is its values as one: where it came from and since when it is known are none of them.

    Args:
        contract: the form.
        after: the table of the rows after the revision.
        senders: the relation of the submitters whose rows are compared.
    """
    keys = ", ".join(["submitter_code", *contract.key])
    values = f"row({column_list(fact_columns(contract))})"
    sent = f"submitter_code in (select submitter_code from {senders})"
    return f"""
        before as (
            select {keys}, submission_id as was_sent_in, {values} as was from version_{contract.form}
            where known_to is null and {sent}
        ),
        after as (select {keys}, {values} as now from {after} where {sent}),
        compared as (select {keys}, was_sent_in, was, now from before full join after using ({keys}))
    """
