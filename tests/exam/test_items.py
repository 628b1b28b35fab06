"""The items: parallel, well formed, without a cue in their form, and right in their numbers."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from readingroom.assess import metrics
from readingroom.catalogue import catalogue
from readingroom.exam import blueprint
from readingroom.exam.blueprint import FORMS, LETTERS
from readingroom.questions import exercises

ITEMS = blueprint.blueprint()
EVERY = [pytest.param(n, form, id=f"{n}{form}") for n in ITEMS for form in FORMS]
WORDS_IN_A_ROW = 7


def question(number, form):
    """One form of an item."""
    return ITEMS[number].forms[form]


def test_the_blueprint_is_counted_out():
    """Twenty items are here, each of lessons of the syllabus; ten make the short form."""
    assert list(ITEMS) == list(range(1, 21))
    assert sum(item.short for item in ITEMS.values()) == 10
    assert {lesson for item in ITEMS.values() for lesson in item.lessons} == {
        "00", "01", "02", "03", "04", "05", "06", "08", "10", "11"
    }  # fmt: skip
    assert Counter(item.level for item in ITEMS.values()) == {1: 2, 2: 10, 3: 8}


@pytest.mark.parametrize(("number", "form"), EVERY)
def test_an_item_is_well_formed(number, form):
    """A short vignette, one question, four different options with a reason each, one key."""
    found = question(number, form)
    texts = [option.text for option in found.options]
    assert len(set(texts)) == 4 and found.key in LETTERS
    assert all(option.why.endswith(".") and len(option.why) >= 20 for option in found.options)
    assert len({option.why for option in found.options}) == 4
    assert found.question.endswith("?") and found.question.count("?") == 1
    assert 10 <= len(found.vignette.split()) <= 50
    assert not re.search(r"\b(all|none) of the above\b|\bnever\b|\balways\b", " ".join(texts))


@pytest.mark.parametrize(("number", "form"), EVERY)
def test_the_length_of_an_option_gives_nothing_away(number, form):
    """The key is not clearly longer or shorter than every other option."""
    found = question(number, form)
    lengths = {letter: len(found.option(letter).text) for letter in LETTERS}
    key = lengths.pop(found.key)
    assert key <= 1.15 * max(lengths.values()) and key >= 0.85 * min(lengths.values())


@pytest.mark.parametrize("form", FORMS)
def test_no_rule_of_thumb_finds_the_keys(form):
    """Letters are used evenly, and "take the longest" does little better than guessing."""
    keys = [question(number, form).key for number in ITEMS]
    assert all(keys.count(letter) == 5 for letter in LETTERS)
    assert not re.search(r"(.)\1\1", "".join(keys))
    longest = 0
    for number in ITEMS:
        texts = [option.text for option in question(number, form).options]
        longest += LETTERS[max(range(4), key=lambda i: len(texts[i]))] == keys[number - 1]
    assert longest <= 8


@pytest.mark.parametrize("number", list(ITEMS))
def test_the_forms_are_parallel(number):
    """Both forms of an item differ in their text and are about equally long to read."""
    first, second = (question(number, form) for form in FORMS)
    assert first.vignette != second.vignette
    words = [
        len(f"{q.vignette} {' '.join(option.text for option in q.options)}".split())
        for q in (first, second)
    ]
    assert max(words) <= 1.45 * min(words), words


def _runs(text: str, of: int = WORDS_IN_A_ROW) -> set[str]:
    words = re.findall(r"[a-z0-9.]+", text.lower())
    return {" ".join(words[i : i + of]) for i in range(len(words) - of + 1)}


def test_no_text_is_taken_from_a_lesson():
    """No seven words in a row of an item stand in a lesson's page or in a reply of its checks."""
    taught: set[str] = set()
    for number, lesson in catalogue().items():
        book = json.loads(lesson.notebook("solutions").read_text("utf-8"))
        taught |= _runs(" ".join("".join(cell["source"]) for cell in book["cells"]))
        for exercise in exercises.of_lesson(number).values():
            taught |= _runs(" ".join([exercise.why, *(wrong.says for wrong in exercise.wrong)]))
    for number in ITEMS:
        for form in FORMS:
            found = question(number, form)
            own = " ".join([found.vignette, found.question, *(o.text for o in found.options)])
            assert not _runs(own) & taught, (number, form)


def _interval(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"\d?\.\d+", text)]


