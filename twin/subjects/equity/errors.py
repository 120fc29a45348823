"""Errors about cooperatives, agreements, holdings and groups; those about yields are in ``errors_yields``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.households import ENJOYING, IN_POVERTY, STABLE
from twin.planted_households import unused_code
from twin.planter import Maker, Planter, Values, by_city, planter
from twin.planting import NOW, YEAR_END, Ground, Row
from twin.subjects.equity.fresh import ALLOTTED, Fresh, Wish, agreement, build, found, holding, member, require

# Cooperatives of two counties: one of them is another county's than any row's.
ELSEWHERE = ("35042710520301", "35042310120501")


def held(ground: Ground, row: Row) -> Row:
    """Say that a row will be held, and burden its sender with it."""
    if not row.values["held"]:
        ground.burden(row.form, row.period, row.township)
    ground.change(row, held=True)
    return row


def part(wish: Wish, which: Callable[[Fresh], Row | None], *, spare: bool = False) -> Maker:
    """A row of a further cooperative as wished; ``spare``: one that will be held."""

    def make(ground: Ground, rule: str) -> Row:
        row = which(found(ground, rule, wish))
        assert row is not None  # wished for
        return held(ground, row) if spare else row

    return make


def in_both_periods(ground: Ground, error_id: str, wish: Wish) -> tuple[Fresh, Fresh]:
    """The same cooperative at the year's end and now."""
    require(ground, wish, YEAR_END)
    now = found(ground, error_id, wish)
    return build(ground, error_id, wish, now.code, now.households, YEAR_END), now


# --- cooperatives ---------------------------------------------------------------------------------


def _cooperative(made: Fresh) -> Row:
    return made.cooperative


cooperative_row = part(Wish(), _cooperative, spare=True)


def _other_village(ground: Ground) -> None:
    row = cooperative_row(ground, "CO-09")
    code, villages = row.values["cooperative_code"], ground.state.villages
    inside = villages.loc[villages["township_code"] == code[:9], "code"].tolist()
    ground.change(row, village_code=next(village for village in inside if village != code[:12]))
    ground.expect("CO-09", row, "cooperative_code")


def _digits_transposed(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, Wish(holdings=True))
    ground.change(made.holdings["enterprise"], amount_yuan=14_000.0)
    return made.cooperative


# --- agreements -----------------------------------------------------------------------------------

agreement_row = part(Wish(agreement=True), lambda made: made.agreement, spare=True)


def _elsewhere(values: Values) -> Values:
    """A cooperative of another county."""
    code = next(code for code in ELSEWHERE if code[:6] != values["submitter_code"])
    return {"cooperative_code": code, "agreement_code": f"{code}99"}


def _overlapping(ground: Ground) -> None:
    made = found(ground, "EA-12", Wish(agreement=True))
    second = agreement(ground, "EA-12", made.code, NOW, agreement_code=f"{made.code}02", valid_from=date(2017, 1, 1))
    assert made.agreement is not None  # wished for
    ground.expect_each("EA-12", (made.agreement, second), "valid_from")


def _with_unregistered(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, Wish())
    return agreement(ground, rule, f"{made.code[:12]}99", NOW)


# --- holdings -------------------------------------------------------------------------------------


def holding_row(ground: Ground, error_id: str) -> Row:
    """A holder without an amount, that may be held."""
    return held(ground, holding(ground, error_id, found(ground, error_id, Wish(holdings=True)).code, "05", NOW))


def _of_nothing(values: Values) -> Values:
    code = f"{values['cooperative_code'][:12]}99"
    return {"cooperative_code": code, "holder_code": f"{code}05"}


def _restated(ground: Ground) -> None:
    _, now = in_both_periods(ground, "EH-13", Wish(holdings=True))
    ground.change(now.cooperative, poverty_fund_yuan=59_000.0)
    for kind, amount in (("village_collective", 59_000.0), ("enterprise", 42_000.0)):
        row = now.holdings[kind]
        ground.change(row, amount_yuan=amount, share_percent=round(100 * amount / 101_000, 3))
        ground.expect("EH-13", row, "amount_yuan")


def _one_fen(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, Wish(households=2, holdings=True))
    row = made.members[1]
    ground.change(row, amount_yuan=round(float(row.values["amount_yuan"]) + 0.01, 2))
    return made.holdings["household_group"]


# --- groups ---------------------------------------------------------------------------------------

ONE, TWO = Wish(households=1, holdings=True), Wish(households=2, holdings=True)


def _first(made: Fresh) -> Row:
    return made.members[0]


member_row = part(ONE, _first, spare=True)


def _unregistered_household(ground: Ground) -> None:
    row = held(ground, found(ground, "EM-08", TWO).members[1])
    ground.change(row, household_code=unused_code(ground, str(row.values["household_code"])[:12]))
    ground.expect("EM-08", row, "household_code")


