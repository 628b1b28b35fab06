"""A right answer is shown after three different tries and marked, never where a teacher says no."""

from __future__ import annotations

import pytest

from readingroom.catalogue import catalogue, find
from readingroom.kernel import progress, reply, session, showing
from readingroom.questions import exercises

SLUG = "dull-baseline"


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Lesson 03 open without its films; what is displayed is collected."""
    found: list[dict] = []
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path))
    monkeypatch.delenv(showing.SWITCH, raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    for module in (session, showing):
        monkeypatch.setattr(module, "display", lambda what, **_: found.append(what))
    lesson = session.Session(find("03"), "simulated", "SIMULATED DATA", "none")
    monkeypatch.setattr(session, "_open", {"session": lesson})
    return found


def test_three_different_tries_are_needed(shown, capsys):
    """The same wrong answer three times is one try; a hint comes first, the offer after three."""
    for _ in range(3):
        session.check(SLUG, 0.1)
    session.reveal(SLUG)
    assert "So far: 1" in capsys.readouterr().out
    assert not any("rr-reveal" in one.get("text/html", "") for one in shown)
    for answer in (0.2, 0.3):
        session.check(SLUG, answer)
    assert "rr-reveal" in shown[-1]["text/html"]
    session.reveal(SLUG)
    said = shown[-1]["text/plain"]
    assert "acc0 = test_y.mean()" in said and exercises.of_lesson("03")[SLUG].why in said
    assert "shown" in progress.load()["lessons"]["03"][SLUG]


def test_what_cannot_be_read_is_no_honest_try(shown):
    """Words where a number is asked earn a sentence and no step towards the answer."""
    for answer in ("a", "b", "c", "d"):
        session.check(SLUG, answer)
    assert progress.tried("03", SLUG) == 0


def test_a_commitment_shows_its_form_and_calls_no_answer_right(shown):
    """What is noted and not judged has no right answer to show."""
    for answer in ((-1, 0.5), (-2, 0.5), (-3, 0.5)):
        session.check("guess-shuffle", answer)
    assert "how an answer is typed" in shown[-1]["text/plain"]
    session.reveal("guess-shuffle")
    assert reply.NOTED_FORM in shown[-1]["text/plain"]
    assert "right answer" not in shown[-1]["text/html"].lower()


def test_a_teacher_switches_it_off(shown, monkeypatch, capsys):
    """With the switch nothing is offered and nothing shown, whatever was tried."""
    monkeypatch.setenv(showing.SWITCH, "no")
    for answer in (0.1, 0.2, 0.3, 0.4):
        session.check(SLUG, answer)
    session.reveal(SLUG)
    assert showing.OFF in capsys.readouterr().out
    assert not any("rr-reveal" in one.get("text/html", "") for one in shown)
    assert "shown" not in progress.load()["lessons"]["03"][SLUG]


@pytest.mark.parametrize("lesson", list(catalogue()))
def test_every_exercise_has_an_answer_to_show(lesson):
    """The solved notebook holds the course's answer of every exercise, without the marks."""
    for slug in exercises.of_lesson(lesson):
        code = showing.solution(find(lesson), slug)
        assert code and "SOLUTION" not in code, slug
