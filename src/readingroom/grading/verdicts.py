"""From what a run left to one row for each exercise: status, points, one or two sentences."""

from __future__ import annotations

import re

from readingroom.grading import result
from readingroom.grading.execution import Fault, Findings, extra_fault
from readingroom.grading.rebuild import ANSWER, CHECK, Rebuilt
from readingroom.grading.scoring import Judge
from readingroom.questions import exercises, kinds

MISSING = "The cell of this exercise is not in the notebook."
PUT_BACK = "A locked cell had been changed; the course's own was put back."
LATE = (
    "It was answered below the cell that goes on with the course's own answer, so it could not "
    "count; above that cell it would."
)
NO_RECORD = "Your answer did not reach the check."
COMMA = re.compile(re.escape(kinds.POINT) + r" [-\d., ]{1,80}, not [-\d, ]{1,80}\.")
UNFIT = "another kind of value"


def rows(
    student: str,
    lesson: str,
    cohort: str,
    rebuilt: Rebuilt,
    findings: Findings,
    judge: Judge,
    seed: int,
) -> list[result.Row]:
    """Judge every exercise of a submission.

    Parameters
    ----------
    student, lesson, cohort : str
        Whose, which, and with which films.
    rebuilt : Rebuilt
        What was run.
    findings : Findings
        What the run left.
    judge : Judge
        The process that judges.
    seed : int
        Draws the inputs of function answers.

    Returns
    -------
    list of Row
    """
    out = []
    for slug, exercise in exercises.of_lesson(lesson).items():
        verdict = _verdict(slug, exercise, lesson, cohort, rebuilt, findings, judge, seed)
        verdict = _with_notes(verdict, rebuilt, findings)
        out.append(
            result.Row(
                student, lesson, cohort, slug, float(verdict.points), float(exercise.points),
                verdict.status, verdict.reason, verdict.mistake,
            )
        )  # fmt: skip
    return out


def _verdict(
    slug: str,
    exercise: exercises.Exercise,
    lesson: str,
    cohort: str,
    rebuilt: Rebuilt,
    findings: Findings,
    judge: Judge,
    seed: int,
) -> exercises.Verdict:
    def nothing(status: str, reason: str, mistake: str = "") -> exercises.Verdict:
        return exercises.Verdict(slug, status, 0.0, exercise.points, reason, mistake)

    record = findings.records.get(slug)
    if record is not None and record.get("answer") is not None:
        verdict = judge.verdict(lesson, cohort, slug, record["answer"], seed)
        if verdict.status != exercises.RIGHT and verdict.points == 0:
            fault = _fault(slug, rebuilt, findings, (ANSWER,))
            if fault is not None:
                return nothing(fault.status, fault.reason)
        return verdict
    if slug in findings.late:
        return nothing(exercises.NOT_ATTEMPTED, LATE)
    fault = _fault(slug, rebuilt, findings, (ANSWER, CHECK))
    if fault is not None and (record is None or record.get("status") != exercises.NOT_ATTEMPTED):
        return nothing(fault.status, fault.reason)
    if record is None:
        return _unreached(nothing, slug, rebuilt, findings)
    if fault is not None:
        return nothing(fault.status, fault.reason)
    if record.get("status") == exercises.WRONG:
        return nothing(exercises.WRONG, _unfit(exercise, record), UNFIT)
    if slug in rebuilt.lost:
        return nothing(exercises.NOT_ATTEMPTED, MISSING)
    return nothing(exercises.NOT_ATTEMPTED, kinds.NOTHING_YET)


def _unreached(nothing, slug: str, rebuilt: Rebuilt, findings: Findings) -> exercises.Verdict:
    name = f"check-{slug}"
    position = next(i for i, cell in enumerate(rebuilt.cells) if cell.name == name)
    if position >= findings.reached:
        why = findings.ended or "the run ended early"
        return nothing(result.STOPPED, f"The run ended before this exercise: {why}.")
    if slug in rebuilt.lost:
        return nothing(exercises.NOT_ATTEMPTED, MISSING)
    return nothing(result.STOPPED, NO_RECORD)


def _fault(slug: str, rebuilt: Rebuilt, findings: Findings, roles: tuple) -> Fault | None:
    """What went wrong in an exercise's own cells, its answer cell before its check."""
    for role in roles:
        for position, cell in enumerate(rebuilt.cells):
            if cell.role == role and cell.exercise == slug and position in findings.faults:
                return findings.faults[position]
    return None


def _unfit(exercise: exercises.Exercise, record: dict) -> str:
    """The sentence for a value of another kind, which never left the sandbox.

    What the notebook says of it may be forged, so it stands in quotation marks behind the grader's
    own sentence; only the few fixed sentences of `kinds` are said as they are.
    """
    told = record.get("reason")
    told = " ".join(told.split())[:200] if isinstance(told, str) else ""
    if told in (kinds.NOT_RUN, kinds.NONE) or COMMA.fullmatch(told):
        return told
    general = exercise.unfit or "Your answer is of another kind than this exercise asks for."
    return f"{general} Your notebook said: “{told}”" if told and not exercise.unfit else general


def _with_notes(verdict, rebuilt: Rebuilt, findings: Findings) -> exercises.Verdict:
    slug, status, notes = verdict.exercise, verdict.status, []
    if slug in rebuilt.notes:
        notes.append(rebuilt.notes[slug])
    if f"check-{slug}" in rebuilt.restored:
        notes.append(PUT_BACK)
        if verdict.points == 0 and status != exercises.NOT_ATTEMPTED:
            status = result.RESTORED
    stopped = extra_fault(rebuilt.cells, findings)
    if stopped is not None and verdict.points == 0 and status == result.ERROR:
        notes.append(f"One of your own extra cells was stopped before ({stopped.status}).")
    if not notes and status == verdict.status:
        return verdict
    reason = " ".join([verdict.reason, *notes])
    return exercises.Verdict(
        slug, status, verdict.points, verdict.max_points, reason, verdict.mistake
    )
