"""What typing errors do to figures of the last period: as published, and as they would be had the row been right.

A held household stands in its version of the half-year before; an amount that is only asked about is what was written.
Simple counts and sums of the township that sent the row, added up here from the twin's own rows.
"""

from __future__ import annotations

import pandas as pd

from twin.duties import submitter_of
from twin.households import IN_POVERTY
from twin.next_period import NEXT
from twin.oracle.persons import LEFT
from twin.plant import Planted
from twin.planting import NOW, Finding
from twin.slips import INCOME, TIMES, TOTAL

COLUMNS = ("error_id", "indicator", "division_code", "period", "value", "value_if_right")


def expected_with_errors(planted: Planted) -> pd.DataFrame:
    """Of every typing error of the last period the figures of its township: ``COLUMNS``."""
    slips = [one for one in planted.findings if one.period == NEXT and one.part == "planted"]
    lines = [line for slip in slips for line in (_income if slip.form == INCOME else _register)(planted, slip)]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _register(planted: Planted, slip: Finding) -> list[tuple[str, str, str, str, float, float]]:
    """Households and persons of a township that has a household held."""
    township = _sender(planted, slip)
    right, before = (_of(planted, "households", period, township) for period in (NEXT, NOW))
    held = right["held"].astype(bool)
    codes = set(right.loc[held, "household_code"])
    standing = pd.concat([right[~held], before[before["household_code"].isin(codes)]])
    lines = []
    for indicator, counted in (("registered_households", None), ("poor_households", IN_POVERTY)):
        values = [
            float(len(rows) if counted is None else rows["poverty_status"].isin(counted).sum())
            for rows in (standing, right)
        ]
        lines.append((slip.error_id, indicator, township, NEXT, values[0], values[1]))
    persons, earlier = (_of(planted, "members", period, township) for period in (NEXT, NOW))
    kept = persons[~persons["household_code"].isin(codes)]
    carried = pd.concat([kept, earlier[earlier["household_code"].isin(codes)]])
    counts = [
        float(rows.loc[~rows["membership_change"].isin(LEFT), "id_number"].nunique()) for rows in (carried, persons)
    ]
    return [*lines, (slip.error_id, "registered_persons", township, NEXT, counts[0], counts[1])]


def _income(planted: Planted, slip: Finding) -> list[tuple[str, str, str, str, float, float]]:
    """The mean income of a township's villages, of which one has a zero too many."""
    township = _sender(planted, slip)
    rows = _of(planted, INCOME, NEXT, township)
    wrong = rows["tag"] == slip.tag
    totals = rows[TOTAL].astype(float)
    right = totals.where(~wrong, totals / TIMES)
    return [(slip.error_id, "village_income_mean", township, NEXT, totals.mean(), right.mean())]


def _sender(planted: Planted, slip: Finding) -> str:
    rows = planted.state.forms[slip.form, slip.period]
    return str(submitter_of(rows[rows["tag"] == slip.tag]).iloc[0])


def _of(planted: Planted, form: str, period: str, township: str) -> pd.DataFrame:
    rows = planted.state.forms[form, period]
    return rows[submitter_of(rows) == township]
