"""The ``.env`` of the folder in which the command was started. Which variables count is said in ``core.variables``."""

from __future__ import annotations

from pathlib import Path

from dotenv import load_dotenv

from orchestration.core.settings import SettingsError

ENV_FILE = Path(".env")


def load_env_file() -> None:
    """Take the lines of ``.env`` as if the shell had exported them; what it did export stays.

    Loaded and not only read, so that what the command starts (Dagster's pages, dbt) has the same variables.

    Raises:
        SettingsError: it may not be read, or is no text in UTF-8.
    """
    try:
        load_dotenv(ENV_FILE, encoding="utf-8-sig")  # an editor on Windows may begin it with a mark
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"{ENV_FILE.resolve()}: expected a readable text in UTF-8; correct it or remove it"
        ) from error
