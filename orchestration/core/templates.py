"""Words and templates of pages and sentences (YAML, Jinja2), which stand beside the code that fills them in.

A name that a template is not given is an error, and tags leave no lines behind.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined


@cache
def read_words(folder: Path) -> dict[str, Any]:
    """Everything in a folder's ``words.yaml``."""
    found: dict[str, Any] = yaml.safe_load((folder / "words.yaml").read_text(encoding="utf-8"))
    return found


def template_environment(folder: Path, *, is_html: bool = True) -> Environment:
    """The templates of a folder; in HTML what is given can do no more than be read."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=is_html,  # noqa: S701 - what is no HTML is text, escaped by what it goes into
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
