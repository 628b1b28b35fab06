"""The contents page of a working copy: what is done, what is left, and the next step as a link.

It is a notebook, so that it opens like every lesson and can be refreshed where it stands. It is
written anew at each ``readingroom start`` and holds no answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from readingroom import files
from readingroom.catalogue import Lesson, catalogue
from readingroom.exam import pages, scoring, sitting
from readingroom.kernel import notebooks, progress
from readingroom.learner import plan, tracks
from readingroom.nbformats import NotebookNode, nbformat

NAME = "contents.ipynb"
STEP = 5  # minutes left are a guess, so they are rounded up to five

HEAD = "| lesson | passed | points | minutes left |"
OPENING = """\
# Reading Room

**Your way through the course.** Click a title: it opens in a tab of its own. Come back to this \
tab and press Shift + Enter in the cell below: it counts again.

On a tablet, press the folder at the left edge: the list of files makes room. A phone is too \
narrow for JupyterLab: read the course's book there, and try its film reader.

Everything you do stays on this machine. Never for clinical use."""

TRACK = """\
## Your way

Not every lesson is for everybody. Type one of `users` (of AI in reporting), `purchasers`, \
`collaborators` (clinical partners of a study), `developers`, `half-day`, `one-day` or `two-days` \
between the quotation marks and run the cell; `whole` takes it back. Every lesson stays open."""

CERTIFICATE = """\
## Your certificate

Type your name between the quotation marks and run the cell. The page (PDF) appears beside this \
notebook. It says what you have passed so far, when and on which films, and carries a line that \
anyone with the course can verify: `readingroom certificate --verify "LINE"`. The page itself says \
what that proves."""

LUGGAGE = """\
## Take it along

On Binder, or at a workshop's machine, nothing stays when you leave. This writes your progress and \
your lessons to one file, `my-reading-room.zip`; right-click it in the list of files and choose \
Download. To go on elsewhere, upload it (the arrow above the list) and run the second cell."""

HELP = """\
## If something breaks

A notebook that is half deleted or does not run any more is no loss. Open a terminal (File > New > \
Terminal) and type

```
readingroom reset 03
```

with the number of the lesson. You get a fresh copy with your answers in it; the old file is kept \
in the folder `put-aside`. If the lesson's tab is open, it takes the fresh copy by itself."""


@dataclass(frozen=True)
class Standing:
    """How far a learner is in one lesson.

    Attributes
    ----------
    passed, exercises : int
        Exercises with full points, of how many.
    points, max_points : float
        Points earned, of how many.
    minutes_left : int
        A guess from the lesson's minutes and those of its open exercises.
    complete : bool
        Every exercise that is not marked "more" is passed.
    """

    lesson: Lesson
    passed: int
    exercises: int
    points: float
    max_points: float
    minutes_left: int
    complete: bool


def standing(number: str, kept: dict | None = None) -> Standing:
    """How far the learner is in a lesson.

    Parameters
    ----------
    number : str
        Such as ``"03"``.
    kept : dict, optional
        What `progress.load` returned.
    """
    facts = plan.of_lesson(number)
    done = (progress.load() if kept is None else kept)["lessons"].get(number, {})
    open_ = [task for task in facts.tasks if earned(done.get(task.slug), task) < task.points]
    whole = sum(task.minutes for task in facts.tasks)
    left = facts.lesson.minutes * sum(task.minutes for task in open_) / whole if whole else 0
    return Standing(
        lesson=facts.lesson,
        passed=len(facts.tasks) - len(open_),
        exercises=len(facts.tasks),
        points=sum(earned(done.get(task.slug), task) for task in facts.tasks),
        max_points=facts.points,
        minutes_left=math.ceil(left / STEP) * STEP,
        complete=all(task.more for task in open_),
    )


def earned(entry: object, task: plan.Task) -> float:
    """Points of an entry of the progress file, at most those of its exercise."""
    found = entry.get("points", 0) if isinstance(entry, dict) else 0
    return min(float(found), task.points) if isinstance(found, int | float) else 0.0


def next_lesson(kept: dict | None = None) -> Lesson | None:
    """The lesson to go on with: the one worked on last, or the first that is not complete.

    On a track its lessons come first, in its order; the others follow.
    """
    kept = progress.load() if kept is None else kept
    known, way = catalogue(), tracks.chosen()
    last = kept.get("last")
    order = [*([last] if last in known else []), *(way.lessons if way else ()), *known]
    return next((known[n] for n in order if not standing(n, kept).complete), None)


def _link(title: str, name: str, folder: Path) -> str:
    return f"[{title}]({name})" if (folder / name).is_file() else title


def _row(found: Standing, folder: Path, kept: dict) -> str:
    lesson = found.lesson
    title = _link(f"{lesson.number} · {lesson.title}", f"{lesson.slug}.ipynb", folder)
    shown = sum("shown" in entry for entry in kept["lessons"].get(lesson.number, {}).values())
    after = f" ({shown} after an answer was shown)" if shown else ""
    left = f"about {found.minutes_left}" if found.minutes_left else "none"
    return (
        f"| {title} | {found.passed} of {found.exercises}{after} "
        f"| {found.points:g} of {found.max_points:g} | {left} |"
    )


