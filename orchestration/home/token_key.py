"""The home's key for tokens: made once, in a home that holds nothing yet, and from then on told by its fingerprint.

With another key the same person would be another one, in every figure and without a word. So landed batches and
releases carry the fingerprint of the key they were made with, and nothing is received or read by a key that differs.
The SQL of tokens is in ``read.values``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings, SettingsError
from orchestration.home.batches import batch_paths, list_batches

_KEY_BYTES = 32
_SAMPLE = 50
_RESTORE = "Restore token.key from the backup (docs/operations.md, Backup), with mode 0600, and run again."


class TokenKeyError(SettingsError):
    """A key that tokens cannot be made with: says where, what was expected and what to restore."""


def person_token(key: bytes, id_number: str) -> str:
    """The token of an 18-character ID number: what the SQL computes, for tests and look-ups of one person."""
    return hmac.new(key, id_number.encode(), hashlib.sha256).hexdigest()[:32]


def home_key(settings: Settings) -> bytes:
    """The home's key; made where the home holds nothing that was made with one.

    Raises:
        TokenKeyError: it is missing, is no key, or is not the one this home was made with.
    """
    if not settings.key_file.exists() and not holds_returns(settings):
        _make_key(settings)
    return read_key(settings)


def read_key(settings: Settings) -> bytes:
    """The home's key, compared with what was made with it.

    Raises:
        TokenKeyError: it is missing, is no key, or is not the one this home was made with.
    """
    key = _key_in_file(settings)
    own, known = fingerprint(key), sorted(set(_known_fingerprints(settings)))
    if known and known != [own]:
        raise TokenKeyError(
            f"{settings.key_file}: this key (fingerprint {own}) is not the one this home was made with"
            f" ({', '.join(known)}); every person would count twice. {_RESTORE}"
        )
    if not known and not _yields_landed_tokens(settings, key):
        raise TokenKeyError(
            f"{settings.key_file}: ID numbers in {settings.landing} carry other tokens than this key (fingerprint"
            f" {own}) gives; every person would count twice. {_RESTORE}"
        )
    return key


def fingerprint(key: bytes) -> str:
    """What tells one key from another and says nothing about it."""
    return hmac.new(key, b"sanming token key", hashlib.sha256).hexdigest()[:16]


def copy_key(source: Settings, target: Settings) -> None:
    """Give a home of its own the key of the home it serves.

    Raises:
        TokenKeyError: there is none that can be used.
    """
    read_key(source)
    target.key_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source.key_file, target.key_file)


def holds_returns(settings: Settings) -> bool:
    """Whether anything stands in the home that a key was needed for, or will be."""
    places = (
        (settings.archive, "*/*/*/receipt.json"),
        (settings.landing, "batches/*.json"),
        (settings.releases, "*/manifest.json"),
        (settings.manifests, "*.json"),
    )
    return any(True for folder, pattern in places for _ in folder.glob(pattern))


def _make_key(settings: Settings) -> None:
    path = settings.key_file
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(_KEY_BYTES))
    flush(temporary)
    temporary.rename(path)
    flush(path.parent)


def _key_in_file(settings: Settings) -> bytes:
    path = settings.key_file
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise TokenKeyError(
            f"{path}: the key is missing, and this home holds returns whose persons are known by it. {_RESTORE}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TokenKeyError(f"{path}: cannot be read as a key ({type(error).__name__}). {_RESTORE}") from error
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise TokenKeyError(f"{path}: is no key; expected {2 * _KEY_BYTES} hexadecimal digits. {_RESTORE}") from error
    if len(key) != _KEY_BYTES:
        raise TokenKeyError(
            f"{path}: holds {len(text)} hexadecimal digits; expected {2 * _KEY_BYTES}, {_KEY_BYTES} bytes. {_RESTORE}"
        )
    return key


def _known_fingerprints(settings: Settings) -> Iterator[str]:
    """Those of landed batches and of the releases on disk; none before fingerprints were kept."""
    for batch in list_batches(settings):
        if batch.key_fingerprint is not None:
            yield batch.key_fingerprint
    for path in (*settings.releases.glob("*/manifest.json"), *settings.releases.glob("*/reproduced.json")):
        found = json.loads(path.read_bytes()).get("key_fingerprint")
        if found is not None:
            yield found


def _yields_landed_tokens(settings: Settings, key: bytes) -> bool:
    """Whether a sample of the ID numbers that were read of the archive has the tokens that stand beside them.

    Asked only of a home from before fingerprints: its next batch carries one. Where nothing is landed there is nothing
    to compare with, and the key is taken as it is.
    """
    columns = {
        contract.form: (column.name, column.token_base)
        for contract in load_contracts().values()
        for column in contract.columns
        if column.token_base is not None
    }
    for batch in list_batches(settings):
        for path in batch_paths(settings, batch.batch_id):
            form = path.parent.parent.name
            sample = _sample(path, *columns[form]) if form in columns else []
            if sample:
                return all(person_token(key, id_number) == token for id_number, token in sample)
    return True


def _sample(path: Path, column: str, base: str) -> list[tuple[str, str]]:
    """ID numbers as sent, with their tokens; only such as need no tidying: how a number is read is not asked here."""
    try:
        return duckdb.execute(
            f'select "{column}__text", "{base}_token" from read_parquet(?)'
            f' where regexp_full_match("{column}__text", \'[0-9]{{17}}[0-9X]\') and "{base}_token" is not null'
            f" limit {_SAMPLE}",
            [str(path)],
        ).fetchall()
    except duckdb.Error:  # a damaged file tells nothing; landing makes it anew
        return []
