"""The city that was there first stays, byte for byte: what was judged against it can be judged again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli.main import main
from tests.city_bytes import hash_of_city

pytestmark = pytest.mark.slow

# Of what the commit 3623fe1 wrote. A city that differs is another city: these are never adapted.
SMALL = "469253675e0ae4f31949e33eb93e5adfe41828ec9fcb632b3cef71a33efa1a4d"
WHOLE = "718e0f449d18da769c049e73634fb40f5d3197edd5f8c740c8f70f260537dc5f"


def still_city(out: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    """The hash of what the command writes."""
    monkeypatch.setenv("SANMING_HOME", str(out.with_name("home")))
    done = CliRunner().invoke(main, ["twin", str(out), "--still", *options])
    assert done.exit_code == 0, done.output
    return hash_of_city(out)


def test_two_townships_of_the_still_city_are_what_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert still_city(tmp_path / "out", monkeypatch, "--scale", "0.1", "--townships", "2") == SMALL


@pytest.mark.verify
def test_the_whole_still_city_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert still_city(tmp_path / "out", monkeypatch) == WHOLE


def test_the_hash_sees_a_name_a_byte_and_a_member_but_not_how_it_was_packed(tmp_path: Path) -> None:
    def packed(name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED, file: str = "a.xlsx") -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        with zipfile.ZipFile(folder / file, "w", how) as archive:
            archive.writestr(name, content)
        (folder / "key.csv").write_bytes(content)
        return hash_of_city(folder)

    same = packed("sheet1.xml", b"x" * 99)
    assert packed("sheet1.xml", b"x" * 99, zipfile.ZIP_STORED) == same
    others = (
        packed("sheet2.xml", b"x" * 99),
        packed("sheet1.xml", b"y"),
        packed("sheet1.xml", b"x" * 99, file="b.xlsx"),
    )
    assert len({same, *others}) == 4
