"""Taking the test: which form, what was answered so far, and handing it in.

A sitting lives in one small file beside the learner's progress, so it can be broken off and taken
up again, on this machine only. Nobody is told the result unless the learner exports it.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from readingroom import __version__
from readingroom.exam import blueprint
from readingroom.kernel import keeping

NAME = "tests.json"
TIMES = ("before", "after")
OPEN = "-"  # an item that was left open on purpose
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
CLEAR = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that looks like a number


class SittingError(ValueError):
    """What cannot be done with a test; the message says what to do."""


@dataclass
class Sitting:
    """One learner's test, begun or handed in.

    Attributes
    ----------
    when : str
        ``before`` or ``after`` the course.
    form : str
        ``A`` or ``B``.
    short : bool
        The short form of ten.
    items : list of int
        Lines of the blueprint that are asked, in order.
    answers : dict
        Item number to a letter, or to ``-`` where it was left open.
    code : str
        The learner's code; no name.
    started, finished, version : str
        Times (UTC, ISO 8601) and version of the course; `finished` is empty while it goes on.
    """

    when: str
    form: str
    short: bool
    items: list[int]
    answers: dict[int, str] = field(default_factory=dict)
    code: str = ""
    started: str = ""
    finished: str = ""
    version: str = ""

    def literal(self) -> str:
        """The answers as they are typed: one letter for each item, ``-`` where none is given."""
        return "".join(self.answers.get(number, OPEN) for number in self.items)

    def unanswered(self) -> list[int]:
        """Places, counted from 1, that have neither a letter nor a mark that they stay open."""
        return [i for i, number in enumerate(self.items, 1) if number not in self.answers]

    def right(self, number: int) -> bool:
        """Whether an item was answered rightly."""
        return self.answers.get(number) == blueprint.blueprint()[number].forms[self.form].key

    def as_dict(self) -> dict:
        """JSON types only."""
        kept: dict = dict(vars(self))
        kept["answers"] = {str(number): letter for number, letter in self.answers.items()}
        return kept


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _restored(kept: Any) -> Sitting | None:
    """A sitting from its file, or None where the file holds something else."""
    known = blueprint.blueprint()
    try:
        found = Sitting(**{**kept, "answers": {int(k): v for k, v in kept["answers"].items()}})
        whole = found.when in TIMES and found.form in blueprint.FORMS and found.items
        ok = whole and set(found.items) <= set(known) and set(found.answers) <= set(found.items)
        ok = ok and set(found.answers.values()) <= set(blueprint.LETTERS + OPEN)
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    return found if ok else None


def load(when: str) -> Sitting | None:
    """The test taken, or begun, before or after the course; None where there is none."""
    runs = keeping.read(NAME).get("runs")
    return _restored(runs.get(when)) if isinstance(runs, dict) and when in runs else None


def save(sitting: Sitting) -> None:
    """Keep a sitting.

    Raises
    ------
    SittingError
        The file cannot be written.
    """
    kept = keeping.read(NAME)
    runs = kept.get("runs")
    kept["runs"] = {**(runs if isinstance(runs, dict) else {}), sitting.when: sitting.as_dict()}
    kept["code"] = sitting.code
    try:
        keeping.write(NAME, kept)
    except OSError as error:
        raise SittingError(
            f"Your answers cannot be kept ({error.strerror}); write down answers = "
            f'"{sitting.literal()}" and set READINGROOM_HOME to a folder you may write to.'
        ) from error


def learner_code(given: str | None = None) -> str:
    """The learner's code: given by a teacher, kept from before, or drawn now; never a name.

    Parameters
    ----------
    given : str, optional
        Letters, digits and hyphens; without it ``READINGROOM_CODE``, then the code kept.

    Raises
    ------
    SittingError
        It is no code.
    """
    named = given or os.environ.get("READINGROOM_CODE") or keeping.read(NAME).get("code")
    if named is None or named == "":
        return "".join(random.SystemRandom().choices(CLEAR, k=6))
    if not isinstance(named, str | int) or not CODE.fullmatch(str(named)):
        raise SittingError(
            f"{named!r} is no learner's code: use up to 20 letters, digits and hyphens, no name."
        )
    return str(named)


def first_form(code: str) -> str:
    """The form taken before the course; the other one is taken after it.

    Codes that a teacher numbers from 1 (17, or room-17) alternate, so that a class is split in
    halves; other codes are split by a hash.
    """
    number = re.fullmatch(r"(?:.*-)?(\d+)", code)
    parity = int(number.group(1)) if number else hashlib.sha256(code.encode()).digest()[0]
    return blueprint.FORMS[(parity + 1) % 2]  # number 1 begins with A


def _other(form: str) -> str:
    return blueprint.FORMS[1 - blueprint.FORMS.index(form)]


def form_for(when: str, code: str) -> str:
    """The form of a test: whichever the learner has not had, else by the code."""
    had = load(TIMES[1 - TIMES.index(when)])
    if had is not None:
        return _other(had.form)
    first = first_form(code)
    return first if when == "before" else _other(first)


def _items(when: str, short: bool, before: Sitting | None) -> list[int]:
    """What is asked: after the course the same lines as before it, so that scores compare."""
    if when == "after" and before is not None and before.short == short:
        return list(before.items)
    return [item.number for item in blueprint.asked(short)]


def begin(
    when: str, *, short: bool | None = None, code: str | None = None, again: bool = False
) -> Sitting:
    """Take up a test, or begin one.

    Parameters
    ----------
    when : str
        ``before`` or ``after``.
    short : bool, optional
        The short form of ten; by default as before the course, else the long one.
    code : str, optional
        See `learner_code`.
    again : bool
        Begin anew; an earlier test of that time is given up.

    Returns
    -------
    Sitting
        The one kept, or a new one.

    Raises
    ------
    SittingError
        It is unclear which test is meant, or no lesson that is tested is installed.
    """
    if when not in TIMES:
        raise SittingError('Which test? Type rr.test("before") or rr.test("after").')
    kept = load(when)
    if kept is not None and not again:
        return kept
    before = load("before") if when == "after" else None
    if short is None:
        short = bool(before and before.short)
    items = _items(when, short, before)
    if not items:
        raise SittingError("This installation has no lesson that the test asks about.")
    code = learner_code(code)
    new = Sitting(when, form_for(when, code), short, items, {}, code, _now(), "", __version__)
    save(new)
    return new


def parse(typed: object, sitting: Sitting) -> dict[int, str]:
    """Read answers as a learner types them.

    Parameters
    ----------
    typed : str
        One letter for each item, ``-`` for one left open; blanks, commas and case do not matter.
    sitting : Sitting

    Returns
    -------
    dict
        Item number to letter.

    Raises
    ------
    SittingError
        Another number of letters, or other signs.
    """
    wanted = len(sitting.items)
    if isinstance(typed, list | tuple) and all(isinstance(part, str) for part in typed):
        typed = "".join(typed)
    if not isinstance(typed, str):
        raise SittingError(f'Type {wanted} letters between quotation marks: answers = "ABD..."')
    letters = re.sub(r"[\s,;]", "", typed).upper()
    odd = sorted(set(letters) - set(blueprint.LETTERS + OPEN))
    if odd:
        raise SittingError(f"Only A, B, C, D, and - for one left open; found {' '.join(odd)}.")
    if len(letters) != wanted:
        raise SittingError(f"There are {wanted} questions and {len(letters)} letters.")
    return dict(zip(sitting.items, letters, strict=True))


def choose(sitting: Sitting, number: int, letter: str | None) -> None:
    """Keep one answer at once, so that nothing is lost when the browser closes."""
    if sitting.finished:
        return
    if letter is None:
        sitting.answers.pop(number, None)
    else:
        sitting.answers[number] = letter
    save(sitting)


def finish(when: str, typed: object = ...) -> Sitting:
    """Hand a test in.

    Parameters
    ----------
    when : str
        ``before`` or ``after``.
    typed : str, optional
        Answers as typed; the dots stand for those that were clicked.

    Raises
    ------
    SittingError
        It was not begun, or some question has no answer yet.
    """
    found = load(when) if when in TIMES else None
    if found is None:
        asked = when if when in TIMES else "before"
        raise SittingError(f'Run rr.test("{asked}") first: it shows the questions.')
    if found.finished:
        return found
    if typed is not ...:
        found.answers = parse(typed, found)
        save(found)
    missing = found.unanswered()
    if missing:
        raise SittingError(
            f"Not handed in: no answer yet to {', '.join(map(str, missing))}. A guess costs "
            f"nothing; to leave one open, type {OPEN} for it."
        )
    found.finished = _now()
    save(found)
    return found
