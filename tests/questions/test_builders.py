"""What each builder derives from the kind of answer: acceptance, slips, refusals of form."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from readingroom.assess.metrics import Estimate
from readingroom.questions import builders as ask, exercises, kinds
from tests.suite.edges import assume_off, within

WORDS = {
    "task": "A task",
    "otherwise": "Something else.",
    "why": "Because.",
    "hint": "Look.",
    "next_hint": "Look again.",
}
FROZEN = SimpleNamespace(share=0.3, gain=Estimate(0.1, 0.04, 0.16, n=50), ticks={1, 4})


def _told(exercise, value):
    """Status, name of the slip and reply."""
    found, _ = exercises.examine(exercise, value, FROZEN)
    return found.status, found.mistake, found.reason


CHOICE = ask.choice(
    "q", ("C", 2), names="step, because", letters={"A": ("buy", "No."), "B": ("wait", "Never.")},
    because=("cheap", "But why?"), **{k: v for k, v in WORDS.items() if k != "otherwise"},
)  # fmt: skip
LETTER = ask.letter(
    "q", "Q", letters={"P": ("below", "Too low."), "R": ("timid", "Too timid.")},
    **{k: v for k, v in WORDS.items() if k != "otherwise"},
)  # fmt: skip
SHARE = ask.share(
    "q", lambda f: f.share, ask.slip("coin", 0.5, "A coin."),
    ask.complement("the rest", "The rest."), ask.a_count(120), within=0.01, **WORDS,
)  # fmt: skip
EPOCH = ask.number(
    "q", 10, ask.slip("near", 13, "Near."), within=2, alike=0, points=1, **WORDS
)  # fmt: skip
PAIR = ask.numbers("q", (20, 3), ask.swapped("swapped", "All first."), n=2, within=0.5, **WORDS)
GAIN = ask.estimate(
    "q", lambda f: f.gain, ask.unpaired((0.1, -0.1, 0.3)), ask.sign("New minus old."),
    within=0.01, **WORDS,
)  # fmt: skip
RATE = ask.estimate(
    "q", lambda f: f.gain, ask.another_interval("Right value, other interval."), within=0.01,
    called="rate", unfit="A rate with its interval.", **WORDS,
)  # fmt: skip
BOTH = ask.estimates(
    "q", lambda f: (f.gain, f.gain),
    ask.slip("close", ((0.3, 0, 1), (0.1, 0, 1)), "No.", within=0.05),
    n=2, within=0.01, bounds=0.02, **WORDS,
)  # fmt: skip
TICKS = ask.indices(
    "q", lambda f: f.ticks, ask.none("None?"), ask.every(6, "All?", "all"),
    ask.beyond(6, "0 to 5.", "outside"), ask.ticked({0, 2}, "drain", "A drain."),
    ask.missed("One more."), limit=10, **WORDS,
)  # fmt: skip
BOXES = ask.boxes(
    "q", [(0, 4, 10, 20)], lambda answer: answer == [(0, 4, 10, 20)],
    ask.columns_first("Rows first."), unfit="Four numbers.", **WORDS,
)  # fmt: skip
TABLE = ask.table(
    "q", {"A": 1}, lambda answer: answer == {"A": 1}, ask.slip("two", {"A": 2}, "Not two."), **WORDS
)
DOUBLE = ask.function(
    "q", kinds.number(), lambda x: 2 * x,
    lambda calls: all(c.output == 2 * c.arguments[0] for c in calls),
    ask.slip("square", lambda x: x * x, "Squared."), call="double(x)",
    inputs=lambda rng: [(3,), (5,)], forms=[lambda x: x + x], **WORDS,
)  # fmt: skip
ALL = {
    "choice": CHOICE, "letter": LETTER, "share": SHARE, "epoch": EPOCH, "pair": PAIR,
    "estimate": GAIN, "rate": RATE, "two estimates": BOTH,
    "indices": TICKS, "boxes": BOXES, "table": TABLE, "function": DOUBLE,
}  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_the_right_answer_and_its_derived_forms_earn_all_points(kind):
    """Whatever a builder derives as another right form is right."""
    exercise = ALL[kind]
    for value in (exercise.reference(FROZEN), *exercise.also_right(FROZEN)):
        assert _told(exercise, value)[0] == exercises.RIGHT, value


@pytest.mark.parametrize("kind", ALL)
def test_every_derived_slip_is_told_its_sentence(kind):
    """The example of each slip is refused with that slip's name and sentence."""
    for wrong in ALL[kind].wrong:
        status, mistake, reason = _told(ALL[kind], wrong.example(FROZEN))
        assert status == exercises.WRONG and wrong.says in reason
        assert mistake == ("" if wrong.name == "no interval" else wrong.name)


