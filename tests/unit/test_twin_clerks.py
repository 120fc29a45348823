"""Clerks of the arriving city: natural findings, habits, rounding, slips and leftovers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from expectations.contract import load_contracts
from tests.states import small_arriving
from twin.answer_key import AGAIN, NATURAL
from twin.arriving_city import ArrivingCity, arriving_returns
from twin.city import returns_of, write_all
from twin.clerks import Office, clerk_words, desk_of, office_of
from twin.duties import submitter_of
from twin.expected_errors import expected_with_errors
from twin.habits import PLAIN, Habits
from twin.leftovers import leave_sheets, send_again
from twin.natural import name_naturals
from twin.next_period import NEXT
from twin.places import FIRST_TOWNSHIPS, read_places
from twin.plant import Planted
from twin.planting import Finding
from twin.rounding import amounts_in_ten_thousands, covers_projects
from twin.sheets import Desk, FormRows, form_sheet, spell_form
from twin.slips import SLIPS, slip_and_stay
from twin.spelling import Cell

TOWNSHIPS = tuple(read_places().townships["code"])
TOWNSHIP = "350423100"
VILLAGE = f"{TOWNSHIP}201"
Row = dict[str, object]


@pytest.fixture(scope="module")
def arriving() -> ArrivingCity:
    return small_arriving()


# --- natural findings --------------------------------------------------------------------------------


def paid(arriving: ArrivingCity, period: str, **changes: object) -> Planted:
    """The city with one distribution, of which a household got its part, and nothing else natural."""
    day = date(int(period[:4]), 3, 20)
    household = {
        "submitter_code": TOWNSHIP, "distribution_code": "D1", "beneficiary_kind": "household",
        "beneficiary_code": f"{VILLAGE}0001", "due_yuan": 600.0, "paid_yuan": 600.0, "paid_on": day, **changes,
    }  # fmt: skip
    pool = {**household, "beneficiary_kind": "pool", "beneficiary_code": "D101", "paid_yuan": 600.0, "paid_on": day}
    declared = {"submitter_code": TOWNSHIP, "distribution_code": "D1", "declared_on": day}
    income = {"household_code": f"{VILLAGE}0001", "income_year": int(period[:4]), "asset_dividend_yuan": 600.0}
    forms = {
        ("dividends", period): with_all_columns("dividends", [pool, household]),
        ("distributions", period): with_all_columns("distributions", [declared]),
        ("household_income", period): with_all_columns("household_income", [income]),
    }
    return replace(arriving.planted, state=replace(arriving.planted.state, forms=forms), findings=())


def told(planted: Planted, *, silent: bool = False) -> list[tuple[str, str]]:
    found = name_naturals(planted, lambda _sender, _period: not silent).findings
    assert all(one.part == NATURAL for one in found)
    return [(one.rule_code, one.tag) for one in found]


def test_a_dividend_that_is_among_the_incomes_of_its_year_is_no_natural_finding(arriving: ArrivingCity) -> None:
    assert told(paid(arriving, NEXT)) == []


def test_a_dividend_of_a_year_without_one_among_the_incomes_is_natural(arriving: ArrivingCity) -> None:
    planted = paid(arriving, NEXT)
    planted.state.forms["household_income", NEXT]["asset_dividend_yuan"] = 0.0
    assert told(planted) == [("DV-14", "natural:dividends:1")]
    assert told(planted, silent=True) == []


@pytest.mark.parametrize(("period", "found"), [("2017-06", []), (NEXT, [("DV-12", "natural:dividends:1")])])
def test_money_that_waits_longer_than_allowed_is_natural(
    arriving: ArrivingCity, period: str, found: list[tuple[str, str]]
) -> None:
    waiting = paid(arriving, period, beneficiary_kind="village", paid_yuan=0.0, paid_on=None)
    rows = waiting.state.forms["dividends", period]
    rows.loc[0, "paid_yuan"] = 0.0
    rows.loc[0, "paid_on"], rows.loc[0, "due_yuan"] = None, 0.0
    assert told(waiting) == found


GROUP, HOUSEHOLD = f"{VILLAGE}5101", f"{VILLAGE}0001"
BEFORE = "2017-06"
_SHARE = {"submitter_code": TOWNSHIP, "holder_code": GROUP, "holder_kind": "household_group", "amount_yuan": 900.0}
_MEMBER = {"group_code": GROUP, "household_code": HOUSEHOLD, "persons_at_allotment": 3, "amount_yuan": 900.0,
           "left_on": None, "disposition": None}  # fmt: skip
_REGISTERED = {"household_code": HOUSEHOLD, "village_code": VILLAGE, "poverty_status": "0"}
_PERSON = {"household_code": HOUSEHOLD, "village_code": VILLAGE, "membership_change": None}
_POLICY = {"submitter_code": "350400-PI", "township_code": TOWNSHIP, "insured_persons": 1}
_PROJECT = {"project_code": "CZ-1", "village_code": VILLAGE, "income_added_yuan": 100.0}
_DECISION = {"submitter_code": "350423", "village_code": VILLAGE, "decision_number": "1",
             "decision_kind": "shell_removed", "decided_on": date(2017, 12, 31)}  # fmt: skip
_INCOME = {"village_code": VILLAGE, "recorded_shell": False}
_TOTAL = {"submitter_code": "350400", "division_code": "350423", "indicator_name": "x", "figure_period": "2016-12",
          "source_kind": "y", "figure_value": 5}  # fmt: skip
_CHANGE = {"household_code": HOUSEHOLD, "village_code": VILLAGE, "change_kind": "split", "change_code": "1",
           "changed_on": date(2017, 11, 5)}  # fmt: skip
_FUND = {"fund_code": f"{TOWNSHIP}01", "fund_amount_yuan": 100.0}
_MOVED = {"fund_code": f"{TOWNSHIP}01", "entry_number": "1", "moved_on": date(2017, 12, 31),
          "movement_kind": "paid_in_members", "amount_yuan": 20.0}  # fmt: skip
_LOAN = {"household_code": HOUSEHOLD, "contract_number": f"DB-{TOWNSHIP}-00001", "interest_subsidy_yuan": 50.0}
_SUBSIDY = {"submitter_code": "350423-CF", "contract_number": f"DB-{TOWNSHIP}-00001", "subsidy_number": "1",
            "amount_yuan": 50.0, "paid_on": date(2017, 12, 31)}  # fmt: skip
_DISTRIBUTION = {"submitter_code": TOWNSHIP, "distribution_code": "D1", "declared_on": date(2017, 3, 1),
                 "total_yield_yuan": 50.0, "households_part_yuan": 30.0, "village_part_yuan": 20.0}  # fmt: skip
_DUE = {"submitter_code": TOWNSHIP, "distribution_code": "D1", "beneficiary_code": "b", "paid_on": date(2017, 4, 1)}
_POOL = {**_DUE, "beneficiary_kind": "pool", "due_yuan": 30.0, "paid_yuan": 0.0}
_VILLAGE = {**_DUE, "beneficiary_kind": "village", "due_yuan": 20.0, "paid_yuan": 20.0}


@pytest.mark.parametrize(
    ("rule", "right", "changed"),
    [
        pytest.param("EH-12", {"equity_holdings": [_SHARE], "equity_group_members": [_MEMBER]},
                     {"equity_group_members": [{**_MEMBER, "tag": "x", "held": True}]}, id="a roster that was held"),
        pytest.param("EM-10", {"equity_holdings": [_SHARE], "equity_group_members": [_MEMBER]},
                     {"equity_group_members": [{**_MEMBER, "amount_yuan": 899.97}]}, id="not its share"),
        pytest.param("EM-13", {"equity_group_members": [_MEMBER], "households": [_REGISTERED]},
                     {"households": [{**_REGISTERED, "poverty_status": "1"}]}, id="a share kept after the exit"),
        pytest.param("HC-11", {"household_changes": [_CHANGE], "households": [_REGISTERED]},
                     {"household_changes": [{**_CHANGE, "change_kind": "ended"}]}, id="ended, and registered"),
        pytest.param("IP-12", {"insurance_policies": [_POLICY], "members": [_PERSON]},
                     {"members": [{**_PERSON, "membership_change": "died"}]}, id="nobody left to insure"),
        pytest.param("VD-12", {"village_decisions": [_DECISION], "village_income": [_INCOME]},
                     {"village_income": [{**_INCOME, "recorded_shell": True}]}, id="removed, and still a shell"),
        pytest.param("LS-13", {"loan_subsidies": [_SUBSIDY], "guarantee_loans": [_LOAN]},
                     {"guarantee_loans": [{**_LOAN, "interest_subsidy_yuan": 49.99}]}, id="another subsidy"),
        pytest.param("DI-16", {"distributions": [_DISTRIBUTION], "dividends": [_POOL, _VILLAGE]},
                     {"distributions": [{**_DISTRIBUTION, "total_yield_yuan": 51.0}]}, id="more than is due"),
        pytest.param("DV-15", {"distributions": [_DISTRIBUTION], "dividends": [_POOL, _VILLAGE]},
                     {"dividends": [{**_POOL, "paid_yuan": 10.0}, _VILLAGE]}, id="paid to no household"),
    ],
)  # fmt: skip
def test_what_does_not_fit_what_else_is_told_now_is_natural(
    arriving: ArrivingCity, rule: str, right: dict[str, list[Row]], changed: dict[str, list[Row]]
) -> None:
    assert rule not in rules_told(arriving, {(form, NEXT): rows for form, rows in right.items()})
    assert rule in rules_told(arriving, {(form, NEXT): rows for form, rows in (right | changed).items()})


@pytest.mark.parametrize(
    ("rule", "form", "before", "now"),
    [
        ("HH-17", "households", {**_REGISTERED, "poverty_status": "1"}, _REGISTERED),
        ("VP-13", "village_projects", {**_PROJECT, "income_added_yuan": 100.01}, _PROJECT),
        ("CT-13", "control_totals", {**_TOTAL, "figure_value": 6}, _TOTAL),
    ],
)
def test_what_is_told_otherwise_than_half_a_year_before_is_natural(
    arriving: ArrivingCity, rule: str, form: str, before: Row, now: Row
) -> None:
    assert rule in rules_told(arriving, {(form, BEFORE): [before], (form, NEXT): [now]})
    assert rule not in rules_told(arriving, {(form, BEFORE): [now], (form, NEXT): [now]})
    assert rule not in rules_told(
        arriving, {(form, BEFORE): [{**before, "tag": "x", "held": True}], (form, NEXT): [now]}
    )


def test_a_balance_that_its_movements_do_not_lead_to_is_natural(arriving: ArrivingCity) -> None:
    funds = {("guarantee_funds", BEFORE): [_FUND], ("fund_movements", NEXT): [_MOVED]}
    closed = ("guarantee_funds", NEXT)
    assert "FM-12" not in rules_told(arriving, {**funds, closed: [{**_FUND, "fund_amount_yuan": 120.0}]})
    assert "FM-12" in rules_told(arriving, {**funds, closed: [_FUND]})
    # What moved by the day the balance of before was told is in it.
    earlier = [{**_MOVED, "moved_on": date(2017, 6, 30)}]
    assert "FM-12" not in rules_told(arriving, {**funds, ("fund_movements", NEXT): earlier, closed: [_FUND]})


def rules_told(arriving: ArrivingCity, rows: dict[tuple[str, str], list[Row]]) -> set[str]:
    """The rules that a city with these rows alone sets off."""
    forms = {key: with_all_columns(key[0], told) for key, told in rows.items()}
    return {
        rule
        for rule, _ in told(replace(arriving.planted, findings=(), state=replace(arriving.planted.state, forms=forms)))
    }


def with_all_columns(form: str, rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, dtype=object)
    missing = [column.name for column in load_contracts()[form].columns if column.name not in frame.columns]
    return frame.assign(**dict.fromkeys(missing))


def test_what_an_error_touched_is_the_errors_business(arriving: ArrivingCity) -> None:
    planted = paid(arriving, NEXT, tag="DV-14:planted", held=False)
    planted.state.forms["household_income", NEXT]["asset_dividend_yuan"] = 0.0
    planted = replace(planted, findings=(Finding("DV-14", "DV-14", "dividends", NEXT, "x", "paid_yuan", "planted"),))
    assert name_naturals(planted, lambda _sender, _period: True).findings == planted.findings


def test_what_a_ledger_repeats_of_an_error_may_be_found_again(arriving: ArrivingCity) -> None:
    again = [one for one in arriving.planted.findings if one.part == AGAIN]
    assert {one.period for one in again} == {NEXT}
    earlier = {(one.form, one.rule_code, f"{AGAIN}:{one.tag}") for one in arriving.planted.findings}
    assert {(one.form, one.rule_code, one.tag) for one in again} <= earlier
    assert all(arriving.planted.state.forms[one.form, NEXT]["tag"].eq(one.tag).any() for one in again)
    assert all(arriving.comes(sender_of_tag(arriving, one), NEXT) for one in again)


def sender_of_tag(city: ArrivingCity, finding: Finding) -> str:
    rows = city.planted.state.forms[finding.form, finding.period]
    return str(submitter_of(rows[rows["tag"] == finding.tag]).iloc[0])


def test_natural_findings_of_the_city_stand_on_rows_that_no_error_of_the_period_touched(arriving: ArrivingCity) -> None:
    natural = [one for one in arriving.planted.findings if one.part == NATURAL]
    told = arriving.planted.findings
    errors = {(one.form, one.period, one.tag) for one in told if one.part not in (NATURAL, AGAIN)}
    assert natural
    assert not errors & {(one.form, one.period, one.tag) for one in natural}
    assert {one.period for one in natural} == {NEXT}


# --- hands -------------------------------------------------------------------------------------------


def office(*hands: Habits, divided_by: str = "village") -> Office:
    return Office(TOWNSHIP, hands, divided_by, 4)


def spelled(desk: Desk, rows: pd.DataFrame) -> dict[str, list[Cell]]:
    form = FormRows("assistance_measures", rows, {}, desk=desk)
    told = spell_form(load_contracts()["assistance_measures"], form, PLAIN, TOWNSHIP, merges=False)
    return {column.name: cells for column, cells in zip(told.columns, told.cells, strict=False)}


def measures(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "village_code": [f"{TOWNSHIP}{200 + n % 5}" for n in range(count)],
            "household_code": [f"{TOWNSHIP}{200 + n % 5}0001" for n in range(count)],
            "started_on": [date(2016, 3, 1)] * count,
            "funds_yuan": [1500.0] * count,
        }
    )


def test_who_writes_a_village_is_told_by_the_village_alone() -> None:
    two = office(PLAIN, replace(PLAIN, date_style=2, money="thousands"))
    rows = measures(40)
    cells = spelled(desk_of(two, "assistance_measures", rows, 348), rows)
    styles = set(zip(rows["village_code"], cells["started_on"], cells["funds_yuan"], strict=True))
    assert {cell for _, cell, _ in styles} == {"2016-03-01", "2016年3月1日"}
    assert {cell for *_, cell in styles} == {1500, "1,500"}
    assert len(styles) == 5
    assert cells["sequence"] == list(range(1, 41))


def test_hands_that_take_turns_go_on_where_the_other_stopped() -> None:
    two = office(PLAIN, replace(PLAIN, date_style=1), divided_by="page")
    rows = measures(60)
    written = spelled(desk_of(two, "assistance_measures", rows, 348), rows)["started_on"]
    assert written == ["2016-03-01"] * 25 + ["2016.3.1"] * 25 + ["2016-03-01"] * 10


def test_a_hand_that_writes_whole_forms_lays_them_out_alone() -> None:
    other = replace(PLAIN, date_style=3)
    desks = [desk_of(office(PLAIN, other, divided_by="form"), form, measures(3), 348) for form in load_contracts()]
    assert {desk.habits for desk in desks} == {PLAIN, other}
    assert all(desk.hands == () for desk in desks)


def test_units_and_files_are_the_offices_whoever_writes() -> None:
    for township in TOWNSHIPS:
        hands = office_of(township, 348).hands
        assert 1 <= len(hands) <= 3
        assert len({(hand.other_unit, hand.delivery, hand.period_style) for hand in hands}) == 1
    assert {len(office_of(one, 348).hands) for one in TOWNSHIPS} == {1, 2, 3}
    assert all(office_of(one, 348).hands == (PLAIN,) for one in FIRST_TOWNSHIPS)


def test_a_header_stands_on_every_page_and_rows_are_found_below_it() -> None:
    contract, rows = load_contracts()["assistance_measures"], measures(65)
    form = FormRows("assistance_measures", rows, {}, desk=Desk(PLAIN, (), 30))
    place = {"code": TOWNSHIP, "name": "x", "period": "2017-06", "filled_by": "x", "filled_on": "x"}
    sheet, numbers = form_sheet(contract, form, PLAIN, place)
    first = len(sheet.heading) + 1
    assert numbers == [*range(first, first + 30), *range(first + 31, first + 61), *range(first + 62, first + 67)]
    by_row = list(zip(*sheet.columns, strict=True))
    assert [row for row in by_row if row[0] == sheet.heading[-1][0]] == [tuple(sheet.heading[-1])] * 2
    assert [by_row[number - first][0] for number in numbers] == list(range(1, 66))


def test_the_same_clerks_write_in_every_cut_of_the_city() -> None:
    rows = measures(20)
    part, other = rows.iloc[:7], rows.iloc[7:]
    told = office_of("350427101", 348)
    desks = [desk_of(told, "households", some, 348) for some in (rows, part, other)]
    assert {desk.page_rows for desk in desks} == {desks[0].page_rows}


# --- rounding ----------------------------------------------------------------------------------------


def test_incomes_are_written_in_the_decimals_of_their_clerk_and_parts_need_not_be_the_total(
    arriving: ArrivingCity,
) -> None:
    columns, uneven, found = amounts_in_ten_thousands(), 0, set()
    for period in arriving.planted.state.periods:
        rows = arriving.planted.state.forms["village_income", period]
        touched = set(rows.loc[rows["tag"].notna(), "village_code"].str[:9]) if "tag" in rows.columns else set()
        for township, mine in rows.groupby(rows["village_code"].str[:9]):
            decimals = office_of(str(township), 348).decimals
            written = mine[columns].to_numpy(dtype=float) / 10_000
            if township in touched or decimals == 4 or abs(written - written.round(decimals)).max() > 1e-9:
                continue
            found.add(decimals)
            parts = mine[[name for name in columns if name != "total_income_yuan"]].sum(axis=1)
            uneven += int((abs(parts - mine["total_income_yuan"]) > 1).sum())
    assert found <= {1, 2}
    assert found
    assert uneven > 0


@pytest.mark.parametrize(("operating", "covers"), [(0.0, False), (29.0, False), (30.0, True)])
def test_nothing_is_rounded_to_less_than_a_project_added(operating: float, covers: bool) -> None:
    income = pd.DataFrame([{"village_code": VILLAGE, "operating_income_yuan": operating, "other_income_yuan": 0.0}])
    project = {"village_code": VILLAGE, "income_item": "operating", "income_added_yuan": 30.0}
    elsewhere = {**project, "village_code": f"{TOWNSHIP}299", "income_added_yuan": 900.0}
    assert covers_projects(income, pd.DataFrame([project, elsewhere])) is covers
    assert covers_projects(income, pd.DataFrame())


# --- typing errors -----------------------------------------------------------------------------------


def slips(arriving: ArrivingCity, period: str) -> list[Finding]:
    return [one for one in arriving.planted.findings if one.period == period and one.error_id.count(":") == 3]


def test_a_mistyped_row_of_the_last_period_holds_its_household_which_stood_before(arriving: ArrivingCity) -> None:
    found = [one for one in slips(arriving, NEXT) if one.form != "village_income"]
    assert found
    forms = arriving.planted.state.forms
    for one in found:
        code = one.tag.split(":")[1]
        for form in ("households", "members"):
            rows = forms[form, NEXT]
            assert rows.loc[rows["household_code"] == code, "held"].all()
        earlier = forms["households", "2017-06"]
        assert not earlier.loc[earlier["household_code"] == code, "held"].astype(bool).any()
        assert one.column_name in arriving.planted.overrides[one.form, NEXT][one.tag]


def test_only_who_returns_the_last_period_mistypes_in_it(arriving: ArrivingCity) -> None:
    senders = {one.tag.split(":")[1][:9] for one in slips(arriving, NEXT)}
    assert all(arriving.comes(sender, NEXT) for sender in senders)
    assert slip_and_stay(arriving.planted, []).findings == arriving.planted.findings


def test_a_mistyped_row_of_the_half_year_is_sent_again_with_its_household(arriving: ArrivingCity) -> None:
    found = slips(arriving, "2017-06")
    assert found
    for one in found:
        code = one.tag.split(":")[1]
        own = {r.form: r for r in arriving.revisions if r.submitter == code[:9] and code in str(r.correction.values)}
        assert {"households", "members"} <= set(own)
        for form, revision in own.items():
            plan = arriving.planted.state.forms[form, "2017-06"]
            plan = plan[plan["household_code"] == code]
            assert revision.correction["household_code"].eq(code).all()
            assert len(revision.correction) == len(plan)
            assert revision.wrong.loc[revision.wrong["household_code"] == code, "held"].all()
        assert own[one.form].wrong["tag"].eq(one.tag).sum() == 1


@pytest.mark.parametrize(("rule", "value", "cell"), [
    ("MB-09", "350490198001011234", "350490198001011324"), ("HH-02", 80.0, "8O"), ("MB-01", "00", None),
])  # fmt: skip
def test_a_slip_is_what_a_hand_does(rule: str, value: object, cell: object) -> None:
    assert next(one for one in SLIPS if one.rule == rule).cell(value) == cell


def test_the_figures_beside_say_what_each_typing_error_does(arriving: ArrivingCity) -> None:
    told = expected_with_errors(arriving.planted)
    assert set(told["error_id"]) == {one.error_id for one in slips(arriving, NEXT)}
    means = told[told["indicator"] == "village_income_mean"]
    assert (means["value"] > means["value_if_right"]).all()
    assert len(means) == 1
    households = told[told["indicator"] == "registered_households"]
    assert (households["value"] == households["value_if_right"]).all()


# --- stale copies ------------------------------------------------------------------------------------


def test_a_stale_sheet_is_named_in_the_key_where_it_lies(
    arriving: ArrivingCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(clerk_words()["leftovers"], "sheet", 1.0)
    returns = list(arriving_returns(arriving, returns_of(arriving.planted)))
    answers = leave_sheets(returns, 348)
    assert {one.rule_code for one in answers} == {"FL-28"}
    by_file = {sent.workbook: sent for sent in returns}
    for one in answers:
        assert [sheet.name for sheet in by_file[one.file].stray_sheets] == [one.sheet]
        assert one.period not in one.sheet
        assert one.submitter_code not in FIRST_TOWNSHIPS


def test_a_file_sent_again_is_last_periods_under_another_name(
    arriving: ArrivingCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(clerk_words()["leftovers"], "file", 1.0)
    every = arriving_returns(arriving, returns_of(arriving.planted))
    returns = [sent for sent in every if sent.submitter == TOWNSHIP]
    write_all(tmp_path, returns)
    answers = send_again(tmp_path, returns, 348)
    # The half-year's was corrected.
    assert [(one.rule_code, one.period) for one in answers] == [("FL-20", "2015-12"), ("FL-20", "2016-12")]
    for one in answers:
        [copy] = tmp_path.rglob(one.file)
        original = next(sent for sent in returns if sent.period == one.period and sent.mode == "full")
        assert copy.read_bytes() == (tmp_path / original.comes / TOWNSHIP / original.workbook).read_bytes()
        assert copy.parts > (tmp_path / original.comes).parts
