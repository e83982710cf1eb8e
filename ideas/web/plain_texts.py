"""Texts of an organiser: paragraphs between blank lines, lists of lines that begin by a dash."""

from pathlib import Path
from typing import NamedTuple


class TextPart(NamedTuple):
    """A paragraph, or a list of `lines`."""

    lines: tuple[str, ...]
    is_list: bool


def read_parts(path: str) -> list[TextPart]:
    """Return the parts of a text file; nothing when none is named, or when it cannot be read."""
    try:
        text = Path(path).read_text(encoding="utf-8") if path else ""
    except OSError:
        return []
    return split_parts(text)


def split_parts(text: str) -> list[TextPart]:
    r"""Return the parts of a text.

    >>> split_parts("Un\ndeux\n\n- a\n- b")
    [TextPart(lines=('Un deux',), is_list=False), TextPart(lines=('a', 'b'), is_list=True)]
    """
    blocks = [block.split("\n") for block in text.replace("\r\n", "\n").strip().split("\n\n") if block.strip()]
    return [_read_block([line.strip() for line in block if line.strip()]) for block in blocks]


def _read_block(lines: list[str]) -> TextPart:
    if all(line.startswith("- ") for line in lines):
        return TextPart(tuple(line.removeprefix("- ") for line in lines), is_list=True)
    return TextPart((" ".join(lines),), is_list=False)
