"""The rows of a return as lines beside their keys: what is held or withdraws a key, which household it belongs to."""

from __future__ import annotations

import pandas as pd

from expectations.model import Contract
from twin.oracle.returns import key_of
from twin.oracle.standing import Line


def lines_of(
    contract: Contract, rows: pd.DataFrame, start: int, within: dict[object, str]
) -> list[tuple[object, Line[int]]]:
    """Each row of a return beside its key, and numbered from ``start``; ``within`` is the household of a key."""
    if rows.empty:
        return []
    keys = _keys(contract, rows)
    held = rows["held"].tolist()
    deletes = (rows["row_action"] == "delete").tolist() if "row_action" in rows.columns else [False] * len(rows)
    speaks = _is_assigned(contract)
    return [
        (key, Line(start + n, bool(held[n]), deletes[n], speaks, within.get(key, ""))) for n, key in enumerate(keys)
    ]


def _keys(contract: Contract, rows: pd.DataFrame) -> list[object]:
    return list(zip(*(rows[name].tolist() for name in key_of(contract.form)), strict=True))


def households_of(contract: Contract, rows: pd.DataFrame) -> dict[object, str]:
    """Key → household, of forms whose rows belong to one."""
    if contract.subject != "household" or contract.key == ("household_code",) or rows.empty:
        return {}
    return dict(zip(_keys(contract, rows), rows["household_code"].astype(str).tolist(), strict=True))


def _is_assigned(contract: Contract) -> bool:
    """Whether a key holds a number that somebody assigned, not only places, days and words of lists."""
    columns = [contract.column(name) for name in contract.key]
    return any(not c.place and not c.code_list and c.logical_type == "string" for c in columns)
