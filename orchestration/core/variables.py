"""The only reader of the environment: pydantic-settings types and judges the ``SANMING_`` variables.

What is read here is passed on as ``Settings``. No file is read: ``.env`` is the command's (``cli.env_file``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orchestration.core.settings import CHECKLIST_ITEMS, CHECKOUT, Settings, SettingsError

_PREFIX = "SANMING_"
_SIGN_OFF = 2  # persons, where a release is to be signed


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except RuntimeError as error:  # ~name, and nobody is called so
        raise ValueError(str(error)) from error


def _items(text: object) -> object:
    """The names in a text; a default comes as it is."""
    if not isinstance(text, str):
        return text
    return () if text == "none" else tuple(name.strip() for name in text.split(","))


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    if not set(names) <= set(CHECKLIST_ITEMS):
        raise ValueError
    return names


Seconds = Annotated[float, Field(ge=0, description="a number of at least 0")]
Count = Annotated[float, Field(ge=0, allow_inf_nan=False, description="a number of at least 0")]
Switch = Annotated[Literal["on", "off"], Field(description="on or off")]
Items = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_items),
    AfterValidator(_known),
    Field(description=f"none, or some of {','.join(CHECKLIST_ITEMS)}"),
]


class _Variables(BaseSettings):
    """The variables by their names in small letters; a description says what is expected of one."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True)

    home: Annotated[Path, AfterValidator(_absolute), Field(description="a folder")] = CHECKOUT
    data_origin: Annotated[Literal["synthetic", "real"], Field(description="synthetic or real")] = "synthetic"
    settle_seconds: Seconds = Settings.settle_seconds
    workers: Count = Settings.workers
    keep_releases: Count = Settings.keep_releases
    keep_workings: Count = Settings.keep_workings
    lock_wait_seconds: Seconds = Settings.lock_wait_seconds
    checklist_blocks: Items = Settings.checklist_blocks
    prerelease_group: str | None = None
    sign_off: Switch = "off"
    site: Switch = "on"
    areas: Switch = "on"
    least_people: Annotated[int, Field(ge=2, le=100, description="a whole number from 2 to 100")] = (
        Settings.least_people
    )
    issuer: Annotated[str | None, Field(description="a name")] = None


def read_settings() -> Settings:
    """Settings from the environment (``.env.example`` lists the variables).

    Raises:
        SettingsError: a variable holds something unusable.
    """
    try:
        read = _Variables()
    except ValidationError as error:
        raise SettingsError(_refusal(error)) from error
    return Settings(
        home=read.home,
        data_origin=read.data_origin,
        settle_seconds=read.settle_seconds,
        workers=_at_least_one(read.workers),
        keep_releases=_at_least_one(read.keep_releases),
        keep_workings=_at_least_one(read.keep_workings),
        lock_wait_seconds=read.lock_wait_seconds,
        checklist_blocks=read.checklist_blocks,
        prerelease_group=read.prerelease_group,
        least_people=read.least_people,
        signatures=_SIGN_OFF if read.sign_off == "on" else 0,
        site=read.site == "on",
        areas=read.areas == "on",
        issuer=read.issuer,
    )


def _at_least_one(count: float) -> int:
    return max(1, int(count))


def _refusal(error: ValidationError) -> str:
    """Each variable that cannot be used, with its value and what was expected."""
    lines = []
    for fault in error.errors():
        name = str(fault["loc"][0])
        expected = _Variables.model_fields[name].description
        lines.append(f"{_PREFIX}{name.upper()}={fault['input']!r}: expected {expected}; correct it or unset it")
    return "\n".join(lines)
