"""Income of registered households in the year of the period."""

from __future__ import annotations

from collections.abc import Iterator

from twin.oracle.book import Book, first_claims
from twin.oracle.sides import Figure, side

ITEMS = {
    "wage": "wage_income_yuan", "business": "business_income_yuan", "property": "property_income_yuan",
    "transfer": "transfer_income_yuan", "family_planning": "family_planning_yuan", "dibao": "dibao_yuan",
    "wubao": "wubao_yuan", "pension": "pension_yuan", "ecological_compensation": "ecological_compensation_yuan",
    "other_transfer": "other_transfer_yuan",
}  # fmt: skip


def income_figures(book: Book, period: str) -> Iterator[Figure]:
    """Net income a head, and by kind of income who has it and how much on average."""
    rows = first_claims(book.of_period("household_income", period), "household_code")
    rows = rows[rows["income_year"].map(lambda year: str(year)[:4]) == period[:4]]
    if rows.empty:
        return
    yield Figure(
        "net_income_per_head", side(rows, "village_code", "net_income_yuan"), side(rows, "village_code", "person_count")
    )
    for item, column in ITEMS.items():
        has_it = rows[rows[column].notna() & (rows[column] != 0)]
        having = side(has_it, "village_code")
        yield Figure(f"income_share_{item}", having, side(rows, "village_code"))
        yield Figure(f"income_mean_{item}", side(has_it, "village_code", column), having)
