"""The texts of a workbook that cells refer to by number. How parts are found and parsed is ``xml_parts``'."""

from __future__ import annotations

from orchestration.submissions.xml_parts import Package, new_parser, parse, prefix_of, unescaped


def shared_texts(package: Package, book: str) -> dict[str, str]:
    """The texts by the number, as text, that cells refer to; runs joined and readings of characters left out."""
    part = next((target for kind, target in package.related(book).values() if kind == "sharedStrings"), None)
    if part is None or not package.has(part):
        return {}
    reader = _Texts()
    with package.open(part) as stream:
        parse(reader.parser, stream)
    return {str(number): text for number, text in enumerate(reader.texts)}


class _Texts:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._runs: list[str] = []
        self._buffer: list[str] = []
        self._is_reading = False  # inside rPh: how a character is pronounced
        self.parser = new_parser()
        self.parser.StartElementHandler = self._root

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        prefix = prefix_of(name, attributes, "sst")
        self._item, self._text, self._phonetic = prefix + "si", prefix + "t", prefix + "rPh"
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._buffer.append

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._buffer.clear()
        if name == self._phonetic:
            self._is_reading = True

    def _end(self, name: str) -> None:
        if name == self._text:
            if not self._is_reading:
                self._runs.append("".join(self._buffer))
        elif name == self._item:
            text = "".join(self._runs)
            self.texts.append(unescaped(text) if text.strip() else "")  # blanks alone are no value
            self._runs.clear()
        elif name == self._phonetic:
            self._is_reading = False
