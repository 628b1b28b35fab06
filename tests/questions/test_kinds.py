"""Answers leave a notebook as data of a closed list of kinds, and come back unharmed."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from readingroom.assess.metrics import Estimate
from readingroom.questions import exercises, kinds

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)
EVERY_KIND = [
    kinds.number(),
    kinds.text(),
    kinds.choice(),
    kinds.indices(),
    kinds.boxes(),
    kinds.table(),
    kinds.estimate(),
    kinds.array(),
    kinds.function(kinds.number()),
    kinds.file(),
    kinds.weights(),
    kinds.tuple_of(kinds.number(), kinds.text()),
]


def through_json(kind: kinds.Kind, value: object) -> object:
    """Pack, write, read and unpack, as a grader would."""
    return kinds.unpack(kind, json.loads(json.dumps(kinds.pack(kind, value))))


def test_every_kind_of_the_closed_list_is_tried_here():
    """A kind that is added to the list must be added to these tests."""
    assert {kind.name for kind in EVERY_KIND} == set(kinds.KINDS)


@given(FINITE)
def test_numbers_come_back_as_they_were(value):
    """A finite number survives the way through JSON to the last bit, in any numeric type."""
    assert through_json(kinds.number(), value) == value
    assert through_json(kinds.number(), np.float64(value)) == value


@given(st.sets(st.integers(0, 10_000), max_size=40))
def test_indices_are_a_set_in_any_container(value):
    """Braces, list, tuple, array and a text with commas or spaces mean the same indices."""
    forms = [value, list(value), tuple(value), np.array(sorted(value), int)]
    if value:
        forms += [", ".join(map(str, value)), f"[{' '.join(map(str, value))}]"]
    assert {tuple(through_json(kinds.indices(), form)) for form in forms} == {tuple(sorted(value))}


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
    back = through_json(kinds.array(), value)
    assert back.dtype == value.dtype and back.tobytes() == value.tobytes()
    assert back.shape == value.shape


def test_an_estimate_in_each_form_is_the_same_data():
    """An Estimate, a tuple and a list with value, low and high are one answer."""
    estimate = Estimate(0.9, 0.8, 0.95, 100)
    forms = (estimate, (0.9, 0.8, 0.95), [0.9, 0.8, 0.95])
    assert {through_json(kinds.estimate(), form) for form in forms} == {(0.9, 0.8, 0.95)}


@pytest.mark.parametrize("typed", [True, np.True_, 1, 1.0])
def test_a_flag_is_also_true_or_false(typed):
    """Where 1 or 0 is asked for, True says 1; a plain number is no True."""
    assert through_json(kinds.flag(), typed) == 1.0
    assert kinds.Kind.from_spec(kinds.flag().spec()) == kinds.flag()
    with pytest.raises(kinds.AnswerError, match="True or False"):
        kinds.pack(kinds.number(), True)


@pytest.mark.parametrize("name", [None, 7, ["a"], "x" * 1_000])
def test_a_file_s_name_is_a_short_text(name):
    """It is shown in replies, so a stranger's JSON cannot make it anything else."""
    with pytest.raises(kinds.AnswerError, match="name"):
        kinds.unpack(kinds.file(), {"kind": "file", "data": {"name": name, "data": ""}})


