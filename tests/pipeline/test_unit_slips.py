"""A column off by the same power of ten in every row holds the form; a single odd value does not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from tests.landed import Return, land

LATER = datetime(2017, 7, 9, 8, 0)
CAPITALS = (354000, 101000, 236000, 77000)


WAN = tuple(capital / 10000 for capital in CAPITALS)
BEFORE = {"period": "2016-12", "received_at": datetime(2017, 1, 3, 8, 0)}
# One office per case: they are judged together, since a check costs seconds however little is in it.
SENT: dict[str, list[Return]] = {}


def cooperatives(submitter: str, capitals: tuple[float, ...], **kwargs: Any) -> None:
    """Send a return of cooperatives with these capitals, half of each from the fund."""
    clean = load_contracts()["cooperatives"].clean_rows[0]
    rows = [
        {
            **clean,
            "village_code": f"{submitter}203",
            "cooperative_code": f"{submitter}203{number:02d}",
            "registered_capital_yuan": capital,
            "poverty_fund_yuan": capital / 2,
        }
        for number, capital in enumerate(capitals, start=1)
    ]
    SENT.setdefault(submitter, []).append(Return(forms={"cooperatives": rows}, submitter=submitter, **kwargs))


def loans(submitter: str, rates: tuple[float, ...], **kwargs: Any) -> None:
    """Send a bank's list with these yearly rates."""
    clean = load_contracts()["bank_loans"].clean_rows[0]
    rows = [
        {**clean, "contract_number": f"{submitter}{n}", "annual_rate_percent": rate} for n, rate in enumerate(rates, 1)
    ]
    SENT.setdefault(submitter, []).append(Return(forms={"bank_loans": rows}, submitter=submitter, **kwargs))


cooperatives("350426201", CAPITALS, **BEFORE)
cooperatives("350426201", WAN)
cooperatives("350426202", WAN, **BEFORE, explanation="核实无误")
cooperatives("350426202", CAPITALS)
cooperatives("350426203", WAN)
cooperatives("350426204", CAPITALS, **BEFORE)
cooperatives("350426204", (35.4, *CAPITALS[1:]))
cooperatives("350426205", (35.4, 10.1))
cooperatives("350426206", CAPITALS, **BEFORE)
cooperatives("350426206", tuple(capital * 20 for capital in CAPITALS))
cooperatives("350426207", CAPITALS, **BEFORE)
cooperatives("350426207", tuple(capital / 20 for capital in CAPITALS))
cooperatives("350423101", CAPITALS, **BEFORE)
cooperatives("350423101", tuple(capital * growth for capital, growth in zip(CAPITALS, (60, 90, 150, 240), strict=True)))
cooperatives("350423102", CAPITALS * 3, **BEFORE)
cooperatives("350423102", tuple(capital / 100 for capital in CAPITALS * 3))
cooperatives("350426208", CAPITALS, **BEFORE)
cooperatives("350426208", WAN, explanation="单位无误，股金确实只有数十元")
cooperatives("350426211", CAPITALS, **BEFORE)
cooperatives("350426211", WAN, explanation="部分社已注销")
cooperatives("350426209", CAPITALS, **BEFORE)
cooperatives("350426209", WAN)
cooperatives("350426209", CAPITALS[:1], mode="correction", received_at=LATER)
cooperatives("350426210", CAPITALS, **BEFORE)
cooperatives("350426210", WAN)
cooperatives("350426210", CAPITALS, received_at=LATER)
loans("350400-PSBC", (0.0475, 0.0435))
loans("350400-RCC", (4.75, 4.35, 4.9), **BEFORE)
loans("350400-RCC", (0.0475, 0.0435, 0.049))
loans("350400-ABC", (4.75, 4.35, 0))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which all of it was checked."""
    settings = Settings(home=tmp_path_factory.mktemp("slips"))
    land(settings, *(sent for returns in SENT.values() for sent in returns))
    check_periods(settings, ("2016-12",))
    return settings


def _select(settings: Settings, table: Path, query: str, submitter: str) -> list[tuple[Any, ...]]:
    file = settings.warehouse / table / "period=2017-06" / "rows.parquet"
    asked = query.format(rows=f"'{file}'") + " and submitter_code = ? order by all"
    return duckdb.execute(asked, [submitter]).fetchall()


def verdict(settings: Settings, submitter: str) -> str:
    """The verdict on the office's last return."""
    query = "select received_at, verdict from read_parquet({rows}) where form is not null"
    return str(_select(settings, Path("findings/submissions"), query, submitter)[-1][1])


