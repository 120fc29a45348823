"""A further cooperative for one planted error: small, whole, and clean until the error changes a row of it.

Rules about equity look at a cooperative as a whole, so that an error in a copied row would disturb the city's own;
these cooperatives are the errors' own. Which error does what stands in ``errors``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from twin.duties import is_township
from twin.households import IN_POVERTY
from twin.largest_remainder import split_fen
from twin.places import seed as read_seed
from twin.planted_households import plain_village
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row, Where
from twin.subjects.equity.plan import FEN, words

FOUNDED, ALLOTTED, DECLARED, PAID = date(2016, 1, 5), date(2016, 2, 20), date(2017, 3, 10), date(2017, 4, 10)
EARLIER_DECLARED, EARLIER_PAID = date(2016, 3, 10), date(2016, 5, 10)
GROUP, VILLAGE, OTHERS = 36_000, 24_000, 41_000
YIELD, FUND_YIELD, POOL, VILLAGE_PART, HELP = 5_050, 3_000, 1_800, 1_200, 500
FIRST_CODE = 51


@dataclass
class Fresh:
    """The rows of such a cooperative in one period; holders and payments by their kind."""

    code: str
    households: list[str]
    cooperative: Row
    agreement: Row | None = None
    holdings: dict[str, Row] = field(default_factory=dict)
    members: list[Row] = field(default_factory=list)
    distribution: Row | None = None
    dividends: dict[str, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Wish:
    """What a cooperative is wanted with."""

    households: int = 0
    holdings: bool = False
    agreement: bool = False
    year: int | None = None
    payments: bool = False
    fits: Where = lambda household: household["poverty_status"] in IN_POVERTY


def found(ground: Ground, error_id: str, wish: Wish, period: str = NOW) -> Fresh:
    """A cooperative as wished, in a township that sends such forms.

    Raises:
        NoRoomError: no township of the (sub-)city sends them, or no household is free.
    """
    require(ground, wish, period)
    senders = [code for code in ground.senders("cooperatives", period) if is_township(code)]
    for township in senders:
        try:
            households = [_household(ground, wish.fits, township) for _ in range(wish.households)]
        except NoRoomError:
            continue
        ground.burden("cooperatives", period, township)
        village = households[0][:12] if households else plain_village(ground, township)
        code = f"{village}{ground.number('cooperative' + village, FIRST_CODE):02d}"
        return build(ground, error_id, wish, code, households, period)
    raise NoRoomError("no township with cooperatives has such households")


def require(ground: Ground, wish: Wish, period: str) -> None:
    """Raise ``NoRoomError`` where nobody sends a form of the wish for the period."""
    wanted = {
        "cooperatives": True, "equity_holdings": wish.holdings, "equity_agreements": wish.agreement,
        "equity_group_members": wish.households > 0, "distributions": wish.year is not None,
        "dividends": wish.payments,
    }  # fmt: skip
    missing = [form for form, is_wanted in wanted.items() if is_wanted and (form, period) not in ground.state.forms]
    if missing:
        raise NoRoomError(f"nobody sends {missing} for {period}")


def _household(ground: Ground, fits: Where, township: str) -> str:
    """A household of the township that no other error changes, in neither period."""

    def free(register: dict[str, Any], _: list[dict[str, Any]]) -> bool:
        known = str(register["identified_on"]) < ALLOTTED.isoformat()
        return known and fits(register) and ground.take(f"{YEAR_END}:{register['household_code']}")

    return ground.household(free, NOW, township)


def build(ground: Ground, error_id: str, wish: Wish, code: str, households: list[str], period: str) -> Fresh:
    """The rows of a cooperative under a code; the same in every period it is built for."""
    place = dict(zip(read_seed("village_2017")["code"], read_seed("village_2017")["short_name"], strict=True))[
        code[:12]
    ]
    made = Fresh(code, households, _cooperative(ground, error_id, code, place, period))
    if wish.agreement:
        made.agreement = agreement(ground, error_id, code, period)
    if wish.holdings:
        _hold(ground, error_id, made, place, period)
    for household, amount in _shares(ground, households, period).items():
        made.members.append(member(ground, error_id, f"{code}01", household, period, amount_yuan=amount / FEN))
    if wish.year is not None:
        made.distribution = distribution(ground, error_id, code, period, wish.year)
    if wish.payments:
        _pay(ground, error_id, made, period, wish.year or 0)
    return made


def _add(ground: Ground, error_id: str, form: str, period: str, values: dict[str, Any]) -> Row:
    return ground.add(form, period, values, f"{error_id}:{form}:{ground.number(f'fresh:{form}', 1)}", held=False)


def _cooperative(ground: Ground, error_id: str, code: str, place: str, period: str) -> Row:
    values = {
        "cooperative_code": code, "cooperative_name": words()["cooperative_name"].format(place=place),
        "village_code": code[:12], "founded_on": FOUNDED, "poverty_fund_yuan": float(GROUP + VILLAGE),
        "registered_capital_yuan": float(GROUP + VILLAGE + OTHERS), "member_count": 12,
    }  # fmt: skip
    return _add(ground, error_id, "cooperatives", period, values)


def agreement(ground: Ground, error_id: str, code: str, period: str, **changes: Any) -> Row:
    """An agreement about the yield of a cooperative, from its county."""
    values = {
        "submitter_code": code[:6], "agreement_code": f"{code}01", "cooperative_code": code, "valid_from": ALLOTTED,
        "valid_to": None, "yield_basis": "fund_part", "households_share_percent": 60.0,
        "village_share_percent": 40.0, "pool_use": "hardship_aid",
    }  # fmt: skip
    return _add(ground, error_id, "equity_agreements", period, {**values, **changes})


def holding(ground: Ground, error_id: str, code: str, number: str, period: str, **changes: Any) -> Row:
    """A holder of a cooperative; without an amount it disturbs no sum."""
    values = {
        "submitter_code": code[:9], "cooperative_code": code, "holder_code": code + number,
        "holder_kind": "other_members", "holder_name": words()["other_members"], "amount_yuan": 0.0,
        "money_source": "own", "allotted_on": ALLOTTED, "share_percent": 0.0,
    }  # fmt: skip
    return _add(ground, error_id, "equity_holdings", period, {**values, **changes})


def _hold(ground: Ground, error_id: str, made: Fresh, place: str, period: str) -> None:
    """Household group, village and enterprise; without households the village has all that is fund money."""
    whole = GROUP + VILLAGE + OTHERS
    amounts = {"household_group": GROUP, "village_collective": VILLAGE, "enterprise": OTHERS}
    if not made.households:
        amounts = {"village_collective": GROUP + VILLAGE, "enterprise": OTHERS}
    numbers = {"household_group": "01", "village_collective": "02", "enterprise": "03"}
    for kind, amount in amounts.items():
        made.holdings[kind] = holding(
            ground, error_id, made.code, numbers[kind], period, holder_kind=kind, amount_yuan=float(amount),
            money_source="own" if kind == "enterprise" else "poverty_fund",
            holder_name=words()[kind].format(place=place), share_percent=round(100 * amount / whole, 3),
        )  # fmt: skip


def _shares(ground: Ground, households: list[str], period: str) -> dict[str, int]:
    persons = {code: int(ground.about("households", NOW, code)["person_count"]) for code in households}
    return split_fen(GROUP * FEN, persons) if persons else {}


def member(ground: Ground, error_id: str, group: str, household: str, period: str, **changes: Any) -> Row:
    """A household of a group."""
    head = ground.about("households", period, household)["head_name"]
    persons = int(ground.about("households", NOW, household)["person_count"])
    values = {
        "group_code": group, "household_code": household, "head_name": head, "persons_at_allotment": persons,
        "allotted_on": ALLOTTED,
        "amount_yuan": 0.0, "left_on": None, "left_reason": None, "disposition": None,
    }  # fmt: skip
    return _add(ground, error_id, "equity_group_members", period, {**values, **changes})


def distribution(ground: Ground, error_id: str, code: str, period: str, year: int, **changes: Any) -> Row:
    """A distribution of the yield of a year."""
    values = {
        "submitter_code": code[:9], "distribution_code": f"{code}{year}", "cooperative_code": code,
        "distribution_year": year, "declared_on": DECLARED if year == 2016 else EARLIER_DECLARED,
        "total_yield_yuan": float(YIELD), "fund_part_yield_yuan": float(FUND_YIELD),
        "households_part_yuan": float(POOL), "village_part_yuan": float(VILLAGE_PART),
    }  # fmt: skip
    return _add(ground, error_id, "distributions", period, {**values, **changes})


def dividend(
    ground: Ground, error_id: str, code: str, year: int, kind: str, beneficiary: str, period: str, **changes: Any
) -> Row:
    """What one beneficiary is due and paid; nothing unless the changes say so."""
    values = {
        "submitter_code": code[:9], "distribution_code": f"{code}{year}", "beneficiary_kind": kind,
        "beneficiary_code": beneficiary, "beneficiary_name": None, "due_yuan": 0.0, "paid_yuan": 0.0, "paid_on": None,
    }  # fmt: skip
    return _add(ground, error_id, "dividends", period, {**values, **changes})


def _pay(ground: Ground, error_id: str, made: Fresh, period: str, year: int) -> None:
    day = PAID if year == 2016 else EARLIER_PAID
    rest = YIELD - POOL - VILLAGE_PART
    helped = len(made.households) * HELP
    paid = {"pool": ("01", POOL, helped), "village": ("02", VILLAGE_PART, VILLAGE_PART), "holder": ("03", rest, rest)}
    for kind, (number, due, amount) in paid.items():
        made.dividends[kind] = dividend(
            ground, error_id, made.code, year, kind, made.code + number, period, due_yuan=float(due),
            paid_yuan=float(amount), paid_on=day if amount else None,
        )  # fmt: skip
    for household in made.households:
        made.dividends["household"] = dividend(
            ground, error_id, made.code, year, "household", household, period, due_yuan=float(HELP),
            paid_yuan=float(HELP), paid_on=day,
        )  # fmt: skip
