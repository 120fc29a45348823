"""`sanming check FILE`: what a night would say to one file, for the clerk who sends it, so all of it in Chinese."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from orchestration.cli.refusals import UNREADABLE, refusals, settings_from_env

_STDOUT = 1  # as the operating system numbers it


class _Command(click.Command):
    """A command whose help and usage errors are the clerk's too; click's own are English."""

    def get_help(self, ctx: click.Context) -> str:
        from expectations.wording import load_screen

        return str(load_screen()["help"])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except (click.NoSuchOption, click.BadOptionUsage) as error:
            raise _Trouble("bad_option", option=error.option_name) from error


class _Trouble(click.ClickException):
    """Why nothing could be tried, as a sentence of ``screen.yaml``; ends with the code of an unreadable file."""

    exit_code = UNREADABLE

    def __init__(self, name: str, **values: object) -> None:
        from expectations.wording import load_screen
        from orchestration.workbook.characters import visible

        shown = {key: visible(value) if isinstance(value, str) else value for key, value in values.items()}
        super().__init__(load_screen()["trouble"][name].format(**shown))

    def show(self, file: Any = None) -> None:
        """Print the sentence alone: no prefix of another language stands before it."""
        click.echo(self.message, file=file or sys.stderr)


@click.command(cls=_Command, short_help="Validate FILE as a night would, without storing anything.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say what a night would say to a file; exit code 0: accepted, 1: findings that block, 2: it cannot be read."""
    from orchestration.cli.check_screen import show_check
    from orchestration.runs.checked_file import EXIT_CODES, document, outcome_of, refused_document
    from orchestration.workbook.characters import visible

    try:
        file = _one_file(files)
    except _Trouble as trouble:
        if as_json:
            _print_document(refused_document("、".join(visible(str(file)) for file in files), trouble.message))
            sys.exit(UNREADABLE)
        raise
    from orchestration.runs.preview import preview_file

    with refusals(), _nothing_else_printed():
        preview = preview_file(settings_from_env(), file)
    if as_json:
        _print_document(document(preview))
    else:
        show_check(preview)
    sys.exit(EXIT_CODES[outcome_of(preview)])


@contextmanager
def _nothing_else_printed() -> Iterator[None]:
    """Keep the output to the verdict: DuckDB draws progress bars, past Python, where it takes Python for a console."""
    sys.stdout.flush()
    kept, nowhere = os.dup(_STDOUT), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDOUT)
        yield
    finally:
        os.dup2(kept, _STDOUT)
        os.close(kept)
        os.close(nowhere)


def _one_file(files: tuple[Path, ...]) -> Path:
    """The file to try, or the sentence that says why there is none."""
    from orchestration.workbook.clutter import is_clutter

    if not files:
        raise _Trouble("no_file")
    if len(files) > 1:
        raise _Trouble("many_files", count=len(files))
    (file,) = files
    if file.is_dir():
        raise _Trouble("folder", file=str(file))
    if not file.exists():
        raise _Trouble("missing", file=str(file))
    if not file.is_file():
        raise _Trouble("no_regular_file", file=str(file))
    if is_clutter(file.name):
        raise _Trouble("unfinished", file=file.name)
    try:
        file.open("rb").close()
    except OSError as error:
        raise _Trouble("closed", file=str(file)) from error
    return file


def _print_document(document: dict[str, Any]) -> None:
    # Half a character in a name or cell has no UTF-8; in JSON it can be escaped.
    text = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))
