"""What contracts say, as objects that nobody changes and that know no field beside their own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """The base of the models of forms, rules and the cover."""

    model_config = ConfigDict(frozen=True, extra="forbid")
