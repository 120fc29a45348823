"""The synthetic city: exact at real size, made again the same, fictional, and readable as clerks send it."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from expectations.contract import load_contracts, load_cover
from expectations.id_number import check_digit
from tests.states import full_planted, full_state
from twin.answer_key import NATURAL
from twin.city import City, build_city
from twin.identity import ADDRESS_CODES, Identities, syllables
from twin.loans import PRODUCT
from twin.places import SEEDS, read_places, village_spelling
from twin.plan import COOPERATIVE_VILLAGE, FIRST_TOWNSHIP_FUND_PLACE, FIRST_VILLAGE_FUND_PLACE, choose_townships
from twin.plant import Planted, plant_errors
from twin.score import KEY, score
from twin.state import PERIODS, State, make_state

POOR = ["0", "2", "3"]
# The one address code that is planted because the list of codes leaves it out.
UNKNOWN_ADDRESS = "350499"


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


@pytest.fixture(scope="module")
def planted() -> Planted:
    return full_planted()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_city(tmp_path_factory.mktemp("city"), scale=0.1, townships=8)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def accepted(rows):  # type: ignore[no-untyped-def]
    return rows[~rows["held"].astype(bool)] if "held" in rows.columns else rows


def test_two_builds_of_a_city_are_equal_to_the_byte(small: City, tmp_path: Path) -> None:
    again = build_city(tmp_path, scale=0.1, townships=8)
    assert contents(again.out) == contents(small.out)


def test_another_seed_makes_another_city_with_the_same_totals() -> None:
    one, other = (make_state(0.1, 3, PERIODS, seed).forms["members", "2017-06"] for seed in (348, 7))
    assert len(one) == pytest.approx(len(other), rel=0.2)
    assert set(one["id_number"]).isdisjoint(other["name"])
    assert list(one["name"]) != list(other["name"])


@pytest.mark.parametrize(("period", "poor"), [("2015-12", 55_200), ("2016-12", 28_700), ("2017-06", 28_700)])
def test_registered_persons_and_those_in_poverty_are_the_articles(full: State, period: str, poor: int) -> None:
    register = full.forms["households", period]
    assert (len(register), register["person_count"].sum()) == (36_900, 105_600)
    assert register.loc[register["poverty_status"].isin(POOR), "person_count"].sum() == poor
    assert len(full.forms["members", period]) == 105_600


def test_exits_until_2016_are_the_published_households_and_persons(full: State) -> None:
    register = full.forms["households", "2016-12"]
    out = register[register["poverty_status"] == "1"]
    assert (len(out), out["person_count"].sum()) == (26_900, 76_900)


def test_guaranteed_loans_are_the_articles(full: State) -> None:
    loans = full.forms["guarantee_loans", "2017-06"]
    loans = loans[(loans["loan_product"] == PRODUCT) & loans["guarantor_kind"].isin(["fund", "helper"])]
    assert (loans["principal_yuan"].sum(), loans["household_code"].nunique()) == (78_770_000, 1_738)
    assert loans.groupby("household_code")["balance_yuan"].sum().max() == 50_000
    assert loans["term_months"].max() == 36
    example = loans[loans["contract_number"] == "DB-350426202-00001"].iloc[0]
    assert (example["principal_yuan"], example["guarantor_kind"], example["planted_area_mu"]) == (30_000, "helper", 8)
    assert (example["village_code"], example["fund_code"]) == ("350426202203", "35042620201")


def test_funds_stand_in_59_places_and_the_first_ones_are_the_articles(full: State) -> None:
    funds = full.forms["guarantee_funds", "2017-06"].sort_values("founded_on")
    assert funds["fund_code"].str[:-2].nunique() == 59
    first = funds.groupby("fund_level", sort=False)["fund_code"].first().str[:-2].to_dict()
    assert first == {"township": FIRST_TOWNSHIP_FUND_PLACE, "village": FIRST_VILLAGE_FUND_PLACE}


def test_shell_villages_fall_from_247_to_32_of_the_same(full: State) -> None:
    before, now = (full.forms["village_income", p].set_index("village_code") for p in ("2016-12", "2017-06"))
    shell = before.index[before["recorded_shell"] & before["registered_poor_village"]]
    assert (len(shell), int(now.loc[shell, "recorded_shell"].sum())) == (247, 32)
    assert (len(now), int(now["registered_poor_village"].sum())) == (1_740, 380)


def test_the_cooperatives_village_has_16_households_and_62_persons_in_poverty(full: State) -> None:
    register = full.forms["households", "2017-06"]
    group = register[(register["village_code"] == COOPERATIVE_VILLAGE) & register["poverty_status"].isin(POOR)]
    assert (len(group), group["person_count"].sum()) == (16, 62)


def test_all_measures_and_causes_are_there(full: State) -> None:
    assert full.forms["assistance_measures", "2017-06"]["measure_type"].nunique() == 8
    causes = {row["cause_code"] for row in csv.DictReader((SEEDS / "cause_348.csv").open(encoding="utf-8"))}
    assert causes <= set(full.forms["households", "2017-06"]["main_cause"])


def test_a_part_of_the_city_is_the_whole_plan_cut(full: State) -> None:
    township = FIRST_TOWNSHIP_FUND_PLACE
    part = make_state(townships=(township,)).forms["guarantee_loans", "2017-06"]
    whole = full.forms["guarantee_loans", "2017-06"]
    whole = whole[whole["village_code"].str.startswith(township)]
    columns = ["contract_number", "household_code", "principal_yuan", "released_on", "balance_yuan"]
    assert part[columns].to_numpy().tolist() == whole[columns].to_numpy().tolist()


def test_planting_leaves_the_articles_figures_where_they_are(full: State, planted: Planted) -> None:
    register = accepted(planted.state.forms["households", "2015-12"])
    assert register.loc[register["poverty_status"].isin(POOR), "person_count"].sum() == 55_200
    # A suspicion stands: what the register has beside the plan's households are planted ones that are asked about.
    asked = {finding.tag for finding in planted.findings}
    for period in PERIODS:
        rows = accepted(planted.state.forms["households", period])
        is_own = rows["household_code"].isin(full.forms["households", period]["household_code"])
        assert (is_own.sum(), rows.loc[is_own, "person_count"].sum()) == (36_900, 105_600)
        assert is_own.all() or set(rows.loc[~is_own, "tag"]) <= asked
    loans = accepted(planted.state.forms["guarantee_loans", "2017-06"])
    counted = loans[(loans["loan_product"] == PRODUCT) & loans["guarantor_kind"].isin(["fund", "helper"])]
    assert (counted["principal_yuan"].sum(), counted["household_code"].nunique()) == (78_770_000, 1_738)
    funds = accepted(planted.state.forms["guarantee_funds", "2017-06"])
    assert funds["fund_code"].str[:-2].nunique() == 59
    villages = accepted(planted.state.forms["village_income", "2017-06"])
    assert (len(villages), villages["registered_poor_village"].sum()) == (1_740, 380)


def test_planting_twice_into_one_city_plants_the_same() -> None:
    state = make_state(0.1, 4)
    first, second = plant_errors(state), plant_errors(state)
    assert first.findings == second.findings
    for key, rows in first.state.forms.items():
        pd.testing.assert_frame_equal(rows, second.state.forms[key])


def test_every_rule_that_can_be_judged_is_planted(planted: Planted) -> None:
    rules = [rule for contract in load_contracts().values() for rule in contract.judging if not rule.retired_on]
    # What the office does not know (a base rate, days of notice) cannot be broken: the rule reports "not evaluated".
    unknown = {rule.code for rule in rules if rule.not_evaluated_when is not None}
    assert planted.left_out == ()
    assert {rule.code for rule in rules} - {finding.rule_code for finding in planted.findings} <= unknown


def test_ids_are_well_formed_unique_and_nobodys(planted: Planted) -> None:
    wrong = {f.tag for f in planted.findings if f.form == "members"}
    for period in PERIODS:
        rows = planted.state.forms["members", period]
        clean = rows[~rows["tag"].isin(wrong)] if "tag" in rows.columns else rows
        numbers = clean["id_number"].tolist()
        assert all(number[:6] in ADDRESS_CODES and check_digit(number[:17]) == number[17] for number in numbers)
        assert all(date(int(n[6:10]), int(n[10:12]), int(n[12:14])) <= date(2017, 6, 30) for n in numbers)
        clean_codes = clean.drop_duplicates("person_code")["id_number"]
        assert clean_codes.is_unique
        assert {n[:6] for n in rows["id_number"]} <= {*ADDRESS_CODES, UNKNOWN_ADDRESS}


def test_the_sequence_digits_follow_the_sex() -> None:
    identities = Identities(1)
    man, woman = (identities.id_number("350490", date(1980, 2, 29), sex) for sex in ("1", "2"))
    assert (int(man[16]) % 2, int(woman[16]) % 2) == (1, 0)
    assert man != identities.id_number("350490", date(1980, 2, 29), "1")


def test_names_are_made_of_syllables_no_seed_or_contract_knows() -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.csv")))
    contracts = Path(__file__).parents[2] / "expectations" / "contracts"
    known += "".join(path.read_text(encoding="utf-8") for path in sorted(contracts.glob("*.yaml")))
    assert not set(known) & {*syllables("surname"), *syllables("given")}


def test_phones_and_accounts_are_in_ranges_nobody_uses(full: State) -> None:
    register = full.forms["households", "2017-06"]
    assert register["phone"].str.fullmatch(r"100\d{8}").all()
    assert register["phone"].is_unique
    assert register["bank_account"].str.startswith("0009").all()


def test_a_village_name_that_two_units_share_is_written_out() -> None:
    villages = read_places().villages
    for township, group in villages.groupby("township_code"):
        for style in range(4):
            spelled = village_spelling(group, style)
            assert len(set(spelled.values())) == len(spelled), (township, style)


def test_every_workbook_of_a_small_city_opens_and_says_what_it_holds(small: City) -> None:
    titles = {contract.title for contract in load_contracts().values()}
    answered = {row["file"] for row in csv.DictReader(small.answer_key.open(encoding="utf-8"))}
    opened = 0
    for path in small.inbox.rglob("*.xlsx"):
        if path.name in answered:
            continue
        workbook = openpyxl.load_workbook(path)
        cover = workbook[load_cover().sheet]
        assert cover["B2"].value == path.parent.name
        assert set(workbook.sheetnames) - {cover.title} <= titles
        opened += 1
    assert opened


def test_a_planted_cell_stands_where_the_key_says(small: City) -> None:
    keys = [row for row in csv.DictReader(small.answer_key.open(encoding="utf-8")) if row["rule_code"] == "MB-23"]
    (key,) = keys
    contract = load_contracts()["members"]
    sheet = openpyxl.load_workbook(small.inbox / key["submitter_code"] / key["file"])[key["sheet"]]
    headers = [cell.value for cell in sheet[3]]
    column = headers.index(contract.column(key["column_name"]).header)
    assert sheet[int(key["row_number"])][column].value == 13


def test_some_townships_send_zips_and_tables_in_the_encoding_of_their_office(small: City) -> None:
    zips = [p for p in small.inbox.rglob("*.zip") if "2017-06.zip" in p.name]
    tables = [p for p in small.inbox.rglob("*.csv") if load_contracts()["village_income"].title in p.name]
    assert zips and tables
    with zipfile.ZipFile(zips[0]) as archive:
        text = archive.read(archive.namelist()[0]).decode("gb18030")
    assert load_contracts()["households"].column("household_code").header in text.splitlines()[0]


def test_the_name_of_a_csv_says_how_many_rows_it_has(small: City) -> None:
    zips = [path for path in small.inbox.rglob("*.zip") if "2017-06.zip" in path.name]
    assert zips
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                rows = list(csv.reader(archive.read(member).decode("gb18030").splitlines()))[1:]
                assert Path(member).stem.endswith(f"_全量_{len(rows)}")


def test_a_city_without_errors_has_an_empty_key(tmp_path: Path) -> None:
    city = build_city(tmp_path, scale=0.05, townships=1, periods=("2015-12",), errors=False)
    assert len(city.answer_key.read_text(encoding="utf-8").splitlines()) == 1


def test_townships_are_chosen_with_the_articles_first() -> None:
    assert choose_townships(3) == ("350423101", "350426202", "350427105")
    with pytest.raises(ValueError, match="owe no returns"):
        choose_townships(("350426999",))


def test_a_score_counts_what_is_missed_what_is_natural_and_what_nobody_listed(tmp_path: Path) -> None:
    row = ("350426202", "2017-06", "a.xlsx", "s")
    lines = [(*row, "5", "phone", "HH-28"), (*row, "6", "phone", "HH-28"), (*row, "7", "phone", "HH-28"),
             (*row, "8", "phone", "HH-28")]  # fmt: skip
    key = tmp_path / "key.csv"
    with key.open("w", encoding="utf-8", newline="") as file:
        parts = ("planted", "consequence", NATURAL, NATURAL)
        csv.writer(file).writerows([(*KEY, "part"), *((*line, part) for line, part in zip(lines, parts, strict=True))])
    other = (*row, "9", "phone", "HH-28")
    found = duckdb.sql(f"select * from (values {lines[0]}, {lines[2]}, {other}) as t({', '.join(KEY)})")
    result = score(key, found)
    assert (result.planted, result.found, result.natural, result.recall) == (2, 1, 1, 0.5)
    assert result.precision == pytest.approx(2 / 3)
    assert (result.missed, result.unexpected) == ((lines[1], lines[3]), (other,))