def _next_line(kept: dict, folder: Path) -> str:
    lesson = next_lesson(kept)
    if lesson is None:
        return "**Every lesson is done.**"
    verb = "Go on with" if kept["lessons"].get(lesson.number) else "Next"
    title = _link(f"{lesson.number} · {lesson.title}", f"{lesson.slug}.ipynb", folder)
    return f"**{verb}: {title}**{_early(lesson, kept, folder)}"


def _early(after: Lesson, kept: dict, folder: Path) -> str:
    """A sentence on each lesson that may be taken out of its order now."""
    ready = [
        other
        for other in catalogue().values()
        if other.ready_after
        and other.number != after.number
        and standing(other.ready_after, kept).complete
        and not kept["lessons"].get(other.number)
    ]
    links = [_link(f"{x.number} · {x.title}", f"{x.slug}.ipynb", folder) for x in ready]
    return f" You may also take this one now: {', '.join(links)}." if links else ""


def _way_lines(way: tracks.Track, kept: dict) -> list[str]:
    """What a learner's track is, and how much of it is left."""
    found = [standing(number, kept) for number in way.lessons]
    done, left = sum(x.complete for x in found), sum(x.minutes_left for x in found)
    note = f" {way.note}" if way.note else ""
    return [
        "",
        f"**Your way: {way.title}.** {done} of {len(found)} lessons complete, about {left} minutes "
        f"left with every exercise.{note}",
    ]


def _test_line(when: str, folder: Path) -> list[str]:
    """One line on a test: a link, and its score or that it is open; nothing without the page."""
    if not (folder / pages.NAMES[when]).is_file():
        return []
    link = _link(pages.TITLES[when], pages.NAMES[when], folder)
    found = sitting.load(when)
    if found is None:
        state = "a test, not begun"
    elif not found.finished:
        done = len(found.items) - len(found.unanswered())
        state = f"a test, {done} of {len(found.items)} answered"
    else:
        state = f"test handed in, share right {scoring.score(found).short()}"
    return ["", f"**{link}**: {state}."]


def as_markdown(folder: Path) -> str:
    """The contents as Markdown, with links to what lies in `folder`.

    Parameters
    ----------
    folder : Path
        Where the page lies.
    """
    kept = progress.load()
    lines = ["## Where you are", "", _next_line(kept, folder), *_test_line("before", folder)]
    way, part = tracks.chosen(), None
    others = [number for number in catalogue() if way and number not in way.lessons]
    if way:
        lines += [*_way_lines(way, kept), "", HEAD, "|---|---|---|---|"]
        lines += [_row(standing(number, kept), folder, kept) for number in way.lessons]
        lines += ["", f"The other lessons of the course{' follow' if others else ': none'}."]
    for number in others if way else catalogue():
        lesson = catalogue()[number]
        if lesson.part != part:
            part = lesson.part
            lines += ["", f"### {part}", "", HEAD, "|---|---|---|---|"]
        lines.append(_row(standing(number, kept), folder, kept))
    return "\n".join([*lines, *_test_line("after", folder)])


def contents() -> None:
    """Show where you are in the course, with a link to each lesson."""
    from IPython.display import display

    text = as_markdown(Path.cwd())
    display({"text/markdown": text, "text/plain": text}, raw=True)


def notebook(folder: Path) -> NotebookNode:
    """The contents page of a working copy, its table already filled in."""
    text = as_markdown(folder)
    shown = nbformat.v4.new_output(
        "display_data", {"text/markdown": text, "text/plain": text}, metadata={}
    )
    cells = [
        nbformat.v4.new_markdown_cell(OPENING, id="opening"),
        nbformat.v4.new_code_cell("import readingroom as rr\n\nrr.contents()", id="where-you-are",
                                  outputs=[shown]),
        nbformat.v4.new_markdown_cell(TRACK, id="track-text"),
        nbformat.v4.new_code_cell('rr.track("...")', id="track"),
        nbformat.v4.new_markdown_cell(CERTIFICATE, id="certificate-text"),
        nbformat.v4.new_code_cell('rr.certificate("...")', id="certificate"),
        nbformat.v4.new_markdown_cell(LUGGAGE, id="luggage-text"),
        nbformat.v4.new_code_cell("rr.take_along()", id="take-along"),
        nbformat.v4.new_code_cell("rr.bring_back()", id="bring-back"),
        nbformat.v4.new_markdown_cell(HELP, id="if-something-breaks"),
    ]  # fmt: skip
    return notebooks.made_of(cells)


def write(folder: Path) -> Path:
    """Write the contents page into a working copy; an older one is replaced."""
    target = folder / NAME
    files.write_text(target, nbformat.writes(notebook(folder)))
    return target
