"""What grading one submission gives: a row for each exercise, kept in one file."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from readingroom import files
from readingroom.questions import exercises

# What can happen to an exercise, beside what a check itself says.
ERROR = "error in your cell"
TIMED_OUT = "timed out"
MEMORY = "out of memory"
STOPPED = "stopped"
RESTORED = "tampered cell restored"
UNREADABLE_FILE = "unreadable file"
WRONG_LESSON = "wrong lesson"
NOT_GRADED = "could not be graded"
STATUSES = (
    exercises.RIGHT,
    exercises.PARTLY,
    exercises.WRONG,
    exercises.NOT_ATTEMPTED,
    exercises.UNREADABLE,
    ERROR,
    TIMED_OUT,
    MEMORY,
    STOPPED,
    RESTORED,
    UNREADABLE_FILE,
    WRONG_LESSON,
    NOT_GRADED,
)
COLUMNS = (
    "student", "lesson", "cohort", "exercise", "points", "max_points", "status", "reason",
)  # fmt: skip


OWN = re.compile("[0-9a-f]{20}")  # the stem of a kept result
JOINERS = "\u200c\u200d"  # Persian, Hindi and others need them inside a word


def cleaned(text: str) -> str:
    """A stranger's text that can be written anywhere: no control, direction or half characters."""
    kept = (
        c if c in JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " "
        for c in text
    )
    return " ".join("".join(kept).split())


@dataclass(frozen=True)
class Row:
    """One exercise of one submission.

    Attributes
    ----------
    points : float or None
        None where the submission could not be graded: that is nobody's zero.
    mistake : str
        Names the typical wrong answer it looks like.
    number : str
        The student's number on the platform that the submission came from, or an empty text.
    """

    student: str
    lesson: str
    cohort: str
    exercise: str
    points: float | None
    max_points: float
    status: str
    reason: str
    mistake: str = ""
    number: str = ""

    def __post_init__(self) -> None:
        # here and nowhere else: whatever a learner wrote comes into tables and pages by a row
        for name in ("student", "reason", "mistake"):
            object.__setattr__(self, name, cleaned(getattr(self, name)))
        if self.status == NOT_GRADED:
            object.__setattr__(self, "points", None)

    def as_dict(self) -> dict:
        """JSON types only."""
        return asdict(self)


def earned(rows: Iterable[Row]) -> float | None:
    """Points of several rows together; None where one of them could not be graded."""
    points = [row.points for row in rows]
    return None if None in points else float(sum(points))


def failed(student: str, lesson: str, cohort: str, status: str, reason: str) -> list[Row]:
    """Rows of a submission of which nothing could be judged: every exercise with the reason."""
    if not lesson:
        return [Row(student, "", cohort, "", 0.0, 0.0, status, reason)]
    return [
        Row(student, lesson, cohort, slug, 0.0, float(exercise.points), status, reason)
        for slug, exercise in exercises.of_lesson(lesson).items()
    ]


def file_of(folder: Path, student: str, lesson: str) -> Path:
    """Where a submission's result is kept; any name of a student gives a harmless file name."""
    digest = hashlib.sha256(f"{lesson}\n{student}".encode()).hexdigest()[:20]
    return folder / f"{digest}.json"


def files_in(folder: Path) -> list[Path]:
    """Files of `file_of` in a folder; what else lies there is somebody's."""
    return [path for path in sorted(folder.glob("*.json")) if OWN.fullmatch(path.stem)]


def keep(path: Path, key: str, rows: list[Row]) -> None:
    """Keep a result, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"key": key, "rows": [row.as_dict() for row in rows]}, indent=1)
    files.write_text(path, text)


def kept(path: Path, key: str) -> list[Row] | None:
    """A result kept earlier, if it is of the same submission and the same grader."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return [Row(**row) for row in found["rows"]] if found["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def all_kept(folder: Path) -> list[Row]:
    """Every row kept in a folder of results, whatever it was graded with."""
    rows = []
    for path in sorted(folder.glob("*.json")):
        try:
            rows += [Row(**row) for row in json.loads(path.read_text("utf-8"))["rows"]]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return rows


def told(points: float | None, most: float) -> str:
    """Points as text; a dash where nothing could be graded or not even the lesson is known."""
    if not most:
        return "–"
    return f"{'–' if points is None else f'{points:g}'} of {most:g}"
