"""What the landing page opens with: one film as the networks read it, and a picture per lesson."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import nbformat
from PIL import Image, ImageOps

from readingroom.author import slides
from readingroom.catalogue import Lesson, catalogue
from readingroom.lessons.l00 import simulated
from readingroom.reader import networks
from readingroom.reader.reading import read_film
from readingroom.show.reading import as_html

SEED = 40  # of the virtual child whose film opens the page
CARD = (480, 300)  # pixels of a lesson's picture


def opening() -> str:
    """One simulated film with its map and scores, the question, and what is known of the film."""
    image, age = simulated.frontal(SEED, "children", ill=True, size=320)
    found = replace(read_film(image, networks.REAL), tag="SIMULATED")
    low, high = found.spread
    asked = (
        f"Five small networks, trained on {networks.PANELS[networks.REAL].learned_from}, read this "
        f"film. Their mean score for pneumonia is {found.score:.2f}. **Would you believe it?**"
    )
    known = (
        "It is simulated, so what is in it is known: a consolidation was drawn into it. The five "
        f"networks do not agree. The lowest says {low:.2f}, the highest {high:.2f}. Compare where "
        "you see an opacity with where the map is bright. Whether a score, a spread and a map "
        "deserve belief is what the lessons are about."
    )
    figure = as_html(found, f"a child of {age}")
    return (
        f"```{{raw}} html\n{figure}\n```\n\n{asked}\n\n"
        f":::{{dropdown}} What is known of this film\n{known}\n:::\n"
    )


def card(lesson: Lesson, launch: str, folder: Path, notebook: Path) -> str:
    """A lesson as a card: its first figure where it was executed, minutes, and both ways in."""
    lines = [f":::{{grid-item-card}} {lesson.number} · {lesson.title}"]
    found = slides.of_notebook(nbformat.read(notebook, as_version=4), lesson)
    if found:
        image, alt = Image.open(io.BytesIO(found[0].png)).convert("RGB"), found[0].alt
        name = f"{lesson.number}.png"
        ImageOps.pad(image, CARD, color="white").save(folder / name, optimize=True)
        said = json.dumps(" ".join(alt.split()), ensure_ascii=False)  # it may hold colons
        lines += [f":img-top: /generated/landing/{name}", f":img-alt: {said}"]
    page = f"/generated/lessons/{lesson.slug}.ipynb"
    lines += ["", f"{lesson.minutes} minutes. [Read it with answers]({page}), or "
              f"[do it on Binder]({launch}).", ":::"]  # fmt: skip
    return "\n".join(lines)


def minutes() -> str:
    """How long a lesson takes, and all of them."""
    each = [lesson.minutes for lesson in catalogue().values()]
    return (
        f"A lesson takes {min(each)} to {max(each)} minutes with every exercise, all {len(each)} "
        f"together {sum(each) / 60:.0f} hours. A lesson has parts, mostly of 10 to 20 minutes, and "
        "each part starts from its own first cell."
    )


def gather(target: Path, lessons: Path, launches: dict[str, str]) -> None:
    """Write what the landing page includes.

    Parameters
    ----------
    target : Path
        A new folder.
    lessons : Path
        Where the lessons' reading copies lie.
    launches : dict of str to str
        For each lesson number the address that opens it on Binder.
    """
    target.mkdir(parents=True)
    cards = [
        card(lesson, launches[number], target, lessons / f"{lesson.slug}.ipynb")
        for number, lesson in catalogue().items()
    ]
    grid = "\n\n".join(["::::{grid} 1 2 2 2\n:gutter: 3", *cards, "::::"])
    texts = {"opening.md": opening(), "minutes.md": minutes(), "lessons.md": grid}
    for name, text in texts.items():
        (target / name).write_text(text + "\n", "utf-8")