def test_weights_files_tables_and_boxes_come_back(tmp_path):
    """The larger kinds survive the way through JSON."""
    weights = {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}
    assert np.array_equal(through_json(kinds.weights(), weights)["a"], weights["a"])
    path = tmp_path / "answer.bin"
    path.write_bytes(b"\x00\x01film")
    assert through_json(kinds.file(), path) == b"\x00\x01film"
    assert through_json(kinds.file(), path).name == f"{tmp_path.name}/answer.bin"
    assert through_json(kinds.table(), {"rho": [0.1, 0.9]}) == {"rho": [0.1, 0.9]}
    assert through_json(kinds.boxes(), (1, 5, 2, 9)) == [(1, 5, 2, 9)]
    assert through_json(kinds.function(kinds.number()), [1, 2.5]) == [1.0, 2.5]


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_dots_count_as_not_attempted(kind):
    """The untouched dots are told apart from a wrong answer, for every kind."""
    if kind.name == "function":
        with pytest.raises(kinds.NotAttempted, match="Nothing filled in"):
            kinds.apply(..., [(1,)])
    else:
        with pytest.raises(kinds.NotAttempted, match="Nothing filled in"):
            kinds.pack(kind, ...)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (kinds.number(), "0.6 %", "percent sign: 0.6 % is 0.006"),
        (kinds.number(), "0,7", "write 0.7"),
        (kinds.number(), "15,000", "Type 15000 or 15.000"),
        (kinds.number(), "five", "in digits: 5"),
        (kinds.number(), "1 782", "type 1782, without"),
        (kinds.number(), "1'782", "type 1782, without"),
        (kinds.number(), [1].index, "brackets are missing"),
        (kinds.indices(), {"lateral", "hand"}, "not words"),
        (kinds.indices(), "all", "not words"),
        (kinds.number(), "about five", "expected a number"),
        (kinds.indices(), [True, False], "numbers in braces"),
        (kinds.number(), True, "expected a number"),
        (kinds.number(), float("nan"), "has not run"),
        (kinds.number(), float("inf"), "division by zero"),
        (kinds.text(5), "too long a text", "longer than 5"),
        (kinds.choice(), "C", "a letter and a reason"),
        (kinds.choice(), ("CC", 1), "one letter"),
        (kinds.choice(), ("perhaps", 1), "one letter"),
        (kinds.choice(), ("C", 1.5), "not a whole number"),
        (kinds.indices(), "none of them", "like .0, 3."),
        (kinds.indices(), "0 - 3", "like .0, 3."),
        (kinds.number(), "0,81", "write 0.81, without"),
        (kinds.number(), "about 0.8", "without quotation marks"),
        (kinds.number(), "1 - 0.95 ** 14", "leave out the quotation marks"),
        (kinds.number(), "max(slices)", "leave out the quotation marks"),
        (kinds.indices(), -0.5, "-0.5 is not a whole number"),
        (kinds.boxes(), np.array(3), "expected a box"),
        (kinds.estimate(), np.array(0.9), "half an answer"),
        (kinds.indices(2), {1, 2, 3}, "more than 2"),
        (kinds.boxes(), (5, 1, 2, 9), "rows first"),
        (kinds.table(), 3, "expected a table"),
        (kinds.estimate(), 0.9, "half an answer"),
        (kinds.estimate(), (0.9, 0.95, 0.8), "low end is above"),
        (kinds.array(8), np.zeros(100), "larger than"),
        (kinds.array(), np.array(["a"]), "array of numbers"),
        (kinds.array(), np.zeros(0), "has not run"),
        (kinds.weights(), {}, "weights"),
        (kinds.file(), "nowhere.bin", "no file"),
        (kinds.tuple_of(kinds.number(), kinds.number()), (1,), "expected 2 values, got 1"),
        (kinds.number(), None, "nothing in it"),
        (kinds.number(), (0, 95), "write 0.95, not 0, 95"),
        (kinds.estimate(), (0, 95), "take a point"),
        (kinds.tuple_of(kinds.number(), kinds.number()), (0, 9, 0, 8), "write 0.9, 0.8, not"),
        (kinds.number(), (0.9, 0.8, 0.7), "3 things in a row"),
        (kinds.tuple_of(*[kinds.number()] * 3), (1, 15, 0, 30, 0), "You gave 5 numbers, 1, 15, 0"),
        (kinds.number(), np.zeros(3), "row of numbers"),
        (kinds.number(), max, "brackets are missing"),
        (kinds.table(), {"A": (0.1, "pass"), "B": ...}, "dots are left"),
        (kinds.indices(), [1, ...], "dots are left"),
    ],
)
def test_a_value_of_another_kind_gets_a_plain_sentence(kind, value, says):
    """What cannot be an answer is refused with a sentence, never with another exception."""
    with pytest.raises(kinds.AnswerError, match=says):
        kinds.pack(kind, value)


@settings(max_examples=300)
@given(st.sampled_from(EVERY_KIND), JSON)
def test_hostile_json_never_gets_through(kind, data):
    """Whatever stands in a recorded answer, unpack returns the kind or says it cannot be read."""
    for packed in (data, {"kind": kind.name, "data": data}):
        try:
            kinds.unpack(kind, packed)
        except kinds.AnswerError as error:
            assert str(error).startswith("The recorded answer cannot be read")


def test_a_declared_shape_is_not_believed():
    """An array that claims to be larger than its bytes is refused before memory is taken."""
    packed = kinds.pack(kinds.array(), np.zeros(4))
    packed["data"]["shape"] = [2**40]
    with pytest.raises(kinds.AnswerError, match="do not fit"):
        kinds.unpack(kinds.array(), packed)


