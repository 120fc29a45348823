"""Findings that nobody planted: what the city's life makes honest rows say, told by arithmetic of its own.

Each rule that honest rows of the arriving city set off is computed here once more, from the rows the twin wrote and
not by the product's SQL. What is found about a row that an error touches stands in the key already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from twin.answer_key import AGAIN, NATURAL
from twin.natural_rules import NATURALS
from twin.plant import Planted
from twin.planting import Finding
from twin.returned import Comes, Returned


def name_naturals(planted: Planted, comes: Comes) -> Planted:
    """The city with the natural findings of its returns beside those of the errors, their rows tagged."""
    forms = dict(planted.state.forms)
    returned = Returned(planted.state.forms, planted.state.periods, comes)
    found: list[Finding] = []
    for rule, (form, column, natural) in NATURALS.items():
        for period in planted.state.periods:
            rows = returned.of(form, period)
            if rows.empty:
                continue
            tags = rows["tag"] if "tag" in rows.columns else pd.Series(None, rows.index, dtype=object)
            is_untouched = tags.isna() | tags.astype(str).str.startswith(f"{AGAIN}:")
            for label in rows.index[natural(returned, rows, period) & is_untouched]:
                tag = tags[label] if isinstance(tags[label], str) else f"{NATURAL}:{form}:{label}"
                forms[form, period] = _tagged(forms[form, period], label, tag)
                found.append(Finding(rule, rule, form, period, tag, column, NATURAL))
    return replace(planted, state=replace(planted.state, forms=forms), findings=(*planted.findings, *found))


def _tagged(rows: pd.DataFrame, label: Any, tag: str) -> pd.DataFrame:
    rows = rows.copy() if "tag" in rows.columns else rows.assign(tag=None, held=False)
    rows["tag"] = rows["tag"].astype(object)
    rows.loc[label, "tag"] = tag
    return rows
