"""Errors about cooperatives, agreements, holdings and groups; those about yields are in ``errors_yields``."""

from __future__ import annotations

from datetime import date
from typing import Any

from twin.households import ENJOYING, IN_POVERTY, STABLE
from twin.planting import NOW, YEAR_END, Ground, Row
from twin.subjects.equity.fresh import ALLOTTED, Fresh, Wish, agreement, build, found, holding, member, require

# Cooperatives of two counties: one of them is another county's than any row's.
ELSEWHERE = ("35042710520301", "35042310120501")


def held(ground: Ground, row: Row, **values: Any) -> Row:
    """Break a row so that it will be held."""
    if not row.values["held"]:
        ground.burden(row.form, row.period, row.township)
    ground.set_added(row, held=True, **values)
    return row


def in_both_periods(ground: Ground, error_id: str, wish: Wish) -> tuple[Fresh, Fresh]:
    """The same cooperative at the year's end and now."""
    require(ground, wish, YEAR_END)
    now = found(ground, error_id, wish)
    return build(ground, error_id, wish, now.code, now.households, YEAR_END), now


# --- cooperatives ---------------------------------------------------------------------------------


def _founded_later(ground: Ground) -> None:
    row = held(ground, found(ground, "CO-08", Wish()).cooperative, founded_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("CO-08", row, "founded_on")


def _other_village(ground: Ground) -> None:
    made = found(ground, "CO-09", Wish())
    villages = ground.state.villages
    inside = villages.loc[villages["township_code"] == made.code[:9], "code"].tolist()
    other = next(code for code in inside if code != made.code[:12])
    ground.expect("CO-09", held(ground, made.cooperative, village_code=other), "cooperative_code")


def _more_fund_than_capital(ground: Ground) -> None:
    row = held(ground, found(ground, "CO-10", Wish()).cooperative, poverty_fund_yuan=160_000.0)
    ground.let_stand(row)
    ground.expect("CO-10", row, "poverty_fund_yuan")


def _digits_transposed(ground: Ground) -> None:
    made = found(ground, "CO-11", Wish(holdings=True))
    ground.set_added(made.holdings["enterprise"], amount_yuan=14_000.0)
    ground.expect("CO-11", made.cooperative, "registered_capital_yuan", note="41000 written as 14000")


def _fund_not_allotted(ground: Ground) -> None:
    made = found(ground, "CO-12", Wish(holdings=True))
    ground.set_added(made.cooperative, poverty_fund_yuan=59_000.0)
    ground.expect("CO-12", made.cooperative, "poverty_fund_yuan")


def _few_members(ground: Ground) -> None:
    made = found(ground, "CO-13", Wish())
    ground.set_added(made.cooperative, member_count=4)
    ground.expect("CO-13", made.cooperative, "member_count")


def _unit_slip(ground: Ground) -> None:
    made = found(ground, "CO-14", Wish())
    ground.set_added(made.cooperative, registered_capital_yuan=130.0, poverty_fund_yuan=80.0)
    ground.expect("CO-14", made.cooperative, "registered_capital_yuan")


# --- agreements -----------------------------------------------------------------------------------


def agreement_row(ground: Ground, error_id: str) -> Row:
    """An agreement that may be held."""
    row = found(ground, error_id, Wish(agreement=True)).agreement
    assert row is not None  # wished for
    return held(ground, row)


def _shares_not_whole(ground: Ground) -> None:
    row = held(ground, agreement_row(ground, "EA-08"), households_share_percent=50.0)
    ground.let_stand(row)
    ground.expect("EA-08", row, "households_share_percent")


def _ends_first(ground: Ground) -> None:
    row = held(ground, agreement_row(ground, "EA-09"), valid_to=date(2016, 1, 1))
    ground.let_stand(row)
    ground.expect("EA-09", row, "valid_to")


def _other_prefix(ground: Ground) -> None:
    row = agreement_row(ground, "EA-10")
    code = f"{row.values['cooperative_code'][:12]}9901"
    ground.expect("EA-10", held(ground, row, agreement_code=code), "agreement_code")


def _other_county(ground: Ground) -> None:
    row = agreement_row(ground, "EA-11")
    code = next(code for code in ELSEWHERE if code[:6] != row.values["submitter_code"])
    ground.expect("EA-11", held(ground, row, cooperative_code=code, agreement_code=f"{code}99"), "cooperative_code")


def _overlapping(ground: Ground) -> None:
    made = found(ground, "EA-12", Wish(agreement=True))
    second = agreement(ground, "EA-12", made.code, NOW, agreement_code=f"{made.code}02", valid_from=date(2017, 1, 1))
    assert made.agreement is not None  # wished for
    for row in (made.agreement, second):
        ground.expect("EA-12", row, "valid_from")


def _unregistered_cooperative(ground: Ground) -> None:
    made = found(ground, "EA-13", Wish())
    ground.expect("EA-13", agreement(ground, "EA-13", f"{made.code[:12]}99", NOW), "cooperative_code")


# --- holdings -------------------------------------------------------------------------------------


def holding_row(ground: Ground, error_id: str) -> Row:
    """A holder without an amount, that may be held."""
    return held(ground, holding(ground, error_id, found(ground, error_id, Wish(holdings=True)).code, "05", NOW))


def _holder_of_nothing(ground: Ground) -> None:
    row = holding_row(ground, "EH-08")
    code = f"{row.values['cooperative_code'][:12]}99"
    ground.expect("EH-08", held(ground, row, cooperative_code=code, holder_code=f"{code}05"), "cooperative_code")


def _holder_prefix(ground: Ground) -> None:
    row = holding_row(ground, "EH-09")
    ground.expect("EH-09", held(ground, row, holder_code=f"{row.values['cooperative_code'][:12]}9905"), "holder_code")


def _wrong_share(ground: Ground) -> None:
    row = found(ground, "EH-10", Wish(holdings=True)).holdings["village_collective"]
    ground.set_added(row, share_percent=61.0)
    ground.expect("EH-10", row, "share_percent")


def _allotted_first(ground: Ground) -> None:
    day = date(2017, 9, 1) if ground.is_still else date(2014, 1, 1)
    row = held(ground, holding_row(ground, "EH-11"), allotted_on=day)
    ground.let_stand(row)
    ground.expect("EH-11", row, "allotted_on")


def _allotted_later(ground: Ground) -> None:
    if ground.is_still:
        return
    row = held(ground, holding_row(ground, "EH-15"), allotted_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("EH-15", row, "allotted_on")


def _no_roster(ground: Ground) -> None:
    row = found(ground, "EH-12", Wish(holdings=True)).holdings["village_collective"]
    ground.set_added(row, holder_kind="household_group")
    ground.expect("EH-12", row, "holder_code")


def _restated(ground: Ground) -> None:
    _, now = in_both_periods(ground, "EH-13", Wish(holdings=True))
    ground.set_added(now.cooperative, poverty_fund_yuan=59_000.0)
    for kind, amount in (("village_collective", 59_000.0), ("enterprise", 42_000.0)):
        row = now.holdings[kind]
        ground.set_added(row, amount_yuan=amount, share_percent=round(100 * amount / 101_000, 3))
        ground.expect("EH-13", row, "amount_yuan")


def _one_fen(ground: Ground) -> None:
    made = found(ground, "EH-14", Wish(households=2, holdings=True))
    row = made.members[1]
    ground.set_added(row, amount_yuan=round(float(row.values["amount_yuan"]) + 0.01, 2))
    ground.expect("EH-14", made.holdings["household_group"], "amount_yuan", note="one household has a fen too much")


# --- groups ---------------------------------------------------------------------------------------


def member_row(ground: Ground, error_id: str) -> Row:
    """The one household of a group, that may be held."""
    return held(ground, found(ground, error_id, Wish(households=1, holdings=True)).members[0])


def _unregistered_household(ground: Ground) -> None:
    row = found(ground, "EM-08", Wish(households=2, holdings=True)).members[1]
    village = str(row.values["household_code"])[:12]
    code = f"{village}{ground.number('household' + village, 9001):04d}"
    ground.expect("EM-08", held(ground, row, household_code=code), "household_code")


def _group_of_nothing(ground: Ground) -> None:
    made = found(ground, "EM-09", Wish(households=1, holdings=True))
    row = member(ground, "EM-09", f"{made.code}09", made.households[0], NOW, left_on=date(2016, 12, 20),
                 left_reason="other", disposition="return")  # fmt: skip
    ground.expect("EM-09", held(ground, row), "group_code")


def _not_per_head(ground: Ground) -> None:
    row = found(ground, "EM-10", Wish(households=2, holdings=True)).members[0]
    ground.set_added(row, amount_yuan=round(float(row.values["amount_yuan"]) + 100, 2))
    ground.expect("EM-10", row, "amount_yuan")


def _in_two_groups(ground: Ground) -> None:
    made = found(ground, "EM-11", Wish(households=1, holdings=True))
    holding(ground, "EM-11", made.code, "05", NOW, holder_kind="household_group", money_source="poverty_fund")
    second = member(ground, "EM-11", f"{made.code}05", made.households[0], NOW)
    for row in (made.members[0], second):
        ground.expect("EM-11", row, "group_code")


def _registered_later(ground: Ground) -> None:
    def later(register: dict[str, Any]) -> bool:
        return register["poverty_status"] in IN_POVERTY and str(register["identified_on"]) > "2014-02"

    wish = Wish(households=1, holdings=True, fits=later)
    row = found(ground, "EM-12", wish).members[0]
    ground.set_added(row, allotted_on=date(2014, 1, 15))
    ground.expect("EM-12", row, "allotted_on")


def _not_disposed_of(ground: Ground) -> None:
    wish = Wish(households=1, holdings=True, fits=lambda h: h["poverty_status"] in (ENJOYING, STABLE))
    ground.expect("EM-13", found(ground, "EM-13", wish).members[0], "left_on")


def _half_left(ground: Ground) -> None:
    row = held(ground, member_row(ground, "EM-14"), left_on=date(2016, 12, 20), left_reason="out_of_poverty")
    ground.expect("EM-14", row, "left_on")


def _left_first(ground: Ground) -> None:
    row = held(ground, member_row(ground, "EM-15"), left_on=date(2016, 1, 1), left_reason="other", disposition="keep")
    ground.let_stand(row)
    ground.expect("EM-15", row, "left_on")


def _leaves_later(ground: Ground) -> None:
    if ground.is_still:
        return
    row = held(ground, member_row(ground, "EM-17"), left_on=date(2017, 9, 1), left_reason="other", disposition="keep")
    ground.let_stand(row)
    ground.expect("EM-17", row, "left_on")


def _large_family(ground: Ground) -> None:
    if ground.is_still:
        return
    row = found(ground, "EM-91", Wish(households=1, holdings=True)).members[0]
    ground.set_added(row, persons_at_allotment=21)
    ground.expect("EM-91", row, "persons_at_allotment")


def _thawed(ground: Ground) -> None:
    _, now = in_both_periods(ground, "EM-16", Wish(households=1, holdings=True))
    ground.set_added(now.members[0], allotted_on=date(ALLOTTED.year, ALLOTTED.month, 25))
    ground.expect("EM-16", now.members[0], "allotted_on")


PLANTERS = (
    _registered_later, _restated, _thawed, _founded_later, _other_village, _more_fund_than_capital, _digits_transposed,
    _fund_not_allotted, _few_members, _unit_slip, _shares_not_whole, _ends_first, _other_prefix, _other_county,
    _overlapping, _unregistered_cooperative, _holder_of_nothing, _holder_prefix, _wrong_share, _allotted_first,
    _no_roster, _one_fen, _unregistered_household, _group_of_nothing, _not_per_head, _in_two_groups,
    _not_disposed_of, _half_left, _left_first, _allotted_later, _leaves_later, _large_family,
)  # fmt: skip
