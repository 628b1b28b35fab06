"""The skeleton of a new lesson: page, checks and tests that build and pass before a word changes.

A new lesson is a draft, outside the course, until it is registered in ``catalogue.toml``.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from readingroom.catalogue import Lesson, catalogue

TEMPLATES = Path(__file__).with_name("skeletons")
REGISTRY = Path("src/readingroom/catalogue.toml")
# template -> where it goes
FILES = {
    "page.md": "book/lessons/{number}-{slug}.md",
    "checks.txt": "src/readingroom/checks/lesson_{number}.py",
    "init.txt": "src/readingroom/lessons/l{number}/__init__.py",
    "stub.txt": "src/readingroom/lessons/l{number}/__init__.pyi",
    "films.txt": "src/readingroom/lessons/l{number}/films.py",
    "figures.txt": "src/readingroom/lessons/l{number}/figures.py",
    "make.txt": "src/readingroom/lessons/l{number}/make.py",
    "tests.txt": "tests/lessons/test_l{number}.py",
}
TITLE = re.compile(r"^# (\d\d) · (.+)$", re.M)
MINUTES = re.compile(r"\*\*(\d+) minutes\*\*")
SECTION = re.compile(r"^\[(\d\d)\]\s*$", re.M)
FILMS = (("children", 28),)
PARTS = {range(4): "I. A brief introduction", range(4, 9): "II. Safeguarding health"}
LAST_PART = "III. Into your practice"


class SkeletonError(ValueError):
    """A lesson that cannot be begun; the message says why."""


def part_of(number: str) -> str:
    """The part of the course that a lesson's number belongs to."""
    return next((name for span, name in PARTS.items() if int(number) in span), LAST_PART)


def draft(page: Path) -> Lesson:
    """A lesson's facts as its page states them, registered or not.

    Parameters
    ----------
    page : Path
        ``book/lessons/NN-slug.md``.

    Raises
    ------
    SkeletonError
        The page has no title line or no minutes.
    """
    known = catalogue().get(page.stem[:2])
    if known is not None and known.slug == page.stem:
        return known
    text = page.read_text("utf-8")
    title, minutes = TITLE.search(text), MINUTES.search(text)
    if not (title and minutes):
        raise SkeletonError(f'{page.name} needs a line "# NN · Title" and "**40 minutes**".')
    number = title.group(1)
    return Lesson(number, page.stem, title.group(2).strip(), int(minutes.group(1)),
                  part_of(number), FILMS)  # fmt: skip


def _check(root: Path, number: str, slug: str, title: str) -> None:
    if not re.fullmatch(r"\d\d", number):
        raise SkeletonError(f"{number!r} is no lesson's number: two digits, such as 07.")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug):
        raise SkeletonError(f"{slug!r} is no slug: small letters and hyphens, such as my-topic.")
    if not title.strip() or not title.isprintable() or '"' in title or "$" in title:
        raise SkeletonError("A title is one line without quotation marks.")
    taken = [str(path) for path in _targets(number, slug).values() if (root / path).exists()]
    pages = [p.name for p in (root / "book" / "lessons").glob(f"{number}-*.md")]
    if number in catalogue() or taken or pages:
        raise SkeletonError(f"There is a lesson {number} already: {', '.join(pages or taken)}.")


def _targets(number: str, slug: str) -> dict[str, str]:
    return {name: path.format(number=number, slug=slug) for name, path in FILES.items()}


def section(lesson: Lesson) -> str:
    """A lesson's section of ``catalogue.toml``."""
    films = ", ".join(f'["{name}", {size}]' for name, size in lesson.cohorts)
    return (
        f'[{lesson.number}]\nslug = "{lesson.slug}"\ntitle = "{lesson.title}"\n'
        f'minutes = {lesson.minutes}\npart = "{lesson.part}"\ncohorts = [{films}]\n'
    )


def register(root: Path, lesson: Lesson) -> None:
    """Write a lesson into ``catalogue.toml``, in the order of the course."""
    path = root / REGISTRY
    text = path.read_text("utf-8").rstrip("\n") + "\n"
    after = [match for match in SECTION.finditer(text) if match.group(1) > lesson.number]
    new = section(lesson)
    if after:
        at = after[0].start()
        text = f"{text[:at]}{new}\n{text[at:]}"
    else:
        text = f"{text}\n{new}"
    path.write_text(text, "utf-8", newline="\n")


def write(
    root: Path, number: str, slug: str, title: str, *, registered: bool = False
) -> list[Path]:
    """Write the skeleton of a lesson into a checkout.

    Parameters
    ----------
    root : Path
        The repository.
    number, slug, title : str
        Such as ``"07"``, ``"my-topic"``, ``"My topic"``.
    registered : bool
        Write it into ``catalogue.toml`` too.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SkeletonError
        A name does not fit, or there is such a lesson.
    """
    _check(root, number, slug, title)
    filled = {"number": number, "slug": slug, "title": title.strip(), "seed": int(number) + 100}
    written = []
    for name, path in _targets(number, slug).items():
        text = Template((TEMPLATES / name).read_text("utf-8")).substitute(filled)
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
        written.append(target)
    if registered:
        register(root, draft(written[0]))
        written.append(root / REGISTRY)
    return written
