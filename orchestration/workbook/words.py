"""The words and limits of reading (``contracts/reading.yaml``) and how two spellings are compared.

What a form is lives in its contract and what the cover says in ``cover.yaml``; here is only what
reading needs beside them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from expectations.model import CONTRACTS_DIR
from orchestration.workbook.characters import fold, look_alikes


class Limits(BaseModel):
    """Sizes above which a file is not opened, and how far a header row is searched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_bytes: int
    unpacked_bytes: int
    members: int
    member_ratio: int
    ratio_from_bytes: int
    sheet_cells: int
    sheets: int
    record_count: int
    header_rows_searched: int
    header_depth: int
    reader_seconds: int
    reader_bytes: int


class VillageWords(BaseModel):
    """Suffixes to drop from a village's short name and to add to what remains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drop: tuple[str, ...]
    add: tuple[str, ...]


class ClockWords(BaseModel):
    """Words of a time that stands behind a day; single characters stand in one text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day_parts: tuple[str, ...]
    hours: str
    minutes: str
    seconds: str
    hour_ends: tuple[str, ...]
    weekday_words: tuple[str, ...]
    weekday_numbers: str
    local_zones: tuple[str, ...]


class ReadingWords(BaseModel):
    """Everything in ``contracts/reading.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: dict[str, dict[str, float]]
    converted_units: dict[str, dict[str, float]]
    unit_magnitudes: dict[str, float]
    magnified_units: tuple[str, ...]
    measure_units: tuple[str, ...]
    time_units: tuple[str, ...]
    percent_units: tuple[str, ...]
    unit_examples: dict[str, tuple[str, ...]]
    unit_explained_words: tuple[str, ...]
    foreign_units: tuple[str, ...]
    unit_variants: dict[str, str]
    currency_marks: tuple[str, ...]
    currency_units: tuple[str, ...]
    unit_label: str
    unit_subjects: tuple[str, ...]
    unit_only_labels: tuple[str, ...]
    unit_lead_words: tuple[str, ...]
    unit_naming_words: tuple[str, ...]
    unit_negations: tuple[str, ...]
    latin_sizes: tuple[str, ...]
    unit_closing_words: tuple[str, ...]
    not_summed_units: tuple[str, ...]
    not_summed_headers: tuple[str, ...]
    date_separators: str
    date_endings: str
    period_marks: str
    clock: ClockWords
    list_separators: str
    numbering_marks: tuple[str, ...]
    numbering_around: str
    numbering_labels: tuple[str, ...]
    village_kinds: dict[str, VillageWords]
    boolean_cell_words: dict[str, bool]
    clutter_names: tuple[str, ...]
    workbook_suffixes: tuple[str, ...]
    table_suffixes: tuple[str, ...]
    count_labels: tuple[str, ...]
    count_prefixes: tuple[str, ...]
    count_units: tuple[str, ...]
    part_endings: tuple[str, ...]
    part_words: tuple[str, ...]
    limits: Limits
    first_period: str
    phrases: dict[str, str]

    def phrase(self, name: str, /, **values: object) -> str:
        """A phrase of a finding with its values filled in."""
        return self.phrases[name].format(**values)


@cache
def load_words(folder: Path = CONTRACTS_DIR) -> ReadingWords:
    """The words and limits of reading."""
    return ReadingWords(**yaml.safe_load((folder / "reading.yaml").read_text(encoding="utf-8")))


_IGNORED = re.compile(r"[ *]+")


def plain(text: object) -> str:
    """A text as labels and headers are compared: half-width, without blanks, asterisks and a closing colon.

    What shows nothing is taken out and dashes are one, as ``characters`` says for every text.
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", fold(str(text)))).rstrip(":")


def coded(text: object) -> str:
    """A text as codes of Latin letters and digits are compared: in capitals, drawn-alike letters as Latin.

    What only resembles a digit stays as it is, as in the cells: ② is a mark, not a 2.
    """
    latin = dict(zip(map(ord, look_alikes()[0]), look_alikes()[1], strict=True))
    return _IGNORED.sub("", fold(str(text))).rstrip(":").upper().translate(latin)


def column_letter(index: int) -> str:
    """The letter Excel gives the column of a 0-based index: 0 → A, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
