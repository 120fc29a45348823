"""The token key is made once, told by its fingerprint, and never replaced without a word."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.home.batches import list_batches, manifest_paths
from orchestration.home.token_key import TokenKeyError, fingerprint, home_key, read_key
from orchestration.read.landing import land
from orchestration.receive.inbox import receive
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, id_number, make_workbook

OTHER_KEY = "5b" * 32


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has received and read one return with an ID number."""
    home = Settings(home=tmp_path_factory.mktemp("landed"), settle_seconds=0, workers=1)
    send(home, "a.xlsx")
    receive(home)
    land(home)
    return home.home


@pytest.fixture
def home(landed: Path, tmp_path: Path) -> Settings:
    """A copy of that home: to read costs seconds."""
    shutil.copytree(landed, tmp_path, dirs_exist_ok=True)
    return Settings(home=tmp_path, settle_seconds=0, workers=1)


def send(home: Settings, name: str, persons: int = 3) -> Path:
    row = {
        "sequence": 1,
        "village_code": VILLAGE,
        "household_code": HOUSEHOLD,
        "head_name": "户主一",
        "head_id_number": id_number("350490", date(1968, 8, 15), 123),
        "person_count": persons,
    }
    return make_workbook(home.inbox / SUBMITTER / name, forms={"households": [row]})


def tokens(home: Settings) -> list[str]:
    files = str(home.landing / "households" / "*" / "*.parquet")
    return [
        token for (token,) in duckdb.execute("select head_token from read_parquet(?) order by 1", [files]).fetchall()
    ]


def forget_fingerprints(home: Settings) -> None:
    """Make the home's manifests those of a home from before there were fingerprints."""
    for path in manifest_paths(home):
        old = json.loads(path.read_bytes())
        del old["key_fingerprint"], old["reading_version"]
        old["files"] = [file["name"] for file in old["files"]]
        path.write_text(json.dumps(old))


def run_night(home: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setenv("SANMING_HOME", str(home.home))
    monkeypatch.setenv("SANMING_SETTLE_SECONDS", "0")
    found = CliRunner().invoke(main, ["night"])
    return found.exit_code, found.output


def test_a_new_home_makes_its_key_before_it_receives_anything(tmp_path: Path) -> None:
    new = Settings(home=tmp_path, settle_seconds=0)
    receive(new)
    assert stat.S_IMODE(new.key_file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(new.key_file.read_text())) == 32
    assert read_key(new) == home_key(new)


def test_every_batch_carries_the_fingerprint_of_its_key(home: Settings) -> None:
    assert [batch.key_fingerprint for batch in list_batches(home)] == [fingerprint(home_key(home))]
    assert home.key_file.read_text() not in str(manifest_paths(home)[0].read_text())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(lambda path: path.unlink(), "the key is missing, and this home holds returns", id="lost"),
        pytest.param(lambda path: path.write_text(""), "holds 0 hexadecimal digits; expected 64", id="emptied"),
        pytest.param(lambda path: path.write_text("5a" * 16), "holds 32 hexadecimal digits", id="too short"),
        pytest.param(lambda path: path.write_text("5a" * 33), "holds 66 hexadecimal digits", id="too long"),
        pytest.param(lambda path: path.write_text("钥匙"), "cannot be read as a key", id="another text"),
        pytest.param(lambda path: path.write_text("x" * 64), "is no key; expected 64", id="no digits"),
        pytest.param(lambda path: path.write_text(OTHER_KEY), "is not the one this home was made with", id="swapped"),
    ],
)
def test_a_night_without_the_homes_own_key_stops_before_anything_moves(
    home: Settings, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], told: str
) -> None:
    before = tokens(home)
    change(home.key_file)
    left = home.key_file.read_bytes() if home.key_file.exists() else None
    waiting = send(home, "b.xlsx", persons=4)
    code, output = run_night(home, monkeypatch)
    assert code == 64
    assert told in output
    assert str(home.key_file) in output
    assert "Restore token.key from the backup" in output
    assert waiting.exists()
    assert tokens(home) == before
    assert (home.key_file.read_bytes() if home.key_file.exists() else None) == left


def test_an_archive_alone_gets_no_new_key(home: Settings) -> None:
    for path in sorted(home.warehouse.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(TokenKeyError, match="the key is missing"):
        land(home)
    assert not home.key_file.exists()


def test_a_release_alone_gets_no_new_key(tmp_path: Path) -> None:
    home = Settings(home=tmp_path)
    (home.releases / "r1").mkdir(parents=True)
    (home.releases / "r1" / "manifest.json").write_text(json.dumps({"key_fingerprint": fingerprint(b"5" * 32)}))
    with pytest.raises(TokenKeyError, match="the key is missing"):
        home_key(home)
    home.key_file.write_text(OTHER_KEY)
    with pytest.raises(TokenKeyError, match=fingerprint(b"5" * 32)):
        home_key(home)


def test_a_home_from_before_fingerprints_takes_the_key_that_gives_its_tokens(home: Settings) -> None:
    before = tokens(home)
    forget_fingerprints(home)
    land(home)
    assert tokens(home) == before
    assert [batch.key_fingerprint for batch in list_batches(home)] == [fingerprint(read_key(home))]


def test_a_home_from_before_fingerprints_refuses_a_key_that_gives_other_tokens(home: Settings) -> None:
    forget_fingerprints(home)
    home.key_file.write_text(OTHER_KEY)
    with pytest.raises(TokenKeyError, match="carry other tokens than this key"):
        land(home)
    assert list_batches(home)[0].key_fingerprint is None


def test_a_restored_archive_with_its_key_has_the_same_tokens(home: Settings) -> None:
    before, key = tokens(home), home.key_file.read_text()
    for path in sorted(home.warehouse.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    home.key_file.write_text(key)
    land(home)
    assert tokens(home) == before
