"""The texts of a workbook that cells refer to by number. How parts become elements is ``xml_tree``'s."""

from __future__ import annotations

from orchestration.workbook.xml_parts import Package
from orchestration.workbook.xml_tree import growing, namespace_of, rich_text, take_complete, unescaped


def shared_texts(package: Package, book: str) -> dict[str, str]:
    """The texts by the number, as text, that cells refer to; blanks alone are no value."""
    part = package.part_of(book, "sharedStrings")
    if part is None:
        return {}
    texts: list[str] = []
    with package.open(part) as stream:
        for root, is_all in growing(stream, "sst"):
            ours = namespace_of(root)
            items = [item for item in take_complete(root, is_open=not is_all) if item.tag == ours + "si"]
            texts += [rich_text(item, ours) for item in items]
    return {str(number): "" if text.isspace() else unescaped(text) for number, text in enumerate(texts)}
