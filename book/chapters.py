"""Pages made from what the lessons say of themselves: a page for each part, and the references."""

from __future__ import annotations

import re
from pathlib import Path

from readingroom.catalogue import Lesson, catalogue

# What each part is about, in the order of the course; a lesson's part stands in lessons.toml.
ABOUT = {
    "I. A brief introduction": (
        "What an AI for chest films does in a second, what its films went through before, and how "
        "such a network is trained. After this part you can say what went into a number."
    ),
    "II. Safeguarding health": (
        "Whether it is good enough for your patients, what it looks at, and whom it fails. After "
        "this part you can judge a product before it meets a patient."
    ),
    "III. Into your practice": (
        "How hospitals learn together, and how a program comes into a department. After this part "
        "you can say what leaves your hospital, and what you would ask for in return."
    ),
}
OBJECTIVES = re.compile(r"\*\*Afterwards you can\*\*\s+(.*?)\n\n(?=\S*\*\*|$)", re.S)
REFERENCES = re.compile(r"^## References\s+(.*?)(?=^## |^\+\+\+ |\Z)", re.M | re.S)
IDENTIFIER = re.compile(r"\b10\.\d{4,9}/[^\s;,)]+[^\s;,.)]|arXiv[: ]\d{4}\.\d{4,5}", re.I)
AUTHOR_AND_YEAR = re.compile(r"^(\S+).*?\b((?:19|20)\d\d)\b", re.S)
OPENING = 400  # characters of an entry in which its author and year stand


def _page(lesson: Lesson, root: Path) -> str:
    return (root / "book" / "lessons" / f"{lesson.slug}.md").read_text("utf-8")


def objectives(text: str) -> str:
    """The numbered list of what a learner can do afterwards, as the manuscript words it."""
    found = OBJECTIVES.search(text)
    return found.group(1).strip() if found else ""


def by_part() -> dict[str, list[Lesson]]:
    """The lessons of each part, in the order of the course."""
    found: dict[str, list[Lesson]] = {}
    for lesson in catalogue().values():
        found.setdefault(lesson.part, []).append(lesson)
    return found


def parts(root: Path, target: Path) -> None:
    """Write a page for each part: what it is about, its lessons, and what each enables."""
    target.mkdir(parents=True)
    for number, (part, lessons) in enumerate(by_part().items(), start=1):
        minutes = sum(lesson.minutes for lesson in lessons)
        lines = [f"# {part}", "", ABOUT[part], ""]
        count = "One lesson" if len(lessons) == 1 else f"{len(lessons)} lessons"
        lines += [f"{count}, {minutes} minutes with every exercise.", ""]
        for lesson in lessons:
            where = f"/generated/lessons/{lesson.slug}.ipynb"
            lines += [f"## {lesson.number} · {lesson.title}", ""]
            lines += [f"{lesson.minutes} minutes. Afterwards you can", ""]
            lines += [objectives(_page(lesson, root)), "", f"[Read it with answers]({where})", ""]
        listed = [f"/generated/lessons/{lesson.slug}" for lesson in lessons]
        lines += ["```{toctree}", ":hidden:", "", *listed, "```", ""]
        (target / f"part-{number}.md").write_text("\n".join(lines), "utf-8")


def _same(entry: str) -> str:
    """What two wordings of one reference share: its identifier, else author and year."""
    if found := IDENTIFIER.search(entry):
        return re.sub(r"arxiv[: ]", "arxiv ", found.group().lower())
    found = AUTHOR_AND_YEAR.match(entry[:OPENING])
    return " ".join(found.groups()).lower() if found else entry.lower()


def references(root: Path, target: Path) -> None:
    """Write every lesson's references as one alphabetical list that says who cites what."""
    entries: dict[str, tuple[str, list[str]]] = {}
    for lesson in catalogue().values():
        found = REFERENCES.search(_page(lesson, root))
        for entry in re.findall(r"^- (.+)$", found.group(1) if found else "", re.M):
            entries.setdefault(_same(entry), (entry, []))[1].append(lesson.number)
    told = "What the lessons cite; behind each entry the lessons that do."
    lines = ["# References", "", told, ""]
    for entry, cited in sorted(entries.values(), key=lambda found: found[0].lower()):
        lines.append(f"- {entry.rstrip('.')}. *Lesson {', '.join(dict.fromkeys(cited))}*")
    target.write_text("\n".join(lines) + "\n", "utf-8")
