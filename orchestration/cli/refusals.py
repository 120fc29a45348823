"""What every subcommand answers with when something cannot be used: exit codes and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from orchestration.core.clock import MomentError
from orchestration.core.settings import Settings, SettingsError

FAILED, UNREADABLE, USAGE, BUSY = 1, 2, 64, 75


class Refusal(click.ClickException):
    """Something that cannot be used; the message says what, where, what was expected and what to do."""

    exit_code = USAGE


class Busy(Refusal):
    """Another night is at work."""

    exit_code = BUSY


class Failed(Refusal):
    """A step that could not be done."""

    exit_code = FAILED


@contextmanager
def refusals() -> Iterator[None]:
    """What a release's functions refuse, and a setting or key that cannot be used, with the exit code of its kind."""
    from orchestration.core.lock import HomeBusyError
    from orchestration.decisions.decision import DecisionLogError
    from orchestration.release.manifest import ReleaseError

    try:
        yield
    except HomeBusyError as error:
        raise Busy(str(error)) from error
    except (ReleaseError, DecisionLogError, MomentError) as error:
        raise Failed(str(error)) from error
    except SettingsError as error:
        raise Refusal(str(error)) from error


def settings_from_env() -> Settings:
    """The settings, or a refusal that says which variable cannot be used."""
    from orchestration.core.variables import read_settings  # pydantic, which asking for help does without

    try:
        return read_settings()
    except SettingsError as error:
        raise Refusal(str(error)) from error
