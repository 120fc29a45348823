"""The kinds of rows that the pages are made of: a field is a column of the release, and its meaning is told there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator, as ``marts.dim_indicator`` tells of it."""

    indicator: str
    indicator_name: str
    theme: str
    theme_name: str
    definition: str | None
    numerator_name: str | None
    denominator_name: str | None
    unit: str
    unit_name: str
    basis: str
    additivity: str
    frequency: str | None
    first_period: str | None
    latest_period: str | None
    source: str | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A city, county or township of 2017; counties have a tile."""

    division_code: str
    division_level: str
    short_name: str
    full_name: str
    county_code: str | None
    county_name: str | None
    name_2023: str | None
    grid_column: int | None
    grid_row: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, as ``reports.figure`` tells of it."""

    indicator: str
    division_code: str
    period: str
    period_name: str
    value: float | None
    display: str | None
    status: str
    status_name: str | None
    coverage: float | None
    low: float | None
    high: float | None
    rows_questioned: int | None
    basis_name: str | None
    additivity_name: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How many persons came and went between two periods, as ``reports.stock_flow`` tells of it."""

    population: str
    division_code: str
    period: str
    previous_period: str | None
    opening_persons: int
    entered_persons: int
    returned_persons: int
    exited_persons: int
    removed_persons: int
    split_merge_persons: int
    natural_persons: int
    residual_persons: int
    closing_persons: int


@dataclass(frozen=True, slots=True)
class Need:
    """Households of a main cause, and how many have a measure that answers it."""

    division_code: str
    period: str
    cause_name: str
    households: int
    with_measure: int
    with_answer: int


@dataclass(frozen=True, slots=True)
class FormCoverage:
    """A form in a place and period: what was owed of it, and what came."""

    division_code: str
    period: str
    form_title: str
    owed: int
    received: int
    nothing: int
    missing: int
    late: int
    coverage: Decimal | None
    rows_held: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A return that is due and did not come, or was refused."""

    county_code: str | None
    period: str
    submitter_name: str
    form_title: str
    state: str


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """A fact of the article of 2017 that may be shown, as ``reports.article_2017`` tells of it."""

    fact: str
    kind: str
    printed: str | None
    value: Decimal
    computed: Decimal | None
    difference: Decimal | None
    unit: str
    as_of: str
    form_title: str | None
