"""Rows and returns: what was owed, came, passed and was held; and how far official figures agree with ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from expectations.contract import load_contracts
from twin.oracle.book import Book, end_of
from twin.oracle.returns import Told, key_of
from twin.oracle.sides import Figure, side
from twin.places import seed

SANMING_HOURS = 8


def row_figures(book: Book, period: str) -> Iterator[Figure]:
    """Data rows of the period's returns that are in force, at the place that their submitter answers for."""
    places = dict(zip(seed("submitter")["submitter_code"], seed("submitter")["area_code"], strict=True))
    told: dict[tuple[str, str], list[Told]] = {}
    for one in book.sent:
        for form, said in one.forms.items() if one.period == period else ():
            told.setdefault((one.submitter, form), []).append(said)
    rows = pd.DataFrame(
        [
            (places[submitter], *(_in_force(form, sent) if book.returned(form, submitter, period) else (0, 0)))
            for (submitter, form), sent in told.items()
        ],
        columns=["place", "read", "held"],
    )
    rows["accepted"] = rows["read"] - rows["held"]
    for name in ("read", "accepted", "held"):
        yield Figure(f"rows_{name}", side(rows, "place", name), is_told=False)
    yield Figure("rows_held_share", side(rows, "place", "held"), side(rows, "place", "read"), is_told=False)


def _in_force(form: str, sent: list[Told]) -> tuple[int, int]:
    """Rows of the last whole and of the corrections after it but for what those replaced; how many are held."""
    last = max((n for n, told in enumerate(sent) if told.mode != "correction"), default=0)
    rows = pd.concat([told.rows.assign(turn=turn) for turn, told in enumerate(sent[last:])], ignore_index=True)
    if rows.empty:
        return 0, 0
    if len(sent) > last + 1:
        newest = rows.groupby(list(key_of(form)), dropna=False)["turn"].transform("max")
        rows = rows[rows["turn"] == newest]
        rows = rows[rows["row_action"].ne("delete")] if "row_action" in rows.columns else rows
    return len(rows), int(rows["held"].sum())


def return_figures(book: Book, period: str) -> Iterator[Figure]:
    """Returns that are due, and what became of them."""
    duties = seed("submitter_form")
    first, last = duties["valid_from"].str[:7], duties["valid_to"].str[:7]
    owed = duties[(first <= period) & ((last == "") | (period <= last))]
    owed = owed[owed["form"].map(lambda form: load_contracts()[form].due(period))]
    verdicts = _verdicts(book, period)
    keys = list(zip(owed["submitter_code"], owed["form"], strict=True))
    owed = owed.assign(verdict=[verdicts.get(key, ("missing", False))[0] for key in keys])
    owed["on_time"] = [verdicts.get(key, ("missing", False))[1] for key in keys]
    due = side(owed, "area_code")
    received = side(owed[owed["verdict"].isin(["accepted", "partly_accepted", "nothing"])], "area_code")
    yield Figure("returns_owed", due, is_told=False)
    yield Figure("returns_received", _with_zeros(received, due), is_told=False)
    for verdict in ("accepted", "partly_accepted", "rejected"):
        found = side(owed[owed["verdict"] == verdict], "area_code")
        yield Figure(f"returns_{verdict}", _with_zeros(found, due), is_told=False)
    yield Figure("returns_received_share", received, due, is_told=False)
    yield Figure("returns_on_time_share", side(owed[owed["on_time"]], "area_code"), due, is_told=False)


def _verdicts(book: Book, period: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """(Submitter, form) → the verdict of the last return, and whether the first came in time."""
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    days = seed("return_deadline")
    waits = dict(zip(days["frequency"], days["days_after"].astype(int), strict=True))
    for one in book.sent:
        if one.period != period:
            continue
        arrived = (one.received + timedelta(hours=SANMING_HOURS)).date()
        for form, told in one.forms.items():
            deadline = end_of(period) + timedelta(days=waits[load_contracts()[form].frequency])
            held = bool(len(told.rows)) and bool(told.rows["held"].any())
            verdict = "nothing" if told.mode == "nothing" else "partly_accepted" if held else "accepted"
            if not book.returned(form, one.submitter, period):
                verdict = "rejected"
            _, was_on_time = found.get((one.submitter, form), ("", arrived <= deadline))
            found[one.submitter, form] = (verdict, was_on_time)
    return found


def _with_zeros(found: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
    """A count of 0 stands wherever something is due."""
    return pd.concat([found, due.assign(amount=0)], ignore_index=True)


def control_figures(book: Book, figures: pd.DataFrame, period: str) -> Iterator[Figure]:
    """Official figures of a period that are not ours, to the precision they are printed in."""
    ours = figures[(figures["period"] == period) & (figures["map_edition"] == "2017") & figures["value"].notna()]
    values = dict(zip(zip(ours["indicator"], ours["division_code"], strict=True), ours["value"], strict=True))
    rows = _stated(book)
    rows = rows[rows["figure_period"] == period]
    rows["ours"] = [values.get(key) for key in zip(rows["indicator"], rows["division_code"], strict=True)]
    rows = rows[rows["ours"].notna()]
    off = [abs(o - float(v)) * 2 > u + 1e-9 for o, v, u in zip(rows["ours"], rows["figure_value"], _units(rows),
                                                               strict=True)]  # fmt: skip
    everything = side(rows, "division_code")
    # Of a period nobody has told an official figure of there are no rows at all.
    differing = side(rows[pd.Series(off, index=rows.index, dtype=bool)], "division_code")
    yield Figure("control_differences", _with_zeros(differing, everything), is_told=False)
    yield Figure("control_difference_share", differing, everything, is_told=False)


def _stated(book: Book) -> pd.DataFrame:
    """The last statement of every figure whose indicator is defined and whose unit is the indicator's."""
    defined = seed("indicator_definition")
    keys = dict(zip(defined["name"], defined["indicator"], strict=True)) | {k: k for k in defined["indicator"]}
    units = dict(zip(defined["indicator"], defined["unit"], strict=True))
    rows = book.ever("control_totals", "9999-12")
    rows["indicator"] = rows["indicator_name"].map(keys)
    rows = rows[rows["indicator"].notna()]
    rows = rows.drop_duplicates(["division_code", "indicator", "figure_period", "source_kind"])
    return rows[rows["figure_unit"] == rows["indicator"].map(units)].reset_index(drop=True)


def _units(rows: pd.DataFrame) -> list[float]:
    """What each figure is printed to: as the office says, else its last written decimal."""
    said = rows["rounding_unit"].tolist()
    written = [Decimal(str(value)).normalize().as_tuple().exponent for value in rows["figure_value"]]
    return [
        float(unit) if unit is not None and unit == unit else 10.0 ** min(int(places), 0)
        for unit, places in zip(said, written, strict=True)
    ]
