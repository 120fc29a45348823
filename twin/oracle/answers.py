"""Which townships have told what a figure rests on: silent is not zero (decision 0023)."""

from __future__ import annotations

from functools import cache

from expectations.contract import load_contracts
from twin.oracle.book import YEARLY, Book
from twin.oracle.owed import Duties
from twin.places import read_places, seed

# A form, and whether only its return of the period itself says anything.
Need = tuple[str, bool]


@cache
def forms_of(indicator: str) -> tuple[Need, ...]:
    """The forms an indicator rests on; what happened within a time is told by its own form's return of that time."""
    definitions, further = seed("indicator_definition"), seed("indicator_form")
    own = definitions[definitions["indicator"] == indicator]
    needs = [(form, basis in OF_A_TIME) for form, basis in zip(own["form"], own["basis"], strict=True) if form]
    return (*needs, *((form, False) for form in further.loc[further["indicator"] == indicator, "form"]))


@cache
def townships() -> tuple[str, ...]:
    """All townships that owe anything."""
    return tuple(read_places().townships["code"])


def stands(book: Book, need: Need, submitter: str, period: str) -> bool:
    """Whether something a submitter returned stands for a form: of a span only the return of the period does."""
    form, is_of_a_time = need
    if is_of_a_time or (load_contracts()[form].span in YEARLY and form not in WHOLE_LISTS):
        return book.returned(form, submitter, period)
    return book.last_return(form, submitter, period) is not None


OF_A_TIME = ("year-to-date", "in-period")
# Lists by year that are told once they were ever returned: read as a whole, or (villages and what is registered of
# them) for what they say of a state.
WHOLE_LISTS = ("household_decisions", "village_income")


def answered(book: Book, needs: tuple[Need, ...], township: str, period: str) -> bool:
    """Whether all who owe one of the forms for a township have told it; of each form somebody has to."""
    owed = {need: book.duties.owing(need[0], township, period) for need in needs}
    return bool(owed) and all(
        submitters and all(stands(book, need, one, period) for one in submitters) for need, submitters in owed.items()
    )


@cache
def is_due(duties: Duties, needs: tuple[Need, ...], township: str, period: str) -> bool:
    """Whether one of the forms is due for a township and period; where nobody owes one of them nothing is asked."""
    is_asked = all(duties.owing(form, township, period) for form, _ in needs)
    return is_asked and any(load_contracts()[form].due(period) for form, _ in needs)
