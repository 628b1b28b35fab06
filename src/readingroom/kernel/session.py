"""One kernel's session: the lesson that is open, its banner, and the checks the learner calls.

`check` never stops a learner's notebook; it raises only when nbgrader executes it. What it found
goes into the cell's output twice: as a sentence to read, and as data for a grader.
"""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.display import display

from readingroom import data, threads
from readingroom.assess import metrics, whose
from readingroom.catalogue import Lesson, find
from readingroom.data import origin
from readingroom.data.origin import MODES, SIMULATED
from readingroom.kernel import (
    aid,
    attribution,
    opening,
    page,
    progress,
    ready,
    reply,
    room,
    showing,
)
from readingroom.kernel.stored import Stored, load, stood_in
from readingroom.questions import arguments, exercises, kinds

ANSWER_MIME = "application/vnd.readingroom.answer+json"
RESULT_MIME = "application/vnd.readingroom.result+json"
UNSAID = "not said; simulated patients stood in for some of your films"
HOLDS, HOLDS_NOT = "✓ ", "✗ Not so: "
# the sentence is about the course's films; a few films of one's own may say otherwise
NOT_BY_OWN = "○ True of the course's films, not shown by yours: "
NOT_FOR_CLINICAL_USE = "For teaching. Never for clinical use."


class NoLesson(RuntimeError):
    """A lesson's cell ran before the cell that opens the lesson."""


class NotChecked(RuntimeError):
    """A later cell ran before the check whose answer it goes on with."""


@dataclass
class Session:
    """What one kernel knows: lesson, mode, and the answers recorded so far."""

    lesson: Lesson
    mode: str
    banner: str
    fingerprint: str
    recorded: dict[str, dict] = field(default_factory=dict)
    verdicts: dict[str, exercises.Verdict] = field(default_factory=dict)
    attempted: set[str] = field(default_factory=set)
    passed_over: set[str] = field(default_factory=set)
    telling: room.Opening | None = None  # what a room's teacher is told, where one asked for it


_open: dict[str, Session] = {}


def current() -> Session:
    """The open session.

    Raises
    ------
    NoLesson
        None is open yet.
    """
    if "session" not in _open:
        raise NoLesson("Run the first cell of this part first: it opens the lesson.")
    return _open["session"]


def lesson(number: str, simulated: str = "") -> ModuleType:
    """Open a lesson: choose real or simulated films once, and say which in a banner.

    Parameters
    ----------
    number : str
        Such as ``"03"``.
    simulated : "", "some" or "all"
        Which films of the part that begins here are simulated whatever was chosen; a banner says
        so, beside that of the chosen films or alone.

    Returns
    -------
    module
        The lesson's own room: what only this lesson computes and draws.

    Notes
    -----
    The environment variable ``READINGROOM_COHORT`` (``real``, ``simulated`` or the name of a
    learner's own cohort) decides where it is set; otherwise real films if they can be had.
    """
    facts = find(number)
    threads.choose()
    if not grading_by_nbgrader():
        aid.keep_ready()
    attribution.stand_by()
    opened, said = _open.get("session"), ""
    if opened is None or opened.lesson != facts:
        ready.wait_for_films()
        mode = data.choose(facts.needs)
        opened = Session(facts, *opening.films(facts, mode))
        _open["session"] = opened
        origin.opened(origin.Origin(opened.mode, opened.banner))
        opened.telling = room.Opening(facts.number)
        progress.opened(facts.number)
        said = opening.remark(facts, mode)
    for line in _banners(opened.banner, simulated):
        display(reply.banner(line, NOT_FOR_CLINICAL_USE))
    if said:
        display(reply.banner("Before you pool these films", said))
    if not grading_by_nbgrader() and exercises.checks_here():
        display(page.told(facts), raw=True)
        ready.checks(facts.number, opened.mode)
    return importlib.import_module(f"readingroom.lessons.l{facts.number}")


