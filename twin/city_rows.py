"""The rows of a city while errors are planted into it: by place, household and form, changes included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.duties import submitter_of

if TYPE_CHECKING:
    from twin.state import State

# The column that tells what a row is about, where that is no household.
ABOUT = {"guarantee_funds": "fund_code", "village_income": "village_code", "village_profiles": "village_code"}


@dataclass
class CityRows:
    """Clean rows and what was changed in them."""

    state: State
    _changed: dict[tuple[str, str], dict[Any, dict[str, Any]]] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str], dict[str, list[Any]]] = field(default_factory=dict)
    _arrays: dict[tuple[str, str], tuple[list[str], np.ndarray]] = field(default_factory=dict)

    def count(self, form: str, period: str, township: str) -> int:
        """Clean rows of a form and period in a township."""
        return len(self.labels(form, period, "township", township))

    def labels(self, form: str, period: str, by: str, value: str) -> list[Any]:
        """Index labels of the rows of a household (``by='household_code'``), or of a township."""
        key = (form, period, by)
        if key not in self._rows:
            frame = self.state.forms.get((form, period))
            if frame is None:
                return []
            codes = frame[ABOUT.get(form, by)] if by == "household_code" else submitter_of(frame)
            rows: dict[str, list[Any]] = {}
            for label, code in enumerate(codes.tolist()):
                rows.setdefault(code, []).append(label)
            self._rows[key] = rows
        return self._rows[key].get(value, [])

    def values(self, form: str, period: str, label: Any) -> dict[str, Any]:
        """A row's values, changes included."""
        if (form, period) not in self._arrays:
            frame = self.state.forms[form, period]
            self._arrays[form, period] = (list(frame.columns), frame.to_numpy(dtype=object))
        columns, array = self._arrays[form, period]
        # A missing text and a missing number look the same here.
        values = {name: None if value != value else value for name, value in zip(columns, array[label], strict=True)}
        return {**values, **self._changed.get((form, period), {}).get(label, {})}

    def members(self, period: str, code: str) -> list[dict[str, Any]]:
        """The values of a household's members."""
        return [
            self.values("members", period, label) for label in self.labels("members", period, "household_code", code)
        ]

    def about(self, form: str, period: str, code: str) -> dict[str, Any]:
        """The values of the first row about a household (fund, village)."""
        return self.values(form, period, self.labels(form, period, "household_code", code)[0])

    def present(self, form: str, period: str) -> set[str]:
        """Who sent clean rows of a form."""
        frame = self.state.forms.get((form, period))
        return set() if frame is None else set(submitter_of(frame))
