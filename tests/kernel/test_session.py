"""What a lesson's cells call: a check that never stops, a value that is carried on."""

from __future__ import annotations

import pytest

from readingroom.data import origin
from readingroom.kernel import keeping, progress, session
from readingroom.questions import exercises


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Lesson 03 opened on simulated patients, with progress of its own; outputs are collected."""
    from readingroom import data

    shown: list[dict] = []
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path))
    monkeypatch.setenv("READINGROOM_COHORT", "simulated")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(session, "display", lambda found, **_: shown.append(found))
    monkeypatch.setattr(session, "_open", {})
    data.forget()
    session.lesson("03")
    yield shown
    data.forget()


def _right(slug):
    exercise = exercises.of_lesson("03")[slug]
    return exercise.reference(exercises.frozen("03", "simulated"))


def test_the_banner_says_simulated(opened):
    """Simulated patients are called simulated, and the lesson is never for clinical use."""
    told = opened[0].data
    assert "SIMULATED DATA" in told and "Never for clinical use" in told
    assert origin.tag() == "SIMULATED"


@pytest.mark.parametrize("answer", [..., None, "x", float("nan"), object(), [1, 2], lambda: 1])
def test_check_never_stops_a_learner(opened, answer):
    """Whatever a learner types, the check replies and the notebook goes on."""
    for slug in exercises.of_lesson("03"):
        assert session.check(slug, answer) is None
        assert opened[-1][session.ANSWER_MIME]["points"] == 0
    assert session.check("no-such-exercise", answer) is None


def test_a_fault_of_the_check_does_not_stop_a_learner(opened, monkeypatch, capsys):
    """A check that cannot read its data says so and goes on; under nbgrader it raises."""

    def broken(*_):
        raise FileNotFoundError("curves.npz")

    monkeypatch.setattr(exercises, "frozen", broken)
    assert session.check("dull-baseline", 0.5) is None
    assert "could not run (FileNotFoundError: curves.npz)" in capsys.readouterr().out
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(FileNotFoundError):
        session.check("dull-baseline", 0.5)


def test_a_reply_is_words_and_data(opened):
    """A check's output holds a sentence, points, and the answer with cohort and fingerprint."""
    session.check("dull-baseline", _right("dull-baseline"))
    bundle = opened[-1]
    record = bundle[session.ANSWER_MIME]
    assert "Right" in bundle["text/plain"] and "2 of 2 points" in bundle["text/html"]
    assert (record["status"], record["cohort"]) == ("right", "simulated")
    assert len(record["fingerprint"]) == 64
    assert record["answer"]["kind"] == "number"


def test_a_commitment_is_noted_and_not_called_right(opened):
    """A sealed guess is not judged, so the reply says noted; nothing, or nonsense, is not noted."""
    session.check("guess-shuffle", (0.2, 0.9))
    assert "Noted" in opened[-1]["text/html"] and "Right" not in opened[-1]["text/html"]
    assert "2 of 2 points" in opened[-1]["text/plain"]
    session.check("guess-shuffle", (1.2, 0.9))
    assert "Noted" not in opened[-1]["text/html"]


@pytest.mark.parametrize(
    ("mode", "holds", "line"),
    [
        ("simulated", True, "✓ Two is more than one.\n"),
        ("real", False, "✗ Not so: two is more than one.\n"),
        (
            "mine",
            False,
            "○ True of the course's films, not shown by yours: two is more than one.\n",
        ),
        ("mine", True, "✓ Two is more than one.\n"),
    ],
)
def test_a_stated_result_is_a_sentence(opened, monkeypatch, capsys, mode, holds, line):
    """What holds and what does not are told in words; own films may say otherwise."""
    monkeypatch.setattr(session.current(), "mode", mode)
    session.verdict("two is more than one", holds)
    assert capsys.readouterr().out == line


def test_a_reply_cannot_carry_markup(opened):
    """What a learner types is shown as text, never as HTML."""
    session.check("dull-baseline", "<script>alert(1)</script>")
    assert "<script>" not in opened[-1]["text/html"]


