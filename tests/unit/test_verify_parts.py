"""What is left for `make verify` is run by it: every file with a test so marked stands in a part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tests.verify import PARTS, ROOT, Part

_MARK = "pytest.mark." + "verify"


def marked_files() -> set[str]:
    """The files of the suite that mark a test, or all of theirs, for `make verify`."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if _MARK in path.read_text(encoding="utf-8")
    }


def unrun(files: Iterable[str], parts: Mapping[str, Part]) -> set[str]:
    """The files of which no part runs the marked tests."""
    return set(files) - {argument for part in parts.values() for argument in part.arguments}


def test_every_file_with_a_test_for_verify_is_in_a_part() -> None:
    assert unrun(marked_files(), PARTS) == set()


def test_a_file_in_no_part_is_named() -> None:
    assert unrun(("tests/a.py", "tests/b.py"), {"one": Part(("-m", "verify", "tests/a.py"))}) == {"tests/b.py"}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_runs_what_its_files_have(name: str) -> None:
    """A file that is gone, or has no marked test any more, would leave a part with nothing to run."""
    arguments = PARTS[name].arguments
    files = {argument for argument in arguments if argument.startswith("tests/")}
    assert files
    assert all((ROOT / file).is_file() for file in files)
    assert "-k" not in arguments, "a part runs all marked tests of a file"
    if "-m" in arguments:
        assert arguments[arguments.index("-m") + 1] == "verify"
        assert files <= marked_files()