def _group_of_nothing(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, ONE)
    row = member(ground, rule, f"{made.code}09", made.households[0], NOW, left_on=date(2016, 12, 20),
                 left_reason="other", disposition="return")  # fmt: skip
    return held(ground, row)


def _in_two_groups(ground: Ground) -> None:
    made = found(ground, "EM-11", ONE)
    holding(ground, "EM-11", made.code, "05", NOW, holder_kind="household_group", money_source="poverty_fund")
    second = member(ground, "EM-11", f"{made.code}05", made.households[0], NOW)
    ground.expect_each("EM-11", (made.members[0], second), "group_code")


def _is_registered_late(register: Values) -> bool:
    return register["poverty_status"] in IN_POVERTY and str(register["identified_on"]) > "2014-02"


def _is_out(register: Values) -> bool:
    return register["poverty_status"] in (ENJOYING, STABLE)


def _member(fits: Callable[[Values], bool]) -> Maker:
    return part(Wish(households=1, holdings=True, fits=fits), _first)


def _thawed(ground: Ground, rule: str) -> Row:
    return in_both_periods(ground, rule, ONE)[1].members[0]


_HOLDERS = Wish(holdings=True)
_village_holding = part(_HOLDERS, lambda made: made.holdings["village_collective"])
_LEAVING: dict[str, Any] = {"left_reason": "other", "disposition": "keep"}
PLANTERS: tuple[Planter, ...] = (
    planter("EM-12", _member(_is_registered_late), "allotted_on", allotted_on=date(2014, 1, 15)),
    _restated,
    planter("EM-16", _thawed, "allotted_on", allotted_on=date(ALLOTTED.year, ALLOTTED.month, 25)),
    planter("CO-08", cooperative_row, "founded_on", accepted=True, founded_on=date(2017, 9, 1)),
    _other_village,
    planter("CO-10", cooperative_row, "poverty_fund_yuan", accepted=True, poverty_fund_yuan=160_000.0),
    planter("CO-11", _digits_transposed, "registered_capital_yuan", note="41000 written as 14000"),
    planter("CO-12", part(_HOLDERS, _cooperative), "poverty_fund_yuan", poverty_fund_yuan=59_000.0),
    planter("CO-13", part(Wish(), _cooperative), "member_count", member_count=4),
    planter("CO-14", part(Wish(), _cooperative), "registered_capital_yuan", registered_capital_yuan=130.0,
            poverty_fund_yuan=80.0),
    planter("EA-08", agreement_row, "households_share_percent", accepted=True, households_share_percent=50.0),
    planter("EA-09", agreement_row, "valid_to", accepted=True, valid_to=date(2016, 1, 1)),
    planter("EA-10", agreement_row, "agreement_code",
            lambda v: {"agreement_code": f"{v['cooperative_code'][:12]}9901"}),
    planter("EA-11", agreement_row, "cooperative_code", _elsewhere),
    _overlapping,
    planter("EA-13", _with_unregistered, "cooperative_code"),
    planter("EH-08", holding_row, "cooperative_code", _of_nothing),
    planter("EH-09", holding_row, "holder_code", lambda v: {"holder_code": f"{v['cooperative_code'][:12]}9905"}),
    planter("EH-10", _village_holding, "share_percent", share_percent=61.0),
    by_city(planter("EH-11", holding_row, "allotted_on", accepted=True, allotted_on=date(2017, 9, 1)),
            planter("EH-11", holding_row, "allotted_on", accepted=True, allotted_on=date(2014, 1, 1))),
    planter("EH-12", _village_holding, "holder_code", holder_kind="household_group"),
    planter("EH-14", _one_fen, "amount_yuan", note="one household has a fen too much"),
    _unregistered_household,
    planter("EM-09", _group_of_nothing, "group_code"),
    planter("EM-10", part(TWO, _first), "amount_yuan",
            lambda v: {"amount_yuan": round(float(v["amount_yuan"]) + 100, 2)}),
    _in_two_groups,
    planter("EM-13", _member(_is_out), "left_on"),
    planter("EM-14", member_row, "left_on", left_on=date(2016, 12, 20), left_reason="out_of_poverty"),
    planter("EM-15", member_row, "left_on", accepted=True, left_on=date(2016, 1, 1), **_LEAVING),
    planter("EH-15", holding_row, "allotted_on", still=False, accepted=True, allotted_on=date(2017, 9, 1)),
    planter("EM-17", member_row, "left_on", still=False, accepted=True, left_on=date(2017, 9, 1), **_LEAVING),
    planter("EM-91", part(ONE, _first), "persons_at_allotment", still=False, persons_at_allotment=21),
)  # fmt: skip