def test_a_second_hint_comes_after_two_failures(opened):
    """The first reply holds one hint, the one after two failures both."""
    hints = exercises.of_lesson("03")["dull-baseline"].hints
    session.check("dull-baseline", 0.1)
    assert hints[1] not in opened[-1]["text/plain"] and hints[0] in opened[-1]["text/plain"]
    session.check("dull-baseline", 0.1)
    assert hints[1] in opened[-1]["text/plain"]


def test_dots_do_not_print_a_hint(opened):
    """Who runs past the dots finds the hint folded, and not in the plain text."""
    hint = exercises.of_lesson("03")["dull-baseline"].hints[0]
    session.check("dull-baseline")
    assert hint not in opened[-1]["text/plain"]
    assert f"<details><summary>Hint</summary>{hint}" in opened[-1]["text/html"]


def test_carry_goes_on_with_a_right_answer_only(opened, capsys):
    """A right answer is carried; a wrong or missing one is replaced by the course's, aloud."""
    with pytest.raises(session.NotChecked, match="Run the check of stop-here first"):
        session.carry("stop-here")
    session.check("stop-here")
    course = session.carry("stop-here")
    assert "the course's answer" in capsys.readouterr().out and course == _right("stop-here")
    session.check("stop-here", course + 1)
    assert session.carry("stop-here") == course + 1
    assert "your answer" in capsys.readouterr().out
    session.check("stop-here", 30)
    assert session.carry("stop-here") == course


def test_what_an_answer_hides_stays_hidden_until_one_is_committed(opened, capsys):
    """Dots and nonsense show nothing and say how to go on; a wrong answer is a commitment."""
    for answer in (..., "nine"):
        session.check("stop-here", answer)
        assert not session.committed("stop-here")
        assert 'rr.go_on("stop-here")' in capsys.readouterr().out
    session.check("stop-here", 0)
    assert session.committed("stop-here") and capsys.readouterr().out == ""


def test_going_on_without_an_answer_is_a_choice_of_its_own(opened, capsys):
    """Whoever says so sees what was hidden, with the course's answer; a misspelt name is told."""
    session.go_on("stop-there")
    assert "no exercise 'stop-there'" in capsys.readouterr().out
    session.go_on("stop-here")
    assert session.committed("stop-here")
    assert session.carry("stop-here") == _right("stop-here")
    assert "course's answer" in capsys.readouterr().out


def test_nbgrader_gets_an_error_where_a_learner_gets_a_reply(opened, monkeypatch):
    """Under nbgrader a wrong answer raises, a right one does not, and progress is left alone."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match="tossing a coin"):
        session.check("dull-baseline", 0.5)
    assert session.check("dull-baseline", _right("dull-baseline")) is None
    assert progress.load()["lessons"] == {}


def test_progress_keeps_the_best_try(opened):
    """A later wrong try does not take points away; tries and failures are counted."""
    for answer in (0.1, _right("dull-baseline"), 0.2):
        session.check("dull-baseline", answer)
    kept = progress.load()
    entry = kept["lessons"]["03"]["dull-baseline"]
    assert (entry["points"], entry["tries"], entry["failures"]) == (2, 3, 2)
    assert kept["last"] == "03"


def test_a_broken_progress_file_is_kept_aside(opened):
    """An unreadable progress file stops nothing and is not thrown away."""
    path = keeping.folder() / progress.NAME
    path.write_text("{ broken", "utf-8")
    assert progress.load() == {"last": None, "lessons": {}}
    assert path.with_suffix(".unreadable.json").read_text("utf-8") == "{ broken"


def test_without_a_lesson_the_message_says_what_to_do(monkeypatch):
    """A check before the first cell is told to run that cell."""
    monkeypatch.setattr(session, "_open", {})
    with pytest.raises(session.NoLesson, match="Run the first cell"):
        session.check("dull-baseline", 1)


def test_a_part_with_simulated_films_says_so():
    """The banner of chosen films stands alone, beside that of simulated ones, or not at all."""
    real = "REAL DATA: somewhere"
    assert session._banners(real, "") == [real]
    assert session._banners(real, "all") == [session.SIMULATED]
    assert [line[:9] for line in session._banners(real, "some")] == ["REAL DATA", "SIMULATED"]
    assert session._banners(session.SIMULATED, "some") == [session.SIMULATED]
