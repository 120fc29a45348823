"""The article of 2017: each of its sentences beside the figure that was computed from returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orchestration.site.kinds import ArticleFact
from orchestration.site.opened import Opened
from orchestration.site.printed import Units
from orchestration.site.words import words

_HUNDREDTH, _THOUSANDTH = Decimal("0.01"), Decimal("0.001")
_PER_CENT = Decimal(100)


@dataclass(frozen=True)
class Sentence:
    """A sentence and its figures, as they are printed."""

    fact: ArticleFact
    text: str
    kind: str
    value: str
    computed: str | None
    agrees: bool
    period_name: str


@dataclass(frozen=True)
class Section:
    """What the article says about one subject."""

    title: str
    sentences: tuple[Sentence, ...]


def article_sections(opened: Opened, units: Units) -> list[Section]:
    """The facts of the article by subject; what belongs to none comes last."""
    facts = {fact.fact: fact for fact in opened.article}
    sections = []
    for section in words()["article_sections"]:
        found = [facts.pop(key) for key in section["facts"] if key in facts]
        sections.append(_section(opened, units, section["title"], found))
    sections.append(_section(opened, units, words()["article_rest"], list(facts.values())))
    return [section for section in sections if section.sentences]


def _section(opened: Opened, units: Units, title: str, facts: Sequence[ArticleFact]) -> Section:
    return Section(title, tuple(_sentence(opened, units, fact) for fact in facts))


def _sentence(opened: Opened, units: Units, fact: ArticleFact) -> Sentence:
    return Sentence(
        fact=fact,
        text=fact.printed or words()["article_derived"].get(fact.fact, fact.fact),
        kind=words()["article_kinds"].get(fact.kind, fact.kind),
        value=_printed(opened, units, fact.value, fact.unit),
        computed=None if fact.computed is None else _printed(opened, units, fact.computed, fact.unit),
        agrees=fact.difference == 0,
        period_name=opened.name_of(fact.as_of),
    )


def _printed(opened: Opened, units: Units, value: Decimal, unit: str) -> str:
    """A number with its unit, in tens of thousands where nothing is lost by it; of a place its name, if it has one."""
    if unit == "code":
        code = f"{value:.0f}"
        return opened.places[code].full_name if code in opened.places else code
    if unit == "ratio":
        return f"{_short(value * _PER_CENT)} %"
    step = units.step(unit, [value])
    if unit in units.steps and value / step.divisor == (value / step.divisor).quantize(_HUNDREDTH):
        return f"{_short(value / step.divisor)} {step.name}"
    return f"{_short(value)} {words()['article_units'].get(unit, unit)}"


def _short(value: Decimal) -> str:
    return f"{value.quantize(_THOUSANDTH, ROUND_HALF_UP).normalize():f}"
