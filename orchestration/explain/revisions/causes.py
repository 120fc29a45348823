"""The reasons of a report, numbered: one submission is told once, however many figures and forms it moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from orchestration.explain.revisions.arrivals import Reason


@dataclass(frozen=True)
class Cause:
    """A reason as a report tells it: one submission with those of its forms that moved a figure told here.

    Forms of which its sender wrote something else are another cause.

    Attributes:
        reason: what did it, without a form.
    """

    reason: Reason
    forms: tuple[str, ...]


@dataclass
class Causes:
    """Numbers the causes of a report from 1, in the order in which its figures come upon them."""

    numbers: dict[tuple[Reason, bool], int] = field(default_factory=dict)
    forms: dict[int, set[str]] = field(default_factory=dict)

    def number(self, reason: Reason) -> int:
        """The number of a reason's cause; a new one where nothing was told of it."""
        key = replace(reason, form=None), reason.is_decision
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        if reason.form is not None:
            self.forms.setdefault(number, set()).add(reason.form)
        return number

    def in_order(self) -> tuple[Cause, ...]:
        """All causes in the order of their numbers."""
        numbered = self.numbers.items()
        return tuple(Cause(reason, tuple(sorted(self.forms.get(number, ())))) for (reason, _), number in numbered)
