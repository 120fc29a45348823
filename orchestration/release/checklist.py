"""The checklist of a release: what speaks against showing it, looked up in the draft before any reader sees it.

It is a file beside the manifest and no part of the release's content: what is compared with depends on the night.
Whether readers see the release is decided by `gate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.draft import Draft, draft_release
from orchestration.release.gaps import (
    COVERAGE_LIMIT,
    influential_rows,
    jumped_figures,
    missing_returns,
    open_identities,
    unexplained_revisions,
)
from orchestration.release.manifest import (
    DATABASE_NAME,
    Release,
    current_id,
    read_manifest,
    read_note,
    read_release,
)
from orchestration.release.privacy import look_for_persons
from orchestration.release.renamed_columns import attach_release, columns_today

CHECKLIST_NAME = "checklist.json"
ItemStatus = Literal["ok", "warning", "sign", "block"]
# An item that asks for one signature where others warn.
_SIGNED = "redefinitions"
_FIRST = 10  # of what was found, so many are kept in words
_FIGURES = (
    "indicator", "map_edition", "division_level", "division_code", "period", "value", "status", "definition_version",
)  # fmt: skip
_ADVICE = {
    "reconciliations": "Look at reports.reconciliation, reports.stock_flow_residual, quality.fund_balance,"
    " quality.equity_gap and quality.loan_ledger_gap; ask the offices named for a correction.",
    "coverage": f"Ask for what is missing (marts.fct_obligation); the limit is {COVERAGE_LIMIT} of a county's form.",
    "suspects": "Each of these rows alone moves a county's figure (quality.suspect_row): ask the office for a return"
    " that explains or mends it, or waive the alarm (`sanming rules waive`). The seed suspicion_limit has the limits.",
    "jumps": "Look at the figures of the places inside (quality.figure_jump has all of them): ask the office for a"
    " correction, or for the reason on the cover of a return.",
    "revisions": "`sanming release diff` tells every figure; ask the office whose return moved it for the reason, on"
    " the cover of a return.",
    _SIGNED: "No return moved these figures: their definition (docs/indicators.md), a rule, a model or the program"
    " changed, and `sanming release diff` says which. Look at the figures, then stand for them with"
    " `sanming release sign`.",
    "privacy": "Do not show the release. Mend the contract or model that lets the column through and run a night.",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Frozen):
    """One question of the list.

    Attributes:
        found: how many gaps.
        first: some of them, in words.
    """

    name: str
    found: int
    first: tuple[str, ...]
    advice: str

    def outcome(self, blocks: Iterable[str]) -> ItemStatus:
        """What it means where these items block."""
        if not self.found:
            return "ok"
        if self.name in blocks:
            return "block"
        return "sign" if self.name == _SIGNED else "warning"


class Checklist(_Frozen):
    """All items of one release.

    Attributes:
        compared_with: the release that readers saw then; none where nothing was published.
        signatures: how many persons have to sign before readers see it.
    """

    release_id: str
    compared_with: str | None
    signatures: int
    items: tuple[Item, ...]

    def blocking(self, blocks: Iterable[str]) -> tuple[str, ...]:
        """The names of the items that block."""
        wanted = tuple(blocks)
        return tuple(item.name for item in self.items if item.outcome(wanted) == "block")

    @property
    def least_signatures(self) -> int:
        """How many have to sign whatever the settings ask: one where confirmed figures were defined anew."""
        return int(any(item.name == _SIGNED and item.found for item in self.items))


def draft_with_checklist(
    settings: Settings, built: Path, known_on: datetime, checks_held: tuple[str, ...] = ()
) -> Draft:
    """Seal a finished build and put its checklist beside it.

    Raises:
        ReleaseError: nothing to publish, or synthetic and real data would be mixed.
    """
    draft = draft_release(settings, built, known_on, checks_held)
    write_checklist(draft.folder, review(settings, draft))
    return draft


def review(settings: Settings, draft: Draft) -> Checklist:
    """Answer the list for a draft, compared with what readers see now."""
    seen = read_release(settings) if current_id(settings) is not None else None
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        attach_release(connection, draft.folder / DATABASE_NAME, "draft")
        revised, redefined = _revisions(connection, draft, seen)
        items = (
            _item("reconciliations", open_identities(connection, "draft")),
            _item("coverage", missing_returns(connection, "draft")),
            _item("suspects", influential_rows(connection, "draft")),
            _item("jumps", jumped_figures(connection, "draft")),
            _item("revisions", revised),
            _item(_SIGNED, redefined),
            _item("privacy", look_for_persons(connection, "draft")),
        )
    return Checklist(
        release_id=draft.release_id,
        compared_with=seen.release_id if seen else None,
        signatures=settings.signatures,
        items=items,
    )


def write_checklist(folder: Path, checklist: Checklist) -> None:
    """Put the list beside a manifest, in one step."""
    written = folder / f".{CHECKLIST_NAME}"
    written.write_text(checklist.model_dump_json(indent=1), encoding="utf-8")
    written.chmod(0o444)
    flush(written)
    written.replace(folder / CHECKLIST_NAME)
    flush(folder)


def read_checklist(folder: Path) -> Checklist | None:
    """The list of a release; none for one that was rebuilt, or published before there were lists.

    Raises:
        ReleaseError: it cannot be read.
    """
    expected = "expected the checklist of the release. Remove the release, then run a night."
    return read_note(folder / CHECKLIST_NAME, Checklist, expected)


def _item(name: str, found: Sequence[str]) -> Item:
    return Item(name=name, found=len(found), first=tuple(found[:_FIRST]), advice=_ADVICE[name])


def _revisions(
    connection: duckdb.DuckDBPyConnection, draft: Draft, seen: Release | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if seen is None or not _tells_figures(seen):
        return (), ()
    attach_release(connection, seen.database, "seen")
    readers = read_manifest(seen.path)
    known = {given.submission_id for given in readers.inputs}
    arrived = [receipt for receipt in draft.receipts if receipt.submission_id not in known]
    defined_anew = readers.definitions != read_manifest(draft.folder).definitions
    return unexplained_revisions(connection, "draft", "seen", arrived, defined_anew)


def _tells_figures(release: Release) -> bool:
    """Whether a release of an earlier version has the figures, and the columns that are compared."""
    columns = {
        column for table in release.manifest.tables if table.name == "reports.indicator" for column, _ in table.columns
    }
    return set(columns_today(columns)).issuperset(_FIGURES)