def test_a_kind_survives_as_its_spec():
    """A process without checks learns a kind from JSON and packs the same data."""
    for kind in EVERY_KIND:
        assert kinds.Kind.from_spec(json.loads(json.dumps(kind.spec()))) == kind


def test_a_function_that_fails_says_so():
    """An error inside a learner's function becomes a sentence that names it."""
    with pytest.raises(kinds.AnswerError, match="ZeroDivisionError"):
        kinds.apply(lambda x: 1 / x, [(0,)])
    assert kinds.apply(lambda x: x + 1, [(1,), (2,)]) == [2, 3]


DOUBLE = exercises.Exercise(
    slug="double", kind=kinds.function(kinds.number()), points=1, task="Double it",
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


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x: "two", "gives back something else. Type the number in digits: 2"),
        (lambda x: [x, x], "gives back something else. I expected a number, got 2 things"),
        (lambda x: float("nan"), "gives back something else. What it gives is no number"),
    ],
)
def test_a_function_that_gives_another_thing_is_told_what(function, says):
    """It is a function, so it is not told that one is missing."""
    verdict, packed = exercises.examine(DOUBLE, function, None)
    assert (verdict.status, verdict.points, packed) == (exercises.WRONG, 0, None)
    assert says in verdict.reason


HALF = exercises.Exercise(
    slug="half", kind=kinds.number(), points=1, task="A share", fraction=True,
    accepts=lambda answer, frozen: abs(answer - 0.948) <= 0.001,
    reference=lambda frozen: 0.948, wrong=(), otherwise="No.", why="Yes.", hints=("Count.",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "told"), [(0.95, True), (0.9, False), (1, False), (0.947, False), (0.96, False)]
)
def test_a_number_with_too_few_digits_is_called_near(typed, told):
    """.95 is .948 rounded too far; a round number farther off, or another one, is not."""
    verdict, _ = exercises.examine(HALF, typed, None)
    assert (verdict.reason == exercises.ROUNDED) == told


def test_a_function_that_stops_at_its_blank_is_not_attempted():
    """Dots left in the body count as untouched; a fault of another kind is told as one."""

    def blank(table):
        column = ...
        return sorted(table[column])

    def broken(table):
        return sorted(table["patiant"])

    with pytest.raises(kinds.NotAttempted):
        kinds.apply(blank, [({"patient": [1]},)])
    with pytest.raises(kinds.Stopped, match=r'patiant.*these columns: "patient"'):
        kinds.apply(broken, [({"patient": [1]},)])


@pytest.mark.parametrize(
    "typed",
    [
        *("21", [21], {21}, (21,), "24 pixels", " 24px ", "line 24", ".5", "-3"),
        *("picture 4", "rule 4", "report 2", "Week 3.", "24 px.", "2x", "237 films a day"),
        *("12.4 cc", "SUV 2.5", "25 megabits a second", "1.5 mm."),
    ],
)
def test_a_number_in_other_clothes_is_a_number(typed):
    """Brackets, quotation marks and a unit around one number change nothing."""
    bare = str(next(iter(typed)) if not isinstance(typed, str) else typed)
    words = " abcdefghijklmnopqrstuvwxyzSUVW"
    bare = bare.strip(words).rstrip(f"{words}.")
    assert kinds.unpack(kinds.number(), kinds.pack(kinds.number(), typed)) == float(bare)


@pytest.mark.parametrize("way", ["tensor", "column", "zero-d", "decimal", "row"])
def test_one_number_of_another_library_is_a_number(way):
    """A tensor, a column of one, a Decimal; several numbers, a truth and a text are still none."""
    torch, pandas = pytest.importorskip("torch"), pytest.importorskip("pandas")
    made = {
        "tensor": torch.tensor, "column": lambda x: pandas.Series([x]), "zero-d": np.array,
        "decimal": lambda x: Decimal(str(x)), "row": lambda x: torch.tensor([x]),
    }[way]  # fmt: skip
    assert kinds.unpack(kinds.number(), kinds.pack(kinds.number(), made(0.5))) == 0.5
    for none in (
        torch.tensor([1.0, 2.0]),
        torch.tensor(True),
        pandas.Series([1, 2]),
        np.array("x"),
    ):
        with pytest.raises(kinds.AnswerError):
            kinds.pack(kinds.number(), none)


