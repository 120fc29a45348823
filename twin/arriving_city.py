"""The city that arrives over time: every file in the folder of the day it comes on, under that of the night after it.

``to_come/<night>/<day>/<submitter>/<file>``; folders are named after moments in Sanming. Beside the three periods that
the errors are planted into there is a fourth, of which half has come by the last night.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twin.arrival import (
    SANMING,
    Arrival,
    arrival_of,
    arrival_words,
    is_silent,
    last_moment_in_time,
    moment_after,
    night_after,
    nights,
)
from twin.clerks import desk_of, office_of
from twin.duties import due_forms, offices_of
from twin.natural import name_naturals
from twin.next_period import NEXT, with_next_period
from twin.places import words
from twin.plant import Planted, plant_errors
from twin.planting import NOW, YEAR_END
from twin.repeated import found_again, hosts_of, is_ledger, with_repeated
from twin.revisions import Revision, revisions_of
from twin.rounding import round_amounts
from twin.sheets import FormRows
from twin.slips import slip_and_correct, slip_and_stay
from twin.state import PERIODS, make_state
from twin.write_returns import Return

TO_COME = "to_come"
# The day after the half-year on which the files come that are refused or say nothing new.
STRAYS_AFTER = 20
_FOLDER = "%Y-%m-%dT%H%M"


@dataclass(frozen=True)
class ArrivingCity:
    """What comes of the city, and what of it does not.

    Attributes:
        planted: the rows of all four periods, with their errors.
        silent: who does not return the last period.
        revisions: what was first sent with a mistake.
        punctual: whose returns of the half-year are never late: what is planted in their ledgers is about years that
            counties have confirmed by the time of late returns, and would have to be explained.
        mended: who had sent an error that stood, and says in the last period that it is mended.
    """

    planted: Planted
    silent: frozenset[str]
    revisions: tuple[Revision, ...]
    punctual: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()

    def comes(self, submitter: str, period: str) -> Arrival | None:
        """When a return comes; none where it does not by the last night."""
        if period == NEXT and submitter in self.silent:
            return None
        arrival = arrival_of(submitter, period, self.planted.state.plan.seed)
        if arrival.is_late and period == NOW and submitter in self.punctual:
            arrival = Arrival(last_moment_in_time(period), is_late=False)
        return arrival if arrival.moment < nights()[-1] else None


def arriving_city(scale: float = 1.0, townships: int | tuple[str, ...] | None = None, seed: int = 348) -> ArrivingCity:
    """Plan the city with its errors, the period after, and what comes of it."""
    state = make_state(scale, townships, PERIODS, seed, is_lively=True)
    planted = plant_errors(state)
    silent = _silent(planted, seed)
    later = with_next_period(state)
    forms = {**planted.state.forms, **with_repeated(planted.state.forms, later.forms, (YEAR_END, NOW), NEXT)}
    whole = replace(planted, state=replace(planted.state, forms=forms, periods=later.periods, plan=later.plan))
    whole = round_amounts(whole)
    ledgers = {key: rows for key, rows in planted.state.forms.items() if is_ledger(key[0]) and key[1] == NOW}
    city = ArrivingCity(
        whole,
        silent,
        revisions_of(whole),
        punctual=frozenset(hosts_of(ledgers)),
        mended=frozenset(hosts_of(planted.state.forms)),
    )
    returning = [one for one in whole.state.townships if due_forms(one, NEXT) and city.comes(one, NEXT)]
    slipped, revisions = slip_and_correct(slip_and_stay(whole, returning), city.revisions)
    named = name_naturals(slipped, city.comes)
    again = found_again(planted.findings, named.state.forms, lambda one: city.comes(one, NEXT), NEXT)
    return replace(city, planted=replace(named, findings=(*named.findings, *again)), revisions=revisions)


def _silent(planted: Planted, seed: int) -> frozenset[str]:
    """Who does not return the last period."""
    senders = (*planted.state.townships, *offices_of(planted.state.townships))
    return frozenset(one for one in senders if due_forms(one, NEXT) and is_silent(one, NEXT, seed))


def arriving_returns(city: ArrivingCity, returns: Iterable[Return]) -> Iterator[Return]:
    """The returns that come, each with the folder of its day; and the corrections of some."""
    for sent in returns:
        arrival = city.comes(sent.submitter, sent.period)
        if arrival is None:
            continue
        arriving = replace(sent, comes=folder_of(arrival.moment))
        if arrival.is_late:
            arriving = _with_reason(arriving, _late_reason(arriving))
        elif sent.period == NEXT and sent.submitter in city.mended:
            arriving = _with_reason(arriving, words()["mended_reason"])
        own = [one for one in city.revisions if (one.submitter, one.period) == (sent.submitter, sent.period)]
        if own:
            yield _correction(arriving, own)
        yield _as_written(_mistaken(arriving, own), city.planted.state.plan.seed)


def _mistaken(sent: Return, revisions: Iterable[Revision]) -> Return:
    """A return as it was first sent."""
    wrong = {
        one.form: replace(sent.forms.get(one.form, FormRows(one.form, one.wrong, {})), rows=one.wrong)
        for one in revisions
    }
    nothing = tuple(form for form in sent.nothing if form not in wrong)
    return replace(sent, forms={**sent.forms, **wrong}, nothing=nothing)


def _as_written(sent: Return, seed: int) -> Return:
    """A whole return with the hands that write it."""
    office = office_of(sent.submitter, seed)
    forms = {
        form: replace(rows, desk=desk_of(office, form, rows.rows, seed)) for form, rows in sent.forms.items()
    }  # fmt: skip
    return replace(sent, forms=forms)


def strays_folder() -> Path:
    """Where the files go that are refused, or that say nothing new."""
    return folder_of(moment_after(NOW, STRAYS_AFTER))


def folder_of(moment: datetime) -> Path:
    """The folder of what comes at a moment: that of the night after it, and in it that of the moment."""
    return Path(*(f"{one.astimezone(SANMING):{_FOLDER}}" for one in (night_after(moment), moment)))


def _late_reason(sent: Return) -> str:
    reasons: list[str] = words()["late_reasons"]
    return reasons[zlib.crc32(f"{sent.submitter} {sent.period}".encode()) % len(reasons)]


def _with_reason(sent: Return, reason: str) -> Return:
    """A return that says why on the covers of its workbook."""
    forms = {form: replace(rows, explanation=rows.explanation or reason) for form, rows in sent.forms.items()}
    return replace(sent, forms=forms)


def _correction(sent: Return, revisions: Iterable[Revision]) -> Return:
    """What the township sends when it has seen what was wrong."""
    forms = {
        one.form: FormRows(one.form, one.correction, {}, explanation=one.reason)
        for one in revisions
        if not one.takes_back
    }
    taken_back = {one.form: one.reason for one in revisions if one.takes_back}
    moment = moment_after(sent.period, arrival_words()["corrections"]["days"])
    return replace(
        sent, forms=forms, nothing=tuple(taken_back), nothing_because=taken_back, stray_sheets=[], mode="correction",
        comes=folder_of(moment),
    )  # fmt: skip