def found(settings: Settings, submitter: str) -> list[tuple[Any, ...]]:
    """What was found of units: code, cell, value."""
    query = (
        "select rule_code, cell, value from read_parquet({rows})"
        " where (rule_code like 'FL-%' or rule_code in ('CO-14', 'BL-07'))"
    )
    return _select(settings, Path("findings/findings"), query, submitter)


def capitals(settings: Settings, submitter: str) -> list[float]:
    """The capitals that stand after the office's last return."""
    query = "select registered_capital_yuan from read_parquet({rows}) where known_to is null"
    return [float(row[0]) for row in _select(settings, Path("accepted/cooperatives"), query, submitter)]


def test_wan_yuan_read_as_yuan_in_every_row_holds_the_form_and_is_told_once_with_the_unit(judged: Settings) -> None:
    ((code, cell, value),) = found(judged, "350426201")
    assert (verdict(judged, "350426201"), code, cell) == ("rejected", "FL-26", "F3")
    assert "按模板的“元”读取" in value
    assert "与上次相同的4行相比，中位数由168500元变为16.85元，各行都小约10000倍" in value
    assert "“投入扶贫资金”也是如此" in value


def test_yuan_read_as_wan_yuan_is_told_as_larger(judged: Settings) -> None:
    ((code, _, value),) = found(judged, "350426202")
    assert (verdict(judged, "350426202"), code) == ("rejected", "FL-26")
    assert "各行都大约10000倍" in value


def test_without_a_last_period_the_rules_about_units_hold_the_form_when_all_rows_break_them(judged: Settings) -> None:
    ((code, cell, value),) = found(judged, "350426203")
    assert (verdict(judged, "350426203"), code, cell) == ("rejected", "FL-26", "F3")
    assert "4行中有4行不合常理，中位数为16.85元" in value


def test_one_odd_value_among_right_ones_is_asked_and_holds_nothing(judged: Settings) -> None:
    assert verdict(judged, "350426204") == "accepted"
    assert [code for code, _, _ in found(judged, "350426204")] == ["CO-14"]


def test_too_few_rows_to_tell_are_asked_and_hold_nothing(judged: Settings) -> None:
    assert verdict(judged, "350426205") == "accepted"
    assert [code for code, _, _ in found(judged, "350426205")] == ["CO-14", "CO-14"]


@pytest.mark.parametrize("submitter", ["350426206", "350426207"])
def test_a_column_that_grew_or_shrank_but_by_less_than_a_hundred_passes(judged: Settings, submitter: str) -> None:
    assert verdict(judged, submitter) == "accepted"
    assert "FL-26" not in [code for code, _, _ in found(judged, submitter)]


def test_a_few_rows_about_a_hundred_times_larger_grew_and_many_by_exactly_a_hundred_did_not(judged: Settings) -> None:
    assert "FL-26" not in [code for code, _, _ in found(judged, "350423101")]
    assert [code for code, _, _ in found(judged, "350423102")] == ["FL-26"]


def test_an_explanation_on_the_cover_lets_the_values_stand(judged: Settings) -> None:
    assert verdict(judged, "350426208") == "accepted"
    assert {code for code, _, _ in found(judged, "350426208")} == {"CO-14"}


def test_an_explanation_of_something_else_lets_nothing_stand(judged: Settings) -> None:
    assert [code for code, _, _ in found(judged, "350426211")] == ["FL-26"]


def test_a_correction_of_one_row_waits_until_the_held_whole_is_mended(judged: Settings) -> None:
    assert capitals(judged, "350426209") == []


def test_a_whole_return_in_the_right_unit_replaces_the_held_one(judged: Settings) -> None:
    assert verdict(judged, "350426210") == "accepted"
    assert capitals(judged, "350426210") == sorted(CAPITALS)


def test_rates_all_below_one_percent_are_fractions_written_for_percentages(judged: Settings) -> None:
    ((code, _, value),) = found(judged, "350400-PSBC")
    assert (verdict(judged, "350400-PSBC"), code) == ("rejected", "FL-26")
    assert "填有数字的2行都不到1%" in value


def test_rates_a_hundredth_of_the_last_ones_are_a_slip_of_the_unit(judged: Settings) -> None:
    ((code, _, value),) = found(judged, "350400-RCC")
    assert (verdict(judged, "350400-RCC"), code) == ("rejected", "FL-26")
    assert "中位数由4.75%变为0.0475%，各行都小约100倍" in value


def test_usual_rates_pass(judged: Settings) -> None:
    assert found(judged, "350400-ABC") == []
