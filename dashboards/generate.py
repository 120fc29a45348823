"""Writes the bundle in ``dashboards/bundle``: ``python -m dashboards.generate [--check]``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from dashboards.bundle import bundle

BUNDLE = Path(__file__).resolve().parent / "bundle"


class _Dumper(yaml.SafeDumper):
    """SQL and sentences as blocks, and no references between equal parts."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def texts() -> dict[str, str]:
    """Path in the bundle → text of the file."""
    return {
        path: yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
        for path, content in bundle().items()
    }


def stale(wanted: dict[str, str]) -> list[str]:
    """The files that are not as the spec would have them, or should not be there."""
    there = {path.relative_to(BUNDLE).as_posix(): path for path in BUNDLE.rglob("*.yaml")}
    return sorted(
        path
        for path in wanted.keys() | there.keys()
        if path not in there or there[path].read_text(encoding="utf-8") != wanted.get(path)
    )


def main() -> None:
    """Write the bundle anew, or say what is stale."""
    wanted = texts()
    if "--check" in sys.argv[1:]:
        if found := stale(wanted):
            sys.exit("stale, run `make generate`: " + ", ".join(f"dashboards/bundle/{path}" for path in found))
        return
    shutil.rmtree(BUNDLE, ignore_errors=True)
    for path, text in wanted.items():
        target = BUNDLE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
