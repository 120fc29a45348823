"""From the inbox into the archive's own space, and from there into its place: the moves of one file.

First the file is renamed out of the inbox, so that what is judged is what is kept and nothing that arrives later under
the same name is touched. Then a copy that nobody else has open is judged and kept. A file is received when its folder
was renamed into place; whatever ends the process before that, the file lies in one of the two spaces and is received by
the next run. What a file is and who sent it is the envelope's to tell.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.core.written_files import file_sha256
from orchestration.receive.archive import RECEIPT, TEMPORARY, Receipt, receipt_folder
from orchestration.receive.look import display_name

_ARRIVED = f"{TEMPORARY}arrived-"
_CAME, _JUDGED = "came", "judged"
_LONGEST_NAME = 255  # bytes
_KEPT_IN_PLACE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY}


class NotMovedError(RuntimeError):
    """A file of the inbox that stays there: why."""


@dataclass(frozen=True)
class Arrived:
    """A file that left the inbox and has no receipt yet.

    Attributes:
        space: its folder in the archive's own space.
        came: the file itself, which others may still hold open.
        name: as it is shown to people.
        folder: name of the inbox folder it lay in, or none for the inbox itself.
        inbox_path: where it lay, as it is shown.
    """

    space: Path
    original: Path
    name: str
    folder: str | None
    inbox_path: str
    modified_ns: int

    @property
    def judged(self) -> Path:
        """The copy that is judged and kept; it carries the name that is shown, which may say who sent it."""
        return self.space / _JUDGED / fitting(self.name)


def take_from_inbox(settings: Settings, path: Path) -> Arrived:
    """Move a file out of the inbox.

    Raises:
        NotMovedError: it may not be moved from where it lies, or is still being written.
        FileNotFoundError: it is there no more.
        OSError: the archive cannot be written.
    """
    space = settings.archive / f"{_ARRIVED}{uuid.uuid4().hex}"
    target = space / _CAME / path.relative_to(settings.inbox)
    target.parent.mkdir(parents=True, mode=0o700)
    try:
        _move(path, target)
    except OSError as error:
        shutil.rmtree(space)
        if error.errno in _KEPT_IN_PLACE:  # the archive has just been written to
            raise NotMovedError(f"cannot be taken away ({error.strerror})") from error
        raise
    except NotMovedError:
        shutil.rmtree(space)
        raise
    return _arrived(space, target)


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_and_remove(path, target)


def _copy_and_remove(path: Path, target: Path) -> None:
    """For an inbox on another file system: remove only the very file that was copied, as it was copied."""
    with path.open("rb") as stream, target.open("xb") as copy:
        before = os.fstat(stream.fileno())
        shutil.copyfileobj(stream, copy)
        copy.flush()
        os.fsync(copy.fileno())
        after, now = os.fstat(stream.fileno()), path.stat()
        states = [(about.st_ino, about.st_size, about.st_mtime_ns) for about in (before, after, now)]
        if len(set(states)) > 1:
            raise NotMovedError("was written while it was copied; the next night looks at it again")
        os.utime(target, ns=(before.st_mtime_ns,) * 2)
        path.unlink()


def _arrived(space: Path, original: Path) -> Arrived:
    parts = original.relative_to(space / _CAME).parts
    return Arrived(
        space=space,
        original=original,
        name=display_name(parts[-1]),
        folder=display_name(parts[0]) if len(parts) > 1 else None,
        inbox_path="/".join(display_name(part) for part in parts),
        modified_ns=original.stat().st_mtime_ns,
    )


def left_behind(settings: Settings) -> list[Arrived]:
    """Files that an earlier run took and did not receive, in the order in which they were written.

    What was received but for the last rename is put into its place; what never left the inbox is removed.
    """
    found = []
    for space in settings.archive.glob(f"{TEMPORARY}*"):
        original = next(_files(space / _CAME), None)
        if space.name.startswith(_ARRIVED) and original is not None:
            shutil.rmtree(space / _JUDGED, ignore_errors=True)
            found.append(_arrived(space, original))
        elif space.name.startswith(_ARRIVED) and (receipt := _receipt_in(space)) is not None:
            _put(settings, space, receipt)
        else:
            shutil.rmtree(space)
    return sorted(found, key=lambda arrived: (arrived.modified_ns, arrived.inbox_path))


def _files(folder: Path) -> Iterator[Path]:
    for base, _, names in os.walk(folder):
        yield from (Path(base, name) for name in names)


def _receipt_in(space: Path) -> Receipt | None:
    try:
        return Receipt.model_validate_json((space / RECEIPT).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def copy_to_judge(arrived: Arrived) -> str:
    """Make the copy that is judged and kept; returns its SHA-256."""
    arrived.judged.parent.mkdir(mode=0o700)
    shutil.copyfile(arrived.original, arrived.judged)
    arrived.judged.chmod(0o600)
    return file_sha256(arrived.judged)


def receive_into_place(settings: Settings, arrived: Arrived, receipt: Receipt) -> Path:
    """Put the judged copy and its receipt into the archive; the last step is one rename."""
    original = arrived.space / receipt.stored_name
    arrived.judged.rename(original)
    written = arrived.space / RECEIPT
    written.write_text(receipt.model_dump_json(indent=2, exclude={"kept_in"}), encoding="utf-8")
    for path in (original, written):
        path.chmod(0o600)
        flush(path)
    # Only now: until both were safely written the file itself had to stay.
    shutil.rmtree(arrived.space / _CAME)
    return _put(settings, arrived.space, receipt)


def _put(settings: Settings, space: Path, receipt: Receipt) -> Path:
    for name in (_CAME, _JUDGED):
        shutil.rmtree(space / name, ignore_errors=True)
    target = receipt_folder(settings, receipt)
    target.parent.mkdir(parents=True, exist_ok=True)
    for folder in (settings.archive, target.parent.parent, target.parent, space):
        folder.chmod(0o700)
    space.rename(target)
    flush(target.parent)
    return target


def fitting(name: str) -> str:
    """A name short enough for a file; GB18030 in a file system's bytes grows by half when it becomes UTF-8."""
    suffix = Path(name).suffix
    stem = name.removesuffix(suffix)
    while len(f"{stem}{suffix}".encode(errors="replace")) > _LONGEST_NAME and stem:
        stem = stem[:-1]
    return f"{stem}{suffix}"
