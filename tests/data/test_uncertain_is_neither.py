"""Class: what is not said becomes 0. An uncertain label is left out and listed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from readingroom.data.errors import DataError
from readingroom.data.meaning import meaning

DOUBTS = [
    "-1", "-1.0", "-1,0", "uncertain", "Uncertain", "indeterminate", "NaN", "nan", "N/A", "null",
    "?", "pneumonia?", "possible pneumonia", "probable", "suspected effusion", "equivocal",
    "not assessed", "cannot exclude pneumonia", "unknown", "V. a. Pneumonie", "fraglich", "unklar",
    "nicht beurteilbar", "pneumonia|uncertain", "borderline", "-", "不明", "Keine Angabe",
]  # fmt: skip
PAIRS = [("1", "0"), ("positive", "negative"), ("pneumonia", "normal"), ("yes", "no")]


@given(st.sampled_from(PAIRS), st.lists(st.sampled_from(DOUBTS), min_size=1, max_size=60),
       st.booleans())  # fmt: skip
def test_a_doubt_is_neither_one_nor_zero(pair, doubts, asked):
    """With and without --positive, however many there are, doubts are left out by name."""
    words = [*pair] * 40 + doubts
    meant = meaning(words, "finding", pair[0] if asked else None)
    assert meant.label == {pair[0]: 1, pair[1]: 0}
    assert meant.doubtful == set(doubts)


@pytest.mark.parametrize("word", ["-1", "uncertain", "possible"])
def test_a_doubt_that_is_asked_for_is_label_one(word):
    """Whoever names the doubt means it."""
    meant = meaning(["1", "0", word] * 20, "finding", f"1,{word}")
    assert meant.label == {"1": 1, "0": 0, word: 1} and not meant.doubtful


def test_every_word_that_became_zero_is_listed():
    """What --positive turned into label 0 is said, word by word."""
    meant = meaning(["Mass", "Effusion", "No Finding", "Cardiomegaly"] * 10, "f", "effusion")
    assert meant.said() == [
        "label 1 is: 'effusion'", "label 0 is: 'cardiomegaly', 'mass', 'no finding'",
    ]  # fmt: skip


def test_one_and_minus_one_are_not_guessed():
    """Alone, -1 is 'not ill' to some and 'uncertain' to others."""
    with pytest.raises(DataError, match="write 0 for not ill"):
        meaning(["1", "-1"] * 30, "finding")


def test_doubts_alone_are_refused():
    """Nothing is left to learn from."""
    with pytest.raises(DataError, match="uncertain"):
        meaning(["-1", "nan"] * 5, "finding", "1")


@pytest.mark.parametrize(
    ("yes", "no"),
    [("ja", "nein"), ("oui", "non"), ("sí", "no"), ("sim", "não"), ("positiv", "negativ"),
     ("да", "нет"), ("有", "无"), ("はい", "いいえ")],
)  # fmt: skip
def test_yes_is_yes_in_other_languages(yes, no):
    """Needs no option, however rare the yes."""
    assert meaning([no] * 30 + [yes] * 9, "finding").label == {no: 0, yes: 1}


@pytest.mark.parametrize(
    ("words", "likely"),
    [(["nicht krank"] * 9 + ["krank"] * 3, "krank"), (["ward"] * 9 + ["icu"] * 3, "icu"),
     (["no mass"] * 3 + ["mass"] * 9, "mass")],
)  # fmt: skip
def test_the_hint_names_the_likely_finding(words, likely):
    """The commonest word is mostly the one for not ill, and a denial is never suggested."""
    with pytest.raises(DataError, match=f"--positive '{likely}'"):
        meaning(words, "finding")


@pytest.mark.parametrize(
    "word",
    [
        *("9", "-99", "2", "0.5", "#REF!", "#DIV/0!", "<NA>", "n.a.", "\\N", "tbd", "not sure"),
        *("? pneumonia", "r/o pneumonia", "DD pneumonia", "susp. pneumonia", "likely pneumonia"),
        *("pneumonia (?)", "bacterial pneumonia", "pneumonia excluded", "cannot judge"),
        *("poor quality", "douteux", "возможно", "可能", "(+)"),
    ],
)
def test_other_words_are_not_healthy_because_one_is_ill(word):
    """With --positive pneumonia a code, an error or a word about it is neither, and is said."""
    meant = meaning(["pneumonia", "normal", "effusion", word] * 5, "label", "pneumonia")
    assert meant.label == {"pneumonia": 1, "normal": 0, "effusion": 0} and meant.doubtful == {word}


@pytest.mark.parametrize(("code", "rest"), [("9", "01"), ("-9", "01"), ("99", "01"), ("0.5", "01")])
def test_codes_beside_nought_and_one_are_neither(code, rest):
    """0, 1 and a code for no answer; among classes 0 to 3 a number is a class."""
    assert meaning([*rest, code] * 5, "label", "1").doubtful == {code}
    assert meaning(["0", "1", "2", "3"] * 5, "label", "3").doubtful == set()


@pytest.mark.parametrize(
    "word", ["no pneumonia", "ohne pneumonia", "non-pneumonia", "effusion|mass"]
)
def test_what_is_denied_is_denied(word):
    """A denial of the finding asked for, and another finding, are label 0."""
    assert meaning(["pneumonia", word] * 5, "label", "pneumonia").label[word] == 0
