"""Each check accepts what is right in several forms and refuses what is wrong, with a reason."""

from __future__ import annotations

import ast
import inspect
import json
import re

import numpy as np
import pytest

from readingroom.catalogue import catalogue
from readingroom.questions import exercises, firstaid, kinds, manifest

MODES = [pytest.param("real", marks=pytest.mark.real), "simulated"]
EVERY = [
    pytest.param(number, slug, id=f"{number}-{slug}")
    for number in catalogue()
    for slug in exercises.of_lesson(number)
]


def _of_kind(name: str) -> list:
    return [
        case
        for case in EVERY
        if exercises.of_lesson(case.values[0])[case.values[1]].kind.name == name
    ]


# only a number can be read off a sentence
NUMBERS = _of_kind("number")


@pytest.fixture(params=MODES)
def mode(request):
    """Both kinds of films."""
    return request.param


@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_right_answers_pass_in_their_other_forms(number, slug, mode):
    """The course's own answer and at least two other correct forms earn all points."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    others = exercise.also_right(frozen)
    assert len(others) >= 2
    for value in (exercise.reference(frozen), *others):
        verdict, packed = exercises.examine(exercise, value, frozen)
        assert (verdict.status, verdict.points) == (exercises.RIGHT, exercise.points), value
        assert exercises.judge(exercise, json.loads(json.dumps(packed)), frozen) == verdict


@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_each_wrong_answer_is_refused_with_its_own_sentence(number, slug, mode):
    """At least three wrong answers earn nothing, and each gets the sentence written for it."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    assert len(exercise.wrong) >= 3
    for wrong in exercise.wrong:
        value = wrong.example(frozen)
        verdict, packed = exercises.examine(exercise, value, frozen)
        assert verdict.points == 0 and verdict.status == exercises.WRONG, wrong.name
        if packed is None:
            assert wrong.says in verdict.reason, wrong.name
        elif verdict.mistake != "percentage":
            answer = exercises.unpacked(exercise, packed, exercises.PRACTICE)
            assert verdict.mistake == wrong.name
            assert verdict.reason == wrong.sentence(answer, frozen)
            assert "{" not in verdict.reason


@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_the_untouched_cell_is_not_attempted(number, slug, mode):
    """Dots earn nothing and count as not attempted, not as wrong."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    parts = exercise.kind.parts if exercise.kind.name == "tuple" else ()
    dots = [..., tuple(... for _ in parts)] if parts else [...]
    dots += [(..., ...)] if exercise.kind.name == "choice" else []
    for value in dots:
        verdict, packed = exercises.examine(exercise, value, frozen)
        assert verdict.status == exercises.NOT_ATTEMPTED and packed is None
        assert verdict.reason == "Nothing filled in yet."


@pytest.mark.parametrize(("number", "slug"), NUMBERS)
def test_a_hint_and_a_wrong_reply_never_give_the_answer(number, slug, mode):
    """No reply to a wrong answer and no hint holds the reference value of a numeric exercise."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    reference = exercise.reference(frozen)
    told = " ".join([*exercise.hints, exercise.otherwise])
    for wrong in exercise.wrong:
        verdict, _ = exercises.examine(exercise, wrong.example(frozen), frozen)
        told += " " + verdict.reason
    words = {word.strip(".,;:()") for word in told.split()}
    assert str(reference) not in words and f"{reference:g}" not in words


@pytest.mark.parametrize("number", list(catalogue()))
def test_the_plan_of_a_lesson_fits_the_hour(number):
    """At most four must exercises beside commitments and a judge question; at least one to look."""
    known = exercises.of_lesson(number).values()
    must = [e for e in known if e.must and e.kind.name != "choice" and not e.sealed]
    assert len(must) <= 4
    assert any(e.kind.name == "choice" for e in known) and any(e.look for e in known)
    assert all(e.hints and e.task and e.why and e.otherwise for e in known)
    said = [told for e in known for told in (e.why, e.otherwise, e.unfit, *e.hints)]
    said += [wrong.says for e in known for wrong in e.wrong]
    assert not [told for told in said if re.search(r"[*`]\w", told)], "replies know no Markdown"


