"""The half-year in which the arriving city lives: its rates hold, and every event has its forms."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from expectations.contract import load_contracts
from tests.nights import TINY_SCALE, TINY_TOWNSHIPS
from tests.states import small_arriving
from twin.expected import expected_figures
from twin.households import CANDIDATE, IN_POVERTY, RETURNED
from twin.income import national_line
from twin.life import ENDED, ENTRY, EXIT, MERGE, MOVE, REMOVAL, RETURN, SPLIT, Life, rates
from twin.next_period import NEXT, with_next_period
from twin.places import seed
from twin.plausible import parameters
from twin.repeated import is_ledger
from twin.state import PERIODS, State, make_state

LAST = PERIODS[-1]
TOWNSHIPS = 12
KINDS = dict(
    zip(seed("household_decision_status")["decision_kind"], seed("household_decision_status")["status"], strict=True)
)


@pytest.fixture(scope="module")
def still() -> State:
    return make_state(townships=TOWNSHIPS)


@pytest.fixture(scope="module")
def state() -> State:
    """A dozen townships at real size."""
    return with_next_period(make_state(townships=TOWNSHIPS, is_lively=True))


@pytest.fixture(scope="module")
def life(state: State) -> Life:
    assert state.plan.life is not None
    return state.plan.life


def of(state: State, form: str, period: str = NEXT) -> pd.DataFrame:
    return state.forms[form, period]


def codes(rows: pd.DataFrame, column: str = "household_code") -> set[str]:
    return set(rows[column])


@pytest.mark.parametrize(
    ("kind", "of_whom"),
    [(EXIT, CANDIDATE), (RETURN, None), (ENTRY, None), (REMOVAL, None), (SPLIT, None), (MERGE, None), (MOVE, None)],
)
def test_as_many_households_as_the_rates_say_live_an_event(
    state: State, life: Life, kind: str, of_whom: str | None
) -> None:
    register = of(state, "households", LAST)
    base = register if of_whom is None else register[register["poverty_status"] == of_whom]
    townships = register["village_code"].str[:9].nunique()
    happened = life.of(kind)
    fresh = happened[happened["application_code"].isna()] if kind == ENTRY else happened
    # By township to the nearest household, and one at least.
    assert 0 < len(fresh) <= rates(NEXT)[kind]["share"] * len(base) + townships


def test_nobody_lives_two_events(life: Life) -> None:
    happened = life.events["household_code"].tolist() + life.of(MERGE, MOVE)["other_household_code"].tolist()
    assert len(happened) == len(set(happened))


def test_the_register_shows_what_happened(state: State, life: Life) -> None:
    before, now = of(state, "households", LAST), of(state, "households")
    gone = codes(life.of(REMOVAL, ENDED, MERGE, MOVE))
    new = codes(life.of(ENTRY, SPLIT)) | codes(life.of(MOVE), "other_household_code")
    assert codes(now) == codes(before) - gone | new
    status = now.set_index("household_code")["poverty_status"]
    assert set(status[list(codes(life.of(RETURN)))]) == {RETURNED}
    assert set(status[list(codes(life.of(EXIT)))]) == {"1"}
    assert set(status[list(new)]) == {"0"}


def test_every_step_of_a_status_is_allowed_and_decided(state: State) -> None:
    allowed = {
        (row["from_status"], row["to_status"])
        for row in seed("status_transition").to_dict("records")
        if row["is_allowed"] == "true"
    }
    before = of(state, "households", LAST).set_index("household_code")["poverty_status"]
    now = of(state, "households").set_index("household_code")["poverty_status"]
    assert {(before.get(code, "new"), status) for code, status in now.items()} <= allowed
    decisions = pd.concat([of(state, "household_decisions", period) for period in (*PERIODS, NEXT)])
    last = decisions.sort_values("decided_on", kind="stable").groupby("household_code")["decision_kind"].last()
    assert last.map(KINDS).reindex(now.index).tolist() == now.tolist()
    gone = before.index.difference(now.index)
    assert set(last.map(KINDS)[gone]) == {"removed", "deregistered"}
    once = decisions.drop_duplicates(["decision_number", "household_code"])
    assert not once.duplicated(["household_code", "decided_on"]).any()


def test_an_exit_was_reviewed_with_an_income_above_the_line(state: State, life: Life) -> None:
    reviews = of(state, "exit_reviews").set_index("household_code")
    register = of(state, "households").set_index("household_code")
    exits = reviews[reviews["proposed_status"] == "1"]
    assert set(exits.index) == codes(life.of(EXIT))
    assert (exits["income_per_head_yuan"].astype(float) > national_line(2017)).all()
    assert set(register.loc[exits.index, "exit_year"].astype(int)) == {2017}
    assert not register.loc[exits.index, "dangerous_housing"].any()


def test_who_is_poor_by_the_national_standard_has_an_income_below_the_line(state: State) -> None:
    register = of(state, "households")
    poor = codes(register[register["poverty_status"].isin(IN_POVERTY) & (register["identification_standard"] == "01")])
    incomes = of(state, "household_income").set_index("household_code")["net_income_per_head_yuan"]
    assert (incomes[list(poor)] < national_line(2017)).all()


def test_an_entry_went_through_all_steps(state: State, life: Life) -> None:
    applications = of(state, "identification")
    approved = applications[applications["outcome"] == "approved"].set_index("household_code")
    assert set(approved.index) == codes(life.of(ENTRY))
    days = [name for name in approved.columns if name.endswith(("_on", "_from", "_to"))]
    assert approved[days].notna().all().all()
    # What ran in June is decided; who is approved keeps name and number of the application.
    assert "pending" not in set(applications["outcome"])
    ran = of(state, "identification", LAST).query("outcome == 'pending'").set_index("application_code")
    now = applications.set_index("application_code")
    assert set(now.loc[ran.index, "outcome"]) == {"approved", "rejected"}
    heads = of(state, "households").set_index("household_code")["head_id_number"]
    assert heads[approved.index].tolist() == approved["applicant_id_number"].tolist()


def test_splits_mergers_moves_and_endings_stand_in_the_ledger(state: State, life: Life) -> None:
    told, now = (of(state, "household_changes", period).set_index("change_code") for period in (LAST, NEXT))
    pd.testing.assert_frame_equal(now.loc[told.index], told, check_dtype=False)
    fresh = now.drop(told.index)
    register = codes(of(state, "households"))
    for kind, expected in (("split", SPLIT), ("merge", MERGE), ("moved_out", MOVE), ("ended", ENDED)):
        assert codes(fresh[fresh["change_kind"] == kind]) == codes(life.of(expected)), kind
    assert codes(fresh[fresh["change_kind"] == "moved_in"]) == codes(life.of(MOVE), "other_household_code")
    into = fresh[fresh["change_kind"].isin(["split", "moved_in"])]
    out = fresh[fresh["change_kind"].isin(["merge", "moved_out", "ended"])]
    assert codes(into) <= register
    assert not codes(out) & register


def test_members_are_those_of_before_with_every_change_told(state: State) -> None:
    before, now = (of(state, "members", period) for period in (LAST, NEXT))
    changes = now["membership_change"]
    has_left = changes.isin(["died", "married_out"])
    sizes = now[~has_left].groupby("household_code").size()
    register = of(state, "households").set_index("household_code")["person_count"]
    assert sizes.reindex(register.index).tolist() == register.tolist()
    assert now["person_code"].is_unique
    assert now.loc[~has_left, "id_number"].is_unique
    heads = now[~has_left & (now["relation"] == "01")]
    assert heads["household_code"].is_unique
    assert set(heads["household_code"]) == set(register.index)
    stays = set(before["household_code"]) & set(register.index)
    came = now[now["household_code"].isin(stays) & ~now["person_code"].isin(before["person_code"])]
    assert set(came["membership_change"]) == {"born", "married_in", "moved_in"}


def test_more_die_than_are_born(state: State) -> None:
    counts = of(state, "members")["membership_change"].value_counts()
    assert counts["died"] > counts["born"] > 0
    assert counts["married_out"] > counts["married_in"] > 0


def test_help_that_was_told_of_the_year_stays_told(state: State, life: Life) -> None:
    told, now = (of(state, "assistance_measures", period) for period in (LAST, NEXT))
    assert set(told["measure_code"]) <= set(now["measure_code"])
    assert now["measure_code"].is_unique
    ended = now[now["household_code"].isin(codes(life.of(REMOVAL, MERGE, MOVE, ENDED)))]
    assert ended["ended_on"].notna().all()
    paired = now[now["ended_on"].isna() & (now["measure_type"] == "pairing")]
    assert codes(life.of(ENTRY, SPLIT, RETURN)) <= codes(paired)


def test_a_ledger_repeats_every_entry_that_was_accepted() -> None:
    forms = small_arriving().planted.state.forms
    ledgers = [form for form, period in forms if period == LAST and is_ledger(form)]
    assert len(ledgers) > 5
    for form in ledgers:
        key = list(load_contracts()[form].key)
        rows = forms[form, LAST]
        rows = rows[~rows["held"].astype(bool)] if "held" in rows.columns else rows
        told, now = (set(map(tuple, part[key].astype(str).to_numpy())) for part in (rows, forms[form, NEXT]))
        assert told <= now, form


def test_some_incomes_end_near_the_line_on_their_own_side(state: State) -> None:
    within = parameters(NEXT)["near_the_line"]["within_yuan"]
    for period in ("2015-12", "2016-12", NEXT):
        line = national_line(int(period[:4]))
        register = of(state, "households", period).set_index("household_code")
        incomes = of(state, "household_income", period).set_index("household_code")["net_income_per_head_yuan"]
        national = incomes[register.index[register["identification_standard"] == "01"]]
        near = national[(national - line).abs() <= within]
        assert len(near) > 0.02 * len(national)
        out = register.loc[near.index, "exit_year"].notna()
        assert (near[out] > line).all()
        assert (near[~out] < line).all()
        assert out.any()
        assert not out.all()


def test_half_a_year_of_a_village_is_about_half_of_its_year(state: State) -> None:
    june, december = (of(state, "village_income", p).set_index("village_code") for p in (LAST, NEXT))
    items = [name for name in june.columns if name.endswith("_income_yuan")]
    assert (june[items] <= december[items]).all().all()
    part = june["total_income_yuan"].sum() / december["total_income_yuan"].sum()
    assert 0.45 < part < 0.6
    parts = (june["operating_income_yuan"] / december["operating_income_yuan"])[~june["recorded_shell"].astype(bool)]
    assert parts.std() > 0.03
    subsidies = [of(state, "village_income", p)["subsidy_income_yuan"].sum() for p in ("2015-12", "2016-12", NEXT)]
    assert len(set(subsidies)) == len(subsidies)


def test_claims_fit_their_policies_and_not_all_are_settled(state: State) -> None:
    claims = of(state, "insurance_claims")
    premiums = of(state, "insurance_policies").set_index("policy_number")["premium_yuan"]
    paid = claims.groupby("policy_number")["paid_yuan"].sum()
    ratio = paid.sum() / premiums.sum()
    assert 0.1 < ratio < 3
    for policy, amount in paid.items():
        if policy in premiums.index and premiums[policy] >= 500:
            assert amount <= premiums[policy], policy
    assert set(claims["claim_status"]) == {"settled", "refused", "reported"}
    earlier = of(state, "insurance_claims", LAST).set_index("claim_number")["claimant_id_number"]
    assert claims.set_index("claim_number")["claimant_id_number"][earlier.index].tolist() == earlier.tolist()


def test_policies_and_payments_of_a_year_are_told_once(state: State) -> None:
    terms = [of(state, "insurance_policies", p).set_index("policy_number")["premium_yuan"] for p in (LAST, NEXT)]
    assert terms[0].to_dict() == terms[1].to_dict()
    payments = of(state, "premium_payments")
    assert not payments.duplicated(["policy_number", "payer_kind"]).any()


def test_participation_grows_and_keeps_its_numbers(state: State) -> None:
    told = [of(state, "programme_participation", p).set_index("participation_code") for p in (*PERIODS, NEXT)]
    assert [len(rows) for rows in told] == sorted({len(rows) for rows in told})
    for before, now in pairwise(told):
        same = now.loc[now.index.intersection(before.index), "place_code"]
        assert same.tolist() == before.loc[same.index, "place_code"].tolist()


def test_the_facts_of_the_article_are_those_of_the_still_city(state: State, still: State) -> None:
    def facts(one: State) -> dict[str, float]:
        return {
            name: float(value) for name, value in expected_figures(one).itertuples(index=False) if value is not None
        }

    assert facts(state) == facts(still)


def test_equal_seeds_give_equal_lives_and_another_another() -> None:
    def lived(seed: int) -> State:
        return with_next_period(make_state(TINY_SCALE, TINY_TOWNSHIPS, seed=seed, is_lively=True))

    first, again, other = lived(348), lived(348), lived(4)
    for key, rows in first.forms.items():
        pd.testing.assert_frame_equal(rows, again.forms[key])
    assert not other.plan.life.events.equals(first.plan.life.events)  # type: ignore[union-attr]