def _banners(chosen: str, simulated: str) -> list[str]:
    """The lines over a part, one for each kind of films in it."""
    if not simulated or chosen == SIMULATED:
        return [chosen]
    if simulated == "all":
        return [SIMULATED]
    return [chosen, f"{SIMULATED} (the films tagged SIMULATED)"]


def grading_by_nbgrader() -> bool:
    """Whether nbgrader runs this kernel; it sets this variable for autograde and validate."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def _show(verdict: exercises.Verdict | None, record: dict, hint: str, sealed: bool = False) -> None:
    if verdict:
        bundle = reply.verdict(verdict, hint, aid.warning(), sealed)
    else:
        bundle = reply.recorded(record["exercise"])
    display({**bundle, ANSWER_MIME: record}, raw=True)


def check(slug: str, answer: Any = ...) -> Any:
    """Check an answer: points, why, and a hint; never the answer itself.

    Parameters
    ----------
    slug : str
        The exercise's name.
    answer : object
        The learner's variable; the untouched dots count as not attempted.

    Returns
    -------
    None or float
        None for a learner. Under nbgrader a partial result is returned as its points.

    Raises
    ------
    AssertionError
        Under nbgrader only, when the answer earns nothing.
    """
    open_ = current()
    open_.attempted.add(slug)
    if not exercises.checks_here():
        return _record_only(open_, slug, answer)
    known = exercises.of_lesson(open_.lesson.number)
    if slug not in known:
        print(f"There is no exercise {slug!r} in lesson {open_.lesson.number}.")
        return None
    try:
        with whose.unnoted():
            frozen = ready.frozen(open_.lesson.number, open_.mode)
            verdict, packed = exercises.examine(known[slug], answer, frozen)
        if len(whose.films_of(frozen)) == 1:  # a reply may count films of the question
            whose.note(*whose.strange(frozen))
    except Exception as error:
        if grading_by_nbgrader():
            raise
        # a fault of ours must not cost a learner the rest of the lesson
        print(f"This check could not run ({type(error).__name__}: {error}). Your answer is kept; ")
        print("go on, and tell the course's authors. readingroom doctor may know more.")
        return None
    open_.verdicts[slug] = verdict
    if packed is not None:
        open_.recorded[slug] = packed
    failures, untold = 0, ""
    if not grading_by_nbgrader() and verdict.status != exercises.NOT_ATTEMPTED:
        failures = progress.note(
            open_.lesson.number, slug, verdict.points, verdict.max_points, open_.mode,
            "" if packed is None else showing.digest(packed),
        )  # fmt: skip
        if open_.telling and not known[slug].sealed:  # a sealed guess is told to nobody
            untold = open_.telling.note(slug, verdict.status == exercises.RIGHT)
    record = _as_record(open_, verdict, packed)
    _show(verdict, record, _hint(known[slug], verdict, failures), known[slug].sealed)
    if untold:
        print(untold)
    if verdict.points < verdict.max_points and failures and showing.due(open_.lesson.number, slug):
        display(showing.offer(slug, known[slug].sealed), raw=True)
    if grading_by_nbgrader() and verdict.points < verdict.max_points:
        if verdict.points > 0:
            return verdict.points
        raise AssertionError(f"{slug}: {verdict.status}. {verdict.reason}")
    return None


def _hint(exercise: exercises.Exercise, verdict: exercises.Verdict, failures: int) -> str:
    if verdict.status == exercises.RIGHT or not exercise.hints:
        return ""
    return exercise.hints[0] if failures < 2 else " ".join(exercise.hints[:2])


def _as_record(open_: Session, verdict: exercises.Verdict, packed: dict | None) -> dict:
    return {
        "lesson": open_.lesson.number,
        "exercise": verdict.exercise,
        "cohort": open_.mode,
        "fingerprint": open_.fingerprint,
        "answer": packed,
        "status": verdict.status,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "reason": verdict.reason,
    }


# What a grader hands over while a notebook runs: kinds at its start, the inputs of a function with
# its check, a value to carry on only when the answer it belongs to is final.
_told: dict[str, dict] = {"kinds": {}, "carry": {}, "inputs": {}}


def tell(**parts: dict) -> None:
    """Add to what this process is told of the lesson (see `readingroom.questions.manifest`)."""
    for name, part in parts.items():
        _told[name].update(part)


def manifest() -> dict:
    """What a process without checks is told: kinds of answers, values to carry on, inputs.

    Somebody who trusts the notebook writes it into a file and names that in
    ``READINGROOM_MANIFEST``; a grader hands over piece by piece. It holds no points, hints or
    tolerances.
    """
    named = os.environ.get("READINGROOM_MANIFEST")
    if named and not _told["kinds"]:
        tell(**json.loads(Path(named).read_text("utf-8")))
    return _told


def _record_only(open_: Session, slug: str, answer: Any) -> None:
    """Without the checks folder an answer cannot be judged here; it is recorded and no more."""
    spec = manifest()["kinds"].get(slug)
    record: dict[str, Any] = {
        "lesson": open_.lesson.number,
        "exercise": slug,
        "cohort": open_.mode,
        "fingerprint": open_.fingerprint,
        "answer": None,
        "status": "recorded",
        "reason": "",
    }
    try:
        if spec is None:
            raise kinds.AnswerError(f"There is no exercise {slug!r} in this lesson.")
        record["answer"] = _packed(slug, kinds.Kind.from_spec(spec), answer)
    except kinds.NotAttempted as error:
        record.update(status=exercises.NOT_ATTEMPTED, reason=str(error))
    except kinds.AnswerError as error:
        record.update(status=exercises.WRONG, reason=str(error))
    _show(None, record, "")


def _packed(slug: str, kind: kinds.Kind, answer: Any) -> dict:
    if kind.name == "function":
        asked = [tuple(call) for call in arguments.unpack(manifest()["inputs"][slug])]
        answer = kinds.apply(answer, asked)
    return kinds.pack(kind, answer)


def judge(slug: str, choice: Any = ..., because: Any = ...) -> Any:
    """Check a choice together with its reason: both must fit.

    Parameters
    ----------
    slug : str
        The exercise's name.
    choice : str
        A letter.
    because : int
        Number of the reason.
    """
    return check(slug, (choice, because))


def look(slug: str, seen: Any = ...) -> Any:
    """Check what was read off a picture: numbers of films, or a box."""
    return check(slug, seen)


def reveal(slug: str) -> None:
    """Show a right answer and why, after three different tries; your own progress will say so.

    Parameters
    ----------
    slug : str
        The exercise's name, as its check spells it.
    """
    open_ = current()
    known = exercises.of_lesson(open_.lesson.number) if exercises.checks_here() else {}
    if slug not in known:
        print(f"There is no exercise {slug!r} in lesson {open_.lesson.number}.")
        return
    showing.show(open_.lesson, known[slug])


def carry(slug: str) -> Any:
    """The value a later cell goes on with: the learner's if it was right, else the course's.

    Parameters
    ----------
    slug : str
        An exercise of this lesson.

    Returns
    -------
    object
        The answer as plain Python or numpy. Which of the two it is, is said aloud.

    Raises
    ------
    NotChecked
        The exercise's check has not run in this kernel: the course's answer is not given away
        before the learner's.
    """
    open_ = current()
    if slug not in open_.attempted:
        raise NotChecked(f"Run the check of {slug} first, right or wrong; then run this cell.")
    if not exercises.checks_here():  # a grader's sandbox: the course's value, for every learner
        told = manifest()
        kind = kinds.Kind.from_spec(told["kinds"][slug])
        return kinds.unpack(kind, told["carry"][slug])
    exercise = exercises.of_lesson(open_.lesson.number)[slug]
    verdict = open_.verdicts.get(slug)
    if verdict is not None and verdict.status == exercises.RIGHT:
        print(f"Going on with your answer to {slug}.")
        return kinds.unpack(exercise.kind, open_.recorded[slug])
    if slug in open_.recorded:
        print(f"Going on with the course's answer to {slug}, since yours is not right yet.")
    else:  # `committed` may say next that something is hidden; the two have to fit together
        print(f"You gave no answer to {slug} yet; where one is needed, it is the course's answer.")
    frozen = ready.frozen(open_.lesson.number, open_.mode)
    packed = kinds.pack(exercise.kind, exercise.reference(frozen))
    return kinds.unpack(exercise.kind, packed)


def committed(slug: str) -> bool:
    """Whether what an answer hides may be shown: something was committed, right or wrong.

    Dots commit to nothing. Where nothing was committed, a line says how to go on, and the cell
    that asks shows nothing; so a notebook that is run as a whole gives nothing away and still
    reaches its end.

    Parameters
    ----------
    slug : str
        An exercise of this lesson.
    """
    open_ = current()
    if slug in open_.recorded or slug in open_.passed_over:
        return True
    if slug in open_.attempted and not exercises.checks_here():
        return True  # a grader's sandbox keeps no answers, and nobody looks at its pictures
    print("Still hidden. Answer first and run the check; then run this cell again.")
    print(f'To go on without answering, run this line in a cell: rr.go_on("{slug}")')
    return False


def go_on(slug: str) -> None:
    """Go on without answering: what the exercise hides is shown from now on.

    Parameters
    ----------
    slug : str
        An exercise of this lesson.
    """
    open_ = current()
    if exercises.checks_here() and slug not in exercises.of_lesson(open_.lesson.number):
        print(f"There is no exercise {slug!r} in lesson {open_.lesson.number}.")
        return
    open_.passed_over.add(slug)
    open_.attempted.add(slug)  # so that a later cell may go on with the course's answer
    print(f"Going on without an answer to {slug}. Run the cell that was hidden again.")


def stored(name: str, films: str | None = None) -> Stored:
    """A stored run of the lesson that is open.

    Parameters
    ----------
    name : str
        Such as ``"curves"``.
    films : str, optional
        ``"simulated"`` for a run that only simulated patients can have; None is the lesson's mode.
    """
    return load(current().lesson.number, name, films or current().mode)


def verdict(statement: str, holds: Any) -> None:
    """Print a stated result as a sentence: ``✓ Validation is higher than test.``

    These lines hold with real and with simulated films and are the only outputs kept in git, so
    that running the solved notebook again compares them. On films of the learner's own they need
    not hold, and then say so.

    Parameters
    ----------
    statement : str
        The sentence, without a capital and without its full stop.
    holds : bool
    """
    opened = _open.get("session")
    own = opened is not None and opened.mode not in MODES
    films = f" [{origin.tag()}]" if whose.others() else ""
    if holds:
        print(f"{HOLDS}{statement[:1].upper()}{statement[1:]}.{films}")
    else:
        by_own = own and (whose.beside() or not films)
        print(f"{NOT_BY_OWN if by_own else HOLDS_NOT}{statement}.{films}")


def _other_films(films: str) -> dict[str, str]:
    """The films of a number, where they are not those that the lesson is open with."""
    opened = _open.get("session")
    if opened is None or films == metrics.plain_banner(opened.banner):
        return {}
    films = films or whose.BESIDE.join(sorted(whose.in_cell()) if whose.others() else [])
    if films:
        return {"films": films}
    if opened.mode not in MODES and stood_in(opened.lesson.number):
        return {"films": UNSAID}
    return {}


def headline(**results: Any) -> None:
    """Give the lesson's headline numbers to ``readingroom rehearse``.

    Parameters
    ----------
    **results : Estimate or float
        Estimates keep their interval; a plain number is for what has none, such as seconds.

    Notes
    -----
    An estimate of other films than the lesson's carries a further key ``films`` that names them.
    Where simulated patients stood in for own films and an estimate does not say whose it is, the
    key says that.
    """
    out: dict[str, Any] = {}
    for name, result in results.items():
        if hasattr(result, "lo"):
            out[name] = {
                "value": float(result.value),
                "lo": float(result.lo),
                "hi": float(result.hi),
                "n": int(result.n),
                **_other_films(getattr(result, "films", "")),
            }
        else:
            out[name] = float(result)
    display({"text/plain": "", RESULT_MIME: out}, raw=True)
