"""What is said of a unit that cannot be told (FL-25): the places, what they state, and what would be understood."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.model import Column, Contract
from orchestration.workbook.notices import Notice
from orchestration.workbook.units import Stated
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import Sheet

_TEXT_SHOWN = 40
_PLACES_SHOWN = 3


@dataclass(frozen=True)
class Statement:
    """What one place of a sheet states: the place as people call it, its text, and what was understood."""

    cell: str
    text: str
    stated: Stated

    @property
    def shown(self) -> str:
        """The place with its text, as a finding names it."""
        text = " ".join(self.text.split())
        text = text if len(text) <= _TEXT_SHOWN else text[:_TEXT_SHOWN] + "…"
        return load_words().phrase("unit_place", cell=self.cell, text=text)


@dataclass(frozen=True)
class UnitProblem:
    """Why a column's unit cannot be told; columns with the same reason and sheet-wide place are told together."""

    phrase: str
    own: tuple[Statement, ...]
    general: tuple[Statement, ...]
    words: tuple[str, ...]


def unit_notice(contract: Contract, sheet: Sheet, same: list[tuple[Column, UnitProblem]]) -> Notice:
    """One finding for all columns with the same reason: the places, what they say, and what would be understood."""
    words = load_words()
    first, problem = same[0]
    own = [statement for _, each in same for statement in each.own]
    statements = [*dict.fromkeys(own), *problem.general]
    shown = [statement.shown for statement in statements]
    places = "、".join(shown[:_PLACES_SHOWN])
    if len(shown) > _PLACES_SHOWN:
        rest = shown[len(shown) - len(problem.general) :]
        places = words.phrase("and_more", listed="、".join([*shown[: _PLACES_SHOWN - 1], *rest]), count=len(shown))
    return Notice(
        "FL-25",
        form=contract.form,
        sheet=sheet.name,
        cell="、".join(statement.cell for statement in statements),
        value=words.phrase(problem.phrase, places=places, words="、".join(problem.words)),
        expected=words.phrase("unit_expected", header=first.header, words="、".join(_understood(first))),
    )


def _understood(column: Column) -> list[str]:
    """The words to tell a clerk: the template's own and the usual ones."""
    words = load_words()
    unit = column.unit or ""
    usual = words.unit_examples.get(unit) or tuple(words.units.get(unit, ()))[:1]
    return [word for word in dict.fromkeys([column.header_unit or "", *usual]) if word]
