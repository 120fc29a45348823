"""The frozen model of the cover sheet (封面), as contracts/cover.yaml says it; reading the file is ``contract``'s."""

from __future__ import annotations

from typing import Literal

from expectations.frozen import Frozen


class CoverField(Frozen):
    """One labelled cell of the cover sheet."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    classification: Literal["public", "internal", "personal"] = "internal"


class Cover(Frozen):
    """The cover sheet (封面): labelled cells, then one line per form."""

    sheet: str
    title: str
    template_version: str
    fields: tuple[CoverField, ...]
    form_header: str
    mode_header: str
    rows_header: str
    explanation_header: str
    modes: dict[str, tuple[str, ...]]
    total_row_words: tuple[str, ...]
    footer_words: tuple[str, ...]
    null_words: tuple[str, ...]
    true_words: tuple[str, ...]
    false_words: tuple[str, ...]
    known_sheets: tuple[str, ...] = ()
