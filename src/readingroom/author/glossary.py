"""The glossary: read from its page in the book, which is the only place where a term is defined."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from readingroom import places


@dataclass(frozen=True)
class Entry:
    """One term, its definition in plain words, and the name of its anchor."""

    term: str
    definition: str

    @property
    def anchor(self) -> str:
        """Name for a link within a page."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")


def parse(text: str) -> dict[str, Entry]:
    """Read the terms of a MyST ``glossary`` directive.

    Parameters
    ----------
    text : str
        The page. A term stands at the margin, its definition indented below it.

    Returns
    -------
    dict
        Lower-case term to entry.
    """
    block = re.search(r"^(`{3,}|:{3,})\{glossary\}\n(.*?)^\1", text, re.M | re.S)
    if block is None:
        return {}
    found: dict[str, Entry] = {}
    term, lines = None, []
    for line in [*block.group(2).splitlines(), ""]:
        if line.startswith(" ") and term:
            lines.append(line.strip())
            continue
        if term and lines:
            found[term.lower()] = Entry(term, " ".join(lines))
            term, lines = None, []
        if line.strip() and not line.startswith((" ", ":")):
            term = line.strip()
    return found


@cache
def _entries(page: Path) -> dict[str, Entry]:
    return parse(page.read_text("utf-8"))


def find(term: str) -> Entry | None:
    """The entry of a term, or None; only the repository holds the page."""
    root = places.repository()
    if root is None:
        return None
    return _entries(root / "book" / "glossary.md").get(term.strip().lower())
