"""What was sent, as the twin itself wrote it: who, for which period, when received, and of each form what it says.

Nothing here is read from files. Which rows are held is what the answer key says of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd

from expectations.contract import load_contracts
from twin.duties import due_forms, offices_of, submitter_of
from twin.places import seed, words
from twin.plant import Planted
from twin.revisions import Revision

Mode = Literal["full", "correction", "nothing"]
"""全量, 更正 or 无数据."""

Came = Mapping[tuple[str, str], datetime]
"""(submitter, period) → when it was received; what is not in it never came."""


@dataclass(frozen=True)
class Told:
    """One form of a return: its rows (typed, with ``held``), how it is meant, and whether a reason is given."""

    mode: Mode
    rows: pd.DataFrame
    has_reason: bool = False


@dataclass(frozen=True)
class Sent:
    """One return as received."""

    submitter: str
    period: str
    received: datetime
    forms: Mapping[str, Told]


def returns_of(
    planted: Planted, came: Came, revisions: Sequence[Revision] = (), corrected: Came | None = None
) -> list[Sent]:
    """The returns of a city that came, in the order in which they did.

    Args:
        planted: the city with its errors; rows with ``held`` are those that the answer key says are held.
        came: which of the city's returns were received, and when.
        revisions: what was first sent with a mistake.
        corrected: which corrections were received, and when.
    """
    state = planted.state
    splits = {key: dict(list(rows.groupby(submitter_of(rows)))) for key, rows in state.forms.items() if len(rows)}
    sent = []
    for period in state.periods:
        for submitter in (*state.townships, *offices_of(state.townships)):
            owed = due_forms(submitter, period)
            if not owed or (submitter, period) not in came:
                continue
            forms = {form: _told(splits.get((form, period), {}).get(submitter)) for form in owed}
            own = [one for one in revisions if (one.submitter, one.period) == (submitter, period)]
            forms |= {one.form: _told(one.wrong) for one in own}
            sent.append(Sent(submitter, period, came[submitter, period], forms))
            if own and corrected and (submitter, period) in corrected:
                mended = {one.form: _mended(one) for one in own}
                sent.append(Sent(submitter, period, corrected[submitter, period], mended))
    return sorted(sent, key=lambda one: one.received)


def all_came(planted: Planted, received: datetime) -> dict[tuple[str, str], datetime]:
    """Every return of a city, received at one moment."""
    state = planted.state
    senders = (*state.townships, *offices_of(state.townships))
    return {(one, period): received for one in senders for period in state.periods if due_forms(one, period)}


def _told(rows: pd.DataFrame | None) -> Told:
    """A clerk of the twin sends the whole, and says so where there is nothing; less than before has a reason."""
    if rows is None:
        return Told("nothing", pd.DataFrame())
    held = rows["held"].astype(bool) if "held" in rows.columns else False
    return Told("full", rows.assign(held=held), has_reason=True)


def _mended(revision: Revision) -> Told:
    """A form of a correction: the rows it names, or that there is nothing, with the reason."""
    if revision.takes_back:
        return Told("nothing", revision.correction, has_reason=True)
    return replace(_told(revision.correction), mode="correction")


def key_of(form: str) -> tuple[str, ...]:
    """The columns that tell a form's rows apart."""
    return load_contracts()[form].key


def came_to(archive: Path, planted: Planted) -> dict[tuple[str, str], datetime]:
    """Which returns of a city a home has received, and when, by the receipts in its archive.

    A return is told by its own file: what the twin lays beside it to be refused has other names.
    """
    return _received(archive, planted, ("workbook_name", "zip_name"))


def corrected_in(archive: Path, planted: Planted) -> dict[tuple[str, str], datetime]:
    """Which corrections of a city a home has received, and when, told as ``came_to`` tells returns."""
    return _received(archive, planted, ("correction_name",))


def _received(archive: Path, planted: Planted, kinds: tuple[str, ...]) -> dict[tuple[str, str], datetime]:
    """(Submitter, period) → when a file with a name of these kinds was first received."""
    names = dict(zip(seed("submitter")["submitter_code"], seed("submitter")["name"], strict=True))
    wanted = all_came(planted, datetime.max)
    found: dict[tuple[str, str], datetime] = {}
    for path in archive.glob("*/*/*/receipt.json"):
        receipt = json.loads(path.read_text(encoding="utf-8"))
        place = (receipt["submitter_code"], receipt["period"])
        if place in wanted and receipt["original_name"] in _file_names(*place, names[place[0]], kinds):
            received = datetime.fromisoformat(receipt["received_at"])
            found[place] = min(received, found.get(place, received))
    return found


def _file_names(submitter: str, period: str, name: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What files of some kinds are called: a workbook, a zip of CSVs, a correction."""
    return tuple(words()[kind].format(township=name, code=submitter, period=period) for kind in kinds)
