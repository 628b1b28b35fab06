"""What a grader must get right about answers: other correct forms pass, wrong ones do not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.catalogue import catalogue
from readingroom.grading import intake, preparation, rebuild
from readingroom.questions import exercises

EVERY = [
    pytest.param(number, slug, id=f"{number}-{slug}")
    for number in catalogue()
    for slug in exercises.of_lesson(number)
]
MODES = [pytest.param("real", marks=pytest.mark.real), "simulated"]


@pytest.fixture(params=MODES)
def mode(request) -> str:
    """Both kinds of films."""
    return request.param


def forms(kind: str, value) -> list:
    """Other ways to type the same answer."""
    if kind == "number":
        number = float(value)
        whole = [int(number), np.int64(number)] if number.is_integer() else []
        return [number, np.float64(number), np.array(number), *whole]
    if kind == "indices":
        items = [int(item) for item in np.atleast_1d(list(value))]
        return [items, items[::-1], set(items), tuple(items), np.array(items, int),
                [float(item) for item in items], [*items, *items]]  # fmt: skip
    if kind == "choice":
        letter, because = value
        return [(letter.lower(), because), [letter, float(because)], (f" {letter} ", because)]
    if kind == "estimate" and hasattr(value, "lo"):
        three = (value.value, value.lo, value.hi)
        return [three, list(three), np.array(three)]
    if kind == "array":
        return [np.asarray(value), np.asarray(value).copy(order="F")]
    if kind == "table" and isinstance(value, pd.DataFrame):
        return [value.to_dict("list")]
    if kind == "tuple":
        return [tuple(value), list(value)]
    return [value]


@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_the_same_answer_in_other_forms_earns_the_same(number, slug, mode):
    """Integer or float, list, set, tuple or array: the points do not depend on how it is typed."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    for value in forms(exercise.kind.name, exercise.reference(frozen)):
        verdict, packed = exercises.examine(exercise, value, frozen)
        assert verdict.points == exercise.points, f"{value!r}: {verdict.reason}"
        assert exercises.judge(exercise, json.loads(json.dumps(packed)), frozen) == verdict


@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_three_wrong_answers_or_more_are_refused_as_data(number, slug, mode):
    """Each listed mistake, judged as a grader judges, earns nothing; none is a right answer.

    A grader's seed draws other inputs than a learner's notebook; mistakes must fail on them too.
    """
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    refused = 0
    for wrong in exercise.wrong:
        verdict, _ = exercises.examine(exercise, wrong.example(frozen), frozen, seed=20_261_124)
        assert verdict.points == 0, wrong.name
        refused += 1
    assert refused >= 3


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_right_function_is_right_on_a_classs_inputs(number, mode):
    """The course's own function earns its points on inputs drawn from any class's seed."""
    frozen = exercises.frozen(number, mode)
    for exercise in exercises.of_lesson(number).values():
        if exercise.kind.name == "function":
            for seed in (1, 2**40 + 3):
                answer = exercise.reference(frozen)
                verdict, _ = exercises.examine(exercise, answer, frozen, seed=seed)
                assert verdict.status == exercises.RIGHT, f"{exercise.slug}: {verdict.reason}"


EXTRA = st.lists(
    st.sampled_from(["1 + 1", "# a note", "import math", "my_helper = lambda v: v", "print('x')"]),
    max_size=4,
)
LESSON = st.sampled_from(list(catalogue()))


@settings(max_examples=40)
@given(number=LESSON, extra=EXTRA, strip=st.booleans(), data=st.data())
def test_extra_cells_and_lost_marks_change_no_answer(number, extra, strip, data):
    """Whatever extra cells and whatever marks are lost, each answer stays with its exercise."""
    release = preparation.release(number)
    cells = [{"cell_type": "code", "source": c.source, "id": c.id, "metadata": dict(c.metadata)}
             for c in rebuild.code(release)]  # fmt: skip
    slugs = [c.id for c in rebuild.code(release) if rebuild.role_of(c) == rebuild.ANSWER]
    for cell in cells:
        if cell["id"] in slugs:
            cell["source"] += f"\n# mine: {cell['id']}"
    for text in extra:
        at = data.draw(st.integers(0, len(cells)))
        cells.insert(at, {"cell_type": "code", "source": text, "metadata": {}})
    if strip:
        cells = [{"cell_type": "code", "source": c["source"], "metadata": {}} for c in cells]
    book = intake.read(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {},
                                   "cells": cells}).encode())  # fmt: skip
    assert intake.lesson_of(book) == (number, [])
    built = rebuild.rebuild(release, book)
    assert not built.restored and not built.lost
    named = [cell for cell in built.cells if cell.name]
    assert [cell.name for cell in named] == [c.id for c in rebuild.code(release)]
    for cell in named:
        if cell.role == rebuild.ANSWER:
            assert cell.source.endswith(f"# mine: {cell.name}")
    kept = [cell.source for cell in built.cells if cell.role == rebuild.EXTRA]
    assert sorted(kept) == sorted(extra)
