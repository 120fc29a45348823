"""How a part of a workbook becomes elements: by the standard library's parser, as a whole or as the part comes in.

A document type is refused (nothing of ours has one), so that nothing is expanded or fetched. Which parts there are is
``xml_parts``'; what their elements mean is said where they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_CHUNK = 1 << 16
_MAX_OPEN = 1 << 18  # elements; the widest row has 16,384 cells
_DEEPEST = 1_000
_LONGEST_PUT_TOGETHER = 1 << 18  # characters; a cell holds 32,767
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset(("1", "true", "on"))


class PartError(ValueError):
    """A part that is missing, no XML of the expected kind, or contradicts itself."""


class _RootReachedError(Exception):
    pass


def whole(stream: IO[bytes], local: str, namespaces: Sequence[str] = _SPREADSHEET) -> Element:
    """The root of a small part.

    Raises:
        PartError: it is not well-formed, or its root is not the element of that name in one of the namespaces.
    """
    return list(_grow(stream, local, namespaces))[-1][0]


def growing(stream: IO[bytes], local: str) -> Iterator[tuple[Element, bool]]:
    """The root of a large part after each piece of it, and whether that is all: one tree that grows.

    Until then the last child of the root may not be complete, nor that one's last child, and so on. All others are,
    and whoever asks takes them off (``take_complete``), or the part is refused when too much has gathered.

    Raises:
        PartError: as ``whole``; or too many elements stand within one.
    """
    for root, is_all in _grow(stream, local, _SPREADSHEET):
        yield root, is_all
        if sum(1 for _ in root.iter()) > _MAX_OPEN:
            raise PartError(f"more than {_MAX_OPEN} elements within one")


def take_complete(parent: Element, *, is_open: bool) -> list[Element]:
    """The complete children of an element, which are taken off it; of an open one the last may not be complete."""
    count = len(parent) - is_open if len(parent) else 0
    children = parent[:count]
    del parent[:count]
    return children


def drop(parent: Element) -> None:
    """Take off what is complete anywhere within an open element."""
    while len(parent):
        take_complete(parent, is_open=True)
        parent = parent[0]


def _grow(stream: IO[bytes], local: str, namespaces: Sequence[str]) -> Iterator[tuple[Element, bool]]:
    builder = TreeBuilder()  # of this very class: any other is called back for each tag
    holder = builder.start("holder", {})
    parser = XMLParser(target=builder)  # noqa: S314 (no document type gets here, so that there is nothing to expand)
    try:
        for piece in _without_document_type(stream):
            parser.feed(piece)
            if len(holder):
                yield _checked(holder[0], local, namespaces), False
                _refuse_endless(holder[0])
        parser.close()
    except (ParseError, expat.ExpatError, LookupError) as error:  # the last for an encoding that nobody knows
        raise PartError(str(error)) from error
    yield holder[0], True


def _without_document_type(stream: IO[bytes]) -> Iterator[bytes]:
    """The pieces of a part. Up to the root's tag, a second parser sees each before it is handed out."""

    def refuse(*_: object) -> None:
        raise PartError("a document type declaration")

    def stop(*_: object) -> None:
        raise _RootReachedError

    looker = expat.ParserCreate()
    looker.StartDoctypeDeclHandler, looker.StartElementHandler = refuse, stop
    is_before_root = True
    while piece := stream.read(_CHUNK):
        if is_before_root:
            try:
                looker.Parse(piece, False)
            except _RootReachedError:
                is_before_root = False
        yield piece


def _checked(root: Element, local: str, namespaces: Sequence[str]) -> Element:
    if root.tag not in {f"{{{namespace}}}{local}" for namespace in namespaces}:
        raise PartError(f"{root.tag!r} where {local!r} was expected")
    return root


def _refuse_endless(element: Element) -> None:
    """Refuse tags within tags, and a text that comments cut in pieces: it is put together anew at each of them."""
    for _ in range(_DEEPEST):
        if max(len(element.text or ""), len(element.tail or "")) > _LONGEST_PUT_TOGETHER:
            raise PartError(f"a text of more than {_LONGEST_PUT_TOGETHER} characters")
        if not len(element):
            return
        element = element[-1]
    raise PartError(f"elements {_DEEPEST} deep")


def namespace_of(root: Element) -> str:
    """What the names of a part's own elements begin with."""
    return root.tag[: root.tag.rindex("}") + 1]


def rich_text(holder: Element, namespace: str) -> str:
    """The text of a shared text, or of one in its cell: its runs joined, readings of characters left out."""
    name = namespace + "t"
    if len(holder) == 1 and (text := holder.findtext(name)) is not None:
        return text
    holders = (holder, *holder.iterfind(namespace + "r"))
    return "".join([part.text or "" for holder in holders for part in holder.iterfind(name)])


def unescaped(text: str) -> str:
    """A text with ``_x000D_`` and the like as the characters they stand for; half a character is a replacement sign."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return (text or "").lower() in _TRUE
