"""Answers leave a notebook as data of a closed list of kinds, and come back unharmed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from readingroom.assess.metrics import Estimate
from readingroom.course import answers, exercises

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)
EVERY_KIND = [
    answers.number(),
    answers.text(),
    answers.choice(),
    answers.indices(),
    answers.boxes(),
    answers.table(),
    answers.estimate(),
    answers.array(),
    answers.function(answers.number()),
    answers.file(),
    answers.weights(),
    answers.tuple_of(answers.number(), answers.text()),
]


def through_json(kind: answers.Kind, value: object) -> object:
    """Pack, write, read and unpack, as a grader would."""
    return answers.unpack(kind, json.loads(json.dumps(answers.pack(kind, value))))


def test_every_kind_of_the_closed_list_is_tried_here():
    """A kind that is added to the list must be added to these tests."""
    assert {kind.name for kind in EVERY_KIND} == set(answers.KINDS)


@given(FINITE)
def test_numbers_come_back_as_they_were(value):
    """A finite number survives the way through JSON to the last bit, in any numeric type."""
    assert through_json(answers.number(), value) == value
    assert through_json(answers.number(), np.float64(value)) == value


@given(st.sets(st.integers(0, 10_000), max_size=40))
def test_indices_are_a_set_in_any_container(value):
    """Braces, list, tuple and array mean the same indices."""
    forms = (value, list(value), tuple(value), np.array(sorted(value), int))
    assert {tuple(through_json(answers.indices(), form)) for form in forms} == {
        tuple(sorted(value))
    }


@settings(max_examples=60)
@given(
    hnp.arrays(
        st.sampled_from(["uint8", "int64", "float32", "float64", "bool"]),
        hnp.array_shapes(max_dims=3, max_side=6),
        elements=None,
    )
)
def test_arrays_come_back_as_they_were(value):
    """An array keeps its type, shape and bytes."""
    if value.dtype.kind == "f" and not np.isfinite(value).any():
        value = np.zeros_like(value)
    back = through_json(answers.array(), value)
    assert back.dtype == value.dtype and back.tobytes() == value.tobytes()
    assert back.shape == value.shape


def test_an_estimate_in_each_form_is_the_same_data():
    """An Estimate, a tuple and a list with value, low and high are one answer."""
    estimate = Estimate(0.9, 0.8, 0.95, 100)
    forms = (estimate, (0.9, 0.8, 0.95), [0.9, 0.8, 0.95])
    assert {through_json(answers.estimate(), form) for form in forms} == {(0.9, 0.8, 0.95)}


def test_weights_files_tables_and_boxes_come_back(tmp_path):
    """The larger kinds survive the way through JSON."""
    weights = {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}
    assert np.array_equal(through_json(answers.weights(), weights)["a"], weights["a"])
    path = tmp_path / "answer.bin"
    path.write_bytes(b"\x00\x01film")
    assert through_json(answers.file(), path) == b"\x00\x01film"
    assert through_json(answers.table(), {"rho": [0.1, 0.9]}) == {"rho": [0.1, 0.9]}
    assert through_json(answers.boxes(), (1, 5, 2, 9)) == [(1, 5, 2, 9)]
    assert through_json(answers.function(answers.number()), [1, 2.5]) == [1.0, 2.5]


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_dots_count_as_not_attempted(kind):
    """The untouched dots are told apart from a wrong answer, for every kind."""
    if kind.name == "function":
        with pytest.raises(answers.NotAttempted, match="Nothing filled in"):
            answers.apply(..., [(1,)])
    else:
        with pytest.raises(answers.NotAttempted, match="Nothing filled in"):
            answers.pack(kind, ...)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (answers.number(), "0.6", "expected a number"),
        (answers.number(), True, "expected a number"),
        (answers.number(), float("nan"), "has not run"),
        (answers.number(), float("inf"), "division by zero"),
        (answers.text(5), "too long a text", "longer than 5"),
        (answers.choice(), "C", "a letter and a reason"),
        (answers.choice(), ("CC", 1), "one letter"),
        (answers.choice(), ("C", 1.5), "not a whole number"),
        (answers.indices(), "0, 3", "like {0, 3}"),
        (answers.indices(2), {1, 2, 3}, "more than 2"),
        (answers.boxes(), (5, 1, 2, 9), "rows first"),
        (answers.table(), 3, "expected a table"),
        (answers.estimate(), 0.9, "half an answer"),
        (answers.estimate(), (0.9, 0.95, 0.8), "low end is above"),
        (answers.array(8), np.zeros(100), "larger than"),
        (answers.array(), np.array(["a"]), "array of numbers"),
        (answers.array(), np.zeros(0), "has not run"),
        (answers.weights(), {}, "weights"),
        (answers.file(), "nowhere.bin", "no file"),
        (answers.tuple_of(answers.number(), answers.number()), (1,), "expected 2 values, got 1"),
        (answers.number(), None, "nothing in it"),
        (answers.number(), (0, 95), "write 0.95, not 0, 95"),
        (answers.estimate(), (0, 95), "take a point"),
        (answers.tuple_of(answers.number(), answers.number()), (0, 9, 0, 8), "write 0.9, 0.8, not"),
        (answers.number(), (0.9, 0.8, 0.7), "3 things in a row"),
        (answers.number(), np.zeros(3), "row of numbers"),
        (answers.number(), max, "brackets are missing"),
        (answers.table(), {"A": (0.1, "pass"), "B": ...}, "dots are left"),
        (answers.indices(), [1, ...], "dots are left"),
    ],
)
def test_a_value_of_another_kind_gets_a_plain_sentence(kind, value, says):
    """What cannot be an answer is refused with a sentence, never with another exception."""
    with pytest.raises(answers.AnswerError, match=says):
        answers.pack(kind, value)


@settings(max_examples=300)
@given(st.sampled_from(EVERY_KIND), JSON)
def test_hostile_json_never_gets_through(kind, data):
    """Whatever stands in a recorded answer, unpack returns the kind or says it cannot be read."""
    for packed in (data, {"kind": kind.name, "data": data}):
        try:
            answers.unpack(kind, packed)
        except answers.AnswerError as error:
            assert str(error).startswith("The recorded answer cannot be read")


def test_a_declared_shape_is_not_believed():
    """An array that claims to be larger than its bytes is refused before memory is taken."""
    packed = answers.pack(answers.array(), np.zeros(4))
    packed["data"]["shape"] = [2**40]
    with pytest.raises(answers.AnswerError, match="do not fit"):
        answers.unpack(answers.array(), packed)


def test_a_kind_survives_as_its_spec():
    """A process without checks learns a kind from JSON and packs the same data."""
    for kind in EVERY_KIND:
        assert answers.Kind.from_spec(json.loads(json.dumps(kind.spec()))) == kind


def test_a_function_that_fails_says_so():
    """An error inside a learner's function becomes a sentence that names it."""
    with pytest.raises(answers.AnswerError, match="ZeroDivisionError"):
        answers.apply(lambda x: 1 / x, [(0,)])
    assert answers.apply(lambda x: x + 1, [(1,), (2,)]) == [2, 3]


