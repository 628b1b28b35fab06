"""A page that states what a learner has passed, when, on which films and with which version.

It states what lies in the learner's own progress file and claims nothing else.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readingroom import __version__, files
from readingroom.catalogue import Lesson, catalogue
from readingroom.exam import scoring, sitting
from readingroom.kernel import progress
from readingroom.learner import contents, plan, proof, tracks

LONGEST_NAME = 80
FILE = "reading-room-certificate.pdf"
# What the page is not: read by whoever is shown it.
LIMITS = (
    "Stated from the learner's own record; the exercises were done unsupervised. This page is no "
    "licence, accreditation or continuing-education credit, and it states no conformity with any "
    "standard or law. Nothing in the course is for clinical use."
)
UNKNOWN = "not recorded"


class CertificateError(ValueError):
    """There is nothing to certify, or no name; the message says what to do."""


@dataclass(frozen=True)
class Passed:
    """One lesson as the certificate states it.

    Attributes
    ----------
    standing : contents.Standing
        Exercises and points.
    on : str
        Date of the last exercise passed, ISO 8601.
    films : str
        ``real``, ``simulated``, an own cohort's name, or several of them.
    version : str
        Version of the course, or several.
    """

    standing: contents.Standing
    on: str
    films: str
    version: str

    @property
    def lesson(self) -> Lesson:
        """The lesson's facts."""
        return self.standing.lesson


@dataclass(frozen=True)
class Certificate:
    """What the page states.

    Attributes
    ----------
    name : str
    issued : str
        ISO date.
    lessons : tuple of Passed
        Every lesson in which an exercise was passed.
    missing : tuple of (Lesson, tuple of str)
        Lessons that are not complete, with their open exercises that passing takes.
    tests : tuple of str
        Sentences on the tests before and after, as far as they were handed in.
    tracks : tuple of str
        Titles of the ways of which every lesson is complete.
    record : str
        Digest of the learner's record; see `readingroom.learner.proof`.
    """

    name: str
    issued: str
    lessons: tuple[Passed, ...]
    missing: tuple[tuple[Lesson, tuple[str, ...]], ...]
    tests: tuple[str, ...]
    tracks: tuple[str, ...] = ()
    record: str = ""

    @property
    def hours(self) -> float:
        """Hours that the complete lessons state on their pages; nobody timed the learner."""
        return sum(p.lesson.minutes for p in self.lessons if p.standing.complete) / 60

    @property
    def films(self) -> str:
        """The films of all lessons together."""
        return _several({word for p in self.lessons for word in p.films.split(" and ")})

    def line(self) -> str:
        """The line that anyone with the course can verify."""
        done = [(p.lesson.number, p.standing.passed, p.standing.exercises, p.standing.points)
                for p in self.lessons]  # fmt: skip
        stated = proof.Stated(
            self.name, self.issued, __version__, self.films, tuple(done), self.record
        )
        return proof.line(stated)

    @property
    def complete(self) -> bool:
        """Every lesson of this version is passed."""
        return not self.missing


def _several(found: set[str]) -> str:
    return " and ".join(sorted(word or UNKNOWN for word in found))


def _passed(number: str, kept: dict) -> Passed | None:
    done = kept["lessons"].get(number, {})
    tasks = plan.of_lesson(number).tasks
    full = [done[t.slug] for t in tasks if contents.earned(done.get(t.slug), t) >= t.points]
    if not full:
        return None
    dates = [str(entry.get("earned") or entry.get("when") or "")[:10] for entry in full]
    return Passed(
        contents.standing(number, kept),
        max(dates) or UNKNOWN,
        _several({entry.get("cohort", "") for entry in full}),
        _several({entry.get("version", "") for entry in full}),
    )


def _open(number: str, kept: dict) -> tuple[str, ...]:
    done = kept["lessons"].get(number, {})
    must = plan.of_lesson(number).must
    return tuple(t.title for t in must if contents.earned(done.get(t.slug), t) < t.points)


def _tests() -> tuple[str, ...]:
    said = []
    for when in sitting.TIMES:
        found = sitting.load(when)
        if found is not None and found.finished:
            estimate = scoring.score(found)
            right = round(estimate.value * estimate.n)
            said.append(
                f"{when.capitalize()} the course, form {found.form}, {found.finished[:10]}: "
                f"{right} of {estimate.n} right, {estimate.short()}"
            )
    return tuple(said)


def gather(name: str, today: date | None = None) -> Certificate:
    """Collect what the certificate of a learner states.

    Parameters
    ----------
    name : str
        As it is to stand on the page.
    today : date, optional
        Day of issue.

    Raises
    ------
    CertificateError
        No name was given, or no exercise has been passed yet.
    """
    if not isinstance(name, str) or not name.strip(" .…"):
        raise CertificateError('Give your name between quotation marks, such as "A. Learner".')
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CertificateError(f"A name of at most {LONGEST_NAME} plain letters fits on the page.")
    kept = progress.load()
    lessons = tuple(found for n in catalogue() if (found := _passed(n, kept)))
    if not lessons:
        raise CertificateError("No exercise has been passed yet, so there is nothing to certify.")
    missing = tuple(
        (lesson, open_) for n, lesson in catalogue().items() if (open_ := _open(n, kept))
    )
    whole = {found.lesson.number for found in lessons if found.standing.complete}
    ways = tuple(
        t.title for t in tracks.tracks().values() if not t.slots and whole >= set(t.lessons)
    )
    issued = (today or date.today()).isoformat()
    return Certificate(name, issued, lessons, missing, _tests(), ways, proof.digest(kept))


