"""Templates of pages and sentences (Jinja2): a name that is not given is an error, and tags leave no lines behind."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def template_environment(folder: Path, *, is_html: bool = True) -> Environment:
    """The templates of a folder; in HTML what is given can do no more than be read."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=is_html,  # noqa: S701 - what is no HTML is text, escaped by what it goes into
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
