"""Writes a bulletin as one page of HTML: nothing beside it is needed to read, print or send it."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment

from orchestration.bulletin.document import Bulletin
from orchestration.bulletin.words import FOLDER, sentence
from orchestration.core.templates import template_environment

_TEMPLATE, _STYLE = "bulletin.html.j2", "bulletin.css"
_ORIGIN = "ORIGIN"  # in the style: what stands on every printed page


def page_of(bulletin: Bulletin) -> str:
    """The page; what comes from a release can do no more in it than be read."""
    style = (FOLDER / "templates" / _STYLE).read_text(encoding="utf-8").replace(_ORIGIN, bulletin.origin or "")
    return _environment().get_template(_TEMPLATE).render(bulletin=bulletin, style=style)


@cache
def _environment() -> Environment:
    environment = template_environment(FOLDER / "templates")
    environment.filters["in_base64"] = lambda text: base64.b64encode(text.encode()).decode()
    environment.globals["more_rows"] = lambda count: sentence("more_rows", count=count)
    return environment
