"""The lines of `sanming check`: the verdict, each form, then what to correct, in the words of ``screen.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from expectations.contract import load_contracts
from expectations.wording import load_screen, load_wording
from orchestration.runs.checked_file import Place, cells_text, counts_of, places_of, verdict_text
from orchestration.workbook.characters import visible

if TYPE_CHECKING:
    from orchestration.runs.preview import Preview

_TOP_PLACES = 200


def show_check(preview: Preview) -> None:
    """Print the outcome of one file."""
    for line in check_lines(preview):
        click.echo(line)


def check_lines(preview: Preview) -> Iterator[str]:
    """The verdict first, then each form, then the findings, the most important first."""
    words = load_screen()
    receipt, places = preview.receipt, places_of(preview.findings)
    yield verdict_text(preview)
    yield words["address"].format(
        file=visible(receipt.original_name),
        submitter=receipt.submitter_code or words["unknown"],
        period=receipt.period or words["unknown"],
    )
    yield from _form_lines(preview)
    shown = places[:_TOP_PLACES]
    number = 0
    for severity, count in counts_of(places).items():
        of_severity = [place for place in shown if place.severity == severity]
        if of_severity:
            yield ""
            yield words["severity_title"].format(severity=load_wording()["severity"][severity], count=count)
        for place in of_severity:
            number += 1
            yield from _place_lines(number, place)
    if len(places) > len(shown):
        yield ""
        yield words["more"].format(count=sum(place.count for place in places[_TOP_PLACES:]))


def _form_lines(preview: Preview) -> Iterator[str]:
    words = load_screen()
    forms = {form: said for form, said in preview.verdicts.items() if form in load_contracts()}
    if forms:
        yield ""
        yield words["forms_title"]
    for form, (verdict, read, accepted, held) in forms.items():
        yield words["form_line" if read else "form_without_rows"].format(
            title=load_contracts()[form].title,
            verdict=words["verdict"][verdict],
            read=read,
            accepted=accepted,
            held=held,
        )


def _place_lines(number: int, place: Place) -> Iterator[str]:
    """The place, what is wrong there, and below it what to do; the same advice is given once."""
    words = load_screen()
    form = place.findings[0].form
    if place.sheet is None:
        where = words["sheet_place"].format(sheet=load_contracts()[form].title) if form else words["whole_file"]
    elif not place.cells:
        where = words["sheet_place"].format(sheet=visible(place.sheet))
    else:
        where = words["cells_place"].format(sheet=visible(place.sheet), cells=cells_text(place.cells))
    yield words["place"].format(number=number, place=where)
    for finding in place.findings:
        yield words["message_line"].format(rule=finding.rule_code, message=visible(finding.message))
    for fix in dict.fromkeys(finding.fix for finding in place.findings):
        yield words["fix_line"].format(fix=visible(fix))
