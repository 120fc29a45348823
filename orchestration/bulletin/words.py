"""The words of the bulletin: names and lists in ``words.yaml``, sentences in ``templates/sentences.j2``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from orchestration.core.templates import read_words, template_environment

FOLDER = Path(__file__).parent
_SENTENCES = "sentences.j2"


def bulletin_words() -> dict[str, Any]:
    """Everything in ``words.yaml``."""
    return read_words(FOLDER)


def sentence(name: str, /, **given: Any) -> str:
    """A sentence of the template, of what it is about. It is plain text: what it goes into escapes it."""
    written: str = getattr(_sentences(), name)(**given)
    return "".join(written.split("\n")).strip()


@cache
def _sentences() -> Any:
    # Text, which the page and the workbook escape each in its own way.
    environment = template_environment(FOLDER / "templates", is_html=False)
    return environment.get_template(_SENTENCES).module