@pytest.mark.parametrize(
    ("unit", "typed", "read"),
    [("pixels", "24 px", 24), ("pixels", "24", 24), ("pixels", 24, 24), ("mm", "21 mm", 21),
     ("pixels", "24 mm", None), ("mm", "2.1 cm", None), ("mm", "21 px", None),
     ("Mbit/s", "25 Mbps", 25), ("Mbit/s", "25 Mb/s", 25), ("Mbit/s", "25 MB/s", None),
     ("days", "180 d", 180), ("days", "26 weeks", None), ("ml", "12 cm3", 12),
     ("ml", "12400 mm3", None)],
)  # fmt: skip
def test_a_number_in_another_unit_is_refused(unit, typed, read):
    """24 mm are not 24 pixels, whatever the number; without a unit the asked one is meant."""
    kind = kinds.Kind.from_spec(kinds.number(unit).spec())
    if read is not None:
        assert through_json(kind, typed) == read
        return
    with pytest.raises(kinds.AnswerError, match=f"number in {unit}"):
        kinds.pack(kind, typed)


def test_a_corner_between_two_pixels_costs_no_box():
    """A decimal in one corner is rounded; the other boxes are not lost for it."""
    packed = kinds.pack(kinds.boxes(8), [(1, 9.6, 2, 8), (3, 5, 4, 6)])
    assert kinds.unpack(kinds.boxes(8), packed) == [(1, 10, 2, 8), (3, 5, 4, 6)]


def test_quotation_marks_around_the_numbers_of_a_box_change_nothing():
    """As with a number alone."""
    packed = kinds.pack(kinds.boxes(8), ("0", "20", "0", "230"))
    assert kinds.unpack(kinds.boxes(8), packed) == [(0, 20, 0, 230)]


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        (kinds.number(), (0, 65), "write 0.65, not 0, 65"),
        (kinds.number(), (1, 782), "leave it out: 1782"),
        (kinds.number(), (4, 708), "4708"),
        (kinds.number(), (93, 166), "93166"),
        (kinds.number(), (24, 24), "the same number twice, 24, 24; give it once"),
        (kinds.number(), (1, 5), "this asks for one"),
        (kinds.number("pixels"), "19 %", "in pixels, and yours is in percent"),
        (kinds.estimate(), (0, 65), "write 0.65, not 0, 65"),
        (kinds.estimate(), (171, 180), "a value with its interval"),
    ],
)
def test_a_comma_inside_a_number_gets_the_advice_that_fits(kind, typed, says):
    """0,65 is a decimal comma, 1,782 thousands; of anything else no number is made.

    Where a value with an interval is asked for, 171, 180 is a count and how many there are.
    """
    with pytest.raises(kinds.AnswerError) as told:
        kinds.pack(kind, typed)
    assert says in str(told.value)


@given(st.integers(1, 99), st.integers(0, 99))
def test_no_number_is_advised_that_was_not_typed(first, second):
    """Two numbers that are neither decimals nor thousands are never glued together."""
    with pytest.raises(kinds.AnswerError) as told:
        kinds.pack(kinds.number(), (first, second))
    assert f"{first}, {second}" in str(told.value)
    assert f"write {first}" not in str(told.value).lower()


def test_a_bare_word_or_a_lost_return_in_a_function_is_named():
    """A learner who forgot quotation marks, or the last line, is told which of the two."""

    def bare(table):
        return table[patient]  # noqa: F821

    with pytest.raises(kinds.Stopped, match='quotation marks: "patient"'):
        kinds.apply(bare, [({"patient": [1]},)])
    with pytest.raises(kinds.Stopped, match="the one with return"):
        kinds.apply(lambda table: None, [({"patient": [1]},)])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (("b.", "3"), ("B", 3)),
        (("option B", "reason 3"), ("B", 3)),
        (("(b)", "(3)"), ("B", 3)),
        (("No.", 3), ("NO", 3)),
        ((["B"], [3]), ("B", 3)),
        (("interval B", "reason 3"), ("B", 3)),
        (("No, it is not excluded.", 3), ("NO", 3)),
        (("B: I would test it first", 3), ("B", 3)),
        (("B, a good one", 3), ("B", 3)),
        (("'B'", "3."), ("B", 3)),
        (("B \u2013 nothing new", 3), ("B", 3)),
        (("The option B because it is safe", 3), ("B", 3)),
    ],
)
def test_a_choice_is_read_as_people_write_it(typed, read):
    """A full stop, brackets, the word option or reason, yes and no are wording, not a mistake."""
    assert through_json(kinds.choice(), typed) == read