@pytest.mark.parametrize(("form", "found", "of"), [("A", 18, 20), ("B", 36, 40)])
def test_the_interval_of_item_11_is_wilsons(form, found, of):
    """The key holds Wilson's interval for the counts told; no other option comes near it."""
    item = question(11, form)
    assert f"{found} of {of}" in item.vignette
    right = metrics.share(found, of)
    for letter in LETTERS:
        lo, hi = _interval(item.option(letter).text)
        near = abs(lo - right.lo) < 0.01 and abs(hi - right.hi) < 0.01
        assert near == (letter == item.key)


@pytest.mark.parametrize(
    ("form", "ill", "sensitivity", "specificity"), [("A", 10, 0.95, 0.95), ("B", 50, 0.8, 0.9)]
)
def test_the_ppv_of_item_12_is_bayes(form, ill, sensitivity, specificity):
    """The key is the PPV of the numbers told, to two digits; the others are far from it."""
    item = question(12, form)
    assert f"{ill} of 1,000" in item.vignette
    true, false = ill * sensitivity, (1000 - ill) * (1 - specificity)
    ppv = true / (true + false)
    for letter in LETTERS:
        told = float(item.option(letter).text)
        assert (abs(told - ppv) < 0.006) == (letter == item.key)


@pytest.mark.parametrize(
    ("form", "each", "agree", "kappa"), [("A", 3, 96, 0.31), ("B", 5, 94, 0.37)]
)
def test_the_kappa_of_item_7_follows_from_its_counts(form, each, agree, kappa):
    """Kappa in the vignette is that of two readers with these calls, as scikit-learn has it."""
    from sklearn.metrics import cohen_kappa_score

    apart = (100 - agree) // 2
    both = each - apart
    one = [1] * both + [1] * apart + [0] * (100 - both - apart)
    two = [1] * both + [0] * apart + [1] * apart + [0] * (100 - both - 2 * apart)
    assert sum(a == b for a, b in zip(one, two, strict=True)) == agree
    assert round(cohen_kappa_score(one, two), 2) == kappa
    assert f"{kappa:.2f}".lstrip("0") in question(7, form).vignette


def test_the_intervals_of_item_14_and_17_are_possible():
    """Intervals told for shares of known counts are Wilson's to within rounding."""
    told = question(14, "B").vignette
    for found, text in ((210, ".84 (.79 to .88)"), (220, ".88 (.83 to .91)")):
        assert text in told
        right = metrics.share(found, 250)
        assert abs(right.lo - _interval(text)[1]) <= 0.006
        assert abs(right.hi - _interval(text)[2]) <= 0.006
    for found, of, text, where in (
        (2, 6, "from .10 to .70", question(17, "A").option("D").text),
        (2, 7, "(.08 to .64)", question(17, "B").vignette),
    ):
        right = metrics.share(found, of)
        assert text in where
        assert [round(right.lo, 2), round(right.hi, 2)] == _interval(text)
    # the total lies within both, so that "cannot tell" is the honest answer
    assert metrics.share(2, 6).overlaps(44 / 406) and metrics.share(2, 7).overlaps(30 / 300)


@pytest.mark.parametrize(
    ("number", "form", "found", "of", "says"),
    [(18, "A", 160, 200, "from .74 to .85"), (18, "B", 84, 120, "from .61 to .77"),
     (19, "A", 62, 68, "from .82 to .96"), (19, "B", 152, 200, "from .70 to .81")],
)  # fmt: skip
def test_the_intervals_of_items_18_and_19_are_wilsons(number, form, found, of, says):
    """What the reasons and keys say of the counts told is Wilson's interval."""
    item = question(number, form)
    assert f"{found} of {of}" in item.vignette or f"{of} films" in item.vignette
    right = metrics.share(found, of)
    assert [round(right.lo, 2), round(right.hi, 2)] == pytest.approx(_interval(says), abs=0.006)
    assert says in " ".join(option.text + option.why for option in item.options)
    promised, gate = {"A": (0.9, 0.85), "B": (0.9, 0.8)}[form]
    assert right.overlaps(gate) if number == 19 else not right.overlaps(promised)


def test_only_items_of_lessons_at_hand_are_asked(monkeypatch):
    """An item whose lessons are all missing is left out and counted out."""
    monkeypatch.setattr(blueprint, "catalogue", lambda: {"03": None, "04": None})
    asked = [item.number for item in blueprint.asked()]
    assert asked == [3, 9, 10, 11, 12, 13, 14]
    assert blueprint.left_out() == 20 - len(asked)
    assert [item.number for item in blueprint.asked(short=True)] == [3, 11, 12]