def lines(found: Certificate) -> list[tuple[str, str]]:
    """The page as lines of text, each with its style (see `STYLES`)."""
    title = "Certificate" if found.complete else "Record of work so far"
    said = "has passed every lesson of" if found.complete else "has passed, of the lessons of"
    points = sum(p.standing.points for p in found.lessons)
    most = sum(plan.of_lesson(number).points for number in catalogue())
    out = [
        ("title", title),
        ("name", found.name),
        ("text", f"{said} Reading Room, a hands-on course on AI for radiologists (version "
                 f"{__version__}), what is listed below: {points:g} of {most:g} points."),
    ]  # fmt: skip
    if found.hours:
        out.append(
            ("text", f"Complete lessons: {found.hours:.1f} hours as their pages state them; the "
                     "learner's own time was not taken.")
        )  # fmt: skip
    if found.tracks:
        out.append(("text", f"Tracks with every lesson complete: {'; '.join(found.tracks)}."))
    for entry in found.lessons:
        whole = "passed" if entry.standing.complete else "begun, not complete"
        out.append(("head", f"{entry.lesson.number} · {entry.lesson.title}: {whole}"))
        out.append(
            ("text", f"{entry.standing.passed} of {entry.standing.exercises} exercises, "
                     f"{entry.standing.points:g} of {entry.standing.max_points:g} points; "
                     f"{entry.on}; films: {entry.films}; version {entry.version}.")
        )  # fmt: skip
        if entry.standing.complete:
            objectives = plan.of_lesson(entry.lesson.number).objectives
            out += [("point", objective) for objective in objectives]
    if found.tests:
        out.append(("head", "Test (share right, with its 95 % interval)"))
        out += [("text", sentence) for sentence in found.tests]
    if found.missing:
        out.append(("head", "What is missing"))
        out += [
            ("point", f"{lesson.number} · {lesson.title}: {'; '.join(open_)}")
            for lesson, open_ in found.missing
        ]
    return [
        *out,
        ("date", f"Issued {found.issued}."),
        ("small", LIMITS),
        ("small", f'To verify: readingroom certificate --verify "LINE", with this line. '
                  f"{proof.LIMITS}"),
        ("line", found.line()),
    ]  # fmt: skip


# style: points, letters in a line, room above and below in lines, weight, indent
STYLES = {
    "title": (26, 40, 0.0, 0.6, "bold", 0.0),
    "name": (19, 50, 0.2, 0.5, "normal", 0.0),
    "head": (11, 82, 0.9, 0.1, "bold", 0.0),
    "text": (10, 92, 0.1, 0.1, "normal", 0.0),
    "date": (10, 92, 1.0, 0.0, "normal", 0.0),
    "point": (10, 88, 0.0, 0.05, "normal", 0.025),
    "small": (8.5, 108, 1.0, 0.0, "normal", 0.0),
    "line": (8, 96, 0.8, 0.0, "normal", 0.0),
}
A4 = (8.27, 11.69)  # inches
LEFT, TOP, BOTTOM = 0.11, 0.93, 0.07  # shares of the page
LEADING = 1.35


def pages(found: Certificate) -> list:
    """The certificate as A4 pages, matplotlib figures without any window."""
    from matplotlib.figure import Figure

    made: list = []
    height = 0.0
    for style, text in lines(found):
        size, letters, above, below, weight, indent = STYLES[style]
        line = size * LEADING / 72 / A4[1]
        # a line to copy breaks at its blanks only, so that nothing is lost or added in a word
        wrapped = textwrap.wrap(text, letters, break_on_hyphens=style != "line") or [""]
        needed = line * (above + len(wrapped) + below)
        # a heading does not stand alone at the foot of a page
        if not made or height - needed - (3 * line if style == "head" else 0) < BOTTOM:
            made.append(Figure(figsize=A4))
            height = TOP
        height -= above * line
        for i, part in enumerate(wrapped):
            mark = "– " if style == "point" and i == 0 else ""
            shift = indent if not mark else indent - 0.017
            made[-1].text(LEFT + shift, height, mark + part, size=size, weight=weight, va="top")
            height -= line
        height -= below * line
    for number, page in enumerate(made, 1):
        page.text(1 - LEFT, 0.04, f"{number} of {len(made)}", size=8.5, ha="right")
    return made


def write(
    name: str, target: Path, today: date | None = None, kept: list[str] | None = None
) -> Certificate:
    """Write the certificate as a PDF.

    Parameters
    ----------
    name : str
        As it is to stand on the page.
    target : Path
        What lies there is kept aside.
    today : date, optional
        Day of issue.
    kept : list of str, optional
        Gets the sentence that says where an older file is kept.

    Returns
    -------
    Certificate
        What it states.

    Raises
    ------
    CertificateError
        See `gather`.
    """
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    found = gather(name, today)
    title = f"Reading Room: {lines(found)[0][1].lower()} of {found.name}"
    # type 42 keeps words as words, for search and for a screen reader
    words = matplotlib.rc_context({"pdf.fonttype": 42})
    about = {"Title": title}
    stream = io.BytesIO()
    with words, PdfPages(stream, metadata=about) as book:
        for page in pages(found):
            book.savefig(page)
    said = files.give(target, stream.getvalue())
    if kept is not None and said:
        kept.append(said)
    return found


def certificate(name: object = ..., file: str = FILE) -> None:
    """Write your certificate beside this notebook.

    Parameters
    ----------
    name : str
        As it is to stand on the page.
    file : str
        Name of the PDF.
    """
    try:
        kept: list[str] = []
        found = write("" if name is ... else str(name), Path(file), kept=kept)
    except CertificateError as error:
        print(error)
        return
    print(f"Written: {file} ({'complete' if found.complete else 'a record of work so far'}).")
    print("\n".join([f"Its line to verify: {found.line()}", *kept]))
