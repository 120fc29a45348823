"""Amounts rounded in the unit that a clerk writes: what was written is the truth of that cell from then on.

Every cell is rounded for itself, so parts and their total need not agree to the yuan. Only a village's income is told
so: which villages are shells is recorded by counties, and no figure of the article is a sum of these amounts. Where an
error stands on a sheet nothing is rounded, since the rules tell the precision from the finest cell of a column; nor
where so little is left of an amount that a project added more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from twin.clerks import office_of, rates_of_clerks
from twin.duties import submitter_of
from twin.places import words
from twin.plant import Planted

FORM, PROJECTS = "village_income", "village_projects"
TEN_THOUSAND = 10_000


def round_amounts(planted: Planted) -> Planted:
    """The city with its villages' incomes as their clerks write them."""
    forms = dict(planted.state.forms)
    seed = planted.state.plan.seed
    columns = amounts_in_ten_thousands()
    for (form, period), rows in planted.state.forms.items():
        if form != FORM:
            continue
        senders = submitter_of(rows)
        is_touched = rows["tag"].notna() if "tag" in rows.columns else senders.isna()
        written = rows.copy()
        for sender in sorted(set(senders) - set(senders[is_touched])):
            office = office_of(sender, seed)
            if office.hands[0].other_unit or office.decimals == max(rates_of_clerks()["decimals"]):
                continue
            mine = rows[senders == sender].copy()
            exact = mine[columns].to_numpy(dtype=float) / TEN_THOUSAND
            mine[columns] = np.round(np.round(exact, office.decimals) * TEN_THOUSAND, 2)
            if covers_projects(mine, forms.get((PROJECTS, period), pd.DataFrame())):
                written.loc[mine.index, columns] = mine[columns]
        forms[form, period] = written
    return replace(planted, state=replace(planted.state, forms=forms))


def covers_projects(written: pd.DataFrame, projects: pd.DataFrame) -> bool:
    """Whether what projects add still fits into what was written: VP-12 allows a yuan more, and no rounding."""
    if projects.empty:
        return True
    villages = written["village_code"].tolist()
    items = {name: dict(zip(villages, written[name].tolist(), strict=True)) for name in written.columns}
    inside = projects[projects["village_code"].isin(villages)]
    added = inside.groupby(["village_code", "income_item"], as_index=False)["income_added_yuan"].sum()
    return all(
        float(yuan) <= float(items[f"{item}_income_yuan"][village])
        for village, item, yuan in zip(
            added["village_code"], added["income_item"], added["income_added_yuan"], strict=True
        )
    )


def amounts_in_ten_thousands() -> list[str]:
    """The columns whose header says 万元."""
    unit = words()["units"]["ten_thousand"]
    return [column.name for column in load_contracts()[FORM].columns if column.header_unit == unit]