@given(letter=st.sampled_from("ABC"), reason=st.integers(-20, 20))
def test_a_choice_tells_letters_then_absent_reasons_then_wrong_ones(letter, reason):
    """A reason that is not on the page is never taken for a wrong reason."""
    status, _, reply = _told(CHOICE, (letter, reason))
    assert (status == exercises.RIGHT) == ((letter, reason) == ("C", 2))
    if letter == "C" and reason != 2:
        assert reply == ("But why?" if 1 <= reason <= 4 else "The reasons are numbered 1 to 4.")
    elif letter != "C":
        assert reply == {"A": "No.", "B": "Never."}[letter]


def test_a_choice_derives_its_words():
    """Letters, number of reasons and the variables of the page stand in the two general replies."""
    assert _told(CHOICE, ("Z", 1))[2] == "Choose one of A, B, C and a reason from 1 to 4."
    assert CHOICE.unfit == (
        'One letter in quotation marks, then the number of a reason, 1 to 4: step, because = "A", 1'
    )
    assert _told(CHOICE, "C")[2] == CHOICE.unfit


@pytest.mark.parametrize("right", [("A", 1), ("C", 5), ("C", 0)])
def test_a_choice_that_cannot_be_answered_is_refused(right):
    """The right letter is none of the wrong ones, and its reason stands on the page."""
    with pytest.raises(ValueError, match="cannot be the right answer"):
        ask.choice("q", right, names="a, b", letters={"A": ("x", "X.")}, because=("y", "Y."),
                   **WORDS)  # fmt: skip


def test_a_choice_cannot_be_built_by_hand():
    """An exercise that would take any number for a reason is refused when it is made."""
    told = {"task": "A task", "otherwise": "No.", "why": "Yes.", "hints": ("Look.",)}
    with pytest.raises(ValueError, match="q takes any number for a reason; build it with") as raw:
        exercises.Exercise(
            slug="q", kind=kinds.choice(), points=2, accepts=lambda a, f: a == ("B", 2),
            reference=lambda f: ("B", 2), wrong=(), **told,
        )  # fmt: skip
    assert str(raw.value).count(".choice`.") == 1
    with pytest.raises(ValueError, match="build it with"):
        ask.question("q", kinds.choice(), ("B", 2), lambda a: a == ("B", 2), **WORDS)


@given(lo=st.floats(-1, 1), hi=st.floats(-1, 1), shift=st.floats(-0.009, 0.009))
def test_another_interval_is_told_whatever_it_is(lo, hi, shift):
    """The right value with wrong ends gets that sentence; with right ends the points."""
    low, high = min(lo, 0.1 + shift), max(hi, 0.1 + shift)
    assume_off(low, 0.04, 0.01)
    assume_off(high, 0.16, 0.01)
    near = within(low, 0.04, 0.01) and within(high, 0.16, 0.01)
    status, mistake, _ = _told(RATE, (0.1 + shift, low, high))
    assert (status == exercises.RIGHT) == near
    assert near or mistake == "another interval"
    assert _told(RATE, 0.1)[2] == "A rate with its interval."
    assert RATE.accepted.startswith("The rate may differ by up to .01")


