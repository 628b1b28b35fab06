"""The page "What is covered": each line of ``coverage.toml`` leads to the steps that claim it.

A cell of a lesson's page claims lines by their names: ``{"label": "...", "covers": ["seed-..."]}``.
The build stops when a line has no step, or a step names no line.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from readingroom.catalogue import catalogue

CELL = re.compile(r"^\+\+\+ (\{.*\})$", re.M)
HEADING = re.compile(r"^(##+) (?!BEGIN SOLUTION|END SOLUTION)(.+)$", re.M)
EXERCISE = re.compile(r"\s*\(\d+ min(?:, more)?\)$|\s*\(more\)$")


@dataclass(frozen=True)
class Step:
    """Where a lesson covers a line.

    Attributes
    ----------
    lesson : str
        Its number, such as "04".
    cell : str
        Label of the cell.
    words : str
        The heading that stands in the cell, else the last one before it.
    runs : bool
        Whether code follows in this part of the page or in the next.
    """

    lesson: str
    cell: str
    words: str
    runs: bool

    @property
    def target(self) -> str:
        """Name of the place in the book."""
        return f"{self.lesson}-{self.cell}"


def steps(root: Path) -> dict[str, list[Step]]:
    """Each covered line to its steps, in the order of the course."""
    found: dict[str, list[Step]] = {}
    for lesson in catalogue().values():
        page = (root / "book" / "lessons" / f"{lesson.slug}.md").read_text("utf-8")
        parts = CELL.split(page)[1:]
        words = ""
        for i in range(0, len(parts), 2):
            marks, text = json.loads(parts[i]), parts[i + 1]
            heading = HEADING.search(text)
            words = EXERCISE.sub("", heading.group(2)) if heading else words
            for line in marks.get("covers", []):
                runs = any("```{code-cell}" in part for part in parts[i + 1 : i + 4 : 2])
                found.setdefault(line, []).append(Step(lesson.number, marks["label"], words, runs))
            # the next cell without a heading goes on below the last heading of this one
            words = EXERCISE.sub("", [*HEADING.finditer(text)][-1].group(2)) if heading else words
    return found


def asked(root: Path) -> dict[str, dict]:
    """``coverage.toml``: each table's title, what it is about, and its lines."""
    return tomllib.loads((root / "book" / "coverage.toml").read_text("utf-8"))


def missing(root: Path) -> list[str]:
    """What does not fit, one sentence each; empty where every line has a step."""
    return _unmatched(asked(root), steps(root))


def _unmatched(tables: dict[str, dict], found: dict[str, list[Step]]) -> list[str]:
    known = {f"{g}-{line['id']}" for g, table in tables.items() for line in table["lines"]}
    claimed = set(found)
    return [
        *(f"No step covers {name!r} of book/coverage.toml." for name in sorted(known - claimed)),
        *(f"A step covers {n!r}; book/coverage.toml lacks it." for n in sorted(claimed - known)),
    ]


def write(root: Path, target: Path) -> None:
    """Write the page.

    Raises
    ------
    ValueError
        Where a line has no step, or a step no line.
    """
    tables, found = asked(root), steps(root)
    if wrong := _unmatched(tables, found):
        raise ValueError(" ".join(wrong))
    lines = [
        "# What is covered", "",
        "Each line leads to the steps at which you do it. The lists of topics are ours. Their "
        "wording, and the numbers of their items, stand in the originals.", "",
    ]  # fmt: skip
    for group, table in tables.items():
        does = any("runs" in line for line in table["lines"])
        lines += [f"## {table['title']}", "", table["about"], ""]
        lines += ["| line | what you do | where |" if does else "| line | where |"]
        lines += ["|---|---|---|" if does else "|---|---|"]
        for line in table["lines"]:
            where = "; ".join(
                f"[{step.lesson} · {step.words}](#{step.target})"
                for step in found[f"{group}-{line['id']}"]
            )
            middle = f" {line.get('runs', '')} |" if does else ""
            lines.append(f"| {line['says']} |{middle} {where} |")
        lines.append("")
    target.write_text("\n".join(lines), "utf-8")


def anchor(text: str, lesson: str, cell: str) -> str:
    """A cell's text with the place that the page links to, above its first heading."""
    heading = HEADING.search(text)
    at = heading.start() if heading else 0
    return f"{text[:at]}({lesson}-{cell})=\n{text[at:]}"
