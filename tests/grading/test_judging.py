"""The judge: odd answers of the right form, answers that wear it out, and what it leaves behind."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from readingroom.catalogue import catalogue
from readingroom.grading import preparation, scoring
from readingroom.questions import exercises, kinds

ODD = {
    "number": [0.0, -1.0, 1e299, -1e299, 1e-300, 2.0**53],
    "text": ["", "\0", "{0}", "%s", "x" * 500],
    "choice": [{"choice": c, "because": b} for c in "AZé" for b in (0, -1, 2**53)],
    "indices": [[], [0], [-1], [2**53], list(range(40))],
    "boxes": [[[0, 1, 0, 1]], [[-10, 10**9, -10, 10**9]], [[-5, -1, -5, -1]]],
    "estimate": [{"value": v, "lo": a, "hi": b}
                 for v, a, b in ((0, 0, 0), (0.5, -1e9, 1e9), (1e299, -1e299, 1e299))],
    "table": [{}, {"a": 1}, {"": []}, {"A": [0.1, "pass"], "B": [], "C": "x"},
              {"group": ["x"], "lo": [None], "value": [None]}, {"split": [None] * 50},
              {"film 1": ["a"], "film 2": None}, {"A": [None, True], "B": None, "C": [1e300]}],
    "file": [{"name": "x", "data": base64.b64encode(data).decode()}
             for data in (b"", b"abc", bytes(128) + b"DICM", bytes(128) + b"DICM" + b"\xff" * 99)],
}  # fmt: skip
ARRAYS = [np.zeros(1), np.zeros((3, 3, 3)), np.full((8, 8), np.nan), np.zeros((224, 224), "uint8"),
          np.zeros((0, 5)), np.zeros((64, 64), bool), np.full((64, 64), np.inf)]  # fmt: skip


def _arrays() -> list[dict]:
    return [{"dtype": a.dtype.name, "shape": list(a.shape),
             "data": base64.b64encode(a.tobytes()).decode()} for a in ARRAYS]  # fmt: skip


def _odd(kind: kinds.Kind) -> list:
    """Odd answers of a kind, as data."""
    if kind.name == "tuple":
        parts = [_odd(part) for part in kind.parts]
        return [[part[i % len(part)] for part in parts] for i in range(max(map(len, parts)))]
    if kind.name in ("array", "weights"):
        return _arrays() if kind.name == "array" else [{"w": one} for one in _arrays()]
    return ODD[kind.name]


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_answer_of_the_right_form_breaks_a_check(number):
    """Whatever an answer holds, a lesson's check has a verdict: nobody is told to ask authors."""
    frozen = exercises.frozen(number, "simulated")
    for exercise in exercises.of_lesson(number).values():
        for data in _odd(exercise.kind.parts[0] if exercise.inputs else exercise.kind):
            if exercise.inputs:
                data = [data] * len(exercises.calls(exercise, 1))
            packed = {"kind": exercise.kind.name, "data": data}
            verdict = exercises.judge(exercise, packed, frozen, 1)
            assert verdict.status and verdict.reason


def _estimates(data: object) -> list:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    own = [data] if isinstance(data, dict) and set(data) == {"value", "lo", "hi"} else []
    return own + [found for part in inner for found in _estimates(part)]


@pytest.mark.parametrize("low_high", [(-1e9, 1e9), (0.0, 1.0), None], ids=str)
@pytest.mark.parametrize("number", list(catalogue()))
def test_a_made_up_interval_earns_nothing(number, low_high):
    """The right value with an interval far too wide, or without width, is no right answer."""
    frozen = exercises.frozen(number, "simulated")
    for exercise in exercises.of_lesson(number).values():
        packed = exercises.record(exercise, exercise.reference(frozen))
        found = _estimates(packed)
        for one in found:
            low, high = low_high or (one["value"], one["value"])
            one["lo"], one["hi"] = min(low, one["value"]), max(high, one["value"])
        if found:
            verdict = exercises.judge(exercise, packed, frozen)
            assert verdict.points == 0, f"{exercise.slug}: {verdict.reason}"


def test_no_box_at_all_gets_a_sentence():
    """``box = []`` is an answer with nothing in it, and no fault of the course."""
    with pytest.raises(kinds.AnswerError, match="no box in it"):
        kinds.pack(kinds.boxes(), [])