def test_a_letter_is_refused_unless_it_is_on_the_page():
    """Another letter is told the letters there are; a number is told the form."""
    assert _told(LETTER, "x")[1:] == ("no such letter", "Give one of the letters P, Q and R.")
    assert _told(LETTER, 3)[2] == 'One letter in quotation marks: "P", "Q" or "R".'


@given(st.floats(-1, 200))
def test_one_tolerance_serves_the_answer_and_the_slips(value):
    """A share is right within its tolerance, a percentage is told so, a slip has the same reach."""
    for middle in (0.3, 0.5, 0.7):
        assume_off(value, middle, 0.01)
    status, mistake, _ = _told(SHARE, value)
    assert (status == exercises.RIGHT) == within(value, 0.3, 0.01)
    if status != exercises.RIGHT:
        percent, count = 1 < value <= 100, value > 100
        coin, rest = within(value, 0.5, 0.01), within(value, 0.7, 0.01)
        names = {"percentage": percent, "a count": count, "coin": coin, "the rest": rest}
        assert mistake == next((name for name, holds in names.items() if holds), "")


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.29, ""), (0.31, ""), (0.49, "coin"), (0.51, "coin"), (0.69, "the rest"),
     (0.71, "the rest")],
)  # fmt: skip
def test_a_number_just_at_the_tolerance_is_within_it(value, told):
    """The machine's rounding, .31 - .3 = .010000000000000009, takes nobody's points."""
    status, mistake, _ = _told(SHARE, value)
    assert (status == exercises.RIGHT, mistake) == (told == "", told)


def test_slips_may_have_a_narrower_reach_than_the_answer():
    """`alike` holds for the slips alone."""
    assert _told(EPOCH, 12)[0] == exercises.RIGHT
    assert [_told(EPOCH, value)[1] for value in (13, 13.5)] == ["near", ""]
    assert not EPOCH.must and SHARE.must and SHARE.points == 2


def test_an_estimate_needs_its_interval_and_both_bounds():
    """A bare number is half an answer, and a bound that is off is not right."""
    assert "half an answer" in _told(GAIN, 0.1)[2]
    assert _told(GAIN, (0.1, 0.04, 0.2))[:2] == (exercises.WRONG, "")
    assert _told(GAIN, (-0.1, -0.9, 0.9))[1] == "sign"


def test_several_estimates_are_compared_one_by_one():
    """Each value and each bound counts; a slip with a tolerance looks at the values alone."""
    right = (0.1, 0.04, 0.16)
    assert _told(BOTH, (right, (0.105, 0.06, 0.18)))[0] == exercises.RIGHT
    assert _told(BOTH, (right, (0.105, 0.07, 0.16)))[:2] == (exercises.WRONG, "")
    assert _told(BOTH, ((0.34, 0.3, 0.4), (0.06, 0.05, 0.07)))[1] == "close"
    assert BOTH.accepted == (
        "Each value may differ by up to .01, each end of an interval by up to .02."
    )


def test_a_slip_of_numbers_names_the_first_that_is_meant():
    """`beyond` and `ticked` fill the number, and the last that there is, into their sentence."""
    films = ask.indices(
        "q", lambda f: f.ticks, ask.beyond(lambda f: 6, "No film {i}; the last is {last}.", "none"),
        ask.ticked({0, 2}, "drain", "Film {i} has a drain."), **WORDS,
    )  # fmt: skip
    assert _told(films, {1, 9, 7})[2] == "No film 7; the last is 5."
    assert _told(films, {4, 2, 0})[2] == "Film 0 has a drain."


