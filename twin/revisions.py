"""What some townships first sent with a mistake, and the correction that came later.

A correction brings back what the plan says, so what stands at last is the city as if nobody had been mistaken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.arrival import arrival_of, arrival_words, moment_after
from twin.duties import submitter_of
from twin.habits import habits_of
from twin.places import FIRST_TOWNSHIPS, words
from twin.plant import Planted

INCOME, MEASURES, REVIEWS = "village_income", "assistance_measures", "exit_reviews"
# What was counted to a village's income that is not its own.
TOO_MUCH_YUAN = 60_000


@dataclass(frozen=True)
class Revision:
    """One form of a township's return that was corrected.

    Attributes:
        wrong: the rows as they were first sent.
        correction: the rows that the correction names; none where it says 无数据.
    """

    submitter: str
    period: str
    form: str
    wrong: pd.DataFrame
    correction: pd.DataFrame
    reason: str

    @property
    def takes_back(self) -> bool:
        """Whether the form has no rows after all: 无数据 with its reason."""
        return self.correction.empty


def revisions_of(planted: Planted) -> tuple[Revision, ...]:
    """What a few townships of a city correct: an income too high, a measure listed twice, last year's reviews."""
    given = arrival_words()["corrections"]
    period = given["period"]
    incomes, measures = (_by_submitter(planted, form, period) for form in (INCOME, MEASURES))
    chosen = correctors(planted, period, set(incomes) & set(measures))[: given["townships"]]
    return tuple(
        revision
        for township in chosen
        for revision in (
            _too_high(township, period, incomes[township]),
            _listed_twice(township, period, measures[township]),
        )
    ) + _last_years(planted, period)


def _by_submitter(planted: Planted, form: str, period: str) -> dict[str, pd.DataFrame]:
    """The rows of a form by submitter, of those whose rows no error has touched."""
    rows = planted.state.forms.get((form, period), pd.DataFrame())
    if rows.empty:
        return {}
    parts = dict(list(rows.groupby(submitter_of(rows).to_numpy())))
    return {str(one): part for one, part in parts.items() if "tag" not in part.columns or part["tag"].isna().all()}


def correctors(planted: Planted, period: str, able: Iterable[str]) -> list[str]:
    """Townships that send workbooks and were in time: who is late has had the time to look. None of the article's."""
    seed = planted.state.plan.seed
    return [one for one in _with_workbooks(able) if not arrival_of(one, period, seed).is_late]


def _with_workbooks(able: Iterable[str]) -> list[str]:
    return [one for one in sorted(able) if habits_of(one).delivery == "workbook" and one not in FIRST_TOWNSHIPS]


def _last_years(planted: Planted, period: str) -> tuple[Revision, ...]:
    """Last year's reviews in the return of a township that has reviewed nobody yet: no rule asks about their year."""
    earlier = [p for p in planted.state.periods if p < period]
    before = _by_submitter(planted, REVIEWS, earlier[-1]) if earlier else {}
    now = planted.state.forms.get((REVIEWS, period), pd.DataFrame())
    able = set(before) - (set(submitter_of(now)) if len(now) else set())
    given, seed = arrival_words()["corrections"], planted.state.plan.seed
    corrected = moment_after(period, given["days"])
    chosen = [one for one in _with_workbooks(able) if arrival_of(one, period, seed).moment < corrected]
    nothing, reason = pd.DataFrame(), words()["corrections"]["stale"]
    return tuple(Revision(one, period, REVIEWS, before[one], nothing, reason) for one in chosen[: given["taken_back"]])


def _too_high(township: str, period: str, rows: pd.DataFrame) -> Revision:
    wrong = rows.copy()
    first = wrong.index[0]
    for column in ("operating_income_yuan", "total_income_yuan"):
        wrong.loc[first, column] = float(rows.loc[first, column]) + TOO_MUCH_YUAN
    return Revision(township, period, INCOME, wrong, rows.loc[[first]], words()["corrections"][INCOME])


def _listed_twice(township: str, period: str, rows: pd.DataFrame) -> Revision:
    """The household's first measure once more, under a number of its own."""
    code = str(rows["household_code"].iloc[0])
    numbers = rows.loc[rows["household_code"] == code, "measure_code"].str[len(code) :].astype(int)
    again = rows.iloc[[0]].assign(measure_code=f"{code}{int(np.max(numbers)) + 1:03d}")
    withdrawn = again.assign(row_action="delete", deletion_reason=words()["corrections"]["twice"])
    wrong = pd.concat([rows, again], ignore_index=True)
    return Revision(township, period, MEASURES, wrong, withdrawn, words()["corrections"][MEASURES])
