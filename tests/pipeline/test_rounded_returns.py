"""A township that rounds its villages' income is believed; a total that no rounding explains is not."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.inbox import receive
from tests.builders import SUBMITTER, make_workbook

PARTS = ("operating", "contract", "investment", "subsidy", "other")
TOTAL = "total_income_yuan"
VILLAGES = 12
CODES = [
    code
    for (code,) in duckdb.sql(
        f"select code from read_csv('dbt_project/seeds/village_2017.csv', all_varchar = true)"
        f" where starts_with(code, '{SUBMITTER}') order by code limit {VILLAGES}"
    ).fetchall()
]
# The village whose total is wrong: by what six rounded numbers leave open, and 100 yuan.
WRONG = 5


def written(yuan: Decimal) -> float:
    """As a clerk writes it: 万元 with two decimals, of which a sheet keeps no closing zeros."""
    return float(round(yuan / 10000, 2))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A checked home with one return of every village; incomes are to the yuan, and written rounded."""
    settings = Settings(home=tmp_path_factory.mktemp("rounded"), settle_seconds=0, workers=1)
    chance = random.Random(15)
    clean: dict[str, Any] = load_contracts()["village_income"].clean_rows[0]
    rows = []
    for number, code in enumerate(CODES, start=1):
        incomes = {name: Decimal(chance.choice((0, 5000, chance.randrange(60000)))) for name in PARTS}
        parts = {f"{name}_income_yuan": written(yuan) for name, yuan in incomes.items()}
        total = written(sum(incomes.values(), Decimal(0)))
        if number == WRONG:
            total = float(round(Decimal(str(sum(parts.values()))) + Decimal("0.04"), 2))
        rows.append(
            {
                **clean,
                **parts,
                "sequence": number,
                "village_code": code,
                "registered_poor_village": "是",
                "recorded_shell": "否",
                TOTAL: total,
            }
        )
    make_workbook(settings.inbox / SUBMITTER / "村.xlsx", forms={"village_income": rows})
    receive(settings)
    land(settings)
    check_periods(settings, ("2017-06",))
    return settings


def _rows(settings: Settings, area: Path, columns: str) -> list[tuple[Any, ...]]:
    file = settings.warehouse / area / "period=2017-06" / "rows.parquet"
    return duckdb.sql(f"select {columns} from read_parquet('{file}') order by all").fetchall()


def test_only_the_total_that_no_rounding_explains_is_asked_about_and_every_village_stays(home: Settings) -> None:
    difference = f"{TOTAL} - (" + " + ".join(f"{part}_income_yuan" for part in PARTS) + ")"
    accepted = _rows(home, Path("accepted/village_income"), f"village_code, row_number, abs({difference})")
    assert [code for code, _, _ in accepted] == CODES
    assert sum(off > 1 for _, _, off in accepted) > 1, "no other total differs from its rounded parts: nothing is shown"
    found = _rows(home, Path("findings/findings"), "rule_code, column_name, row_number, severity")
    asked = [finding[1:] for finding in found if finding[0] == "VI-08"]
    assert asked == [(TOTAL, row, "explain") for code, row, _ in accepted if code == CODES[WRONG - 1]]
