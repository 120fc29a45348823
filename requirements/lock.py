"""Writes the locks: one resolver run, cut into what a night needs and what each extra adds to it.

`make lock` runs it. Which package belongs to which part is the resolver's to say; its lines, with versions and hashes,
are those of the one run, so that the parts agree wherever they meet. Superset is resolved apart, for a venv of its own
(docs/decisions/0042). Installing is the Makefile's business.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
BASE = ROOT / "requirements.lock"
SUPERSET = ROOT / "requirements" / "superset.in"
# For every Python that pyproject.toml allows, on every platform; no line names where a package was found.
OPTIONS = "--universal --python-version 3.11 --no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet"


def lock_of(extra: str) -> Path:
    """The file that pins what an extra adds to a night's packages."""
    return ROOT / "requirements" / f"{extra}.lock"


def blocks(text: str) -> dict[str, list[str]]:
    """The pins of a lock with their hashes, by name; a name has several where versions differ by Python."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", text.strip()) if text.strip() else []:
        found.setdefault(re.split(r"[\[=]", block, maxsplit=1)[0], []).append(block)
    return found


def compile_to(out: Path, *options: str, source: Path = PROJECT) -> dict[str, list[str]]:
    """Run the resolver; what stands in `out` already is kept where it still fits."""
    command = [sys.executable, "-m", "uv", "pip", "compile", str(source), *OPTIONS.split(), *options]
    subprocess.run([*command, "--output-file", str(out)], check=True)  # noqa: S603 - a fixed command, no shell
    return blocks(out.read_text(encoding="utf-8"))


def main() -> None:
    """Resolve everything at once, then write each lock anew."""
    extras = sorted(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"])
    kept = [path.read_text(encoding="utf-8") for path in (BASE, *map(lock_of, extras)) if path.exists()]
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "all.lock"
        everything.write_text("".join(kept), encoding="utf-8")
        pins = compile_to(everything, "--all-extras", "--generate-hashes")
        within = ("--constraint", str(everything))
        night = set(compile_to(Path(folder) / "night.lock", *within))
        parts = {BASE: night}
        for extra in extras:
            parts[lock_of(extra)] = set(compile_to(Path(folder) / f"{extra}.lock", *within, "--extra", extra)) - night
    for path, names in parts.items():
        path.write_text("".join(f"{block}\n" for name in sorted(names) for block in pins[name]), encoding="utf-8")
    compile_to(SUPERSET.with_suffix(".lock"), "--generate-hashes", source=SUPERSET)


if __name__ == "__main__":
    main()