@given(st.sets(st.integers(0, 7)))
def test_ticks_are_told_the_first_slip_that_fits(ticks):
    """None, all, outside, a named one and one missed are tried in the order of the lesson."""
    status, mistake, _ = _told(TICKS, ticks)
    assert (status == exercises.RIGHT) == (ticks == {1, 4})
    slips = {
        "none": not ticks,
        "all": len(ticks) == 6,
        "outside": bool(ticks & {6, 7}),
        "drain": bool(ticks & {0, 2}),
        "one missed": ticks < {1, 4},
    }
    if status != exercises.RIGHT:
        assert mistake == next((name for name, holds in slips.items() if holds), "")


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("share", "a third", "quotation marks"),
        ("pair", 20, "I expected 2 values"),
        ("estimate", (1.0, 2.0), "(value, low, high)"),
        ("indices", "one and four", "numbers in braces"),
        ("boxes", (4, 0, 10, 20), "Four numbers."),
        ("table", 3, "a table"),
        ("function", 3, "I expected the function double(x)"),
    ],
)
def test_another_form_is_refused(kind, value, says):
    """A value of another kind earns nothing and is told what was asked for."""
    status, mistake, reason = _told(ALL[kind], value)
    assert (status, mistake) == (exercises.WRONG, "") and says in reason


def test_a_slip_has_one_test():
    """`when` and `within` together would leave open which holds."""
    with pytest.raises(TypeError, match="two tests"):
        ask.slip("x", 1, "X.", lambda answer: True, within=1)


@pytest.mark.parametrize("when", [lambda: True, lambda a, b, c: True])
def test_a_test_looks_at_the_answer_or_at_both(when):
    """A test with another number of arguments is a fault of the lesson, told when it is built."""
    with pytest.raises(TypeError, match="looks at the answer"):
        ask.number("q", 1, ask.slip("x", 2, "X.", when), **WORDS)


@pytest.mark.parametrize(
    ("change", "says"), [({"otherwise": None}, "otherwise"), ({"hints": ()}, "hints")]
)
def test_a_missing_or_unknown_word_is_named(change, says):
    """A builder says which word a lesson forgot or invented."""
    words = {k: v for k, v in {**WORDS, **change}.items() if v is not None}
    with pytest.raises(TypeError, match=says):
        ask.number("q", 1, **words)


@pytest.mark.parametrize(
    ("answer", "says"), [((1.782, 3), "Type 1782, without"), ((1.782, 3.92), "1782 and 3920"),
                         ((1782, 3.92), "3920"), ((1.5, 3), "All first"), ((0.01782, 3), "else")]
)  # fmt: skip
def test_a_point_meant_for_thousands_is_told_where_it_alone_is_wrong(answer, says):
    """1.782 in place of 1,782 is named in any exercise of one number or several."""
    right = (1782, 3920) if answer != (1.782, 3) else (1782, 3)
    pair = ask.numbers(
        "q", right, ask.slip("first", (1.5, 3), "All first."), n=2, within=0.5, **WORDS
    )
    assert says in _told(pair, answer)[2]


def test_two_numbers_where_one_share_is_asked_are_told_to_be_divided():
    """93, 166 is no thousand of films: a share is one number divided by another."""
    assert "type / between" in _told(SHARE, (93, 166))[2]


def test_facts_and_reach_of_a_slip_may_use_the_answer_or_what_was_frozen():
    """Fields are filled from the answer alone or from both; `within` widens the example."""
    one = ask.slip("off", 5, "{n} is not it.", within=0.5, facts=lambda answer: {"n": int(answer)})
    both = ask.slip("far", 9, "{s} only.", True, lambda answer, f: {"s": f.share})
    exercise = ask.number("q", 1, one, both, **WORDS)
    assert _told(exercise, 5.4)[1:] == ("off", "5 is not it.")
    assert _told(exercise, 7)[1:] == ("far", "0.3 only.")


@pytest.mark.parametrize("factor", [100, 100.0])
def test_an_estimate_in_percent_is_told_so(factor):
    """Value and interval times 100 are told to be percent, alone and among several."""
    percent = tuple(factor * part for part in ask.triple(FROZEN.gain))
    for exercise, value in ((GAIN, percent), (BOTH, (percent, percent))):
        status, mistake, reason = _told(exercise, value)
        assert (status, mistake) == (exercises.WRONG, "percentage")
        assert "Divide by 100: 0.1, not 10." in reason
    assert _told(GAIN, (7.0, 3.0, 9.0))[1] != "percentage"


