"""A folder that is made of a sealed release stands beside it whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.release.derived_folder import FOR_THE_GROUP, derived_problems, make_derived_folder
from orchestration.release.manifest import Release
from orchestration.release.verify import verify
from tests.releases import publish_total

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


@pytest.fixture
def release(settings: Settings) -> Release:
    return publish_total(settings, KNOWN_ON, 7.0)


def page(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "counties").mkdir()
        (folder / "counties" / "350426.html").write_text(text, encoding="utf-8")

    return write


def test_a_folder_stands_beside_the_release_and_leaves_it_as_it_was(settings: Settings, release: Release) -> None:
    sealed = {path: path.read_bytes() for path in release.path.rglob("*") if path.is_file()}
    made = make_derived_folder(settings, release, "site", page("尤溪县"))
    assert (made / "counties" / "350426.html").read_text(encoding="utf-8") == "尤溪县"
    assert derived_problems(made) == []
    assert verify(settings).ok
    assert {path: path.read_bytes() for path in sealed} == sealed


def test_a_folder_for_the_group_is_closed_to_others(settings: Settings, release: Release) -> None:
    made = make_derived_folder(settings, release, "area", page("尤溪县"), FOR_THE_GROUP)
    modes = {path.stat().st_mode & 0o777 for path in [made, *made.rglob("*")]}
    assert modes == {0o440, 0o750}


def test_a_maker_that_fails_leaves_what_stood_there(settings: Settings, release: Release) -> None:
    made = make_derived_folder(settings, release, "site", page("before"))

    def fail(folder: Path) -> None:
        (folder / "half.html").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        make_derived_folder(settings, release, "site", fail)
    assert (made / "counties" / "350426.html").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in settings.releases.iterdir()) == [release.release_id]


def test_a_folder_made_again_takes_the_place_of_the_one_before(settings: Settings, release: Release) -> None:
    make_derived_folder(settings, release, "site", page("before"))
    made = make_derived_folder(settings, release, "site", page("after"))
    assert (made / "counties" / "350426.html").read_text(encoding="utf-8") == "after"
    assert sorted(path.name for path in settings.releases.iterdir()) == [release.release_id]


def test_what_was_changed_lost_or_added_in_a_folder_is_named(settings: Settings, release: Release) -> None:
    made = make_derived_folder(settings, release, "site", page("尤溪县"))
    written = made / "counties" / "350426.html"
    written.chmod(0o644)
    written.write_text("changed", encoding="utf-8")
    (made / "added.html").write_text("added", encoding="utf-8")
    assert derived_problems(made) == [
        f"{made / 'added.html'}: not of this folder",
        f"{written}: not what was written; make the folder again",
    ]
    written.unlink()
    assert derived_problems(made)[0] == f"{written}: missing; make the folder again"