@pytest.mark.parametrize(
    "typed", ["B, C", "b, c", "B or C", "B, not C", "BC", "B because C is", ""]
)
def test_of_two_letters_none_is_taken(typed):
    """Who names a second letter is asked for one."""
    with pytest.raises(kinds.AnswerError, match="one letter"):
        kinds.pack(kinds.choice(), (typed, 1))


@pytest.mark.parametrize("typed", [["none"], ("none",), {"none"}, "none"])
def test_brackets_around_one_text_change_nothing(typed):
    """As with a number alone."""
    assert through_json(kinds.text(20), typed) == "none"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("film 2", [2]),
        ("Films 0, 2 and 7", [0, 2, 7]),
        ("film 0, film 2", [0, 2]),
        ("0 and 7", [0, 7]),
        ("picture 0 and picture 7.", [0, 7]),
        ("No. 4", [4]),
        (4.0, [4]),
        (np.array(4), [4]),
        ([[0, 7]], [0, 7]),
    ],
)
def test_films_are_named_in_words_too(typed, read):
    """ "film 2" in quotation marks is the film with the number 2, and so is 2.0 or [[2]]."""
    assert kinds.pack(kinds.indices(8), typed)["data"] == read


@pytest.mark.parametrize(
    ("kind", "typed", "read"),
    [
        (kinds.boxes(1), "0, 20, 0, 236", [(0, 20, 0, 236)]),
        (kinds.tuple_of(*[kinds.number()] * 2), "0.9, 0.5", (0.9, 0.5)),
        (kinds.tuple_of(*[kinds.number()] * 2), "(.9; .5)", (0.9, 0.5)),
        (kinds.tuple_of(*[kinds.number()] * 3), "4 1 3", (4, 1, 3)),
        (kinds.array(), "1, 0, -1", [1, 0, -1]),
        (kinds.array(), "[1,0,-1]", [1, 0, -1]),
        (kinds.array(), ["1", "0", "-1"], [1, 0, -1]),
        (
            kinds.tuple_of(*[kinds.text()] * 3),
            "pass, not enough; fail",
            ("pass", "not enough", "fail"),
        ),
        (kinds.table(), {"A": (np.array([0.9, 0.8, 1.0]), "x")}, {"A": [[0.9, 0.8, 1.0], "x"]}),
        (kinds.table(), {"A": ((0.9, (0.8, 1.0)), "x")}, {"A": [[0.9, 0.8, 1.0], "x"]}),
    ],
)
def test_several_numbers_in_quotation_marks_are_numbers(kind, typed, read):
    """Quotation marks around a whole row change as little as around one number.

    In a table an array and a value with its interval in brackets of its own are three numbers.
    """
    found = through_json(kind, typed)
    assert (found.tolist() if hasattr(found, "tolist") else found) == read


@pytest.mark.parametrize("typed", ["0,95", "15,000", "25,084, 219", "0.9, half"])
def test_a_comma_in_a_text_is_not_taken_for_two_numbers(typed):
    """It may stand for decimals or for thousands, so nothing is made of it."""
    with pytest.raises(kinds.AnswerError):
        kinds.pack(kinds.tuple_of(kinds.number(), kinds.number()), typed)


def test_a_column_of_texts_may_be_a_tuple_too():
    """A long tuple is a column, a short one the three numbers of an estimate."""
    names = ("train",) * 9
    assert through_json(kinds.table(), {"split": names}) == {"split": list(names)}
    assert through_json(kinds.table(), {"auc": (0.9, 0.8, 1.0)}) == {"auc": [0.9, 0.8, 1.0]}


def test_a_name_that_is_nearly_right_in_a_function_is_told():
    """A misspelt name gets the name that was meant, not quotation marks."""
    space = {"secret": "x"}
    exec("def shift(patient):\n    return patient + secrets", space)
    with pytest.raises(kinds.Stopped, match="Did you mean secret"):
        kinds.apply(space["shift"], [("1",)])


@pytest.mark.parametrize("typed", ["all films", "film two", "film 2.5", "and", "-1"])
def test_other_words_are_no_film(typed):
    """Nothing is read out of a text that holds more than whole numbers."""
    with pytest.raises(kinds.AnswerError):
        kinds.pack(kinds.indices(8), typed)
