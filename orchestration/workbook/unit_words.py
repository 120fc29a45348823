"""Unit words: which words name a unit of a column, and what each is a multiple of.

Which of them a text states is told by ``units``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from expectations.model import Column
from orchestration.workbook import characters
from orchestration.workbook.words import load_words

_SPACED_OUT = re.compile(r"(?<!\w)(\w) {2,}(?=\w(?!\w))")  # 单　位：万　元
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


def fold_unit(text: str) -> str:
    """A text as unit words are compared: half-width, small letters, one form of each character, blanks kept."""
    wide = str(text).replace("\u3000", "  ").replace("\t", "  ").replace("\r\n", " ").replace("\n", " ")
    narrow = unicodedata.normalize("NFKC", characters.fold(wide)).replace("*", "").lower()
    return _SPACED_OUT.sub(r"\1 ", _THOUSANDS.sub("", narrow.translate(_variants())))


@cache
def _variants() -> dict[int, str]:
    return {ord(variant): word for variant, word in load_words().unit_variants.items()}


@cache
def native_factors(unit: str) -> dict[str, float]:
    """Words of a kind of unit → factor, those with a magnitude before them included."""
    words = load_words()
    own = dict(words.units.get(unit, {}))
    if unit in words.magnified_units:
        counted = [word for word, factor in own.items() if factor == 1]
        scaled = {size + word: factor for size, factor in words.unit_magnitudes.items() for word in counted}
        own = {**scaled, **own}
    return own


@cache
def converted_factors(unit: str) -> dict[str, float]:
    """Words of other kinds of unit that this kind can be read in → factor."""
    return dict(load_words().converted_units.get(unit, {}))


def unit_factors(column: Column) -> dict[str, float]:
    """Unit words that may stand with a column → factor to the unit of its typed value."""
    unit = column.unit or ""
    return {**converted_factors(unit), **native_factors(unit)}


@cache
def unit_words() -> frozenset[str]:
    """Every word that names a unit, of columns or of nothing that is read."""
    words = load_words()
    own = {word for unit in words.units for word in native_factors(unit)}
    own |= {word for unit in words.converted_units for word in converted_factors(unit)}
    return frozenset(own | set(words.foreign_units))


@cache
def measure_words() -> frozenset[str]:
    """Words of money and areas, and units nothing is read in: what changes a value if it is passed over."""
    words = load_words()
    return frozenset({w for unit in words.measure_units for w in native_factors(unit)} | set(words.foreign_units))


@cache
def time_words() -> frozenset[str]:
    """Words of time: behind an amount they say of which span it is (（年）), above the headers they are dates."""
    return frozenset(word for unit in load_words().time_units for word in native_factors(unit))