@pytest.mark.parametrize("number", list(catalogue()))
def test_the_manifest_tells_kinds_and_nothing_else(number):
    """A process without checks learns kinds, carried values, inputs; no points, no hints."""
    told = manifest.of_lesson(number, "simulated")
    assert set(told) == {"kinds", "carry", "inputs"}
    assert set(told["kinds"]) == set(exercises.of_lesson(number))
    assert set(told["carry"]) == set(exercises.module(number).CARRIED)
    json.dumps(told)


def test_the_stored_curve_can_tell_right_from_wrong(mode):
    """Lesson 03: neither the last nor the best test epoch lies near the validation minimum."""
    frozen = exercises.frozen("03", mode)
    lowest = int(frozen.val_loss.argmin())
    assert abs(len(frozen.val_loss) - 1 - lowest) > 2
    assert abs(int(frozen.test_auc.argmax()) - lowest) > 2


@pytest.mark.parametrize(("number", "slug"), NUMBERS)
def test_a_number_without_a_stated_tolerance_has_none(number, slug, mode):
    """Where the page says nothing of what is accepted, a little more or less is not right."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    right = exercise.reference(frozen)
    off = [right + 0.004 * abs(right) + 0.001, right - 0.004 * abs(right) - 0.001]
    passed = [value for value in off if exercises.examine(exercise, value, frozen)[0].points]
    assert bool(exercise.accepted) or not passed, "say what is accepted"


def test_a_right_letter_with_a_wrong_reason_is_told_both():
    """The reply says that the letter is right and the reason is not, and asks nothing twisted."""
    told = [
        wrong.says
        for number in catalogue()
        for exercise in exercises.of_lesson(number).values()
        for wrong in exercise.wrong
        if exercise.kind.name == "choice" and "wrong reason" in wrong.name
    ]
    assert len(told) > 12
    assert [said for said in told if "is right, the reason is not. " not in said] == []


WHOLE = re.compile(r"(?<![\d.])\d{3,}")  # before the point: .095 is not 95, and 1782.4 tells 1782


def _told_everywhere() -> set[str]:
    """Whole numbers of three digits and more in the sentences that any exercise may get."""
    words = [
        node.value
        for module in (kinds, firstaid, exercises)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return set(WHOLE.findall(" ".join(words).replace(",", "")))


@pytest.mark.parametrize("number", list(catalogue()))
def test_an_example_of_a_general_reply_is_no_answer(number, mode):
    """How thousands are typed is not shown with the number that an exercise asks for."""
    known, frozen = exercises.of_lesson(number), exercises.frozen(number, mode)
    asked = [known[slug] for slug in known if known[slug].kind.name in ("number", "tuple")]
    answers = [one.reference(frozen) for one in asked]
    parts = [part for one in answers for part in (one if isinstance(one, tuple) else (one,))]
    right = set(WHOLE.findall(" ".join(str(part) for part in parts if np.ndim(part) == 0)))
    assert not right & _told_everywhere()


@pytest.mark.parametrize(("number", "slug"), _of_kind("indices"))
@pytest.mark.parametrize("beyond", [-1, 10**6])
def test_a_number_that_names_nothing_is_never_forgiven(number, slug, beyond):
    """Where some ticks too many pass, one that lies off the data does not."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, "simulated")
    answer = [*exercise.reference(frozen), beyond]
    verdict, _ = exercises.examine(exercise, answer, frozen)
    assert verdict.points == 0, verdict.reason


@pytest.mark.parametrize(("number", "slug"), _of_kind("boxes"))
@pytest.mark.parametrize("edge", [{0: -5}, {1: 5_000}, {2: -5}, {3: 5_000}])
def test_a_box_that_leaves_the_film_is_never_right(number, slug, edge):
    """A later cell may write into its rows and columns."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, "simulated")
    known = exercise.reference(frozen)
    boxes = [list(known)] if np.ndim(known) == 1 else [list(box) for box in known]
    for place, value in edge.items():
        boxes[0][place] = value
    verdict, _ = exercises.examine(exercise, boxes, frozen)
    assert verdict.points == 0, verdict.reason
