"""A macro of the dbt project rendered alone, so that DuckDB can be asked what its SQL says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2

RULES = Path(__file__).parents[1] / "dbt_project" / "macros" / "rules"


def rendered(macro: str, call: str, **stand_ins: Callable[..., str]) -> str:
    """The SQL of a call of one macro; a relation goes by its own name.

    Args:
        macro: the name of the macro and of its file.
        call: the call as a model writes it.
        stand_ins: other macros that it calls.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.globals.update(ref=lambda name: name, **stand_ins)
    return environment.from_string((RULES / f"{macro}.sql").read_text(encoding="utf-8") + call).render()