def test_a_value_and_its_interval_in_brackets_are_three_numbers():
    """(value, (low, high)) says the same as (value, low, high)."""
    assert _told(GAIN, (0.1, (0.04, 0.16)))[0] == exercises.RIGHT
    assert _told(BOTH, ((0.1, [0.04, 0.16]), (0.1, 0.04, 0.16)))[0] == exercises.RIGHT
    assert _told(GAIN, (0.1, (0.04, 0.06, 0.16)))[0] == exercises.WRONG


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0.927 (0.903 to 0.950)", "(0.927, 0.903, 0.950)"),
        ("AUC 0.927 (0.903 to 0.950, n = 624 films)", "(0.927, 0.903, 0.950)"),
        (".93 (.90-.95)", "(.93, .90, .95)"),
        ("-0.017 (-0.025 to -0.009)", "(-0.017, -0.025, -0.009)"),
        ("0.1, 0.04, 0.16", "(0.1, 0.04, 0.16)"),
    ],
)
def test_an_estimate_copied_from_the_screen_is_told_how_to_type_it(typed, says):
    """A printed value with its interval is no text to unquote: without quotation marks it fails."""
    for exercise in (GAIN, RATE):
        status, _, reason = _told(exercise, typed)
        assert status == exercises.WRONG and reason.endswith(f"{says}.")


VERDICT = ask.question(
    "q", kinds.tuple_of(kinds.table(9), kinds.number(), kinds.text(20)), ({"a": 1}, 3, "none"),
    lambda answer: answer[2] == "none", unfit="The table, a number, a word.", **WORDS,
)  # fmt: skip


@pytest.mark.parametrize(
    "value", [({"a": 1}, "none", 3), ("none", 3, {"a": 1}), (3, {"a": 1}, "none")]
)
def test_parts_in_another_order_are_told_so(value):
    """Right things in another order are not taken for things of the wrong kind."""
    reason = _told(VERDICT, value)[2]
    assert reason == "These stand in another order. The table, a number, a word."
    assert "another order" not in _told(VERDICT, ({"a": 1}, "x", "none"))[2]


def test_none_without_quotation_marks_is_told_so():
    """Where a word is asked for, Python's None is what a hand types that means "none"."""
    assert 'type "none"' in _told(VERDICT, ({"a": 1}, 3, None))[2]


def test_a_difference_of_just_the_tolerance_is_within_it():
    """.29 for .3 within .01, also where the machine makes .010000000000000009 of it."""
    assert 0.3 - 0.29 > 0.01
    assert _told(SHARE, 0.29)[0] == _told(SHARE, 0.31)[0] == exercises.RIGHT
    assert _told(SHARE, 0.289)[0] == exercises.WRONG
    assert _told(GAIN, (0.11, 0.03, 0.17))[0] == exercises.RIGHT


def test_a_slip_inside_the_tolerance_is_known_by_all_its_digits():
    """What was computed wrongly is refused, the same number rounded on the screen is not."""
    near = ask.share(
        "q", lambda f: f.share, ask.exactly("odds", 0.3049876, "An odds."), within=0.01, **WORDS
    )  # fmt: skip
    assert _told(near, 0.3049876) == (exercises.WRONG, "odds", "An odds.")
    assert _told(near, 0.305)[0] == _told(near, 0.3)[0] == exercises.RIGHT
    same = ask.share("q", 0.3, ask.exactly("odds", 0.3, "An odds."), within=0.01, **WORDS)
    assert exercises.examine(same, 0.3, FROZEN)[0].status == exercises.RIGHT


def test_only_what_a_hundredth_makes_right_is_called_a_percentage():
    """2.57 may be a ratio, 19.4 false alarms for each true one; neither is called a percentage."""
    ratio = ask.share("q", 0.3, ask.slip("ratio", 19.4, "A ratio."), within=0.01, **WORDS)
    assert _told(ratio, 30.2)[2] == exercises.PERCENT
    assert _told(ratio, 2.57)[2] == exercises.MAYBE_PERCENT
    assert _told(ratio, 19.4) == (exercises.WRONG, "ratio", "A ratio.")
