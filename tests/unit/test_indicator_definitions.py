"""The seeds about indicators and places say everything once: names, formulas, titles, both maps."""

from __future__ import annotations

import csv

from expectations.contract import load_contracts
from tests.rule_examples import SEEDS


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_indicator_is_defined_once_under_a_name_of_its_own() -> None:
    definitions = _rows("indicator_definition")
    for column in ("indicator", "name"):
        values = [row[column] for row in definitions]
        assert len(values) == len(set(values)), column
    # A name that is another indicator's key would make an official figure mean two things.
    assert not {row["indicator"] for row in definitions} & {row["name"] for row in definitions}


def test_every_rate_says_what_its_denominator_is() -> None:
    formulas = {row["indicator"]: row for row in _rows("indicator_formula")}
    definitions = _rows("indicator_definition")
    assert set(formulas) == {row["indicator"] for row in definitions}
    for row in definitions:
        is_rate = "÷" in row["definition"] or row["unit"] in ("ratio", "multiple") or " per " in row["unit"]
        formula = formulas[row["indicator"]]
        assert bool(formula["denominator_name"]) == is_rate, row["indicator"]
        assert formula["numerator_name"], row["indicator"]


def test_nothing_but_plain_figures_may_be_summed_over_places() -> None:
    rates = {row["indicator"] for row in _rows("indicator_formula") if row["denominator_name"]}
    additive = {row["indicator"] for row in _rows("indicator_definition") if row["additivity"] == "places"}
    assert not rates & additive
    assert {row["additivity"] for row in _rows("indicator_definition")} == {"places", "none"}


def test_every_indicator_rests_on_a_form_that_exists() -> None:
    known = {row["code"]: row["name"] for row in _rows("code_return_form")}
    assert {row["form"] for row in _rows("indicator_definition") if row["form"]} <= set(known)
    for form, contract in load_contracts().items():
        assert known[form] == contract.title


def test_forty_of_the_townships_differ_on_the_later_map() -> None:
    townships = [row for row in _rows("division_2017") if row["level"] == "township"]
    differing = [row for row in townships if (row["code"], row["name"]) != (row["code_2023"], row["name_2023"])]
    assert (len(differing), len(townships)) == (40, 149)
    gone = {row["name"] for row in townships if not row["code_2023"]}
    assert "城东乡" in gone


def test_every_threshold_of_exits_is_dated_and_sourced() -> None:
    rows = _rows("exit_threshold")
    defined = {row["indicator"] for row in _rows("indicator_definition")}
    assert {row["measure"] for row in rows} <= defined
    assert all(row["valid_from"] and row["source"] for row in rows)


def test_every_threshold_of_exits_is_read() -> None:
    """The table of who misses one reads them all: their measures are rates of the model of surveys."""
    formulas = {row["indicator"]: row for row in _rows("indicator_formula")}
    model = (SEEDS.parent / "models" / "intermediate" / "int_indicator_surveys.sql").read_text(encoding="utf-8")
    for row in _rows("exit_threshold"):
        assert formulas[row["measure"]]["denominator_name"], row["measure"]
        assert f"'{row['measure']}'" in model, row["measure"]


def test_a_numbered_list_with_gaps_is_not_verified() -> None:
    """What cites a standard carries it."""
    silent = []
    for path in sorted(SEEDS.glob("code_*.csv")):
        rows = _rows(path.stem)
        numbers = {int(row["code"]) for row in rows if row["code"].isdigit()} - {99}
        has_gap = bool(numbers) and len(numbers) <= max(numbers) - min(numbers)
        if has_gap and any(row["verified"] == "true" for row in rows):
            silent.append(path.stem)
    assert silent == []
    # The standard of sexes begins at 0 and ends at 9: its list says which two it takes.
    assert all("不收" in row["source"] for row in _rows("code_sex"))


def test_rates_over_the_inhabitants_of_villages_rest_on_the_same_forms() -> None:
    """Else the range takes a township that never returned them for a small one."""
    forms = {row["indicator"]: {row["form"]} - {"surveys"} for row in _rows("indicator_definition")}
    for row in [*_rows("indicator_form"), *_rows("span_form")]:
        forms[row["indicator"]].add(row["form"])
    bases = {row["indicator"]: row["denominator_name"] for row in _rows("indicator_formula")}
    over = {indicator for indicator, base in bases.items() if base == bases["poverty_rate"]}
    assert over == {"poverty_rate", "comprehensive_poverty_rate"}
    assert {tuple(sorted(forms[indicator])) for indicator in over} == {("households", "members", "village_profiles")}
