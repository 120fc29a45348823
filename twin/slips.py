"""Typing errors on rows that stood before: some are corrected in time, some stay.

The household of a mistyped row is held whole, its version of the half-year before stands for it; a total with a zero
too many is only asked about, and stands. What the figures would be without is told in ``expected_errors``.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from expectations.contract import load_contracts
from expectations.id_number import check_digit
from twin.clerks import clerk_words
from twin.duties import submitter_of
from twin.errors_households import hold_household
from twin.next_period import NEXT
from twin.people import HEAD, SPOUSE
from twin.places import words
from twin.plant import Planted
from twin.planting import Finding, Ground, NoRoomError, Row
from twin.revisions import Revision, correctors
from twin.spelling import Cell

Values = Mapping[str, Any]
# Forms that a household with nothing going on is in; others have rules about what belongs to a held household.
_QUIET = ("households", "members", "household_income", "assistance_measures")
INCOME, TOTAL, TIMES = "village_income", "total_income_yuan", 10


@dataclass(frozen=True)
class Slip:
    """One kind of typing error on a household's rows.

    Attributes:
        fits: whether a row can be mistyped so.
        cell: what stands in the cell then.
    """

    rule: str
    form: str
    column: str
    fits: Callable[[Values], bool]
    cell: Callable[[Any], Cell]


def _is_swappable(member: Values) -> bool:
    number = str(member["id_number"])
    swapped = _swapped(number)
    return member["relation"] != HEAD and swapped != number and check_digit(swapped[:17]) != number[17]


def _swapped(number: str) -> str:
    """The last two digits before the check digit, the wrong way round."""
    return number[:15] + number[16] + number[15] + number[17:]


def _has_a_zero(register: Values) -> bool:
    area = register["housing_area_m2"]
    return area is not None and "0" in f"{area:.0f}"


SLIPS = (
    Slip("MB-03", "members", "ethnicity", lambda m: m["relation"] == SPOUSE,
         lambda _: str(words()["planted"]["unknown_code"])),
    Slip("MB-09", "members", "id_number", _is_swappable, lambda value: _swapped(str(value))),
    Slip("HH-04", "households", "village_code", lambda _: True, lambda _: str(words()["planted"]["unknown_village"])),
    Slip("MB-01", "members", "school_status", lambda m: m["relation"] != HEAD, lambda _: None),
    Slip("HH-02", "households", "housing_area_m2", _has_a_zero, lambda value: f"{value:.0f}".replace("0", "O")),
)  # fmt: skip
"""A people that no list has, two digits of a number, a village, a blank, a letter for a digit."""


def slip_and_stay(planted: Planted, returning: list[str]) -> Planted:
    """The last period with typing errors that nobody has corrected, in some of the townships that return it."""
    ground = Ground(planted.state)
    given, state = clerk_words()["slips"]["standing"], planted.state
    wanted = _some(returning, given["share"], state.plan.seed)
    left_out: list[str] = []
    for number, township in enumerate(_in_order(returning, state.plan.seed)):
        if len(ground.findings) >= wanted:
            break
        try:
            _plant(ground, township, _kinds_from(number))
        except NoRoomError as reason:
            left_out.append(f"{given['period']} {township}: {reason}")
    with_income = [one for one in _in_order(returning, state.plan.seed) if ground.labels(INCOME, NEXT, "township", one)]
    for township in with_income[-1:]:
        _zero_too_many(ground, township)
    return replace(
        planted,
        state=replace(state, forms=ground.planted_forms()),
        overrides={**planted.overrides, **ground.overrides},
        findings=(*planted.findings, *ground.findings),
        left_out=(*planted.left_out, *left_out),
    )


def _plant(ground: Ground, township: str, kinds: Iterable[Slip]) -> None:
    if not ground.has_room("households", NEXT, township):
        raise NoRoomError("the township can lose no household")
    slip, row = _mistyped(ground, township, NEXT, kinds)
    ground.write(row, slip.column, slip.cell(row.values[slip.column]))
    hold_household(ground, ground.row("households", NEXT, row.values["household_code"]))
    ground.findings.append(_finding(slip, row))


def _zero_too_many(ground: Ground, township: str) -> None:
    """The total of a village ten times too high: it is asked about, and is what was written."""
    label = ground.labels(INCOME, NEXT, "township", township)[0]
    values = ground.values(INCOME, NEXT, label)
    row = ground.tagged(INCOME, NEXT, label, f"{INCOME}:{values['village_code']}:0")
    ground.change(row, **{TOTAL: float(values[TOTAL]) * TIMES})
    ground.findings.append(Finding(f"VI-08:{row.tag}", "VI-08", INCOME, NEXT, row.tag, TOTAL, "planted"))


def _mistyped(
    ground: Ground, township: str, period: str, kinds: Iterable[Slip], shy: Iterable[str] = ()
) -> tuple[Slip, Row]:
    """A row of a quiet household that can be mistyped in the first of some ways that fits, and its way.

    The household is in none of the forms ``shy``.

    Raises:
        NoRoomError: no household of the township is quiet.
    """
    for slip in kinds:

        def fits(register: dict[str, Any], members: list[dict[str, Any]], slip: Slip = slip) -> bool:
            rows = members if slip.form == "members" else [register]
            return any(slip.fits(row) for row in rows) and _is_quiet(ground, register["household_code"], period, shy)

        try:
            code = ground.household(fits, period, township)
        except NoRoomError:
            continue
        labels = ground.labels(slip.form, period, "household_code", code)
        which = next(n for n, label in enumerate(labels) if slip.fits(ground.values(slip.form, period, label)))
        return slip, ground.row(slip.form, period, code, which)
    raise NoRoomError("no household of the township is quiet")


def _is_quiet(ground: Ground, code: str, period: str, shy: Iterable[str]) -> bool:
    """Whether a household is in the plainest forms only, and no error touches it."""
    forms = _forms_of_households(ground, period)
    inside = [form for form in forms if ground.labels(form, period, "household_code", code)]
    return set(inside) <= set(_QUIET) - set(shy) and not any(
        ground.values(form, period, label).get("tag") is not None
        for form in inside
        for label in ground.labels(form, period, "household_code", code)
    )


def _forms_of_households(ground: Ground, period: str) -> list[str]:
    return [f for f, p in ground.state.forms if p == period and load_contracts()[f].subject == "household"]


def _finding(slip: Slip, row: Row, note: str = "") -> Finding:
    error = f"{slip.rule}:{row.tag}"
    return Finding(error, slip.rule, row.form, row.period, row.tag, slip.column, "planted", note)


# --- corrected in time -----------------------------------------------------------------------------------


def slip_and_correct(planted: Planted, revisions: tuple[Revision, ...]) -> tuple[Planted, tuple[Revision, ...]]:
    """Typing errors of the half-year that their townships correct: the city with the findings, and the revisions.

    What is corrected is the household whole, in all its forms, as the clerk sends it again.
    """
    given, seed = clerk_words()["slips"]["corrected"], planted.state.plan.seed
    able = correctors(planted, given["period"], planted.state.townships)
    ground = Ground(planted.state)
    overrides = dict(planted.overrides)
    made: list[Revision] = []
    findings: list[Finding] = []
    wanted = _some(able, given["share"], seed)
    for number, township in enumerate(_in_order(able, seed)):
        if len(findings) >= wanted:
            break
        shy = {one.form for one in revisions if one.submitter == township}
        try:
            slip, row = _mistyped(ground, township, given["period"], _kinds_from(number), shy)
        except NoRoomError:
            continue
        key = (slip.form, given["period"])
        cells = {**overrides.get(key, {}), row.tag: {slip.column: slip.cell(row.values[slip.column])}}
        overrides[key] = cells
        made += _revisions(planted, ground, township, row)
        findings.append(_finding(slip, row, note="corrected"))
    return (
        replace(planted, overrides=overrides, findings=(*planted.findings, *findings)),
        (*revisions, *made),
    )


def _revisions(planted: Planted, ground: Ground, township: str, mistyped: Row) -> list[Revision]:
    """Each form of the household as it was first sent, held, and as it is sent again."""
    code, period = mistyped.values["household_code"], mistyped.period
    made = []
    for form in _forms_of_households(ground, period):
        labels = ground.labels(form, period, "household_code", code)
        if not labels:
            continue
        rows = planted.state.forms[form, period]
        rows = rows[submitter_of(rows) == township]
        wrong = rows if "tag" in rows.columns else rows.assign(tag=None, held=False)
        wrong = wrong.astype({"tag": object, "held": object})
        wrong.loc[labels, "held"] = True
        if form == mistyped.form:
            wrong.loc[labels[int(mistyped.tag.rsplit(":", 1)[1])], "tag"] = mistyped.tag
        again = rows.loc[labels].drop(columns=["tag", "held"], errors="ignore")
        made.append(Revision(township, period, form, wrong, again, words()["corrections"]["mistyped"]))
    return made


def _kinds_from(number: int) -> tuple[Slip, ...]:
    """The kinds of typing errors, begun with another one for each number."""
    first = number % len(SLIPS)
    return SLIPS[first:] + SLIPS[:first]


def _some(townships: list[str], share: float, seed: int) -> int:
    return max(1, round(share * len(townships))) if townships else 0


def _in_order(townships: Iterable[str], seed: int) -> list[str]:
    """The townships in an order of chance that does not depend on which others there are."""
    return sorted(townships, key=lambda one: np.random.default_rng([seed, zlib.crc32(f"slip {one}".encode())]).random())
