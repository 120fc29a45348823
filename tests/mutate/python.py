"""Changes of Python: which there are, and whether the tests that name a module notice one.

Each is tried in a copy of the checkout, where one file is another.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.mutate.homes import ROOT, STORE
from tests.mutate.results import NOBODY, Mutant, Verdict

# What decides: what is read, checked, held, carried, published. Not what only shows or is asked for by a command.
PACKAGES = ("expectations", "orchestration")
_SHOWN = re.compile(r"screen|commands/|cli\.py|defs/|handbook|dictionary|template|markdown|wording|serve\.py|dbt_")
# For all tests of a kind: an endless loop is given up, and tests beside other work are not.
PATIENCE = 900
_COPY = STORE / "copy"
_SWAPS: dict[type[ast.AST], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
    ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
_SUMS: dict[type[ast.AST], str] = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*"}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}

Edit = tuple[str, ast.AST, str]
"""A kind, the node whose text is replaced, and the other text."""


class PythonMutants:
    """All changes of the modules that decide."""

    def all(self) -> Iterator[Mutant]:
        """Every change of a module that a test names."""
        for path in modules():
            source = (ROOT / path).read_text(encoding="utf-8")
            places: dict[str, int] = {}
            for kind, node, _ in edits(source):
                place = places[kind] = places.get(kind, -1) + 1
                yield Mutant("python", path, kind, place, ast.get_source_segment(source, node) or "")

    def attempt(self, mutant: Mutant) -> Verdict:
        """What the tests that name the module say, the quick ones first."""
        path = ROOT / mutant.name
        source = path.read_text(encoding="utf-8")
        kept = [(node, other) for kind, node, other in edits(source) if kind == mutant.kind]
        node, other = kept[mutant.place]
        for copy in (_COPY, _COPY.with_name("unchanged")):
            _make_copy(copy)
        target = _COPY / mutant.name
        target.unlink()  # it is one file with the checkout's
        target.write_text(spliced(source, node, other), encoding="utf-8")
        try:
            return _asked(mutant.name)
        finally:
            target.unlink()
            os.link(path, target)


def modules() -> list[str]:
    """The modules that decide and that tests name."""
    listed = (path.relative_to(ROOT).as_posix() for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
    return [path for path in listed if not _SHOWN.search(path) and not path.endswith("__init__.py")]


def edits(source: str) -> Iterator[Edit]:
    """The changes of a module, in the order of its text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = ast.get_source_segment(source, node.left), ast.get_source_segment(source, node.comparators[0])
            yield "comparison", node, f"{left} {_SWAPS[type(node.ops[0])]} {right}"
        elif isinstance(node, ast.BoolOp):
            word = " or " if isinstance(node.op, ast.And) else " and "
            yield "and or", node, word.join(f"({ast.get_source_segment(source, one)})" for one in node.values)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield "not", node, f"bool({ast.get_source_segment(source, node.operand)})"
        elif isinstance(node, ast.BinOp) and type(node.op) in _SUMS and not _is_text(node):
            left, right = ast.get_source_segment(source, node.left), ast.get_source_segment(source, node.right)
            yield "sum", node, f"({left}) {_SUMS[type(node.op)]} ({right})"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            yield "extreme", node.func, _CALLS[node.func.id]
        elif isinstance(node, ast.Constant):
            yield from _constant(node)


def _constant(node: ast.Constant) -> Iterator[Edit]:
    if isinstance(node.value, bool):
        yield "yes no", node, str(not node.value)
    elif isinstance(node.value, int | float):
        yield "number", node, repr(node.value + 1)


def _is_text(node: ast.BinOp) -> bool:
    parts = (node.left, node.right)
    return any(isinstance(one, ast.JoinedStr) or isinstance(getattr(one, "value", None), str) for one in parts)


def spliced(source: str, node: ast.AST, other: str) -> str:
    """The source with another text in a node's place."""
    lines = source.encode().splitlines(keepends=True)
    before = sum(map(len, lines[: node.lineno - 1])) + node.col_offset  # type: ignore[attr-defined]
    after = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset  # type: ignore[attr-defined]
    whole = source.encode()
    return (whole[:before] + other.encode() + whole[after:]).decode()


def _asked(path: str) -> Verdict:
    quick, slow = tests_of(path)
    for marks, files in (
        ("not slow and not verify", quick),
        ("slow and not verify", quick),
        ("not verify", slow),
    ):
        if files and (said := _run(marks, files)) is not None:
            return said
    return Verdict(NOBODY, f"asked: {', '.join(Path(file).stem for file in (*quick, *slow)) or 'no test'}")


def _run(marks: str, files: tuple[str, ...]) -> Verdict | None:
    """Run the tests up to the first that fails with the change and holds without it."""
    anyway: list[str] = []
    while True:
        asked = [file for file in files if file not in anyway]
        if not asked:
            return None
        deselected = [option for test in anyway for option in ("--deselect", test)]
        try:
            ended = _pytest(marks, (*asked, "-x", *deselected), _COPY, PATIENCE)
        except subprocess.TimeoutExpired:
            return Verdict("time", f"not done in {PATIENCE} s")
        if ended.returncode in {0, 5}:  # 5: nothing to run
            return None
        (failed, *_) = [*_failed(ended.stdout), "?"]
        if failed == "?" or failed in anyway or not _fails_anyway(failed):
            return Verdict("test", failed[:160])
        anyway.append(failed)


@cache
def _fails_anyway(test: str) -> bool:
    """Whether a test does not hold in the copy without any change, either: then it says nothing of one.

    Asked of what has failed alone: to run every test without a change first took as long as all changes did.
    """
    whole = test.partition("[")[0]  # a parameter with a blank in it is told up to the blank
    return test in _failed(_pytest("not verify", (whole,), _COPY.with_name("unchanged"), PATIENCE).stdout)


def _pytest(marks: str, arguments: tuple[str, ...], checkout: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", marks]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, f"--basetemp={STORE / 'bt'}", *arguments],
        cwd=checkout, env=environment, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


def _failed(output: str) -> list[str]:
    """The tests that pytest names at its end, or the files that could not be collected."""
    return re.findall(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)


@cache
def tests_of(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tests that name a module, or else one that imports it: units, and at most one of whole nights."""
    names = {_dotted(path)}
    units = _naming(names, ROOT / "tests" / "unit")
    nights = _naming(names, ROOT / "tests" / "pipeline")
    if not units and not nights:
        names |= {_dotted(one) for one in _naming(names, *(ROOT / package for package in PACKAGES))}
        units, nights = _naming(names, ROOT / "tests" / "unit"), _naming(names, ROOT / "tests" / "pipeline")
    return tuple(units), tuple(nights[:1] or ["tests/pipeline/test_checking.py"])


def _naming(names: set[str], *folders: Path) -> list[str]:
    """The files under folders that import one of the modules."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(_imports(text, name) for name in names):
                found.append(path.relative_to(ROOT).as_posix())
    return found


def _imports(text: str, name: str) -> bool:
    package, _, last = name.rpartition(".")
    return re.search(rf"\b{re.escape(name)}\b|from {re.escape(package)} import [^\n]*\b{last}\b", text) is not None


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _make_copy(copy: Path) -> None:
    """Hard links of all that is tracked, and the checkout's venv."""
    if copy.is_dir():
        return
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, check=True)  # fmt: skip
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(ROOT / name, target)
    (copy / ".venv").symlink_to(ROOT / ".venv")


def forget_copies() -> None:
    """Remove the copies of the checkout: it may change before the next run."""
    for name in ("copy", "unchanged"):
        shutil.rmtree(STORE / name, ignore_errors=True)
