"""Every lesson is graded in the sandbox: all points for its own answers, in a second or so."""

from __future__ import annotations

import json

import nbformat
import pytest

from readingroom import places
from readingroom.catalogue import catalogue, find
from readingroom.grading import batch, gathering, sandbox
from readingroom.questions import exercises
from tests.lessons.test_lessons import with_answers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not here or may not work"),
]
WITHOUT_TORCH, WITH_TORCH = ("01", "02", "04"), "03"


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_lessons_own_answers_earn_all_points(number, tmp_path):
    """Its answers earn all points in the sandbox; an untouched copy is run to its end without an
    error, each check replies, and no point is given."""
    blank = find(number).notebook("lessons").read_bytes()
    handed = [
        gathering.Submission("solved", number, "", nbformat.writes(with_answers(number)).encode()),
        gathering.Submission("untouched", number, "", blank),
    ]
    rows = batch.grade(handed, tmp_path, batch.Settings(seed=2**33 + 5))
    known = exercises.of_lesson(number)
    for row in rows:
        right = row.student == "solved"
        expected = (exercises.RIGHT, known[row.exercise].points) if right else (
            exercises.NOT_ATTEMPTED, 0)  # fmt: skip
        assert (row.status, row.points) == expected, f"{row.exercise}: {row.reason}"
    assert len(rows) == 2 * len(known)
    made = (places.home() / "grading").glob(f"{find(number).slug}-simulated-*/modules.json")
    loaded = set(json.loads(next(made).read_text("utf-8")))
    assert number not in WITHOUT_TORCH or "torch" not in loaded
    assert number != WITH_TORCH or "torch" in loaded
