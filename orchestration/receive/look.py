"""What lies in the inbox: settled files, files still being written, and what is no file that could be received.

Nothing is opened or moved here. Names are paths as the system gives them, also where they are not UTF-8; how they are
shown to people is told here, too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.workbook.characters import visible
from orchestration.workbook.clutter import is_clutter
from orchestration.workbook.words import load_words

_State = tuple[int, int]  # size, and when it was last written


@dataclass(frozen=True)
class PassedOver:
    """Something in the inbox that is not received: its path there, and why."""

    path: str
    why: str


@dataclass
class Look:
    """What one look found.

    Attributes:
        settled: files to receive, in the order in which they were last written.
        waiting: files that may still be written, each as it was.
        passed_over: what a person has to see to.
    """

    settled: list[Path] = field(default_factory=list)
    waiting: dict[Path, _State] = field(default_factory=dict)
    passed_over: list[PassedOver] = field(default_factory=list)


def look(settings: Settings, seen: Mapping[Path, _State] | None = None) -> Look:
    """Look through the inbox.

    Args:
        settings: the home, and how long a file has to rest.
        seen: files that waited when somebody looked before, at least as long ago as a file has to rest: one that is
            still the same is settled, whatever its time of writing says.
    """
    found = Look()
    settled: list[tuple[int, str, Path]] = []
    for path in _files(settings.inbox, found):
        try:
            about = path.stat()
        except FileNotFoundError:
            continue  # taken away meanwhile
        except OSError as error:
            _pass_over(settings, found, path, f"cannot be looked at ({error.strerror})")
            continue
        state = (about.st_size, about.st_mtime_ns)
        if not os.access(path, os.R_OK):
            _pass_over(settings, found, path, "cannot be opened: its rights do not allow it")
        elif _rests(about, settings.settle_seconds) or (seen or {}).get(path) == state:
            settled.append((about.st_mtime_ns, str(path), path))
        else:
            found.waiting[path] = state
    found.settled = [path for _, _, path in sorted(settled)]
    return found


def _rests(about: os.stat_result, seconds: float) -> bool:
    """Whether nobody has written for long enough.

    The clerk's clock may be ahead; then the time counts at which this machine last saw the file change.
    """
    now = clock.now().timestamp()
    touched = about.st_mtime if about.st_mtime <= now else about.st_ctime
    return now - touched >= seconds


def _files(inbox: Path, found: Look) -> Iterator[Path]:
    """Every regular file that could be a return; what else lies there and is no clutter is noted."""

    def unlisted(error: OSError) -> None:
        folder = Path(error.filename)
        if not isinstance(error, FileNotFoundError):
            name = shown_path(folder, inbox) if folder != inbox else "the inbox itself"
            found.passed_over.append(PassedOver(name, f"cannot be listed ({error.strerror})"))

    for folder, folders, files in os.walk(inbox, onerror=unlisted):
        folders[:] = [name for name in sorted(folders) if _is_entered(inbox, found, Path(folder, name))]
        for path in (Path(folder, name) for name in sorted(files) if not is_clutter(name)):
            kind = _kind(path)
            if kind == "":
                yield path
            elif kind is not None:
                _note(inbox, found, path, kind)


def _is_entered(inbox: Path, found: Look, folder: Path) -> bool:
    """Whether files are looked for in a folder; a link or a folder named like a file is noted instead."""
    if is_clutter(folder.name):
        return False
    if folder.is_symlink():
        _note(inbox, found, folder, "is a link")
        return False
    if _is_named_like_a_return(folder.name):
        _note(inbox, found, folder, "is a folder with the name of a file")
        return False
    return True


def _is_named_like_a_return(name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return suffix in {*load_words().workbook_suffixes, *load_words().table_suffixes, ".zip"}


def _kind(path: Path) -> str | None:
    """Empty for a regular file, none for what has gone meanwhile, or what else it is."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISREG(mode):
        return ""
    kinds = ((stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))
    return next((f"is {kind}" for test, kind in kinds if test(mode)), "is no file")


def _note(inbox: Path, found: Look, path: Path, why: str) -> None:
    found.passed_over.append(PassedOver(shown_path(path, inbox), why))


def _pass_over(settings: Settings, found: Look, path: Path, why: str) -> None:
    _note(settings.inbox, found, path, why)


def shown_path(path: Path, inbox: Path) -> str:
    """Where something lies in the inbox, as it may stand on a terminal or in a mail."""
    return visible(display_name(os.path.relpath(path, inbox)))


def display_name(name: str) -> str:
    """A name as text: names that are not UTF-8 come from Chinese Windows."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="backslashreplace")
