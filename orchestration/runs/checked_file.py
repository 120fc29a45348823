"""What became of a file that was tried, put in order for the one who sent it: the decisive first, each place once.

The order and the JSON document are made here; the lines on the screen are ``check_screen``'s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from expectations.contract import load_contracts
from expectations.wording import load_screen, load_wording

if TYPE_CHECKING:
    from orchestration.runs.preview import Preview, TrialFinding

PreviewOutcome = Literal["accepted", "to_correct", "unreadable"]

SCHEMA = 1
EXIT_CODES: dict[PreviewOutcome, int] = {"accepted": 0, "to_correct": 1, "unreadable": 2}
_SEVERITIES = ("block", "explain", "inform")
_CELL = re.compile(r"([A-Z]+)(\d+)")
_MOST_CELLS_NAMED = 8


@dataclass(frozen=True)
class Place:
    """What is said of one place: the whole file, a sheet, or the cells of one column that share a mistake.

    Attributes:
        sheet: as the file names it; none for the whole file.
        cells: addresses in the order of the rows; empty for a whole sheet.
        findings: what is said of each of the cells, the most important first.
    """

    sheet: str | None
    cells: tuple[str, ...]
    findings: tuple[TrialFinding, ...]

    @property
    def severity(self) -> str:
        """That of the most important finding."""
        return self.findings[0].severity

    @property
    def count(self) -> int:
        """How many places of the file are meant."""
        return max(1, len(self.cells))


def outcome_of(preview: Preview) -> PreviewOutcome:
    """What becomes of the file as a whole."""
    if preview.is_unreadable:
        return "unreadable"
    return "to_correct" if preview.is_blocked else "accepted"


def verdict_text(preview: Preview) -> str:
    """The one line that tells the clerk whether the file can be sent."""
    counts = counts_of(places_of(preview.findings))
    outcome: str = outcome_of(preview)
    if outcome == "to_correct" and counts["explain"]:
        outcome = "to_correct_and_explain"
    elif outcome == "accepted" and counts["explain"]:
        outcome = "accepted_to_explain"
    return str(load_screen()["outcome"][outcome].format(**counts))


def counts_of(places: Iterable[Place]) -> dict[str, int]:
    """Severity → in how many places it is the highest."""
    found: Counter[str] = Counter()
    for place in places:
        found[place.severity] += place.count
    return {severity: found[severity] for severity in _SEVERITIES}


def in_order(findings: Iterable[TrialFinding]) -> list[TrialFinding]:
    """The findings as they are told: by severity, sheet and row; what is said twice of one place is told once."""
    first: dict[tuple[str | None, str | None, str], TrialFinding] = {}
    for finding in sorted(findings, key=_order):
        first.setdefault((finding.sheet, finding.cell, finding.message), finding)
    return list(first.values())


def places_of(findings: Iterable[TrialFinding]) -> list[Place]:
    """The findings by place, the most important place first; one mistake down a column is one place of many cells."""
    by_place: dict[Any, list[TrialFinding]] = {}
    for number, finding in enumerate(in_order(findings)):
        # Two findings of a whole sheet are two mistakes; two of one cell are about the same content.
        place = (finding.sheet, finding.cell) if finding.cell else number
        by_place.setdefault(place, []).append(finding)
    single = [Place(f[0].sheet, (f[0].cell,) if f[0].cell else (), tuple(f)) for f in by_place.values()]
    return list(_joined(single))


def _joined(places: Iterable[Place]) -> Iterator[Place]:
    """Places of one column of which the same is said become one."""
    together: dict[Any, list[Place]] = {}
    for number, place in enumerate(places):
        column = _CELL.fullmatch(place.cells[0]) if place.cells else None
        said = tuple((f.severity, f.rule_code, f.message) for f in place.findings)
        together.setdefault((place.sheet, column[1], said) if column else number, []).append(place)
    for same in together.values():
        yield replace(same[0], cells=tuple(cell for place in same for cell in place.cells))


def _order(finding: TrialFinding) -> tuple[Any, ...]:
    forms = list(load_contracts())
    position = forms.index(finding.form) + 1 if finding.form in forms else 0
    cell = _CELL.fullmatch(finding.cell or "")
    column = (len(cell[1]), cell[1]) if cell else (0, "")
    row = finding.row_number or (int(cell[2]) if cell else 0)
    return _SEVERITIES.index(finding.severity), position, finding.sheet or "", row, column, finding.rule_code


def cells_text(cells: Sequence[str]) -> str:
    """Addresses of one column as people write them: neighbours as a range, and how many where there are several."""
    words = load_screen()
    rows = [(_CELL.fullmatch(cell), cell) for cell in cells]
    runs = [list(run) for _, run in groupby(enumerate(rows), lambda item: _row(item[1][0]) - item[0])]
    named = [run[0][1][1] if len(run) == 1 else f"{run[0][1][1]}:{run[-1][1][1]}" for run in runs]
    text = "、".join(named[:_MOST_CELLS_NAMED])
    if len(named) > _MOST_CELLS_NAMED:
        text = words["and_more_cells"].format(cells=text)
    return text if len(cells) == 1 else str(words["cells_of_one"].format(cells=text, count=len(cells)))


def _row(cell: re.Match[str] | None) -> int:
    return int(cell[2]) if cell else 0


def document(preview: Preview) -> dict[str, Any]:
    """The JSON document of `sanming check --json` (docs/operations.md): keys in English, texts for the clerk."""
    receipt, screen = preview.receipt, load_screen()
    outcome = outcome_of(preview)
    titles = {form: contract.title for form, contract in load_contracts().items()}
    return {
        "schema": SCHEMA,
        "file": receipt.original_name,
        "outcome": outcome,
        "outcome_text": verdict_text(preview),
        "exit_code": EXIT_CODES[outcome],
        "submitter": receipt.submitter_code,
        "period": receipt.period,
        "counts": counts_of(places_of(preview.findings)),
        "forms": [
            {
                "form": form,
                "title": titles[form],
                "verdict": verdict,
                "verdict_text": screen["verdict"][verdict],
                "rows_read": read,
                "rows_accepted": accepted,
                "rows_held": held,
            }
            for form, (verdict, read, accepted, held) in preview.verdicts.items()
            if form in titles
        ],
        "findings": [_finding_data(finding) for finding in in_order(preview.findings)],
    }


def refused_document(file: str, text: str) -> dict[str, Any]:
    """The JSON document of what could not be tried at all: only the sentence that says why."""
    return {
        "schema": SCHEMA,
        "file": file,
        "outcome": "unreadable",
        "outcome_text": text,
        "exit_code": EXIT_CODES["unreadable"],
        "submitter": None,
        "period": None,
        "counts": dict.fromkeys(_SEVERITIES, 0),
        "forms": [],
        "findings": [],
    }


def _finding_data(finding: TrialFinding) -> dict[str, Any]:
    # A value goes no further than the message does: what the screen does not show, the document does not either.
    shown = finding.value if finding.value and finding.value in finding.message else None
    return {
        "severity": finding.severity,
        "severity_text": load_wording()["severity"][finding.severity],
        "rule": finding.rule_code,
        "form": finding.form,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "row": finding.row_number,
        "value": shown,
        "message": finding.message,
        "fix": finding.fix,
    }
