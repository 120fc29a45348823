"""Builds the synthetic city on disk: inbox, answer key and expected figures.

``build_city`` and ``build_arriving_city`` are the entries; state, planting, spelling and files are made in modules of
their own.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from twin.answer_key import NATURAL, add_answers, answers_of, write_answer_key
from twin.arriving_city import TO_COME, arriving_city, arriving_returns, strays_folder
from twin.duties import due_forms, offices_of, submitter_of
from twin.errors_files import disturb_returns, disturbance_answers, write_strays
from twin.expected import expected_figures
from twin.expected_errors import expected_with_errors
from twin.leftovers import leave_sheets, send_again
from twin.places import seed as read_seed
from twin.places import words
from twin.plant import Planted, plant_errors
from twin.sheets import FormRows, Overrides
from twin.state import PERIODS, make_state
from twin.write_returns import Address, Return, write_return

# The stream of chance of those who fill in the returns of offices beyond the townships.
OFFICE_CLERKS = 77
# Below this many returns a pool costs more than it saves.
POOL_FROM = 24
# A return with fewer rows than this part of the last one explains itself on the cover.
EXPLAINED_FALL = 0.85


@dataclass(frozen=True)
class City:
    """What was built: folders and files, and how much stands in them."""

    out: Path
    inbox: Path
    answer_key: Path
    expected_figures: Path
    townships: tuple[str, ...]
    periods: tuple[str, ...]
    rows_by_form: dict[str, int]
    planted: int
    left_out: tuple[str, ...]


def build_city(
    out: Path,
    *,
    scale: float = 1.0,
    townships: int | tuple[str, ...] | None = None,
    periods: tuple[str, ...] = PERIODS,
    errors: bool = True,
    seed: int = 348,
    still: bool = False,
) -> City:
    """Write ``out/inbox/<submitter>/<files>``, ``out/answer_key.csv`` and ``out/expected_figures.csv``.

    Args:
        out: folder to fill; made if it does not exist.
        scale: multiplies the counts of households, persons and loans.
        townships: how many townships (the article's first), or their codes; all by default.
        periods: which periods are sent.
        errors: plant errors in additional rows.
        seed: equal seeds give equal cities.
        still: as the city was first published: without the errors that were planted later, and its CSVs do not say
            how many rows they have.

    Raises:
        ValueError: a scale, township or period that cannot be built.
    """
    state = make_state(scale, townships, periods, seed)
    planted = plant_errors(state, still=still) if errors else Planted(state, {}, (), ())
    returns = [replace(sent, says_counts=not still) for sent in returns_of(planted)]
    disturbed = disturb_returns(returns) if errors else {}
    strays = Path() if errors else None
    return _write(out, out / "inbox", planted, returns, disturbed, strays, still=still)


def build_arriving_city(
    out: Path, *, scale: float = 1.0, townships: int | tuple[str, ...] | None = None, seed: int = 348
) -> City:
    """Write the city as it arrives over time, under ``out/to_come`` (``arriving_city``); the key as ``build_city``.

    Beside them ``out/expected_with_errors.csv``: figures of the last period with its typing errors, and without.

    Raises:
        ValueError: a scale or township that cannot be built.
    """
    city = arriving_city(scale, townships, seed)
    returns = list(arriving_returns(city, returns_of(city.planted)))
    disturbed = disturb_returns(returns)
    stale = leave_sheets(returns, seed)
    written = _write(out, out / TO_COME, city.planted, returns, disturbed, strays_folder(), still=False)
    stale += send_again(out / TO_COME, returns, seed)
    add_answers(written.answer_key, stale)
    expected_with_errors(city.planted).to_csv(out / "expected_with_errors.csv", index=False)
    return replace(written, planted=written.planted + len(stale))


def _write(
    out: Path,
    inbox: Path,
    planted: Planted,
    returns: list[Return],
    disturbed: Mapping[str, Return],
    strays: Path | None,
    *,
    still: bool,
) -> City:
    """Write all files, the key and the expected figures; ``strays`` is the folder of what is refused, if any."""
    inbox.mkdir(parents=True, exist_ok=True)
    addresses = {
        (form, sent.period, f"{sent.submitter}{tag}" if tag.startswith("@") else tag): (sent.submitter, address)
        for sent, written in zip(returns, write_all(inbox, returns), strict=True)
        for (form, tag), address in written.items()
        if sent.mode == "full"
    }
    answers = answers_of(planted.findings, addresses)
    if strays is not None:
        answers += [
            *disturbance_answers(disturbed, addresses, still=still), *write_strays(inbox, returns, strays)
        ]  # fmt: skip
    write_answer_key(out / "answer_key.csv", answers)
    figures = out / "expected_figures.csv"
    expected_figures(planted.state).to_csv(figures, index=False)
    counts: dict[str, int] = {}
    for (form, _), frame in planted.state.forms.items():
        counts[form] = counts.get(form, 0) + len(frame)
    errors_planted = len({answer.error_id for answer in answers if answer.part != NATURAL})
    state = planted.state
    return City(
        out, inbox, out / "answer_key.csv", figures, state.townships, state.periods, counts, errors_planted,
        planted.left_out,
    )  # fmt: skip


def returns_of(planted: Planted) -> Iterator[Return]:
    """What every submitter of a city sends, period by period."""
    state = planted.state
    before: dict[tuple[str, str], int] = {}
    clerks = dict(zip(state.townships, state.identities.names(len(state.townships)), strict=True))
    offices = offices_of(state.townships)
    clerks |= dict(zip(offices, state.identities.apart(OFFICE_CLERKS).names(len(offices)), strict=True))
    names = dict(zip(read_seed("submitter")["submitter_code"], read_seed("submitter")["name"], strict=True))
    for period in state.periods:
        split = {form: _split(rows) for (form, p), rows in state.forms.items() if p == period}
        for submitter in (*state.townships, *offices):
            due = due_forms(submitter, period)
            forms = {
                form: _form_rows(
                    submitter, form, split[form][submitter], planted.overrides.get((form, period), {}), before
                )
                for form in due
                if submitter in split.get(form, {})
            }
            nothing = tuple(form for form in due if form not in forms)
            if due:
                yield Return(submitter, names[submitter], period, forms, nothing, clerks[submitter])


def _form_rows(
    submitter: str, form: str, rows: pd.DataFrame, overrides: Overrides, before: dict[tuple[str, str], int]
) -> FormRows:
    """One form of a return; a clerk who sends fewer rows than last time says why."""
    last = before.get((submitter, form), 0)
    before[submitter, form] = len(rows)
    has_fallen = len(rows) < EXPLAINED_FALL * last
    return FormRows(form, rows, overrides, explanation=words()["explanation"] if has_fallen else None)


def _split(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    if rows.empty:
        return {}
    senders = submitter_of(rows).to_numpy()
    order = np.argsort(senders, kind="stable")
    ordered, codes = rows.iloc[order], senders[order]
    edges = [0, *(np.flatnonzero(codes[1:] != codes[:-1]) + 1), len(codes)]
    return {codes[a]: ordered.iloc[a:b] for a, b in pairwise(edges) if b > a}


# What forked workers find when they start: only an index is sent to them.
_pending: tuple[Path, list[Return]] = (Path(), [])


def _write_one(index: int) -> dict[tuple[str, str], Address]:
    inbox, returns = _pending
    return write_return(inbox / returns[index].comes / returns[index].submitter, returns[index])


def write_all(inbox: Path, returns: list[Return]) -> list[dict[tuple[str, str], Address]]:
    """Write returns, each into its day's and its submitter's folder; the addresses of each, in their order."""
    global _pending
    _pending = (inbox, returns)
    try:
        if len(returns) < POOL_FROM:
            return [_write_one(i) for i in range(len(returns))]
        # Forked workers share the frames; only an index goes there and addresses come back.
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_write_one, range(len(returns)), chunksize=4))
    finally:
        _pending = (Path(), [])
