"""Answers that no list of slips holds: each wrong one is refused for its own cause."""

from __future__ import annotations

import re

import pytest

from readingroom.questions import exercises
from tests.questions import strangers

MODES = [pytest.param("real", marks=pytest.mark.real), "simulated"]
EVERY = [
    pytest.param(number, slug, id=f"{number}-{slug}")
    for number in strangers.NAMES
    for slug in exercises.of_lesson(number)
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Files that an answer writes lie in a folder of this test."""
    monkeypatch.chdir(tmp_path)


def _given_away(number: str, slug: str, mode: str, text: str, said: str) -> bool:
    """Whether a reply holds the number that is asked for, and the answer did not."""
    exercise = exercises.of_lesson(number)[slug]
    if exercise.kind.name != "number":
        return False
    right = f"{exercise.reference(exercises.frozen(number, mode)):.4g}"
    told = re.findall(r"(?<![\w.])\d*\.?\d+(?![\w.]*\w)", said)
    typed = re.sub(r"\D", "", right) in re.sub(r"\D", "", text)  # 0,625 may be read back as 0.625
    return right in told and not typed and len(right) > 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("number", "slug"), EVERY)
def test_strangers_answers_get_what_they_deserve(number, slug, mode):
    """Right ones in another form pass; wrong ones earn nothing and are told something true."""
    answers = strangers.typed(number)[slug]
    assert sum(one.right for one in answers) >= 2 and sum(not one.right for one in answers) >= 3
    for one in answers:
        status, points, said = strangers.reply(number, slug, one.text, mode)
        if one.right:
            assert status == exercises.RIGHT, (one.text, said)
            continue
        assert status != exercises.RIGHT and points == 0, (one.text, said)
        assert said and one.says in said, (one.text, said)
        assert not _given_away(number, slug, mode, one.text, said), (one.text, said)