DOUBLE = exercises.Exercise(
    slug="double", kind=answers.function(answers.number()), points=1, task="Double it",
    inputs=lambda rng: [(float(x),) for x in rng.integers(1, 99, 4)],
    accepts=lambda calls, frozen: all(c.output == 2 * c.arguments[0] for c in calls),
    reference=lambda frozen: lambda x: 2 * x,
    wrong=(exercises.Wrong("square", lambda frozen: lambda x: x * x, "That is the square."),),
    otherwise="Not twice.", why="Twice.", hints=("Times two.",),
)  # fmt: skip


def test_a_function_is_judged_on_what_it_was_given():
    """A function is judged by its calls; constants that fit one seed fail with another's inputs."""
    right, packed = exercises.examine(DOUBLE, lambda x: x + x, None, seed=5)
    assert right.status == exercises.RIGHT
    assert exercises.judge(DOUBLE, packed, None, seed=5) == right
    assert exercises.judge(DOUBLE, packed, None, seed=6).points == 0
    wrong, _ = exercises.examine(DOUBLE, lambda x: x**2, None, seed=5)
    assert wrong.reason == "That is the square."
    short = {**packed, "data": packed["data"][:1]}
    assert exercises.judge(DOUBLE, short, None, seed=5).status == exercises.UNREADABLE


def test_a_function_that_stops_at_its_blank_is_not_attempted():
    """Dots left in the body count as untouched; a fault of another kind is told as one."""

    def blank(table):
        column = ...
        return sorted(table[column])

    def broken(table):
        return sorted(table["patiant"])

    with pytest.raises(answers.NotAttempted):
        answers.apply(blank, [({"patient": [1]},)])
    with pytest.raises(answers.Stopped, match="patiant"):
        answers.apply(broken, [({"patient": [1]},)])


@pytest.mark.parametrize("kind", [answers.number(), answers.estimate()])
def test_a_decimal_comma_is_told_to_be_a_point(kind):
    """Who types 0,65 hears what to type, not that it is a tuple."""
    with pytest.raises(answers.AnswerError, match=r"write 0\.65, not 0, 65"):
        answers.pack(kind, (0, 65))


def test_a_bare_word_or_a_lost_return_in_a_function_is_named():
    """A learner who forgot quotation marks, or the last line, is told which of the two."""

    def bare(table):
        return table[patient]  # noqa: F821

    with pytest.raises(answers.Stopped, match='quotation marks: "patient"'):
        answers.apply(bare, [({"patient": [1]},)])
    with pytest.raises(answers.Stopped, match="the one with return"):
        answers.apply(lambda table: None, [({"patient": [1]},)])