def test_a_path_typed_in_full_finds_its_file_here(tmp_path, monkeypatch):
    """A path copied from another machine means the file that lies at its end."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "research").mkdir()
    (tmp_path / "research" / "a.dcm").write_bytes(b"film")
    packed = kinds.pack(kinds.file(), "/home/ann/course/research/a.dcm")
    assert kinds.unpack(kinds.file(), packed) == b"film"
    for absent in ("/home/ann/course/research/b.dcm", "x" * 5_000, "\0"):
        with pytest.raises(kinds.AnswerError, match="There is no file"):
            kinds.pack(kinds.file(), absent)


def _judging(tmp_path, lines: list[dict], memory: int = scoring.MEMORY) -> list[dict]:
    place = tmp_path / "judge"
    done = subprocess.run(
        [sys.executable, "-m", "readingroom.grading.scoring", str(place), str(memory)],
        input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_judge_leaves_no_folder_behind(tmp_path):
    """Lesson 01's checks write files; a judge whose grader is gone takes them with it."""
    asked = {"lesson": "01", "cohort": "simulated", "exercise": "audit-zero", "seed": 1,
             "answer": {"kind": "file", "data": {"name": "x", "data": ""}}}  # fmt: skip
    (said,) = _judging(tmp_path, [asked])
    assert said["points"] == 0 and said["status"] != "could not be graded"
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_wears_the_judge_out_is_its_own_fault(monkeypatch):
    """Where a fresh judge works and this answer ends it twice, the answer cannot be read."""
    asked = []

    def ask(self, request, seconds):
        asked.append(request["exercise"])
        return None if request["exercise"] and request["answer"] == "bomb" else {}

    monkeypatch.setattr(scoring.Judge, "_ask", ask)
    monkeypatch.setattr(scoring.Judge, "_start", lambda self: None)
    verdict = scoring.Judge().verdict("04", "simulated", "buy-it", "bomb", 1)
    assert (verdict.status, verdict.points) == (exercises.UNREADABLE, 0.0)
    assert asked.count("buy-it") == 2 and "more memory or time" in verdict.reason
    monkeypatch.setattr(scoring.Judge, "_ask", lambda *_: None)
    verdict = scoring.Judge().verdict("04", "simulated", "buy-it", "honest", 1)
    assert verdict.status == "could not be graded"


def test_an_answer_too_deep_to_be_written_is_refused():
    """Lists in lists that only just arrived end no grader."""
    deep: object = 0
    for _ in range(5_000):
        deep = [deep]
    with scoring.Judge() as judge:
        answer = {"kind": "choice", "data": deep}
        verdict = judge.verdict("04", "simulated", "buy-it", answer, 1)
    assert verdict.points == 0 and verdict.status == exercises.UNREADABLE


@pytest.mark.parametrize("moment", ["starting", "in the middle of an answer", "told to go"])
def test_a_judge_whose_grader_was_killed_leaves_no_folder(tmp_path, monkeypatch, moment):
    """Whenever the line breaks, the judge's own folder goes with it."""
    monkeypatch.setattr(scoring.tempfile, "tempdir", str(tmp_path))
    judge = scoring.Judge()
    if moment != "starting":
        judge.load("04", "simulated")
        assert list(tmp_path.iterdir()), "the judge has no folder of its own"
    else:
        judge._start()
    process = judge._process
    if moment == "told to go":
        judge.close()
    else:
        if moment != "starting":
            process.stdin.write(b'{"lesson": "04", "cohort": "simulated", "exercise": null}\n')
            process.stdin.flush()
        process.stdout.close()  # as by a kill: nobody reads, nobody writes
        process.stdin.close()
        process.wait(60)
    assert process.returncode is not None and list(tmp_path.iterdir()) == []


def test_drafts_of_a_killed_grader_are_swept(tmp_path):
    """A hidden folder left while preparing goes with the next preparation, of any version."""
    from filelock import FileLock

    folder = tmp_path / "04-x-simulated-new"
    left = [tmp_path / f".{name}.4242" for name in ("04-x-simulated-new", "04-x-simulated-old")]
    busy = tmp_path / ".05-y-simulated-now.77"
    for draft in (*left, busy):
        (draft / "store").mkdir(parents=True)
    with FileLock(tmp_path / ".05-y-simulated-now.lock"):
        preparation._sweep(folder)
    assert not any(draft.exists() for draft in left) and busy.is_dir()
